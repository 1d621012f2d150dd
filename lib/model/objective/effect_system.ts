/**
 * The random effects of all linear predictors as one block-sparse system. A node is one level of one grouping factor; all
 * terms on that factor, of whatever predictor, share the node, so its block is as wide as they have coefficients together.
 * b = Λ(θ) u with Λ block diagonal: one template T per factor, repeated for each node; u ~ N(0, P(θ)⁻¹), P = I where nodes are
 * independent.
 */
import { dot } from "../../math/vectors.ts";
import { WIDE } from "../../math/dense_products.ts";
import { type BlockPattern, dimension, entriesOf } from "../../math/sparse.ts";
import type { Chain, Coupling, Meetings } from "./coupling.ts";
import type { GroupLayout, TermLayout } from "./group_layout.ts";
import { NodePrecision } from "./node_precision.ts";
import { addAdjoint, fromSphere, toSphere } from "./wide_blocks.ts";

/** All random effects; `q` of them, `thetas` covariance parameters. */
export class EffectSystem<G extends GroupLayout = GroupLayout> {
  readonly terms: TermLayout[];
  readonly pattern: BlockPattern;
  readonly q: number;
  readonly thetas: number;
  readonly valueCount: number;
  /** Predictors that have random effects. */
  readonly parts: number[];
  /** Every template is linear in θ and no node depends on another: the second derivatives in θ are known. */
  readonly linear: boolean;
  /** P of the factors whose nodes depend on each other. */
  readonly precisions: readonly NodePrecision[];
  private readonly couplings: readonly Coupling[];
  readonly chains: readonly Chain[];
  private readonly templates: Float64Array[];
  private readonly units: readonly number[];
  /** Of the terms that share their factor with others, the template or its gradient by itself. */
  private readonly own: ReadonlyMap<TermLayout, Float64Array>;
  /** Room for a product of blocks that are not wide. */
  private readonly half: Float64Array;
  private readonly otherHalf: Float64Array;

  /**
   * @param groups where every term stands
   * @param meetings which levels meet
   * @param units what an effect of 1 moves each predictor by
   */
  constructor(
    readonly groups: readonly G[],
    { pattern, couplings, chains }: Meetings,
    units: readonly number[] = [],
  ) {
    this.units = this.groups.flatMap((g) => g.part).every((k) => (units[k] ?? 1) === 1) ? [] : units;
    this.terms = this.groups.flatMap((g) => g.terms).sort((a, b) => a.theta - b.theta);
    this.thetas = this.terms.reduce((s, t) => s + t.thetas, 0);
    this.pattern = pattern;
    this.couplings = couplings;
    this.chains = chains;
    this.precisions = this.groups.flatMap((g, f) =>
      g.precision
        ? [new NodePrecision(g, g.precision, pattern, chains.find(({ group }) => group === f) ?? null)]
        : []
    );
    this.linear = this.precisions.length === 0 && this.terms.every(({ covariance }) => covariance.linear);
    this.q = dimension(pattern);
    this.valueCount = entriesOf(pattern);
    this.parts = [...new Set(this.groups.flatMap((g) => g.part))].sort((a, b) => a - b);
    this.templates = this.groups.map((g) => new Float64Array(g.width * g.width));
    const shared = this.groups.flatMap(({ terms }) => terms.length > 1 ? terms : []);
    this.own = new Map(shared.map((t) => [t, new Float64Array(t.covariance.width ** 2)]));
    const widest = this.groups.reduce((c, { width }) => Math.max(c, width), 0),
      room = widest * Math.min(widest, WIDE);
    [this.half, this.otherHalf] = [0, 1].map(() => new Float64Array(room));
  }

  /** Sets the templates T of every factor, and P, from θ. */
  setTheta(theta: Float64Array, at = 0) {
    for (let f = 0; f < this.groups.length; f++) {
      const { width, terms } = this.groups[f], T = this.templates[f];
      if (terms.length === 1) {
        terms[0].covariance.fill(theta, at + terms[0].theta, T);
        continue;
      }
      T.fill(0);
      for (const t of terms) {
        const c = t.covariance.width, block = this.own.get(t)!;
        t.covariance.fill(theta, at + t.theta, block);
        for (let j = 0; j < c; j++) {
          for (let i = j; i < c; i++) T[(t.slot + j) * width + t.slot + i] = block[j * c + i];
        }
      }
    }
    for (const precision of this.precisions) precision.set(theta, at);
  }

  /** Multiplies all effects by a factor: the entries of θ that are standard deviations or columns of templates. */
  rescale(theta: Float64Array, at: number, factor: number) {
    for (const t of this.terms) {
      for (const { column } of t.covariance.edges) for (const i of column) theta[at + t.theta + i] *= factor;
    }
  }

