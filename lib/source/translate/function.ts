/** What a function of formulas is in a query. */
import type { Inputs } from "../../formula/transforms/transform.ts";
import type { State } from "../../formula/values.ts";
import type { Ask } from "./ask.ts";
import type { SqlValue } from "./value.ts";

/** Arguments of one call. */
export interface SqlInputs {
  /** The call as text, for messages. */
  readonly text: string;
  readonly given: ReadonlyMap<string, SqlValue>;
  /** Arguments taken by "...". */
  readonly rest: readonly { readonly text: string; readonly value: SqlValue }[];
  /** The constants among them, as the formula reads them. */
  readonly options: Inputs;
}

/** A function of formulas, in a query. */
export interface SqlFunction {
  apply(inputs: SqlInputs, state: State | null): SqlValue;
  /** Asks the engine for what the function remembers; null for nothing. */
  learn?(inputs: SqlInputs, ask: Ask): Promise<State | null>;
}

/** The required argument of that name. */
export function required({ given, text }: SqlInputs, name: string): SqlValue {
  const value = given.get(name);
  if (value === undefined) throw new TypeError(`Cannot compute ${text}: its argument ${name} is missing`);
  return value;
}
