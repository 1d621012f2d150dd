/**
 * The random effects of all linear predictors as one block-sparse system. A node is one level of one grouping factor; all
 * terms on that factor, of whatever predictor, share the node, so its block is as wide as they have coefficients together.
 * b = Λ(θ) u with Λ block diagonal: one template T per factor, repeated for each level.
 */
import { type Basis, Matrix, orthogonalBasis } from "../math/dense.ts";
import { type BlockPattern, blockPattern, dimension } from "../math/sparse.ts";
import type { PredictorDesign, RandomTerm } from "../formula/types.ts";
import type { Covariance } from "./covariances/covariance.ts";
import * as covariances from "./covariances/mod.ts";

/** One term (x | g) inside the system. */
export interface TermLayout {
  readonly term: RandomTerm;
  /** Linear predictor it belongs to. */
  readonly part: number;
  readonly covariance: Covariance;
  /** Number of coefficients, first slot within the factor's node, first parameter in θ. */
  readonly count: number;
  readonly slot: number;
  readonly theta: number;
  readonly thetas: number;
  /** The engine's columns are z C⁻¹-standardised: b_raw = C b, C = basis (c × c, upper triangular). */
  readonly basis: Matrix;
}

/** One grouping factor with all its terms. */
export interface GroupLayout {
  readonly name: string;
  readonly levels: readonly string[];
  readonly level: Int32Array;
  readonly terms: TermLayout[];
  /** Coefficients per level, first node, first entry in b and u. */
  readonly width: number;
  readonly node: number;
  readonly start: number;
  /** Predictor and (standardised) column of each slot; null is a column of ones. */
  readonly part: number[];
  readonly column: (Float64Array | null)[];
}

/** A range of blocks that couple the same two factors, and where each row of the data falls. */
interface Coupling {
  readonly row: number;
  readonly col: number;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Position of every row's block in a value array. */
  readonly at: Int32Array;
}

/** All random effects; `q` of them, `thetas` covariance parameters. */
export class RandomEffects {
  readonly groups: GroupLayout[];
  readonly terms: TermLayout[];
  readonly pattern: BlockPattern;
  readonly q: number;
  readonly thetas: number;
  readonly valueCount: number;
  /** Predictors that have random effects. */
  readonly parts: number[];
  private readonly couplings: Coupling[];
  private readonly templates: Float64Array[];

  constructor(predictors: readonly PredictorDesign[], readonly n: number) {
    this.groups = layOutGroups(predictors);
    this.terms = this.groups.flatMap((g) => g.terms).sort((a, b) => a.theta - b.theta);
    this.thetas = this.terms.reduce((s, t) => s + t.thetas, 0);
    const { pattern, couplings } = couple(this.groups, n);
    this.pattern = pattern;
    this.couplings = couplings;
    this.q = dimension(pattern);
    this.valueCount = pattern.at[pattern.row.length];
    this.parts = [...new Set(this.groups.flatMap((g) => g.part))].sort((a, b) => a - b);
    this.templates = this.groups.map((g) => new Float64Array(g.width * g.width));
  }

  /** Sets the templates T of every factor from θ. */
  setTheta(theta: Float64Array, at = 0) {
    this.groups.forEach((g, f) => {
      const T = this.templates[f].fill(0);
      for (const t of g.terms) {
        const block = new Float64Array(t.count * t.count);
        t.covariance.fill(theta, at + t.theta, t.count, block);
        for (let j = 0; j < t.count; j++) {
          for (let i = j; i < t.count; i++) T[(t.slot + j) * g.width + t.slot + i] = block[j * t.count + i];
        }
      }
    });
  }

  /** Template of one factor (width × width, column-major). */
  template(group: number): Float64Array {
    return this.templates[group];
  }

  /** gradient[at…] += ⟨∂T/∂θ, D_f⟩ over all terms, D one adjoint matrix per factor. */
  pullback(theta: Float64Array, at: number, D: readonly Float64Array[], gradient: Float64Array) {
    this.groups.forEach((g, f) => {
      for (const t of g.terms) {
        const block = new Float64Array(t.count * t.count);
        for (let j = 0; j < t.count; j++) {
          for (let i = 0; i < t.count; i++) {
            block[j * t.count + i] = D[f][(t.slot + j) * g.width + t.slot + i];
          }
        }
        t.covariance.pullback(theta, at + t.theta, t.count, block, gradient);
      }
    });
  }

  /** b = Λ u. */
  apply(u: Float64Array, b: Float64Array) {
    this.groups.forEach((g, f) => applyTemplate(this.templates[f], g, u, b, false));
  }

