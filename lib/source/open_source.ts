/** Makes a source of what the caller has: files, a connection, a lazy frame, or a source already. */
import { describe } from "../check.ts";
import { assertFrame, isLazyFrame, type LazyFrame } from "../frame.ts";
import { clientEngine, isClient, type SqlClient } from "./engines/client.ts";
import { type DuckDBConnection, duckdbEngine, isDuckDB, parquetEngine } from "./engines/duckdb.ts";
import type { Engine } from "./engines/engine.ts";
import { polarsEngine } from "./engines/polars.ts";
import type { Source } from "./source.ts";
import { type QueryWatch, Runner } from "./sql/runner.ts";
import { SqlSource } from "./sql/sql_source.ts";

/**
 * Where rows can stay: the path of Parquet files, with * and ** for many of them (DuckDB reads them); a connection of DuckDB or any
 * client of a database ({@link SqlClient}), with the option `table`; a lazy frame of polars; a {@link Source} such as {@link fromBlocks}
 * makes.
 *
 * @category Fit
 */
export type RowSource = string | DuckDBConnection | SqlClient | LazyFrame | Source;

/** What goes with a source. */
export interface OpenOptions {
  readonly table?: string | readonly string[];
  readonly signal?: AbortSignal;
  readonly watch?: QueryWatch;
}

/** A source that is ready to be asked. */
export interface Opened {
  readonly source: Source;
  /** Ends the session, and frees what was opened for it. */
  end(): Promise<void>;
}

/** @param caller name of the function, for messages */
export async function openSource(given: RowSource, options: OpenOptions, caller: string): Promise<Opened> {
  const engine = await engineOf(given, options);
  if (engine === null) {
    if (options.table !== undefined) throw noTable(caller);
    return { source: asSource(given), end: () => Promise.resolve() };
  }
  const run = new Runner(engine, options.watch, options.signal ?? null);
  await run.begin();
  // what a query failed of is said already; a connection that is lost has no session to be ended
  return { source: new SqlSource(run), end: () => engine.end().catch(() => {}) };
}

async function engineOf(given: RowSource, { table }: OpenOptions): Promise<Engine | null> {
  if (isDuckDB(given)) return duckdbEngine(given, tableOf(table));
  if (isClient(given)) return clientEngine(given, tableOf(table));
  if (table !== undefined) return null;
  if (typeof given === "string") return await parquetEngine(given);
  return isLazyFrame(given) ? await polarsEngine(given) : null;
}

function tableOf(table: OpenOptions["table"]): readonly string[] {
  if (table === undefined) {
    throw new TypeError(
      'Cannot fit from this connection: say which table holds the rows, { table: "name" } or { table: ["schema", "name"] }',
    );
  }
  return typeof table === "string" ? [table] : table;
}

function noTable(caller: string): TypeError {
  return new TypeError(
    `Cannot use table with ${caller}() of this source: it goes with a connection to a database`,
  );
}

function asSource(given: unknown): Source {
  const source = given as Source;
  if (typeof source?.columns === "function" && typeof source.describe === "function") {
    if (typeof source.crossProducts === "function") return source;
  }
  throw new TypeError(
    isFrame(given)
      ? "Cannot fit from a data frame with fitFrom(): its rows are here, use fit(formula, data)"
      : `Cannot fit from this source: it is ${
        describe(given)
      }, it should be the path of Parquet files, a connection to a database, a lazy frame, what fromBlocks() makes, ` +
        "or an object with columns(), describe() and crossProducts()",
  );
}

function isFrame(given: unknown): boolean {
  try {
    assertFrame(given);
    return true;
  } catch {
    return false;
  }
}