  /** Template of one factor (width × width, column-major). */
  template(group: number): Float64Array {
    return this.templates[group];
  }

  /** gradient[at…] += ⟨∂T/∂θ, D_f⟩ over all terms, D one adjoint matrix per factor. */
  pullback(theta: Float64Array, at: number, D: readonly Float64Array[], gradient: Float64Array) {
    for (let f = 0; f < this.groups.length; f++) {
      const { width, terms } = this.groups[f];
      for (const t of terms) {
        const c = t.covariance.width, block = this.own.get(t);
        if (block) {
          for (let j = 0; j < c; j++) {
            for (let i = 0; i < c; i++) block[j * c + i] = D[f][(t.slot + j) * width + t.slot + i];
          }
        }
        t.covariance.pullback(theta, at + t.theta, block ?? D[f], gradient);
      }
    }
  }

  /** A bound on the pivots of P: 1 where P is I. */
  get leastPivot(): number {
    return this.precisions.reduce((least, p) => Math.min(least, p.leastPivot), 1);
  }

  /**
   * Derivatives have fewer digits: beside a walk of second order, where the correlations of a structure are nearly singular, and maybe those of a
   * structure that a user wrote, which may be differences.
   */
  get losesDigits(): boolean {
    return this.pattern.twofold !== null ||
      this.groups.some(({ width, terms }, f) =>
        terms.some(({ term, covariance, slot }) =>
          term.own !== undefined ||
          (!covariance.linear && isNearlySingular(this.templates[f], width, slot, covariance.width))
        )
      );
  }

  /** log|P|. */
  logPrecision(): number {
    return this.precisions.reduce((s, p) => s + p.logDet, 0);
  }

  /** out = P u. @param rest what rounding left of u */
  timesPrecision(u: Float64Array, out: Float64Array, rest: Float64Array | null = null) {
    out.set(u);
    for (const p of this.precisions) p.times(u, out, rest);
  }

  /** uᵀP v. */
  priorForm(u: Float64Array, v: Float64Array): number {
    if (this.precisions.length === 0) return dot(u, v);
    const Pv = new Float64Array(v.length);
    this.timesPrecision(v, Pv);
    return dot(u, Pv);
  }

  /**
   * gradient += Σ ⟨∂P/∂θ, S/2 + Σ_k f_k (x_k y_kᵀ + y_k x_kᵀ)/2⟩ − ½ ∂log|P|/∂θ, for S = H⁻¹ on the pattern: what the precision
   * says of ½ log|H| − ½ log|P| and of quadratic forms xᵀPy.
   */
  pullbackPrecision(
    theta: Float64Array,
    at: number,
    S: Float64Array,
    forms: readonly { x: Float64Array; y: Float64Array; factor: number }[],
    gradient: Float64Array,
  ) {
    for (const p of this.precisions) p.pullback(theta, at, S, forms, gradient);
  }

  /** b = Λ u. */
  apply(u: Float64Array, b: Float64Array) {
    for (let f = 0; f < this.groups.length; f++) {
      applyTemplate(this.templates[f], this.groups[f], u, b, false);
    }
  }

  /** v = Λᵀ w. */
  applyTransposed(w: Float64Array, v: Float64Array) {
    for (let f = 0; f < this.groups.length; f++) {
      applyTemplate(this.templates[f], this.groups[f], w, v, true);
    }
  }

  /** Solves Λᵀ w = v; false where a template is nearer to a singular one than this. */
  solveTransposed(v: Float64Array, w: Float64Array, share: number): boolean {
    for (let f = 0; f < this.groups.length; f++) {
      const { width: c, start, nodes } = this.groups[f], T = this.templates[f];
      let least = Infinity, most = 0;
      for (let j = 0; j < c; j++) least = Math.min(least, Math.abs(T[j * c + j]));
      for (let k = 0; k < T.length; k++) most = Math.max(most, Math.abs(T[k]));
      if (!(least > share * most)) return false;
      for (let p = start, end = start + nodes * c; p < end; p += c) {
        for (let j = c - 1; j >= 0; j--) {
          let s = v[p + j];
          for (let i = j + 1; i < c; i++) s -= T[j * c + i] * w[p + i];
          w[p + j] = s / T[j * c + j];
        }
      }
    }
    return true;
  }

  /** What an effect of 1 moves a predictor by. */
  unit(part: number): number {
    return this.units[part] ?? 1;
  }

  /** Every effect moves its predictor by itself. */
  get isInUnits(): boolean {
    return this.units.length === 0;
  }

  /** Multiplies every effect by the unit of its predictor, in place. */
  inUnits(b: Float64Array): Float64Array {
    for (const g of this.groups) {
      for (let p = g.start, end = g.start + g.nodes * g.width; p < end; p += g.width) {
        for (let s = 0; s < g.width; s++) b[p + s] *= this.unit(g.part[s]);
      }
    }
    return b;
  }

