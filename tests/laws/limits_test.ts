/**
 * Families that are others at the edge of their parameters, or are elementary somewhere inside: the density against a formula that
 * needs no more than factorials. Rows of `exact` agree to rounding; rows of `limits` come nearer at the rate that theory gives.
 */
import assert from "node:assert/strict";
import * as f from "../../lib/model/families/mod.ts";
import { oneInflated, zeroInflated } from "../../lib/model/families/combinators.ts";
import type { Family } from "../../lib/model/families/family.ts";
import { fit, type FitOptions, gamma, logLik, pl } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";
import { respond } from "./family_points.ts";
import { pipeline } from "./pipeline.ts";

/** Log-densities of responses y at predictors η. */
function density(family: Family, y: readonly number[], eta: readonly number[], trials = 1): number[] {
  const response = respond(family, y, y.map(() => trials)),
    categories = family.categories ? ["no", "yes"] : null;
  const line = pipeline(family, { ...response, categories });
  return Array.from(line.evaluate(eta.map((e) => new Float64Array(y.length).fill(e)), 0).value);
}

const { log, exp, sqrt, PI } = Math;
const logit = (p: number) => log(p / (1 - p)), expit = (z: number) => 1 / (1 + exp(-z));
const logFactorial = (n: number): number => n < 2 ? 0 : log(n) + logFactorial(n - 1);
const logPoisson = (y: number, mu: number) => y * log(mu) - mu - logFactorial(y);
const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k);
const logBinomial = (y: number, n: number, p: number) => logChoose(n, y) + y * log(p) + (n - y) * log(1 - p);
const logNormal = (y: number, mean: number, sd: number) =>
  -0.5 * log(2 * PI) - log(sd) - 0.5 * ((y - mean) / sd) ** 2;
/** Gamma with a whole shape k and mean μ. */
const logErlang = (y: number, k: number, mu: number) =>
  k * log(k / mu) + (k - 1) * log(y) - k * y / mu - logFactorial(k - 1);

/** I₁(x), by its series. */
function bessel1(x: number): number {
  let term = x / 2, sum = term;
  for (let k = 1; term > 1e-18 * sum; k++) sum += term *= x * x / 4 / (k * (k + 1));
  return sum;
}

/** Tweedie with p = 1.5: a Poisson number λ of exponential amounts of mean s. */
function logTweedie(y: number, mu: number, phi: number): number {
  const lambda = 2 * sqrt(mu) / phi, s = phi * sqrt(mu) / 2;
  return y === 0
    ? -lambda
    : -lambda - y / s + 0.5 * log(lambda / (s * y)) + log(bessel1(2 * sqrt(lambda * y / s)));
}

interface Exact {
  readonly law: string;
  readonly family: Family;
  readonly eta: readonly number[];
  readonly y: readonly number[];
  readonly trials?: number;
  readonly expected: (y: number) => number;
}

const counts = [0, 1, 2, 5, 11], shares = [0.02, 0.3, 0.55, 0.97], positive = [0.05, 0.7, 2, 9];
const mu = 1.7, eta = log(mu), m = 0.3, zeta = logit(m);

