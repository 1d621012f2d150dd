/**
 * Kenward and Roger's method by dense algebra: the covariance of the rows is a function of parameters as people write them (standard
 * deviations, correlations, ranges), differentiated by differences, and every formula is the n × n one of the papers (1997, Biometrics
 * 53:983–997; 2009, Comput. Stat. Data Anal. 53:2583–2595, section 3, for the bias of the parameters).
 */
import { choleskyFactor, inverseFromFactor, Matrix, positiveInverse } from "../../../lib/math/dense.ts";

/** V of the rows at the parameters. */
export type RowCovariance = (parameters: readonly number[]) => Matrix;

/** The adjusted covariance of β̂, what it would be by the formulas of 1997 in these parameters, and the df of every coefficient. */
export interface DenseKenwardRoger {
  readonly covariance: Matrix;
  readonly of1997: Matrix;
  /** Without second derivatives. */
  readonly firstOrder: Matrix;
  readonly df: number[];
}

export function denseKenwardRoger(
  X: Matrix,
  V: RowCovariance,
  at: readonly number[],
): DenseKenwardRoger {
  const { first, second } = derivatives(V, at), k = at.length;
  const inverse = inverseFromFactor(choleskyFactor(V(at))!), Xt = X.transpose();
  const Phi = positiveInverse(Xt.mmul(inverse).mmul(X))!, side = inverse.mmul(X);
  const projection = Matrix.sub(inverse, side.mmul(Phi).mmul(side.transpose()));
  const turned = first.map((D) => projection.mmul(D)), sides = first.map((D) => D.mmul(side));
  const each = <T>(f: (i: number) => T) => Array.from({ length: k }, (_, i) => f(i));
  const information = new Matrix(each((i) => each((j) => traceOf(turned[i], turned[j]) / 2)));
  const W = positiveInverse(information)!;
  const P = each((i) => side.transpose().mmul(sides[i]).mul(-1));
  const inner = Matrix.zeros(X.columns, X.columns), D = Matrix.zeros(X.rows, X.rows);
  each((i) =>
    each((j) => {
      const Q = sides[i].transpose().mmul(inverse).mmul(sides[j]);
      inner.add(Matrix.sub(Q, P[i].mmul(Phi).mmul(P[j])).mul(W.get(i, j)));
      D.add(Matrix.mul(second[i][j], W.get(i, j)));
    })
  );
  const R = side.transpose().mmul(D).mmul(side); // Σ W_ij R_ij
  const b = each((i) =>
    each((j) => W.get(i, j) * traceOf(turned[j], projection.mmul(D))).reduce((s, v) => s - v / 4, 0)
  );
  const bias = b.reduce((sum, v, i) => sum.add(Matrix.mul(P[i], v)), Matrix.zeros(X.columns, X.columns));
  const adjusted = (middle: Matrix) => Matrix.add(Phi, Phi.mmul(middle).mmul(Phi));
  const of1997 = Matrix.mul(inner, 2).sub(Matrix.mul(R, 0.5));
  const df = Array.from({ length: X.columns }, (_, r) => {
    let A2 = 0;
    const g = P.map((Pi) => Phi.mmul(Pi).mmul(Phi).get(r, r) / Phi.get(r, r));
    each((i) => each((j) => A2 += W.get(i, j) * g[i] * g[j]));
    return 2 / A2;
  });
  return {
    covariance: adjusted(Matrix.add(of1997, bias)),
    of1997: adjusted(of1997),
    firstOrder: adjusted(Matrix.mul(inner, 2)),
    df,
  };
}

/** First and second derivatives by central differences of fourth order, steps of 2 % of a parameter. */
function derivatives(V: RowCovariance, at: readonly number[]) {
  const h = at.map((v) => 0.02 * Math.max(Math.abs(v), 0.05));
  const moved = (steps: readonly [number, number][]) =>
    V(at.map((v, j) => v + steps.reduce((s, [i, n]) => s + (i === j ? n * h[i] : 0), 0)));
  const stencil = [[-2, 1 / 12], [-1, -8 / 12], [1, 8 / 12], [2, -1 / 12]] as const;
  const first = at.map((_, i) =>
    stencil.map(([n, w]) => moved([[i, n]]).mul(w / h[i])).reduce((A, B) => A.add(B))
  );
  const pure = [[-2, -1 / 12], [-1, 16 / 12], [0, -30 / 12], [1, 16 / 12], [2, -1 / 12]] as const;
  const second = at.map((_, i) =>
    at.map((_, j) =>
      i === j
        ? pure.map(([n, w]) => moved([[i, n]]).mul(w / h[i] ** 2)).reduce((A, B) => A.add(B))
        : stencil.flatMap(([n, w]) =>
          stencil.map(([m, u]) => moved([[i, n], [j, m]]).mul(w * u / (h[i] * h[j])))
        ).reduce((A, B) => A.add(B))
    )
  );
  return { first, second };
}

/** tr AB. */
function traceOf(A: Matrix, B: Matrix): number {
  let sum = 0;
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) sum += A.get(i, j) * B.get(j, i);
  return sum;
}
