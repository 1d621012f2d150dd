/**
 * Separation: coefficients that run to infinity, found from the observations that they would make certain.
 *
 * An observation at the edge of what is possible (0 successes, a count of 0, …) whose predictor runs there says less and less
 * about β: its ℓ′ and ℓ″ vanish. What the other observations leave open, N = { d : x_iᵀd = 0 for all i that still say
 * something }, are the flat directions: the limit is the maximum-likelihood estimate of the model without the vanished
 * observations (Albert & Anderson 1984, Biometrika 71:1–10; Geyer 2009, Electron. J. Stat. 3:259–289). Exact zeros
 * of N come from X, so nothing here depends on how factors are coded, nor on the noise of a differenced Hessian.
 */
import { largestOf } from "../../math/largest.ts";
import { denseColumn } from "../../math/columns.ts";
import { acute } from "../../math/cone.ts";
import { nullSpace } from "../../math/null_space.ts";
import { pair } from "../../math/jets.ts";
import type { PredictorDesign } from "../../formula/types.ts";
import type { Flat } from "./directions.ts";
import type { Laplace } from "../objective/laplace.ts";

/** Derivatives of an observation, in units in which effects are of order 1, below which it may have vanished: tried in turn. */
const VANISHED = [1e-4, 1e-6, 1e-8, 1e-10];
/** Predictors beyond this have run away, even where ℓ′ and ℓ″ have underflowed to 0. */
const FAR = 20;
/** How far along the direction the likelihood is looked at again, in units of the predictor that moves most. */
const FURTHER = 3;

/**
 * Flat directions of the fixed effects at a point where `laplace` has just been evaluated (with gradient), over φ = (β, θ).
 * @param value of the objective there
 */
export function separated(laplace: Laplace, psi: Float64Array, value: number): Flat {
  const directions: Float64Array[] = [], pulls: Float64Array[] = [];
  let ray: Float64Array | null = null;
  laplace.design.predictors.forEach((predictor, k) => {
    const free = freeColumns(predictor),
      found = free.length > 0 ? ofPart(laplace, psi, value, k, free) : null;
    if (!found) return;
    const at = (v: Float64Array) => amongCoefficients(laplace, k, free, v);
    directions.push(...found.directions.map(at));
    for (const pull of found.pulls) pulls.push(at(pull));
    if (!found.ray) return;
    ray ??= new Float64Array(laplace.coefficients + laplace.effects.thetas);
    ray.set(
      at(found.ray).subarray(laplace.firstCoefficient[k], laplace.firstCoefficient[k] + predictor.X.length),
      laplace.firstCoefficient[k],
    );
  });
  return { directions, pulls, ray };
}

function ofPart(
  laplace: Laplace,
  psi: Float64Array,
  value: number,
  k: number,
  free: readonly number[],
): Flat | null {
  const { jets } = laplace.likelihood, { unit } = laplace.bases[k];
  let columns: Float64Array[] | null = null;
  let slope = jets.d1[k], curvature = jets.d2[pair(k, k)], eta = laplace.eta[k];
  for (const least of VANISHED) {
    const gone = new Uint8Array(jets.n);
    let count = 0;
    for (let i = 0; i < jets.n; i++) {
      if (Math.abs(slope[i]) < least && Math.abs(curvature[i]) < least) count += gone[i] = 1;
    }
    if (count === 0) return null;
    const X = columns ??= free.map((j) => denseColumn(laplace.design.predictors[k].X[j]));
    const N = openDirections(X, gone, jets.n - count);
    if (N.length === 0) return null;
    const vanished = Array.from({ length: jets.n }, (_, i) => i).filter((i) => gone[i] === 1);
    if (slope === jets.d1[k]) [slope, curvature, eta] = [slope.slice(), curvature.slice(), eta.slice()];
    if (vanished.every((i) => slope[i] === 0 && curvature[i] === 0 && Math.abs(eta[i]) < FAR)) {
      return { directions: N, pulls: [], ray: null };
    }
    const sign = (i: number) => Math.sign(k === 0 && slope[i] !== 0 ? slope[i] : eta[i]); // ℓ′ may underflow
    const found = recession(X, vanished, N, sign, unit);
    if (!found) continue;
    const along = vanished.reduce(
      (s, i) => s + Math.abs(curvature[i]) * (at(X, i, found.ray) / unit) ** 2,
      0,
    );
    if (stillFalls(laplace, psi, value, k, free, found.ray, along)) return { directions: N, ...found };
  }
  return null;
}

