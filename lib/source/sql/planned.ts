/** Queries before they are run. */
import type { Query } from "../query/query.ts";

/** A query that is to be sent. */
export interface PlannedQuery {
  readonly what: string;
  readonly query: Query;
  /** Rows that come back. */
  readonly cells: number;
  /** Values of each. */
  readonly width: number;
  /** Bytes that the fit holds of it. */
  readonly held: number;
  /** Why it cannot be done. */
  readonly obstacle: string | null;
}
