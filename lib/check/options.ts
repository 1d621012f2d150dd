/** Options of the public functions: an unknown name or value is refused, never ignored. */
import { nearestName } from "../frame/names.ts"; // not all of frame.ts: threads that have families load no data frames
import { describe } from "./describe.ts";
import { type Kind, object } from "./kinds.ts";
import { instead, nameInR } from "./r_names.ts";

/**
 * The kind of every option of a function.
 *
 * @category Extend
 */
export type Kinds<T> = { readonly [K in keyof Required<T>]: Kind };

/**
 * Throws unless the options are an object in which every name is known and every value of its kind.
 *
 * @param where Name of the function, for messages.
 * @param required Options that must be given.
 * @throws {RangeError} For an unknown option, or a value out of range.
 * @throws {TypeError} For a value of another type.
 */
export function checkOptions<T extends object>(
  where: string,
  options: T,
  kinds: Kinds<T>,
  required: readonly (keyof T & string)[] = [],
): void {
  if (!object.is(options)) {
    throw new TypeError(
      `Cannot use ${where}(): its options are ${describe(options)}, they should be an object such as { ${
        Object.keys(kinds)[0]
      }: … }`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(kinds, name)) throw unknownOption(where, name, Object.keys(kinds));
  }
  const missing = required.find((name) => options[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(
      `Cannot use ${where}(): its option "${missing}" is missing, it should be ${kinds[missing].should}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value !== undefined) checkValue(where, name, value, (kinds as Readonly<Record<string, Kind>>)[name]);
  }
}

/** Options, of which one may be given by itself where its name goes without saying: `f(x, "site")` for `f(x, { group: "site" })`. */
export function alone<T extends object>(given: T | string, name: keyof T & string): T {
  return typeof given === "string" ? { [name]: given } as unknown as T : given;
}

/** Throws unless a value is of its kind. */
export function checkValue(where: string, name: string, value: unknown, kind: Kind): void {
  const right = kind.is(value);
  if (right && (kind.within?.(value as never) ?? true)) return;
  if (!right) {
    throw new TypeError(
      `Cannot use ${name}: it is ${describe(value)}, it should be ${kind.should} (in ${where}())`,
    );
  }
  const words = typeof value === "string" && kind.words?.length ? kind.words : null;
  const near = words && nearestName(value as string, [...words]);
  throw new RangeError(
    `Cannot use ${name}: ${describe(value)}, ` +
      (words ? `known are ${words.map((word) => `"${word}"`).join(", ")}` : `it should be ${kind.should}`) +
      ` (in ${where}())` + (near ? `; did you mean "${near}"?` : ""),
  );
}

function unknownOption(where: string, name: string, known: readonly string[]): RangeError {
  const near = nameInR(name, known) ?? nearestName(name, [...known]), other = near ? null : instead(name);
  return new RangeError(
    `Cannot use option "${name}" in ${where}(): its options are ${
      known.map((each) => `"${each}"`).join(", ")
    }` + (near ? `; did you mean "${near}"?` : other ? `; ${other}` : ""),
  );
}