  /** H = Λᵀ M Λ + P blockwise, with what rounding leaves of it where P has twice the digits. */
  sphere(M: Float64Array, H: Float64Array) {
    if (this.pattern.twofold) H.fill(0, this.valueCount);
    for (const c of this.couplings) this.congruence(c, M, H, true);
    for (const p of this.precisions) p.addTo(H);
    for (const g of this.groups) {
      if (g.precision) continue;
      for (let l = 0, p = this.pattern.at[g.node]; l < g.nodes; l++, p += g.width * g.width) {
        for (let j = 0; j < g.width; j++) H[p + j * g.width + j] += 1;
      }
    }
  }

  /** G = Λ S Λᵀ blockwise: from the scale of u to the scale of b. */
  unsphere(S: Float64Array, G: Float64Array) {
    for (const c of this.couplings) this.congruence(c, S, G, false);
    for (const { group, ...blocks } of this.chains) {
      this.congruence({ row: group, col: group, ...blocks }, S, G, false);
    }
  }

  /** Blocks of one coupling: T_rᵀ X T_c (transpose) or T_r X T_cᵀ. */
  private congruence(
    { row, col, firstBlock, blocks }: Omit<Coupling, "at">,
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
    if (Math.min(r, c) >= WIDE) {
      const half = new Float64Array(r * c);
      const move = transpose ? toSphere : fromSphere, own = row === col;
      for (let b = 0, at = first; b < blocks; b++, at += r * c) move({ at, r, c, Tr, Tc, own }, X, half, Y);
      return;
    }
    const { half } = this;
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
   * given S = H⁻¹ on the pattern. Of a wide factor, what is above its diagonal is there only where templates are linear.
   */
  traceAdjoint(
    M: Float64Array,
    S: Float64Array,
    W: Float64Array[] = this.groups.map((g) => new Float64Array(g.width * g.width)),
  ): Float64Array[] {
    for (const w of W) w.fill(0);
    const { half: Qr, otherHalf: Qc } = this; // Σ over blocks of Mᵀ-S products, before T
    for (const { row, col, firstBlock, blocks } of this.couplings) {
      const r = this.groups[row].width,
        c = this.groups[col].width,
        Tr = this.templates[row],
        Tc = this.templates[col];
      const first = this.pattern.at[firstBlock];
      // W_row += M_rc T_c S_cr:  [i,k] = Σ_j,m M[i,j] T_c[j,m] S[k,m];  with P[i,j;k,m] summed over blocks first
      if (r === 1 && c === 1) {
        let sum = 0;
        for (let p = first; p < first + blocks; p++) sum += M[p] * S[p];
        W[row][0] += sum * Tc[0];
        if (row !== col) W[col][0] += sum * Tr[0];
        continue;
      }
      if (Math.min(r, c) >= WIDE) {
        const own = row === col, onto = [W[row], W[col]] as const, half = new Float64Array(r * c);
        for (let b = 0, at = first; b < blocks; b++, at += r * c) {
          addAdjoint({ at, r, c, Tr, Tc, own }, [M, S], half, onto, !this.linear);
        }
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
    for (let f = 0; f < this.groups.length; f++) {
      const { width, start, nodes } = this.groups[f], w = W[f];
      for (let l = 0, p = start; l < nodes; l++, p += width) {
        for (let j = 0; j < width; j++) {
          for (let i = 0; i < width; i++) w[j * width + i] += factor * x[p + i] * y[p + j];
        }
      }
    }
  }

  /** Calls back for every level of a factor with the start of its diagonal block in a value array. */
  diagonalBlock(group: number, level: number): number {
    const g = this.groups[group];
    return this.pattern.at[g.node] + level * g.width * g.width;
  }
}

/** y = T x (or Tᵀ x) for every level of a factor. */
function applyTemplate(
  T: Float64Array,
  g: GroupLayout,
  x: Float64Array,
  y: Float64Array,
  transpose: boolean,
) {
  const c = g.width, end = g.start + g.nodes * c;
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

/** Smallest share of a template's largest pivot: eps times its inverse square, 2e-11, is what is left of the digits of a derivative. */
const LEAST_PIVOT = 3e-3;

/** Is the block of a triangular T from `slot` on nearly singular? */
function isNearlySingular(T: Float64Array, width: number, slot: number, size: number): boolean {
  let least = Infinity, most = 0;
  for (let j = slot; j < slot + size; j++) {
    const pivot = Math.abs(T[j * width + j]);
    least = Math.min(least, pivot);
    most = Math.max(most, pivot);
  }
  return least < LEAST_PIVOT * most;
}
