/**
 * The profiled deviance of a Gaussian model whose only random term is a field over many positions, each row at one of them. Rows
 * count by the means of their cells (level × position): with d the sum of weights of a cell, x̄ the means of a column and Σ = T Tᵀ
 *
 *   K = diag(1/d) + Σ over the cells of a level,   |V| = Π d |K|,   xᵀV⁻¹y = [xᵀy − Σ d x̄ȳ] + Σ_levels x̄ᵀK⁻¹ȳ
 *   Σ̄ = ½ Σ_levels [K⁻¹ − aaᵀ/σ² − Σ_rs (A⁻¹)_rs k_r k_sᵀ],   a = K⁻¹(ȳ − X̄γ),  k_r = K⁻¹x̄_r  (the last sum under REML)
 *
 * One factor and one inverse for an evaluation, where the random effects need those of R and of H, and the adjoints of both. Levels with
 * the same cells share them.
 */
import { DenseFactor, denseLength, factorEntry, inverseEntry } from "../../math/dense_factor.ts";
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { WIDE } from "../../math/dense_products.ts";
import { tileKernels } from "../../math/tile_kernels.ts";
import { kernelsAndTeam } from "../../math/tile_team.ts";
import { mirrored } from "../../math/wide_triangle.ts";
import type { SquareForm } from "../structures/structure.ts";
import { cellsOf, type FieldCells } from "./field_cells.ts";
import { MarginalDeviance, type MarginalSums, type Profiled, type Whole } from "./marginal_deviance.ts";

/** The objective of a field; null where the model is another one. */
export function fieldDeviance(whole: Whole): FieldDeviance | null {
  const { effects: { groups, terms } } = whole.sums, [group] = groups;
  if (terms.length !== 1 || !group.onePosition || group.width < WIDE) return null;
  const { square } = terms[0].covariance;
  return square ? new FieldDeviance(whole, square) : null;
}

/** ½ deviance as a function of θ. */
export class FieldDeviance extends MarginalDeviance {
  private readonly c: number;
  private readonly cells: readonly FieldCells[];
  /** xᵀy − Σ d x̄ȳ of the columns of X and y, which does not depend on θ, and Σ log d. */
  private readonly within: Matrix;
  private readonly constant: readonly boolean[];
  private readonly logWeights: number;
  private readonly S: Float64Array;
  /** K of every set of cells, and L⁻¹ of the means of its levels. */
  private readonly memory: Float64Array;
  private readonly factors: readonly DenseFactor[];
  private readonly halves: readonly (readonly Float64Array[])[];

  constructor(whole: Whole, private readonly square: SquareForm) {
    super(whole);
    const { cells, within, constant, logWeights } = cellsOf(whole.sums),
      c = this.c = whole.sums.effects.groups[0].width;
    [this.cells, this.within, this.constant, this.logWeights] = [cells, within, constant, logWeights];
    this.S = new Float64Array(c * c);
    const lengths = cells.map(({ d }) => denseLength(d.length));
    const length = lengths.reduce((s, v) => s + v, 0), widest = Math.max(...cells.map(({ d }) => d.length));
    const team = kernelsAndTeam(length, widest), kernels = team?.kernels ?? tileKernels(length);
    this.memory = kernels.memory;
    let at = 0;
    this.factors = cells.map(({ d }, k) => {
      const factor = new DenseFactor(kernels, at, d.length, team?.team);
      at += lengths[k];
      return factor;
    });
    this.halves = cells.map(({ means }) => means.map((x) => x.slice()));
  }

  protected override marginal(theta: Float64Array): MarginalSums | null {
    const { whole: { p }, cells, factors, halves } = this, sums = this.within.clone();
    this.square.fill(theta, 0, this.S);
    let halfLogDet = this.logWeights / 2;
    for (let k = 0; k < cells.length; k++) {
      const factor = factors[k], { d, means, levels } = cells[k];
      this.load(cells[k], factor);
      if (!factor.factor()) return null;
      for (let i = 0; i < d.length; i++) halfLogDet += levels * Math.log(factor.pivot(i));
      halves[k].forEach((z, j) => {
        z.set(means[j]);
        factor.forward(z, 0);
      });
      for (let first = 0; first < halves[k].length; first += p + 1) addGram(halves[k], first, p + 1, sums);
    }
    const A = Matrix.zeros(p, p), b = new Float64Array(p);
    for (let i = 0; i < p; i++) {
      b[i] = sums.get(p, i);
      for (let j = 0; j < p; j++) A.set(i, j, sums.get(Math.max(i, j), Math.min(i, j)));
    }
    return { A, b, yy: sums.get(p, p), halfLogDet };
  }

  /** Of columns that are constant in the cells the sums are squares of L⁻¹x̄, however small. */
  protected override keepsDigits(column: number): boolean {
    return this.constant[column];
  }

  /** K of the cells. */
  private load({ positions, d }: FieldCells, factor: DenseFactor) {
    const { c, S, memory } = this, n = d.length;
    factor.clear();
    for (let i = 0; i < n; i++) {
      const row = factor.at + factorEntry(n, i, 0);
      for (let j = 0; j <= i; j++) memory[row + 4 * j] = S[positions[j] * c + positions[i]];
      memory[row + 4 * i] += 1 / d[i];
    }
  }

  protected override pullback(theta: Float64Array, profiled: Profiled, gradient: Float64Array) {
    const { c, S, cells, factors, memory, whole: { p } } = this;
    S.fill(0); // Σ̄ in the place of Σ
    cells.forEach(({ positions, d, levels }, k) => {
      const factor = factors[k], n = d.length, solved = this.halves[k];
      factor.invert();
      for (let j = 0; j < n; j++) {
        for (let i = j; i < n; i++) {
          S[positions[j] * c + positions[i]] += levels / 2 * memory[factor.at + inverseEntry(n, i, j)];
        }
      }
      for (const z of solved) factor.backward(z, 0);
      for (let first = 0; first < solved.length; first += p + 1) {
        this.subtractSquares(positions, solved.slice(first, first + p + 1), profiled);
      }
    });
    this.square.pullback(theta, 0, mirrored(S, c), gradient);
  }

  /** Σ̄ −= ½ [aaᵀ/σ² + Σ_rs (A⁻¹)_rs k_r k_sᵀ] of one level. */
  private subtractSquares(
    positions: Int32Array,
    solved: readonly Float64Array[],
    { gamma, s2, inverse }: Profiled,
  ) {
    const { c, S } = this, n = positions.length, p = gamma.length, a = solved[p].slice();
    const pairs: (readonly [Float64Array, Float64Array])[] = [[a, a.map(() => 0)]];
    for (let r = 0; r < p; r++) for (let i = 0; i < n; i++) a[i] -= gamma[r] * solved[r][i];
    for (let i = 0; i < n; i++) pairs[0][1][i] = a[i] / s2;
    for (let r = 0; inverse && r < p; r++) {
      const t = new Float64Array(n);
      for (let s = 0; s < p; s++) for (let i = 0; i < n; i++) t[i] += inverse.get(r, s) * solved[s][i];
      pairs.push([solved[r], t]);
    }
    for (const [x, y] of pairs) {
      for (let j = 0; j < n; j++) {
        const f = y[j] / 2, column = positions[j] * c;
        for (let i = j; i < n; i++) S[column + positions[i]] -= f * x[i];
      }
    }
  }
}

/** Lower triangle of sums += the products of `count` vectors from `first` on. */
function addGram(vectors: readonly Float64Array[], first: number, count: number, sums: Matrix) {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) sums.set(i, j, sums.get(i, j) + dot(vectors[first + i], vectors[first + j]));
  }
}
