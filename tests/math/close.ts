import assert from "node:assert/strict";

/** |got − expected| ≤ relative · |expected| + absolute, and equal infinities. */
export function close(got: number, expected: number, relative: number, absolute: number, what: string): void {
  if (got === expected) return;
  const error = Math.abs(got - expected), allowed = relative * Math.abs(expected) + absolute;
  assert.ok(error <= allowed, `${what}: ${got}, expected ${expected} (error ${error}, allowed ${allowed})`);
}
