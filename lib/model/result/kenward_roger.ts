/**
 * Kenward–Roger inference for Gaussian mixed models fitted by REML (Kenward & Roger 1997, Biometrics 53:983–997), with
 * Σ = Σ_r γ_r G_r linear in the variances and covariances γ: G_r = Z E_r Zᵀ, G_0 = I. Everything n × n is folded into
 * q-vectors by V⁻¹ = I − ZΛH⁻¹ΛᵀZᵀ; K = ZᵀV⁻¹Z is used a level at a time.
 */
import { dot, Matrix, positiveInverse } from "../../math/dense.ts";
import { multiplySymmetric } from "../../math/sparse.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { Engine } from "../optimum/engine.ts";
import type { DfMethod } from "./df_method.ts";

/** One variance parameter: coefficients a, b (a ≥ b) of a term's levels. */
interface VarianceParameter {
  readonly group: number;
  readonly a: number;
  readonly b: number;
}

/** What the method needs of a fit: plain numbers, so that a model can be saved with them. */
export interface KenwardRogerState {
  /** Adjusted covariance of β̂. */
  readonly covariance: Matrix;
  /** β = inverse · γ; Φ = cov(γ̂), ΦP_iΦ for every variance parameter, and W, the covariance of these. */
  readonly inverse: Matrix;
  readonly Phi: Matrix;
  readonly PhiP: readonly Matrix[];
  readonly W: Matrix;
}

/** The method with what it knows of one fit. */
export function kenwardRogerMethod({ covariance, inverse, Phi, PhiP, W }: KenwardRogerState): DfMethod {
  const joint = (L: Matrix) => {
    const m = moments(L.mmul(inverse), Phi, PhiP, W);
    return m ? fApproximation(L.rows, m.A1, m.A2) : { df: NaN, scale: NaN };
  };
  return {
    name: "kenward-roger",
    covariance,
    df: (l) => joint(new Matrix([Array.from(l)])).df,
    jointDf: joint,
  };
}

/** What the method needs of one fit. */
export function kenwardRoger(engine: Engine & { kind: "gaussian" }): KenwardRogerState {
  const { objective, optimum } = engine, { p, basis: { inverse }, sigma2 } = objective;
  objective.evaluate(optimum.psi, new Float64Array(optimum.psi.length));
  const parameters = variances(objective), pieces = traces(objective, parameters), m = parameters.length + 1;
  const Phi = objective.relativeCovariance.clone().mul(sigma2);
  const information = Matrix.zeros(m, m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const Q = pieces.Q[i][j], P = Phi.mmul(pieces.P[i]);
      information.set(
        i,
        j,
        (pieces.T.get(i, j) - 2 * trace(Phi.mmul(Q)) + trace(P.mmul(Phi.mmul(pieces.P[j])))) / 2,
      );
    }
  }
  const W = positiveInverse(information) ?? pseudo(information);
  let correction = Matrix.zeros(p, p);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      const term = Matrix.sub(pieces.Q[i][j], pieces.P[i].mmul(Phi).mmul(pieces.P[j]));
      correction = correction.add(term.mul(W.get(i, j)));
    }
  }
  const adjusted = Matrix.add(Phi, Phi.mmul(correction).mmul(Phi).mul(2));
  const toBeta = (S: Matrix) => inverse.mmul(S).mmul(inverse.transpose());
  const PhiP = pieces.P.map((P) => Phi.mmul(P).mmul(Phi));
  return { covariance: toBeta(symmetric(adjusted)), inverse, Phi, PhiP, W };
}

/** Variances of every term, and covariances of unstructured ones. */
function variances({ effects }: ProfiledDeviance): VarianceParameter[] {
  return effects.groups.flatMap((g, group) =>
    g.terms.flatMap((t) => {
      const { entries } = t.covariance;
      if (!entries || g.precision) {
        throw new RangeError(
          `Cannot use Kenward-Roger degrees of freedom: ${
            g.precision
              ? `the levels of ${g.name} depend on each other`
              : `the covariance of (${t.term.label}) is not linear in its parameters`
          }; use "satterthwaite"`,
        );
      }
      return entries.map(([a, b]): VarianceParameter => ({ group, a: t.slot + a, b: t.slot + b }));
    })
  );
}

