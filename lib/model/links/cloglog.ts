import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

/** μ = 1 − e^−t with t = e^η: μ′ = t e^−t, and each further derivative multiplies by a polynomial in t. */
const ontoIdentity: Composition = (eta, out) => {
  const t = Math.exp(eta), slope = Math.exp(eta - t);
  out[0] = -Math.expm1(-t);
  out[1] = slope;
  out[2] = slope * (1 - t);
  out[3] = slope === 0 ? 0 : slope * (1 - 3 * t + t * t);
};

/**
 * ζ = log(e^t − 1), t = e^η. With D = t d/dt, which is d/dη, and g = t/(1 − e^−t) = ζ′:
 * g″ and g‴ need 1 − g e^−t and its like, which cancel for small t; there the Bernoulli series
 * g = 1 + t/2 + t²/12 − t⁴/720 + … is exact (Abramowitz & Stegun 23.1.1).
 */
const ontoLogit: Composition = (eta, out) => {
  const t = Math.exp(eta);
  out[0] = t > 1 ? t + Math.log(-Math.expm1(-t)) : Math.log(Math.expm1(t));
  if (t < 0.5) return smallCase(t, eta, out);
  const e = Math.exp(-t), g = t / -Math.expm1(-t), h = g * e; // h = t/(e^t − 1) = g − t
  const dg = g * (1 - h); // D g = g − g h
  const dh = h * (1 - g); // D h = h − g h
  out[1] = g;
  out[2] = dg;
  out[3] = dg * (1 - h) - g * dh;
};

/** Coefficients B_2k / (2k)! of t^(2k). */
// deno-fmt-ignore
const BERNOULLI = [1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000, 1 / 74724249600];

function smallCase(t: number, eta: number, out: Float64Array): void {
  let g = 0, dg = 0, ddg = 0;
  for (let k = BERNOULLI.length; k >= 1; k--) {
    const term = BERNOULLI[k - 1];
    g = (g + term) * t * t;
    dg = (dg + 2 * k * term) * t * t;
    ddg = (ddg + 4 * k * k * term) * t * t;
  }
  out[0] = eta + Math.log(Math.expm1(t) / t);
  out[1] = 1 + t / 2 + g;
  out[2] = t / 2 + dg;
  out[3] = t / 2 + ddg;
}

/** η = log(−log(1 − μ)), the complementary log-log link: e^η is a cumulative hazard. */
export const cloglog: Link = {
  name: "cloglog",
  mean: (eta) => -Math.expm1(-Math.exp(eta)),
  eta: (mu) => Math.log(-Math.log1p(-mu)),
  slope: (eta) => Math.exp(eta - Math.exp(eta)),
  valid: (eta) => Number.isFinite(eta),
  onto: (scale) =>
    scale === "logit" ? ontoLogit : scale === "identity" ? ontoIdentity : impossible("cloglog", scale),
};
