/**
 * A profiled deviance by V itself and not by the random effects: what needs no modes, for searches of models in which that costs
 * less. With A = XᵀV⁻¹X, b = XᵀV⁻¹y it is ½ log|V| + N/2 log r² [+ ½ log|A|], r² = yᵀV⁻¹y − bᵀA⁻¹b, and its value that of
 * {@link ProfiledDeviance}, which remains for everything else.
 */
import { choleskyFactor, choleskySolve, inverseFromFactor, Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import type { CrossProducts } from "./cross_products.ts";

/** What is the same whoever computes it. */
export interface Whole {
  readonly sums: CrossProducts;
  readonly p: number;
  readonly N: number;
  readonly reml: boolean;
  readonly constant: number;
  /** Of the last evaluation: σ² in the unit of the response, and the Cholesky factor of XᵀV⁻¹X. */
  readonly s2: number;
  readonly factor: Matrix;
  evaluate(theta: Float64Array, gradient?: Float64Array): number;
}

/** A, b, yᵀV⁻¹y and ½ log|V|. */
export interface MarginalSums {
  readonly A: Matrix;
  readonly b: Float64Array;
  readonly yy: number;
  readonly halfLogDet: number;
  /** Smallest share that a position keeps of its variance given those before it: 1 where it is not looked at. */
  readonly least?: number;
}

/** Where the gradient is asked for: γ̂, σ̂² and, under REML, A⁻¹. */
export interface Profiled {
  readonly gamma: Float64Array;
  readonly s2: number;
  readonly inverse: Matrix | null;
}

/** Share of a sum of squares below which half of its digits are gone, as in the engine. */
export const LEFT = 1e-7;
/** The same of yᵀy where its digits are all there: the engine is to stand at the optimum, and may have no factor there. */
const LITTLE = 1e-14;

/** ½ deviance as a function of θ. */
export abstract class MarginalDeviance implements Objective {
  /** σ² in the unit of the response, and XᵀV⁻¹X on the basis, at the last evaluated point. */
  s2 = NaN;
  information = Matrix.zeros(0, 0);

  constructor(protected readonly whole: Whole) {}

  /** The sums at θ; null where rounding leaves V no factor. */
  protected abstract marginal(theta: Float64Array): MarginalSums | null;

  /** The gradient at the θ of the last sums. */
  protected abstract pullback(theta: Float64Array, profiled: Profiled, gradient: Float64Array): void;

  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { p, N, reml, constant } = this.whole, sums = this.marginal(theta);
    if (!sums) return this.byModes(theta, gradient);
    const { A, b, yy, halfLogDet, least = 1 } = sums;
    if (least < LEFT || this.cancels(A, yy)) return this.byModes(theta, gradient);
    const L = p > 0 ? choleskyFactor(A) : A;
    if (!L) return Infinity;
    const gamma = choleskySolve(L, b);
    let r2 = yy, halfLogA = 0;
    for (let j = 0; j < p; j++) {
      r2 -= gamma[j] * b[j];
      halfLogA += Math.log(L.get(j, j));
    }
    if (this.isLost(r2, yy)) return this.byModes(theta, gradient);
    this.s2 = r2 / N;
    this.information = A;
    if (gradient) {
      gradient.fill(0);
      this.pullback(
        theta,
        { gamma, s2: r2 / N, inverse: reml && p > 0 ? inverseFromFactor(L) : null },
        gradient,
      );
    }
    return constant + halfLogDet + N * Math.log(r2) / 2 + (reml ? halfLogA : 0);
  }

  /** Does what is left of the square of a column of X (of y: column p) have its digits, however little it is? */
  protected keepsDigits(_column: number): boolean {
    return false;
  }

  /** Little is left of yᵀy, or of a column's length: the positions of a level are so alike that its sums are rounding error. */
  private cancels(A: Matrix, yy: number): boolean {
    const { sums: { QtQ, yty }, p } = this.whole;
    if (yy < LEFT * yty && !this.keepsDigits(p)) return true;
    for (let j = 0; j < p; j++) if (A.get(j, j) < LEFT * QtQ.get(j, j) && !this.keepsDigits(j)) return true;
    return false;
  }

  /** The same of r² beside the columns; where y keeps its digits, as a share of what the columns are taken from. */
  private isLost(r2: number, yy: number): boolean {
    const { sums: { yty }, p } = this.whole;
    return !(r2 > (this.keepsDigits(p) ? Math.max(LEFT * yy, LITTLE * yty) : LEFT * yty));
  }

  /** The same by the engine, which forms such sums from the residuals of the rows. */
  private byModes(theta: Float64Array, gradient?: Float64Array): number {
    const { whole } = this, value = whole.evaluate(theta, gradient);
    this.s2 = whole.s2;
    this.information = whole.factor.mmul(whole.factor.transpose());
    return value;
  }

  /** ∂(XᵀV⁻¹X)/∂θ_j by a difference: its error of 1e-9 is that of the step squared; null where that leads to no likelihood. */
  informationDerivative(theta: Float64Array, j: number): Matrix | null {
    const h = 1e-4 * Math.max(1, Math.abs(theta[j]));
    const [up, down] = [h, -h].map((d) => {
      const value = this.evaluate(theta.map((v, i) => i === j ? v + d : v));
      return Number.isFinite(value) ? this.information : null;
    });
    return up && down && up.clone().sub(down).mul(1 / (2 * h));
  }
}
