/**
 * Exact elimination of the nodes of a block matrix that do not meet each other, and the scale on which what is left is near I:
 *
 *   H = [H_II  H_IR; H_RI  H_RR],   H_II = L_I L_Iᵀ and D = diag(H_RR − H_RI H_II⁻¹ H_IR) = L_D L_Dᵀ block by block,
 *   C = L_I⁻¹ H_IR L_D⁻ᵀ,   S = L_D⁻¹ (H_RR − H_RI H_II⁻¹ H_IR) L_D⁻ᵀ = I + diag(CᵀC) + A − CᵀC,
 *
 * with A what couples the nodes of R with each other. The diagonal blocks of S are I, and products with it cost what H has entries. For
 * two crossed factors I is the larger, R the smaller, and the eigenvalues of I − S are those of the graph of levels that meet.
 */
import { factorPanel } from "../kernels.ts";
import { backward, forward } from "./small_triangles.ts";
import { type Split, width } from "./split.ts";

/** One matrix after the other on a split pattern. */
export class Elimination {
  /** L_I and L_D block by block, C in panels, diag(CᵀC), and A. */
  readonly innerFactor: Float64Array;
  readonly outerFactor: Float64Array;
  readonly C: Float64Array;
  private readonly E: Float64Array;
  readonly A: Float64Array;

  constructor(readonly split: Split) {
    const { inner, outer, among, innerAt, outerAt, amongAt, panel } = split;
    this.innerFactor = new Float64Array(innerAt[inner.length]);
    [this.outerFactor, this.E] = [0, 1].map(() => new Float64Array(outerAt[outer.length]));
    this.C = new Float64Array(panel[inner.length]);
    this.A = new Float64Array(amongAt[among.length]);
  }

  /** @returns false where a block that is eliminated, or D, is not positive definite */
  set(values: Float64Array): boolean {
    return this.eliminate(values) && this.scale(values);
  }

  /** L_I, L_I⁻¹H_IR and D. */
  private eliminate(values: Float64Array): boolean {
    const { split: { pattern, inner, outer, innerAt, outerAt, isInner, across, column, pointer, panel }, C } =
      this;
    const { start, row, col, at } = pattern,
      { innerFactor: L, outerFactor: D } = this,
      where = this.placeOfOuter();
    for (let i = 0; i < inner.length; i++) {
      const w = start[inner[i] + 1] - start[inner[i]];
      copy(values, at[inner[i]], w * w, L, innerAt[i]);
      if (!factorPanel(L, innerAt[i], w, w)) return false;
    }
    for (let j = 0; j < outer.length; j++) {
      copy(values, at[outer[j]], outerAt[j + 1] - outerAt[j], D, outerAt[j]);
    }
    const [blocks, places, columns] = across;
    for (let k = 0; k < blocks.length; k++) {
      const b = blocks[k], i = places[k], byRow = isInner[row[b]] === 1, w = width(pattern, inner[i]);
      const j = where[column[columns[k]]], r = width(pattern, byRow ? col[b] : row[b]);
      const p = panel[i] + (columns[k] - pointer[i]) * w, d = outerAt[j];
      for (let c = 0; c < r; c++) {
        for (let a = 0; a < w; a++) C[p + c * w + a] = values[byRow ? at[b] + c * w + a : at[b] + a * r + c];
        forward(L, innerAt[i], w, C, p + c * w);
      }
      for (let c = 0; c < r; c++) {
        for (let e = c; e < r; e++) {
          let sum = 0;
          for (let a = 0; a < w; a++) sum += C[p + c * w + a] * C[p + e * w + a];
          D[d + c * r + e] -= sum;
        }
      }
    }
    for (let j = 0; j < outer.length; j++) {
      const r = width(pattern, outer[j]);
      if (!factorPanel(D, outerAt[j], r, r)) return false;
    }
    return true;
  }

