/** Models of other families, whose different rows every engine finds, and what it means that one is the same as from all rows. */
import assert from "node:assert/strict";
import { fit, type FitFromOptions, type Frame, type Model, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

const generator = seed(15), n = 1500, rows = Array.from({ length: n }, (_, i) => i);
const pick = (count: number) => rows.map(() => Math.floor(count * generator.uniform()));
const g = pick(12),
  f = pick(3),
  x = pick(4),
  effect = Array.from({ length: 12 }, () => generator.normal() * 0.5);
const eta = rows.map((i) => -0.3 + 0.3 * x[i] + effect[g[i]] + (f[i] === 1 ? 0.4 : 0));
const poisson = (mean: number) => {
  let k = 0, p = Math.exp(-mean);
  for (let u = generator.uniform() - p; u > 0; u -= p) p *= mean / ++k;
  return k;
};
const trials = pick(4).map((v) => v + 1), share = eta.map((v) => 1 / (1 + Math.exp(-v)));
const hits = rows.map((i) =>
  Array.from({ length: trials[i] }, () => generator.uniform() < share[i] ? 1 : 0).reduce(
    (a: number, b) => a + b,
    0,
  )
);
const counts = eta.map((v) => poisson(Math.exp(v)));

/** Few values in every column. */
export const few: Frame = pl.DataFrame({
  won: rows.map((i) => i % 37 === 5 ? null : generator.uniform() < share[i]),
  count: counts,
  zero: counts.map((v) => generator.uniform() < 0.2 ? 0 : v),
  hits,
  misses: rows.map((i) => trials[i] - hits[i]),
  trials,
  share: rows.map((i) => hits[i] / trials[i]),
  amount: counts.map((v, i) => 0.5 + v / 2 + x[i]),
  mark: counts.map((v) => ["bad", "fair", "good"][Math.min(v, 2)]),
  x,
  f: f.map((v, i) => i % 41 === 2 ? null : "abc"[v]),
  g: g.map((v) => `g${v}`),
  m: pick(3).map((v) => v + 1),
});

export const cases: readonly (readonly [string, FitFromOptions])[] = [
  ["won ~ x + f + (1 | g)", { family: "binomial" }],
  ["cbind(hits, misses) ~ x * f + (1 | g)", { family: "binomial" }],
  ["share ~ f + (1 | g)", { family: "binomial", weights: "trials" }],
  ["share ~ f + (1 | g)", {
    family: "binomial",
    weights: { trials: "trials", frequency: "m" },
    quadrature: 5,
  }],
  ["count ~ x + f + offset(log(m)) + (x | g)", { family: "poisson" }],
  ["count ~ x + (1 | g)", { family: "poisson", weights: "m" }],
  ["zero ~ x + (1 | g)", { family: "poisson", zeroInflation: "~ f" }],
  ["amount ~ poly(x, 2, raw = TRUE) + f + (1 | g)", { family: "gamma" }],
  ["mark ~ x + (1 | g)", { family: "cumulative", levels: { mark: ["bad", "fair", "good"] } }],
  ["amount ~ x + f", { dispersion: "~ f" }],
  ["amount ~ scale(x, center = 1.5, scale = 2) + factor(m) + (1 | g)", { family: "lognormal" }],
];

/**
 * Both searches end within 1e-6 of a standard error of the optimum, the log-likelihood is then the same to 1e-8 of it.
 */
export function assertSameFit(a: Model, b: Model): void {
  const close = (v: number, w: number, limit: number, what: string) =>
    assert.ok(Math.abs(v - w) <= limit, `${what}: ${v}, of all rows ${w}`);
  close(a.logLik, b.logLik, 1e-8 * Math.abs(b.logLik), "log-likelihood");
  const se = Array.from({ length: b.covariance.rows }, (_, i) => Math.sqrt(b.covariance.get(i, i)));
  const beta = (m: Model) => m.parts.flatMap((part) => [...part.beta]);
  assert.deepEqual(a.parts.map(({ names }) => names), b.parts.map(({ names }) => names));
  beta(a).forEach((v, j) => close(v, beta(b)[j], 1e-5 * (se[j] || 1), `coefficient ${j}`));
  a.random.forEach(({ modes, levels }, k) => {
    assert.deepEqual(levels, b.random[k].levels);
    modes.forEach((v, i) => close(v, b.random[k].modes[i], 1e-5, "mode"));
  });
  assert.deepEqual([a.nobs, a.npar, a.dfResidual], [b.nobs, b.npar, b.dfResidual]);
  assert.deepEqual(a.messages.filter((text) => !/different ones/.test(text)), b.messages);
}

export function collapseTests(
  what: string,
  from: (formula: string, data: Frame, options: FitFromOptions) => Promise<Model>,
): void {
  for (const [formula, options] of cases) {
    Deno.test(`${what}, different rows as all rows: ${formula} ${JSON.stringify(options)}`, async () => {
      const model = await from(formula, few, options);
      assertSameFit(model, fit(formula, few, options));
      assert.match(model.messages.join(), /\d+ rows are \d+ different ones/);
    });
  }
}
