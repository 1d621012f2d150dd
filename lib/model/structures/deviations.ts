/**
 * An unstructured covariance by its standard deviations and correlations, for terms in which some of them are held: Σ = S R S,
 * S = diag(|s|), R by the angles x of {@link HeldCorrelations}. θ = (s, x), and |s| because a change of its sign would change that
 * of correlations which are held.
 */
import { correlations, deviations } from "./coefficients.ts";
import { HeldCorrelations } from "./held_correlations.ts";
import type { Covariance, Edge, Shown } from "./structure.ts";

/**
 * The structure of c coefficients, with the values of those parameters that are held.
 * @throws {RangeError} where no covariance has the correlations that are held
 */
export function byDeviations(
  label: string,
  names: readonly string[],
  held: Readonly<Record<string, number>>,
): Covariance {
  const c = names.length, pairs = pairsOf(c), thetas = c + pairs.length;
  const place = (i: number, j: number) => pairs.findIndex(([a, b]) => a === i && b === j);
  const rho = correlations(names).map(({ name }) => Object.hasOwn(held, name) ? held[name] : NaN);
  const matrix = new HeldCorrelations(c, (i, j) => rho[place(i, j)], place);
  const begin = beginning(matrix, c, thetas);
  if (!begin) {
    throw new RangeError(
      `Cannot hold the correlations of (${label}) at these values: no covariance matrix has them all, they contradict each other`,
    );
  }
  const involving = (i: number) => pairs.flatMap(([a, b], k) => a === i || b === i ? [c + k] : []);
  return {
    structure: "us",
    width: c,
    thetas,
    freedom: "diagonal",
    linear: false,
    start: (sd) => [...sd, ...begin],
    fill(theta, at, T) {
      const L = matrix.factor(theta.subarray(at + c, at + thetas), false);
      for (let i = 0; i < c; i++) {
        for (let j = 0; j < c; j++) T[j * c + i] = Math.abs(theta[at + i]) * L[i][j].v;
      }
    },
    pullback(theta, at, D, gradient) {
      const L = matrix.factor(theta.subarray(at + c, at + thetas), true);
      for (let i = 0; i < c; i++) {
        const s = theta[at + i], sign = s < 0 ? -1 : 1;
        for (let j = 0; j <= i; j++) {
          const d = D[j * c + i] * sign, { v, d: moved } = L[i][j];
          gradient[at + i] += d * v;
          for (let k = 0; k < pairs.length; k++) gradient[at + c + k] += d * s * moved[k];
        }
      }
    },
    edges: names.map((_, i): Edge => ({ at: i, column: [i], idle: involving(i), stays: true })),
    near: (T) => near(T, c, matrix),
    shown: [
      ...deviations(names),
      ...correlations(names).map((p, k): Shown => p.kind === "cor" ? { ...p, at: c + k } : p),
    ],
  };
}

/** Angles at which every row of L has something left, those of the largest determinant; null where there are none. */
function beginning(matrix: HeldCorrelations, c: number, thetas: number): Float64Array | null {
  const x = new Float64Array(thetas - c);
  const isPossible = () => matrix.factor(x, false).every((row, i) => row[i].v > 0); // NaN where they contradict each other
  if (isPossible()) return x;
  const R = matrix.largest();
  matrix.angles((i, j) => R.get(i, j), x);
  return isPossible() ? x : null;
}

/** Pairs i < j in the order of {@link correlations}. */
function pairsOf(c: number): [number, number][] {
  return Array.from({ length: c }, (_, i) => i).flatMap((i) =>
    Array.from({ length: c - 1 - i }, (_, j): [number, number] => [i, i + 1 + j])
  );
}

/** θ of T Tᵀ. */
function near(T: Float64Array, c: number, correlations: HeldCorrelations): number[] {
  const row = (i: number) => Array.from({ length: c }, (_, j) => T[j * c + i]);
  const sd = Array.from({ length: c }, (_, i) => Math.hypot(...row(i))),
    x = new Float64Array(c * (c - 1) / 2);
  correlations.angles((i, j) => {
    const product = sd[i] * sd[j], other = row(j);
    return product > 0 ? row(i).reduce((s, v, k) => s + v * other[k], 0) / product : 0;
  }, x);
  return [...sd, ...x];
}
