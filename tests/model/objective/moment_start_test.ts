/** Starts of θ by moments of the least-squares residuals: E s² = σ²(v + v²θ²), s the sum of a cell's v rows, by hand in balanced layouts. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { momentStart } from "../../../lib/model/objective/moment_start.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { scattered } from "./dense.ts";

const L = 6, m = 6, n = L * m, level = Array.from({ length: n }, (_, i) => i % L);
/** Positions inside a level, two rows each. */
const position = level.map((_, i) => Math.floor(i / (2 * L)));
const x = scattered(n, 300);

/** A response whose cells, of numbers cell[i], differ by `spread` times what is beside them. */
function response(cell: readonly number[], spread: number): number[] {
  const noise = scattered(n), effect = scattered(n, 40);
  return cell.map((c, i) => noise[i] + spread * effect[c]);
}

function start(formula: string, y: readonly number[]): Float64Array {
  const frame = frameOf({ y: [...y], x, g: level.map((l) => `g${l}`), t: position.map((t) => `t${t}`) });
  const sums = rowSums(planFit(`y ~ ${formula}`, frame, {}).design);
  return momentStart(sums, n - sums.basis.size);
}

/** √(Σ (s²/σ² − v) / Σ v²) over cells of v rows. */
function byHand(y: readonly number[], cell: readonly number[], v: number): number {
  const mean = y.reduce((s, value) => s + value / n, 0),
    s2 = y.reduce((s, value) => s + (value - mean) ** 2, 0) / (n - 1);
  const sums = new Map<number, number>();
  y.forEach((value, i) => sums.set(cell[i], (sums.get(cell[i]) ?? 0) + value - mean));
  return Math.sqrt(
    [...sums.values()].reduce((s, value) => s + value * value / s2 - v, 0) / (sums.size * v * v),
  );
}

const cells = level.map((l, i) => 3 * l + position[i]);

for (const spread of [1, 3, 30]) {
  for (
    const [formula, cell, v] of [["1 + (1 | g)", level, m], ["1 + ar1(0 + t | g)", cells, 2], [
      "1 + (1 | g:t)",
      cells,
      2,
    ]] as const
  ) {
    Deno.test(`${formula}, groups that differ ${spread} times: the estimate by moments, all positions together`, () => {
      const y = response(cell, spread), [theta, own = 0] = start(formula, y), expected = byHand(y, cell, v);
      assert.ok(Math.abs(theta / expected - 1) < 1e-10, `${theta}, by hand ${expected}`);
      assert.equal(own, 0); // no correlation
    });
  }
}

Deno.test("groups that do not differ at all start where they are weak, θ² = 0.3/v, and not at the boundary", () => {
  const [theta] = start("1 + (1 | g)", level.map((_, i) => Math.floor(i / L) % 2 ? 1 : -1));
  assert.ok(Math.abs(theta - Math.sqrt(0.3 / m)) < 1e-12, `${theta}`);
});

Deno.test("every column of a term has its own start, without correlation", () => {
  const y = response(level, 3), slopes = y.map((v, i) => v + 3 * scattered(L, 77)[level[i]] * x[i]);
  const [flat, flatCor, flatSlope] = start("1 + (x | g)", y), [a, cor, slope] = start("1 + (x | g)", slopes);
  assert.ok(flatCor === 0 && cor === 0 && a > 0);
  assert.ok(
    slope > 2 * flatSlope && flat > 2 * flatSlope,
    `slopes ${slope}, without ${flatSlope} beside ${flat}`,
  );
});
