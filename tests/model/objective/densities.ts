/** Log-densities of one row, as textbooks write them, with natural links: independent of the kernels of the families. */
import { lgamma } from "../../../lib/math/gamma_function.ts";

/** ℓ of one row; η in the order of the parts. */
export type Density = (y: number, trials: number, eta: readonly number[]) => number;

const expit = (eta: number) => 1 / (1 + Math.exp(-eta));

/** Σ_{k<n} log(a + k). */
function logRising(a: number, n: number): number {
  let sum = 0;
  for (let k = 0; k < n; k++) sum += Math.log(a + k);
  return sum;
}

const logFactorial = (n: number) => logRising(1, n);

export const poisson: Density = (y, _, [eta]) => y * eta - Math.exp(eta) - logFactorial(y);

export const binomial: Density = (y, m, [eta]) =>
  logFactorial(m) - logFactorial(y) - logFactorial(m - y) + y * eta - m * Math.log1p(Math.exp(eta));

/** Variance μ + μ²/θ, τ = log θ. */
export const nbinom2: Density = (y, _, [eta, tau]) => {
  const size = Math.exp(tau), mu = Math.exp(eta);
  return logRising(size, y) - logFactorial(y) - size * Math.log1p(mu / size) + y * Math.log(mu / (mu + size));
};

/** Precision φ, τ = log φ. */
export const beta: Density = (y, _, [eta, tau]) => {
  const a = expit(eta) * Math.exp(tau), b = expit(-eta) * Math.exp(tau);
  return lgamma(a + b) - lgamma(a) - lgamma(b) + (a - 1) * Math.log(y) + (b - 1) * Math.log1p(-y);
};

/** Standard deviation σ, τ = log σ. */
export const gaussian: Density = (y, _, [mu, tau]) =>
  -Math.log(2 * Math.PI) / 2 - tau - ((y - mu) * Math.exp(-tau)) ** 2 / 2;

/** With a point mass at zero, whose logit is the last predictor. */
export const inflated = (density: Density): Density => (y, m, eta) => {
  const p = expit(eta[eta.length - 1]);
  return y === 0 ? Math.log(p + (1 - p) * Math.exp(density(y, m, eta))) : Math.log1p(-p) + density(y, m, eta);
};
