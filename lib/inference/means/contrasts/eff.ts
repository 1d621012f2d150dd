import { type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus the mean of all. */
export const eff: ContrastMethod = {
  name: "eff",
  adjust: "fdr",
  combinations(labels) {
    const k = labels.length, all = positions(0, k);
    return labels.map((label, i) => ({
      name: `${label} effect`,
      index: all,
      coefficient: all.map((j) => (j === i ? 1 : 0) - 1 / k),
    }));
  },
};
