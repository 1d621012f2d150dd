import { type Jets, pair, triple } from "../../math/jets.ts";

/**
 * Turns derivatives with respect to the natural predictor ζ of the mean (predictor 0) into derivatives with respect
 * to η, in place: with f the log-density and ζ = ζ(η),
 *
 *     f_η = f_ζ ζ′     f_ηη = f_ζζ ζ′² + f_ζ ζ″     f_ηηη = f_ζζζ ζ′³ + 3 f_ζζ ζ′ ζ″ + f_ζ ζ‴
 *
 * and likewise for the mixed derivatives with the other predictors.
 * @param order highest derivative that `jets` hold
 * @param z1, z2, z3 ζ′, ζ″, ζ‴ of every row (those up to `order` are read)
 * Source: Faà di Bruno's formula.
 */
export function composeLink(
  jets: Jets,
  order: number,
  z1: Float64Array,
  z2: Float64Array,
  z3: Float64Array,
): void {
  const { n, K, d1, d2, d3 } = jets;
  if (order < 1) return;
  // Highest order first: each line reads lower derivatives that are still with respect to ζ.
  if (order >= 3) {
    for (let k = 1; k < K; k++) {
      for (let l = 1; l <= k; l++) scale(d3[triple(k, l, 0)], z1);
      second(d3[triple(k, 0, 0)], d2[pair(k, 0)], z1, z2, n);
    }
    third(d3[0], d2[0], d1[0], z1, z2, z3, n);
  }
  if (order >= 2) {
    for (let k = 1; k < K; k++) scale(d2[pair(k, 0)], z1);
    second(d2[0], d1[0], z1, z2, n);
  }
  scale(d1[0], z1);
}

function scale(f: Float64Array, z1: Float64Array): void {
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