/** P_i, Q_ij and tr(Σ⁻¹G_iΣ⁻¹G_j); the residual variance is the last parameter. */
function traces(objective: ProfiledDeviance, parameters: readonly VarianceParameter[]) {
  const { effects, p, WQ, QtQ, SQ, sigma2, M } = objective, k = parameters.length, { q } = effects;
  // X̃ = V⁻¹Q in the q-space: U = ZᵀV⁻²Q = F ZᵀV⁻¹Q with F = I − MΛH⁻¹Λᵀ; QᵀV⁻²Q and QᵀV⁻³Q by the same expansion
  const U = WQ.map((w) => applyF(objective, w));
  const LWQ = WQ.map((w) => transposed(objective, w)); // Λᵀ ZᵀV⁻¹Q = SQ
  const quadratic = (x: Float64Array[], y: Float64Array[]) => {
    const out = Matrix.zeros(p, p);
    for (let r = 0; r < p; r++) for (let s = 0; s < p; s++) out.set(r, s, dot(x[r], y[s]));
    return out;
  };
  const V1 = Matrix.sub(QtQ, quadratic(SQ, WQ0(objective))); // QᵀV⁻¹Q
  const V2 = Matrix.sub(V1, quadratic(SQ, LWQ)); // QᵀV⁻²Q = QᵀV⁻¹Q − (H⁻¹ΛᵀZᵀQ)ᵀΛᵀZᵀV⁻¹Q
  const V3 = Matrix.sub(V2, quadratic(SQ, U.map((u) => transposed(objective, u))));
  const moved = parameters.map((r) => WQ.map((w) => applyE(objective, r, w)));
  const s2 = sigma2 ** 2, s3 = sigma2 ** 3;
  const P = moved.map((e) => quadratic(WQ, e).mul(-1 / s2)).concat([V2.clone().mul(-1 / s2)]);
  const Kmoved = moved.map((e) => e.map((x) => applyK(objective, x)));
  const Q = Array.from({ length: k + 1 }, (_, i) =>
    Array.from({ length: k + 1 }, (_, j) => {
      if (i < k && j < k) return quadratic(moved[i], Kmoved[j]).mul(1 / s3);
      if (i < k) return quadratic(moved[i], U).mul(1 / s3);
      return j < k ? quadratic(U, moved[j]).mul(1 / s3) : V3.clone().mul(1 / s3);
    }));
  const T = Matrix.zeros(k + 1, k + 1);
  levelTraces(objective, parameters, T, q);
  void M;
  return { P, Q, T: T.mul(1 / s2) };
}

/** ΛᵀZᵀQ, so that (H⁻¹ΛᵀZᵀQ)ᵀ times it is what V⁻¹ takes away from QᵀQ. */
function WQ0(objective: ProfiledDeviance): Float64Array[] {
  return objective.ZtQ.map((z) => transposed(objective, z));
}

function transposed({ effects }: ProfiledDeviance, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  effects.applyTransposed(x, out);
  return out;
}

/** F x = x − MΛH⁻¹Λᵀx. */
function applyF(objective: ProfiledDeviance, x: Float64Array): Float64Array {
  const s = transposed(objective, x), out = new Float64Array(x.length);
  objective.cholesky.solve(s);
  objective.marginal(x, s, out);
  return out;
}

/** K x = ZᵀV⁻¹Z x = F M x. */
function applyK(objective: ProfiledDeviance, x: Float64Array): Float64Array {
  const t = new Float64Array(x.length);
  multiplySymmetric(objective.effects.pattern, objective.M, x, t);
  return applyF(objective, t);
}

/** E_r x: swaps (or keeps) the two coefficients of every level. */
function applyE(
  { effects }: ProfiledDeviance,
  { group, a, b }: VarianceParameter,
  x: Float64Array,
): Float64Array {
  const g = effects.groups[group], out = new Float64Array(x.length);
  for (let l = 0, at = g.start; l < g.nodes; l++, at += g.width) {
    out[at + a] += x[at + b];
    if (a !== b) out[at + b] += x[at + a];
  }
  return out;
}

