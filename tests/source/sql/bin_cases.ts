/**
 * Models with binned covariates, and that they are those of all rows up to three times the error that they state, which is an estimate
 * (third part of the change from half as many bins).
 */
import assert from "node:assert/strict";
import { binomial, fit, fitFrom, type FitFromOptions, type Frame, type Model, pl } from "../../../mod.ts";
import { designRecipe } from "../../../lib/formula/recipe.ts";
import { seed } from "../../../lib/math/random.ts";

const draw = seed(151), n = 6000, rows = Array.from({ length: n }, (_, i) => i);
const x = rows.map(() => draw.normal()),
  z = rows.map(() => Math.exp(draw.normal())),
  g = rows.map(() => Math.floor(10 * draw.uniform())),
  f = rows.map(() => Math.floor(3 * draw.uniform())),
  effect = Array.from({ length: 10 }, () => 0.5 * draw.normal()),
  m = rows.map((i) => 1 + i % 3),
  trials = rows.map((i) => 1 + (i * 7) % 5);
const eta = rows.map((i) => -0.4 + 0.7 * x[i] + 0.3 * Math.log(z[i]) + effect[g[i]] + 0.3 * f[i]);
const share = eta.map((v) => 1 / (1 + Math.exp(-v)));
const hits = rows.map((i) => rows.slice(0, trials[i]).filter(() => draw.uniform() < share[i]).length);
const counts = eta.map((v) => draw.poisson(Math.exp(v)));

/** Rows whose covariates x and z have as many values as rows. */
export const many: Frame = pl.DataFrame({
  won: rows.map((i) => draw.uniform() < share[i]),
  hits,
  misses: rows.map((i) => trials[i] - hits[i]),
  trials,
  count: counts,
  zero: counts.map((v) => draw.uniform() < 0.2 ? 0 : v),
  mark: counts.map((v) => ["bad", "fair", "good"][Math.min(v, 2)]),
  amount: eta.map((v) => Math.exp(v) * (1 + draw.exponential())),
  x: x.map((v, i) => i % 97 === 5 ? null : v),
  z,
  g: g.map((v) => `g${v}`),
  f: f.map((v) => "abc"[v]),
  m,
});

const cases: readonly (readonly [string, FitFromOptions])[] = [
  ["won ~ x + f + (1 | g)", { family: "binomial", bins: 20 }],
  ["won ~ x * f + (x | g)", { family: binomial("cloglog"), bins: { x: 20 } }],
  ["cbind(hits, misses) ~ x + (1 | g)", { family: "binomial", bins: 20, weights: { frequency: "m" } }],
  ["count ~ x + f + (1 | g)", { family: "poisson", bins: { x: 40 } }],
  ["count ~ poly(x, 2) + (1 | g)", { family: "poisson", bins: 40, weights: "m" }],
  ["count ~ scale(x) + log(z)", { family: "poisson", bins: 40 }],
  ["count ~ x + (1 | g)", { family: "nbinom2", bins: 20 }],
  ["zero ~ x + (1 | g)", { family: "poisson", zeroInflation: "~ x", bins: 20 }],
  ["mark ~ ns(x, df = 3) + (1 | g)", {
    family: "cumulative",
    levels: { mark: ["bad", "fair", "good"] },
    bins: 30,
  }],
];

/** Errors that a binned model states: of the log-likelihood, and of the coefficients in standard errors. */
function stated({ messages }: Model): { readonly logLik: number; readonly steps: number } {
  const found =
    /The error is (?:about|below) ([\d.e-]+) in the log-likelihood and (?:about|below) ([\d.e-]+) standard errors/
      .exec(
        messages[0],
      );
  assert.ok(found, messages[0]);
  return { logLik: Number(found[1]), steps: Number(found[2]) };
}

/** The search ends within so many standard errors of an optimum, and log-likelihoods of so many digits are the same. */
const ENDS = 1e-5, DIGITS = 1e-9;

export function assertWithin(a: Model, b: Model, times = 3): void {
  const { logLik, steps } = stated(a), se = (i: number) => Math.sqrt(b.covariance.get(i, i));
  const off = Math.abs(a.logLik - b.logLik);
  assert.ok(
    off <= times * logLik + DIGITS * Math.abs(b.logLik),
    `log-likelihood ${off} off, stated ${logLik}`,
  );
  let at = 0;
  b.parts.forEach(({ beta, names }, k) => {
    assert.deepEqual(a.parts[k].names, names);
    beta.forEach((v, j) => {
      const step = Math.abs(a.parts[k].beta[j] - v) / se(at);
      assert.ok(step <= times * steps + ENDS, `${names[j]} ${step} standard errors off, stated ${steps}`);
      const ratio = Math.sqrt(a.covariance.get(at, at)) / se(at);
      assert.ok(Math.abs(ratio - 1) < times * steps + ENDS, `standard error of ${names[j]}: ${ratio}`);
      at++;
    });
  });
  b.random.forEach(({ levels, modes }, k) => {
    assert.deepEqual(a.random[k].levels, levels);
    modes.forEach((v, i) =>
      assert.ok(Math.abs(v - a.random[k].modes[i]) < 0.02, `mode ${v}, ${a.random[k].modes[i]}`)
    );
  });
  assert.deepEqual([a.nobs, a.npar, a.dfResidual, a.converged], [b.nobs, b.npar, b.dfResidual, true]);
  const weights = ["rows", "mean response", "mean trials", "m"]; // columns that hold weights are others
  const ranges = (model: Model) =>
    designRecipe(model.recipe).columns.filter(({ name }) => !weights.includes(name)).map((
      { name, mean, min, max },
    ) => [name, ...[mean, min, max].map((v) => v === null ? null : v.toPrecision(10))] as const);
  assert.deepEqual(ranges(a), ranges(b));
}

export function binTests(
  what: string,
  from: (formula: string, data: Frame, options: FitFromOptions) => Promise<Model>,
): void {
  for (const [formula, { bins, ...options }] of cases) {
    const told = JSON.stringify({ bins, ...options });
    Deno.test(`${what}, binned within the error that is stated: ${formula} ${told}`, async () => {
      assertWithin(await from(formula, many, { ...options, bins }), fit(formula, many, options));
    });
  }
}

export const lazily = (formula: string, data: Frame, options: FitFromOptions) =>
  fitFrom(formula, data.lazy(), options);
