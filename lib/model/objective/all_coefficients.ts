/**
 * Between the coefficients β of all parts and their coordinates γ on the parts' bases. Ordered categories have the location's constant in
 * their thresholds: its columns are centred, X₀ = 1 cᵀ + Q₀R₀, so that their curvature does not vanish beside that of the thresholds
 * where a covariate lies far from 0, and
 *
 *   β₀ = R₀⁻¹γ₀,   α_k = R_k⁻¹γ_k + cᵀβ₀ h_k,   X_k h_k = the share of a constant that part k has,
 *
 * leave every θ_k − η as it is. Without such parts β_k = R_k⁻¹γ_k.
 */
import type { Basis, Coordinates } from "../../math/basis.ts";
import { Matrix, timesVector } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import type { Design } from "../../formula/types.ts";
import type { Family, Part } from "../families/family.ts";

/** β of all parts one after the other, from γ of all parts, and back. */
export class AllCoefficients {
  /** First γ, and first β, of each part. */
  readonly first: readonly number[];
  readonly firstCoefficient: readonly number[];
  /** How many γ and β there are. */
  readonly size: number;
  readonly coefficients: number;

  /**
   * @param bases the first one centred where other parts have its constant
   * @param shares of the first predictor's constant, by part, and h_k of those that have some; none where that has one itself
   */
  constructor(
    private readonly bases: readonly Coordinates[],
    private readonly shares: readonly number[] = bases.map(() => 0),
    private readonly ofConstant: readonly (Float64Array | null)[] = bases.map(() => null),
  ) {
    const before = (count: (basis: Coordinates) => number) =>
      bases.reduce((sums, basis) => [...sums, sums[sums.length - 1] + count(basis)], [0]);
    const gammas = before(({ size }) => size), betas = before(({ origin }) => origin.length);
    this.size = gammas.pop()!;
    this.coefficients = betas.pop()!;
    [this.first, this.firstCoefficient] = [gammas, betas];
  }

  /** Those of bases of which the first is centred if any part has a share of its constant. */
  static sharing(bases: readonly Basis[], shares: readonly number[]): AllCoefficients {
    return new AllCoefficients(
      bases,
      shares,
      bases.map((b, k) => shares[k] === 0 ? null : b.ofConstant(shares[k])),
    );
  }

  /** β at γ. */
  at(gamma: ArrayLike<number>): Float64Array {
    const beta = this.moved(gamma);
    this.bases.forEach(({ origin }, k) => origin.forEach((v, j) => beta[this.firstCoefficient[k] + j] += v));
    return beta;
  }

  /** γ at β. */
  onBases(beta: ArrayLike<number>): Float64Array {
    const free = Float64Array.from(beta);
    this.bases.forEach(({ origin }, k) => origin.forEach((v, j) => free[this.firstCoefficient[k] + j] -= v));
    return this.movedBack(free);
  }

  /** Change of β by one of γ. */
  moved(gamma: ArrayLike<number>): Float64Array {
    const beta = new Float64Array(this.coefficients);
    this.bases.forEach(({ inverse }, k) =>
      times(inverse, gamma, this.first[k], beta, this.firstCoefficient[k])
    );
    this.addConstant(beta, 1);
    return beta;
  }

  /** Change of γ by one of β. */
  movedBack(beta: ArrayLike<number>): Float64Array {
    const gamma = new Float64Array(this.size), own = Float64Array.from(beta);
    this.addConstant(own, -1);
    this.bases.forEach(({ R }, k) => times(R, own, this.firstCoefficient[k], gamma, this.first[k]));
    return gamma;
  }

  /** ∂β/∂γ: the inverse of every R, and h_k cᵀR₀⁻¹ beside it. */
  jacobian(): Matrix {
    const { bases, first, firstCoefficient } = this, J = Matrix.zeros(this.coefficients, this.size);
    bases.forEach(({ inverse }, k) => place(inverse, J, firstCoefficient[k], first[k]));
    const [{ inverse, centre }] = bases, moves = timesVector(inverse.transpose(), centre);
    this.ofConstant.forEach((h, k) => h && addOuter(h, moves, J, firstCoefficient[k], first[0]));
    return J;
  }

  /** ∂γ/∂β of the coefficients that are free: every R, and −R_k h_k cᵀ beside it. */
  inverseJacobian(): Matrix {
    const { bases, first, firstCoefficient } = this, J = Matrix.zeros(this.size, this.coefficients);
    bases.forEach(({ R }, k) => place(R, J, first[k], firstCoefficient[k]));
    this.ofConstant.forEach((h, k) => {
      if (h) {
        addOuter(
          timesVector(bases[k].R, h.map((v) => -v)),
          bases[0].centre,
          J,
          first[k],
          firstCoefficient[0],
        );
      }
    });
    return J;
  }

  /** Constants that linear predictors have beside their bases: η_k − Q_kγ_k, by part. */
  constants(gamma: ArrayLike<number>): number[] {
    const constant = this.constant(this.moved(gamma));
    return this.shares.map((share, k) => (k === 0 ? 1 : share) * constant);
  }

  private constant(beta: Float64Array): number {
    const { centre } = this.bases[0];
    return dot(centre, beta.subarray(0, centre.length));
  }

  /** α_k += sign · cᵀβ₀ h_k. */
  private addConstant(beta: Float64Array, sign: 1 | -1) {
    const constant = sign * this.constant(beta);
    if (constant === 0) return;
    this.ofConstant.forEach((h, k) =>
      h?.forEach((v, j) => beta[this.firstCoefficient[k] + j] += constant * v)
    );
  }
}

/** What part of the first predictor's constant each part has: none where that has one itself, or where theirs is held. */
export function constantShares({ predictors }: Design, family: Family, parts: readonly Part[]): number[] {
  const shares = parts.map(({ constant = 0 }) => family.intercept === "elsewhere" ? constant : 0);
  const free = predictors.every(({ held }, k) => shares[k] === 0 || !held || held.every(Number.isNaN));
  return free ? shares : shares.map(() => 0);
}

/** out_{to+i} = Σ_j M_ij v_{from+j}. */
function times(M: Matrix, v: ArrayLike<number>, from: number, out: Float64Array, to: number) {
  for (let i = 0; i < M.rows; i++) {
    let s = 0;
    for (let j = 0; j < M.columns; j++) s += M.get(i, j) * v[from + j];
    out[to + i] = s;
  }
}

function place(block: Matrix, into: Matrix, row: number, column: number) {
  if (block.rows > 0 && block.columns > 0) into.setSubMatrix(block, row, column);
}

function addOuter(x: Float64Array, y: Float64Array, into: Matrix, row: number, column: number) {
  x.forEach((v, i) =>
    y.forEach((w, j) => into.set(row + i, column + j, into.get(row + i, column + j) + v * w))
  );
}
