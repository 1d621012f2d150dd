import { againstMean, type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus the one before it. */
export const consec: ContrastMethod = {
  name: "consec",
  adjust: "mvt",
  combinations: (labels, choices) =>
    positions(1, labels.length).map((i) => againstMean(labels, i, [i - 1], choices)),
};
