/**
 * H⁻¹ on its pattern from S⁻¹ = I + K + Σ ½ f (x yᵀ + y xᵀ), on the scale of elimination.ts
 *
 *   [ I + C S⁻¹ Cᵀ,  −C S⁻¹;  ·,  S⁻¹ ],
 *
 * and back to that of H.
 */
import type { Elimination } from "./elimination.ts";
import type { Products } from "./products.ts";
import { backward } from "./small_triangles.ts";
import { width } from "./split.ts";
import type { Pair } from "./trace_sample.ts";

/** Storage for one pattern. */
export class EstimatedInverse {
  private readonly inner: Float64Array;
  private readonly outer: Float64Array;
  private readonly among: Float64Array;
  private readonly panels: Float64Array;
  private readonly Cx: Float64Array;
  private readonly Cy: Float64Array;

  constructor(private readonly elimination: Elimination, private readonly products: Products | null) {
    const { C, A, innerFactor, outerFactor, split: { innerSize } } = elimination;
    [this.inner, this.outer, this.among, this.panels] = [innerFactor, outerFactor, A, C].map(({ length }) =>
      new Float64Array(length)
    );
    [this.Cx, this.Cy] = [0, 1].map(() => new Float64Array(innerSize));
  }

  /** Writes the entries, diagonal blocks in full. */
  fill(pairs: readonly Pair[], values: Float64Array): void {
    this.known();
    for (const pair of pairs) this.add(pair);
    this.scaleBack();
    this.write(values);
  }

  /** I + K, or I. */
  private known(): void {
    const { products, inner, outer, among, panels, elimination } = this, { C, split: s } = elimination;
    outer.fill(0);
    for (let j = 0; j < s.outer.length; j++) unit(outer, s.outerAt[j], width(s.pattern, s.outer[j]));
    if (products) among.set(products.among);
    else among.fill(0);
    for (let p = 0; p < C.length; p++) panels[p] = -C[p] - (products?.panels[p] ?? 0);
    for (let i = 0; i < s.inner.length; i++) { // I + C(I + K)Cᵀ
      const w = width(s.pattern, s.inner[i]), at = s.innerAt[i];
      for (let a = 0; a < w; a++) {
        for (let b = 0; b < w; b++) {
          let sum = a === b ? 1 : 0;
          for (let p = s.panel[i]; p < s.panel[i + 1]; p += w) sum -= panels[p + a] * C[p + b];
          inner[at + b * w + a] = sum;
        }
      }
    }
  }

  private add({ x, y, factor }: Pair): void {
    const { inner, outer, among, panels, Cx, Cy, elimination } = this,
      { split: s } = elimination,
      f = factor / 2;
    const { pattern } = s, { row, col } = pattern;
    elimination.timesC(x, Cx);
    elimination.timesC(y, Cy);
    for (let i = 0, o = 0; i < s.inner.length; i++) {
      const w = width(pattern, s.inner[i]);
      onto(inner, s.innerAt[i], w, w, f, Cx, Cy, o, Cx, Cy, o);
      for (let l = s.pointer[i], p = s.panel[i]; l < s.pointer[i + 1]; l++) {
        const k = s.column[l], fx = f * x[k], fy = f * y[k];
        for (let a = 0; a < w; a++, p++) panels[p] -= Cx[o + a] * fy + Cy[o + a] * fx;
      }
      o += w;
    }
    for (let j = 0, o = 0; j < s.outer.length; j++) {
      const r = width(pattern, s.outer[j]);
      onto(outer, s.outerAt[j], r, r, f, x, y, o, x, y, o);
      o += r;
    }
    for (let k = 0; k < s.among.length; k++) {
      const b = s.among[k], r = width(pattern, row[b]), c = width(pattern, col[b]);
      onto(among, s.amongAt[k], r, c, f, x, y, s.offset[row[b]], x, y, s.offset[col[b]]);
    }
  }

