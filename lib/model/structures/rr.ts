import { Matrix, symmetricEigen } from "../../math/dense.ts";
import { correlations, together } from "./coefficients.ts";
import type { Covariance, Edge, Structure, TermShape } from "./structure.ts";

/**
 * `rr(0 + trait | g, d = 2)`: reduced rank, b = Λf with d independent factors f of variance 1 and a lower-triangular c × d matrix of
 * loadings Λ, so cov(b) = ΛΛᵀ (McGillycuddy et al. 2025, J. Stat. Softw. 112:1, as in glmmTMB). θ is Λ by columns.
 */
export const rr: Structure = {
  name: "rr",
  meaning: "reduced rank",
  arguments: ["d"],
  bind(term): Covariance {
    const { names, positions } = term, c = names.length, d = rankOf(term);
    const places = Array.from({ length: d }, (_, j) => j * c - j * (j - 1) / 2); // of the diagonal of Λ in θ
    return {
      structure: "rr",
      width: c,
      thetas: c * d - d * (d - 1) / 2,
      freedom: positions ? "scalar" : "diagonal",
      linear: true,
      factors: d,
      start: (sd) => beginning(sd, d),
      fill(theta, at, T) {
        T.fill(0, 0, c * c);
        for (let j = 0, k = at; j < d; j++) for (let i = j; i < c; i++) T[j * c + i] = theta[k++];
      },
      pullback(_theta, at, D, gradient) {
        for (let j = 0, k = at; j < d; j++) for (let i = j; i < c; i++) gradient[k++] += D[j * c + i];
      },
      edges: places.map((at, j): Edge => ({
        at,
        column: Array.from({ length: c - j }, (_, i) => at + i),
        idle: [],
      })),
      near: (T) => nearest(T, c, d),
      shown: [...together(names), ...correlations(names)],
    };
  },
};

/** @throws RangeError where d is no number of factors, or where the term stands in the residual's place */
function rankOf({ label, names, arguments: { d = Math.min(2, names.length) }, residual }: TermShape): number {
  if (residual) {
    throw new RangeError(
      `Cannot use rr(${label}) in the residual's place: with fewer factors than effects no response has a density; use us(…)`,
    );
  }
  if (typeof d === "number" && Number.isInteger(d) && d >= 1 && d <= names.length) return d;
  throw new RangeError(
    `Cannot use rr(${label}, d = ${d}): d is the number of factors, a whole number from 1 to that of the effects, ${names.length}`,
  );
}

/** Loadings with these standard deviations that tell the factors apart: waves of rising frequency over the effects. */
function beginning(sd: readonly number[], d: number): number[] {
  const c = sd.length, theta: number[] = [];
  const wave = (i: number, j: number) =>
    i < j ? 0 : Math.cos(Math.PI * (i + 0.5) * j / c) + (i === j ? 0.5 : 0);
  const size = sd.map((_, i) => Math.hypot(...Array.from({ length: d }, (_, j) => wave(i, j))));
  for (let j = 0; j < d; j++) for (let i = j; i < c; i++) theta.push(sd[i] * wave(i, j) / size[i]);
  return theta;
}

/** The covariance of rank d next to TTᵀ, by its largest eigenvalues; T itself where it has no more columns. */
function nearest(T: Float64Array, c: number, d: number): number[] {
  const entry = (i: number, j: number) => T[j * c + i];
  let rest = 0;
  for (let j = d; j < c; j++) for (let i = j; i < c; i++) rest = Math.max(rest, Math.abs(entry(i, j)));
  const columns = rest === 0 ? entry : lowered(T, c, d), theta: number[] = [];
  for (let j = 0; j < d; j++) for (let i = j; i < c; i++) theta.push(columns(i, j));
  return theta;
}

/** A = U√λ of the d largest eigenvalues, turned so that it is lower triangular: A R, the columns of R from the rows of A. */
function lowered(T: Float64Array, c: number, d: number): (i: number, j: number) => number {
  const F = Matrix.zeros(c, c);
  for (let j = 0; j < c; j++) for (let i = j; i < c; i++) F.set(i, j, T[j * c + i]);
  const { values, vectors } = symmetricEigen(F.mmul(F.transpose()));
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]).slice(0, d);
  const rows = Array.from(
    { length: c },
    (_, i) => order.map((k) => vectors.get(i, k) * Math.sqrt(Math.max(0, values[k]))),
  );
  const basis: number[][] = [];
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((s, v, k) => s + v * b[k], 0);
  const units = order.map((_, k) => order.map((_, l) => Number(k === l)));
  for (const candidate of [...rows.slice(0, d), ...units]) { // a row that says nothing new leaves its place to a unit vector
    let left = [...candidate];
    for (let pass = 0; pass < 2; pass++) {
      for (const q of basis) left = left.map((v, k) => v - dot(left, q) * q[k]);
    }
    const size = Math.hypot(...left);
    if (basis.length < d && size > 1e-10 * (1 + Math.hypot(...candidate))) {
      basis.push(left.map((v) => v / size));
    }
  }
  return (i, j) => dot(rows[i], basis[j]);
}
