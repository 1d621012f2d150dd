/**
 * What Kenward and Roger's method needs of V = I + ZGZᵀ and of directions V_i = ZG_iZᵀ and I (everything relative to σ², on a basis Q of
 * the model matrix with QᵀV⁻¹Q = I), by the random effects: with K = ZᵀV⁻¹Z, X̃ = ZᵀV⁻¹Q and F = I − MΛH⁻¹Λᵀ everything n × n is folded into them,
 *
 *   QᵀV⁻¹V_iV⁻¹Q = X̃ᵀG_iX̃,   QᵀV⁻¹V_iV⁻¹V_jV⁻¹Q = X̃ᵀG_iKG_jX̃,   tr V⁻¹V_iV⁻¹V_j = tr KG_iKG_j,   ZᵀV⁻² = F ZᵀV⁻¹
 *
 * K is used a node's columns at a time, so the time grows with the square of the number of effects and the memory does not.
 */
import { inverseLower, Matrix } from "../../math/dense.ts";
import { axpy, dot } from "../../math/vectors.ts";
import { multiplySymmetric } from "../../math/sparse.ts";
import type { GroupLayout } from "../objective/group_layout.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import { addBlockTraces } from "./block_traces.ts";
import type { Block, Direction } from "./variance_directions.ts";

/** The sums over pairs of directions, columns for j; rows for i, the last one for the residuals R in the place of V_i. */
export interface PairSums {
  /** tr V⁻¹V_iV⁻¹V_j. */
  readonly traces: Matrix;
  /** tr QᵀV⁻¹V_iV⁻¹V_jV⁻¹Q. */
  readonly projected: Matrix;
}

/**
 * The sums of one model, whoever computes them. In coordinates where means of groups and differences within them have the same variance,
 * whatever that of groups is: products with (QᵀV⁻¹Q)⁻¹ of others have rounding errors of the ratio of these variances, squared.
 */
export interface DirectionSums {
  /** C of γ = Cγ′, γ′ the coefficients on this basis: CCᵀ = (QᵀV⁻¹Q)⁻¹ of the model's. */
  readonly coordinates: Matrix;
  /** QᵀV⁻¹V_iV⁻¹Q. */
  form(direction: Direction): Matrix;
  pairs(left: readonly Direction[], right: readonly Direction[]): PairSums;
  /** The same of R with itself; R is I, or the covariance of the residuals where a structure stands in their place. */
  readonly ofResiduals: { readonly form: Matrix; readonly trace: number; readonly projected: number };
  /** Σ_ij W_ij QᵀV⁻¹V_iV⁻¹V_jV⁻¹Q, R last; its symmetric part. */
  weighted(directions: readonly Direction[], W: Matrix): Matrix;
}

/** A column of ZᵀV⁻¹Z, and of ZᵀV⁻²Z. */
interface Column {
  readonly once: Float64Array;
  readonly twice: Float64Array;
}

/** Up to so many effects the columns are kept (36 MB). */
const MOST_KEPT = 1500;

type PlacedDirection = Direction & { readonly place: number };

/** By the random effects, at the point where the objective was evaluated last with its gradient, and with R = I. */
export class EffectSums implements DirectionSums {
  readonly coordinates: Matrix;
  private readonly formed = new Map<Direction, Float64Array[]>();
  private readonly columns: Column[] = [];
  /** 1/(ZᵀZ)_cc of the effects c that are a row each, where every row has one of its own; null elsewhere. */
  private readonly cells: Float64Array | null;
  /** ZᵀV⁻¹Q. */
  private readonly WQ: readonly Float64Array[];
  /** ZᵀV⁻²Q, QᵀV⁻²Q and QᵀV⁻³Q. */
  private readonly U: readonly Float64Array[];
  private readonly square: Matrix;
  private readonly cube: Matrix;

  constructor(private readonly objective: ProfiledDeviance) {
    const { factor, effects, p } = objective, cells = this.cells = rowsAsEffects(objective);
    const onto = this.coordinates = inverseLower(factor).transpose();
    const [SQ, WQ] = [objective.SQ, objective.WQ].map((x) => combinations(x, onto));
    this.WQ = WQ;
    const less = (x: readonly Float64Array[]) =>
      // s_rᵀΛᵀx_s, what V⁻¹ takes away
      products(SQ, x.map((v) => mapped(v, (out) => effects.applyTransposed(v, out))));
    const byCells = (x: readonly Float64Array[]) =>
      products(WQ, x.map((v) => v.map((t, c) => t * cells![c])));
    this.U = WQ.map((x) => this.timesF(x));
    this.square = cells ? byCells(WQ) : Matrix.sub(Matrix.eye(p), less(WQ));
    this.cube = cells ? byCells(this.U) : Matrix.sub(this.square, less(this.U));
  }

  form(direction: Direction): Matrix {
    return products(this.WQ, this.moved(direction));
  }

