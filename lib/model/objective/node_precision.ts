/** P ⊗ I_c of one factor whose nodes depend on each other, among all random effects. */
import { Cholesky } from "../../math/cholesky.ts";
import { addProduct, sumRest } from "../../math/double_double.ts";
import { type BlockPattern, blockPattern, entriesOf, valuesLength } from "../../math/sparse.ts";
import { addTies } from "../../math/ties.ts";
import type { Precision } from "../structures/structure.ts";
import type { Chain } from "./coupling.ts";
import type { GroupLayout } from "./group_layout.ts";

/** The values of a precision at the last θ, and what the engine does with them. */
export class NodePrecision {
  logDet = 0;
  private least: number | null = null;
  /** θ of the values, their factor, and whether that is theirs. */
  private theta: Float64Array | null = null;
  private factor: Cholesky | null = null;
  private low: Float64Array | null = null;
  private current = false;
  private readonly values: Float64Array;
  private readonly onPattern: Float64Array;
  /** First entries of the diagonal blocks and of those between nodes in a value array of the whole pattern. */
  private readonly diagonalAt: number;
  private readonly chainAt: number;
  /** Where in a value array of the whole pattern begins what rounding left of its entries. */
  private readonly restAt: number;
  /** Pattern of P itself. */
  private readonly own: BlockPattern;

  constructor(
    readonly group: GroupLayout,
    private readonly precision: Precision,
    pattern: BlockPattern,
    chain: Chain | null,
  ) {
    const { nodes, rows } = precision;
    this.own = patternOf(precision);
    this.values = new Float64Array(valuesLength(this.own));
    this.restAt = entriesOf(pattern);
    this.onPattern = new Float64Array(nodes + rows.length);
    this.diagonalAt = pattern.at[group.node];
    this.chainAt = chain ? pattern.at[chain.firstBlock] : 0;
  }

  /** Smallest pivot of a P that is not scaled to unit variances. */
  get leastPivot(): number {
    return this.precision.unequal ? this.least ??= this.factored().smallestPivot() : 1;
  }

  set(theta: Float64Array, at: number): void {
    const own = theta.slice(
      at + this.group.precisionAt,
      at + this.group.precisionAt + this.group.terms[0].thetas,
    );
    if (this.theta !== null && own.every((v, j) => v === this.theta![j])) return;
    this.theta = own;
    this.current = false;
    this.logDet = this.group.width * this.precision.fill(theta, at + this.group.precisionAt, this.values);
  }

  /** out = P u on this factor's entries. @param rest what rounding left of u */
  times(u: Float64Array, out: Float64Array, rest: Float64Array | null = null): void {
    if (this.precision.twofold) return this.timesTwofold(u, out, rest);
    const { nodes, rows, cols } = this.precision, { start, width: c } = this.group, { values } = this;
    for (let i = 0, p = start; i < nodes; i++) for (let k = 0; k < c; k++, p++) out[p] = values[i] * u[p];
    for (let e = 0; e < rows.length; e++) {
      const r = start + rows[e] * c, q = start + cols[e] * c, v = values[nodes + e];
      for (let k = 0; k < c; k++) {
        out[r + k] += v * u[q + k];
        out[q + k] += v * u[r + k];
      }
    }
    if (this.precision.ties) addTies(this.precision.ties, (node) => start + node * c, c, u, out);
  }

  /** The same where the entries of P u are differences that would be rounding error. */
  private timesTwofold(u: Float64Array, out: Float64Array, rest: Float64Array | null): void {
    const { nodes, rows, cols } = this.precision, { start, width: c } = this.group, { values } = this;
    const low = this.low ??= new Float64Array(nodes * c), high = out.subarray(start, start + nodes * c);
    const half = nodes + rows.length;
    const add = (entry: number, to: number, from: number) => {
      for (let k = 0; k < c; k++) {
        const at = from * c + k;
        const uRest = rest ? rest[start + at] : 0;
        addProduct(high, low, to * c + k, values[entry], values[half + entry], u[start + at], uRest);
      }
    };
    high.fill(0);
    low.fill(0);
    for (let i = 0; i < nodes; i++) add(i, i, i);
    for (let e = 0; e < rows.length; e++) {
      add(nodes + e, rows[e], cols[e]);
      add(nodes + e, cols[e], rows[e]);
    }
  }

