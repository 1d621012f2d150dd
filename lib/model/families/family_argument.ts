/** What callers give as a family. */
import { describe } from "../../check.ts";
import type { Family } from "./family.ts";

/** Is it a family, built in or a user's own? */
export function isFamily(value: unknown): value is Family {
  return typeof value === "object" && value !== null && "kernel" in value && "link" in value &&
    "parts" in value;
}

/** @throws {TypeError} Unless the argument of a combinator is a family. */
export function assertFamily(value: unknown, combinator: string): asserts value is Family {
  if (isFamily(value)) return;
  throw new TypeError(
    `Cannot use ${combinator}(): its argument is ${describe(value)}, it should be a family such as poisson()`,
  );
}
