/**
 * A fitted model by dense algebra, from nothing of the engine but the parameters that it found: rows, groups of c positions, their
 * covariance C(θ) as the structure states it, and the family's log-density. It gives the likelihood, its curvature by second
 * differences, and conditional means and variances. Slow and short.
 */
import { Matrix, positiveInverse } from "../../lib/math/dense.ts";
import { Jets } from "../../lib/math/jets.ts";
import type { Family, Response } from "../../lib/model/families/family.ts";
import type { Covariance } from "../../lib/model/structures/structure.ts";
import { positionsCovariance } from "../../lib/model/result/term_result.ts";

/** The rows of a model with one term over positions in the mean. */
export interface Rows {
  readonly family: Family;
  readonly response: Response;
  /** Columns, row by row: those of the mean's fixed effects first. */
  readonly X: readonly (readonly number[])[];
  /** Group and position of every row. */
  readonly group: readonly number[];
  readonly position: readonly number[];
  readonly groups: number;
  readonly positions: number;
  readonly covariance: Covariance;
  /** The columns of X that each further predictor is a combination of; null is a constant, which it is where absent. */
  readonly along?: readonly (readonly (number | null)[])[];
}

/** A mean's predictor x'β + a'b of a group (null: of no group), with its variance given ψ. */
export interface Conditional {
  readonly eta: number;
  readonly variance: number;
}

/** What both kinds of models are asked for. */
export interface Dense {
  /** The parameters that it is a function of. */
  readonly psi: Float64Array;
  /** log-likelihood, or the REML criterion. */
  logLik(psi: Float64Array): number;
  /** Predictors beyond the mean's, at a row. */
  others(psi: Float64Array, x: readonly number[]): number[];
  predictor(psi: Float64Array, x: readonly number[], group: number | null, a: readonly number[]): Conditional;
  /** C(θ). */
  covariance(psi: Float64Array): Matrix;
}

/** Where an effect is 0 for certain (a walk at its start), next to certain: its row and column hold nothing else. */
export function started(C: Matrix): Matrix {
  const out = C.clone();
  for (let k = 0; k < out.rows; k++) if (out.get(k, k) === 0) out.set(k, k, 1e-12);
  return out;
}

const logDet = (M: Matrix) => invert(Float64Array.from(M.to1DArray()), M.rows);

/** M⁻¹ (row-major, in place) of a small positive definite matrix by Gauss–Jordan elimination; returns log|M|. */
function invert(M: Float64Array, c: number): number {
  let log = 0;
  for (let k = 0; k < c; k++) {
    const pivot = M[k * c + k];
    log += Math.log(pivot);
    M[k * c + k] = 1;
    for (let j = 0; j < c; j++) M[k * c + j] /= pivot;
    for (let i = 0; i < c; i++) {
      if (i === k) continue;
      const f = M[i * c + k];
      M[i * c + k] = 0;
      for (let j = 0; j < c; j++) M[i * c + j] -= f * M[k * c + j];
    }
  }
  return log;
}

/** Σ_ij a_i M_ij b_j of a block of M and of vectors that begin at `at`. */
function form(
  M: Float64Array,
  block: number,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  c: number,
  at = 0,
): number {
  let sum = 0;
  for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) sum += a[at + i] * M[block + i * c + j] * b[at + j];
  return sum;
}

/** Modes, the inverse of every group's H, and the value at one ψ. */
interface Solved {
  readonly b: Float64Array;
  readonly inverse: Float64Array;
  readonly value: number;
}

/** Values of the further predictors at a row, from their coefficients, those of one after those of the other. */
function combined(
  along: readonly (readonly (number | null)[])[],
  psi: ArrayLike<number>,
  at: number,
  x: readonly number[],
): number[] {
  let next = at;
  return along.map((own) => own.reduce<number>((sum, j) => sum + psi[next++] * (j === null ? 1 : x[j]), 0));
}