  get ofResiduals() {
    return { form: this.square, trace: this.trace(), projected: this.cube.trace() };
  }

  /** tr V⁻² = n − q + tr (H⁻¹P)², or Σ (ZᵀV⁻²Z)_cc/(ZᵀZ)_cc. */
  private trace(): number {
    const { objective: { effects, solver, N, reml, p }, cells } = this;
    const related = effects.precisions.length > 0;
    let trace = cells ? 0 : N + (reml ? p : 0) - effects.q;
    for (let i = 0; i < effects.q; i++) {
      const x = this.unit(i);
      if (cells) {
        if (cells[i] > 0) trace += this.column(i).twice[i] * cells[i];
        continue;
      }
      const y = related ? mapped(x, (out) => effects.timesPrecision(x, out)) : x;
      solver.solve(x);
      if (related) solver.solve(y);
      trace += effects.priorForm(x, y);
    }
    return trace;
  }

  pairs(left: readonly Direction[], right: readonly Direction[]): PairSums {
    const { effects: { groups } } = this.objective, last = left.length;
    const traces = Matrix.zeros(last + 1, right.length), projected = traces.clone();
    const ends = left.map((e) => this.moved(e));
    right.forEach((d, j) => { // tr (G_iX̃)ᵀK G_jX̃
      const moved = this.moved(d), KGX = moved.map((x) => this.timesK(x));
      ends.forEach((x, i) => projected.set(i, j, dots(x, KGX)));
      projected.set(last, j, dots(this.U, moved));
    });
    const all = placed(left);
    groups.forEach((g, group) => {
      const own = placed(right).filter((d) => d.group === group);
      for (let l = 0; own.length > 0 && l < g.nodes; l++) this.addTraces(g, l, all, own, traces);
    });
    return { traces, projected };
  }

  weighted(directions: readonly Direction[], W: Matrix): Matrix {
    const last = directions.length, sum = Matrix.mul(this.cube, W.get(last, last));
    directions.forEach((d, j) => {
      const moved = this.moved(d), mixed = moved.map((x) => new Float64Array(x.length));
      directions.forEach((e, i) => this.moved(e).forEach((x, r) => axpy(W.get(i, j), x, mixed[r])));
      sum.add(products(mixed, moved.map((x) => this.timesK(x))));
      sum.add(products(this.U, moved).mul(2 * W.get(last, j)));
    });
    return Matrix.add(sum, sum.transpose()).mul(0.5);
  }

  /** Adds what node l has of tr KG_iKG_j and tr ZᵀV⁻²ZG_j for the j of its group, from its columns of K. */
  private addTraces(
    g: GroupLayout,
    l: number,
    all: readonly PlacedDirection[],
    own: readonly PlacedDirection[],
    traces: Matrix,
  ) {
    const at = g.start + l * g.width, units = Array.from({ length: g.width }, (_, c) => this.unit(at + c));
    const columns = units.map((_, c) => this.column(at + c)), K = columns.map(({ once }) => once);
    const twice = columns.map((k) => k.twice), last = traces.rows - 1;
    const add = (i: number, j: number, v: number) => traces.set(i, j, traces.get(i, j) + v);
    const vectors = g.precision ? all : all.filter(({ across }) => across);
    const moved = vectors.map((e) => K.map((k) => this.apply(e, k)));
    for (const d of own) {
      const pushed = d.across ? units.map((u) => this.apply(d, u)) : null; // G_j of these columns
      add(last, d.place, pushed ? dots(pushed, twice) : blockForm(d.block, at, twice));
      if (vectors.length === 0) continue;
      const turned = pushed
        ? pushed.map((x) => this.timesK(x))
        : K.map((_, c) => combined(K, d.block.values, c));
      vectors.forEach((e, i) => add(e.place, d.place, dots(moved[i], turned)));
    }
    this.objective.effects.groups.forEach((f, group) => {
      const there = all.filter((e) => e.group === group && !e.across);
      if (!g.precision && there.length > 0) addBlockTraces(f, K, there, own, traces);
    });
  }

  /** A column of ZᵀV⁻¹Z and of ZᵀV⁻²Z. */
  private column(at: number): Column {
    let found = this.columns[at];
    if (!found) {
      const once = this.timesK(this.unit(at));
      found = { once, twice: this.timesF(once) };
      if (this.objective.effects.q <= MOST_KEPT) this.columns[at] = found;
    }
    return found;
  }

  private unit(at: number): Float64Array {
    const out = new Float64Array(this.objective.effects.q);
    out[at] = 1;
    return out;
  }

  /** K x = F M x. */
  private timesK(x: Float64Array): Float64Array {
    const { effects: { pattern }, M } = this.objective;
    return this.timesF(mapped(x, (out) => multiplySymmetric(pattern, M, x, out)));
  }