  /** v = Λᵀ w. */
  applyTransposed(w: Float64Array, v: Float64Array) {
    this.groups.forEach((g, f) => applyTemplate(this.templates[f], g, w, v, true));
  }

  /** eta[k] += Z_k b for every predictor with random effects. */
  addTo(b: Float64Array, eta: readonly Float64Array[]) {
    for (const g of this.groups) {
      for (let s = 0; s < g.width; s++) {
        addColumn(eta[g.part[s]], b, g.level, g.start + s, g.width, g.column[s]);
      }
    }
  }

  /** out = Σ_k Z_kᵀ v_k (length q). */
  transposeTimes(v: readonly Float64Array[], out: Float64Array) {
    out.fill(0);
    for (const g of this.groups) {
      for (let s = 0; s < g.width; s++) {
        sumColumn(out, v[g.part[s]], g.level, g.start + s, g.width, g.column[s]);
      }
    }
  }

  /** M = Σ_kl Z_kᵀ diag(A_kl) Z_l as block values; `weight(k, l)` gives A_kl (null means ones). */
  crossProduct(weight: (k: number, l: number) => Float64Array | null, M: Float64Array) {
    M.fill(0);
    for (const { row, col, at } of this.couplings) {
      const r = this.groups[row], c = this.groups[col];
      for (let j = 0; j < c.width; j++) {
        for (let i = row === col ? j : 0; i < r.width; i++) {
          accumulate(M, at, j * r.width + i, weight(r.part[i], c.part[j]), r.column[i], c.column[j], this.n);
        }
      }
    }
    this.mirrorDiagonal(M);
  }

  /** out_i += z_ki G z_li summed over slots: the row-wise quadratic form of G (block values) between predictors k and l. */
  quadraticForm(G: Float64Array, k: number, l: number, out: Float64Array) {
    out.fill(0);
    for (const { row, col, at } of this.couplings) {
      const r = this.groups[row], c = this.groups[col];
      for (let j = 0; j < c.width; j++) {
        for (let i = 0; i < r.width; i++) {
          const direct = r.part[i] === k && c.part[j] === l, swapped = r.part[i] === l && c.part[j] === k;
          if (!direct && !swapped) continue;
          // an off-diagonal coupling stands for two blocks, G_rc and its transpose
          const times = row === col ? +direct : +direct + +swapped;
          if (times > 0) gatherForm(out, at, j * r.width + i, times, G, r.column[i], c.column[j]);
        }
      }
    }
  }

  private mirrorDiagonal(M: Float64Array) {
    for (const g of this.groups) {
      if (g.width === 1) continue;
      for (let l = 0, p = this.pattern.at[g.node]; l < g.levels.length; l++, p += g.width * g.width) {
        for (let j = 0; j < g.width; j++) {
          for (let i = j + 1; i < g.width; i++) M[p + i * g.width + j] = M[p + j * g.width + i];
        }
      }
    }
  }

  /** H = Λᵀ M Λ + I blockwise. */
  sphere(M: Float64Array, H: Float64Array) {
    for (const c of this.couplings) this.congruence(c, M, H, true);
    for (const g of this.groups) {
      for (let l = 0, p = this.pattern.at[g.node]; l < g.levels.length; l++, p += g.width * g.width) {
        for (let j = 0; j < g.width; j++) H[p + j * g.width + j] += 1;
      }
    }
  }

  /** G = Λ S Λᵀ blockwise: from the scale of u to the scale of b. */
  unsphere(S: Float64Array, G: Float64Array) {
    for (const c of this.couplings) this.congruence(c, S, G, false);
  }

  /** Blocks of one coupling: T_rᵀ X T_c (transpose) or T_r X T_cᵀ. */
  private congruence(
    { row, col, firstBlock, blocks }: Coupling,
    X: Float64Array,
    Y: Float64Array,
    transpose: boolean,
  ) {
    const r = this.groups[row].width,
      c = this.groups[col].width,
      Tr = this.templates[row],
      Tc = this.templates[col];
    const first = this.pattern.at[firstBlock];
    if (r === 1 && c === 1) {
      const f = Tr[0] * Tc[0];
      for (let p = first; p < first + blocks; p++) Y[p] = f * X[p];
      return;
    }
    const half = new Float64Array(r * c);
    for (let b = 0, p = first; b < blocks; b++, p += r * c) {
      for (let j = 0; j < c; j++) { // half = Tᵀ X or T X
        for (let i = 0; i < r; i++) {
          let s = 0;
          if (transpose) { for (let k = i; k < r; k++) s += Tr[i * r + k] * X[p + j * r + k]; }
          else for (let k = 0; k <= i; k++) s += Tr[k * r + i] * X[p + j * r + k];
          half[j * r + i] = s;
        }
      }
      for (let j = 0; j < c; j++) { // Y = half T or half Tᵀ
        for (let i = 0; i < r; i++) {
          let s = 0;
          if (transpose) { for (let k = j; k < c; k++) s += half[k * r + i] * Tc[j * c + k]; }
          else for (let k = 0; k <= j; k++) s += half[k * r + i] * Tc[k * c + j];
          Y[p + j * r + i] = s;
        }
      }
    }
  }

