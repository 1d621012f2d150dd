import type { Coding } from "./coding.ts";

/** Indicators of all levels but the first: coefficients are differences from the first level. */
export const treatment: Coding = {
  name: "treatment",
  columns: (levels) => levels.slice(1).map((level) => levels.map((each) => each === level ? 1 : 0)),
  suffixes: (levels) => levels.slice(1),
};
