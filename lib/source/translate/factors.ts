/** Factors by their keys. */
import { factorOfNumbers } from "../../formula/values.ts";
import { binary, every, type Expr, number, text, truth } from "../query/expression.ts";
import { any, prints } from "./guards.ts";
import type { SqlFactor, SqlNumbers, SqlValue } from "./value.ts";

/** A column of text. */
export function textFactor(of: Expr, levels: () => readonly string[]): SqlFactor {
  return {
    kind: "factor",
    keys: [of],
    label: ([key]) => String(key),
    is: (level) => binary("=", of, text(level)),
    levels,
    boolean: false,
  };
}

/** FALSE and TRUE by a number that is 0 or 1. */
export function truthFactor(of: Expr): SqlFactor {
  return {
    kind: "factor",
    keys: [of],
    label: ([key]) => Number(key) === 0 ? "FALSE" : "TRUE",
    is: (level) => binary("=", of, number(level === "TRUE" ? 1 : 0)),
    levels: () => ["FALSE", "TRUE"],
    boolean: true,
  };
}

/** FALSE and TRUE by a condition. */
export const condition = (of: Expr): SqlFactor => truthFactor(truth(of));

/** The text of one number as a level. */
export const labelOf = (value: number): string => factorOfNumbers(Float64Array.of(value)).levels[0];

/** Numbers as levels. */
export function numberFactor({ of }: SqlNumbers, levels: () => readonly string[]): SqlFactor {
  return {
    kind: "factor",
    keys: [of],
    label: ([key]) => labelOf(Number(key)),
    is: (level) => prints(of, Number(level)),
    levels,
    boolean: false,
  };
}

/** Any value with one entry per row as a factor; null where it is none. */
export function asFactor(value: SqlValue, levels: () => readonly string[]): SqlFactor | null {
  if (value.kind === "factor") return value;
  return value.kind === "numeric" ? numberFactor(value, levels) : null;
}

/** The combinations of the levels of several factors. */
export function combined(
  factors: readonly SqlFactor[],
  join: (labels: readonly string[]) => string,
): SqlFactor {
  const widths = factors.map(({ keys }) => keys.length);
  const starts = widths.map((_, k) => widths.slice(0, k).reduce((s, w) => s + w, 0));
  const combinations = () =>
    factors.reduce((all: string[][], { levels }) => levels().flatMap((b) => all.map((a) => [...a, b])), [[]]);
  return {
    kind: "factor",
    keys: factors.flatMap(({ keys }) => keys),
    label: (keys) => join(factors.map(({ label }, k) => label(keys.slice(starts[k], starts[k] + widths[k])))),
    is: (level) =>
      any(
        combinations().filter((labels) => join(labels) === level).map((labels) =>
          every(labels.map((label, k) => factors[k].is(label)))
        ),
      ),
    levels: () => combinations().map(join),
    boolean: false,
  };
}

/** The same factor under other names: `names` of its levels in order. */
export function renamed(factor: SqlFactor, levels: readonly string[], names: readonly string[]): SqlFactor {
  const name = new Map(levels.map((level, k) => [level, names[k]]));
  return {
    ...factor,
    label: (keys) => name.get(factor.label(keys)) ?? factor.label(keys),
    is: (wanted) => any(levels.filter((_, k) => names[k] === wanted).map(factor.is)),
    levels: () => names,
    boolean: false,
  };
}
