/** Contrast methods by name, as objects, or as coefficients; and the levels that they take as controls. */
import { describe, type Kinds, kinds } from "../../check.ts";
import { nearestName } from "../../frame.ts";
import { ADJUSTMENTS } from "./adjust.ts";
import type { ContrastMethod } from "./contrasts/contrast_method.ts";
import * as methods from "./contrasts/mod.ts";
import { quoted } from "../grid/reference_grid.ts";

/**
 * Contrast methods by name.
 *
 * @category Means and comparisons
 */
export type ContrastName = keyof typeof methods;

/**
 * A method by name, coefficients by name of the contrast (one per mean), or a method of one's own.
 *
 * @category Means and comparisons
 */
export type ContrastSpec = ContrastName | Readonly<Record<string, readonly number[]>> | ContrastMethod;

/**
 * A level by name, a position counted from 1, or several.
 *
 * @category Means and comparisons
 */
export type Control = string | number | readonly (string | number)[];

/**
 * Methods of one's own by the name that specs call them.
 *
 * @category Means and comparisons
 */
export type OwnContrasts = Readonly<Record<string, ContrastMethod>>;

/** A method by name or object, or coefficients turned into a method. */
export function readMethod(method: ContrastSpec): ContrastMethod {
  if (typeof method === "string") return methodByName(method);
  if (method === null || typeof method !== "object") {
    throw new TypeError(
      `Cannot use ${describe(method)} as contrasts: give a family's name, or coefficients by name`,
    );
  }
  const made = Object.values(method).some((value) => typeof value === "function");
  return made ? checkMethod(method as ContrastMethod) : custom(method as Coefficients);
}

type Coefficients = Readonly<Record<string, readonly number[]>>;

const METHOD: Kinds<ContrastMethod> = {
  name: kinds.text,
  adjust: kinds.oneOf(...ADJUSTMENTS),
  pairwise: kinds.flag,
  combinations: kinds.callback,
};

/** Throws unless a method of the caller's own has what a method is made of. */
function checkMethod(method: ContrastMethod): ContrastMethod {
  for (const member of ["name", "adjust", "pairwise", "combinations"] as const) {
    const value: unknown = method?.[member], { is, within, should } = METHOD[member];
    if (member === "pairwise" && value === undefined) continue;
    if (is(value) && (within?.(value as never) ?? true)) continue;
    throw new (is(value) ? RangeError : TypeError)(
      `Cannot use these contrasts: the method's ${member} is ${describe(value)}, it should be ${should}`,
    );
  }
  return method;
}

/** A registered method, or one of the caller's own. */
export function methodByName(name: string, own: OwnContrasts = {}): ContrastMethod {
  const known: Readonly<Record<string, ContrastMethod>> = methods;
  if (Object.hasOwn(own, name)) return checkMethod(own[name]);
  if (Object.hasOwn(known, name)) return known[name];
  const names = [...Object.keys(known), ...Object.keys(own)], near = nearestName(name, names);
  throw new RangeError(
    `Cannot find contrasts "${name}": known are ${quoted(names)}, or coefficients by name` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

function custom(given: Coefficients): ContrastMethod {
  return {
    name: "custom",
    adjust: "none",
    combinations: (labels) =>
      Object.entries(given).map(([name, coefficient]) => {
        const valid = Array.isArray(coefficient) && coefficient.every(Number.isFinite);
        if (!valid || coefficient.length !== labels.length) {
          throw new RangeError(
            `Cannot use contrast "${name}": it has ${
              valid ? `${coefficient.length} coefficients` : JSON.stringify(coefficient)
            }, ` +
              `it should have ${labels.length} numbers, one for each of ${quoted(labels)}`,
          );
        }
        if (coefficient.every((c) => c === 0)) {
          throw new RangeError(`Cannot use contrast "${name}": all its coefficients are 0`);
        }
        return { name, index: [...labels.keys()], coefficient };
      }),
  };
}

/** Positions of the controls among the levels. */
export function controls(ref: Control | undefined, labels: readonly string[]): number[] | undefined {
  if (ref === undefined) return undefined;
  const wanted = Array.isArray(ref) ? ref as (string | number)[] : [ref as string | number];
  return wanted.map((level) => controlAt(level, labels));
}

/** Position of a control: by level, or counted from 1. */
function controlAt(level: string | number, labels: readonly string[]): number {
  if (typeof level === "string") {
    const at = labels.indexOf(level), near = nearestName(level, [...labels]);
    if (at >= 0) return at;
    throw new RangeError(
      `Cannot find the control ref: "${level}" among ${quoted(labels)}` +
        (near ? `; did you mean "${near}"?` : ""),
    );
  }
  if (Number.isInteger(level) && level >= 1 && level <= labels.length) return level - 1;
  throw new RangeError(
    `Cannot use ref: ${level}: a number is a position from 1 to ${labels.length}; a level is text, such as ref: "${
      labels[0]
    }"`,
  );
}

/** One method for each factor outside `by`. */
export function interactionMethods(
  method: ContrastSpec,
  interaction: boolean | readonly (ContrastName | ContrastMethod)[],
  factors: readonly string[],
): ContrastMethod[] {
  if (!Array.isArray(interaction)) return factors.map(() => readMethod(method));
  if (interaction.length === 1) return factors.map(() => readMethod(interaction[0]));
  if (interaction.length === factors.length) return interaction.map((each) => readMethod(each));
  throw new RangeError(
    `Cannot use interaction with ${interaction.length} families: there should be one for each of ${
      quoted(factors)
    }`,
  );
}
