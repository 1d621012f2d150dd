import { type ContrastMethod, positions } from "./contrast_method.ts";

/** The mean of all levels after a cut minus the mean of those before it, for every cut. */
export const meanChg: ContrastMethod = {
  name: "mean_chg",
  adjust: "mvt",
  combinations(labels) {
    const k = labels.length, all = positions(0, k);
    return positions(1, k).map((cut) => ({
      name: `${labels[cut - 1]}|${labels[cut]}`,
      index: all,
      coefficient: all.map((j) => j < cut ? -1 / cut : 1 / (k - cut)),
    }));
  },
};
