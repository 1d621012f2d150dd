/** Where observations have run to the edge of what is possible, in words: "f = b", "tg = 1 and tt = 0", "x up to 3.1". */
import { formatNumber } from "../../formula/numbers.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import type { Recipe } from "../../formula/types.ts";
import { type Frame, readColumn } from "../../frame.ts";

/** A predictor with few values as level numbers. */
interface Levels {
  readonly name: string;
  readonly labels: readonly string[];
  readonly codes: Int32Array;
}

/** Most predictors in a combination, and most combinations that are listed. */
const DEPTH = 3;
const SHOWN = 4;

/**
 * The combinations of levels that hold exactly the rows `at` (1 where an observation has vanished), of as few predictors as
 * possible; null when none do.
 * @param data the rows of the fit
 */
export function cellsOf(recipe: Recipe, part: string, data: Frame, at: Uint8Array): string | null {
  const factors = levelsOf(recipe, part, data);
  for (let depth = 1; depth <= Math.min(DEPTH, factors.length); depth++) {
    for (const chosen of subsets(factors, depth)) {
      const cells = coverage(chosen, at);
      if (cells) return listed(cells);
    }
  }
  return thresholds(recipe, part, data, at);
}

/** A level of one factor that holds all the rows `at`, and others: where to look. */
export function levelAround(recipe: Recipe, part: string, data: Frame, at: Uint8Array): string | null {
  for (const { name, labels, codes } of levelsOf(recipe, part, data)) {
    const held = new Set(codes.filter((_, i) => at[i] === 1));
    const [code] = held;
    if (held.size === 1 && code >= 0) return `${name} = ${labels[code]}`;
  }
  return null;
}

function levelsOf(recipe: Recipe, part: string, data: Frame): Levels[] {
  return fixedVariables(recipe, part).flatMap((v): Levels[] => {
    const column = readColumn(data, v.name);
    if (column.kind === "factor") return [{ name: v.name, labels: column.levels, codes: column.codes }];
    if (!v.values) return [];
    const position = new Map(v.values.map((value, k) => [value, k]));
    return [{
      name: v.name,
      labels: v.values.map(formatNumber),
      codes: Int32Array.from(column.values, (value) => position.get(value) ?? -1),
    }];
  });
}

function fixedVariables(recipe: Recipe, part: string) {
  return recipeVariables(recipe).filter(({ roles }) =>
    roles.some((r) => r.part === part && r.role === "fixed")
  );
}

function subsets<T>(list: readonly T[], size: number): T[][] {
  if (size === 0) return [[]];
  return list.flatMap((first, k) => subsets(list.slice(k + 1), size - 1).map((rest) => [first, ...rest]));
}

/** Names of the cells that hold vanished rows only, if these are all of them. */
function coverage(chosen: readonly Levels[], at: Uint8Array): string[] | null {
  const cells = new Map<string, { name: string; vanished: number; rows: number }>();
  for (let i = 0; i < at.length; i++) {
    const key = chosen.map(({ codes }) => codes[i]).join(" ");
    let cell = cells.get(key);
    if (!cell) {
      const name = chosen.map(({ name, labels, codes }) => `${name} = ${labels[codes[i]] ?? "missing"}`).join(
        " and ",
      );
      cells.set(key, cell = { name, vanished: 0, rows: 0 });
    }
    cell.rows++;
    cell.vanished += at[i];
  }
  const touched = [...cells.values()].filter(({ vanished }) => vanished > 0);
  return touched.every(({ vanished, rows }) => vanished === rows) ? touched.map(({ name }) => name) : null;
}

function listed(names: readonly string[]): string {
  return names.slice(0, SHOWN).join("; ") +
    (names.length > SHOWN ? `; and ${names.length - SHOWN} more` : "");
}

/** A covariate below or above whose value all rows, and no others, have vanished. */
function thresholds(recipe: Recipe, part: string, data: Frame, at: Uint8Array): string | null {
  for (const { name } of fixedVariables(recipe, part)) {
    const column = readColumn(data, name);
    if (column.kind !== "numeric") continue;
    const inside = { low: Infinity, high: -Infinity }, outside = { low: Infinity, high: -Infinity };
    column.values.forEach((v, i) => {
      const range = at[i] ? inside : outside;
      range.low = Math.min(range.low, v);
      range.high = Math.max(range.high, v);
    });
    const shown = (v: number) => formatNumber(Number(v.toPrecision(6)));
    if (inside.high < outside.low) return `${name} is at most ${shown(inside.high)}`;
    if (inside.low > outside.high) return `${name} is at least ${shown(inside.low)}`;
  }
  return null;
}
