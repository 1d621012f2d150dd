import type { ContrastMethod } from "./contrast_method.ts";

/** The means themselves, to be tested against a null value. */
export const identity: ContrastMethod = {
  name: "identity",
  adjust: "none",
  combinations: (labels) => labels.map((name, i) => ({ name, index: [i], coefficient: [1] })),
};
