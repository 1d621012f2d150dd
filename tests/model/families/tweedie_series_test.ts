/**
 * The normalising sum against its definition, S = y Σ_j Poisson(j; λ) · gamma density of y (shape ja, mean jy/λ), summed term by term with
 * log-gamma functions, whose digits (1e-15 of numbers up to 1e3) are the tolerance.
 */
import { seriesJet, TweedieSeries } from "../../../lib/model/families/tweedie_series.ts";
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
        close(out.t, -(1 + a) * expected.mean, 1e-10, 0, `${at}: mean`);
        close(out.tt, (1 + a) ** 2 * expected.variance, 1e-8, 1e-9, `${at}: variance`);
      }
    }
  });
}
