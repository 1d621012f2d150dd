import { type Jets, pair, triple } from "../../math/jets.ts";
import { log1pGiven } from "../../math/special.ts";

/** Sums of probabilities below this have lost digits to underflow. */
const UNDERFLOW = 1e-290;

/**
 * Rows that come from the base family or from a point mass: log(e^z + e^ℓ) − log(1 + e^z) and its derivatives. With
 * ρ = e^ℓ / (e^z + e^ℓ), the probability that they come from the base family, ∂ρ/∂ℓ = ρ(1 − ρ) = −∂ρ/∂z. What depends on ρ
 * alone is kept by row; every derivative is then one pass over the rows, whatever the number of predictors.
 */
export class Mixture {
  private readonly base: Float64Array;
  /** ρ, ρ(1 − ρ), ρ(1 − ρ)(1 − 2ρ). */
  private readonly rho: Float64Array;
  private readonly r2: Float64Array;
  private readonly r3: Float64Array;
  /** Derivatives in z alone. */
  private readonly own: readonly Float64Array[];

  /** @param rows the rows of the mixture, in order */
  constructor(private readonly rows: Int32Array) {
    const column = () => new Float64Array(rows.length);
    [this.base, this.rho, this.r2, this.r3] = [column(), column(), column(), column()];
    this.own = [column(), column(), column()];
  }

  /** Takes ℓ of the base family. */
  begin(value: Float64Array) {
    const { rows, base } = this;
    for (let r = 0; r < rows.length; r++) base[r] = value[rows[r]];
  }

  /**
   * The log-density of its r-th row, at p = expit(z), q = 1 − p and log(1 + e^−|z|); what the derivatives need is kept.
   */
  row(r: number, z: number, p: number, q: number, rest: number): number {
    const base = this.base[r], near = base > -1;
    // e^ℓ and e^ℓ − 1, each to its last digit: ℓ is near 0 when the base family hardly gives anything but c
    const less = near ? Math.expm1(base) : 0,
      e = near ? 1 + less : Math.exp(base),
      change = near ? less : e - 1;
    const sum = p + q * e, inverse = 1 / sum, beyond = q * change; // p + q e^ℓ = 1 + q (e^ℓ − 1)
    if (sum < UNDERFLOW) return this.far(r, z, q, rest);
    this.keep(r, q * e * inverse, p * inverse, p, -beyond);
    return beyond > -0.5 ? log1pGiven(beyond, inverse) : Math.log(sum);
  }

  /** The same where p + q e^ℓ underflows: log(e^z + e^ℓ) − log(1 + e^z), z < 0. */
  private far(r: number, z: number, q: number, rest: number): number {
    const base = this.base[r], e = Math.exp(-Math.abs(z - base)), near = 1 / (1 + e), far = e * near;
    this.keep(r, z > base ? far : near, z > base ? near : far, 0, q);
    return Math.log1p(e) + Math.max(z, base) - rest;
  }

  /** ρ, σ = 1 − ρ and what follows from them; `shift` is (1 − e^ℓ) q, of which σ − p = σ · shift is free of cancellation. */
  private keep(r: number, rho: number, sigma: number, p: number, shift: number) {
    const { own } = this, product = rho * sigma, excess = sigma * shift;
    this.rho[r] = rho;
    this.r2[r] = product;
    this.r3[r] = product * (sigma - rho);
    own[0][r] = excess;
    own[1][r] = excess * (1 - sigma - p);
    // σ(1−σ)(1−2σ) − p(1−p)(1−2p), divided by σ − p on paper.
    own[2][r] = excess * (1 - 3 * (sigma + p) + 2 * (sigma * sigma + sigma * p + p * p));
  }

  /** Derivatives of the base family in predictors 0 … last − 1 to those of the mixture, highest first: they need the lower ones. */
  finish({ d1, d2, d3 }: Jets, last: number, order: number) {
    const { own } = this;
    for (let k = 0; k < last && order >= 3; k++) {
      for (let l = 0; l <= k; l++) {
        for (let m = 0; m <= l; m++) {
          this.third(
            d3[triple(k, l, m)],
            d2[pair(k, l)],
            d2[pair(k, m)],
            d2[pair(l, m)],
            d1[k],
            d1[l],
            d1[m],
          );
        }
        this.withOne(d3[triple(last, k, l)], d2[pair(k, l)], d1[k], d1[l]);
      }
      this.withTwo(d3[triple(last, last, k)], this.r3, d1[k], 1);
    }
    if (order >= 3) this.put(own[2], d3[triple(last, last, last)]);
    for (let k = 0; k < last && order >= 2; k++) {
      for (let l = 0; l <= k; l++) this.second(d2[pair(k, l)], d1[k], d1[l]);
      this.withTwo(d2[pair(last, k)], this.r2, d1[k], -1);
    }
    if (order >= 2) this.put(own[1], d2[pair(last, last)]);
    if (order < 1) return;
    for (let k = 0; k < last; k++) this.first(d1[k]);
    this.put(own[0], d1[last]);
  }

  /** ρ ∂³ℓ + ρ(1 − ρ) Σ ∂²ℓ ∂ℓ + ρ(1 − ρ)(1 − 2ρ) ∂ℓ ∂ℓ ∂ℓ. */
  private third(
    out: Float64Array,
    kl: Float64Array,
    km: Float64Array,
    lm: Float64Array,
    k: Float64Array,
    l: Float64Array,
    m: Float64Array,
  ) {
    const { rows, rho, r2, r3 } = this;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      out[i] = rho[r] * out[i] + r2[r] * (kl[i] * m[i] + km[i] * l[i] + lm[i] * k[i]) +
        r3[r] * k[i] * l[i] * m[i];
    }
  }

  /** Two derivatives in the base family's predictors, one in z. */
  private withOne(out: Float64Array, kl: Float64Array, k: Float64Array, l: Float64Array) {
    const { rows, r2, r3 } = this;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      out[i] = -r2[r] * kl[i] - r3[r] * k[i] * l[i];
    }
  }

  /** One derivative in a predictor of the base family, the rest in z: ± a function of ρ times ∂ℓ. */
  private withTwo(out: Float64Array, ofRho: Float64Array, k: Float64Array, sign: number) {
    const { rows } = this;
    for (let r = 0; r < rows.length; r++) out[rows[r]] = sign * ofRho[r] * k[rows[r]];
  }

  private second(out: Float64Array, k: Float64Array, l: Float64Array) {
    const { rows, rho, r2 } = this;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      out[i] = rho[r] * out[i] + r2[r] * k[i] * l[i];
    }
  }

  private first(out: Float64Array) {
    const { rows, rho } = this;
    for (let r = 0; r < rows.length; r++) out[rows[r]] *= rho[r];
  }

  private put(from: Float64Array, out: Float64Array) {
    const { rows } = this;
    for (let r = 0; r < rows.length; r++) out[rows[r]] = from[r];
  }
}
