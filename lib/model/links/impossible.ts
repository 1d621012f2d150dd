import type { Scale } from "./link.ts";

/** Throws: the range of the link does not suit means on this scale. */
export function impossible(link: string, scale: Scale): never {
  const means = { identity: "any real mean", log: "positive means", logit: "means between 0 and 1" }[scale];
  throw new RangeError(`Cannot use link "${link}" for ${means}: its own range is different`);
}
