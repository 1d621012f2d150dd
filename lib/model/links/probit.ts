import { dnorm, inverseMills, pnorm, qnorm } from "../../math/normal.ts";
import { HALF_LOG_2PI } from "../../math/special.ts";
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

/**
 * ζ = log Φ(η) − log Φ(−η), which is odd: computed at −x, x = |η|, and reflected. With a = φ/Φ at −x and b = φ/Φ at x
 *
 *     log Φ(−x):    a, −a δ, a (δ (a + δ) − 1)        δ = a − x
 *     −log Φ(x):    b, b (b + x), b ((b + x)(2b + x) − 1)
 *
 * In the tail δ = 1/(x + t), t = 2/(x + s), s = 3/(x + 4/(x + …)), and δ (a + δ) − 1 = δ² t (s − t): nothing cancels.
 * Source: Abramowitz & Stegun (1964), 26.2.14 (Laplace's continued fraction).
 */
const ontoLogit: Composition = (eta, out) => {
  const x = Math.abs(eta), density = dnorm(x);
  let a: number, delta: number, bend: number;
  if (x < TAIL) {
    a = inverseMills(-x);
    delta = a - x;
    bend = delta * (a + delta) - 1;
  } else {
    const s = laplaceFraction(x), t = 2 / (x + s);
    delta = 1 / (x + t);
    a = x + delta;
    bend = delta * delta * t * (s - t);
  }
  const tail = density / a, b = density / (1 - tail), sign = eta > 0 ? -1 : 1; // tail = Φ(−x)
  out[0] = sign * (-0.5 * x * x - HALF_LOG_2PI - Math.log(a) - Math.log1p(-tail));
  out[1] = a + b;
  out[2] = sign * (b * (b + x) - a * delta);
  out[3] = a * bend + b * ((b + x) * (2 * b + x) - 1);
};

/**
 * 3/(x + 4/(x + 5/(x + …))) as the quotient of two recurrences, which need no division on the way. Truncated after k terms
 * the error is about exp(−1.4 x √k); the recurrences grow like √k!, far from overflow.
 */
function laplaceFraction(x: number): number {
  const terms = Math.ceil(800 / (x * x)) + 8;
  let above = 3, before = 0, below = x, beforeBelow = 1;
  for (let k = 4; k < terms + 3; k++) {
    const next = x * above + k * before, nextBelow = x * below + k * beforeBelow;
    before = above;
    above = next;
    beforeBelow = below;
    below = nextBelow;
  }
  return above / below;
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
