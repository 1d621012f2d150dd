import type { Coding } from "./coding.ts";

/** Column j is j at level j + 1 and −1 at the levels before it: each level against the mean of those before. */
export const helmert: Coding = {
  name: "helmert",
  columns: (levels) =>
    levels.slice(1).map((_, j) => levels.map((_, i) => i <= j ? -1 : i === j + 1 ? j + 1 : 0)),
  suffixes: (levels) => levels.slice(1).map((_, j) => String(j + 1)),
};
