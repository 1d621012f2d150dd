import { type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus the mean of the others. */
export const delEff: ContrastMethod = {
  name: "del.eff",
  adjust: "fdr",
  combinations(labels) {
    const k = labels.length, all = positions(0, k);
    if (k < 2) return [];
    return labels.map((label, i) => ({
      name: `${label} effect`,
      index: all,
      coefficient: all.map((j) => j === i ? 1 : -1 / (k - 1)),
    }));
  },
};
