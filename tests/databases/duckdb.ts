/** Tables of DuckDB for the tests. */
import type { DuckDBConnection, Frame } from "../../mod.ts";

/** The package, which the task `databases` alone fetches: the module does so on first use, by an address that is no literal. */
const ADDRESS = ["npm:@duckdb", "node-api@1.5.6-r.1"].join("/");

/** A connection as the tests use it. */
export interface Connection extends DuckDBConnection, AsyncDisposable {
  run(sql: string): Promise<unknown>;
  closeSync(): void;
}

interface Package {
  readonly DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<Connection>; closeSync(): void }>;
  };
}

const folder = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let files = 0;

/** A Parquet file of the rows. */
export function parquet(frame: Frame): string {
  const path = `${folder}/rows${files++}.parquet`;
  frame.writeParquet(path);
  return path;
}

/** A database in memory. */
export async function database(): Promise<Connection> {
  const { DuckDBInstance } = await import(ADDRESS) as Package;
  const instance = await DuckDBInstance.create(":memory:"), connection = await instance.connect();
  return Object.assign(connection, {
    [Symbol.asyncDispose]() {
      connection.closeSync();
      instance.closeSync();
      return Promise.resolve();
    },
  });
}

/** Makes a table of the rows; factors are ENUMs in the order of their levels where `enums` names them. */
export async function addTable(
  connection: Connection,
  name: string,
  frame: Frame,
  enums: Readonly<Record<string, readonly string[]>> = {},
): Promise<void> {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const columns = frame.columns.map((column: string) => {
    if (!Object.hasOwn(enums, column)) return quote(column);
    return `CAST(${quote(column)} AS ENUM (${enums[column].map((level) => `'${level}'`).join(", ")})) AS ${
      quote(column)
    }`;
  });
  await connection.run(
    `CREATE TABLE ${quote(name)} AS SELECT ${columns.join(", ")} FROM '${parquet(frame)}'`,
  );
}
