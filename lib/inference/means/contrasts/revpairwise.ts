import { againstMean, type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus every earlier one. */
export const revpairwise: ContrastMethod = {
  name: "revpairwise",
  adjust: "tukey",
  pairwise: true,
  combinations: (labels, choices) =>
    labels.flatMap((_, i) => positions(0, i).map((j) => againstMean(labels, i, [j], choices))),
};