  /** F x = x − MΛH⁻¹Λᵀx. */
  private timesF(x: Float64Array): Float64Array {
    const { effects, solver } = this.objective, s = mapped(x, (out) => effects.applyTransposed(x, out));
    solver.solve(s);
    return mapped(x, (out) => this.objective.marginal(x, s, out));
  }

  /** G_iX̃ of every column. */
  private moved(direction: Direction): Float64Array[] {
    let found = this.formed.get(direction);
    if (!found) {
      this.formed.set(direction, found = this.WQ.map((x) => this.apply(direction, x)));
    }
    return found;
  }

  /** G_i x. */
  private apply({ group, block, across }: Direction, x: Float64Array): Float64Array {
    const g = this.objective.effects.groups[group], out = new Float64Array(x.length);
    if (!across) {
      addBlocks(g, block.values, block.rows, x, out);
      return out;
    }
    const sum = new Float64Array(g.nodes);
    for (const { factor, block: { values, rows } } of across) {
      const turned = new Float64Array(x.length);
      addBlocks(g, values, rows, x, turned);
      for (const c of rows) {
        for (let l = 0, at = g.start + c; l < g.nodes; l++, at += g.width) sum[l] = turned[at];
        factor.solve(sum);
        for (let l = 0, at = g.start + c; l < g.nodes; l++, at += g.width) out[at] += sum[l];
      }
    }
    return out;
  }
}

/** out += (I ⊗ S) x. */
function addBlocks(
  { start, nodes, width }: GroupLayout,
  S: Float64Array,
  rows: readonly number[],
  x: Float64Array,
  out: Float64Array,
) {
  for (let l = 0, at = start; l < nodes; l++, at += width) {
    for (const b of rows) {
      const f = x[at + b];
      if (f !== 0) { for (const a of rows) out[at + a] += S[b * width + a] * f; }
    }
  }
}

/** ⟨G, X⟩ of the block of X at a node whose columns are given. */
function blockForm({ rows, values }: Block, at: number, X: readonly Float64Array[]): number {
  let sum = 0;
  for (const c of rows) for (const a of rows) sum += values[c * X.length + a] * X[c][at + a];
  return sum;
}

/** Directions with their places. */
function placed(directions: readonly Direction[]): PlacedDirection[] {
  return directions.map((d, place) => ({ ...d, place }));
}

/** Columns times column c of a symmetric matrix. */
function combined(K: readonly Float64Array[], S: Float64Array, c: number): Float64Array {
  const out = new Float64Array(K[0].length);
  for (let i = 0; i < K.length; i++) {
    const f = S[c * K.length + i], k = K[i];
    if (f !== 0) { for (let r = 0; r < out.length; r++) out[r] += f * k[r]; }
  }
  return out;
}

/**
 * 1/(ZᵀZ)_cc of a factor in which every row has a position of its own: then V⁻¹ is known where it stands, and not as a difference, of which
 * nothing is left where the residuals are next to nothing.
 */
function rowsAsEffects(
  { effects: { groups, pattern, q }, M, N, reml, p }: ProfiledDeviance,
): Float64Array | null {
  for (const { onePosition, nodes, width, node, start } of groups) {
    if (!onePosition) continue;
    const out = new Float64Array(q);
    let rows = 0;
    for (let l = 0, at = pattern.at[node]; l < nodes; l++, at += width * width) {
      for (let c = 0; c < width; c++) {
        const size = M[at + c * (width + 1)];
        if (size === 0) continue;
        out[start + l * width + c] = 1 / size;
        rows++;
      }
    }
    if (rows === N + (reml ? p : 0)) return out;
  }
  return null;
}

/** A new array as long as x, filled. */
function mapped(x: Float64Array, fill: (out: Float64Array) => void): Float64Array {
  const out = new Float64Array(x.length);
  fill(out);
  return out;
}

/** Σ_r A_rs x_r. */
function combinations(x: readonly Float64Array[], A: Matrix): Float64Array[] {
  return x.map((v, s) =>
    mapped(v, (out) => {
      for (let r = 0; r < x.length; r++) axpy(A.get(r, s), x[r], out);
    })
  );
}

/** Σ_r x_rᵀy_r. */
function dots(x: readonly Float64Array[], y: readonly Float64Array[]): number {
  return x.reduce((s, v, r) => s + dot(v, y[r]), 0);
}

/** x_rᵀy_s. */
function products(x: readonly Float64Array[], y: readonly Float64Array[]): Matrix {
  const out = Matrix.zeros(x.length, y.length);
  for (let r = 0; r < x.length; r++) for (let s = 0; s < y.length; s++) out.set(r, s, dot(x[r], y[s]));
  return out;
}

/** tr AB of matrices of which A is symmetric. */
export function inner(A: Matrix, B: Matrix): number {
  let sum = 0;
  for (let i = 0; i < A.rows; i++) for (let j = 0; j < A.columns; j++) sum += A.get(i, j) * B.get(i, j);
  return sum;
}
