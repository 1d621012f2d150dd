/** What goes with a source whatever is asked of it, and opening one that tells of its queries. */
import { type Kinds, kinds } from "../check.ts";
import { startProgress } from "../display.ts";
import { openSource, type RowSource } from "../source/open_source.ts";
import type { Source } from "../source/source.ts";

/**
 * What goes with a database.
 *
 * @category Fit
 */
export interface SourceOptions {
  /** Table or view of a connection that holds the rows: its name, or an array of the schema's name and its own. */
  table?: string | readonly string[];
  /** Called before each query with what it asks for and its text. */
  onQuery?: (what: string, sql: string) => void;
  /**
   * Gives up and stops the query that is running; the promise is then rejected with the signal's reason. A query of polars cannot be
   * stopped: the promise is rejected when it is done.
   */
  signal?: AbortSignal;
}

/** The kinds of these options. */
export const SOURCE_OPTIONS: Kinds<SourceOptions> = {
  table: kinds.anyOf(kinds.text, kinds.listOf(kinds.text)),
  onQuery: kinds.callback,
  signal: kinds.signal,
};

/** A source in use. */
export interface WatchedSource {
  readonly source: Source;
  /** Gives it back when all is done (`await using` is no syntax of Node 22). */
  close(): Promise<void>;
}

/**
 * Opens a source and tells of its queries until it is closed.
 * @param caller name of the function, for messages
 * @param doing what it does, for the display
 */
export async function openWatched(
  given: RowSource,
  { table, onQuery, signal }: SourceOptions,
  caller: string,
  doing: string,
): Promise<WatchedSource> {
  signal?.throwIfAborted();
  const display = startProgress(doing);
  const watch = (what: string, sql: string) => {
    onQuery?.(what, sql);
    display.update(NaN, what);
  };
  try {
    const { source, end } = await openSource(given, { table, signal, watch }, caller);
    return {
      source,
      async close() {
        await end();
        await display.end();
      },
    };
  } catch (error) {
    await display.end();
    throw error;
  }
}
