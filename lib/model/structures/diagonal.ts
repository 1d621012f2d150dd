import type { Covariance } from "./covariance.ts";

/** `(x || g)` and `diag(x | g)`: independent coefficients; θ are their standard deviations. */
export const diag: Covariance = {
  name: "diag",
  freedom: "diagonal",
  linear: true,
  count: (c) => c,
  start: (sd) => [...sd],
  fill(theta, at, c, T) {
    T.fill(0, 0, c * c);
    for (let j = 0; j < c; j++) T[j * c + j] = theta[at + j];
  },
  pullback(_theta, at, c, D, gradient) {
    for (let j = 0; j < c; j++) gradient[at + j] += D[j * c + j];
  },
  diagonal: (c) => Array.from({ length: c }, (_, j) => j),
  fromTemplate: (T, c) => Array.from({ length: c }, (_, j) => T[j * c + j]),
};
