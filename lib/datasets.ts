/** The data sets that come with the module: CSV files in `data/`, their columns described in `data/manifest.json`. */
import { Buffer } from "node:buffer";
import manifest from "../data/manifest.json" with { type: "json" };
import { checkValue, kinds, noMore } from "./check.ts";
import { readBytes } from "./runtime.ts";
import { type ResultFrame, resultFrame } from "./display.ts";
import { compareLevels, type Frame, nearestName, pl, withLevels } from "./frame.ts";

/** What the manifest says of a column. */
export interface DatasetColumn {
  /** Column name. */
  readonly name: string;
  /** "number", "integer" or "factor". */
  readonly type: string;
  /** Level order of a factor, where it is not the sorted one: listed, or "numeric" for numerals in numeric order. */
  readonly levels?: readonly string[] | string;
  /** The levels are ordered. */
  readonly ordered?: boolean;
  /** What was measured, in which unit. */
  readonly meaning?: string;
}

/** What the manifest says of a data set. */
interface DatasetEntry {
  readonly description: string;
  readonly source: string;
  readonly licence: string;
  readonly rows: number;
  readonly columns: readonly DatasetColumn[];
}

const entries: Readonly<Record<string, DatasetEntry>> = manifest;

/**
 * Reads one of the data sets that come with the module; `datasets()` lists them, `data/README.md` describes them.
 *
 * Numbers are Float64, whole numbers Int32, empty cells null. Factors are text; where R's level order is not the
 * sorted one ("L", "M", "H"; "1", "2", …, "10") they are a polars Categorical that keeps this order, also through
 * `filter`, `sort`, `concat` and the like. Text that is cast to String loses it.
 *
 * ```ts
 * import { dataset } from "@tidyglmm/tidyglmm";
 *
 * (await dataset("sleepstudy")).columns; // "Reaction", "Days", "Subject"
 * ```
 *
 * @param name name of the data set, e.g. "sleepstudy"
 * @returns the data as a polars data frame
 * @throws RangeError when there is no data set of that name
 * @category Data and grids
 */
export async function dataset(name: string): Promise<Frame> {
  noMore("dataset", arguments, 1);
  checkValue("dataset", "name", name, kinds.text);
  if (!Object.hasOwn(entries, name)) throw unknownDataset(name);
  const address = new URL(`../data/${name}.csv`, import.meta.url);
  const bytes = await readBytes(address).catch((error: Error) => {
    throw new Error(`Cannot read data set "${name}" at ${address}: ${error.message}`);
  });
  return parseDataset(bytes, entries[name].columns);
}

/**
 * Lists the data sets that come with the module.
 *
 * ```ts
 * import { datasets } from "@tidyglmm/tidyglmm";
 *
 * datasets().getColumn("name"); // "dragons", "sleepstudy", …
 * ```
 *
 * @returns one row per data set: `name`, `rows`, `columns`, `source`, `description`
 * @category Data and grids
 */
export function datasets(): ResultFrame {
  noMore("datasets", arguments, 0);
  const names = Object.keys(entries), all = Object.values(entries);
  return resultFrame("datasets", {
    name: names,
    rows: Int32Array.from(all, (entry) => entry.rows),
    columns: Int32Array.from(all, (entry) => entry.columns.length),
    source: all.map((entry) => entry.source),
    description: all.map((entry) => entry.description),
  });
}

/**
 * A data frame of a CSV file whose columns a manifest describes.
 *
 * @param csv the file: UTF-8, with a header line, empty cells for missing values
 * @param columns what the manifest says of each column
 */
export function parseDataset(csv: Uint8Array, columns: readonly DatasetColumn[]): Frame {
  // Everything is read as text first, because polars would read the levels 1, 2, 3 of a factor as numbers.
  let frame: Frame = pl.readCSV(Buffer.from(csv), { inferSchemaLength: 0 });
  for (const { name, type, levels, ordered } of columns) {
    if (type === "factor") {
      const listed = levels ?? numeralLevels(frame, name);
      if (listed !== null) frame = withLevels(frame, name, listLevels(frame, name, listed), ordered);
    } else {frame = frame.withColumn(
        frame.getColumn(name).cast(type === "integer" ? pl.Int32 : pl.Float64, true),
      );}
  }
  return frame.select(...columns.map((column) => column.name));
}

/** The sorted levels of a factor that has numerals among them, so that it is known to be a factor; null for words. */
function numeralLevels(frame: Frame, name: string): readonly string[] | null {
  const used = frame.getColumn(name).dropNulls().unique().toArray() as string[];
  return used.some((text) => text !== "" && Number.isFinite(Number(text))) ? used.sort(compareLevels) : null;
}

function listLevels(frame: Frame, name: string, levels: readonly string[] | string): readonly string[] {
  if (typeof levels !== "string") return levels;
  const used = frame.getColumn(name).dropNulls().unique().toArray() as string[];
  return used.sort((a, b) => Number(a) - Number(b));
}

function unknownDataset(name: string): RangeError {
  const names = Object.keys(entries);
  const nearest = nearestName(name, names);
  return new RangeError(
    `Cannot find data set "${name}": there are ${names.map((each) => `"${each}"`).join(", ")}` +
      (nearest ? `; did you mean "${nearest}"?` : ""),
  );
}
