/**
 * {@link DirectionSums} of a model whose only random term stands in the residual's place, by patterns of positions, from the rows whitened by
 * the factor L of V: there V_P = I and XᵀX = I, and with D_i = F L⁻¹G_iL⁻ᵀFᵀ on the positions P of a pattern
 *
 *   QᵀV⁻¹V_iV⁻¹Q = Σ_P Σ_ab (D_i)_ab Σ x_a x_bᵀ,   QᵀV⁻¹V_iV⁻¹V_jV⁻¹Q = Σ_P Σ_ab (D_iD_j)_ab Σ x_a x_bᵀ,   tr V⁻¹V_iV⁻¹V_j = Σ_P n_P tr D_iD_j
 *
 * so that they cost the same for a thousand subjects as for ten, and the same digits are left however alike their positions are.
 */
import { inverseLower, Matrix } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { triangleQuotient } from "../../math/triangle.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { productsOf } from "../objective/patterns.ts";
import { type WhitenedPattern, WhitenedRows } from "../objective/whitened_patterns.ts";
import type { DirectionSums, PairSums } from "./direction_sums.ts";
import type { Direction } from "./variance_directions.ts";

/** A pattern in the coordinates of L. */
interface At {
  readonly pattern: WhitenedPattern;
  /** Σ x_a x_bᵀ + x_b x_aᵀ for every pair of positions. */
  readonly products: readonly Float64Array[];
  /** tr Σ x_a x_bᵀ. */
  readonly weights: Matrix;
  /** D_i of directions, row by row. */
  readonly known: Map<Direction, Float64Array>;
}

/** By patterns, at θ. */
export class PatternSums implements DirectionSums {
  readonly coordinates: Matrix;
  private readonly at: readonly At[];
  private readonly p: number;
  /** R = V, up to σ². */
  private readonly whole: Direction;
  private readonly L: Float64Array;

  constructor(
    { sums: { effects: { terms: [{ term, covariance }] }, rows }, p }: ProfiledDeviance,
    theta: Float64Array,
  ) {
    const c = covariance.width;
    this.p = p;
    this.L = covariance.relativeFactor!(theta, 0);
    this.whole = {
      group: 0,
      block: { values: this.L, rows: [] },
      across: null,
    };
    const { patterns, triangle } = new WhitenedRows(term, rows!, c).at(this.L)!;
    this.coordinates = inverseLower(triangle.transpose()).transpose();
    this.at = patterns.map((pattern) => {
      const { m, columns } = pattern, X = columns.slice(0, p), weights = Matrix.zeros(m, m);
      const products = p > 0 ? productsOf(X, m) : [];
      eachPair(m, products, (a, b, G) => {
        let sum = 0;
        for (let r = 0; r < p; r++) sum += G[r * (r + 3) / 2];
        const each = a === b ? sum : sum / 2; // products hold x_a x_bᵀ + x_b x_aᵀ
        weights.set(a, b, each);
        weights.set(b, a, each);
      });
      return { pattern, products, weights, known: new Map() };
    });
  }

  form(direction: Direction): Matrix {
    return this.total((at) => this.local(at, direction));
  }

  get ofResiduals() {
    const { whole } = this, { traces, projected } = this.pairs([], [whole]);
    return { form: this.form(whole), trace: traces.get(0, 0), projected: projected.get(0, 0) };
  }

  pairs(left: readonly Direction[], right: readonly Direction[]): PairSums {
    const traces = Matrix.zeros(left.length + 1, right.length), projected = traces.clone();
    for (const at of this.at) {
      const all = [...left, this.whole].map((e) => this.local(at, e)), { levels } = at.pattern;
      right.forEach((d, j) => {
        const D = this.local(at, d), turned = entries(at.weights.mmul(square(D)));
        all.forEach((Di, i) => {
          traces.set(i, j, traces.get(i, j) + levels * dot(Di, D));
          projected.set(i, j, projected.get(i, j) + dot(Di, turned));
        });
      });
    }
    return { traces, projected };
  }

  weighted(directions: readonly Direction[], weights: Matrix): Matrix {
    const all = [...directions, this.whole];
    return this.total((at) => {
      const locals = all.map((e) => this.local(at, e)), { m } = at.pattern, sum = Matrix.zeros(m, m);
      locals.forEach((D, j) => { // (Σ_i W_ij D_i) D_j
        const mixed = new Float64Array(D.length);
        locals.forEach((Di, i) => axpy(weights.get(i, j), Di, mixed));
        sum.add(square(mixed).mmul(square(D)));
      });
      return entries(sum);
    });
  }

  /** Σ_P Σ_ab N_ab Σ x_a x_bᵀ, its symmetric part. */
  private total(N: (at: At) => Float64Array): Matrix {
    const { p } = this, packed = new Float64Array(p * (p + 1) / 2), out = Matrix.zeros(p, p);
    for (const at of this.at) {
      const n = N(at), { m } = at.pattern;
      eachPair(m, at.products, (a, b, G) => axpy((n[a * m + b] + n[b * m + a]) / 2, G, packed));
    }
    for (let s = 0, k = 0; s < p; s++) {
      for (let r = 0; r <= s; r++, k++) {
        out.set(r, s, packed[k]);
        out.set(s, r, packed[k]);
      }
    }
    return out;
  }

  /** F L⁻¹GL⁻ᵀFᵀ; I of V itself. */
  private local({ known, pattern: { m, frame } }: At, direction: Direction): Float64Array {
    let found = known.get(direction);
    if (!found) {
      const c = frame.length / m, F = Matrix.from1DArray(m, c, frame);
      const turned = direction === this.whole
        ? null
        : square(direction.between ?? triangleQuotient(this.L, direction.block.values, c));
      known.set(direction, found = entries(turned ? F.mmul(turned).mmul(F.transpose()) : Matrix.eye(m)));
    }
    return found;
  }
}

/** Pairs a ≤ b of a pattern's positions with their sums of products. */
function eachPair(
  m: number,
  products: readonly Float64Array[],
  visit: (a: number, b: number, products: Float64Array) => void,
) {
  for (let b = 0, e = 0; b < m && products.length > 0; b++) {
    for (let a = 0; a <= b; a++) visit(a, b, products[e++]);
  }
}

/** Row by row. */
function entries(A: Matrix): Float64Array {
  return Float64Array.from(A.to1DArray());
}

function square(entries: Float64Array): Matrix {
  return Matrix.from1DArray(Math.sqrt(entries.length), Math.sqrt(entries.length), entries);
}
