/**
 * Kinds of values that options take.
 *
 * @category Extend
 * @module
 */

import { isPromise } from "./describe.ts";

/**
 * What values an option takes.
 *
 * @category Extend
 */
export interface Kind {
  /** In words, after "it should be". */
  readonly should: string;
  /** Is the value of the right type? */
  readonly is: (value: unknown) => boolean;
  /** Is a value of the right type within the range? */
  readonly within?: (value: never) => boolean;
  /** The words that are allowed, where there is a list of them. */
  readonly words?: readonly string[];
}

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";

/** One of some words. */
export function oneOf(...words: readonly string[]): Kind {
  const quoted = words.map((word) => `"${word}"`);
  const should = quoted.length === 1 ? quoted[0] : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
  return { should, is: isText, within: (value: string) => words.includes(value), words };
}

/** One of some numbers. */
export function oneOfNumbers(...numbers: readonly number[]): Kind {
  const should = `${numbers.slice(0, -1).join(", ")} or ${numbers.at(-1)}`;
  return { should, is: isNumber, within: (value: number) => numbers.includes(value) };
}

/** Any of several kinds. */
export function anyOf(...kinds: readonly Kind[]): Kind {
  const fits = (kind: Kind, value: unknown) => kind.is(value) && (kind.within?.(value as never) ?? true);
  return {
    should: kinds.map(({ should }) => should).join(", or "),
    is: (value) => kinds.some((kind) => kind.is(value)),
    within: (value) => kinds.some((kind) => fits(kind, value)),
    words: kinds.flatMap(({ words }) => words ?? []),
  };
}

/** An array, each item of that kind. */
export function listOf(item: Kind): Kind {
  return {
    should: `an array, each item ${item.should}`,
    is: (value) => Array.isArray(value) && value.every((each) => item.is(each)),
    within: (value: readonly never[]) => value.every((each) => item.within?.(each) ?? true),
  };
}

/** An object whose values are of that kind. */
export function recordOf(item: Kind, example: string): Kind {
  return {
    should: `an object such as ${example}, each value ${item.should}`,
    is: (value) => isObject(value) && Object.values(value).every((each) => item.is(each)),
    within: (value: Record<string, never>) =>
      Object.values(value).every((each) => item.within?.(each) ?? true),
  };
}

/** Numbers between two ends, both left out. */
function between(low: number, high: number, should: string): Kind {
  return { should, is: isNumber, within: (value: number) => value > low && value < high };
}

/** false, where true has no meaning. */
export const off: Kind = {
  should: "false",
  is: (value) => typeof value === "boolean",
  within: (value) => value === false,
};
/** true or false. */
export const flag: Kind = { should: "true or false", is: (value) => typeof value === "boolean" };
/** Text. */
export const text: Kind = { should: "text", is: isText, within: (value: string) => value.length > 0 };
/** Name of a column. */
export const column: Kind = { ...text, should: "the name of a column" };
/** A name, or several. */
export const names: Kind = anyOf({ ...text, should: "a name" }, {
  ...listOf(text),
  should: "an array of names",
});
/** A confidence level. */
export const level: Kind = between(0, 1, "between 0 and 1, for instance 0.95");
/** A number that is neither NaN nor infinite. */
export const number: Kind = between(-Infinity, Infinity, "a number");
/** A number above 0. */
export const positive: Kind = between(0, Infinity, "a number above 0");
/** A number, 0 or more. */
export const notNegative: Kind = {
  should: "a number, 0 or more",
  is: isNumber,
  within: (value: number) => value >= 0 && value < Infinity,
};
/** Degrees of freedom. */
export const degrees: Kind = {
  should: "a positive number or Infinity",
  is: isNumber,
  within: (value: number) => value > 0,
};
/** How many. */
export const count: Kind = {
  should: "a whole number, 1 or more",
  is: isNumber,
  within: (value: number) => Number.isSafeInteger(value) && value >= 1,
};
/** The start of random numbers. */
export const seed: Kind = {
  should: "a whole number of 32 bits",
  is: isNumber,
  within: (value: number) => Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 32,
};
/** A function. */
export const callback: Kind = { should: "a function", is: (value) => typeof value === "function" };
/** What stops a long computation. */
export const signal: Kind = {
  should: "the signal of an AbortController",
  is: (value) => value instanceof AbortSignal,
};
/** One value for each row: an array or a typed array. */
export const values: Kind = {
  should: "an array of values",
  is: (value) => Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)),
};
/** A polars data frame. */
export const frame: Kind = {
  should: "a data frame",
  is: (value) => Object.prototype.toString.call(value) === "[object DataFrame]",
};
/** A plain object. */
export const object: Kind = { should: "an object", is: isObject };

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !frame.is(value) &&
    !isPromise(value);
}
