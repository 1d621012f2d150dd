/** The log-density of proportions with zeros and ones as ordered categories, and its derivatives. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import { expit } from "../../math/special.ts";
import type { Family, Kernel, Response } from "./family.ts";

/** The predictors: the mean's, log φ, and the thresholds of zeros and of ones. */
export const LOWER = 2, UPPER = 3;
/** How many first, second and third derivatives the beta's density has: the first of the jets. */
const OF_BETA = [2, 3, 4];

/**
 * With ζ = logit μ, a = ζ − c₀ and b = ζ − c₁, c₀ < c₁, and P(Y > 0) = F(a), P(Y = 1) = F(b), F logistic:
 *
 *     y = 0: log F(−a)      y = 1: log F(b)      else: log F(a) + log F(−b) + log(1 − e^{−d}) + beta log-density, d = c₁ − c₀
 *
 * for F(a) − F(b) = F(a) F(−b) (1 − e^{b − a}). Thresholds out of order have no density (ℓ = −∞): such a step is refused.
 */
export function orderedBetaKernel(response: Response, constant: readonly boolean[], inner: Family): Kernel {
  const { y } = response, inside = inner.kernel(response, constant);
  return {
    evaluate(eta, order, out) {
      inside.evaluate(eta.slice(0, LOWER), order, out);
      [out.d1, out.d2, out.d3].slice(0, order).forEach((arrays, o) => {
        for (let k = OF_BETA[o]; k < arrays.length; k++) if (arrays[k] !== out.zero) arrays[k].fill(0);
      });
      const [zeta, , lower, upper] = eta;
      for (let i = 0; i < y.length; i++) {
        if (y[i] === 0 || y[i] === 1) {
          forget(out, i, order);
          if (y[i] === 0) addTail(out, i, -(zeta[i] - lower[i]), -1, LOWER, order);
          else addTail(out, i, zeta[i] - upper[i], 1, UPPER, order);
          continue;
        }
        const d = upper[i] - lower[i];
        if (!(d > 0)) {
          out.value[i] = -Infinity;
          continue;
        }
        addTail(out, i, zeta[i] - lower[i], 1, LOWER, order);
        addTail(out, i, -(zeta[i] - upper[i]), -1, UPPER, order);
        addGap(out, i, d, order);
      }
    },
  };
}

/** The beta's density says nothing of a zero or a one. */
function forget(out: Jets, i: number, order: number): void {
  out.value[i] = 0;
  for (const arrays of [out.d1, out.d2, out.d3].slice(0, order)) {
    for (const array of arrays) if (array !== out.zero) array[i] = 0;
  }
}

/** log F(t) with t = ± (ζ − c): its derivatives in t are q, −pq, −pq(q − p). */
function addTail({ value, d1, d2, d3 }: Jets, i: number, t: number, sign: 1 | -1, c: number, order: number) {
  value[i] -= t > 0 ? Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t)) - t;
  if (order < 1) return;
  const p = expit(t), q = expit(-t), first = sign * q;
  d1[0][i] += first;
  d1[c][i] -= first;
  if (order < 2) return;
  const second = -p * q;
  d2[pair(0, 0)][i] += second;
  d2[pair(c, 0)][i] -= second;
  d2[pair(c, c)][i] += second;
  if (order < 3) return;
  const third = sign * second * (q - p);
  d3[triple(0, 0, 0)][i] += third;
  d3[triple(c, 0, 0)][i] -= third;
  d3[triple(c, c, 0)][i] += third;
  d3[triple(c, c, c)][i] -= third;
}

/** log(1 − e^{−d}), d = c₁ − c₀: with h = 1/(e^d − 1) its derivatives are h, −h(1 + h), h(1 + h)(1 + 2h). */
function addGap({ value, d1, d2, d3 }: Jets, i: number, d: number, order: number) {
  value[i] += Math.log(-Math.expm1(-d));
  if (order < 1) return;
  const h = 1 / Math.expm1(d);
  d1[UPPER][i] += h;
  d1[LOWER][i] -= h;
  if (order < 2) return;
  const second = -h * (1 + h);
  d2[pair(UPPER, UPPER)][i] += second;
  d2[pair(UPPER, LOWER)][i] -= second;
  d2[pair(LOWER, LOWER)][i] += second;
  if (order < 3) return;
  const third = -second * (1 + 2 * h);
  d3[triple(UPPER, UPPER, UPPER)][i] += third;
  d3[triple(UPPER, UPPER, LOWER)][i] -= third;
  d3[triple(UPPER, LOWER, LOWER)][i] += third;
  d3[triple(LOWER, LOWER, LOWER)][i] -= third;
}