const exact: readonly Exact[] = [
  {
    law: "gamma with shape 1 is the exponential",
    family: f.gamma("log"),
    eta: [eta, 0],
    y: positive,
    expected: (y) => -log(mu) - y / mu,
  },
  {
    law: "gamma with a whole shape is Erlang's",
    family: f.gamma("log"),
    eta: [eta, log(4)],
    y: positive,
    expected: (y) => logErlang(y, 4, mu),
  },
  { law: "beta(1, 1) is uniform", family: f.beta(), eta: [0, log(2)], y: shares, expected: () => 0 },
  {
    law: "beta(3, 2) is 12 y²(1 − y)",
    family: f.beta(),
    eta: [logit(0.6), log(5)],
    y: shares,
    expected: (y) => log(12 * y * y * (1 - y)),
  },
  {
    law: "betabinomial of beta(1, 1) is uniform on 0 … n",
    family: f.betabinomial(),
    eta: [0, log(2)],
    y: [0, 3, 7],
    trials: 7,
    expected: () => -log(8),
  },
  {
    law: "nbinom2 with θ = 1 is the geometric",
    family: f.nbinom2(),
    eta: [eta, 0],
    y: counts,
    expected: (y) => y * log(mu / (1 + mu)) - log(1 + mu),
  },
  {
    law: "nbinom1 with φ = μ is the geometric",
    family: f.nbinom1(),
    eta: [eta, log(mu)],
    y: counts,
    expected: (y) => y * log(mu / (1 + mu)) - log(1 + mu),
  },
  {
    law: "truncatedNbinom2 with θ = 1 is the geometric from 1 on",
    family: f.truncatedNbinom2(),
    eta: [eta, 0],
    y: counts.slice(1),
    expected: (y) => (y - 1) * log(mu / (1 + mu)) - log(1 + mu),
  },
  {
    law: "compois with φ next to 0 is the two whole numbers next to μ",
    family: f.compois(),
    eta: [eta, log(1e-3)],
    y: [1, 2],
    expected: (y) => log(y === 1 ? 2 - mu : mu - 1),
  },
  ...([["compois", f.compois()], ["genpois", f.genpois()]] as const).map(([name, family]): Exact => ({
    law: `${name} with φ = 1 is the Poisson`,
    family,
    eta: [eta, 0],
    y: counts,
    expected: (y) => logPoisson(y, mu),
  })),
  ...([["truncatedCompois", f.truncatedCompois()], ["truncatedGenpois", f.truncatedGenpois()]] as const).map((
    [name, family],
  ): Exact => ({
    law: `${name} with φ = 1 is the truncated Poisson`,
    family,
    eta: [eta, 0],
    y: counts.slice(1),
    expected: (y) => logPoisson(y, mu) - log(1 - exp(-mu)),
  })),
  {
    law: "studentT with one degree of freedom is the Cauchy",
    family: f.studentT(),
    eta: [0.4, log(2), 0],
    y: [-30, 0, 0.4, 3],
    expected: (y) => -log(2 * PI) - log(1 + ((y - 0.4) / 2) ** 2),
  },
  {
    law: "studentT with two degrees of freedom is algebraic",
    family: f.studentT(),
    eta: [0.4, log(2), log(2)],
    y: [-30, 0, 0.4, 3],
    expected: (y) => -log(2 * 2 * sqrt(2)) - 1.5 * log(1 + ((y - 0.4) / 2) ** 2 / 2),
  },
  {
    law: "tweedie with power 1.5 is a Bessel function",
    family: f.tweedie(),
    eta: [eta, log(0.8), 0],
    y: [0, ...positive],
    expected: (y) => logTweedie(y, mu, 0.8),
  },
  {
    law: "cumulative of two categories is the binomial",
    family: f.cumulative(),
    eta: [0.7, 0.2],
    y: [1, 2],
    expected: (y) => log(y === 1 ? expit(0.2 - 0.7) : expit(0.7 - 0.2)),
  },
  {
    law: "orderedBeta with thresholds far out is the beta",
    family: f.orderedBeta(),
    eta: [logit(0.6), log(5), -60, 60],
    y: shares,
    expected: (y) => log(12 * y * y * (1 - y)),
  },
  {
    law: "without zeros and ones the inflated beta is the beta",
    family: oneInflated(zeroInflated(f.beta())),
    eta: [logit(0.6), log(5), -60, -60],
    y: shares,
    expected: (y) => log(12 * y * y * (1 - y)),
  },
  {
    law: "zeros, ones among the rest, and a beta for what is between",
    family: oneInflated(zeroInflated(f.beta())),
    eta: [logit(0.6), log(5), logit(0.2), logit(0.1)],
    y: [0, 1, ...shares],
    expected: (y) => log(y === 0 ? 0.1 : y === 1 ? 0.9 * 0.2 : 0.9 * 0.8 * 12 * y * y * (1 - y)),
  },
  ...([["gamma", f.gamma("log"), log(4), (y: number) => logErlang(y, 4, mu)], [
    "lognormal",
    f.lognormal(),
    log(2),
    (y: number) => {
      const s = log(1 + (2 / mu) ** 2);
      return logNormal(log(y), log(mu) - s / 2, sqrt(s)) - log(y);
    },
  ], [
    "inverseGaussian",
    f.inverseGaussian("log"),
    log(2),
    (y: number) => 0.5 * log(2 / (2 * PI * y ** 3)) - 2 * (y - mu) ** 2 / (2 * mu * mu * y),
  ]] as const).map(([name, base, disp, own]): Exact => ({
    law: `a hurdle before the ${name} is a coin and the ${name}`,
    family: zeroInflated(base),
    eta: [eta, disp, logit(0.1)],
    y: [0, ...positive],
    expected: (y) => y === 0 ? log(0.1) : log(0.9) + own(y),
  })),
];

