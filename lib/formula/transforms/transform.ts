/** What a function inside a formula is: one file per function implements {@link Transform}. */
import { numberAdvice } from "../number_text.ts";
import type { NumericValue, State, Value } from "../values.ts";

/** A function that a formula can call. */
export interface Transform {
  /** As written in the formula: "poly", "as.factor". */
  readonly name: string;
  /** Names of the parameters in order; a last "..." takes any number of further arguments. */
  readonly parameters: readonly string[];
  /**
   * Computes the function.
   *
   * @param inputs The arguments, matched to the parameters.
   * @param state What an earlier call on the fit's data remembered, or null when this is the fit.
   * @returns The value, and in `state` what later calls need (centre, scale, levels): plain JSON.
   */
  apply(inputs: Inputs, state: State | null): { readonly value: Value; readonly state?: State };
  /** Learns that state from rows that come in blocks; of the transforms that have one. */
  readonly learn?: () => Learner;
  /** That state is levels, which the different rows say as well as all. */
  readonly ofLevels?: boolean;
}

/** Gathers what a transform remembers, block by block. */
export interface Learner {
  /** The arguments in the next block of rows. */
  add(inputs: Inputs): void;
  /** After the last block: the state, or null where all blocks have to pass once more. */
  finish(inputs: Inputs): State | null;
}

/** The state from rows that are all here. */
export function learnAtOnce(learner: Learner, inputs: Inputs): State {
  for (;;) {
    learner.add(inputs);
    const state = learner.finish(inputs);
    if (state !== null) return state;
  }
}

/** Arguments of one call, matched to the transform's parameters. */
export interface Inputs {
  /** The call as text, for messages. */
  readonly text: string;
  /** Number of rows of the data. */
  readonly n: number;
  readonly given: ReadonlyMap<string, Value>;
  /** Arguments taken by "...". */
  readonly rest: readonly { readonly text: string; readonly value: Value }[];
}

/** The argument as numbers, one per row. TRUE and FALSE count as 1 and 0. */
export function numbersOf(value: Value, n: number, user: string): NumericValue {
  if (value.kind === "numeric") return value;
  if (value.kind === "matrix" && value.columns.length === 1) {
    return { kind: "numeric", values: value.columns[0] };
  }
  if (value.kind === "constant" && value.items.length === 1 && typeof value.items[0] !== "string") {
    return { kind: "numeric", values: new Float64Array(n).fill(Number(value.items[0])) };
  }
  if (value.kind === "factor" && value.boolean) {
    return { kind: "numeric", values: Float64Array.from(value.codes, (code) => code < 0 ? NaN : code) };
  }
  const found = value.kind === "factor"
    ? `a factor with levels ${value.levels.slice(0, 3).map((level) => `"${level}"`).join(", ")}`
    : value.kind === "matrix"
    ? `a matrix of ${value.columns.length} columns`
    : "text";
  const advice = value.kind === "factor" ? numberAdvice(argumentOf(user), value) : "";
  throw new TypeError(`Cannot compute ${user}: it needs numbers, but is given ${found}${advice}`);
}

/** The x of log(x), "x as in the fit" or "the weights x", for advice. */
function argumentOf(user: string): string {
  const plain = user.replace(/^the (?:response|weights) | as in the fit$/g, "");
  return /^[\w.]+\(([\w.]+)[,)]/.exec(plain)?.[1] ?? plain;
}

/** The required argument of that name as numbers. */
export function numericInput(inputs: Inputs, name: string): Float64Array {
  return numbersOf(requiredInput(inputs, name), inputs.n, inputs.text).values;
}

/** The argument of that name. */
export function requiredInput(inputs: Inputs, name: string): Value {
  const value = inputs.given.get(name);
  if (value === undefined) {
    throw new TypeError(`Cannot compute ${inputs.text}: its argument ${name} is missing`);
  }
  return value;
}

/** The items of a constant argument, or null when it is not given. */
export function constantInput(inputs: Inputs, name: string): readonly (number | string | boolean)[] | null {
  const value = inputs.given.get(name);
  if (value === undefined) return null;
  if (value.kind === "constant") return value.items;
  throw new TypeError(`Cannot compute ${inputs.text}: its argument ${name} must be a constant, not a column`);
}

/** A single number given as a constant, or the default. */
export function numberOption(inputs: Inputs, name: string, fallback: number): number {
  const items = constantInput(inputs, name);
  if (items === null) return fallback;
  if (items.length === 1 && typeof items[0] === "number") return items[0];
  throw new TypeError(`Cannot compute ${inputs.text}: its argument ${name} must be one number`);
}

/** TRUE or FALSE given as a constant, or the default. */
export function booleanOption(inputs: Inputs, name: string, fallback: boolean): boolean {
  const items = constantInput(inputs, name);
  if (items === null) return fallback;
  if (items.length === 1 && typeof items[0] === "boolean") return items[0];
  throw new TypeError(`Cannot compute ${inputs.text}: its argument ${name} must be TRUE or FALSE`);
}

/** A transform that works on each number by itself and remembers nothing. */
export function elementwise(name: string, compute: (x: number) => number): Transform {
  return {
    name,
    parameters: ["x"],
    apply(inputs) {
      const x = numericInput(inputs, "x");
      const values = new Float64Array(x.length);
      for (let i = 0; i < x.length; i++) values[i] = compute(x[i]);
      return { value: { kind: "numeric", values } };
    },
  };
}