  /**
   * W_f = Σ_levels Σ_b (M_ab T_b) S_ba for every factor f (a runs over its levels): the adjoint of T in ½ log|ΛᵀMΛ + I|
   * given S = H⁻¹ on the pattern.
   */
  traceAdjoint(M: Float64Array, S: Float64Array): Float64Array[] {
    const W = this.groups.map((g) => new Float64Array(g.width * g.width));
    for (const { row, col, firstBlock, blocks } of this.couplings) {
      const r = this.groups[row].width,
        c = this.groups[col].width,
        Tr = this.templates[row],
        Tc = this.templates[col];
      const Qr = new Float64Array(c * r), Qc = new Float64Array(r * c); // Σ over blocks of Mᵀ-S products, before T
      const first = this.pattern.at[firstBlock];
      // W_row += M_rc T_c S_cr:  [i,k] = Σ_j,m M[i,j] T_c[j,m] S[k,m];  with P[i,j;k,m] summed over blocks first
      if (r === 1 && c === 1) {
        let sum = 0;
        for (let p = first; p < first + blocks; p++) sum += M[p] * S[p];
        W[row][0] += sum * Tc[0];
        if (row !== col) W[col][0] += sum * Tr[0];
        continue;
      }
      for (let b = 0, p = first; b < blocks; b++, p += r * c) {
        for (let m = 0; m < c; m++) { // Qr = M T_c (r × c)
          for (let i = 0; i < r; i++) {
            let s = 0;
            for (let j = m; j < c; j++) s += M[p + j * r + i] * Tc[m * c + j];
            Qr[m * r + i] = s;
          }
        }
        for (let k = 0; k < r; k++) {
          for (let i = 0; i < r; i++) {
            let s = 0;
            for (let m = 0; m < c; m++) s += Qr[m * r + i] * S[p + m * r + k];
            W[row][k * r + i] += s;
          }
        }
        if (row === col) continue;
        for (let m = 0; m < r; m++) { // Qc = Mᵀ T_r (c × r)
          for (let j = 0; j < c; j++) {
            let s = 0;
            for (let i = m; i < r; i++) s += M[p + j * r + i] * Tr[m * r + i];
            Qc[m * c + j] = s;
          }
        }
        for (let k = 0; k < c; k++) {
          for (let j = 0; j < c; j++) {
            let s = 0;
            for (let m = 0; m < r; m++) s += Qc[m * c + j] * S[p + k * r + m];
            W[col][k * c + j] += s;
          }
        }
      }
    }
    return W;
  }

  /** W_f += f · Σ_levels x_level y_levelᵀ for every factor. */
  addOuter(W: readonly Float64Array[], x: Float64Array, y: Float64Array, factor = 1) {
    this.groups.forEach((g, f) => {
      for (let l = 0, p = g.start; l < g.levels.length; l++, p += g.width) {
        for (let j = 0; j < g.width; j++) {
          for (let i = 0; i < g.width; i++) W[f][j * g.width + i] += factor * x[p + i] * y[p + j];
        }
      }
    });
  }

  /** Calls back for every level of a factor with the start of its diagonal block in a value array. */
  diagonalBlock(group: number, level: number): number {
    const g = this.groups[group];
    return this.pattern.at[g.node] + level * g.width * g.width;
  }
}

