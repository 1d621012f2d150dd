import type { Coding } from "./coding.ts";

/** Column j is 1 at level j and −1 at the last level: coefficients are deviations from the unweighted mean. */
export const sum: Coding = {
  name: "sum",
  columns: (levels) =>
    levels.slice(1).map((_, j) => levels.map((_, i) => i === j ? 1 : i === levels.length - 1 ? -1 : 0)),
  suffixes: (levels) => levels.slice(1).map((_, j) => String(j + 1)),
};
