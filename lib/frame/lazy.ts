/** Lazy frames of polars: their columns, and queries in polars' SQL that stream over files. */
import { categoryOrder } from "./categories.ts";
import { type Frame, pl, seriesAt, typeAt } from "./polars.ts";

/**
 * A lazy frame of polars: `pl.scanParquet(path)`, `pl.scanCSV(path)`, `frame.lazy()`.
 *
 * @category Data and grids
 */
export type LazyFrame = ReturnType<Frame["lazy"]>;

/** A column with the word of SQL for its type. */
export interface LazyColumn {
  readonly name: string;
  readonly type: string;
}

/** Is it a lazy frame? */
export const isLazyFrame = (data: unknown): data is LazyFrame => pl.LazyDataFrame.isLazyDataFrame(data);

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^Float/, "DOUBLE"],
  [/^U?Int(8|16|32)$/, "INTEGER"],
  [/^U?Int(64|128)$/, "BIGINT"],
  [/^Decimal$/, "DECIMAL"],
  [/^Null$/, "DOUBLE"],
  [/^Bool$/, "BOOLEAN"],
  [/^(String|Utf8|Categorical|Enum)$/, "VARCHAR"],
  [/^Date$/, "DATE"],
  [/^(Datetime|Time)$/, "TIMESTAMP"],
];

/** Columns and their types, from no row. */
export async function lazyColumns(lazy: LazyFrame): Promise<LazyColumn[]> {
  const none = await lazy.limit(0).collect();
  return none._df.columns.map((name: string) => {
    const type = typeAt(none, name);
    const order = type === "Categorical" ? categoryOrder(none.getColumn(name)) : null;
    if (order !== null) return { name, type: order === "ordered" ? "ORDERED ENUM" : "ENUM" };
    return { name, type: WORDS.find(([pattern]) => pattern.test(type))?.[1] ?? type };
  });
}

/** A lazy frame as tables of SQL. */
export interface LazyTables {
  /** Runs a query over them. */
  query(sql: string): Promise<Frame>;
  /** Adds a table of rows, each with that probability: the same ones for the same seed. */
  addSample(table: string, share: number, seed: number): void;
  /** Adds a table of some rows in order. */
  addSlice(table: string, first: number, count: number): void;
}

/** @param table what the whole frame is called */
export function lazyTables(lazy: LazyFrame, columns: readonly LazyColumn[], table: string): LazyTables {
  const plain = columns.flatMap(({ name, type }) =>
    type === "DOUBLE"
      ? [pl.col(name).cast(pl.Float64).fillNan(null as never)]
      : type === "VARCHAR" || type === "DATE" || type === "TIMESTAMP"
      ? [pl.col(name).cast(pl.String)]
      : []
  );
  const read = (rows: LazyFrame) => plain.length > 0 ? rows.withColumns(...plain as never[]) : rows;
  const context = pl.SQLContext({ [table]: read(lazy) }), row = unusedName(columns);
  return {
    query(sql) {
      const planned = context.execute(sql) as LazyFrame, { _ldf } = planned as unknown as { _ldf: unknown };
      if (_ldf instanceof Error) throw _ldf; // what is wrong with the query comes in the place of its plan
      return planned.collect({ streaming: true });
    },
    addSample(name, share, seed) {
      const hash = pl.col(row).hash(seed).cast(pl.Float64);
      context.register(name, read(lazy.withRowIndex(row).filter(hash.lt(pl.lit(share * 2 ** 64)))));
    },
    addSlice(name, first, count) {
      context.register(name, read(lazy.slice(first, count)));
    },
  };
}

function unusedName(columns: readonly LazyColumn[]): string {
  let name = "row number";
  while (columns.some((each) => each.name === name)) name = `${name}.`;
  return name;
}

/** Values of a column by its place: numbers as they lie in memory where none is missing. */
export function frameColumn(frame: Frame, place: number): ArrayLike<unknown> {
  const series = seriesAt(frame, frame._df.columns[place]);
  return series.dtype.variant === "Float64" && series.nullCount() === 0
    ? series.toTypedArray()
    : series.toArray();
}