  /** C = (L_I⁻¹H_IR) L_D⁻ᵀ, diag(CᵀC) and A = L_D⁻¹ H_RR L_D⁻ᵀ off the diagonal. */
  private scale(values: Float64Array): boolean {
    const { split: s, C, E, A, outerFactor: D } = this,
      { pattern, inner, outerAt, across, column, pointer, panel } = s;
    const [blocks, places, columns] = across, where = this.placeOfOuter(), { row, col, at } = pattern;
    E.fill(0);
    for (let k = 0; k < blocks.length; k++) {
      const i = places[k], w = width(pattern, inner[i]), j = where[column[columns[k]]];
      const r = width(pattern, s.outer[j]), p = panel[i] + (columns[k] - pointer[i]) * w, d = outerAt[j];
      for (let c = 0; c < r; c++) {
        for (let a = 0; a < w; a++) {
          let v = C[p + c * w + a];
          for (let e = 0; e < c; e++) v -= C[p + e * w + a] * D[d + e * r + c];
          C[p + c * w + a] = v / D[d + c * r + c];
        }
      }
      for (let c = 0; c < r; c++) {
        for (let e = 0; e < r; e++) {
          let sum = 0;
          for (let a = 0; a < w; a++) sum += C[p + c * w + a] * C[p + e * w + a];
          E[d + c * r + e] += sum;
        }
      }
    }
    for (let k = 0; k < s.among.length; k++) {
      const b = s.among[k], r = width(pattern, row[b]), c = width(pattern, col[b]), p = s.amongAt[k];
      copy(values, at[b], r * c, A, p);
      const dr = outerAt[where[s.offset[row[b]]]], dc = outerAt[where[s.offset[col[b]]]];
      for (let j = 0; j < c; j++) forward(D, dr, r, A, p + j * r);
      for (let i = 0; i < r; i++) {
        for (let j = 0; j < c; j++) {
          let v = A[p + j * r + i];
          for (let e = 0; e < j; e++) v -= A[p + e * r + i] * D[dc + e * c + j];
          A[p + j * r + i] = v / D[dc + j * c + j];
        }
      }
    }
    return true;
  }

  private outerPlace: Int32Array | null = null;

  /** Place in `outer` of the node that a scalar of R belongs to. */
  placeOfOuter(): Int32Array {
    if (this.outerPlace) return this.outerPlace;
    const { outer, outerSize, offset, pattern } = this.split, out = new Int32Array(outerSize);
    outer.forEach((v, j) => out.fill(j, offset[v], offset[v] + width(pattern, v)));
    return this.outerPlace = out;
  }

  /** out = S v. */
  times(v: Float64Array, out: Float64Array): void {
    const {
      split: { pattern, inner, outer, outerAt, among, amongAt, offset, pointer, column, panel },
      C,
      E,
      A,
    } = this;
    const { start, row, col } = pattern;
    for (let j = 0, o = 0; j < outer.length; j++) {
      const r = start[outer[j] + 1] - start[outer[j]], e = outerAt[j];
      for (let c = 0; c < r; c++) {
        let sum = v[o + c];
        for (let d = 0; d < r; d++) sum += E[e + d * r + c] * v[o + d];
        out[o + c] = sum;
      }
      o += r;
    }
    for (let k = 0; k < among.length; k++) {
      const b = among[k], r = width(pattern, row[b]), c = width(pattern, col[b]);
      const o = offset[row[b]], u = offset[col[b]], p = amongAt[k];
      for (let j = 0; j < c; j++) {
        let sum = 0;
        for (let i = 0; i < r; i++) {
          const x = A[p + j * r + i];
          out[o + i] += x * v[u + j];
          sum += x * v[o + i];
        }
        out[u + j] += sum;
      }
    }
    for (let i = 0; i < inner.length; i++) {
      const w = start[inner[i] + 1] - start[inner[i]], from = pointer[i], to = pointer[i + 1];
      for (let a = 0, p = panel[i]; a < w; a++, p++) {
        let sum = 0;
        for (let l = from, x = p; l < to; l++, x += w) sum += C[x] * v[column[l]];
        for (let l = from, x = p; l < to; l++, x += w) out[column[l]] -= C[x] * sum;
      }
    }
  }

