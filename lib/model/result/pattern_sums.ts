/**
 * {@link DirectionSums} of a model whose only random term stands in the residual's place, by patterns of positions: with W = V_P⁻¹,
 * A_i = W G_i W on the positions P of a pattern and the sums of products x_a x_bᵀ over its levels
 *
 *   QᵀV⁻¹V_iV⁻¹Q = Σ_P Σ_ab (A_i)_ab Σ x_a x_bᵀ,   QᵀV⁻¹V_iV⁻¹V_jV⁻¹Q = Σ_P Σ_ab (A_i G_j W)_ab Σ x_a x_bᵀ,   tr V⁻¹V_iV⁻¹V_j = Σ_P n_P tr G_iA_j
 *
 * so that they cost the same for a thousand subjects as for ten.
 */
import { axpy, choleskyFactor, dot, inverseFromFactor, Matrix } from "../../math/dense.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { Pattern } from "../objective/patterns.ts";
import type { DirectionSums, PairSums } from "./direction_sums.ts";
import { covarianceAt, type Direction } from "./variance_directions.ts";

/** A pattern at θ. */
interface At {
  readonly pattern: Pattern;
  readonly W: Matrix;
  /** tr (QᵀV⁻¹Q)⁻¹ Σ x_a x_bᵀ. */
  readonly weights: Matrix;
  /** What was made of directions. */
  readonly known: Map<Direction, Local>;
}

/** A direction on the positions of a pattern: entries of G_i and of A_i = W G_i W. */
interface Local {
  readonly G: Float64Array;
  readonly A: Float64Array;
}

/** By patterns, at θ. */
export class PatternSums implements DirectionSums {
  private readonly at: readonly At[];
  private readonly p: number;
  /** R = V, up to σ². */
  private readonly whole: Direction;

  constructor(
    { effects: { terms: [term] }, relativeCovariance, p }: ProfiledDeviance,
    patterns: readonly Pattern[],
    theta: Float64Array,
  ) {
    this.p = p;
    const V = covarianceAt(term.covariance, theta), c = term.covariance.width, rows = [...Array(c).keys()];
    this.whole = { group: 0, block: { values: V, rows }, across: null };
    this.at = patterns.map((pattern) => {
      const W = inverseFromFactor(choleskyFactor(onPositions(V, c, pattern))!), weights = W.clone();
      eachPair(pattern, (a, b, G) => {
        let sum = 0;
        for (let s = 0, k = 0; s < p; s++) {
          for (let r = 0; r <= s; r++, k++) sum += (r === s ? 1 : 2) * relativeCovariance.get(r, s) * G[k];
        }
        const each = a === b ? sum : sum / 2; // products hold x_a x_bᵀ + x_b x_aᵀ
        weights.set(a, b, each);
        weights.set(b, a, each);
      });
      return { pattern, W, weights, known: new Map() };
    });
  }

  form(direction: Direction): Matrix {
    return this.total((at) => local(at, direction).A);
  }

  get ofResiduals() {
    const { whole } = this, { traces, projected } = this.pairs([], [whole]);
    return { form: this.form(whole), trace: traces.get(0, 0), projected: projected.get(0, 0) };
  }

  pairs(left: readonly Direction[], right: readonly Direction[]): PairSums {
    const traces = Matrix.zeros(left.length + 1, right.length), projected = traces.clone();
    for (const at of this.at) {
      const A = [...left, this.whole].map((e) => local(at, e).A), { levels } = at.pattern;
      right.forEach((d, j) => {
        const { G } = local(at, d), turned = entries(at.weights.mmul(at.W).mmul(square(G)));
        A.forEach((Ai, i) => {
          traces.set(i, j, traces.get(i, j) + levels * dot(Ai, G));
          projected.set(i, j, projected.get(i, j) + dot(Ai, turned));
        });
      });
    }
    return { traces, projected };
  }

  weighted(directions: readonly Direction[], weights: Matrix): Matrix {
    const all = [...directions, this.whole];
    return this.total((at) => {
      const locals = all.map((e) => local(at, e)), sum = at.W.clone().mul(0);
      locals.forEach(({ G }, j) => { // (Σ_i W_ij A_i) G_j W
        const mixed = new Float64Array(G.length);
        locals.forEach(({ A }, i) => axpy(weights.get(i, j), A, mixed));
        sum.add(square(mixed).mmul(square(G)));
      });
      return entries(sum.mmul(at.W));
    });
  }

  /** Σ_P Σ_ab N_ab Σ x_a x_bᵀ, its symmetric part. */
  private total(N: (at: At) => Float64Array): Matrix {
    const { p } = this, packed = new Float64Array(p * (p + 1) / 2), out = Matrix.zeros(p, p);
    for (const at of this.at) {
      const n = N(at), m = at.W.rows;
      eachPair(at.pattern, (a, b, G) => {
        const weight = (n[a * m + b] + n[b * m + a]) / 2;
        for (let k = 0; k < packed.length; k++) packed[k] += weight * G[k];
      });
    }
    for (let s = 0, k = 0; s < p; s++) {
      for (let r = 0; r <= s; r++, k++) {
        out.set(r, s, packed[k]);
        out.set(s, r, packed[k]);
      }
    }
    return out;
  }
}

/** Pairs a ≤ b of a pattern's positions with their sums of products; those of the columns of Q come first. */
function eachPair(
  { positions, products }: Pattern,
  visit: (a: number, b: number, products: Float64Array) => void,
) {
  for (let b = 0, e = 0; b < positions.length; b++) for (let a = 0; a <= b; a++) visit(a, b, products[e++]);
}

/** Rows and columns of a pattern's positions. */
function onPositions(S: Float64Array, c: number, { positions }: Pattern): Matrix {
  return new Matrix(positions.map((a) => positions.map((b) => S[b * c + a])));
}

function local({ known, pattern, W }: At, direction: Direction): Local {
  let found = known.get(direction);
  if (!found) {
    const { values } = direction.block, G = onPositions(values, Math.sqrt(values.length), pattern);
    known.set(direction, found = { G: entries(G), A: entries(W.mmul(G).mmul(W)) });
  }
  return found;
}

/** Row by row. */
function entries(A: Matrix): Float64Array {
  return Float64Array.from(A.to1DArray());
}

function square(entries: Float64Array): Matrix {
  return Matrix.from1DArray(Math.sqrt(entries.length), Math.sqrt(entries.length), entries);
}
