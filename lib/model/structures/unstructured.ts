import { correlations, deviations, together } from "./coefficients.ts";
import { byDeviations } from "./deviations.ts";
import type { Covariance, Edge, Structure } from "./structure.ts";

/** `(x | g)`: any positive semi-definite covariance; θ is the lower triangle of T by columns (Bates et al. 2015, eq. 15). */
export const us: Structure = {
  name: "us",
  meaning: "unstructured",
  bind({ label, names, fixed = {} }): Covariance {
    const c = names.length;
    if (c > 1 && Object.keys(fixed).length > 0) return byDeviations(label, names, fixed);
    return {
      structure: "us",
      width: c,
      thetas: c * (c + 1) / 2,
      freedom: "linear",
      linear: true,
      start: (sd) => sd.flatMap((s, j) => sd.slice(j).map((_, i) => (i === 0 ? s : 0))),
      fill(theta, at, T) {
        for (let j = 0, k = at; j < c; j++) for (let i = 0; i < c; i++) T[j * c + i] = i < j ? 0 : theta[k++];
      },
      pullback(_theta, at, D, gradient) {
        for (let j = 0, k = at; j < c; j++) for (let i = j; i < c; i++) gradient[k++] += D[j * c + i];
      },
      edges: names.map((_, j): Edge => {
        const at = j * c - j * (j - 1) / 2, column = Array.from({ length: c - j }, (_, i) => at + i);
        return { at, column, idle: column.slice(1) };
      }),
      near(T) {
        const theta: number[] = [];
        for (let j = 0; j < c; j++) for (let i = j; i < c; i++) theta.push(T[j * c + i]);
        return theta;
      },
      shown: [...(c === 1 ? deviations(names) : together(names)), ...correlations(names)],
      entries: names.flatMap((_, i) => names.slice(0, i + 1).map((_, j): [number, number] => [i, j])),
    };
  },
};
