import { type Jets, pair, triple } from "../../math/jets.ts";

/**
 * Turns derivatives with respect to the natural predictor ζ of part k into derivatives with respect to η, in place: with
 * f the log-density and ζ = ζ(η),
 *
 *     f_η = f_ζ ζ′     f_ηη = f_ζζ ζ′² + f_ζ ζ″     f_ηηη = f_ζζζ ζ′³ + 3 f_ζζ ζ′ ζ″ + f_ζ ζ‴
 *
 * and likewise for the mixed derivatives with the other predictors, part after part.
 * @param k the part
 * @param order highest derivative that `jets` hold
 * @param z1, z2, z3 ζ′, ζ″, ζ‴ of every row (those up to `order` are read)
 * Source: Faà di Bruno's formula.
 */
export function composeLink(
  jets: Jets,
  k: number,
  order: number,
  z1: Float64Array,
  z2: Float64Array,
  z3: Float64Array,
): void {
  const { n, K, d1, d2, d3, zero } = jets;
  if (order < 1) return;
  // Highest order first: each line reads lower derivatives that are still with respect to ζ.
  if (order >= 3) {
    for (let l = 0; l < K; l++) {
      if (l === k) continue;
      for (let m = 0; m <= l; m++) if (m !== k) scale(d3[triple(l, m, k)], z1, zero);
      if (d2[pair(l, k)] !== zero) second(d3[triple(l, k, k)], d2[pair(l, k)], z1, z2, n);
    }
    third(d3[triple(k, k, k)], d2[pair(k, k)], d1[k], z1, z2, z3, n);
  }
  if (order >= 2) {
    for (let l = 0; l < K; l++) if (l !== k) scale(d2[pair(l, k)], z1, zero);
    second(d2[pair(k, k)], d1[k], z1, z2, n);
  }
  scale(d1[k], z1, zero);
}

function scale(f: Float64Array, z1: Float64Array, zero: Float64Array): void {
  if (f === zero) return;
  for (let i = 0; i < f.length; i++) f[i] *= z1[i];
}

function second(f2: Float64Array, f1: Float64Array, z1: Float64Array, z2: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) f2[i] = f2[i] * z1[i] * z1[i] + f1[i] * z2[i];
}

function third(
  f3: Float64Array,
  f2: Float64Array,
  f1: Float64Array,
  z1: Float64Array,
  z2: Float64Array,
  z3: Float64Array,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    const a = z1[i];
    f3[i] = f3[i] * a * a * a + 3 * f2[i] * a * z2[i] + f1[i] * z3[i];
  }
}
