/**
 * Factors whose level order travels with the data. A polars Categorical with *named* categories keeps its own
 * physical order through filter, sort, group and concat, whereas the anonymous ones share one table for the whole
 * process, in order of first appearance anywhere. nodejs-polars offers no constructor for named categories (nor Enum),
 * but reads them from the serialised form of a cast.
 */
import { type Frame, pl, type Series, seriesAt } from "./polars.ts";

const UNORDERED = "tidyglmm.factor", ORDERED = "tidyglmm.ordered";

/** Level order known from the data type: of a factor made by {@link withLevels}, else null. */
export function categoryOrder(series: Series): "factor" | "ordered" | null {
  if (series.dtype.variant !== "Categorical") return null;
  const schema = new TextDecoder("latin1").decode(series.slice(0, 0).serialize("bincode"));
  return schema.includes(UNORDERED) ? "factor" : schema.includes(ORDERED) ? "ordered" : null;
}

/**
 * Turns a column into a factor with the given level order, which polars operations keep.
 *
 * @param frame data frame
 * @param name column of strings (or values whose text is a level)
 * @param levels every value of the column, first level first
 * @param ordered true for an ordered factor (polynomial contrasts by default)
 * @returns the data frame with that column as a Categorical
 * @throws RangeError when a value of the column is not among `levels`
 */
export function withLevels(
  frame: Frame,
  name: string,
  levels: readonly (string | number)[],
  ordered = false,
): Frame {
  const texts = levels.map(String);
  const known = new Set(texts);
  const strings = seriesAt(frame, name).cast(pl.String);
  for (const value of strings.unique().toArray() as (string | null)[]) {
    if (value === null || known.has(value)) continue;
    const row = (strings.toArray() as (string | null)[]).indexOf(value);
    throw unknownLevel(name, value, row, texts);
  }
  // The levels go in front and are cut off again, so that they get the codes 0, 1, 2, … whatever the data begin with.
  const stacked = pl.DataFrame({ x: pl.concat([pl.Series("x", texts, pl.String), strings.alias("x")]) });
  const coded = stacked.select(castToNamed("x", texts, ordered)).getColumn("x");
  const factor = coded.slice(texts.length, strings.length).alias(name);
  return frame.withColumn(factor);
}

/** The error for a value that is not one of the levels. */
export function unknownLevel(
  name: string,
  value: string,
  row: number,
  levels: readonly string[],
): RangeError {
  const shown = levels.slice(0, 12).map((level) => JSON.stringify(level)).join(", ");
  const more = levels.length > 12 ? `, … (${levels.length} in all)` : "";
  return new RangeError(
    `Cannot code column "${name}": row ${row} is ${
      JSON.stringify(value)
    }, which is not one of the levels ${shown}${more}`,
  );
}

/** The expression that casts a column to categories named after the list of levels (same list, same categories). */
function castToNamed(name: string, levels: readonly string[], ordered: boolean) {
  const dtype = {
    Categorical: { name: fingerprint(levels), namespace: ordered ? ORDERED : UNORDERED, physical: "U32" },
  };
  const cast = { Cast: { expr: { Column: name }, dtype: { Literal: dtype }, options: "Strict" } };
  return pl.Expr.deserialize(new TextEncoder().encode(JSON.stringify(cast)) as never, "json");
}

/** 53-bit fingerprint of a list of strings (two 32-bit FNV-1a hashes), as text. */
function fingerprint(levels: readonly string[]): string {
  const text = JSON.stringify(levels);
  let a = 0x811c9dc5, b = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return `${levels.length}-${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`;
}
