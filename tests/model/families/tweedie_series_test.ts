/**
 * The normalising sum against its definition, S = y Σ_j Poisson(j; λ) · gamma density of y (shape ja, mean jy/λ), summed term by term with
 * log-gamma functions, whose digits (1e-15 of numbers up to 1e3) are the tolerance.
 */
import assert from "node:assert/strict";
import { seriesJet } from "../../../lib/model/families/tweedie_cumulants.ts";
import { TweedieSeries } from "../../../lib/model/families/tweedie_series.ts";
import { lgamma } from "../../../lib/math/gamma_function.ts";
import { close } from "../../math/close.ts";

/** log S, and mean and variance of j under its terms. */
function direct(y: number, tau: number, a: number) {
  const q = 1 / (1 + a), r = a * q, lambda = y ** r / (Math.exp(tau) * r), logs: number[] = [];
  const last = Math.ceil(3 * lambda + 60 * Math.sqrt(lambda + 1));
  for (let j = 1; j <= last; j++) {
    const rate = j * a / (j * y / lambda); // shape over mean
    const poisson = j * Math.log(lambda) - lambda - lgamma(j + 1);
    logs.push(
      Math.log(y) + poisson + j * a * Math.log(rate) + (j * a - 1) * Math.log(y) - rate * y - lgamma(j * a),
    );
  }
  const largest = Math.max(...logs),
    w = logs.map((v) => Math.exp(v - largest)),
    sum = w.reduce((s, v) => s + v);
  const mean = w.reduce((s, v, k) => s + v * (k + 1), 0) / sum;
  return {
    lambda,
    value: Math.log(sum) + largest,
    mean,
    variance: w.reduce((s, v, k) => s + v * (k + 1 - mean) ** 2, 0) / sum,
  };
}

const out = seriesJet(), series = new TweedieSeries();

for (const a of [0.02, 0.3, 1, 4, 60, 150]) {
  Deno.test(`shape ${a} of an amount: the sum, the mean and the variance of the number of amounts`, () => {
    for (const y of [1e-6, 0.03, 1, 20]) {
      for (const tau of [-3, -1, 0.5, 3]) {
        const expected = direct(y, tau, a), at = `y ${y}, log φ ${tau}`;
        series.evaluate(y, tau, a, 3, out);
        close(out.value, expected.value, 1e-11, 1e-11 * (1 + a), at);
        const c = 1 + a, { lambda } = expected;
        close(c * lambda - out.t, c * expected.mean, 1e-10, 0, `${at}: mean`);
        close(c * lambda + out.tt, c * c * expected.variance, 1e-8, 1e-9, `${at}: variance`);
      }
    }
  });
}

/**
 * As the power goes to 2 the density becomes that of the gamma distribution of shape α = 1/φ, with L = α log α − α − log Γ(α), from which it
 * differs by some a. Of sums over 10¹⁷ amounts nothing may be left but that and rounding;
 * covariances with their number, which has the standard deviation √λ, round by that.
 */
Deno.test("a power of all but 2: value and derivatives are those of the gamma distribution", () => {
  const limit = (tau: number) => Math.exp(-tau) * (-tau - 1) - lgamma(Math.exp(-tau)), h = 1e-3;
  for (const kappa of [16, 20, 25, 30, 35, 40, 50]) {
    for (const tau of [-3, -0.8, 1]) {
      for (const y of [0.03, 1.9, 20]) {
        const a = Math.exp(-kappa), at = `κ ${kappa}, log φ ${tau}, y ${y}`;
        const error = 100 * a * (1 + Math.exp(-tau)) + 1e-12;
        series.evaluate(y, tau, a, 2, out);
        close(out.value, limit(tau), 0, error + 1e-14, at);
        const slope = (8 * (limit(tau + h) - limit(tau - h)) - limit(tau + 2 * h) + limit(tau - 2 * h)) /
          (12 * h);
        close(out.t, slope, 0, error + 1e-10, `${at}: slope`);
        const bend = (limit(tau + h) - 2 * limit(tau) + limit(tau - h)) / h ** 2;
        const rounding = Math.sqrt(Math.exp(-tau) / a) * (2 + Math.exp(-tau)) * 2 ** -50;
        close(out.tt, bend, 0, error + rounding + 1e-5, `${at}: curvature`); // h² of the difference
        close(out.k, 0, 0, error, `${at}: power`);
        for (const part of ["tk", "kk"] as const) close(out[part], 0, 0, error + rounding, `${at}: ${part}`);
      }
    }
  }
});

Deno.test("where there are more amounts than numbers tell apart, nothing is said, and soon", () => {
  for (const [tau, a] of [[-100, 1e-40], [-800, 1], [0, 0], [NaN, 1], [0, NaN], [-60, 3]]) {
    series.evaluate(2, tau, a, 3, out);
    assert.deepEqual(Object.values(out), new Array(10).fill(NaN));
  }
});
