/**
 * What is left of log Γ after its large part is taken out. Densities with a shape or precision parameter are
 * differences of log Γ that nearly cancel when the parameter is large; with Binet's function
 *
 *     R(x) = log Γ(x) − [(x − ½) log x − x + ½ log 2π]
 *
 * the large parts cancel on paper and no digit is lost on the computer. All derivatives are in log x, because
 * parameters are estimated on the log scale.
 */
import { HALF_LOG_2PI, log1pmx } from "./special.ts";

/** From here on the series alone gives R. */
export const BINET_SERIES_FROM = 12;

/** Coefficients B_2k / (2k (2k − 1)) of x^(1 − 2k), k = 1 … 8. Source: Abramowitz & Stegun (1964), 6.1.40. */
const C1 = 1 / 12, C2 = -1 / 360, C3 = 1 / 1260, C4 = -1 / 1680;
const C5 = 1 / 1188, C6 = -691 / 360360, C7 = 1 / 156, C8 = -3617 / 122400;

/** R(x) for x ≥ {@link BINET_SERIES_FROM}. */
export function binetSeries(x: number): number {
  const r = 1 / x, s = r * r;
  return r * (C1 + s * (C2 + s * (C3 + s * (C4 + s * (C5 + s * (C6 + s * (C7 + s * C8)))))));
}

/** R(x) for any x > 0. */
export function binet(x: number): number {
  if (x >= BINET_SERIES_FROM) return binetSeries(x);
  const steps = Math.ceil(BINET_SERIES_FROM - x), X = x + steps;
  let product = 1;
  for (let j = 1; j < steps; j++) product *= X / (x + j);
  return binetSeries(X) + (x + 0.5) * Math.log(X / x) + Math.log(product) - steps;
}

/** log y! − (y log y − y), which is 0 at 0 and ½ log 2πy + R(y) elsewhere: what log y! adds to y log y − y, with all digits. */
export function logFactorialExcess(y: number): number {
  return y === 0 ? 0 : HALF_LOG_2PI + 0.5 * Math.log(y) + binet(y);
}

/**
 * R and its first three derivatives in log x, for any x > 0.
 * @param order highest derivative wanted; entries above it are left alone
 * @param out receives R, dR/dlog x, d²R/dlog x², d³R/dlog x³
 * Source: Abramowitz & Stegun (1964), 6.1.40, and the recurrences 6.1.15, 6.3.5, 6.4.6 multiplied by powers of x.
 */
export function binetJet(x: number, order: number, out: Float64Array): void {
  const steps = x >= BINET_SERIES_FROM ? 0 : Math.ceil(BINET_SERIES_FROM - x);
  const X = x + steps;
  const r = 1 / X, s = r * r;
  const value = r * (C1 + s * (C2 + s * (C3 + s * (C4 + s * (C5 + s * (C6 + s * (C7 + s * C8)))))));
  // Each derivative in log x multiplies the term x^(1 − 2k) by (1 − 2k).
  const first = order < 1 ? 0 : -r *
    (C1 +
      s *
        (3 * C2 + s * (5 * C3 + s * (7 * C4 + s * (9 * C5 + s * (11 * C6 + s * (13 * C7 + s * 15 * C8)))))));
  const second = order < 2 ? 0 : r *
    (C1 + s * (9 * C2 + s * (25 * C3 + s * (49 * C4 + s * (81 * C5 + s * (121 * C6 + s * (169 * C7 +
                              s * 225 * C8)))))));
  const third = order < 3 ? 0 : -r *
    (C1 + s * (27 * C2 + s * (125 * C3 + s * (343 * C4 + s * (729 * C5 + s * (1331 * C6 + s * (2197 * C7 +
                              s * 3375 * C8)))))));
  if (steps === 0) {
    out[0] = value;
    if (order >= 1) out[1] = first;
    if (order >= 2) out[2] = second;
    if (order >= 3) out[3] = third;
    return;
  }
  // u = x/(x + j) keeps x ψ, x² ψ′ and x³ ψ″ finite however small x is.
  let product = 1, sum1 = 1, sum2 = 1, sum3 = 1;
  for (let j = 1; j < steps; j++) {
    const inverse = 1 / (x + j), u = x * inverse;
    product *= X * inverse;
    sum1 += u;
    sum2 += u * u;
    sum3 += u * u * u;
  }
  const logRatio = Math.log(X / x), v = x * r;
  out[0] = value + (x + 0.5) * logRatio + Math.log(product) - steps;
  if (order < 1) return;
  const xR1 = x * logRatio + 0.5 - sum1 + v * (first - 0.5);
  out[1] = xR1;
  if (order < 2) return;
  const xxR2 = sum2 + v * v * (X + 0.5 + second - first) - x - 0.5;
  out[2] = xxR2 + xR1;
  if (order < 3) return;
  const xxxR3 = -2 * sum3 + v * v * v * (third - 3 * second + 2 * first - X - 1) + x + 1;
  out[3] = xxxR3 + 3 * xxR2 + xR1;
}

