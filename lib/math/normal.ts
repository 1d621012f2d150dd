/** The normal distribution and its Mills ratio, exact in both tails. */
import { HALF_LOG_2PI, log1mExp } from "./special.ts";

const SQRT_2PI = 2.5066282746310005024;

// Rational approximations of Cody (1969) for |x| ≤ 0.67448975, up to √32 and beyond; highest power first.
// deno-fmt-ignore
const A = [0.065682337918207449113, 2.2352520354606839287, 161.02823106855587881, 1067.6894854603709582,
  18154.981253343561249];
// deno-fmt-ignore
const B = [1, 47.20258190468824187, 976.09855173777669322, 10260.932208618978205, 45507.789335026729956];
// deno-fmt-ignore
const C = [1.0765576773720192317e-8, 0.39894151208813466764, 8.8831497943883759412, 93.506656132177855979,
  597.27027639480026226, 2494.5375852903726711, 6848.1904505362823326, 11602.651437647350124, 9842.7148383839780218];
// deno-fmt-ignore
const D = [1, 22.266688044328115691, 235.38790178262499861, 1519.377599407554805, 6485.558298266760755,
  18615.571640885098091, 34900.952721145977266, 38912.003286093271411, 19685.429676859990727];
// deno-fmt-ignore
const P = [0.02307344176494017303, 0.21589853405795699, 0.1274011611602473639, 0.022235277870649807,
  0.001421619193227893466, 2.9112874951168792e-5];
// deno-fmt-ignore
const Q = [1, 1.28426009614491121, 0.468238212480865118, 0.0659881378689285515, 0.00378239633202758244,
  7.29751555083966205e-5];

function polynomial(coefficients: readonly number[], x: number): number {
  let value = coefficients[0];
  for (let i = 1; i < coefficients.length; i++) value = value * x + coefficients[i];
  return value;
}

/** Φ(x) − ½ for |x| ≤ 0.67448975. */
function centre(x: number): number {
  const s = x * x;
  return x * polynomial(A, s) / polynomial(B, s);
}
const CENTRE = 0.67448975;

/** Φ(−x)/φ(x)/√2π for x ≥ 0.67448975: the tail without its exponential. */
function scaledTail(x: number): number {
  if (x <= 5.656854249492380195) return polynomial(C, x) / polynomial(D, x);
  const s = 1 / (x * x);
  return (1 / SQRT_2PI - s * polynomial(P, s) / polynomial(Q, s)) / x;
}

/** exp(−x²/2) with x² split into a part exact in binary and a small rest, so that a large x keeps its digits. */
function expHalfSquare(x: number): number {
  const head = Math.trunc(x * 16) / 16;
  return Math.exp(-head * head / 2) * Math.exp(-(x - head) * (x + head) / 2);
}

/** Density of the normal distribution (its logarithm with `log`). */
export function dnorm(x: number, mean = 0, sd = 1, log = false): number {
  const z = (x - mean) / sd;
  return log ? -HALF_LOG_2PI - Math.log(sd) - 0.5 * z * z : expHalfSquare(z) / (sd * SQRT_2PI);
}

/**
 * Normal distribution function.
 * @param lower P(X ≤ q), else P(X > q) with full relative accuracy
 * @param log logarithm of the probability, finite far beyond the underflow of the probability
 * Source: Cody (1969), "Rational Chebyshev approximations for the error function", Math. Comp. 23.
 */
export function pnorm(q: number, mean = 0, sd = 1, lower = true, log = false): number {
  const z = (q - mean) / sd, x = lower ? z : -z; // now P(Z ≤ x)
  if (Number.isNaN(x)) return NaN;
  if (Math.abs(x) <= CENTRE) return log ? Math.log(0.5 + centre(x)) : 0.5 + centre(x);
  const size = Math.abs(x);
  if (x < 0 && log) return size === Infinity ? -Infinity : Math.log(scaledTail(size)) - 0.5 * size * size;
  const tail = size > 1e155 ? 0 : scaledTail(size) * expHalfSquare(size);
  if (x < 0) return tail;
  return log ? Math.log1p(-tail) : 1 - tail;
}

/**
 * Inverse Mills ratio φ(x)/Φ(x): about −x far on the left, about φ(x) on the right.
 * Source: Cody (1969), whose tail approximation is Φ(−x)/φ(x) without its exponential.
 */
export function inverseMills(x: number): number {
  if (x < -CENTRE) return 1 / (SQRT_2PI * scaledTail(-x));
  return expHalfSquare(x) / (SQRT_2PI * pnorm(x));
}

// Rational approximations PPND16 of Wichura (1988), highest power first.
// deno-fmt-ignore
// (no change)
const QA = [2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
  13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608];
// deno-fmt-ignore
const QB = [5226.495278852854561, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
  5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1];
// deno-fmt-ignore
const QC = [7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
  3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734];
// deno-fmt-ignore
const QD = [1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
  0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1];
// deno-fmt-ignore
const QE = [2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
  0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772];
// deno-fmt-ignore
const QF = [2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
  0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1];

/**
 * Normal quantile to about 1e-16 relative, with the arithmetic of R's `qnorm` operation by operation, because R's
 * random normals are `qnorm` of uniforms. (The last digit may differ where the logarithm of R's C library does.)
 * @param p probability (its logarithm with `log`), of the upper tail unless `lower`
 * @returns NaN outside [0, 1], ±Infinity at its ends
 * Source: Wichura (1988), Algorithm AS 241, PPND16.
 */
export function qnorm(p: number, mean = 0, sd = 1, lower = true, log = false): number {
  if (!log) return mean + sd * (lower ? standardQuantile(p) : -standardQuantile(p));
  if (!(p <= 0)) return NaN;
  const probability = Math.exp(p), sign = lower ? 1 : -1;
  if (probability > 0.075 && probability < 0.925) return mean + sd * sign * standardQuantile(probability);
  // The logarithm of the nearer tail, which keeps the digits that the probability itself has lost.
  const z = probability < 0.5 ? -tailQuantile(Math.sqrt(-p)) : tailQuantile(Math.sqrt(-log1mExp(p)));
  return mean + sd * sign * z;
}

/** Φ⁻¹(p). */
export function standardQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return q * polynomial(QA, r) / polynomial(QB, r);
  }
  if (!(p >= 0 && p <= 1)) return NaN;
  const z = tailQuantile(Math.sqrt(-Math.log(q < 0 ? p : 0.5 - p + 0.5)));
  return q < 0 ? -z : z;
}

/** Quantile of the upper tail from r = √(−log tail); beyond r = 27 Newton steps on log Φ follow Wichura's range. */
function tailQuantile(r: number): number {
  if (r === Infinity) return r;
  if (r <= 5) return polynomial(QC, r - 1.6) / polynomial(QD, r - 1.6);
  const z = polynomial(QE, r - 5) / polynomial(QF, r - 5);
  if (r <= 27) return z;
  let x = Math.SQRT2 * r;
  for (let i = 0; i < 6; i++) x += (pnorm(-x, 0, 1, true, true) + r * r) / inverseMills(-x);
  return x;
}
