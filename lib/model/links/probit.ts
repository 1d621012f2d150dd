import { dnorm, inverseMills, pnorm, qnorm } from "../../math/normal.ts";
import { impossible } from "./impossible.ts";
import type { Composition, Link } from "./link.ts";

const ontoIdentity: Composition = (eta, out) => {
  const density = dnorm(eta);
  out[0] = pnorm(eta);
  out[1] = density;
  out[2] = -eta * density;
  out[3] = density === 0 ? 0 : (eta * eta - 1) * density;
};

/** Beyond this |η| the derivatives of the Mills ratio are taken from its continued fraction. */
const TAIL = 2.5;

/** ζ = log Φ(η) − log Φ(−η), odd in η: one computation for η ≤ 0 serves both sides. */
const ontoLogit: Composition = (eta, out) => {
  const x = Math.abs(eta); // ζ at −x, then reflected
  lowerTail(x, out);
  const right = inverseMills(x); // φ(x)/Φ(x); with −x for the other part: d log Φ(−η)
  out[0] -= pnorm(x, 0, 1, true, true);
  out[1] += right;
  out[2] += right * (right + x);
  out[3] += right * ((right + x) * (2 * right + x) - 1);
  if (eta > 0) {
    out[0] = -out[0];
    out[2] = -out[2];
  }
};

/**
 * log Φ and its first three derivatives at −x, x ≥ 0. With a = φ/Φ at −x and δ = a − x: a, −a δ, a (δ (a + δ) − 1).
 * In the tail δ = 1/(x + t), t = 2/(x + s), s = 3/(x + 4/(x + …)), and δ (a + δ) − 1 = δ² t (s − t): nothing cancels.
 * Source: Abramowitz & Stegun (1964), 26.2.14 (Laplace's continued fraction).
 */
function lowerTail(x: number, out: Float64Array): void {
  out[0] = pnorm(-x, 0, 1, true, true);
  if (x < TAIL) {
    const a = inverseMills(-x), delta = a - x;
    out[1] = a;
    out[2] = -a * delta;
    out[3] = a * (delta * (a + delta) - 1);
    return;
  }
  let s = 0; // truncated after k terms the error is about exp(−1.4 x √k)
  for (let k = Math.ceil(800 / (x * x)) + 8; k >= 3; k--) s = k / (x + s);
  const t = 2 / (x + s), delta = 1 / (x + t), a = x + delta;
  out[1] = a;
  out[2] = -a * delta;
  out[3] = a * delta * delta * t * (s - t);
}

/** η = Φ⁻¹(μ), the normal quantile. */
export const probit: Link = {
  name: "probit",
  mean: (eta) => pnorm(eta),
  eta: (mu) => qnorm(mu),
  slope: (eta) => dnorm(eta),
  valid: (eta) => Number.isFinite(eta),
  onto: (scale) =>
    scale === "logit" ? ontoLogit : scale === "identity" ? ontoIdentity : impossible("probit", scale),
};
