import { type Jets, pair, triple } from "../../math/jets.ts";

/** A point mass: the value that has it, and whether the base family gives that value too. */
export interface PointMass {
  readonly at: number;
  readonly mixes: boolean;
}

/**
 * Mixes a point mass at c into a base family, in place. The jets hold the base family's ℓ in predictors 0 … K − 2
 * (already with respect to η); predictor K − 1 is z = logit p.
 *
 * The family gives c too (counts), y = c: log(p + (1 − p) e^ℓ) = log(e^z + e^ℓ) − log(1 + e^z); y ≠ c: ℓ − log(1 + e^z).
 * It does not (densities, truncated counts), y = c: log p, whatever the base family says there; else as for y ≠ c.
 *
 * @param order highest derivative wanted
 * Source: Lambert (1992), Technometrics 34, eq. 1; derivatives by the chain rule on log(e^z + e^ℓ).
 */
export function addPointMass(
  jets: Jets,
  y: Float64Array,
  { at, mixes }: PointMass,
  eta: Float64Array,
  K: number,
  order: number,
): void {
  clearMixed(jets, K, order);
  let known = NaN, p = 0, q = 0, rest = 0; // of the z of the row before, which is often the same
  for (let i = 0; i < y.length; i++) {
    const z = eta[i];
    if (z !== known) {
      const e = Math.exp(-Math.abs(z)), near = 1 / (1 + e), far = e * near;
      p = z > 0 ? near : far; // p and 1 − p, each exact in its own tail
      q = z > 0 ? far : near;
      rest = Math.log1p(e); // log(1 + e^z) − max(0, z)
      known = z;
    }
    if (y[i] === at && mixes) mixed(jets, i, z, p, q, rest, K, order);
    else {
      const own = y[i] === at, sign = own ? -1 : 1; // log p = −log(1 + e^−z), or ℓ + log(1 − p) = ℓ − log(1 + e^z)
      if (own) forget(jets, i, K - 1, order);
      jets.value[i] -= rest + Math.max(0, sign * z);
      if (order < 1) continue;
      jets.d1[K - 1][i] = own ? q : -p;
      if (order >= 2) jets.d2[pair(K - 1, K - 1)][i] = -p * q;
      if (order >= 3) jets.d3[triple(K - 1, K - 1, K - 1)][i] = -p * q * (q - p);
    }
  }
}

/** Outside the mixture no term couples the base family with the point mass. */
function clearMixed({ d2, d3 }: Jets, K: number, order: number): void {
  const last = K - 1;
  for (let k = 0; k < last && order >= 2; k++) {
    d2[pair(last, k)].fill(0);
    if (order < 3) continue;
    d3[triple(last, last, k)].fill(0);
    for (let l = 0; l <= k; l++) d3[triple(last, k, l)].fill(0);
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

/**
 * log(e^z + e^ℓ) − log(1 + e^z). With ρ = e^ℓ / (e^z + e^ℓ), the probability that a c comes from the base family:
 * ∂ρ/∂ℓ = ρ(1 − ρ) = −∂ρ/∂z.
 */
function mixed(
  jets: Jets,
  i: number,
  z: number,
  p: number,
  q: number,
  rest: number,
  K: number,
  order: number,
): void {
  const last = K - 1, base = jets.value[i], { d1, d2, d3 } = jets;
  const e = Math.exp(-Math.abs(z - base)), near = 1 / (1 + e), far = e * near;
  const rho = z > base ? far : near, sigma = z > base ? near : far; // σ = 1 − ρ
  // log(e^z + e^ℓ) − log(1 + e^z), with z cancelled on paper where it is the larger part of both.
  jets.value[i] = Math.log1p(e) + Math.max(z, base) - Math.max(z, 0) - rest;
  if (order < 1) return;
  const r2 = rho * sigma, r3 = r2 * (sigma - rho);
  // σ − p without cancellation: ℓ is near 0 when the base family hardly gives anything but c.
  const excess = -Math.expm1(base) * sigma * q;
  if (order >= 3) {
    for (let k = 0; k < last; k++) {
      const fk = d1[k][i];
      for (let l = 0; l <= k; l++) {
        const fl = d1[l][i], fkl = d2[pair(k, l)][i];
        for (let m = 0; m <= l; m++) {
          const fm = d1[m][i], f = d3[triple(k, l, m)];
          const pairs = fkl * fm + d2[pair(k, m)][i] * fl + d2[pair(l, m)][i] * fk;
          f[i] = rho * f[i] + r2 * pairs + r3 * fk * fl * fm;
        }
        d3[triple(last, k, l)][i] = -r2 * fkl - r3 * fk * fl;
      }
      d3[triple(last, last, k)][i] = r3 * fk;
    }
    // σ(1−σ)(1−2σ) − p(1−p)(1−2p), divided by σ − p on paper.
    d3[triple(last, last, last)][i] = excess *
      (1 - 3 * (sigma + p) + 2 * (sigma * sigma + sigma * p + p * p));
  }
  if (order >= 2) {
    for (let k = 0; k < last; k++) {
      for (let l = 0; l <= k; l++) d2[pair(k, l)][i] = rho * d2[pair(k, l)][i] + r2 * d1[k][i] * d1[l][i];
      d2[pair(last, k)][i] = -r2 * d1[k][i];
    }
    d2[pair(last, last)][i] = excess * (1 - sigma - p);
  }
  for (let k = 0; k < last; k++) d1[k][i] *= rho;
  d1[last][i] = excess;
}