/** Groups terms by grouping factor; factors with most levels first (they are eliminated first and cheaply). */
function layOutGroups(predictors: readonly PredictorDesign[]): GroupLayout[] {
  const byName = new Map<string, { part: number; term: RandomTerm }[]>();
  predictors.forEach((p, part) => {
    for (const term of p.random) {
      const list = byName.get(term.group) ?? [];
      list.push({ part, term });
      byName.set(term.group, list);
    }
  });
  const thetaOf = new Map<RandomTerm, number>();
  let theta = 0;
  for (const p of predictors) {
    for (const term of p.random) {
      thetaOf.set(term, theta);
      theta += covarianceOf(term).count(term.names.length);
    }
  }
  const sorted = [...byName.entries()].sort((a, b) =>
    b[1][0].term.levels.length - a[1][0].term.levels.length
  );
  const groups: GroupLayout[] = [];
  let node = 0, start = 0;
  for (const [name, list] of sorted) {
    const { level, levels } = list[0].term;
    const part: number[] = [], column: (Float64Array | null)[] = [], terms: TermLayout[] = [];
    for (const item of list) {
      const { term } = item, covariance = covarianceOf(term), count = term.names.length;
      const { columns, basis } = standardise(term.columns, level.length, covariance.freedom);
      terms.push({
        term,
        part: item.part,
        covariance,
        count,
        slot: part.length,
        theta: thetaOf.get(term)!,
        thetas: covariance.count(count),
        basis,
      });
      columns.forEach((c) => {
        part.push(item.part);
        column.push(c);
      });
    }
    groups.push({ name, levels, level, terms, width: part.length, node, start, part, column });
    node += levels.length;
    start += levels.length * part.length;
  }
  return groups;
}

/** The structure that a term names. */
export function covarianceOf(term: RandomTerm): Covariance {
  const found = (covariances as Record<string, Covariance>)[term.structure];
  if (found) return found;
  throw new RangeError(
    `Cannot fit the random term (${term.label}): covariance structure "${term.structure}" is unknown, known are ${
      Object.keys(covariances).map((s) => `"${s}"`).join(", ")
    }`,
  );
}

/** Columns with root mean square 1, for "linear" structures also mutually orthogonal, and the C of b_raw = C b. */
function standardise(columns: readonly (Float64Array | null)[], n: number, freedom: Covariance["freedom"]) {
  const c = columns.length;
  if (c === 1 && columns[0] === null) return { columns: [null], basis: Matrix.eye(1) };
  const full = columns.map((z) => z ?? new Float64Array(n).fill(1));
  if (freedom === "linear" && c <= 12) {
    const { Q, R, inverse }: Basis = orthogonalBasis(full);
    const sound = Array.from({ length: c }, (_, j) => R.get(j, j) > 1e-7 * columnNorm(full[j])).every(
      Boolean,
    );
    if (sound) {
      return { columns: Q.map((q, j) => (j === 0 && columns[0] === null ? null : q)), basis: inverse };
    }
  }
  const norms = full.map(columnNorm);
  const common = Math.sqrt(norms.reduce((s, v) => s + v * v, 0) / c) || 1;
  const scale = norms.map((v) => (freedom === "scalar" ? common : v || 1));
  return {
    columns: full.map((z, j) => (columns[j] === null && scale[j] === 1 ? null : z.map((v) => v / scale[j]))),
    basis: Matrix.diag(scale.map((s) => 1 / s)),
  };
}

function columnNorm(z: Float64Array): number {
  let s = 0;
  for (let i = 0; i < z.length; i++) s += z[i] * z[i];
  return Math.sqrt(s / z.length);
}

/** Pattern of ZᵀZ and the block of every row, for each pair of factors. */
function couple(groups: readonly GroupLayout[], n: number): { pattern: BlockPattern; couplings: Coupling[] } {
  const nodes = groups.reduce((s, g) => s + g.levels.length, 0), sizes = new Int32Array(nodes);
  for (const g of groups) sizes.fill(g.width, g.node, g.node + g.levels.length);
  const pairs: { row: number; col: number; id: Int32Array; rows: Int32Array; cols: Int32Array }[] = [];
  for (let row = 1; row < groups.length; row++) {
    for (let col = 0; col < row; col++) {
      pairs.push({ row, col, ...distinctPairs(groups[col], groups[row], n) });
    }
  }
  const pattern = blockPattern(sizes, concat(pairs.map((p) => p.rows)), concat(pairs.map((p) => p.cols)));
  const couplings: Coupling[] = groups.map((g, f) => {
    const at = new Int32Array(n), first = pattern.at[g.node], size = g.width * g.width;
    for (let i = 0; i < n; i++) at[i] = first + g.level[i] * size;
    return { row: f, col: f, firstBlock: g.node, blocks: g.levels.length, at };
  });
  let block = nodes;
  for (const { row, col, id, rows } of pairs) {
    const first = pattern.at[block], size = groups[row].width * groups[col].width, at = new Int32Array(n);
    for (let i = 0; i < n; i++) at[i] = first + id[i] * size;
    couplings.push({ row, col, firstBlock: block, blocks: rows.length, at });
    block += rows.length;
  }
  return { pattern, couplings };
}

