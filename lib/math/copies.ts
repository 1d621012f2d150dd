/** Copies of what numbers are kept in. */

/** A typed array, a matrix, a data frame: what can be written to and says how it is copied. */
export interface Buffer {
  slice?(): unknown;
  clone?(): unknown;
}

/** Can its numbers be written to, whatever is frozen? */
export function isBuffer(value: unknown): value is Buffer {
  if (typeof value !== "object" || value === null) return false;
  return ArrayBuffer.isView(value) || typeof (value as Buffer).clone === "function";
}

/** A copy of its own. */
export function copyOfBuffer(value: Buffer): unknown {
  return value.clone ? value.clone() : value.slice!();
}
