/**
 * The random effects of a model with their sums by level, from those of a source: Z = Z̃A about the centres, and C of
 * {@link TermLayout.basis} from Z̃ᵀWZ̃ as {@link layOutGroups} takes it from the columns. With B = AC the engine's sums are BᵀSB of the
 * source's.
 */
import { choleskyFactor, inverseLower, Matrix } from "../../math/dense.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { FactorSums, PairSums, Sums } from "../../source/source.ts";
import type { Covariance } from "../structures/structure.ts";
import { meet, pairsOfFactors } from "./coupling.ts";
import { EffectSystem } from "./effect_system.ts";
import { type GroupLayout, layOutShapes, LEAST_LEFT, WIDEST } from "./group_layout.ts";

/** The system, ZᵀZ as block values, and Zᵀx of a column of the source. */
export interface SourceEffects {
  readonly effects: EffectSystem;
  readonly M: Float64Array;
  readonly products: (column: number) => Float64Array;
  /** Mean of zzᵀ of every term. */
  readonly moments: readonly Matrix[];
}

/** A group of the engine with the sums of its factor, and its columns B as combinations of the factor's. */
interface Place {
  readonly group: GroupLayout;
  readonly sums: FactorSums;
  readonly number: number;
  readonly B: Matrix;
}

/** One term's place among the columns of its factor. */
interface TermColumns extends TermSums {
  readonly first: number;
}

/** @param design its mean has the random terms of the source's recipe */
export function sourceEffects(design: Design, sums: Sums): SourceEffects {
  const [mean] = design.predictors, columns = new Map<RandomTerm, TermColumns>();
  for (const factor of sums.factors) {
    let first = 0;
    mean.random.filter(({ group }) => group === factor.group).forEach((term, t) => {
      const own = termSums(factor, first, term.names.length, factor.leading[t], sums.total);
      columns.set(term, { ...own, first });
      first += term.names.length;
    });
  }
  const groups = layOutShapes([mean], (term, covariance) => basisOf(columns.get(term)!, covariance));
  const places = groups.map((group): Place => {
    const number = sums.factors.findIndex((f) => f.group === group.terms[0].term.group),
      B = Matrix.zeros(sums.factors[number].centre.length, group.width);
    for (const { term, slot, basis, count } of group.terms) {
      const { A, first } = columns.get(term)!;
      B.setSubMatrix(A.mmul(basis.rows < count ? Matrix.eye(count) : basis), first, slot);
    }
    return { group, sums: sums.factors[number], number, B };
  });
  const pairs = pairsOfFactors(groups.length, (r, c) => pairOf(places[r], places[c], r, c, sums.pairs));
  const effects = new EffectSystem(groups, meet(groups, pairs)), M = new Float64Array(effects.valueCount);
  const { at } = effects.pattern;
  let block = groups.reduce((s, g) => s + g.nodes, 0);
  for (const { group, sums: { own }, B } of places) congruence(B, own, B, M, at[group.node]);
  for (const { row, col, rows, blocks } of pairs) {
    congruence(places[row].B, blocks, places[col].B, M, at[block]);
    block += rows.length;
  }
  const moments = mean.random.map((term) => {
    const { A, gram } = columns.get(term)!;
    return A.transpose().mmul(gram).mmul(A);
  });
  return { effects, M, products: (column) => productsWith(places, column, effects.q), moments };
}

/** Z̃ᵀWZ̃ / W of one term, and A. */
interface TermSums {
  readonly gram: Matrix;
  readonly A: Matrix;
}

function termSums(
  { own, centre, rows }: FactorSums,
  first: number,
  c: number,
  leading: number,
  total: number,
): TermSums {
  const width = centre.length, gram = Matrix.zeros(c, c), A = Matrix.eye(c);
  for (let l = 0; l < rows.length; l++) {
    for (let j = 0; j < c; j++) {
      for (let k = 0; k < c; k++) {
        gram.set(j, k, gram.get(j, k) + own[(l * width + first + j) * width + first + k] / total);
      }
    }
  }
  for (let j = leading; j < c; j++) for (let i = 0; i < leading; i++) A.set(i, j, centre[first + j]);
  return { gram, A };
}

