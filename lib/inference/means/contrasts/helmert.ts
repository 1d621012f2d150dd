import { againstMean, type ContrastMethod, positions } from "./contrast_method.ts";

/** Every mean minus the mean of those before it. */
export const helmert: ContrastMethod = {
  name: "helmert",
  adjust: "none",
  combinations: (labels, choices) =>
    positions(1, labels.length).map((i) => againstMean(labels, i, positions(0, i), choices)),
};
