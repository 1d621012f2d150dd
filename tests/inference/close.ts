/** Compares result tables with tables of numbers from R. */
import assert from "node:assert/strict";
import type { ResultFrame } from "../../lib/display.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

/** Records of a result. */
export function records(frame: ResultFrame): Any[] {
  return frame.toRecords() as Any[];
}

const NUMBER: Readonly<Record<string, string>> = {
  estimate: "estimate",
  SE: "std_error",
  df: "df",
  lower: "conf_low",
  upper: "conf_high",
  null: "null",
  stat: "statistic",
  p: "p_value",
};

/**
 * Compares row by row, in order: names as text, numbers within `tolerance`, relative to their size and standard error
 * (p-values: to themselves, or 1e-6). Numbers that ours does not show (tests of means) are not compared.
 */
export function compareTables(
  frame: ResultFrame,
  rows: Any[],
  tolerance: number,
  pTolerance = 10 * tolerance,
) {
  const ours = records(frame);
  assert.equal(ours.length, rows.length, "rows");
  rows.forEach((row, i) => {
    const size = Math.abs(row.estimate ?? 0) + (row.SE ?? 0);
    for (const [name, expected] of Object.entries(row as Record<string, Any>)) {
      const mine = ours[i][NUMBER[name] ?? name],
        where = `row ${i + 1} ${name}: ${mine}, expected ${expected}`;
      if (!(name in NUMBER)) assert.equal(String(mine), String(expected), where);
      else if (mine === undefined) continue;
      else if (expected === null) assert.equal(mine, null, where);
      else if (typeof expected === "string") {
        assert.equal(mine, expected === "Inf" ? Infinity : -Infinity, where);
      } else if (name === "p") {
        assert.ok(Math.abs(mine - expected) <= Math.max(1e-6, pTolerance * expected), where);
      } else if (name === "stat") {
        assert.ok(Math.abs(mine - expected) <= 2 * tolerance * (1 + Math.abs(expected)), where);
      } else assert.ok(Math.abs(mine - expected) <= tolerance * (name === "SE" ? row.SE : size), where);
    }
  });
}
