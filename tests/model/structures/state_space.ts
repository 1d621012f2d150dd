/**
 * A smooth walk by its state equation, as one who knows nothing of nodes and precisions writes it: the Kalman filter, whose variances are
 * sums of positive terms, and the smoother of de Jong (1989, J. Am. Stat. Assoc. 84:1085–1088), which inverts nothing. Walks begin at 0.
 */

/** One series of times, in their order, and what is observed about the walk with which variance. */
export interface Walked {
  readonly time: readonly number[];
  /** Standard deviation of the walk per unit of time^1.5. */
  readonly sd: number;
  readonly noise: (i: number) => number;
}

/** Innovations of every column, and log|V|. */
export interface Filtered {
  readonly innovations: readonly Float64Array[];
  readonly F: Float64Array;
  readonly logDet: number;
  /** E(walk | column), column by column. */
  smooth(column: number): Float64Array;
  /** Σ e_j e_k / F. */
  product(j: number, k: number): number;
}

export function filter(
  { time, sd, noise }: Walked,
  columns: readonly ((i: number) => number)[],
): Filtered {
  const n = time.length, q = sd * sd, F = new Float64Array(n), logs: number[] = [];
  const innovations = columns.map(() => new Float64Array(n)), states = columns.map(() => [0, 0]);
  const gaps = time.map((t, i) => i > 0 ? t - time[i - 1] : 0);
  const predicted = [0, 1, 2].map(() => new Float64Array(n)), values = columns.map(() => new Float64Array(n));
  let P = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const h = gaps[i];
    P = [P[0] + 2 * h * P[1] + h * h * P[2] + q * h ** 3 / 3, P[1] + h * P[2] + q * h * h / 2, P[2] + q * h];
    predicted.forEach((p, k) => p[i] = P[k]);
    F[i] = P[0] + noise(i);
    logs.push(Math.log(F[i]));
    const gain = [P[0] / F[i], P[1] / F[i]];
    states.forEach((s, j) => {
      s[0] += h * s[1];
      values[j][i] = s[0];
      const e = innovations[j][i] = columns[j](i) - s[0];
      s[0] += gain[0] * e;
      s[1] += gain[1] * e;
    });
    P = [P[0] * noise(i) / F[i], P[1] * noise(i) / F[i], P[2] - gain[1] * P[1]];
  }
  return {
    innovations,
    F,
    logDet: logs.reduce((s, v) => s + v, 0),
    product: (j, k) => F.reduce((s, f, i) => s + innovations[j][i] * innovations[k][i] / f, 0),
    smooth(j) {
      const out = new Float64Array(n);
      let r = [0, 0]; // r_{t−1} = Zᵀe/F + (I − KZ)ᵀ Tᵀ r_t
      for (let i = n - 1; i >= 0; i--) {
        const h = i + 1 < n ? gaps[i + 1] : 0, ahead = [r[0], h * r[0] + r[1]], [p, c] = predicted;
        const gain = [p[i] / F[i], c[i] / F[i]];
        r = [innovations[j][i] / F[i] + ahead[0] - gain[0] * ahead[0] - gain[1] * ahead[1], ahead[1]];
        out[i] = values[j][i] + p[i] * r[0] + c[i] * r[1];
      }
      return out;
    },
  };
}