/** ψ = (β of the mean, the coefficients of each further predictor, θ); the modes of each group by Newton's method from those found. */
export function laplace(
  rows: Rows,
  beta: ArrayLike<number>,
  further: readonly number[],
  theta: ArrayLike<number>,
  modes: ArrayLike<number>,
): Dense {
  const { family, response, X, group, position, groups, positions: c } = rows,
    along = rows.along ?? further.map(() => [null]),
    n = X.length,
    p = beta.length,
    K = 1 + along.length;
  const kernel = family.kernel(response, Array.from({ length: K }, (_, k) => k > 0));
  const jets = new Jets(n, K, family.couples?.bind(family)), known = new Map<string, Solved>();
  const covariance = (psi: Float64Array) =>
    positionsCovariance(rows.covariance, psi.subarray(p + further.length), 1, c) as unknown as Matrix;
  const meanOf = (x: readonly number[], psi: Float64Array) =>
    x.slice(0, p).reduce((sum, v, j) => sum + v * psi[j], 0);
  const solve = (psi: Float64Array): Solved => {
    const key = psi.join(), before = known.get(key);
    if (before) return before;
    const P = Float64Array.from(started(covariance(psi)).to1DArray()),
      logC = invert(P, c),
      b = Float64Array.from(modes),
      score = b.slice();
    const H = new Float64Array(groups * c * c),
      others = X.map((x) => combined(along, psi, p, x)),
      eta = Array.from({ length: K }, (_, k) => Float64Array.from(others, (row) => k ? row[k - 1] : 0));
    const fixed = X.map((x) => meanOf(x, psi));
    let logH = 0;
    for (let iteration = 0, step = 1; iteration < 60 && step > 1e-9; iteration++) {
      for (let i = 0; i < n; i++) eta[0][i] = fixed[i] + b[group[i] * c + position[i]];
      kernel.evaluate(eta, 2, jets);
      score.fill(0);
      for (let g = 0; g < groups; g++) H.set(P, g * c * c);
      for (let i = 0; i < n; i++) {
        score[group[i] * c + position[i]] += jets.d1[0][i];
        H[group[i] * c * c + position[i] * (c + 1)] -= jets.d2[0][i];
      }
      step = logH = 0;
      for (let g = 0; g < groups; g++) {
        logH += invert(H.subarray(g * c * c, (g + 1) * c * c), c);
        const rest = Float64Array.from({ length: c }, (_, k) => {
          let own = score[g * c + k];
          for (let j = 0; j < c; j++) own -= P[k * c + j] * b[g * c + j];
          return own;
        });
        for (let k = 0; k < c; k++) {
          let move = 0;
          for (let j = 0; j < c; j++) move += H[g * c * c + k * c + j] * rest[j];
          b[g * c + k] += move;
          step = Math.max(step, Math.abs(move));
        }
      }
    }
    let value = jets.value.reduce((sum, v) => sum + v, 0) - (groups * logC + logH) / 2;
    for (let g = 0; g < groups; g++) value -= form(P, 0, b, b, c, g * c) / 2;
    const solved = { b, inverse: H, value };
    known.set(key, solved);
    return solved;
  };
  return {
    psi: Float64Array.from([...Array.from(beta), ...further, ...Array.from(theta)]),
    logLik: (psi) => solve(psi).value,
    others: (psi, x) => combined(along, psi, p, x),
    covariance,
    predictor(psi, x, g, a) {
      const eta = meanOf(x, psi);
      if (g === null) return { eta, variance: 0 };
      const { b, inverse } = solve(psi);
      return {
        eta: eta + a.reduce((sum, v, k) => sum + v * b[g * c + k], 0),
        variance: form(inverse, g * c * c, a, a, c),
      };
    },
  };
}

