/**
 * A Gaussian model by dense algebra: V = ZG(θ)Zᵀ + W⁻¹ relative to σ², β by generalized least squares, σ² profiled out:
 *
 *   ½ deviance = ½ log|V| [+ ½ log|XᵀV⁻¹X|] + ½ N (1 + log 2πσ̂²),   σ̂² = yᵀPy / N,  N = n or n − p (REML)
 *
 * A row with frequency weight w is written down w times.
 */
import { denseColumn } from "../../../lib/math/columns.ts";
import { choleskyFactor, inverseFromFactor, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import type { Design } from "../../../lib/formula/types.ts";
import { type DenseEffects, denseEffects, logDeterminant } from "./dense.ts";

/** The model at one θ. */
export interface DenseFit {
  readonly value: number;
  readonly sigma2: number;
  readonly beta: Matrix;
  /** V⁻¹, (XᵀV⁻¹X)⁻¹ and P = V⁻¹ − V⁻¹X(XᵀV⁻¹X)⁻¹XᵀV⁻¹. */
  readonly inverse: Matrix;
  readonly spread: Matrix;
  readonly P: Matrix;
  /** Zb̂ and var(Zb | y, β, θ)/σ² of every row as it is written down. */
  readonly modes: Matrix;
  readonly variances: number[];
}

/** The model, rows repeated. */
export class DenseDeviance {
  readonly X: Matrix;
  readonly y: Matrix;
  readonly N: number;
  /** Rows of the design, repeated. */
  readonly rows: readonly number[];
  private readonly effects: DenseEffects;
  private readonly Z: Matrix;

  /** @param standardised weights of the rows over which columns of random effects are standardised */
  constructor(private readonly design: Design, private readonly reml: boolean, standardised?: Float64Array) {
    const { n, weights, predictors: [mean], response } = design;
    this.rows = Array.from({ length: n }, (_, i) => new Array<number>(weights ? weights[i] : 1).fill(i))
      .flat();
    this.X = Matrix.zeros(this.rows.length, mean.X.length);
    this.rows.forEach((i, r) => mean.X.map(denseColumn).forEach((x, j) => this.X.set(r, j, x[i])));
    this.y = Matrix.columnVector(this.rows.map((i) => response.y[i] - (mean.offset?.[i] ?? 0)));
    this.effects = denseEffects(design, undefined, standardised);
    this.Z = new Matrix(this.rows.map((i) => this.effects.Z[0].getRow(i)));
    this.N = this.rows.length - (reml ? this.X.columns : 0);
  }

  /** V(θ). */
  covariance(theta: ArrayLike<number>): Matrix {
    const { precision } = this.design, V = this.random(theta);
    this.rows.forEach((row, i) => V.set(i, i, V.get(i, i) + 1 / (precision ? precision[row] : 1)));
    return V;
  }

  at(theta: ArrayLike<number>): DenseFit {
    const { X, y } = this, R = this.random(theta), { value, sigma2, beta, inverse, spread } = this.fit(theta);
    const WX = inverse.mmul(X), P = Matrix.sub(inverse, WX.mmul(spread).mmul(WX.transpose()));
    return {
      value,
      sigma2,
      beta,
      inverse,
      spread,
      P,
      modes: R.mmul(P).mmul(y),
      variances: Matrix.sub(R, R.mmul(inverse).mmul(R)).diagonal(),
    };
  }

  /** ½ deviance. */
  value(theta: ArrayLike<number>): number {
    return this.fit(theta).value;
  }

  private fit(theta: ArrayLike<number>) {
    const { X, y, N, reml } = this,
      L = choleskyFactor(this.covariance(theta))!,
      inverse = inverseFromFactor(L);
    const WX = inverse.mmul(X), information = X.transpose().mmul(WX), spread = positiveInverse(information)!;
    const beta = spread.mmul(WX.transpose()).mmul(y), r = Matrix.sub(y, X.mmul(beta));
    const sigma2 = r.transpose().mmul(inverse).mmul(r).get(0, 0) / N;
    const logV = L.diagonal().reduce((s, v) => s + 2 * Math.log(v), 0);
    const value =
      (logV + (reml ? logDeterminant(information) : 0) + N * (1 + Math.log(2 * Math.PI * sigma2))) / 2;
    return { value, sigma2, beta, inverse, spread };
  }

  private random(theta: ArrayLike<number>): Matrix {
    return this.Z.mmul(this.effects.G(theta)).mmul(this.Z.transpose());
  }
}
