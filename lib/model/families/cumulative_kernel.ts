/** The log-density of ordered categories and its derivatives. */
import { type Jets, pair, triple } from "../../math/jets.ts";
import type { Kernel, Response } from "./family.ts";
import type { Latent } from "./latent.ts";

/** Which predictors are what: 0 is η, then the parameters α of the thresholds, θ_k = Σ_j w_kj α_j, then the log scale where there is one. */
export interface Cuts {
  /** Of threshold k, counted from 0, the weights of α. */
  readonly weights: readonly (readonly number[])[];
  /** Number of the predictor of the log scale, 0 where there is none. */
  readonly scale: number;
  /** The thresholds differ between rows, so that some may cross where no response is between them. */
  readonly nominal: boolean;
}

/** θ_k of a row, k counted from 0. */
export function thresholdAt(weights: readonly number[], eta: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < weights.length; j++) if (weights[j] !== 0) sum += weights[j] * eta[j + 1];
  return sum;
}

/** F(u) − F(l), on the side where both are small. */
export const between = (F: Latent, l: number, u: number): number =>
  l > 0 ? F.above(l) - F.above(u) : F.below(u) - F.below(l);

/**
 * Category k of K, whose latent variable lies between L = θ_{k−1} − η and U = θ_k − η in units of the scale e^ζ: p = F(u) − F(l) with
 * u = U e^−ζ, l = L e^−ζ, and ℓ = log p. With a = f(u)/p, b = f(l)/p and likewise a₁, b₁, a₂, b₂ of f′ and f″:
 *
 *     ℓ_u = a             ℓ_l = −b
 *     ℓ_uu = a₁ − a²      ℓ_ul = ab              ℓ_ll = −b₁ − b²
 *     ℓ_uuu = a₂ − 3aa₁ + 2a³     ℓ_uul = a₁b − 2a²b     ℓ_ull = ab₁ + 2ab²     ℓ_lll = −b₂ − 3bb₁ − 2b³
 *
 * U and L are linear in the predictors, with the same coefficients in all rows of a category ({@link Category}). By ζ: ∂_ζ = −E with
 * Euler's operator E = u∂_u + l∂_l, and ∂_ζ ∂_U^m = −e^{−mζ} (m + E) ∂_u^m. Thresholds out of order have no density (ℓ = −∞): such a
 * step is refused.
 */
export function cumulativeKernel(F: Latent, { y }: Response, cuts: Cuts): Kernel {
  const categories = Array.from({ length: cuts.weights.length + 1 }, (_, c) => new Category(cuts.weights, c));
  const local = new LocalJet(F), { scale } = cuts;
  const ascending = cuts.nominal ? rowOrder(cuts) : null;
  return {
    evaluate(eta, order, out) {
      for (const arrays of [[], out.d1, out.d2, out.d3].slice(0, order + 1)) {
        for (const array of arrays) if (array !== out.zero) array.fill(0);
      }
      for (let i = 0; i < y.length; i++) {
        const category = categories[y[i] - 1],
          { up, low } = category,
          shrink = scale > 0 ? Math.exp(-eta[scale][i]) : 1;
        const u = shrink * (up > 0 ? eta[up][i] - eta[0][i] : category.upper(eta, i)),
          l = shrink * (low > 0 ? eta[low][i] - eta[0][i] : category.lower(eta, i));
        const p = ascending === null || ascending(eta, i) ? between(F, l, u) : 0;
        out.value[i] = p > 0 ? Math.log(p) : -Infinity;
        if (order < 1 || !(p > 0)) continue;
        local.derive(u, l, shrink, p, order, scale > 0);
        category.add(local, out, i, order, scale);
      }
    },
  };
}

/** Do the thresholds of a row increase? */
function rowOrder({ weights }: Cuts): (eta: readonly Float64Array[], i: number) => boolean {
  return (eta, i) => {
    let before = -Infinity;
    for (const own of weights) {
      let theta = 0;
      for (let j = 0; j < own.length; j++) if (own[j] !== 0) theta += own[j] * eta[j + 1][i];
      if (!(theta > before)) return false;
      before = theta;
    }
    return true;
  };
}

