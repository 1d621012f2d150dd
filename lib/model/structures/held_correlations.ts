/**
 * Correlation matrices of which some entries are held, by unit vectors u_0, u_1, … with ρ_st = u_sᵀ u_t and u_t in the first t + 1
 * coordinates. With q_1, q_2, … the orthonormalised u_s of those earlier coefficients with which the correlation of t is held,
 *
 *   u_t = Σ_m α_m q_m + √(1 − Σ α²) B w,      α from what is held,   B orthonormal and orthogonal to the q,   |w| = 1
 *
 * and w by angles (Pinheiro & Bates 1996, Stat. Comput. 6:289–296, the spherical parametrisation): every angle is possible, and
 * every such matrix is reached, those at the edge too. B are Householder reflections of the other coordinates. The coefficients
 * are taken in an order of maximum cardinality search (Tarjan & Yannakakis 1984, SIAM J. Comput. 13:566–579): then all of
 * those that are held with t are held with each other, if any order has that, so that Σ α² does not depend on the angles.
 */

import { largestCompletion } from "../../math/completion.ts";
import type { Matrix } from "../../math/dense.ts";

/** A number with its derivatives in all angles, or with none. */
interface Dual {
  readonly v: number;
  readonly d: Float64Array;
}
type Vector = Dual[];

const scaled = (a: Dual, f: number, slope: number): Dual => ({ v: f, d: a.d.map((x) => slope * x) });
const sum = (a: Dual, b: Dual, f = 1): Dual => ({ v: a.v + f * b.v, d: a.d.map((x, k) => x + f * b.d[k]) });
const times = (a: Dual, b: Dual): Dual => ({
  v: a.v * b.v,
  d: a.d.map((x, k) => x * b.v + a.v * b.d[k]),
});
const over = (a: Dual, b: Dual): Dual => times(a, scaled(b, 1 / b.v, -1 / b.v ** 2));
const root = (a: Dual): Dual => scaled(a, Math.sqrt(a.v), 0.5 / Math.sqrt(a.v));
const inner = (a: Vector, b: Vector): Dual =>
  a.slice(0, b.length).reduce((s, x, i) => sum(s, times(x, b[i])), scaled(a[0], 0, 0));
const without = (a: Vector, f: Dual, b: Vector): Vector =>
  a.map((x, i) => b[i] ? sum(x, times(f, b[i]), -1) : x);

/** Correlations of c coefficients: `rho(i, j)` is the value at which one is held, NaN where it is free. */
export class HeldCorrelations {
  /** Coefficients in the order in which their vectors are made. */
  private readonly order: readonly number[];
  private readonly natural: boolean;

  /** @param place which angle belongs to the pair i < j */
  constructor(
    private readonly c: number,
    private readonly rho: (i: number, j: number) => number,
    private readonly place: (i: number, j: number) => number,
  ) {
    this.order = searchOrder(c, (i, j) => !Number.isNaN(this.of(i, j)));
    this.natural = this.order.every((i, t) => i === t);
  }

  /**
   * The Cholesky factor L of the correlations, row by row, and its derivatives; NaN where what is held contradicts itself.
   * @param derivatives whether they are wanted; without, `d` is empty
   */
  factor(x: Float64Array, derivatives: boolean): Dual[][] {
    const { c, order, natural } = this;
    const angle = (k: number): Dual => {
      const d = new Float64Array(derivatives ? x.length : 0);
      if (derivatives) d[k] = 1;
      return { v: x[k], d };
    };
    const zero: Dual = { v: 0, d: new Float64Array(derivatives ? x.length : 0) }, u: Vector[] = [];
    for (let t = 0; t < c; t++) u.push(this.vector(t, u, angle, zero));
    const rows = natural ? u : inNaturalOrder(u, order, zero);
    return rows.map((row) => Array.from({ length: c }, (_, i) => row[i] ?? zero));
  }

  /** Angles at which {@link factor} is a given matrix of correlations; near them where it has others than are held. */
  angles(R: (i: number, j: number) => number, x: Float64Array): void {
    const zero: Dual = { v: 0, d: new Float64Array(0) }, { order } = this, u: Vector[] = [];
    const given: number[][] = []; // Cholesky rows of R in this order
    order.forEach((j, t) => {
      const row = order.slice(0, t).reduce((row: number[], i, s) => {
        const v = (R(i, j) - row.reduce((a, l, k) => a + l * given[s][k], 0)) / given[s][s];
        return [...row, Number.isFinite(v) ? v : 0];
      }, []);
      given.push([...row, Math.sqrt(Math.max(0, 1 - row.reduce((a, l) => a + l * l, 0)))]);
      const { held, reflections } = this.frame(t, u);
      let w: Vector = given[t].map((v) => ({ v, d: zero.d }));
      for (const v of reflections) w = reflected(w, v);
      let left = Math.hypot(...w.map(({ v }, s) => held.includes(s) ? 0 : v));
      for (let s = 0; s < t; s++) {
        if (held.includes(s)) continue;
        const sine = left > 0 ? Math.max(-1, Math.min(1, w[s].v / left)) : 0;
        x[this.pair(s, t)] = Math.asin(sine);
        left *= Math.sqrt(1 - sine * sine);
      }
      u.push(this.vector(t, u, (k) => ({ v: x[k], d: zero.d }), zero));
    });
  }