/** Up to this whole number the rising factorial is a short product, cheaper than two values of R. */
const SHORT = 16;

/** log[Γ(y + θ) / (Γ(θ) θʸ)] for y ≥ 0, θ > 0: what separates a negative binomial from its Poisson limit. */
export function logRisingFactorial(y: number, theta: number): number {
  logRisingFactorialJet(y, theta, 0, scratch);
  return scratch[0];
}
const scratch = new Float64Array(4);

/**
 * D(y, θ) = log[Γ(y + θ) / (Γ(θ) θʸ)] = Σ_{j<y} log(1 + j/θ) and its first three derivatives in log θ. It tends to 0
 * as θ → ∞ with full relative accuracy (a difference of two log Γ would not).
 *
 * With x = y/θ: D = θ [(1 + x) log(1 + x) − x] − ½ log(1 + x) + R(θ + y) − R(θ).
 *
 * @param y ≥ 0; whole numbers up to 16 are summed term by term
 * @param order highest derivative wanted; entries above it are left alone
 * Source: Abramowitz & Stegun (1964), 6.1.21 and 6.1.40.
 */
export function logRisingFactorialJet(y: number, theta: number, order: number, out: Float64Array): void {
  if (y === 0 || y === 1 || theta > 1e200) {
    for (let i = 0; i <= order; i++) out[i] = 0;
  } else if (y <= SHORT && y === Math.floor(y)) shortRisingFactorial(y, theta, order, out);
  else longRisingFactorial(y, theta, order, out);
}

function shortRisingFactorial(y: number, theta: number, order: number, out: Float64Array): void {
  const small = theta < 1; // then Π (θ + j) is formed, which cannot overflow; else Π (1 + j/θ) − 1, which keeps its digits
  let product = small ? 1 : 0, sum1 = 0, sum2 = 0, sum3 = 0;
  for (let j = 1; j < y; j++) {
    const total = theta + j, u = theta / total, v = j / total, uv = u * v;
    product = small ? product * total : product + (j / theta) * (1 + product);
    sum1 -= v;
    sum2 += uv;
    sum3 += uv * (v - u);
  }
  out[0] = small ? Math.log(product) - (y - 1) * Math.log(theta) : Math.log1p(product);
  if (order >= 1) out[1] = sum1;
  if (order >= 2) out[2] = sum2;
  if (order >= 3) out[3] = sum3;
}

const total = new Float64Array(4), base = new Float64Array(4);

function longRisingFactorial(y: number, theta: number, order: number, out: Float64Array): void {
  const x = y / theta, v = theta / (theta + y), w = y / (theta + y); // v + w = 1
  const log1px = Math.log1p(x), rest = log1pmx(x);
  binetJet(theta + y, order, total);
  binetJet(theta, order, base);
  out[0] = theta * (rest + x * log1px) - 0.5 * log1px + total[0] - base[0];
  if (order < 1) return;
  out[1] = theta * rest + 0.5 * w + total[1] * v - base[1];
  if (order < 2) return;
  const a = theta * rest + y * w; // θ [log(1 + x) − x / (1 + x)]
  const vw = v * w;
  out[2] = a - 0.5 * vw + total[2] * v * v + total[1] * vw - base[2];
  if (order < 3) return;
  out[3] = a - theta * w * w - 0.5 * vw * (w - v) + total[3] * v * v * v + 3 * total[2] * v * vw +
    total[1] * vw * (w - v) - base[3];
}
