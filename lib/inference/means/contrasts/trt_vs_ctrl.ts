import { againstMean, type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus that of the control, or the mean of several controls; the first level unless `ref` says otherwise. */
export const trtVsCtrl: ContrastMethod = againstControl("trt.vs.ctrl", () => 0);

/** Every mean minus that of the last level. */
export const trtVsCtrlLast: ContrastMethod = againstControl("trt.vs.ctrlk", (k) => k - 1);

function againstControl(name: string, control: (k: number) => number): ContrastMethod {
  return {
    name,
    adjust: "dunnettx",
    combinations(labels, choices) {
      const { ref = [control(labels.length)] } = choices;
      return positions(0, labels.length).filter((i) => !ref.includes(i)).map((i) =>
        againstMean(labels, i, ref, choices)
      );
    },
  };
}
