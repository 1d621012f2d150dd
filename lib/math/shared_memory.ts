/** Vectors as long as the data, in memory that threads can share where that may pay. */
import { canWait } from "../runtime/threads.ts"; // not all of runtime.ts, as in crew_member.ts

/** Rows from which they may be passed over by several threads: a pass then takes longer than it takes to wake one. */
export const MANY_ROWS = 80_000;

/** A vector with an entry for every row, all 0. */
export function rowVector(n: number): Float64Array {
  return new Float64Array(roomFor(n, 8));
}

let lastOnes: Float64Array = new Float64Array(0);

/** The column of an intercept: 1 in every row, one array for all that need it at a time. Nobody writes to it. */
export function ones(n: number): Float64Array {
  if (lastOnes.length !== n) lastOnes = rowVector(n).fill(1);
  return lastOnes;
}

/** Whole numbers for every row, all 0. */
export function rowIndices(n: number): Int32Array {
  return new Int32Array(roomFor(n, 4));
}

function roomFor(n: number, bytes: number): ArrayBufferLike {
  return n >= MANY_ROWS && canWait() ? new SharedArrayBuffer(n * bytes) : new ArrayBuffer(n * bytes);
}

/** A vector of any length that threads can share where `rows` are many, all 0. */
export function besideRows(length: number, rows: number): Float64Array {
  const bytes = 8 * length;
  return new Float64Array(
    rows >= MANY_ROWS && canWait() ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes),
  );
}

/**
 * Plain data as it is sent to another thread: what is shared stays so, and of a view of other memory only what it shows is sent. An array that
 * occurs twice stays one.
 */
export function portable<T>(data: T): T {
  const known = new Map<unknown, unknown>();
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (known.has(value)) return known.get(value);
    if (ArrayBuffer.isView(value)) {
      const sent = value.buffer instanceof ArrayBuffer ? (value as Float64Array).slice() : value;
      known.set(value, sent);
      return sent;
    }
    const out: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
    known.set(value, out);
    for (const [key, entry] of Object.entries(value)) (out as Record<string, unknown>)[key] = copy(entry);
    return out;
  };
  return copy(data) as T;
}
