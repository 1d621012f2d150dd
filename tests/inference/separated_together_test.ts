/** Many flat directions that hang together: levels without successes of two factors. Limits against a search of our own. */
import assert from "node:assert/strict";
import { Matrix, solve } from "ml-matrix";
import { emmeans, expandGrid, fit, pairs, pl, predict } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

const LEVELS = 24, EACH = 6;

/** Successes of 6 in every level under A; none under B, and none in every second level. */
function successes(): number[] {
  const random = seed(11);
  return Array.from({ length: LEVELS }, (_, k) => (k % 2 === 0 ? 0 : 1 + Math.floor(5 * random.uniform())));
}

const name = (k: number) => `f${String(k).padStart(2, "0")}`;

function data(counts: readonly number[]) {
  const f: string[] = [], t: string[] = [], y: number[] = [];
  counts.forEach((count, k) => {
    for (const level of ["A", "B"]) {
      for (let r = 0; r < EACH; r++) {
        f.push(name(k));
        t.push(level);
        y.push(level === "A" && r < count ? 1 : 0);
      }
    }
  });
  return pl.DataFrame({ f, t, y });
}

/** A cell's predictor in the free coefficients: their weights, and a constant. */
interface Cell {
  readonly x: readonly number[];
  readonly offset: number;
  readonly successes: number;
}

/** Smallest −ℓ over the coefficients by Newton's method; what runs away is stopped by a ridge of 1e-12. */
function smallest(cells: readonly Cell[]): number {
  const p = cells[0].x.length, beta = new Float64Array(p);
  const value = (b: ArrayLike<number>) =>
    cells.reduce((sum, c) => {
      const eta = c.x.reduce((s, v, j) => s + v * b[j], c.offset);
      return sum + EACH * (Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)))) - c.successes * eta;
    }, 0);
  for (let k = 0; k < 200; k++) {
    const H = Matrix.eye(p).mul(1e-12), g = Matrix.zeros(p, 1);
    for (const c of cells) {
      const eta = c.x.reduce((s, v, j) => s + v * beta[j], c.offset), mu = 1 / (1 + Math.exp(-eta));
      for (let i = 0; i < p; i++) {
        if (c.x[i] === 0) continue;
        g.set(i, 0, g.get(i, 0) + c.x[i] * (EACH * mu - c.successes));
        for (let j = 0; j < p; j++) H.set(i, j, H.get(i, j) + EACH * mu * (1 - mu) * c.x[i] * c.x[j]);
      }
    }
    const step = solve(H, g), before = value(beta);
    const largest = Math.max(...step.to1DArray().map(Math.abs));
    let t = Math.min(1, 3 / largest);
    const at = () => beta.map((b, j) => b - t * step.get(j, 0));
    while (value(at()) > before && t > 1e-8) t /= 2;
    const next = at(), gain = before - value(next);
    beta.set(next);
    if (gain < 1e-13) break;
  }
  return value(beta);
}

/** Cells of f + t where coefficient `from` is another one plus ω, or ω less another one. */
function constrained(
  counts: readonly number[],
  from: number,
  other: number,
  sign: 1 | -1,
  omega: number,
): Cell[] {
  // coefficients: one for each level of f, then that of B against A; number `from` is replaced by sign · other + ω
  const free = Array.from({ length: LEVELS + 1 }, (_, j) => j).filter((j) => j !== from);
  return counts.flatMap((count, k) =>
    [0, 1].map((b): Cell => {
      const whole = Array.from(
        { length: LEVELS + 1 },
        (_, j) => Number(j === k || (b === 1 && j === LEVELS)),
      );
      const x = free.map((j) => whole[j] + (j === other ? sign * whole[from] : 0));
      return { x, offset: whole[from] * omega, successes: b === 0 ? count : 0 };
    })
  );
}

/** The value at which twice the log-likelihood has fallen by z². */
function limit(of: (omega: number) => Cell[], low: number, high: number): number {
  const best = smallest(of(low)); // as good as the supremum
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (2 * (smallest(of(middle)) - best) < 1.959963984540054 ** 2) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

Deno.test("24 levels by 2, half of the cells' rows and columns without successes: limits of predictions", () => {
  const counts = successes(), model = fit("y ~ f + t", data(counts), { family: "binomial" });
  assert.ok(model.flat.directions.length > 8);
  const rows = expandGrid({ f: [name(0), name(1)], t: ["B"] }), high = predict(model, rows, { type: "link" });
  for (const k of [0, 1]) {
    // η of (f_k, B) = f_k + t = ω: t = ω − f_k
    const own = limit((omega) => constrained(counts, LEVELS, k, -1, omega), -40, 0);
    const found = high.getColumn("conf_high").get(k) as number;
    assert.ok(Math.abs(found - own) < 1e-5, `${name(k)}: ${found}, ${own}`); // √D is found to 1e-7 of z on both sides
  }
});

Deno.test("the same: a difference of two levels and its likelihood-ratio test, in any coding", () => {
  const counts = successes(), f = [name(0), name(1)];
  const own = limit((omega) => constrained(counts, 0, 1, 1, omega), -40, 5);
  const fallen = 2 *
    (smallest(constrained(counts, 0, 1, 1, 0)) - smallest(constrained(counts, 0, 1, 1, -40)));
  for (const coding of ["treatment", "sum"] as const) {
    const contrasts = { f: coding, t: coding };
    const model = fit("y ~ f + t", data(counts), { family: "binomial", contrasts });
    const table = pairs(emmeans(model, "~ f", { at: { f } }), { adjust: "none" });
    const [found, statistic] = ["conf_high", "statistic"].map((c) => table.getColumn(c).get(0) as number);
    assert.ok(Math.abs(found - own) < 1e-5, `${found}, ${own}`);
    assert.ok(Math.abs(statistic + Math.sqrt(fallen)) < 1e-5, `${statistic}, ${-Math.sqrt(fallen)}`);
  }
});
