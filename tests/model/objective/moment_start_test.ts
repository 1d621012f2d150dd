/** Starts of θ by moments of the least-squares residuals: by hand in balanced layouts, and found again where factors cross. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { momentStart } from "../../../lib/model/objective/moment_start.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { seed } from "../../../lib/math/random.ts";
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

/** θ of E Σ s² = Σ v (σ² + v τ) over cells of v rows, E Σ r² = (n − 1) σ² + n τ. */
function byHand(y: readonly number[], cell: readonly number[], v: number): number {
  const mean = y.reduce((s, value) => s + value / n, 0),
    all = y.reduce((s, value) => s + (value - mean) ** 2, 0);
  const sums = new Map<number, number>();
  y.forEach((value, i) => sums.set(cell[i], (sums.get(cell[i]) ?? 0) + value - mean));
  const between = [...sums.values()].reduce((s, value) => s + value * value, 0);
  const det = (n - 1) * n * v - n * n, sigma2 = (all * n * v - between * n) / det;
  return Math.sqrt(((n - 1) * between - n * all) / det / sigma2);
}

const cells = level.map((l, i) => 3 * l + position[i]);

for (const spread of [1, 3, 10]) {
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

Deno.test("factors that cross are found beside each other, one that does not vary among them", () => {
  const [rows, people, items] = [6000, 200, 30], random = seed(4);
  const u = Array.from({ length: people }, () => 0.8 * random.normal()),
    v = Array.from({ length: items }, () => 2 * random.normal());
  const [p, q, w] = [people, items, 50].map((count) =>
    Array.from({ length: rows }, () => Math.floor(count * random.uniform()))
  );
  const y = p.map((l, i) => u[l] + v[q[i]] + random.normal());
  const frame = frameOf({ y, p: p.map((l) => `p${l}`), q: q.map((l) => `q${l}`), w: w.map((l) => `w${l}`) });
  const sums = rowSums(planFit("y ~ 1 + (1 | p) + (1 | q) + (1 | w)", frame, {}).design);
  const theta = momentStart(sums, rows - 1),
    of = (name: string) => theta[sums.effects.groups.find((g) => g.name === name)!.terms[0].theta];
  const sd = (x: readonly number[]) => Math.sqrt(x.reduce((s, value) => s + value * value / x.length, 0));
  assert.ok(Math.abs(of("p") / sd(u) - 1) < 0.25, `${of("p")}, drawn ${sd(u)}`); // beside q, ten times as much; 0.3 by itself
  assert.ok(Math.abs(of("q") / sd(v) - 1) < 0.25, `${of("q")}, drawn ${sd(v)}`);
  assert.ok(of("w") < 0.1, `${of("w")}`);
});