/** Distinct (level of a, level of b) among the rows, by counting sort: id of each row's pair and the pairs' nodes. */
function distinctPairs(a: GroupLayout, b: GroupLayout, n: number) {
  const pointer = new Int32Array(a.levels.length + 1), byLevel = new Int32Array(n), id = new Int32Array(n);
  for (let i = 0; i < n; i++) pointer[a.level[i] + 1]++;
  for (let l = 0; l < a.levels.length; l++) pointer[l + 1] += pointer[l];
  const next = pointer.slice();
  for (let i = 0; i < n; i++) byLevel[next[a.level[i]]++] = i;
  const stamp = new Int32Array(b.levels.length).fill(-1), idOf = new Int32Array(b.levels.length);
  const rows: number[] = [], cols: number[] = [];
  for (let l = 0; l < a.levels.length; l++) {
    for (let p = pointer[l]; p < pointer[l + 1]; p++) {
      const i = byLevel[p], m = b.level[i];
      if (stamp[m] !== l) {
        stamp[m] = l;
        idOf[m] = rows.length;
        rows.push(b.node + m);
        cols.push(a.node + l);
      }
      id[i] = idOf[m];
    }
  }
  return { id, rows: Int32Array.from(rows), cols: Int32Array.from(cols) };
}

function concat(arrays: Int32Array[]): Int32Array {
  const out = new Int32Array(arrays.reduce((s, a) => s + a.length, 0));
  let at = 0;
  for (const a of arrays) {
    out.set(a, at);
    at += a.length;
  }
  return out;
}

function applyTemplate(
  T: Float64Array,
  g: GroupLayout,
  x: Float64Array,
  y: Float64Array,
  transpose: boolean,
) {
  const c = g.width, end = g.start + g.levels.length * c;
  if (c === 1) {
    for (let p = g.start; p < end; p++) y[p] = T[0] * x[p];
    return;
  }
  for (let p = g.start; p < end; p += c) {
    for (let i = 0; i < c; i++) {
      let s = 0;
      if (transpose) { for (let k = i; k < c; k++) s += T[i * c + k] * x[p + k]; }
      else for (let k = 0; k <= i; k++) s += T[k * c + i] * x[p + k];
      y[p + i] = s;
    }
  }
}

function addColumn(
  eta: Float64Array,
  b: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) { for (let i = 0; i < eta.length; i++) eta[i] += z[i] * b[start + level[i] * width]; }
  else for (let i = 0; i < eta.length; i++) eta[i] += b[start + level[i] * width];
}

function sumColumn(
  out: Float64Array,
  v: Float64Array,
  level: Int32Array,
  start: number,
  width: number,
  z: Float64Array | null,
) {
  if (z) { for (let i = 0; i < v.length; i++) out[start + level[i] * width] += z[i] * v[i]; }
  else for (let i = 0; i < v.length; i++) out[start + level[i] * width] += v[i];
}

function accumulate(
  M: Float64Array,
  at: Int32Array,
  offset: number,
  a: Float64Array | null,
  x: Float64Array | null,
  y: Float64Array | null,
  n: number,
) {
  if (x && y) {
    if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i] * x[i] * y[i]; }
    else for (let i = 0; i < n; i++) M[at[i] + offset] += x[i] * y[i];
  } else if (x || y) {
    const z = (x ?? y)!;
    if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i] * z[i]; }
    else for (let i = 0; i < n; i++) M[at[i] + offset] += z[i];
  } else if (a) { for (let i = 0; i < n; i++) M[at[i] + offset] += a[i]; }
  else for (let i = 0; i < n; i++) M[at[i] + offset] += 1;
}

function gatherForm(
  out: Float64Array,
  at: Int32Array,
  offset: number,
  times: number,
  G: Float64Array,
  x: Float64Array | null,
  y: Float64Array | null,
) {
  if (x && y) { for (let i = 0; i < out.length; i++) out[i] += times * x[i] * y[i] * G[at[i] + offset]; }
  else if (x || y) {
    const z = (x ?? y)!;
    for (let i = 0; i < out.length; i++) out[i] += times * z[i] * G[at[i] + offset];
  } else for (let i = 0; i < out.length; i++) out[i] += times * G[at[i] + offset];
}