/** tr(E_r K E_s K), tr(E_r ZᵀV⁻²Z) and tr(V⁻²) = n − q + tr(H⁻²), from one level's columns at a time. */
function levelTraces(
  objective: ProfiledDeviance,
  parameters: readonly VarianceParameter[],
  T: Matrix,
  q: number,
) {
  const { effects, N, reml, p } = objective, k = parameters.length, n = N + (reml ? p : 0);
  const unit = new Float64Array(q);
  let squares = 0;
  effects.groups.forEach((g, group) => {
    for (let l = 0; l < g.nodes; l++) {
      const columns: Float64Array[] = [], twice: Float64Array[] = [];
      for (let c = 0; c < g.width; c++) {
        const at = g.start + l * g.width + c;
        unit.fill(0);
        unit[at] = 1;
        const K = applyK(objective, unit);
        columns.push(K);
        twice.push(applyF(objective, K)); // F M Fᵀ e = F (F M e): ZᵀV⁻²Z e
        unit.fill(0);
        unit[at] = 1;
        objective.cholesky.solve(unit);
        squares += dot(unit, unit);
      }
      parameters.forEach((s, j) => {
        if (s.group !== group) return;
        const at = g.start + l * g.width;
        T.set(j, k, T.get(j, k) + (s.a === s.b ? twice[s.a][at + s.a] : 2 * twice[s.a][at + s.b]));
        parameters.forEach((r, i) => T.set(i, j, T.get(i, j) + blockTrace(objective, r, s, columns)));
      });
    }
  });
  for (let j = 0; j < k; j++) T.set(k, j, T.get(j, k));
  T.set(k, k, n - q + squares);
}

/** Σ_l tr(E_r B_l E_s B_lᵀ) for the blocks B_l of K in the columns of one level of s's factor. */
function blockTrace(
  { effects }: ProfiledDeviance,
  r: VarianceParameter,
  s: VarianceParameter,
  columns: Float64Array[],
): number {
  const g = effects.groups[r.group], x = columns[s.a], y = columns[s.b];
  let sum = 0;
  for (let l = 0, at = g.start; l < g.nodes; l++, at += g.width) {
    const xa = x[at + r.a], xb = x[at + r.b], ya = y[at + r.a], yb = y[at + r.b];
    // E_r and E_s are eᵢeⱼᵀ + eⱼeᵢᵀ off the diagonal, eᵢeᵢᵀ on it
    if (r.a === r.b) sum += s.a === s.b ? xa * xa : 2 * xa * ya;
    else sum += s.a === s.b ? 2 * xa * xb : 2 * (xa * yb + xb * ya);
  }
  return sum;
}

/** A₁ and A₂ of a hypothesis with q = rows(L): Kenward & Roger (1997), section 3; null where LΦLᵀ is singular. */
function moments(
  L: Matrix,
  Phi: Matrix,
  PhiP: readonly Matrix[],
  W: Matrix,
): { A1: number; A2: number } | null {
  const inner = positiveInverse(symmetric(L.mmul(Phi).mmul(L.transpose())));
  if (!inner) return null;
  const Theta = L.transpose().mmul(inner).mmul(L),
    products = PhiP.map((P) => Theta.mmul(P)),
    traces = products.map(trace);
  let A1 = 0, A2 = 0;
  for (let i = 0; i < products.length; i++) {
    for (let j = 0; j < products.length; j++) {
      A1 += W.get(i, j) * traces[i] * traces[j];
      A2 += W.get(i, j) * trace(products[i].mmul(products[j]));
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

function trace(A: Matrix): number {
  let t = 0;
  for (let i = 0; i < A.rows; i++) t += A.get(i, i);
  return t;
}

function symmetric(A: Matrix): Matrix {
  return Matrix.add(A, A.transpose()).mul(0.5);
}

/** Inverse over the directions that the data inform (a variance may have no information at all). */
function pseudo(A: Matrix): Matrix {
  const scale = Array.from({ length: A.rows }, (_, i) => Math.sqrt(Math.max(1e-300, A.get(i, i))));
  const S = A.clone();
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.rows; j++) S.set(i, j, A.get(i, j) / (scale[i] * scale[j]));
  }
  for (let i = 0; i < A.rows; i++) S.set(i, i, S.get(i, i) + 1e-10);
  const inverse = positiveInverse(S) ?? Matrix.zeros(A.rows, A.rows);
  for (let i = 0; i < A.rows; i++) {
    for (let j = 0; j < A.rows; j++) inverse.set(i, j, inverse.get(i, j) / (scale[i] * scale[j]));
  }
  return inverse;
}
