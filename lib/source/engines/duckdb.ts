/** DuckDB: a connection of the caller's, or one of this module's own for files. */
import { duckdb } from "../dialects/mod.ts";
import { columnsIn, sampledTable } from "./client.ts";
import type { Batch, Engine } from "./engine.ts";

/** The package, of which nothing is fetched before it is used: an address that is no literal is not resolved at the start. */
const DUCKDB = "@duckdb/node-api@1.5.6-r.1";

/**
 * A connection of `@duckdb/node-api`, as far as a fit needs it.
 *
 * @category Fit
 */
export interface DuckDBConnection {
  /** Runs a query and gives its result in chunks. */
  stream(sql: string): Promise<DuckDBStream>;
  /** Stops the query that is running. */
  interrupt(): void;
}

/**
 * A result that comes in chunks.
 *
 * @category Fit
 */
export interface DuckDBStream {
  /** The next chunk; none, or an empty one, at the end. */
  fetchChunk(): Promise<DuckDBChunk | null | undefined>;
}

/**
 * Some rows of a result.
 *
 * @category Fit
 */
export interface DuckDBChunk {
  /** Number of rows. */
  readonly rowCount: number;
  /** Values of a column. */
  getColumnValues(column: number): readonly unknown[];
  /** The column as it lies in memory. */
  getColumnVector(column: number): object;
}

/** Is it a connection? */
export function isDuckDB(source: unknown): source is DuckDBConnection {
  const { stream, interrupt } = (source ?? {}) as Partial<DuckDBConnection>;
  return typeof stream === "function" && typeof interrupt === "function";
}

/** A table of a connection. */
export function duckdbEngine(connection: DuckDBConnection, table: readonly string[]): Engine {
  const relation = duckdb.table(table);
  return onConnection(connection, relation, table, () => Promise.resolve());
}

/** Parquet files: `path` may have * and ** in it. */
export async function parquetEngine(path: string): Promise<Engine> {
  const { DuckDBInstance } = await load();
  const instance = await DuckDBInstance.create(":memory:"), connection = await instance.connect();
  return onConnection(connection, `read_parquet(${duckdb.text(path)})`, [path], () => {
    connection.closeSync();
    instance.closeSync();
    return Promise.resolve();
  });
}

interface Package {
  readonly DuckDBInstance: {
    create(
      path: string,
    ): Promise<{ connect(): Promise<DuckDBConnection & { closeSync(): void }>; closeSync(): void }>;
  };
}

async function load(): Promise<Package> {
  try {
    return await import(`npm:/${DUCKDB}`) as Package;
  } catch (cause) {
    throw new Error(
      `Cannot read Parquet files: DuckDB (${DUCKDB}, 70 MB) is not there and could not be fetched from npm ` +
        `(${
          (cause as Error).message
        }); pl.scanParquet(path) reads them too, and a connection of DuckDB can be given with table`,
      { cause },
    );
  }
}

function onConnection(
  connection: DuckDBConnection,
  relation: string,
  table: readonly string[],
  end: () => Promise<void>,
): Engine {
  const schema = `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${relation})`;
  return {
    dialect: duckdb,
    relation,
    partition: null,
    columns: () => columnsIn(run(connection, schema), table),
    sample: (share, seed) => sampledTable(duckdb, relation, (sql) => run(connection, sql), share, seed),
    run: (sql) => run(connection, sql),
    begin: () => Promise.resolve(),
    end,
    cancel: () => connection.interrupt(),
  };
}

async function* run(connection: DuckDBConnection, sql: string): AsyncGenerator<Batch> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    yield { rows: chunk.rowCount, column: (k) => valuesIn(chunk, k) };
  }
}

/** Numbers as they lie in memory where none is missing. */
function valuesIn(chunk: DuckDBChunk, k: number): ArrayLike<unknown> {
  const { items, validity } = chunk.getColumnVector(k) as {
    items?: unknown;
    validity?: { isValid?: unknown; data?: unknown };
  };
  const whole = items instanceof Float64Array && (validity === undefined || validity.data === null);
  return whole ? items : chunk.getColumnValues(k);
}
