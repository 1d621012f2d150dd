import type { Covariance } from "./covariance.ts";

/** `(x | g)`: any positive semi-definite covariance; θ is the lower triangle of T by columns (Bates et al. 2015, eq. 15). */
export const us: Covariance = {
  name: "us",
  freedom: "linear",
  linear: true,
  count: (c) => c * (c + 1) / 2,
  start: (sd) => sd.flatMap((s, j) => sd.slice(j).map((_, i) => (i === 0 ? s : 0))),
  fill(theta, at, c, T) {
    for (let j = 0, k = at; j < c; j++) for (let i = 0; i < c; i++) T[j * c + i] = i < j ? 0 : theta[k++];
  },
  pullback(_theta, at, c, D, gradient) {
    for (let j = 0, k = at; j < c; j++) for (let i = j; i < c; i++) gradient[k++] += D[j * c + i];
  },
  diagonal: (c) => Array.from({ length: c }, (_, j) => j * c - j * (j - 1) / 2),
  fromTemplate: (T, c) => {
    const theta: number[] = [];
    for (let j = 0; j < c; j++) for (let i = j; i < c; i++) theta.push(T[j * c + i]);
    return theta;
  },
};
