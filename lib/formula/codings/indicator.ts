import type { Coding } from "./coding.ts";

/** One indicator per level: how a factor is coded when the model does not contain the term without it. */
export const indicator: Coding = {
  name: "indicator",
  columns: (levels) => levels.map((_, j) => levels.map((_, i) => i === j ? 1 : 0)),
  suffixes: (levels) => [...levels],
};
