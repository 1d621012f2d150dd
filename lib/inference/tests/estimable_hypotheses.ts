/**
 * Hypotheses where the data do not determine all of them: cells of an interaction without data, or separated ones.
 *
 * A linear function lᵀβ is estimable when l is a combination of rows of X: those of the observations that still say something
 * (see separation.ts). The hypothesis of a term is the estimable part of what it is with complete data, with as many degrees
 * of freedom as that has; nothing depends on the order or the coding of levels, because row spaces and equally weighted means
 * do not.
 *
 * Source: Searle (1987), Linear models for unbalanced data, chapters 5 and 9; Goodnight (1978), Tests of hypotheses in fixed
 * effects linear models, SAS technical report R-101 (type III estimable functions); Lenth (2016), J. Stat. Softw. 69(1).
 */
import { denseColumn } from "../../math/columns.ts";
import { evaluateTerms } from "../../formula/evaluate_recipe.ts";
import type { Block } from "../../formula/model_matrix.ts";
import type { Design } from "../../formula/types.ts";
import { Matrix, positiveInverse, symmetricEigen } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { nullSpace } from "../../math/null_space.ts";
import { type Model, partOf, usedRows } from "../../model/result/model.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { tendencies } from "../../model/result/tendency.ts";
import { recode } from "./recode.ts";

/** Eigenvalues, relative to the largest, that count as 0 in spaces whose vectors have entries of order 1. */
const ZERO = 1e-9;

/** The part of a model in the observations that determine it. */
export interface Informative {
  /** Columns of X, rows of the observations that still say something only. */
  readonly X: readonly Float64Array[];
  /** Numbers of those rows. */
  readonly rows: readonly number[];
  /** How much each says beside the others: as many rows as it stands for, and the inverse of its variance; null where all say as much. */
  readonly weights: Float64Array | null;
  /** Flat directions of the part. */
  readonly flat: readonly Float64Array[];
}

/** The flat directions of one part. */
export function flatOf(model: Model, part: string): Float64Array[] {
  const { beta, start } = partOf(model, part);
  return model.flat.directions.map((d) => d.slice(start, start + beta.length)).filter((d) =>
    d.some((v) => v !== 0)
  );
}

/** Reads the part: all observations unless some have run to the edge of what is possible. */
export function informative(model: Model, part: string): Informative {
  const { start } = partOf(model, part), { design } = solutionOf(model, "tests of terms");
  const X = design.predictors.find((p) => p.part === part)!.X.map(denseColumn), flat = flatOf(model, part);
  const all = Array.from({ length: design.n }, (_, i) => i), weights = weightsOf(design);
  if (flat.length === 0) return { X, rows: all, weights, flat };
  const rule = tendencies(model), l = new Float64Array(model.covariance.rows);
  const rows = all.filter((i) => {
    X.forEach((x, j) => l[start + j] = x[i]);
    return rule.components(l).every((v) => v === 0);
  });
  const some = (x: Float64Array) => Float64Array.from(rows, (i) => x[i]);
  return { X: X.map(some), rows, weights: weights && some(weights), flat };
}

/** Rows count as often as they stand for others; by their precision where there is no more to it, as lm has it and lmerTest has not. */
function weightsOf({ n, weights, precision, predictors, response: { trials } }: Design): Float64Array | null {
  const isMixed = predictors.some(({ random }) => random.length > 0);
  const given = [weights, isMixed ? null : precision, trials].filter((w) => w !== null);
  return given.length === 0
    ? null
    : Float64Array.from({ length: n }, (_, i) => given.reduce((v, w) => v * w[i], 1));
}

/** (XᵀWX)⁻¹ for functions that the rows determine. */
export function leastSquares({ X, weights, flat }: Omit<Informative, "rows">): Matrix {
  const G = crossProduct(X, weights ? X.map((x) => x.map((v, i) => v * weights[i])) : X);
  for (const d of flat) addOuter(G, d, largestDiagonal(G));
  return positiveInverse(G)!;
}

/**
 * β_A given that β_B = 0, as far as the data determine it: functions of β_A and β_B without a component on a flat direction,
 * less their projection on such functions of β_B alone, in the metric V.
 */
export function conditionalPart(
  A: readonly number[],
  B: readonly number[],
  V: Matrix,
  flat: readonly Float64Array[],
): Matrix {
  const both = determined([...A, ...B], flat, V.rows), given = determined(B, flat, V.rows);
  return quotient(both, given, V);
}

/** Functions of some coefficients that no flat direction takes part in. */
function determined(columns: readonly number[], flat: readonly Float64Array[], p: number): Matrix {
  const D = new Matrix(flat.map((d) => columns.map((j) => d[j]))), C = nullRows(D, columns.length);
  const L = Matrix.zeros(C.rows, p);
  for (let i = 0; i < C.rows; i++) columns.forEach((j, k) => L.set(i, j, C.get(i, k)));
  return L;
}