  /** out = C v, over I. */
  timesC(v: Float64Array, out: Float64Array): void {
    const { split: { pattern, inner, pointer, column, panel }, C } = this, { start } = pattern;
    for (let i = 0, o = 0; i < inner.length; i++) {
      const w = start[inner[i] + 1] - start[inner[i]];
      for (let a = 0, p = panel[i]; a < w; a++, p++, o++) {
        let sum = 0;
        for (let l = pointer[i], x = p; l < pointer[i + 1]; l++, x += w) sum += C[x] * v[column[l]];
        out[o] = sum;
      }
    }
  }

  /** (L_I⁻¹x_I, L_D⁻¹x_R − Cᵀ L_I⁻¹x_I): on this scale xᵀH⁻¹x = |x_I|² + x_RᵀS⁻¹x_R. */
  down(x: Float64Array, onInner: Float64Array, onOuter: Float64Array): void {
    const { split: { pattern, inner, outer, innerAt, outerAt, pointer, column, panel }, C } = this,
      { start } = pattern;
    for (let j = 0, o = 0; j < outer.length; j++) {
      const v = outer[j], r = start[v + 1] - start[v];
      copy(x, start[v], r, onOuter, o);
      forward(this.outerFactor, outerAt[j], r, onOuter, o);
      o += r;
    }
    for (let i = 0, o = 0; i < inner.length; i++) {
      const v = inner[i], w = start[v + 1] - start[v];
      copy(x, start[v], w, onInner, o);
      forward(this.innerFactor, innerAt[i], w, onInner, o);
      for (let a = 0, p = panel[i]; a < w; a++, p++, o++) {
        const t = onInner[o];
        for (let l = pointer[i], k = p; l < pointer[i + 1]; l++, k += w) onOuter[column[l]] -= C[k] * t;
      }
    }
  }

  /** Back to the scale of H: L_I⁻ᵀ(y_I − C y_R) and L_D⁻ᵀy_R. */
  up(onInner: Float64Array, onOuter: Float64Array, x: Float64Array): void {
    const { split: { pattern, inner, outer, innerAt, outerAt, pointer, column, panel }, C } = this,
      { start } = pattern;
    for (let i = 0, o = 0; i < inner.length; i++) {
      const v = inner[i], w = start[v + 1] - start[v];
      for (let a = 0, p = panel[i]; a < w; a++, p++, o++) {
        let sum = onInner[o];
        for (let l = pointer[i], k = p; l < pointer[i + 1]; l++, k += w) sum -= C[k] * onOuter[column[l]];
        x[start[v] + a] = sum;
      }
      backward(this.innerFactor, innerAt[i], w, x, start[v]);
    }
    for (let j = 0, o = 0; j < outer.length; j++) {
      const v = outer[j], r = start[v + 1] - start[v];
      copy(onOuter, o, r, x, start[v]);
      backward(this.outerFactor, outerAt[j], r, x, start[v]);
      o += r;
    }
  }

  /** 2 Σ log of the pivots that were eliminated, and of those of D: log|H| − log|S|. */
  logPivots(): number {
    let sum = 0;
    this.eachPivot((x) => sum += Math.log(x));
    return 2 * sum;
  }

  /** Smallest squared pivot. */
  smallestPivot(): number {
    let least = Infinity;
    this.eachPivot((x) => least = Math.min(least, x));
    return least * least;
  }

  private eachPivot(tell: (pivot: number) => void) {
    const { pattern, inner, outer, innerAt, outerAt } = this.split;
    for (
      const [nodes, at, L] of [[inner, innerAt, this.innerFactor], [
        outer,
        outerAt,
        this.outerFactor,
      ]] as const
    ) {
      for (let k = 0; k < nodes.length; k++) {
        const w = width(pattern, nodes[k]);
        for (let a = 0; a < w; a++) tell(L[at[k] + a * w + a]);
      }
    }
  }
}

function copy(from: Float64Array, at: number, length: number, to: Float64Array, into: number) {
  for (let k = 0; k < length; k++) to[into + k] = from[at + k];
}
