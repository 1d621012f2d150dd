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

/**
 * Runs SQL over the frame, whose name in it is `table`.
 * @returns a function from a query to its result
 */
export function lazyQuery(
  lazy: LazyFrame,
  columns: readonly LazyColumn[],
  table: string,
): (sql: string) => Promise<Frame> {
  const plain = columns.flatMap(({ name, type }) =>
    type === "DOUBLE"
      ? [pl.col(name).cast(pl.Float64).fillNan(null as never)]
      : type === "VARCHAR" || type === "DATE" || type === "TIMESTAMP"
      ? [pl.col(name).cast(pl.String)]
      : []
  );
  const context = pl.SQLContext({ [table]: plain.length > 0 ? lazy.withColumns(...plain as never[]) : lazy });
  return (sql) => {
    const planned = context.execute(sql) as LazyFrame, { _ldf } = planned as unknown as { _ldf: unknown };
    if (_ldf instanceof Error) throw _ldf; // what is wrong with the query comes in the place of its plan
    return planned.collect({ streaming: true });
  };
}

/** Values of a column by its place: numbers as they lie in memory where none is missing. */
export function frameColumn(frame: Frame, place: number): ArrayLike<unknown> {
  const series = seriesAt(frame, frame._df.columns[place]);
  return series.dtype.variant === "Float64" && series.nullCount() === 0
    ? series.toTypedArray()
    : series.toArray();
}
