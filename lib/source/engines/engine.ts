/** What runs queries: an engine with the table of the rows. */
import type { ColumnType, Dialect } from "../dialects/dialect.ts";

/** Some rows of a result, column by column. */
export interface Batch {
  readonly rows: number;
  /** Column by its place in the query. */
  readonly column: (place: number) => ArrayLike<unknown>;
}

/** A random sample of the table. */
export interface SampledTable {
  /** As it stands behind FROM. */
  readonly relation: string;
  /** The same seed gives the same rows. */
  readonly repeatable: boolean;
}

/** A place where queries are run. */
export interface Engine {
  readonly dialect: Dialect;
  /** The table as it stands behind FROM. */
  readonly relation: string;
  /** Column that says on which server a row is, where the table lies on several. */
  readonly partition: string | null;
  columns(): Promise<readonly ColumnType[]>;
  /** Rows of the table, each with that probability. */
  sample(share: number, seed: number): Promise<SampledTable>;
  /** Some rows of the table in order, as they stand behind FROM; of engines that give no result in pieces. */
  slice?(first: number, count: number): string;
  /** Runs one query; each batch is used before the next one comes. */
  run(sql: string): AsyncIterable<Batch>;
  /** Statements before the first and after the last query. */
  begin(): Promise<void>;
  end(): Promise<void>;
  /** Stops the query that is running. */
  cancel(): void;
}
