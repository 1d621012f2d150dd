/** Grouping factors: combinations of the levels of one or more factors as level indices. */
import { asCategories } from "./transforms/factor.ts";
import { dropUnusedLevels, type FactorValue, type Value, withLevels } from "./values.ts";

/**
 * A grouping factor as plain JSON: what the level indices mean.
 *
 * @category Extend
 */
export interface GroupMemory {
  /** Each factor's expression and levels, in the order in which a group's name lists them. */
  readonly components: readonly { readonly text: string; readonly levels: readonly string[] }[];
  /** Combined codes (last factor fastest) of the groups in increasing order; null when every level of one factor is a group. */
  readonly cells: readonly number[] | null;
}

/** Level index of every row. */
export interface Groups {
  readonly level: Int32Array;
  readonly memory: GroupMemory;
}

/**
 * Finds the groups that occur. They are ordered by the first factor's levels, then the second's, and so on.
 *
 * @param components The factors; none makes one group of all rows.
 * @param n Number of rows.
 */
export function findGroups(components: readonly { text: string; value: Value }[], n: number): Groups {
  if (components.length === 0) return { level: new Int32Array(n), memory: { components: [], cells: null } };
  const factors = components.map(({ text, value }) => dropUnusedLevels(groupFactor(text, value)));
  const described = components.map(({ text }, i) => ({ text, levels: factors[i].levels }));
  if (factors.length === 1) {
    return { level: factors[0].codes, memory: { components: described, cells: null } };
  }
  const { codes, size } = crossedLevels(factors);
  const cells = [...distinct(codes, size)];
  return { level: indexCells(codes, cells, size), memory: { components: described, cells } };
}

/** Level of a group that the fit has not seen. */
export const UNSEEN = -2;

/**
 * Finds the known groups in new data.
 *
 * @returns Level of each row, −1 where it is missing, {@link UNSEEN} where the fit has not seen it, and the names of those.
 */
export function recallGroups(
  memory: GroupMemory,
  values: readonly Value[],
  n: number,
): { level: Int32Array; unseen: string[] } {
  if (values.length === 0) return { level: new Int32Array(n), unseen: [] };
  const given = values.map((value, i) => groupFactor(memory.components[i].text, value));
  const factors = given.map((factor, i) => withLevels(factor, memory.components[i].levels));
  const { codes, size } = crossedLevels(factors);
  const level = memory.cells === null
    ? Int32Array.from(codes, (code) => code)
    : indexCells(codes, memory.cells, size);
  const unseen = new Set<string>();
  for (let i = 0; i < n; i++) {
    if (level[i] >= 0) continue;
    level[i] = -1;
    if (given.every((factor) => factor.codes[i] >= 0)) {
      level[i] = UNSEEN;
      unseen.add(given.map((factor) => factor.levels[factor.codes[i]]).join(":"));
    }
  }
  return { level, unseen: [...unseen] };
}

/** Names of the groups: levels joined by ":". */
export function groupNames({ components, cells }: GroupMemory): readonly string[] {
  if (components.length === 0) return ["1"];
  if (cells === null) return components[0].levels;
  return cells.map((cell) => {
    const parts: string[] = [];
    for (let k = components.length - 1; k >= 0; k--) {
      const { levels } = components[k];
      parts.unshift(levels[cell % levels.length]);
      cell = Math.floor(cell / levels.length);
    }
    return parts.join(":");
  });
}

/** A grouping factor's values as categories: text, or whole numbers. */
export function groupFactor(text: string, value: Value): FactorValue {
  if (value.kind === "numeric") {
    const row = value.values.findIndex((x) => Math.floor(x) !== x && x === x);
    if (row >= 0) {
      throw new RangeError(
        `Cannot group by "${text}": it has fractions (${
          value.values[row]
        }), groups are text or whole numbers; ` +
          `write factor(${text}) if every distinct number is a group`,
      );
    }
  }
  return asCategories(value, `the grouping factor ${text}`);
}

/** One number per row for the combination of codes, −1 where a code is negative. */
function crossedLevels(
  factors: readonly FactorValue[],
): { codes: ArrayLike<number> & Iterable<number>; size: number } {
  const size = factors.reduce((product, { levels }) => product * levels.length, 1);
  if (factors.length === 1) return { codes: factors[0].codes, size };
  if (size > Number.MAX_SAFE_INTEGER) {
    throw new RangeError("Cannot combine grouping factors: they have more than 2^53 combinations of levels");
  }
  const codes = Float64Array.from(factors[0].codes);
  for (const { codes: next, levels } of factors.slice(1)) {
    const count = levels.length;
    for (let i = 0; i < codes.length; i++) {
      codes[i] = codes[i] < 0 || next[i] < 0 ? -1 : codes[i] * count + next[i];
    }
  }
  return { codes, size };
}

/** Tables are used up to this many combinations (or as many as rows), hash maps beyond. */
const TABLE = 1 << 22;

function distinct(codes: ArrayLike<number>, size: number): Float64Array {
  if (size > Math.max(TABLE, codes.length)) {
    const found = new Set<number>();
    for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) found.add(codes[i]);
    return Float64Array.from(found).sort();
  }
  const used = new Uint8Array(size);
  let count = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] < 0 || used[codes[i]] === 1) continue;
    used[codes[i]] = 1;
    count++;
  }
  const cells = new Float64Array(count);
  for (let cell = 0, k = 0; cell < size; cell++) if (used[cell] === 1) cells[k++] = cell;
  return cells;
}

/** Position of each row's code among the sorted cells, −1 when it is not there. */
function indexCells(codes: ArrayLike<number>, cells: readonly number[], size: number): Int32Array {
  const index = new Int32Array(codes.length);
  if (size > Math.max(TABLE, codes.length)) {
    const position = new Map(cells.map((cell, k) => [cell, k]));
    for (let i = 0; i < index.length; i++) index[i] = position.get(codes[i]) ?? -1;
    return index;
  }
  const position = new Int32Array(size).fill(-1);
  cells.forEach((cell, k) => position[cell] = k);
  for (let i = 0; i < index.length; i++) index[i] = codes[i] < 0 ? -1 : position[codes[i]];
  return index;
}
