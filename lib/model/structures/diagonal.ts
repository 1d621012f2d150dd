import { deviations } from "./coefficients.ts";
import type { Covariance, Structure } from "./structure.ts";

/** `(x || g)` and `diag(x | g)`: independent coefficients; θ are their standard deviations. */
export const diag: Structure = {
  name: "diag",
  meaning: "independent",
  bind({ names }): Covariance {
    const c = names.length;
    return {
      structure: "diag",
      width: c,
      thetas: c,
      freedom: "diagonal",
      linear: true,
      start: (sd) => [...sd],
      fill(theta, at, T) {
        T.fill(0, 0, c * c);
        for (let j = 0; j < c; j++) T[j * c + j] = theta[at + j];
      },
      pullback(_theta, at, D, gradient) {
        for (let j = 0; j < c; j++) gradient[at + j] += D[j * c + j];
      },
      edges: names.map((_, j) => ({ at: j, column: [j], idle: [] })),
      near: (T) => names.map((_, j) => T[j * c + j]),
      shown: deviations(names),
      entries: names.map((_, j): [number, number] => [j, j]),
    };
  },
};
