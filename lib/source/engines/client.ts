/** An engine behind any client of a database: an object that runs text. */
import { describe } from "../../check.ts";
import type { ColumnType, Dialect } from "../dialects/dialect.ts";
import * as dialects from "../dialects/mod.ts";
import { batchOf, type QueryBatch } from "./batches.ts";
import type { Batch, Engine, SampledTable } from "./engine.ts";

/**
 * Names of the SQL that is spoken.
 *
 * @category Fit
 */
export type DialectName = Exclude<keyof typeof dialects, "polars">;

/**
 * A database, as far as a fit needs it.
 *
 * @category Fit
 */
export interface SqlClient {
  /** Its SQL. */
  readonly dialect: DialectName;
  /** Runs one statement and gives its result, whole or in batches; columns in the order of the query. */
  query(sql: string): AsyncIterable<QueryBatch> | PromiseLike<QueryBatch>;
  /** Stops the statement that is running. */
  cancel?(): void;
  /**
   * All statements run on one connection that is in no transaction: the fit then reads in one transaction that sees one state of the
   * rows and may write nothing (PostgreSQL).
   */
  readonly session?: boolean;
  /** Column that says in which part of a table that lies on several servers a row is: sums are formed part by part first. */
  readonly partition?: string;
}

/** Is it such an object? */
export function isClient(source: unknown): source is SqlClient {
  return source !== null && typeof source === "object" && "dialect" in source &&
    typeof (source as SqlClient).query === "function";
}

/** @param table name of the table, after the schema's where there is one */
export function clientEngine(client: SqlClient, table: readonly string[]): Engine {
  const dialect = dialectOf(client), transaction = client.session ? dialect.transaction : null;
  const all = async (statements: readonly string[]) => {
    for (const statement of statements) for await (const _ of run(client, statement));
  };
  const partwise = client.partition !== undefined && dialect.partwise ? [dialect.partwise] : [];
  return {
    dialect,
    relation: dialect.table(table),
    partition: client.partition ?? null,
    columns: () => columnsIn(run(client, dialect.columns(table)), table),
    sample: (share, seed) =>
      sampledTable(dialect, dialect.table(table), (sql) => run(client, sql), share, seed),
    run: (sql) => run(client, sql),
    begin: () => all([...transaction?.begin ?? [], ...transaction ? partwise : []]),
    end: () => all(transaction ? [transaction.end] : []),
    cancel: () => client.cancel?.(),
  };
}

async function* run(client: SqlClient, sql: string): AsyncGenerator<Batch> {
  const answer = client.query(sql);
  if (answer !== null && typeof answer === "object" && Symbol.asyncIterator in answer) {
    for await (const batch of answer) yield batchOf(batch);
  } else yield batchOf(await answer);
}

/** A sample by the dialect's words, or, where they do not go with the table, by others. */
export async function sampledTable(
  { sampled: { from, repeatable, unless } }: Dialect,
  relation: string,
  run: (sql: string) => AsyncIterable<Batch>,
  share: number,
  seed: number,
): Promise<SampledTable> {
  if (unless) {
    for await (const { rows, column } of run(unless.possible(relation))) {
      if (rows > 0 && Number(column(0)[0]) !== 1) {
        return { relation: unless.otherwise(relation, share), repeatable: false };
      }
    }
  }
  return { relation: from(relation, share, seed), repeatable };
}

/** The names and types that a catalogue gives. */
export async function columnsIn(
  batches: AsyncIterable<Batch>,
  table: readonly string[],
): Promise<readonly ColumnType[]> {
  const found: ColumnType[] = [];
  for await (const { rows, column } of batches) {
    if (rows === 0) continue;
    const names = column(0), types = column(1);
    for (let i = 0; i < rows; i++) found.push({ name: String(names[i]), type: String(types[i]) });
  }
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot find table ${table.map((name) => `"${name}"`).join(".")}, or it has no columns`,
  );
}

function dialectOf({ dialect }: SqlClient): Dialect {
  const known: Record<string, Dialect> = dialects;
  if (typeof dialect === "string" && Object.hasOwn(known, dialect) && dialect as string !== "polars") {
    return known[dialect];
  }
  throw new RangeError(
    `Cannot speak the dialect ${describe(dialect)}; the dialects are ${
      Object.keys(known).filter((name) => name !== "polars").map((name) => `"${name}"`).join(", ")
    }`,
  );
}
