/** Finds a function by the name that the formula uses. */
import * as transforms from "./mod.ts";
import type { Transform } from "./transform.ts";

const byName: ReadonlyMap<string, Transform> = new Map(
  Object.values(transforms).map((transform) => [transform.name, transform]),
);

/** Names of all functions, sorted; without c(), which only lists constants. */
export const transformNames: readonly string[] = [...byName.keys()].filter((name) => name !== "c").sort();

/** Is there a function of that name? */
export function isTransform(name: string): boolean {
  return byName.has(name);
}

/** The function of that name, or undefined. */
export function findTransform(name: string): Transform | undefined {
  return byName.get(name);
}