/** ψ = (θ, log σ) of a Gaussian model by REML; β is that of generalized least squares. */
export function reml(rows: Rows, theta: ArrayLike<number>, sigma: number): Dense {
  const { X, group, position, groups, positions: c } = rows,
    y = rows.response.y,
    q = theta.length,
    p = X[0].length;
  const members = Array.from({ length: groups }, (_, g) => X.flatMap((_, i) => group[i] === g ? [i] : []));
  const covariance = (psi: Float64Array) =>
    positionsCovariance(rows.covariance, psi, Math.exp(2 * psi[q]), c) as unknown as Matrix;
  const known = new Map<string, ReturnType<typeof solve>>();
  const state = (psi: Float64Array) => {
    const key = psi.join(), found = known.get(key) ?? solve(psi);
    known.set(key, found);
    return found;
  };
  const solve = (psi: Float64Array) => {
    const C = covariance(psi), s2 = Math.exp(2 * psi[q]), M = Matrix.zeros(p, p), m = Matrix.zeros(p, 1);
    let det = 0;
    const parts = members.map((own) => {
      const V = new Matrix(
        own.map((i) => own.map((j) => C.get(position[i], position[j]) + (i === j ? s2 : 0))),
      );
      const W = positiveInverse(V)!,
        Xg = new Matrix(own.map((i) => [...X[i]])),
        yg = Matrix.columnVector(own.map((i) => y[i]));
      M.add(Xg.transpose().mmul(W).mmul(Xg));
      m.add(Xg.transpose().mmul(W).mmul(yg));
      det += logDet(V);
      return { W, Xg, yg, own };
    });
    const covarianceOfBeta = positiveInverse(M)!, beta = covarianceOfBeta.mmul(m);
    return { C, parts, det: det + logDet(M), covarianceOfBeta, beta };
  };
  return {
    psi: Float64Array.from([...Array.from(theta), Math.log(sigma)]),
    logLik(psi) {
      const { parts, det, beta } = state(psi);
      let quadratic = 0;
      for (const { W, Xg, yg } of parts) {
        const r = yg.clone().sub(Xg.mmul(beta));
        quadratic += r.transpose().mmul(W).mmul(r).get(0, 0);
      }
      return -((y.length - p) * Math.log(2 * Math.PI) + det + quadratic) / 2;
    },
    others: (psi) => [psi[q]],
    covariance,
    predictor(psi, x, g, a) {
      const { C, parts, covarianceOfBeta, beta } = state(psi), d = Matrix.columnVector([...x]);
      let eta = d.transpose().mmul(beta).get(0, 0), variance = 0;
      if (g !== null) {
        const { W, Xg, yg, own } = parts[g], A = Matrix.columnVector([...a]), CA = C.mmul(A);
        const k = Matrix.columnVector(own.map((i) => CA.get(position[i], 0))), Wk = W.mmul(k);
        eta += Wk.transpose().mmul(yg.clone().sub(Xg.mmul(beta))).get(0, 0);
        variance = A.transpose().mmul(CA).get(0, 0) - k.transpose().mmul(Wk).get(0, 0);
        d.sub(Xg.transpose().mmul(Wk));
      }
      return { eta, variance: variance + d.transpose().mmul(covarianceOfBeta).mmul(d).get(0, 0) };
    },
  };
}

/** Covariance of ψ̂: the inverse curvature by second differences over 0.03 standard errors, whose own error is about 1e-4 of it. */
export function curvature({ psi, logLik }: Dense): { V: Matrix; step: Float64Array } {
  const n = psi.length,
    at = (...moves: [number, number][]) => {
      const other = psi.slice();
      for (const [j, h] of moves) other[j] += h;
      return logLik(other);
    };
  const centre = logLik(psi);
  const step = psi.map((_, j) => {
    const h = 1e-3, second = -(at([j, h]) - 2 * centre + at([j, -h])) / h ** 2;
    return 0.03 / Math.sqrt(second);
  });
  const J = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    const h = step[i];
    J.set(i, i, -(at([i, h]) - 2 * centre + at([i, -h])) / h ** 2);
    for (let j = 0; j < i; j++) {
      const k = step[j],
        mixed = at([i, h], [j, k]) - at([i, h], [j, -k]) - at([i, -h], [j, k]) + at([i, -h], [j, -k]);
      J.set(i, j, -mixed / (4 * h * k));
      J.set(j, i, J.get(i, j));
    }
  }
  return { V: positiveInverse(J)!, step };
}

/** g'Vg of a function of ψ, its gradient g by differences. */
export function deltaVariance(
  f: (psi: Float64Array) => number,
  { psi }: Dense,
  { V, step }: ReturnType<typeof curvature>,
): number {
  const g = Array.from(psi, (_, j) => {
    const move = (h: number) => f(psi.map((v, i) => i === j ? v + h : v));
    return (move(step[j]) - move(-step[j])) / (2 * step[j]);
  });
  return g.reduce((sum, a, i) => sum + g.reduce((s, b, j) => s + a * b * V.get(i, j), 0), 0);
}
