import { againstMean, type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus every later one. */
export const pairwise: ContrastMethod = {
  name: "pairwise",
  adjust: "tukey",
  pairwise: true,
  combinations: (labels, choices) =>
    labels.flatMap((_, i) =>
      positions(i + 1, labels.length).map((j) => againstMean(labels, i, [j], choices))
    ),
};
