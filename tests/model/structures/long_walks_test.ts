/**
 * rw2 over many times against the Kalman filter: its precision has entries like the cube of their number, its likelihood must not show it.
 * Tolerances of log-likelihoods are 1e-6 and, beyond 10,000 rows, the 1e-11 of its terms that sums in another order differ by.
 */
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, choleskySolve, Matrix } from "../../../lib/math/dense.ts";
import { lgamma } from "../../../lib/math/gamma_function.ts";
import { type Random, seed } from "../../../lib/math/random.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { filter, type Walked } from "./state_space.ts";

const near = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);
const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();
const allowedOf = (n: number) => 1e-6 * Math.max(1, n / 1e4);

/** Even times, or gaps over three decades. */
function times(n: number, even: boolean, random: Random): number[] {
  let at = 0;
  return Array.from({ length: n }, (_, i) => i === 0 ? 0 : at += even ? 1 : 1000 ** random.uniform());
}

/** A wave with noise, and 12 levels of h beside it. */
function wave(n: number, even = true) {
  const random = seed(8), time = times(n, even, random), span = time[n - 1];
  const level = time.map(() => Math.floor(12 * random.uniform())),
    own = Array.from({ length: 12 }, () => random.normal());
  const mean = time.map((v) => Math.sin(6 * v / span)), noise = time.map(() => random.normal());
  const y = mean.map((m, i) => m + 0.3 * noise[i]), z = y.map((v, i) => v + own[level[i]] / 2);
  const data = t.pl.DataFrame({ time, y, z, g: time.map(() => "a"), h: level.map((l) => `h${l}`) });
  return { n, time, span, y, z, level, mean, random, data };
}

/**
 * log-likelihood of columns[0] about columns 1 … p with flat priors (restricted) and the others with variance τ², by the cross-products of
 * the innovations; and its coefficients.
 */
function gaussian(
  walk: Walked,
  columns: readonly ((i: number) => number)[],
  p: number,
  tau: number,
) {
  const found = filter(walk, columns), K = columns.length - 1, n = walk.time.length;
  const A = Matrix.zeros(K, K), c = Float64Array.from({ length: K }, (_, j) => found.product(0, j + 1));
  for (let j = 0; j < K; j++) for (let k = 0; k < K; k++) A.set(j, k, found.product(j + 1, k + 1));
  for (let j = p; j < K; j++) A.set(j, j, A.get(j, j) + 1 / tau ** 2);
  const L = choleskyFactor(A)!, beta = choleskySolve(L, c);
  const logDet = 2 * L.diagonal().reduce((s, v) => s + Math.log(v), 0) + 2 * (K - p) * Math.log(tau);
  const left = found.product(0, 0) - beta.reduce((s, b, j) => s + b * c[j], 0);
  return { logLik: -((n - p) * Math.log(2 * Math.PI) + found.logDet + logDet + left) / 2, beta };
}

for (
  const [n, even] of [[200, true], [1500, true], [10_000, true], [100_000, true], [1500, false], [
    10_000,
    false,
  ], [100_000, false]] as const
) {
  Deno.test(`rw2 over ${n} ${even ? "even" : "uneven"} times: likelihood, optimum and smoothed values of a Kalman filter`, () => {
    const { time, y, data, span } = wave(n, even), began = performance.now();
    const model = t.fit("y ~ time + rw2(time | g)", data), took = performance.now() - began;
    const sd = model.random[0].parameters[0].estimate, { sigma, parts: [{ beta }] } = model;
    const columns = [(i: number) => y[i], () => 1, (i: number) => time[i]];
    const at = (f: number, g: number) =>
      gaussian({ time, sd: f * sd, noise: () => (g * sigma) ** 2 }, columns, 2, 1);
    const own = at(1, 1);
    near(model.logLik, own.logLik, allowedOf(n), "log-likelihood");
    for (const [f, g] of [[1.02, 1], [0.98, 1], [1, 1 + 1 / Math.sqrt(n)], [1, 1 - 1 / Math.sqrt(n)]]) {
      assert.ok(at(f, g).logLik < own.logLik, `${f} ${g}`);
    }
    near(beta[0], own.beta[0], 1e-7, "intercept");
    near(beta[1] * span, own.beta[1] * span, 1e-6, "slope of the span");
    const left = (i: number) => y[i] - beta[0] - beta[1] * time[i];
    const smooth = filter({ time, sd, noise: () => sigma ** 2 }, [left]).smooth(0), fitted = t.fitted(model);
    let worst = 0;
    for (let i = 0; i < n; i++) {
      worst = Math.max(worst, Math.abs(fitted[i] - beta[0] - beta[1] * time[i] - smooth[i]));
    }
    assert.ok(worst < 1e-7, `smoothed values differ by ${worst}`);
    if (n === 100_000) assert.ok(took < 120_000, `${took} ms`); // 8 s; of the fit that is not linear, hours
  });
}

