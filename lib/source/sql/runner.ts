/** Runs the queries of one source, one after the other, and reads their results. */
import type { ColumnType } from "../dialects/dialect.ts";
import type { Batch, Engine, SampledTable } from "../engines/engine.ts";
import { printQuery } from "../query/print.ts";
import { byPart, type Query } from "../query/query.ts";
import type { KeyValue } from "../translate/value.ts";

/** Name of the column that says in which part of the table a row is. */
export const PART = "part";

/** Told of every query before it is run: what it is for, and its text. */
export type QueryWatch = (what: string, sql: string) => void | Promise<void>;

export class Runner {
  /** Resolves when the query before has been read: a connection runs one at a time. */
  private free: Promise<void> = Promise.resolve();

  /** @param signal ends the query that is running */
  constructor(
    readonly engine: Engine,
    private readonly watch: QueryWatch = () => {},
    private readonly signal: AbortSignal | null = null,
  ) {}

  /** The columns of the table. */
  async columns(): Promise<readonly ColumnType[]> {
    try {
      return await this.engine.columns();
    } catch (error) {
      if (error instanceof RangeError || error instanceof TypeError) throw error;
      throw failed("the columns", error);
    }
  }

  /** Opens the session. */
  async begin(): Promise<void> {
    try {
      await this.engine.begin();
    } catch (error) {
      throw failed("the session", error);
    }
  }

  /** Rows of the table by chance. */
  async sample(share: number, seed: number): Promise<SampledTable> {
    try {
      return await this.engine.sample(share, seed);
    } catch (error) {
      throw failed("a sample", error);
    }
  }

  /** The text of a query. */
  text(query: Query): string {
    const { partition, dialect, relation } = this.engine;
    const whole = partition !== null && adds(query) ? byPart(query, PART) : query;
    return printQuery(whole, dialect, relation);
  }

  /** @param what what it asks for, for messages and progress */
  async *batches(what: string, query: Query): AsyncGenerator<Batch> {
    const sql = this.text(query),
      { engine, signal, free } = this,
      { promise, resolve } = Promise.withResolvers<void>();
    this.free = promise;
    const stop = () => engine.cancel();
    try {
      await free;
      signal?.throwIfAborted();
      await this.watch(what, sql);
      signal?.addEventListener("abort", stop, { once: true });
      for await (const batch of engine.run(sql)) {
        signal?.throwIfAborted();
        if (batch.rows > 0) yield batch;
      }
    } catch (cause) {
      signal?.throwIfAborted();
      throw failed(what, cause);
    } finally {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
  }

  /** The one row of a query, as numbers; NaN where missing. */
  async row(what: string, query: Query): Promise<number[]> {
    for await (const { column } of this.batches(what, query)) {
      return query.select.map((_, k) => numberOf(column(k)[0]));
    }
    return query.select.map(() => NaN);
  }

  /** All rows of a query, column by column. */
  async table(what: string, query: Query): Promise<unknown[][]> {
    const columns: unknown[][] = query.select.map(() => []);
    for await (const { rows, column } of this.batches(what, query)) {
      columns.forEach((all, k) => {
        const values = column(k);
        for (let i = 0; i < rows; i++) all.push(values[i]);
      });
    }
    return columns;
  }
}

function failed(what: string, cause: unknown): Error {
  const reason = (cause as Error)?.message ?? cause;
  return new Error(`Cannot fit from this source: the query for ${what} failed: ${reason}`, { cause });
}

/** Is it a query of groups of rows that say in which part they are, so that its parts can be put together? */
function adds({ select, from, groupBy }: Query): boolean {
  if (!from?.select.some(({ name }) => name === PART)) return false;
  const distinct = select.some(({ of }) => of.kind === "aggregate" && of.name === "countDistinct");
  return !distinct && (groupBy !== undefined || select.some(({ of }) => of.kind === "aggregate"));
}

/** A number as engines give it: text of decimals and long whole numbers too. */
export function numberOf(value: unknown): number {
  return value === null || value === undefined ? NaN : Number(value);
}

/** Numbers of a column of a batch. */
export function numbersOfColumn(values: ArrayLike<unknown>, rows: number): Float64Array {
  if (values instanceof Float64Array) return values.length === rows ? values : values.subarray(0, rows);
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) out[i] = numberOf(values[i]);
  return out;
}

/** A key as engines give it. */
export function keyOf(value: unknown): KeyValue {
  return typeof value === "number" ? value : typeof value === "bigint" ? Number(value) : String(value);
}
