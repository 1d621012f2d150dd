/** From the two moments of an F statistic to its scale and denominator df: Kenward & Roger (1997, Biometrics 53:983–997), section 3. */
import { type Matrix, positiveInverse } from "../../math/dense.ts";

/** A₁ and A₂ of a hypothesis with q = rows(L): Kenward & Roger (1997), section 3; null where LΦLᵀ is singular. */
export function moments(
  L: Matrix,
  Phi: Matrix,
  PhiP: readonly Matrix[],
  W: Matrix,
): { A1: number; A2: number } | null {
  const inner = positiveInverse(L.mmul(Phi).mmul(L.transpose()));
  if (!inner) return null;
  const Theta = L.transpose().mmul(inner).mmul(L),
    products = PhiP.map((P) => Theta.mmul(P)),
    traces = products.map((A) => A.trace());
  let A1 = 0, A2 = 0;
  for (let i = 0; i < products.length; i++) {
    for (let j = 0; j < products.length; j++) {
      A1 += W.get(i, j) * traces[i] * traces[j];
      A2 += W.get(i, j) * products[i].mmul(products[j]).trace();
    }
  }
  return { A1, A2 };
}

/** A₁ = qA₂ up to rounding; its relative error is about the condition of LΦLᵀ times 1e-16. */
const ONE_STRATUM = 1e-7;
/** Where the denominator df are this close to 2 the scale is a ratio of two quantities without digits; it is 1 there. */
const POLE = 1e-2;

/**
 * Scale λ and denominator df m with which λF ~ F(q, m) to two moments: Kenward & Roger (1997), section 3,
 *
 *     a = A₂/q,  E = 1/(1 − a),  V = (2/q)(1 + c₁B) / ((1 − c₂B)²(1 − c₃B)),  ρ = V/(2E²),  m = 4 + (q + 2)/(qρ − 1),
 *     λ = m / (E(m − 2)).
 *
 * Where A₁ = qA₂ (q = 1, and every hypothesis within one stratum of an orthogonal design) c₂B = a, c₃B = 2a and
 * c₁B = (q − 2)a/2, so that qρ − 1 = (q + 2)a / (2(1 − 2a)), hence m = 2/a and λ = 1 for every a > 0. As written, the formulas
 * are 0/0 there at a = 1 (m = 2) and at a = ½ (m = 4). Elsewhere the two moments may not exist (m < 2): then the first alone
 * decides, m = 2/a and λ = 1, as in the orthogonal case.
 */
export function fApproximation(q: number, A1: number, A2: number): { df: number; scale: number } {
  const a = A2 / q;
  if (!(a > 0)) return { df: Infinity, scale: 1 };
  const balanced = { df: 2 / a, scale: 1 };
  if (q === 1 || Math.abs(A1 / (q * A2) - 1) < ONE_STRATUM) return balanced;
  const B = (A1 + 6 * A2) / (2 * q), g = ((q + 1) * A1 - (q + 4) * A2) / ((q + 2) * A2);
  const d = 3 * q + 2 * (1 - g), c1 = g / d, c2 = (q - g) / d, c3 = (q + 2 - g) / d;
  const ratio = (1 - a) / (1 - c2 * B), qRho = ratio * ratio * (1 + c1 * B) / (1 - c3 * B);
  const df = 4 + (q + 2) / (qRho - 1);
  if (Math.abs(df - 2) < POLE) return { df, scale: 1 };
  const scale = df * (1 - a) / (df - 2);
  return df > 0 && scale > 0 ? { df, scale } : balanced;
}
