/** Families of contrasts by name, as objects, or as coefficients; and the levels that they take as controls. */
import { nearestName } from "../../frame.ts";
import type { Combination, ContrastChoices, ContrastMethod } from "./contrasts/contrast_method.ts";
import * as methods from "./contrasts/mod.ts";
import type { Estimates } from "./estimates.ts";
import { quoted } from "../grid/reference_grid.ts";

/** Families of contrasts by name. */
export type ContrastName = keyof typeof methods;

/** A family by name, coefficients by name of the contrast (one per mean), or a family of one's own. */
export type ContrastSpec = ContrastName | Readonly<Record<string, readonly number[]>> | ContrastMethod;

/** A level by name, a position counted from 1, or several. */
export type Control = string | number | readonly (string | number)[];

/** A family by name or object, or coefficients turned into a family. */
export function readMethod(method: ContrastSpec): ContrastMethod {
  if (typeof method === "string") return methodByName(method);
  if (method === null || typeof method !== "object") {
    throw new TypeError(
      `Cannot use ${String(method)} as contrasts: give a family's name, or coefficients by name`,
    );
  }
  if (typeof (method as ContrastMethod).combinations === "function") return method as ContrastMethod;
  return custom(method as Readonly<Record<string, readonly number[]>>);
}

/** A registered family. */
function methodByName(name: string): ContrastMethod {
  const known: Readonly<Record<string, ContrastMethod>> = methods;
  if (Object.hasOwn(known, name)) return known[name];
  const names = Object.keys(known), near = nearestName(name, names);
  throw new RangeError(
    `Cannot find contrasts "${name}": known are ${quoted(names)}, or coefficients by name` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

function custom(given: Readonly<Record<string, readonly number[]>>): ContrastMethod {
  return {
    name: "custom",
    adjust: "none",
    pairwise: false,
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

/** Contrasts of a family among some means, the control found by `ref`. */
export function combine(
  rule: ContrastMethod,
  labels: readonly string[],
  plain: readonly string[],
  ref: Control | undefined,
  minus: ContrastChoices["minus"],
): Combination[] {
  if (ref === undefined) return rule.combinations(labels, { minus });
  const wanted = Array.isArray(ref) ? ref as (string | number)[] : [ref as string | number];
  return rule.combinations(labels, { minus, ref: wanted.map((level) => position(level, plain)) });
}

/** Position of a control: by level, or counted from 1. */
function position(level: string | number, labels: readonly string[]): number {
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

/** One family for each factor outside `by`. */
export function interactionMethods(
  method: ContrastSpec,
  interaction: boolean | readonly ContrastName[] | undefined,
  means: Estimates,
  by: readonly string[],
): ContrastMethod[] {
  const factors = means.factors.filter(({ name }) => !by.includes(name)).map(({ name }) => name);
  if (!Array.isArray(interaction)) return factors.map(() => readMethod(method));
  if (interaction.length === 1) return factors.map(() => methodByName(interaction[0]));
  if (interaction.length === factors.length) return interaction.map(methodByName);
  throw new RangeError(
    `Cannot use interaction with ${interaction.length} families: there should be one for each of ${
      quoted(factors)
    }`,
  );
}