for (const { law, family, eta, y, trials, expected } of exact) {
  Deno.test(law, () => {
    density(family, y, eta, trials).forEach((got, i) => {
      const should = expected(y[i]);
      // rounding of terms some hundred times the sum
      assert.ok(Math.abs(got - should) <= 1e-13 * (10 + Math.abs(should)), `y = ${y[i]}: ${got}, ${should}`);
    });
  });
}

/** What a family and its limit give at t = 100, 10⁴, 10⁶: they differ by no more than t^−rate asks. */
interface Limit {
  readonly law: string;
  readonly rate: number;
  readonly at: (t: number) => readonly (readonly [got: number, expected: number])[];
  readonly to?: number;
}

const pairs = (
  family: Family,
  y: readonly number[],
  eta: readonly number[],
  expected: (y: number) => number,
  trials = 1,
) => density(family, y, eta, trials).map((got, i) => [got, expected(y[i])] as const);
/** y at −1.5, −0.2, 0.9 standard deviations. */
const around = (mean: number, sd: number) => [-1.5, -0.2, 0.9].map((z) => mean + z * sd);
const normal = (family: Family, mean: number, sd: number, eta: readonly number[]) =>
  pairs(family, around(mean, sd), eta, (y) => logNormal(y, mean, sd));
const logTruncated = (y: number) => logPoisson(y, mu) - log(1 - exp(-mu));

const limits: readonly Limit[] = [
  {
    law: "nbinom2, θ → ∞: Poisson",
    rate: 1,
    at: (t) => pairs(f.nbinom2(), counts, [eta, log(t)], (y) => logPoisson(y, mu)),
  },
  {
    law: "nbinom1, φ → 0: Poisson",
    rate: 1,
    at: (t) => pairs(f.nbinom1(), counts, [eta, -log(t)], (y) => logPoisson(y, mu)),
  },
  {
    law: "compois, φ → ∞: geometric",
    rate: 1,
    at: (t) => pairs(f.compois(), counts, [eta, log(t)], (y) => y * log(mu / (1 + mu)) - log(1 + mu)),
  },
  {
    law: "truncatedNbinom2, θ → ∞: truncated Poisson",
    rate: 1,
    at: (t) => pairs(f.truncatedNbinom2(), counts.slice(1), [eta, log(t)], logTruncated),
  },
  {
    law: "truncatedNbinom1, φ → 0: truncated Poisson",
    rate: 1,
    at: (t) => pairs(f.truncatedNbinom1(), counts.slice(1), [eta, -log(t)], logTruncated),
  },
  {
    law: "betabinomial, φ → ∞: binomial",
    rate: 1,
    at: (t) => pairs(f.betabinomial(), [0, 2, 7], [zeta, log(t)], (y) => logBinomial(y, 7, m), 7),
  },
  {
    law: "binomial of many rare trials: Poisson",
    rate: 1,
    to: 1e4, // beyond, log n! by its recursion has no room on the stack
    at: (t) => pairs(f.binomial(), counts, [logit(mu / t)], (y) => logPoisson(y, mu), t),
  },
  {
    law: "studentT, ν → ∞: normal",
    rate: 1,
    at: (t) => normal(f.studentT(), 0.4, 2, [0.4, log(2), log(t)]),
  },
  {
    law: "gamma, shape → ∞: normal",
    rate: 0.5,
    at: (t) => normal(f.gamma("log"), mu, mu / sqrt(t), [eta, log(t)]),
  },
  {
    law: "lognormal, φ → 0: normal",
    rate: 1,
    at: (t) => normal(f.lognormal(), mu, 1 / t, [eta, -log(t)]),
  },
  {
    law: "inverseGaussian, λ → ∞: normal",
    rate: 0.5,
    at: (t) => normal(f.inverseGaussian("log"), mu, sqrt(mu ** 3 / t), [eta, log(t)]),
  },
  {
    law: "inverseGaussian, μ → ∞: Lévy",
    rate: 1,
    at: (t) =>
      pairs(
        f.inverseGaussian("log"),
        positive,
        [log(t), log(2)],
        (y) => 0.5 * log(2 / (2 * PI * y ** 3)) - 2 / (2 * y),
      ),
  },
  {
    law: "beta, φ → ∞: normal",
    rate: 0.5,
    at: (t) => normal(f.beta(), m, sqrt(m * (1 - m) / (1 + t)), [zeta, log(t)]),
  },
  {
    law: "φ times a beta of mean a/φ: gamma",
    rate: 1,
    at: (t) =>
      positive.map((g) => {
        const [got] = density(f.beta(), [g / t], [logit(3 / t), log(t)]);
        return [got - log(t), 2 * log(g) - g - log(2)] as const;
      }),
  },
  {
    law: "tweedie, p → 2: gamma with shape 1/φ",
    rate: 1,
    to: 1e4,
    at: (t) => pairs(f.tweedie(), positive, [eta, log(1 / 3), log(t)], (y) => logErlang(y, 3, mu)),
  },
  {
    law: "tweedie, p → 1: φ times a Poisson of mean μ/φ",
    rate: 1,
    to: 1e4,
    at: (t) =>
      [0, 1, 2, 4].map((k) => {
        const poisson = Array.from({ length: k + 1 }, (_, j) => exp(logPoisson(j, mu / 0.8)));
        const got = f.tweedie().cdf((k + 0.5) * 0.8, [eta, log(0.8), -log(t)], 1);
        return [log(got), log(poisson.reduce((sum, p) => sum + p))] as const;
      }),
  },
];

