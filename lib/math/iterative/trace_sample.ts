/**
 * What of S⁻¹ and log|S| is not known exactly, from solves with a few vectors: with S = I − K (elimination.ts) and
 *
 *   F = S⁻¹ − I − K    and    R = log S + K + ½K²,   tr K = 0, tr K² exact
 *
 * their parts that touch U, an orthonormal basis of what is nearly not determined (all levels of a factor moved alike), come from solves with
 * its columns; of the rest QFQ, QRQ, Q = I − UUᵀ, the average over vectors z of random signs, E zzᵀ = I. Signs are the same at every
 * point, so estimates move smoothly (Hutchinson 1990; Meyer, Musco, Musco & Woodruff 2021; Saibaba, Alexanderian & Ipsen 2017).
 */
import { ConjugateGradients } from "../conjugate_gradients.ts";
import { axpy, dot } from "../vectors.ts";
import { childSeed } from "../random.ts";
import type { Elimination } from "./elimination.ts";
import { Tridiagonal } from "./lanczos.ts";
import type { Products } from "./products.ts";
import { type NodeRange, width } from "./split.ts";

/** Vectors of signs: one for each bit of a word. */
const PROBES = 32;
const SEED = 14;
/** Squared share of a residual that solves with them leave; what is estimated errs by some 1e-8 of itself. */
const SMALL = 1e-18;
/** Share of a direction beside others below which it is theirs. */
const DEPENDENT = 1e-8;

/** A term ½ f (x yᵀ + y xᵀ) of F. */
export interface Pair {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly factor: number;
}

/** Solves at one point after the other. */
export class TraceSample {
  /** log|S|, and the standard error of that. */
  logDeterminant = 0;
  error = 0;
  private readonly gradients: ConjugateGradients;
  private fixed: Pair[] = [];
  private readonly random: { readonly x: Float64Array; readonly y: Float64Array }[];
  private readonly system;
  private readonly image: Float64Array;
  /** The signs of an effect in all vectors, a bit each. */
  private readonly signs: Uint32Array;

  /** @param products those of the elimination, where they are not too many */
  constructor(
    private readonly elimination: Elimination,
    private readonly ranges: readonly NodeRange[],
    private readonly products: Products | null,
    private readonly most: number,
  ) {
    const n = elimination.split.outerSize;
    this.gradients = new ConjugateGradients(n);
    this.random = Array.from({ length: PROBES }, () => ({ x: new Float64Array(n), y: new Float64Array(n) }));
    this.image = new Float64Array(n);
    this.signs = Uint32Array.from({ length: n }, (_, k) => childSeed(SEED, k));
    this.system = {
      times: (v: Float64Array, out: Float64Array) => elimination.times(v, out),
      precondition: () => {},
    };
  }

  /** Solves at the matrix that the elimination holds. @returns false where it is not positive definite */
  set(): boolean {
    const U = this.basis(), { products, random, signs } = this;
    if (U === null) return false;
    let known = products ? -products.squares / 2 : 0;
    const G: Float64Array[] = [];
    for (const u of U) {
      const g = new Float64Array(u.length), form = this.remainder(u, g);
      if (Number.isNaN(form)) return false;
      known += form;
      G.push(g);
    }
    this.fixed = touching(U, G);
    const forms = new Float64Array(PROBES);
    for (let s = 0; s < PROBES; s++) {
      const { x, y } = random[s];
      for (let k = 0; k < y.length; k++) y[k] = (signs[k] >>> s) & 1 ? 1 : -1;
      without(U, y);
      forms[s] = this.remainder(y, x);
      if (Number.isNaN(forms[s])) return false;
      without(U, x);
    }
    const mean = forms.reduce((sum, v) => sum + v, 0) / PROBES;
    this.logDeterminant = known + mean;
    this.error = Math.sqrt(forms.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (PROBES * (PROBES - 1)));
    return true;
  }

  /** F from all vectors, or from the part of them that has this number among so many parts. */
  pairs(part = 0, parts = 1): Pair[] {
    const own = this.random.filter((_, s) => s % parts === part);
    return [...this.fixed, ...own.map(({ x, y }) => ({ x, y, factor: 1 / own.length }))];
  }

  /** g = F v. @returns vᵀRv, NaN where S is not positive definite */
  private remainder(v: Float64Array, g: Float64Array): number {
    const { elimination, products, image } = this, T = new Tridiagonal();
    g.set(v);
    if (!this.gradients.solve(this.system, g, () => SMALL, this.most, T.told)) return NaN;
    elimination.times(v, image);
    const length = dot(v, v);
    for (let k = 0; k < v.length; k++) image[k] = v[k] - image[k]; // K v
    let form = length * T.form(Math.log) + dot(v, image);
    for (let k = 0; k < v.length; k++) g[k] -= v[k];
    if (!products) return form;
    form += dot(image, image) / 2;
    axpy(-1, image, g);
    return form;
  }

  /** S⁻¹ of every factor's levels moved alike, orthonormal; null where S is not positive definite. */
  private basis(): Float64Array[] | null {
    const { split: { pattern, isInner, offset, outerAt, outerSize }, outerFactor } = this.elimination;
    const place = this.elimination.placeOfOuter(), out: Float64Array[] = [];
    for (const { node, nodes } of this.ranges) {
      if (nodes === 0 || isInner[node]) continue;
      for (let s = 0; s < width(pattern, node); s++) {
        const u = new Float64Array(outerSize);
        for (let v = node; v < node + nodes; v++) {
          const r = width(pattern, v), at = outerAt[place[offset[v]]];
          for (let a = 0; a <= s; a++) u[offset[v] + a] = outerFactor[at + a * r + s];
        }
        if (!this.gradients.solve(this.system, u, () => SMALL, this.most)) return null;
        const before = Math.sqrt(dot(u, u));
        without(out, u);
        without(out, u);
        const left = Math.sqrt(dot(u, u));
        if (left > DEPENDENT * before) out.push(u.map((x) => x / left));
      }
    }
    return out;
  }
}

/** UUᵀF + FUUᵀ − U(UᵀFU)Uᵀ as pairs, for G = FU. */
function touching(U: readonly Float64Array[], G: readonly Float64Array[]): Pair[] {
  const products = U.map((u) => G.map((g) => dot(u, g)));
  return U.map((u, k) => {
    const x = G[k].slice();
    U.forEach((v, l) => axpy(-products[l][k] / 2, v, x));
    return { x, y: u, factor: 2 };
  });
}

/** v ← (I − UUᵀ)v. */
function without(U: readonly Float64Array[], v: Float64Array) {
  for (const u of U) axpy(-dot(u, v), u, v);
}