/** ℓ and its derivatives in U, L and ζ, at one row. */
class LocalJet {
  /** In U and L: one, two, three derivatives. */
  readonly d1 = new Float64Array(2);
  readonly d2 = new Float64Array(3);
  readonly d3 = new Float64Array(4);
  /** In ζ, and mixed: ζ; Uζ, Lζ; UUζ, ULζ, LLζ; ζζ; Uζζ, Lζζ; ζζζ. */
  readonly z = new Float64Array(3);
  readonly d1z = new Float64Array(2);
  readonly d2z = new Float64Array(3);
  readonly d1zz = new Float64Array(2);
  private readonly up = new Float64Array(3);
  private readonly low = new Float64Array(3);

  constructor(private readonly F: Latent) {}

  derive(u: number, l: number, shrink: number, p: number, order: number, scaled: boolean): void {
    const { up, low, d1, d2, d3 } = this;
    this.densities(u, p, order, up);
    this.densities(l, p, order, low);
    const a = up[0], a1 = up[1], b = low[0], b1 = low[1];
    d1[0] = a;
    d1[1] = -b;
    if (order >= 2) {
      d2[0] = a1 - a * a;
      d2[1] = a * b;
      d2[2] = -b1 - b * b;
    }
    if (order >= 3) {
      const a2 = up[2], b2 = low[2];
      d3[0] = a2 - 3 * a * a1 + 2 * a * a * a;
      d3[1] = a1 * b - 2 * a * a * b;
      d3[2] = a * b1 + 2 * a * b * b;
      d3[3] = -b2 - 3 * b * b1 - 2 * b * b * b;
    }
    if (scaled) this.scaleBy(Number.isFinite(u) ? u : 0, Number.isFinite(l) ? l : 0, shrink, order);
  }

  /** f/p, f′/p, f″/p as far as `order` needs them; 0 at ±∞. */
  private densities(x: number, p: number, order: number, out: Float64Array): void {
    if (!Number.isFinite(x)) {
      out.fill(0);
      return;
    }
    this.F.density(x, out);
    out[0] /= p;
    if (order >= 2) out[1] /= p;
    if (order >= 3) out[2] /= p;
  }

  /** From derivatives in u and l to those in U, L and ζ. */
  private scaleBy(u: number, l: number, s: number, order: number): void {
    const { d1, d2, d3, z, d1z, d2z, d1zz } = this;
    const first = u * d1[0] + l * d1[1]; // Eℓ
    z[0] = -first;
    if (order >= 2) {
      const tu = u * d2[0] + l * d2[1], tl = u * d2[1] + l * d2[2]; // Eℓ_u, Eℓ_l
      const second = u * tu + l * tl;
      z[1] = first + second; // E²ℓ
      d1z[0] = -s * (d1[0] + tu);
      d1z[1] = -s * (d1[1] + tl);
      if (order >= 3) {
        const quu = u * d3[0] + l * d3[1], qul = u * d3[1] + l * d3[2], qll = u * d3[2] + l * d3[3];
        const ru = u * quu + l * qul, rl = u * qul + l * qll;
        z[2] = -(first + 3 * second + u * ru + l * rl); // −E³ℓ
        d1zz[0] = s * (d1[0] + 3 * tu + ru);
        d1zz[1] = s * (d1[1] + 3 * tl + rl);
        d2z[0] = -s * s * (2 * d2[0] + quu);
        d2z[1] = -s * s * (2 * d2[1] + qul);
        d2z[2] = -s * s * (2 * d2[2] + qll);
        for (let e = 0; e < 4; e++) d3[e] *= s * s * s;
      }
      for (let e = 0; e < 3; e++) d2[e] *= s * s;
    }
    d1[0] *= s;
    d1[1] *= s;
  }
}

/** U = Σ u_a x_a and L = Σ l_a x_a of one category, over the few predictors that either depends on. */
class Category {
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
