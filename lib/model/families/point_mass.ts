import { type Jets, pair, triple } from "../../math/jets.ts";
import { log1pGiven } from "../../math/special.ts";
import { Mixture } from "./mixture.ts";

/** A point mass: the value that has it, and whether the base family gives that value too. */
export interface PointMass {
  readonly at: number;
  readonly mixes: boolean;
}

/** Mixes a point mass into the jets of a base family, in place, up to derivative `order`; z = logit p is predictor K − 1. */
type Mixing = (jets: Jets, z: Float64Array, K: number, order: number) => void;

/**
 * A point mass at c for a base family, whose ℓ the jets hold in predictors 0 … K − 2 (already with respect to η).
 *
 * The family gives c too (counts), y = c: log(p + (1 − p) e^ℓ) = log(e^z + e^ℓ) − log(1 + e^z); y ≠ c: ℓ − log(1 + e^z).
 * It does not (densities, truncated counts), y = c: log p, whatever the base family says there; else as for y ≠ c.
 *
 * Source: Lambert (1992), Technometrics 34, eq. 1.
 */
export function pointMass(y: Float64Array, { at, mixes }: PointMass): Mixing {
  const own = Uint8Array.from(y, (v) => v === at ? 1 : 0);
  const rows = new Int32Array(own.reduce((count, v) => count + v, 0));
  for (let i = 0, r = 0; i < own.length; i++) if (own[i] === 1) rows[r++] = i;
  const mixture = mixes ? new Mixture(rows) : null;
  return (jets, z, K, order) => {
    clearMixed(jets, K, order);
    if (!mixture) { for (const i of rows) forget(jets, i, K - 1, order); }
    mixture?.begin(jets.value);
    addCoin(jets, own, mixture, z, K - 1, order);
    mixture?.finish(jets, K - 1, order);
  };
}

/** Adds log p to rows that are c, log(1 − p) to the others; rows that may be either are the mixture's. */
function addCoin(
  { value, d1, d2, d3 }: Jets,
  own: Uint8Array,
  mixture: Mixture | null,
  eta: Float64Array,
  last: number,
  order: number,
) {
  const first = d1[last], second = d2[pair(last, last)], third = d3[triple(last, last, last)];
  let known = NaN, p = 0, q = 0, rest = 0; // of the z of the row before, which is often the same
  for (let i = 0, mixed = 0; i < own.length; i++) {
    const z = eta[i];
    if (z !== known) {
      const e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
      p = z > 0 ? near : far; // p and 1 − p, each exact in its own tail
      q = z > 0 ? far : near;
      rest = log1pGiven(e, near); // log(1 + e^z) − max(0, z)
      known = z;
    }
    if (own[i] === 1 && mixture) {
      value[i] = mixture.row(mixed++, z, p, q, rest);
      continue;
    }
    // log p = −log(1 + e^−z), or ℓ + log(1 − p) = ℓ − log(1 + e^z)
    value[i] -= rest + Math.max(0, own[i] === 1 ? -z : z);
    if (order >= 1) first[i] = own[i] === 1 ? q : -p;
    if (order >= 2) second[i] = -p * q;
    if (order >= 3) third[i] = -p * q * (q - p);
  }
}

/** Outside the mixture no term couples the base family with the point mass; a hurdle's have no room of their own. */
function clearMixed({ d2, d3, zero }: Jets, K: number, order: number): void {
  const last = K - 1, clear = (v: Float64Array) => void (v !== zero && v.fill(0));
  for (let k = 0; k < last && order >= 2; k++) {
    clear(d2[pair(last, k)]);
    if (order < 3) continue;
    clear(d3[triple(last, last, k)]);
    for (let l = 0; l <= k; l++) clear(d3[triple(last, k, l)]);
  }
}

/** Empties a row of the base family: an exact value of a continuous response says nothing about it. */
function forget({ value, d1, d2, d3 }: Jets, i: number, base: number, order: number): void {
  value[i] = 0;
  for (let k = 0; k < base; k++) {
    if (order >= 1) d1[k][i] = 0;
    for (let l = 0; l <= k && order >= 2; l++) {
      d2[pair(k, l)][i] = 0;
      for (let m = 0; m <= l && order >= 3; m++) d3[triple(k, l, m)][i] = 0;
    }
  }
}
