/**
 * What is left of log Γ after its large part is taken out. Densities with a shape or precision parameter are
 * differences of log Γ that nearly cancel when the parameter is large; with Binet's function
 *
 *     R(x) = log Γ(x) − [(x − ½) log x − x + ½ log 2π]
 *
 * the large parts cancel on paper and no digit is lost on the computer. All derivatives are in log x, because
 * parameters are estimated on the log scale.
 */
import { BINET_TABLE_FROM, BINET_TABLE_TO, binetByTable, binetJetByTable, STIRLING } from "./binet_table.ts";
import { HALF_LOG_2PI, log1pmx } from "./special.ts";

/** From here on the series alone gives R. */
export const BINET_SERIES_FROM = 12;

const [C1, C2, C3, C4, C5, C6, C7, C8] = STIRLING;

/** R(x) for x ≥ {@link BINET_SERIES_FROM}. */
export function binetSeries(x: number): number {
  const r = 1 / x, s = r * r;
  return r * (C1 + s * (C2 + s * (C3 + s * (C4 + s * (C5 + s * (C6 + s * (C7 + s * C8)))))));
}

/** R(x) for any x > 0. */
export function binet(x: number): number {
  if (x >= BINET_SERIES_FROM) return binetSeries(x);
  if (x >= BINET_TABLE_FROM) return binetByTable(x);
  return (x + 0.5) * Math.log1p(1 / x) - 1 + binetByTable(x + 1);
}

/** log y! − (y log y − y), which is 0 at 0 and ½ log 2πy + R(y) elsewhere: what log y! adds to y log y − y, with all digits. */
export function logFactorialExcess(y: number): number {
  return y === 0 ? 0 : HALF_LOG_2PI + 0.5 * Math.log(y) + binet(y);
}

/**
 * R and its first three derivatives in log x, for any x > 0.
 * @param order highest derivative wanted; entries above it are not to be read
 * @param out receives R, dR/dlog x, d²R/dlog x², d³R/dlog x³
 */
export function binetJet(x: number, order: number, out: Float64Array): void {
  if (x >= BINET_TABLE_TO) seriesJet(x, order, out);
  else if (x < BINET_TABLE_FROM) recurrenceJet(x, order, out);
  else binetJetByTable(x, order, out);
}

/** Each derivative in log x multiplies the term x^(1 − 2k) by 1 − 2k. Source: Abramowitz & Stegun (1964), 6.1.40. */
function seriesJet(x: number, order: number, out: Float64Array): void {
  const r = 1 / x, s = r * r;
  out[0] = r * (C1 + s * (C2 + s * (C3 + s * (C4 + s * (C5 + s * (C6 + s * (C7 + s * C8)))))));
  if (order < 1) return;
  out[1] = -r *
    (C1 +
      s *
        (3 * C2 + s * (5 * C3 + s * (7 * C4 + s * (9 * C5 + s * (11 * C6 + s * (13 * C7 + s * 15 * C8)))))));
  if (order < 2) return;
  out[2] = r *
    (C1 + s * (9 * C2 + s * (25 * C3 + s * (49 * C4 + s * (81 * C5 + s * (121 * C6 + s * (169 * C7 +
                              s * 225 * C8)))))));
  if (order < 3) return;
  out[3] = -r *
    (C1 + s * (27 * C2 + s * (125 * C3 + s * (343 * C4 + s * (729 * C5 + s * (1331 * C6 + s * (2197 * C7 +
                              s * 3375 * C8)))))));
}

/**
 * R(x) = (x + ½) log(1 + 1/x) − 1 + R(1 + x), differentiated with v = x/(1 + x) and w = 1 − v: dv/dlog x = vw, and log(1 + x) has
 * derivative v. Source: Abramowitz & Stegun (1964), 6.1.15.
 */
function recurrenceJet(x: number, order: number, out: Float64Array): void {
  binetJetByTable(1 + x, order, out);
  const w = 1 / (1 + x), v = x * w, vw = v * w, turn = vw * (w - v);
  const L = Math.log1p(1 / x), xL = x * L, R0 = out[0], R1 = out[1], R2 = out[2], R3 = out[3];
  out[0] = xL + 0.5 * L - 1 + R0;
  out[1] = xL - 0.5 * (1 + v) + v * R1;
  out[2] = xL - v - 0.5 * vw + v * v * R2 + vw * R1;
  out[3] = xL - v - vw - 0.5 * turn + v * v * v * R3 + 3 * v * vw * R2 + turn * R1;
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

/** θ below which D is no number before long: it stays there, so that what has run there is unlikely and not of infinite likelihood. */
const LEAST = 1e-300;

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
  out[0] = small ? Math.log(product) - (y - 1) * Math.log(Math.max(theta, LEAST)) : Math.log1p(product);
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
