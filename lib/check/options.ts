/** Options of the public functions: an unknown name or value is refused, never ignored. */
import { nearestName } from "../frame.ts";
import { describe } from "./describe.ts";
import { type Kind, object } from "./kinds.ts";

/** The kind of every option of a function. */
export type Kinds<T> = { readonly [K in keyof Required<T>]: Kind };

/** What R calls them. */
const IN_R: Readonly<Record<string, string>> = {
  ziformula: "zeroInflation",
  dispformula: "dispersion",
  REML: "reml",
  nAGQ: "quadrature",
  "na.action": "missing",
  link: "family",
  nsim: "n",
  nSim: "n",
  simulations: "n",
  "re.form": "randomEffects",
  reForm: "randomEffects",
  re_formula: "randomEffects",
  "allow.new.levels": "newLevels",
  "conf.level": "level",
  confLevel: "level",
  "se.fit": "interval",
  p_adjust: "adjust",
  ddf: "df",
  "lmer.df": "df",
  mode: "df",
};

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
  const missing = required.find((name) => options[name] === undefined);
  if (missing !== undefined) {
    throw new TypeError(
      `Cannot use ${where}(): its option "${missing}" is missing, it should be ${kinds[missing].should}`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(kinds, name)) throw unknownOption(where, name, Object.keys(kinds));
    if (value !== undefined) checkValue(where, name, value, (kinds as Readonly<Record<string, Kind>>)[name]);
  }
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
  const inR = Object.hasOwn(IN_R, name) && known.includes(IN_R[name]) ? IN_R[name] : null;
  const near = inR ?? nearestName(name, [...known]);
  return new RangeError(
    `Cannot use option "${name}" in ${where}(): its options are ${
      known.map((each) => `"${each}"`).join(", ")
    }` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}