Deno.test("rw2 with other terms over 10,000 times: likelihood of a Kalman filter and effects of the other term", () => {
  const { time, z, level, data } = wave(10_000);
  const model = t.fit("z ~ time + rw2(time | g) + (1 | h)", data), [walk, other] = model.random;
  const sd = walk.parameters[0].estimate, tau = other.parameters[0].estimate, { sigma } = model;
  const columns = [
    (i: number) => z[i],
    () => 1,
    (i: number) => time[i],
    ...Array.from(
      { length: 12 },
      (_, l) => (i: number) => +(level[i] === l),
    ),
  ];
  const own = gaussian({ time, sd, noise: () => sigma ** 2 }, columns, 2, tau);
  near(model.logLik, own.logLik, 1e-6, "log-likelihood");
  for (const f of [0.7, 1.4]) {
    assert.ok(gaussian({ time, sd, noise: () => sigma ** 2 }, columns, 2, f * tau).logLik < own.logLik);
  }
  const modes = new Map(
    (t.ranef(model).toRecords() as { group: string; level: string; estimate: number }[])
      .filter(({ group }) => group === "h").map(({ level, estimate }) => [level, estimate]),
  );
  assert.equal(modes.size, 12);
  for (const [name, mode] of modes) near(mode, own.beta[2 + Number(name.slice(1))], 1e-7, name);
});

/**
 * Laplace's approximation at given coefficients, by the iterated smoother: at the mode η̂ with curvature w and working response
 * η̂ + (y − μ)/w it is ℓ(η̂) − log N(working response; η̂, 1/w) + log of its Gaussian likelihood (Durbin & Koopman 1997, Biometrika
 * 84:669–684).
 */
function poisson(time: readonly number[], y: readonly number[], fixed: Float64Array, sd: number): number {
  let eta = fixed.slice();
  for (let step = 0; step < 60; step++) {
    const mu = eta.map(Math.exp), response = (i: number) => eta[i] - fixed[i] + (y[i] - mu[i]) / mu[i];
    const found = filter({ time, sd, noise: (i) => 1 / mu[i] }, [response]), next = found.smooth(0);
    let moved = 0;
    for (let i = 0; i < y.length; i++) moved = Math.max(moved, Math.abs(next[i] + fixed[i] - eta[i]));
    if (moved < 1e-12) {
      const own = y.reduce((s, v, i) => s + v * eta[i] - mu[i], 0);
      const working = y.reduce((s, v, i) => s + (Math.log(mu[i]) - (v - mu[i]) ** 2 / mu[i]) / 2, 0);
      return own - working - (found.logDet + found.product(0, 0)) / 2;
    }
    eta = next.map((v, i) => v + fixed[i]);
  }
  throw new Error("the smoother does not settle");
}

for (const n of [200, 1500, 10_000, 100_000]) {
  Deno.test(`a Poisson response about rw2 over ${n} times: Laplace's approximation by an iterated smoother`, () => {
    const { time, mean, random, span } = wave(n), y = mean.map((m) => random.poisson(Math.exp(m)));
    const data = t.pl.DataFrame({ time, y, g: time.map(() => "a") }), formula = "y ~ time + rw2(time | g)";
    const objective = objectiveOf(planFit(formula, data, { family: t.poisson() })) as Laplace;
    const constant = y.reduce((s, v) => s + lgamma(v + 1), 0);
    for (const theta of [1, 8]) {
      const psi = Float64Array.of(0.2, -0.3, theta), got = objective.evaluate(psi, new Float64Array(3));
      const sd = theta * Math.sqrt(3 / span ** 3);
      near(-got, poisson(time, y, objective.fixedMean(psi), sd) - constant, allowedOf(n), `θ ${theta}`);
    }
  });
}

