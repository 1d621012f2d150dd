/** Text, booleans and listed numbers as factors: integer codes with levels. */
import { categoryOrder, unknownLevel } from "./categories.ts";
import type { FactorColumn, NumericColumn } from "./columns.ts";
import { pl, type Series } from "./polars.ts";

/**
 * Order of factor levels made from strings, as R sorts them in an English locale: alphabetical without regard to
 * case, lower case before upper case at ties, numerals as text ("1", "10", "2").
 */
export const collator: Intl.Collator = new Intl.Collator("en", { caseFirst: "lower" });

type Levels = readonly (string | number)[];

/** A column of text: levels sorted, or in the order that travels with the column, or as given. */
export function factorColumn(series: Series, given?: Levels): FactorColumn {
  const order = categoryOrder(series);
  const categories = series.dtype.variant === "Categorical" ? series : series.cast(pl.Categorical);
  const codes = missingAsMinusOne(categories.cast(pl.UInt32));
  // The physical codes count every category of the table they come from: keep those used, with a row to read the text.
  const { used, firstRow } = distinct(codes);
  const texts = used.length ? series.gather(firstRow).cast(pl.String).toArray() as string[] : [];
  const levels = given ? uniqueTexts(series.name, given) : order ? texts : [...texts].sort(compareLevels);
  return { ...recode(series.name, codes, used, texts, levels), ordered: order === "ordered" };
}

/** A column of booleans: levels "FALSE" and "TRUE", both kept even if one does not occur (as R's model matrices do). */
export function booleanColumn(series: Series, given?: Levels): FactorColumn {
  const codes = missingAsMinusOne(series.cast(pl.Int32));
  const { used } = distinct(codes);
  const texts = used.map((code) => code === 1 ? "TRUE" : "FALSE");
  const levels = given ? uniqueTexts(series.name, given) : ["FALSE", "TRUE"];
  return { ...recode(series.name, codes, used, texts, levels), boolean: true };
}

/** A numeric column whose levels are listed: a factor, its labels the numbers as text. */
export function numericLevels(column: NumericColumn, given: Levels): FactorColumn {
  const levels = uniqueTexts(column.name, given);
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

/** Int32 codes of a column of non-negative integers, −1 where missing. */
function missingAsMinusOne(codes: Series): Int32Array {
  const filled = pl.DataFrame({ x: codes.cast(pl.Int32) }).select(
    pl.col("x").fillNull(pl.lit(-1)).cast(pl.Int32),
  );
  return filled.getColumn("x").toTypedArray() as Int32Array;
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
  used.forEach((code, i) => {
    const at = position.get(texts[i]);
    if (at === undefined) throw unknownLevel(name, texts[i], codes.indexOf(code), levels);
    newCode[code] = at;
  });
  const out = new Int32Array(codes.length);
  let missing = 0;
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code < 0) missing++;
    out[row] = code < 0 ? -1 : newCode[code];
  }
  return { kind: "factor", name, codes: out, missing, levels, ordered: false, boolean: false };
}

/** Listed levels as texts, each once. */
function uniqueTexts(name: string, given: Levels): string[] {
  const texts = given.map(String);
  const twice = texts.find((text, i) => texts.indexOf(text) < i);
  if (twice === undefined) return texts;
  throw new RangeError(
    `Cannot code column "${name}": level ${
      JSON.stringify(twice)
    } is listed twice, each level must be listed once`,
  );
}
