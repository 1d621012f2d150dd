import type { Structure } from "./structure.ts";

/** `homdiag(x | g)`: independent coefficients with one variance; θ is their standard deviation. */
export const homdiag: Structure = {
  name: "homdiag",
  meaning: "independent, one variance",
  bind({ names }) {
    const c = names.length;
    return {
      structure: "homdiag",
      width: c,
      thetas: 1,
      freedom: "scalar",
      linear: true,
      start: (sd) => [Math.sqrt(sd.reduce((s, v) => s + v * v, 0) / c)],
      fill(theta, at, T) {
        T.fill(0, 0, c * c);
        for (let j = 0; j < c; j++) T[j * c + j] = theta[at];
      },
      pullback(_theta, at, D, gradient) {
        for (let j = 0; j < c; j++) gradient[at] += D[j * c + j];
      },
      edges: [{ at: 0, column: [0], idle: [] }],
      near: (T) => {
        let sum = 0;
        for (let j = 0; j < c; j++) for (let i = j; i < c; i++) sum += T[j * c + i] ** 2;
        return [Math.sqrt(sum / c)];
      },
      shown: [{ kind: "sd", name: "sd__homdiag", label: "homdiag", of: 0, at: 0 }],
    };
  },
};