Deno.test("rw2 that moves 100,000 times the noise over 10,000 times: likelihood and gradient where cross-products are rounding error", () => {
  const { time, mean, random, span, data, n } = wave(10_000), y = mean.map((m) => 1e5 * m + random.normal());
  const own = data.withColumns(t.pl.Series("y", y)), formula = "y ~ time + rw2(time | g)";
  const objective = objectiveOf(planFit(formula, own, { reml: false })) as ProfiledDeviance;
  // the start, whose slope is 6e5, is taken out before: the filter's products would be rounding error, too
  const columns = [(i: number) => y[i] - 6e5 * time[i] / span, () => 1, (i: number) => time[i] / span];
  const deviance = (theta: number) => { // σ profiled out
    const found = filter({ time, sd: theta * Math.sqrt(3 / span ** 3), noise: () => 1 }, columns);
    const A = new Matrix([1, 2].map((j) => [1, 2].map((k) => found.product(j, k))));
    const c = Float64Array.of(found.product(0, 1), found.product(0, 2));
    const left = found.product(0, 0) -
      choleskySolve(choleskyFactor(A)!, c).reduce((s, b, j) => s + b * c[j], 0);
    return (n * Math.log(2 * Math.PI * left / n) + n + found.logDet) / 2;
  };
  for (const theta of [3e4, 3e5, 3e6]) {
    const gradient = new Float64Array(1), got = objective.evaluate(Float64Array.of(theta), gradient);
    near(got, deviance(theta), 1e-4, `θ ${theta}`); // the filter's innovations, too, are differences of numbers 1e5 as large
    const slope = (deviance(theta * 1.01) - deviance(theta / 1.01)) / (2 * Math.log(1.01));
    near(gradient[0] * theta, slope, 1e-3 * (1 + Math.abs(slope)), `slope in log θ at ${theta}`);
  }
});

Deno.test("rw2 over 10,000 times: predictions between them and beyond, also of a saved model; rows without a response", () => {
  const { time, y, data, n } = wave(10_000), model = t.fit("y ~ time + rw2(time | g)", data);
  const at = [0.5, 4321.25, n + 3],
    all = [...time, ...at].sort((a, b) => a - b),
    rank = new Map(time.map((v, i) => [v, i]));
  const sd = model.random[0].parameters[0].estimate, { sigma, parts: [{ beta }] } = model;
  const left = (i: number) => {
    const row = rank.get(all[i]);
    return row === undefined ? 0 : y[row] - beta[0] - beta[1] * time[row];
  };
  const noise = (i: number) => rank.has(all[i]) ? sigma ** 2 : 1e20;
  const smooth = filter({ time: all, sd, noise }, [left]).smooth(0);
  const grid = t.pl.DataFrame({ time: at, g: at.map(() => "a") }), found = rowsOf(t.predict(model, grid));
  found.forEach(({ estimate }, k) =>
    near(estimate, beta[0] + beta[1] * at[k] + smooth[all.indexOf(at[k])], 1e-7, `at ${at[k]}`)
  );
  assert.deepEqual(rowsOf(t.predict(t.loadModel(t.saveModel(model)), grid)), found);
  const some = data.withColumns(
    t.pl.Series("y", y.map((v, i) => i % 7 === 3 ? null : v)),
  );
  const fewer = t.fit("y ~ time + rw2(time | g)", some),
    kept = t.fit("y ~ time + rw2(time | g)", some.dropNulls());
  near(fewer.logLik, kept.logLik, 1e-6, "rows without a response");
});

Deno.test("rw2 over 100,000 times: what is drawn has independent steps of the variance stated", () => {
  const n = 100_000, random = seed(5), time = Array.from({ length: n }, (_, i) => i);
  const data = t.pl.DataFrame({ time, y: time.map((i) => i % 7), g: time.map(() => "a") });
  const { effects } = objectiveOf(planFit("y ~ time + rw2(time | g)", data, {})) as ProfiledDeviance;
  const u = Float64Array.from({ length: effects.q }, () => random.normal()), m = n - 1, h = 1 / m;
  effects.setTheta(Float64Array.of(1));
  for (const precision of effects.precisions) precision.correlate(u);
  let slopes = 0, values = 0, both = 0; // of the standardised steps: Q = 3 [h³/3, h²/2; h²/2, h]
  for (let k = 0; k < m; k++) {
    const [v, s] = k > 0 ? [u[k - 1], u[m + k - 1]] : [0, 0];
    const b = (u[m + k] - s) / Math.sqrt(3 * h),
      a = ((u[k] - v - h * s) / h ** 1.5 - Math.sqrt(3) / 2 * b) * 2;
    slopes += b * b;
    values += a * a;
    both += a * b;
  }
  for (const square of [slopes, values]) near(square / m, 1, 5 * Math.sqrt(2 / m), "variance of steps");
  near(both / m, 0, 5 / Math.sqrt(m), "correlation");
});
