/** From the thresholds around a category to the linear predictors that they are made of. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import type { LocalJet } from "./cumulative_jet.ts";

/** U = Σ u_a x_a and L = Σ l_a x_a of one category, over the few predictors that either depends on. */
export class Category {
  /** The predictor that the threshold above or below is; 0 where it is a combination or there is none. */
  readonly up: number;
  readonly low: number;
  /** Both thresholds, as far as there are two, are predictors by themselves, and where the second derivatives then stand. */
  private readonly plain: boolean;
  private readonly upUp: number;
  private readonly upEta: number;
  private readonly lowLow: number;
  private readonly lowEta: number;
  private readonly upLow: number;
  private readonly index: Int32Array;
  private readonly u: Float64Array;
  private readonly l: Float64Array;
  /** Positions of the second derivatives, which predictors they are of, and their three coefficients. */
  private readonly pairs: Int32Array;
  private readonly pairOf: Int32Array;
  private readonly pairBy: Float64Array;
  /** Positions of the third derivatives, and their four coefficients. */
  private readonly triples: Int32Array;
  private readonly tripleBy: Float64Array;

  constructor(weights: readonly (readonly number[])[], c: number) {
    const upper = weights[c] ?? null, lower = c > 0 ? weights[c - 1] : null;
    const own = weights[0].flatMap((_, j) => (upper?.[j] || lower?.[j] ? [j] : []));
    const index = [0, ...own.map((j) => j + 1)];
    const of = (row: readonly number[] | null) => row ? [-1, ...own.map((j) => row[j])] : index.map(() => 0);
    const u = of(upper), l = of(lower), pairs: number[] = [], pairOf: number[] = [], pairBy: number[] = [];
    const triples: number[] = [], tripleBy: number[] = [];
    for (let a = 0; a < index.length; a++) {
      for (let b = 0; b <= a; b++) {
        const uu = u[a] * u[b], ul = u[a] * l[b] + l[a] * u[b], ll = l[a] * l[b];
        pairs.push(pair(index[a], index[b]));
        pairOf.push(index[a], index[b]);
        pairBy.push(uu, ul, ll);
        for (let d = 0; d <= b; d++) {
          triples.push(triple(index[a], index[b], index[d]));
          tripleBy.push(uu * u[d], uu * l[d] + ul * u[d], ul * l[d] + ll * u[d], ll * l[d]);
        }
      }
    }
    this.up = onlyOne(upper);
    this.low = onlyOne(lower);
    this.plain = (upper === null || this.up > 0) && (lower === null || this.low > 0);
    this.upUp = pair(this.up, this.up);
    this.upEta = pair(this.up, 0);
    this.lowLow = pair(this.low, this.low);
    this.lowEta = pair(this.low, 0);
    this.upLow = pair(this.up, this.low);
    this.index = Int32Array.from(index);
    this.u = Float64Array.from(u);
    this.l = Float64Array.from(l);
    this.pairs = Int32Array.from(pairs);
    this.pairOf = Int32Array.from(pairOf);
    this.pairBy = Float64Array.from(pairBy);
    this.triples = Int32Array.from(triples);
    this.tripleBy = Float64Array.from(tripleBy);
  }

  /** U; ∞ of the last category. */
  upper(eta: readonly Float64Array[], i: number): number {
    return this.u[0] === 0 ? Infinity : this.sum(this.u, eta, i);
  }

  /** L; −∞ of the first category. */
  lower(eta: readonly Float64Array[], i: number): number {
    return this.l[0] === 0 ? -Infinity : this.sum(this.l, eta, i);
  }

  private sum(c: Float64Array, eta: readonly Float64Array[], i: number): number {
    let sum = 0;
    for (let a = 0; a < c.length; a++) sum += c[a] * eta[this.index[a]][i];
    return sum;
  }

  /** The row's derivatives in the predictors. */
  add(local: LocalJet, out: Jets, i: number, order: number, scale: number): void {
    if (this.plain) this.addPlain(local, out, i, order);
    else this.addCombined(local, out, i, order);
    if (order >= 3) {
      const { triples, tripleBy } = this, { d3 } = out;
      const uuu = local.d3[0], uul = local.d3[1], ull = local.d3[2], lll = local.d3[3];
      for (let e = 0, c = 0; e < triples.length; e++, c += 4) {
        d3[triples[e]][i] = tripleBy[c] * uuu + tripleBy[c + 1] * uul + tripleBy[c + 2] * ull +
          tripleBy[c + 3] * lll;
      }
    }
    if (scale > 0) this.addScale(local, out, i, order, scale);
  }

  /** First and second derivatives where the thresholds are predictors by themselves: the usual case, in half the time. */
  private addPlain(local: LocalJet, { d1, d2 }: Jets, i: number, order: number) {
    const gu = local.d1[0], gl = local.d1[1], uu = local.d2[0], ul = local.d2[1], ll = local.d2[2];
    const { up, low, upUp, upEta, lowLow, lowEta, upLow } = this;
    d1[0][i] = -gu - gl;
    if (up > 0) d1[up][i] = gu;
    if (low > 0) d1[low][i] = gl;
    if (order < 2) return;
    d2[0][i] = uu + 2 * ul + ll;
    if (up > 0) {
      d2[upUp][i] = uu;
      d2[upEta][i] = -uu - ul;
    }
    if (low > 0) {
      d2[lowLow][i] = ll;
      d2[lowEta][i] = -ul - ll;
    }
    if (up > 0 && low > 0) d2[upLow][i] = ul;
  }

  private addCombined(local: LocalJet, { d1, d2 }: Jets, i: number, order: number) {
    const { index, u, l, pairs, pairBy } = this, gu = local.d1[0], gl = local.d1[1];
    for (let a = 0; a < index.length; a++) d1[index[a]][i] = u[a] * gu + l[a] * gl;
    if (order < 2) return;
    const uu = local.d2[0], ul = local.d2[1], ll = local.d2[2];
    for (let e = 0, c = 0; e < pairs.length; e++, c += 3) {
      d2[pairs[e]][i] = pairBy[c] * uu + pairBy[c + 1] * ul + pairBy[c + 2] * ll;
    }
  }

  private addScale(
    { z, d1z, d2z, d1zz }: LocalJet,
    { d1, d2, d3 }: Jets,
    i: number,
    order: number,
    s: number,
  ) {
    const { index, u, l, pairs, pairOf, pairBy } = this;
    d1[s][i] = z[0];
    if (order < 2) return;
    d2[pair(s, s)][i] = z[1];
    for (let a = 0; a < index.length; a++) d2[pair(s, index[a])][i] = u[a] * d1z[0] + l[a] * d1z[1];
    if (order < 3) return;
    d3[triple(s, s, s)][i] = z[2];
    for (let a = 0; a < index.length; a++) {
      d3[triple(s, s, index[a])][i] = u[a] * d1zz[0] + l[a] * d1zz[1];
    }
    for (let e = 0, c = 0; e < pairs.length; e++, c += 3) {
      d3[triple(s, pairOf[2 * e], pairOf[2 * e + 1])][i] = pairBy[c] * d2z[0] + pairBy[c + 1] * d2z[1] +
        pairBy[c + 2] * d2z[2];
    }
  }
}

/** The number of the one predictor that a threshold is, 0 where it is a combination. */
function onlyOne(weights: readonly number[] | null): number {
  const own = (weights ?? []).flatMap((w, j) => (w === 0 ? [] : [j]));
  return own.length === 1 && weights![own[0]] === 1 ? own[0] + 1 : 0;
}