/** Orthonormal rows for what L spans beyond its part G: of L − L V Gᵀ(G V Gᵀ)⁻¹ G, in the metric V. */
function quotient(L: Matrix, G: Matrix, V: Matrix): Matrix {
  const scale = lengths(L, V);
  if (G.rows === 0 || L.rows === 0) return independent(L, V, L.rows, scale);
  const inverse = positiveInverse(G.mmul(V).mmul(G.transpose()));
  const rest = inverse ? Matrix.sub(L, L.mmul(V).mmul(G.transpose()).mmul(inverse).mmul(G)) : L;
  return independent(rest, V, L.rows - G.rows, scale);
}

/** √(lᵀVl) of every row. */
function lengths(L: Matrix, V: Matrix): number[] {
  if (L.rows === 0) return [];
  return L.mmul(V).mmul(L.transpose()).diagonal().map((v) => Math.sqrt(v) || 1);
}

/** A type III hypothesis, and how it came about. */
export interface Marginal {
  readonly L: Matrix;
  /** Degrees of freedom with complete data. */
  readonly nominal: number;
  /** None of the equally weighted contrasts is estimable: SAS's type III functions instead. */
  readonly sas: boolean;
}

/**
 * Type III with incomplete data, term by term: the contrasts of equally weighted means that make up the term (its sum-to-zero
 * coefficients over all cells) as far as they are estimable; where none is, SAS's type III functions: those estimable functions
 * of the term and of terms that contain it which are orthogonal to the functions of the containing terms alone.
 *
 * Terms of which nothing is left beside earlier ones are not in the model.
 */
export class MarginalHypotheses {
  private readonly own: Informative;
  private readonly sum: Coded;
  private readonly metric: Matrix;
  private indicators: Coded | null = null;

  constructor(
    private readonly model: Model,
    private readonly part: string,
    private readonly contains: (bigger: readonly string[], smaller: readonly string[]) => boolean,
  ) {
    this.own = informative(model, part);
    this.metric = leastSquares(this.own);
    const blocks = evaluateTerms(recode(model.recipe) ?? model.recipe, usedRows(model), part);
    this.sum = new Coded(blocks, this.own.rows);
  }

  /** The hypothesis of a term; null when the term is not in the model. */
  of(label: string): Marginal | null {
    const block = this.sum.blocks.find((b) => b.label === label);
    if (!block) return null;
    const C = this.sum.estimable(block.at, block.count);
    if (C.rows > 0) return { L: this.onBeta(this.sum, C), nominal: block.count, sas: false };
    return { L: this.onBeta(this.indicatorCoded(), this.sas(label)), nominal: block.count, sas: true };
  }

  private indicatorCoded(): Coded {
    const { model, part, own, sum } = this, kept = new Set(sum.blocks.map(({ label }) => label));
    return this.indicators ??= new Coded(
      evaluateTerms(model.recipe, usedRows(model), part, true).filter(({ label }) => kept.has(label)),
      own.rows,
    );
  }

  /** Goodnight's type III functions of a term over the coefficients of all indicators. */
  private sas(label: string): Matrix {
    const Z = this.indicatorCoded(), term = Z.blocks.find((b) => b.label === label)!;
    const B = Z.rowSpace(), r = B.columns;
    const inside = (b: CodedBlock) => b === term || this.contains(b.factors, term.factors);
    const rowsOf = (use: (b: CodedBlock) => boolean) =>
      Z.blocks.filter(use).flatMap((b) => Array.from({ length: b.count }, (_, j) => b.at + j));
    const every = Array.from({ length: r }, (_, k) => k);
    const outside = rowsOf((b) => !inside(b)), beyond = rowsOf((b) => !inside(b) || b === term);
    const all = nullRows(outside.length > 0 ? B.selection(outside, every) : null, r);
    const containing = nullRows(B.selection(beyond, every), r), a = quotient(all, containing, Matrix.eye(r));
    return a.rows > 0 ? a.mmul(B.transpose()) : Matrix.zeros(0, B.rows);
  }

  /** From functions of coded coefficients to those of β: c G⁻ SᵀX; orthonormal in (XᵀX)⁻¹, so that no df depends on the coding. */
  private onBeta(coded: Coded, C: Matrix): Matrix {
    const p = this.own.X.length;
    if (C.rows === 0) return Matrix.zeros(0, p);
    const L = C.mmul(coded.inverse()).mmul(crossProduct(coded.columns, this.own.X));
    return cleaned(independent(L, this.metric, C.rows, lengths(L, this.metric)));
  }
}

interface CodedBlock {
  readonly label: string;
  readonly factors: readonly string[];
  readonly at: number;
  readonly count: number;
}

/** Columns of the terms in some coding, without terms that add nothing; each block scaled to entries of at most 1. */
class Coded {
  readonly columns: Float64Array[] = [];
  readonly blocks: CodedBlock[] = [];
  private readonly open: Float64Array[];
  private known: Matrix | null = null;

