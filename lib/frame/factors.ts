/** Text, booleans and listed numbers as factors: integer codes with levels. */
import { categoryOrder, unknownLevel } from "./categories.ts";
import type { FactorColumn, NumericColumn } from "./column.ts";
import { pl, type Series } from "./polars.ts";

/**
 * Order of factor levels made from strings, as R sorts them in an English locale: alphabetical without regard to
 * case, lower case before upper case at ties, numerals as text ("1", "10", "2").
 */
export const collator: Intl.Collator = new Intl.Collator("en", { caseFirst: "lower" });

/**
 * Levels in their order, or the one that comes first (the reference) before the others in their own order.
 *
 * @category Data and grids
 */
export type Levels = string | number | boolean | readonly (string | number | boolean)[];

/** A column of text: levels sorted, or in the order that travels with the column, or as given. */
export function factorColumn(series: Series, given?: Levels): FactorColumn {
  const order = categoryOrder(series);
  const categories = series.dtype.variant === "Categorical" ? series : series.cast(pl.Categorical);
  const codes = missingAsMinusOne(categories.cast(pl.UInt32));
  // The physical codes count every category of the table they come from: keep those used, with a row to read the text.
  const { used, firstRow } = distinct(codes);
  const texts = used.length ? series.gather(firstRow).cast(pl.String).toArray() as string[] : [];
  const levels = arrange(series.name, given, order ? texts : [...texts].sort(compareLevels));
  const column: FactorColumn = {
    ...recode(series.name, codes, used, texts, levels),
    ordered: order === "ordered",
    ...(order && given === undefined ? { places: used } : {}),
  };
  return given === undefined && series.dtype.variant !== "Categorical" ? { ...column, from: "text" } : column;
}

/** A column of dates or times: levels as text ("2014-02-15", "2014-02-15 03:00:00") in their order. */
export function timeColumn(series: Series, given?: Levels): FactorColumn {
  const texts = (series.cast(pl.String).toArray() as (string | null)[]).map((text) =>
    text?.replace(/\.0+$/, "") ?? null
  );
  return { ...factorColumn(pl.Series(series.name, texts, pl.String), given), from: "time" };
}

/** Whole numbers that are identifiers: levels as text in numeric order. */
export function longColumn(series: Series, given?: Levels): FactorColumn {
  const texts = pl.DataFrame({ x: series }).select(pl.col("x").cast(pl.String)).getColumn("x");
  const used = (texts.unique().dropNulls().toArray() as string[]).map(BigInt)
    .sort((a, b) => a < b ? -1 : a > b ? 1 : 0).map(String);
  return { ...factorColumn(texts.alias(series.name), arrange(series.name, given, used)), from: "long" };
}

/** A column of booleans: levels "FALSE" and "TRUE", both kept even if one does not occur (as R's model matrices do). */
export function booleanColumn(series: Series, given?: Levels): FactorColumn {
  const codes = missingAsMinusOne(series.cast(pl.Int32));
  const { used } = distinct(codes);
  const texts = used.map((code) => code === 1 ? "TRUE" : "FALSE");
  const levels = arrange(series.name, given, ["FALSE", "TRUE"]);
  return { ...recode(series.name, codes, used, texts, levels), boolean: true };
}

/** A numeric column whose levels are listed: a factor, its labels the numbers as text. */
export function numericLevels(column: NumericColumn, given: Levels): FactorColumn {
  const distinctNumbers = [...new Set(column.values)].filter((x) => x === x).sort((a, b) => a - b);
  const levels = arrange(column.name, given, distinctNumbers.map(String));
  const position = new Map(levels.map((level, i) => [Number(level), i]));
  const codes = Int32Array.from(column.values, (value, row) => {
    if (value !== value) return -1;
    const code = position.get(value);
    if (code === undefined) throw unknownLevel(column.name, String(value), row, levels);
    return code;
  });
  const { name, missing } = column;
  return { kind: "factor", name, codes, missing, levels, ordered: false, boolean: false };
}

/** Order of two different texts as levels: the collator's, then code units, so that no two compare as equal. */
export function compareLevels(a: string, b: string): number {
  return collator.compare(a, b) || (a < b ? -1 : 1);
}

const MINUS_ONE = pl.Series("missing", Int32Array.of(-1));

/** Int32 codes of a column of non-negative integers, −1 where missing. */
function missingAsMinusOne(codes: Series): Int32Array {
  const signed = codes.cast(pl.Int32);
  const filled = signed.nullCount() === 0 ? signed : signed.zipWith(signed.isNotNull(), MINUS_ONE);
  return filled.toTypedArray() as Int32Array;
}

/** The distinct codes in increasing order (−1 left out), each with the first row that has it. */
function distinct(codes: Int32Array): { used: number[]; firstRow: number[] } {
  let top = -1;
  for (let i = 0; i < codes.length; i++) if (codes[i] > top) top = codes[i];
  const row = new Int32Array(top + 1).fill(-1);
  for (let i = codes.length - 1; i >= 0; i--) if (codes[i] >= 0) row[codes[i]] = i;
  const used: number[] = [];
  for (let code = 0; code <= top; code++) if (row[code] >= 0) used.push(code);
  return { used, firstRow: used.map((code) => row[code]) };
}

/** Replaces each code by the position of its text in `levels`; `texts[i]` is the text of code `used[i]`. */
function recode(
  name: string,
  codes: Int32Array,
  used: readonly number[],
  texts: readonly string[],
  levels: readonly string[],
): FactorColumn {
  const position = new Map(levels.map((level, i) => [level, i]));
  const newCode = new Int32Array((used.at(-1) ?? -1) + 1);
  const unknown = used.flatMap((code, i) =>
    position.has(texts[i]) ? [] : [{ text: texts[i], row: codes.indexOf(code) }]
  );
  if (unknown.length > 0) { // codes have no order of their own: the first row says it
    const first = unknown.reduce((a, b) => b.row < a.row ? b : a);
    throw unknownLevel(name, first.text, first.row, levels);
  }
  used.forEach((code, i) => newCode[code] = position.get(texts[i])!);
  const out = new Int32Array(codes.length);
  let missing = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code < 0) missing++;
    out[row] = code < 0 ? -1 : newCode[code];
  }
  return { kind: "factor", name, codes: out, missing, levels, ordered: false, boolean: false };
}

/** The levels: as found, or as listed (each once), or as found behind the one that is to be first. */
function arrange(name: string, given: Levels | undefined, found: readonly string[]): string[] {
  if (given === undefined) return [...found];
  if (typeof given !== "object") return behind(name, levelText(given), found);
  const texts = given.map(levelText);
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice === undefined) return texts;
  throw new RangeError(
    `Cannot code column "${name}": level ${
      JSON.stringify(twice)
    } is listed twice, each level must be listed once`,
  );
}

function behind(name: string, first: string, found: readonly string[]): string[] {
  if (found.includes(first)) return [first, ...found.filter((level) => level !== first)];
  const shown = found.slice(0, 12).map((level) => JSON.stringify(level)).join(", ");
  throw new RangeError(
    `Cannot make ${JSON.stringify(first)} the first level of column "${name}": its levels are ${shown}${
      found.length > 12 ? `, … (${found.length} in all)` : ""
    }`,
  );
}

function levelText(level: string | number | boolean): string {
  return typeof level === "boolean" ? (level ? "TRUE" : "FALSE") : String(level);
}