/** C within the freedom of the structure: orthogonal columns, or columns of root mean square 1. */
function basisOf({ gram, A }: TermSums, { freedom }: Covariance): Matrix {
  const c = gram.rows, L = freedom === "linear" && c <= WIDEST ? choleskyFactor(gram) : null;
  if (
    L &&
    Array.from({ length: c }, (_, j) => L.get(j, j) > LEAST_LEFT * Math.sqrt(gram.get(j, j))).every(Boolean)
  ) {
    const back = Matrix.eye(c).mul(2).sub(A); // A⁻¹ = I − vmᵀ
    return back.mmul(inverseLower(L).transpose());
  }
  const raw = A.transpose().mmul(gram).mmul(A), norms = raw.diagonal().map(Math.sqrt);
  const common = Math.sqrt(norms.reduce((s, v) => s + v * v, 0) / c) || 1;
  return Matrix.diag(norms.map((v) => 1 / (freedom === "scalar" ? common : v || 1)));
}

/** The sums of two groups in the engine's order; those of one factor meet in every level of it. */
function pairOf(r: Place, c: Place, row: number, col: number, pairs: readonly PairSums[]) {
  if (r.number === c.number) {
    const levels = Int32Array.from({ length: r.group.nodes }, (_, l) => l);
    const [rows, cols] = [r, c].map(({ group }) => levels.map((l) => l + group.node));
    return { row, col, rows, cols, blocks: r.sums.own };
  }
  const later = Math.max(r.number, c.number), earlier = Math.min(r.number, c.number);
  const found = pairs.find((pair) => pair.row === later && pair.col === earlier)!;
  const straight = found.row === r.number,
    node = (place: Place, levels: Int32Array) => levels.map((l) => l + place.group.node);
  const [rows, cols] = straight ? [found.rows, found.cols] : [found.cols, found.rows];
  return {
    row,
    col,
    rows: node(r, rows),
    cols: node(c, cols),
    blocks: straight ? found.blocks : transposed(found.blocks, c.B.rows, r.B.rows),
  };
}

/** Blocks of r × c values, each transposed. */
function transposed(blocks: Float64Array, r: number, c: number): Float64Array {
  const out = new Float64Array(blocks.length);
  for (let p = 0; p < blocks.length; p += r * c) {
    for (let j = 0; j < c; j++) for (let i = 0; i < r; i++) out[p + i * c + j] = blocks[p + j * r + i];
  }
  return out;
}

/** Blocks BᵀSD, column by column, from `at` on. */
function congruence(B: Matrix, S: Float64Array, D: Matrix, out: Float64Array, at: number): void {
  const [r, w, c, v] = [B.rows, B.columns, D.rows, D.columns], half = new Float64Array(w * c);
  for (let p = 0, to = at; p < S.length; p += r * c, to += w * v) {
    for (let j = 0; j < c; j++) {
      for (let i = 0; i < w; i++) {
        let sum = 0;
        for (let k = 0; k < r; k++) sum += B.get(k, i) * S[p + j * r + k];
        half[j * w + i] = sum;
      }
    }
    for (let j = 0; j < v; j++) {
      for (let i = 0; i < w; i++) {
        let sum = 0;
        for (let k = 0; k < c; k++) sum += half[k * w + i] * D.get(k, j);
        out[to + j * w + i] = sum;
      }
    }
  }
}

/** Zᵀx = BᵀZ̃ᵀx of every factor. */
function productsWith(places: readonly Place[], column: number, q: number): Float64Array {
  const out = new Float64Array(q);
  for (const { group: { start, width }, sums: { products }, B } of places) {
    const x = products[column], c = B.rows;
    for (let p = 0, to = start; p < x.length; p += c, to += width) {
      for (let j = 0; j < width; j++) {
        let v = 0;
        for (let k = 0; k < c; k++) v += B.get(k, j) * x[p + k];
        out[to + j] = v;
      }
    }
  }
  return out;
}
