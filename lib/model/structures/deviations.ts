/**
 * An unstructured covariance by its standard deviations and correlations, for terms in which some of them are held: Σ = S R S,
 * S = diag(|s|), R = L Lᵀ with rows of length 1. With r_j² what is left of row j before column i,
 *
 *   L_ji = r_j sin x_ji  (free)   or   (ρ_ij − Σ_{k<i} L_ik L_jk) / L_ii  (held at ρ_ij),   L_jj = what is left
 *
 * θ = (s, x), and |s| because a change of its sign would change that of correlations which are held. So every matrix of correlations
 * is reached, those with a correlation of ±1 too (Pinheiro & Bates 1996, Stat. Comput. 6:289–296, the spherical parametrisation).
 */
import { correlations, deviations } from "./coefficients.ts";
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
  const place = (i: number, j: number) => c + pairs.findIndex(([a, b]) => a === i && b === j);
  const rho = correlations(names).map(({ name }) => Object.hasOwn(held, name) ? held[name] : NaN);
  const free = rho.flatMap((r, k) => Number.isNaN(r) ? [c + k] : []);
  const begin = possible(new Float64Array(thetas).fill(1, 0, c), free, (theta) => {
    const { L } = rowsOf(theta, 0, c, place, rho, false);
    return Math.min(...L.map((row, i) => row[i]));
  });
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
    start: (sd) => [...sd, ...begin.subarray(c)],
    fill(theta, at, T) {
      const { L } = rowsOf(theta, at, c, place, rho, false);
      for (let i = 0; i < c; i++) {
        for (let j = 0; j < c; j++) T[j * c + i] = Math.abs(theta[at + i]) * L[i][j];
      }
    },
    pullback(theta, at, D, gradient) {
      const { L, moved } = rowsOf(theta, at, c, place, rho, true);
      for (let i = 0; i < c; i++) {
        const s = theta[at + i], sign = s < 0 ? -1 : 1;
        for (let j = 0; j <= i; j++) {
          const d = D[j * c + i] * sign;
          gradient[at + i] += d * L[i][j];
          for (let k = 0; k < pairs.length; k++) gradient[at + c + k] += d * s * moved[k][i][j];
        }
      }
    },
    edges: names.map((_, i): Edge => ({ at: i, column: [i], idle: involving(i) })),
    near: (T) => near(T, c),
    shown: [
      ...deviations(names),
      ...correlations(names).map((p, k): Shown => p.kind === "cor" ? { ...p, at: c + k } : p),
    ],
  };
}

/** Angles that are tried where those of 0 contradict what is held, and for how many free correlations. */
const ANGLES = [0, 0.35, -0.35, 0.7, -0.7, 1.05, -1.05, 1.4, -1.4];
const MOST_TRIED = 4;

/** θ with free angles at which every row of L has something left, the most of those tried; θ itself where it has. */
function possible(
  theta: Float64Array,
  free: readonly number[],
  left: (theta: Float64Array) => number,
): Float64Array | null {
  if (left(theta) > 0) return theta;
  let tried: Float64Array[] = [theta];
  for (const i of free.slice(0, MOST_TRIED)) {
    tried = tried.flatMap((one) => ANGLES.map((x) => one.map((v, k) => k === i ? x : v)));
  }
  let best: Float64Array | null = null, most = 0;
  for (const one of tried) {
    const own = left(one); // NaN where they contradict each other
    if (own > most) [best, most] = [one, own];
  }
  return best;
}

/** Pairs i < j in the order of {@link correlations}. */
function pairsOf(c: number): [number, number][] {
  return Array.from({ length: c }, (_, i) => i).flatMap((i) =>
    Array.from({ length: c - 1 - i }, (_, j): [number, number] => [i, i + 1 + j])
  );
}

/** L row by row, and its derivative in every x where it is wanted. */
function rowsOf(
  theta: Float64Array,
  at: number,
  c: number,
  place: (i: number, j: number) => number,
  rho: readonly number[],
  withDerivatives: boolean,
): { L: Float64Array[]; moved: Float64Array[][] } {
  const rows = () => Array.from({ length: c }, () => new Float64Array(c));
  const L = rows(), moved = withDerivatives ? rho.map(rows) : [];
  for (let j = 0; j < c; j++) {
    let left = 1;
    const lefts = new Float64Array(moved.length); // its derivatives
    for (let i = 0; i < j; i++) {
      const own = place(i, j) - c, x = theta[at + c + own], target = rho[own];
      if (Number.isNaN(target)) {
        L[j][i] = left * Math.sin(x);
        moved.forEach((M, k) => M[j][i] = lefts[k] * Math.sin(x) + (k === own ? left * Math.cos(x) : 0));
        moved.forEach((_, k) => lefts[k] = lefts[k] * Math.cos(x) - (k === own ? left * Math.sin(x) : 0));
        left *= Math.cos(x);
        continue;
      }
      const inner = (a: Float64Array, b: Float64Array) => {
        let s = 0;
        for (let k = 0; k < i; k++) s += a[k] * b[k];
        return s;
      };
      L[j][i] = (target - inner(L[i], L[j])) / L[i][i];
      const next = Math.sqrt(left * left - L[j][i] ** 2); // NaN where the correlations contradict each other
      moved.forEach((M, k) => {
        M[j][i] = -(inner(M[i], L[j]) + inner(L[i], M[j]) + L[j][i] * M[i][i]) / L[i][i];
        lefts[k] = (left * lefts[k] - L[j][i] * M[j][i]) / next;
      });
      left = next;
    }
    L[j][j] = left;
    moved.forEach((M, k) => M[j][j] = lefts[k]);
  }
  return { L, moved };
}

/** θ of T Tᵀ. */
function near(T: Float64Array, c: number): number[] {
  const sd = Array.from(
    { length: c },
    (_, i) => Math.hypot(...Array.from({ length: c }, (_, j) => T[j * c + i])),
  );
  const x = pairsOf(c).map(([i, j]) => {
    let left = sd[j] ** 2;
    for (let k = 0; k < i; k++) left -= T[k * c + j] ** 2;
    return left > 0 ? Math.asin(Math.max(-1, Math.min(1, T[i * c + j] / Math.sqrt(left)))) : 0;
  });
  return [...sd, ...x];
}