  /** What is held, and the rest such that the determinant is largest: between all that is possible. */
  largest(): Matrix {
    return largestCompletion(this.c, this.rho);
  }

  private of(i: number, j: number): number {
    return this.rho(Math.min(i, j), Math.max(i, j));
  }

  private pair(s: number, t: number): number {
    const [i, j] = [this.order[s], this.order[t]];
    return this.place(Math.min(i, j), Math.max(i, j));
  }

  /** u_t, of the vectors before it. */
  private vector(t: number, u: readonly Vector[], angle: (k: number) => Dual, zero: Dual): Vector {
    const { held, reflections, alpha } = this.frame(t, u), out: Vector = Array(t + 1);
    const one: Dual = { v: 1, d: zero.d };
    let left = root(alpha.reduce((s, a) => sum(s, times(a, a), -1), one));
    for (let s = 0; s < t; s++) {
      const m = held.indexOf(s);
      if (m >= 0) {
        out[s] = scaled(alpha[m], -alpha[m].v, -1);
        continue;
      }
      const a = angle(this.pair(s, t));
      out[s] = times(left, scaled(a, Math.sin(a.v), Math.cos(a.v)));
      left = times(left, scaled(a, Math.cos(a.v), -Math.sin(a.v)));
    }
    out[t] = left;
    return reflections.reduceRight(reflected, out);
  }

  /** The earlier vectors with which the correlation of t is held: their reflections, and coordinates α along them. */
  private frame(t: number, u: readonly Vector[]) {
    const held = u.flatMap((_, s) => Number.isNaN(this.of(this.order[s], this.order[t])) ? [] : [s]);
    const directions: Vector[] = [], reflections: Vector[] = [], alpha: Dual[] = [];
    for (const s of held) {
      let rest: Vector = u[s], target: Dual = scaled(u[s][0], this.of(this.order[s], this.order[t]), 0);
      directions.forEach((q, m) => {
        const along = inner(rest, q);
        rest = without(rest, along, q);
        target = sum(target, times(alpha[m], along), -1);
      });
      const size = root(inner(rest, rest)), q = rest.map((v) => over(v, size));
      directions.push(q);
      alpha.push(over(target, size));
      const v = reflections.reduce(reflected, q);
      reflections.push(v.map((x, i) => i === s ? { v: x.v + 1, d: x.d } : x)); // takes q to −e_s
    }
    return { held, reflections, alpha };
  }
}

/** (I − 2 v vᵀ/vᵀv) x, v of fewer coordinates or as many. */
function reflected(x: Vector, v: Vector): Vector {
  const f = over(inner(x, v), inner(v, v));
  return without(x, scaled(f, 2 * f.v, 2), v);
}

/**
 * The Cholesky factor of the same correlations in the order of the coefficients. Its last entry, which is 0 at the edge of what is
 * possible, is taken from the determinant, and so has a sign and a derivative there too.
 */
function inNaturalOrder(u: readonly Vector[], order: readonly number[], zero: Dual): Vector[] {
  const c = u.length, at = order.map((_, i) => u[order.indexOf(i)]), L: Vector[] = [];
  const one: Dual = { v: 1, d: zero.d };
  const shorter = (a: Vector, b: Vector) => a.length < b.length ? inner(b, a) : inner(a, b);
  for (let j = 0; j < c; j++) {
    const row: Vector = [];
    for (let i = 0; i < j; i++) {
      const rest = row.reduce((s, l, k) => sum(s, times(l, L[i][k]), -1), shorter(at[i], at[j]));
      row.push(over(rest, L[i][i]));
    }
    const last = j === c - 1
      ? over(u.reduce((s, v, t) => times(s, v[t]), one), L.reduce((s, l, i) => times(s, l[i]), one))
      : root(row.reduce((s, l) => sum(s, times(l, l), -1), one));
    L.push([...row, last]);
  }
  return L;
}

/** Always next the one of which most are held with those before it, the first of these. */
function searchOrder(c: number, isHeld: (i: number, j: number) => boolean): number[] {
  const order: number[] = [];
  while (order.length < c) {
    const rest = Array.from({ length: c }, (_, i) => i).filter((i) => !order.includes(i));
    const count = (i: number) => order.filter((j) => isHeld(i, j)).length,
      most = Math.max(...rest.map(count));
    order.push(rest.find((i) => count(i) === most)!);
  }
  return order;
}