  constructor(blocks: readonly Block[], rows: readonly number[]) {
    const all = blocks.flatMap(({ columns }) => columns.map(({ values }) => values && denseColumn(values))),
      n = rows.length;
    const read = (values: Float64Array | null) => Float64Array.from(rows, (i) => (values ? values[i] : 1));
    const columns = all.map(read), every = Array.from({ length: n }, (_, i) => i);
    const dependent = new Set(nullSpace(columns, every).map((v) => v.findLastIndex((x) => x !== 0)));
    let first = 0;
    for (const { label, factors, columns: { length } } of blocks) {
      const own = Array.from({ length }, (_, j) => first + j);
      first += length;
      if (own.every((j) => dependent.has(j))) continue;
      const most = Math.max(...own.map((j) => columns[j].reduce((m, v) => Math.max(m, Math.abs(v)), 0)));
      this.blocks.push({ label, factors, at: this.columns.length, count: length });
      this.columns.push(...own.map((j) => columns[j].map((v) => v / most)));
    }
    this.open = nullSpace(this.columns, every);
  }

  /** Combinations of the coefficients of a block that are estimable, over all coefficients. */
  estimable(at: number, count: number): Matrix {
    const D = this.open.map((v) => Array.from(v.subarray(at, at + count)));
    const C = nullRows(D.length > 0 ? new Matrix(D) : null, count),
      L = Matrix.zeros(C.rows, this.columns.length);
    for (let i = 0; i < C.rows; i++) for (let j = 0; j < count; j++) L.set(i, at + j, C.get(i, j));
    return L;
  }

  /** Orthonormal basis of the row space, one column each. */
  rowSpace(): Matrix {
    const { values, vectors } = symmetricEigen(crossProduct(this.columns, this.columns));
    const most = Math.max(...values), kept = values.flatMap((v, k) => (v > ZERO * most ? [k] : []));
    return vectors.selection(this.columns.map((_, j) => j), kept);
  }

  /** A generalised inverse of SᵀS. */
  inverse(): Matrix {
    if (this.known) return this.known;
    const G = crossProduct(this.columns, this.columns), size = largestDiagonal(G);
    const { values, vectors } = symmetricEigen(G), out = Matrix.zeros(G.rows, G.rows);
    values.forEach((v, k) => {
      if (v <= ZERO * size) return;
      for (let i = 0; i < G.rows; i++) {
        for (let j = 0; j < G.rows; j++) {
          out.set(i, j, out.get(i, j) + vectors.get(i, k) * vectors.get(j, k) / v);
        }
      }
    });
    return this.known = out;
  }
}

/** Rows c with D c = 0, orthonormal; the identity without D. */
function nullRows(D: Matrix | null, n: number): Matrix {
  if (n === 0) return Matrix.zeros(0, 0);
  if (D === null || D.rows === 0) return Matrix.eye(n);
  const rows = D.to2DArray().map((row) => {
    const most = Math.max(...row.map(Math.abs));
    return most > 1e-9 ? row.map((v) => v / most) : row.map(() => 0);
  });
  const unit = new Matrix(rows), { values, vectors } = symmetricEigen(unit.transpose().mmul(unit));
  const kept = values.flatMap((v, k) => (v <= ZERO * Math.max(1, ...values) ? [k] : []));
  const out = Matrix.zeros(kept.length, n);
  kept.forEach((k, i) => {
    for (let j = 0; j < n; j++) out.set(i, j, vectors.get(j, k));
  });
  return out;
}

/** `rank` rows that span those of L, orthonormal in the metric V; `scale` says which sizes of the rows are not rounding error. */
function independent(L: Matrix, V: Matrix, rank: number, scale: readonly number[]): Matrix {
  if (rank === 0) return Matrix.zeros(0, L.columns);
  const S = L.mmul(V).mmul(L.transpose());
  for (let i = 0; i < L.rows; i++) {
    for (let j = 0; j < L.rows; j++) S.set(i, j, S.get(i, j) / (scale[i] * scale[j]));
  }
  const { values, vectors } = symmetricEigen(S);
  const kept = values.map((_, k) => k).sort((a, b) => values[b] - values[a]).slice(0, rank);
  const out = Matrix.zeros(rank, L.columns);
  kept.forEach((k, i) => {
    for (let a = 0; a < L.rows; a++) {
      const f = vectors.get(a, k) / (scale[a] * Math.sqrt(values[k]));
      for (let j = 0; j < L.columns; j++) out.set(i, j, out.get(i, j) + f * L.get(a, j));
    }
  });
  return out;
}

/** Removes rounding noise. */
function cleaned(L: Matrix): Matrix {
  for (let i = 0; i < L.rows; i++) {
    const most = Math.max(...L.getRow(i).map(Math.abs));
    for (let j = 0; j < L.columns; j++) if (Math.abs(L.get(i, j)) < 1e-11 * most) L.set(i, j, 0);
  }
  return L;
}

function crossProduct(A: readonly Float64Array[], B: readonly Float64Array[]): Matrix {
  const G = Matrix.zeros(A.length, B.length);
  A.forEach((a, i) => B.forEach((b, j) => G.set(i, j, dot(a, b))));
  return G;
}

function addOuter(G: Matrix, d: Float64Array, weight: number) {
  for (let i = 0; i < d.length; i++) {
    for (let j = 0; j < d.length; j++) G.set(i, j, G.get(i, j) + weight * d[i] * d[j]);
  }
}

function largestDiagonal(G: Matrix): number {
  return G.diagonal().reduce((m, v) => Math.max(m, v), 0);
}