  /** L⁻ᵀ X L⁻¹ block by block. */
  private scaleBack(): void {
    const { inner, outer, among, panels, elimination: { split: s, innerFactor: L, outerFactor: D } } = this,
      { pattern } = s;
    for (let i = 0; i < s.inner.length; i++) {
      const w = width(pattern, s.inner[i]);
      between(inner, s.innerAt[i], w, w, L, s.innerAt[i], L, s.innerAt[i]);
    }
    for (let j = 0; j < s.outer.length; j++) {
      const r = width(pattern, s.outer[j]);
      between(outer, s.outerAt[j], r, r, D, s.outerAt[j], D, s.outerAt[j]);
    }
    const [blocks, places, columns] = s.across, place = this.elimination.placeOfOuter();
    for (let k = 0; k < blocks.length; k++) {
      const i = places[k],
        w = width(pattern, s.inner[i]),
        j = place[s.column[columns[k]]],
        r = width(pattern, s.outer[j]);
      between(panels, s.panel[i] + (columns[k] - s.pointer[i]) * w, w, r, L, s.innerAt[i], D, s.outerAt[j]);
    }
    for (let k = 0; k < s.among.length; k++) {
      const b = s.among[k], { row, col } = pattern, at = (v: number) => s.outerAt[place[s.offset[v]]];
      between(
        among,
        s.amongAt[k],
        width(pattern, row[b]),
        width(pattern, col[b]),
        D,
        at(row[b]),
        D,
        at(col[b]),
      );
    }
  }

  private write(values: Float64Array): void {
    const { inner, outer, among, panels, elimination: { split: s } } = this,
      { pattern } = s,
      { at, row, col } = pattern;
    for (const [nodes, from, X] of [[s.inner, s.innerAt, inner], [s.outer, s.outerAt, outer]] as const) {
      for (let k = 0; k < nodes.length; k++) values.set(X.subarray(from[k], from[k + 1]), at[nodes[k]]);
    }
    for (let k = 0; k < s.among.length; k++) {
      values.set(among.subarray(s.amongAt[k], s.amongAt[k + 1]), at[s.among[k]]);
    }
    const [blocks, places, columns] = s.across;
    for (let k = 0; k < blocks.length; k++) {
      const b = blocks[k], i = places[k], w = width(pattern, s.inner[i]), byRow = s.isInner[row[b]] === 1;
      const r = width(pattern, byRow ? col[b] : row[b]), p = s.panel[i] + (columns[k] - s.pointer[i]) * w;
      for (let c = 0; c < r; c++) {
        for (let a = 0; a < w; a++) {
          values[byRow ? at[b] + c * w + a : at[b] + a * r + c] = panels[p + c * w + a];
        }
      }
    }
  }
}

function unit(X: Float64Array, at: number, n: number) {
  for (let a = 0; a < n; a++) X[at + a * n + a] = 1;
}

/** X += f (x yᵀ + y xᵀ) for the r × c block whose rows begin at o and whose columns at u. */
function onto(
  X: Float64Array,
  at: number,
  r: number,
  c: number,
  f: number,
  x: Float64Array,
  y: Float64Array,
  o: number,
  xc: Float64Array,
  yc: Float64Array,
  u: number,
) {
  for (let j = 0; j < c; j++) {
    const fx = f * xc[u + j], fy = f * yc[u + j];
    for (let i = 0; i < r; i++) X[at + j * r + i] += x[o + i] * fy + y[o + i] * fx;
  }
}

/** X ← L⁻ᵀ X D⁻¹ for an r × c block. */
function between(
  X: Float64Array,
  at: number,
  r: number,
  c: number,
  L: Float64Array,
  l: number,
  D: Float64Array,
  d: number,
) {
  if (r === 1 && c === 1) {
    X[at] /= L[l] * D[d];
    return;
  }
  for (let j = 0; j < c; j++) backward(L, l, r, X, at + j * r);
  for (let i = 0; i < r; i++) { // rows of X times D⁻¹, from the last column
    for (let j = c - 1; j >= 0; j--) {
      let v = X[at + j * r + i];
      for (let e = j + 1; e < c; e++) v -= D[d + j * c + e] * X[at + e * r + i];
      X[at + j * r + i] = v / D[d + j * c + j];
    }
  }
}