for (const { law, rate, at, to = 1e6 } of limits) {
  Deno.test(law, () => {
    const gap = (t: number) => at(t).reduce((sum, [got, expected]) => sum + Math.abs(got - expected), 0);
    const first = gap(100);
    assert.ok(first > 0 && first < 1, `${first} at 100`);
    for (let t = 1e4; t <= to; t *= 100) {
      // 1.5: the second term of the expansion at t = 100; 1e-8: rounding of y − mean, of the order of ε/sd
      const now = gap(t), allowed = 1.5 * first * (100 / t) ** rate + 1e-8;
      assert.ok(now <= allowed, `${now} at ${t}, ${first} at 100: more than ${allowed}`);
    }
  });
}

/** Fits whose dispersion is held at, or runs to, the limit: log-likelihood of the family that it is there. */
const n = 120, random = seed(4), g = Array.from({ length: n }, (_, i) => "abc"[i % 3]);
const data = pl.DataFrame({
  g,
  time: g.map((l) => random.gamma(1, { a: 1, b: 2, c: 4 }[l as "a"]!)),
  even: g.map((l, i) => ({ a: 2, b: 4, c: 6 }[l as "a"]! + i % 2)), // counts that vary less than Poisson
  light: g.map((l, i) => ({ a: 2, b: 4, c: 6 }[l as "a"]! + ((i / 3) % 7) / 7)), // tails lighter than normal
  ten: g.map(() => 10),
  none: g.map(() => 0),
});

Deno.test("gamma with its shape held at 1 is exponential regression", () => {
  const model = fit("time ~ g", data, { family: gamma("log"), dispersion: "~ 0 + offset(none)" });
  const time = [...data.getColumn("time")] as number[];
  const expected = ["a", "b", "c"].reduce((sum, l) => {
    const own = time.filter((_, i) => g[i] === l), mean = own.reduce((s, y) => s + y / own.length, 0);
    return sum - own.length * (log(mean) + 1);
  }, 0);
  assert.ok(Math.abs(logLik(model) - expected) < 1e-8, `${logLik(model)}, ${expected}`);
});

const runaway: readonly [string, string, FitOptions["family"], FitOptions][] = [
  ["nbinom2", "even ~ g", "nbinom2", { family: "poisson" }],
  ["nbinom1", "even ~ g", "nbinom1", { family: "poisson" }],
  ["truncatedNbinom2", "even ~ g", "truncatedNbinom2", { family: "truncatedPoisson" }],
  ["betabinomial", "cbind(even, ten - even) ~ g", "betabinomial", { family: "binomial" }],
  ["studentT", "light ~ g", "studentT", { reml: false }],
];

for (const [name, formula, family, limit] of runaway) {
  Deno.test(`data with less spread than its limit: ${name} has the log-likelihood of the limit, and says so`, () => {
    const model = fit(formula, data, { family }), simple = fit(formula, data, limit);
    assert.ok(Math.abs(logLik(model) - logLik(simple)) < 1e-5, `${logLik(model)}, ${logLik(simple)}`);
    assert.ok(model.messages.length > 0, "no message");
  });
}