/**
 * The direction within N in which the predictors of all vanished observations run where the likelihood draws them: up or down
 * by ℓ′ for the mean, and for other parts, whose observations may draw against each other, to the side on which they are.
 */
function recession(
  X: readonly Float64Array[],
  vanished: readonly number[],
  N: readonly Float64Array[],
  sign: (row: number) => number,
  unit: number,
): { pulls: Float64Array[]; ray: Float64Array } | null {
  const pulls: Float64Array[] = [], seen = new Set<string>(), moved: Float64Array[] = [];
  for (const i of vanished) {
    const a = Float64Array.from(N, (d) => sign(i) * at(X, i, d)), key = a.join(" ");
    if (a.every((v) => v === 0) || seen.has(key)) continue;
    seen.add(key);
    moved.push(a);
    pulls.push(Float64Array.from(X, (x) => sign(i) * x[i]));
  }
  if (moved.length === 0) return null;
  const scale = N.map((_, m) => largestOf(moved.map((a) => Math.abs(a[m]))) || 1);
  const step = acute(moved.map((a) => a.map((v, m) => v / scale[m])));
  if (!step) return null;
  const d = combination(N, step.map((v, m) => v / scale[m]));
  const most = largestOf(pulls.map((a) => inner(a, d)));
  return { pulls, ray: d.map((v) => v * unit / most) };
}

/** Places of the coefficients that are not held. */
function freeColumns({ X, held }: PredictorDesign): number[] {
  return X.map((_, j) => j).filter((j) => !held || Number.isNaN(held[j]));
}

/** What the other rows leave open; looked at in some of them first, which is enough when they leave nothing. */
function openDirections(X: readonly Float64Array[], gone: Uint8Array, count: number): Float64Array[] {
  const every = Math.max(1, Math.floor(count / Math.max(200, 20 * X.length)));
  const some: number[] = [];
  for (let i = 0, seen = 0; i < gone.length; i++) if (gone[i] === 0 && seen++ % every === 0) some.push(i);
  const open = nullSpace(X, some);
  if (every === 1 || open.length === 0) return open;
  return nullSpace(X, Array.from({ length: gone.length }, (_, i) => i).filter((i) => gone[i] === 0));
}

/** x_iᵀd, exactly 0 where it is rounding error. */
function at(X: readonly Float64Array[], i: number, d: Float64Array): number {
  let sum = 0, size = 0;
  for (let j = 0; j < d.length; j++) {
    if (d[j] === 0) continue;
    sum += X[j][i] * d[j];
    size += Math.abs(X[j][i] * d[j]);
  }
  return Math.abs(sum) <= 1e-9 * size ? 0 : sum;
}

/** A direction of one part's free coefficients over φ. */
function amongCoefficients(
  { coefficients, effects, firstCoefficient }: Laplace,
  k: number,
  free: readonly number[],
  v: Float64Array,
): Float64Array {
  const out = new Float64Array(coefficients + effects.thetas);
  free.forEach((j, a) => out[firstCoefficient[k] + j] = v[a]);
  return out;
}

/** Further along the direction a finite optimum rises by ½ h t²; a separated likelihood falls. */
function stillFalls(
  laplace: Laplace,
  psi: Float64Array,
  value: number,
  k: number,
  free: readonly number[],
  ray: Float64Array,
  curvature: number,
): boolean {
  const along = laplace.toPsi(amongCoefficients(laplace, k, free, ray)),
    there = psi.map((v, i) => v + FURTHER * along[i]);
  const rise = laplace.evaluate(there, new Float64Array(psi.length)) - value;
  laplace.evaluate(psi, new Float64Array(psi.length)); // back to where it was
  return rise <= 0.1 * FURTHER ** 2 * curvature / 2 + 1e-12 * Math.abs(value);
}

function combination(N: readonly Float64Array[], weights: Float64Array): Float64Array {
  return Float64Array.from(N[0], (_, j) => N.reduce((s, d, k) => s + weights[k] * d[j], 0));
}

function inner(x: Float64Array, y: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}