  /** H += P on the pattern. Blocks between nodes hold nothing else. */
  addTo(H: Float64Array): void {
    if (this.precision.twofold) this.addRests(H);
    const { nodes, rows } = this.precision, c = this.group.width, size = c * c, { values } = this;
    for (let i = 0, p = this.diagonalAt; i < nodes; i++, p += size) {
      for (let k = 0; k < c; k++) H[p + k * (c + 1)] += values[i];
    }
    for (let e = 0, p = this.chainAt; e < rows.length; e++, p += size) {
      H.fill(0, p, p + size);
      for (let k = 0; k < c; k++) H[p + k * (c + 1)] = values[nodes + e];
    }
  }

  /** What rounding will leave of H + P. */
  private addRests(H: Float64Array): void {
    const { nodes, rows } = this.precision, c = this.group.width, size = c * c, { values, restAt } = this;
    const half = nodes + rows.length;
    for (let i = 0, p = this.diagonalAt; i < nodes; i++, p += size) {
      for (let k = 0, at = p; k < c; k++, at += c + 1) {
        H[restAt + at] = sumRest(H[at], values[i], H[at] + values[i]) + values[half + i];
      }
    }
    for (let e = 0, p = this.chainAt; e < rows.length; e++, p += size) {
      for (let k = 0; k < c; k++) H[restAt + p + k * (c + 1)] = values[half + nodes + e];
    }
  }

  /** See {@link RandomEffects.pullbackPrecision}. */
  pullback(
    theta: Float64Array,
    at: number,
    S: Float64Array,
    forms: readonly { x: Float64Array; y: Float64Array; factor: number }[],
    gradient: Float64Array,
  ): void {
    const { nodes, rows, cols } = this.precision,
      { start, width: c } = this.group,
      size = c * c,
      D = this.onPattern;
    for (let i = 0, p = this.diagonalAt; i < nodes; i++, p += size) {
      D[i] = 0;
      for (let k = 0; k < c; k++) D[i] += S[p + k * (c + 1)] / 2;
    }
    for (let e = 0, p = this.chainAt; e < rows.length; e++, p += size) {
      D[nodes + e] = 0;
      for (let k = 0; k < c; k++) D[nodes + e] += S[p + k * (c + 1)];
    }
    for (const { x, y, factor } of forms) {
      for (let i = 0, p = start; i < nodes; i++) {
        for (let k = 0; k < c; k++, p++) D[i] += factor * x[p] * y[p];
      }
      for (let e = 0; e < rows.length; e++) {
        const r = start + rows[e] * c, q = start + cols[e] * c;
        for (let k = 0; k < c; k++) D[nodes + e] += factor * (x[r + k] * y[q + k] + x[q + k] * y[r + k]);
      }
    }
    this.precision.pullback(theta, at + this.group.precisionAt, D, -c / 2, gradient);
  }

  /** Turns independent standard normals of this factor's entries into a draw with covariance P⁻¹, in place. */
  correlate(u: Float64Array): void {
    const { nodes } = this.precision, { start, width: c } = this.group, factor = this.factored();
    const z = new Float64Array(nodes), x = new Float64Array(nodes);
    for (let k = 0; k < c; k++) {
      for (let i = 0; i < nodes; i++) z[i] = u[start + i * c + k];
      factor.backSolve(z, x);
      for (let i = 0; i < nodes; i++) u[start + i * c + k] = x[i];
    }
  }

  private factored(): Cholesky {
    this.factor ??= new Cholesky(this.own);
    if (!this.current) this.current = this.factor.factor(this.values);
    return this.factor;
  }
}

/** Pattern of a precision. */
export function patternOf({ nodes, rows, cols, twofold, ties }: Precision): BlockPattern {
  const ones = () => new Int32Array(nodes).fill(1);
  return blockPattern(ones(), rows, cols, twofold ? Uint8Array.from(ones()) : null, ties ?? null);
}
