/**
 * Linear functions whose maximum-likelihood estimate is infinite: the interval has one finite end, where the profile
 * likelihood has fallen by z²/2 from its supremum.
 *
 * Source: Geyer (2009), Electron. J. Stat. 3:259–289, on one-sided intervals. For 0 successes of n the upper limit is
 * 1 − exp(−z²/2n).
 */
import { dot } from "../../math/vectors.ts";
import type { Model } from "../../model/result/model.ts";
import { solutionOrNull } from "../../model/result/solution.ts";
import { type Tendencies, tendencies, type Tendency } from "../../model/result/tendency.ts";
import { AlongRay } from "./along_ray.ts";

/** An interval; NaN ends are not known: the model was loaded without its data, or the search did not end. */
export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** The likelihood's maximum for a value of lᵀβ: √D, and the stacked coefficients. */
export interface Constrained {
  readonly root: number;
  readonly beta: Float64Array;
}

/** Profiles of what runs to infinity in one model. */
class OneSided {
  private readonly known = new Map<string, number>();

  constructor(private readonly model: Model) {}

  /** Where the likelihood drives lᵀβ (over the stacked coefficients). */
  tendency(l: Float64Array): Tendency {
    return tendencies(this.model).of(l);
  }

  /** The interval of lᵀβ for z normal deviates; l must have a tendency. */
  ends(l: Float64Array, z: number): Ends {
    const t = this.tendency(l);
    if (!(Math.abs(t) === 1)) return { low: -Infinity, high: Infinity };
    const end = this.remembered(`${z} ${l.join(" ")}`, () => this.path(l)?.reaching(z) ?? NaN);
    return t > 0 ? { low: end, high: Infinity } : { low: -Infinity, high: end };
  }

  /** The constrained maximum at the finite end of that interval; null where the end is not known. */
  atEnd(l: Float64Array, z: number): Constrained | null {
    const path = Math.abs(this.tendency(l)) === 1 ? this.path(unit(l)) : null;
    return path && Number.isFinite(path.reaching(z)) ? { root: z, beta: path.coefficients() } : null;
  }

  /** The constrained maximum where lᵀβ has a value; null when lᵀβ could be anything. */
  at(l: Float64Array, value: number): Constrained | null {
    const path = Math.abs(this.tendency(l)) === 1 ? this.path(unit(l)) : null;
    return path && { root: path.rootAt(value / size(l)), beta: path.coefficients() };
  }

  /** Signed root of the likelihood ratio for lᵀβ = value; NaN when lᵀβ could be anything. */
  root(l: Float64Array, value: number): number {
    const t = this.tendency(l);
    if (!(Math.abs(t) === 1)) return NaN;
    return this.remembered(`root ${value} ${l.join(" ")}`, () => t * (this.path(l)?.rootAt(value) ?? NaN));
  }

  private remembered(key: string, compute: () => number): number {
    let found = this.known.get(key);
    if (found === undefined) this.known.set(key, found = compute());
    return found;
  }

  private path(l: Float64Array): AlongRay | null {
    const likelihood = solutionOrNull(this.model)?.likelihood();
    if (!likelihood) return null;
    const own = ownDirection(tendencies(this.model), l);
    return new AlongRay(likelihood, l, own, this.model.flat.ray!, (k) => partHas(this.model, k, l));
  }
}

const size = (l: Float64Array): number => l.reduce((m, v) => Math.max(m, Math.abs(v)), 0);

/** At unit size: near its limit a mean hardly has a tangent. */
const unit = (l: Float64Array): Float64Array => l.map((v) => v / size(l));

/** Does lᵀβ hold coefficients of part k? */
function partHas({ parts }: Model, k: number, l: Float64Array): boolean {
  const { start, beta } = parts[k];
  return l.subarray(start, start + beta.length).some((v) => v !== 0);
}

const made = new WeakMap<Model, OneSided>();

/** The one-sided intervals of a model, made once. */
export function oneSided(model: Model): OneSided {
  let found = made.get(model);
  if (!found) made.set(model, found = new OneSided(model));
  return found;
}

/**
 * The flat direction in which lᵀβ grows as the likelihood draws it, and no predictor that runs away does unless it is l's own (a level of
 * its own, say): the others then stay at their far end, out of the search. Null where they hang together.
 */
function ownDirection(rule: Tendencies, l: Float64Array): Float64Array | null {
  const { directions, pulls } = rule.flat, c = rule.components(l), size = Math.hypot(...c);
  const others: Float64Array[] = [];
  for (const pull of pulls) {
    const a = rule.components(pull), along = dot(a, c) / size ** 2;
    if (Math.hypot(...a.map((v, k) => v - along * c[k])) > SHARE * Math.hypot(...a)) {
      orthogonalised(others, a);
    }
  }
  const left = orthogonalised([...others], c);
  if (!left) return null;
  const sign = rule.of(l), d = new Float64Array(directions[0].length);
  directions.forEach((direction, k) => direction.forEach((v, j) => d[j] += sign * left[k] * v));
  return d;
}

/** Share of a vector's length that counts as 0. */
const SHARE = 1e-6;

/** What is left of v beside an orthonormal set, which takes it in at unit length; null where nothing is. */
function orthogonalised(set: Float64Array[], v: Float64Array): Float64Array | null {
  const left = v.slice();
  for (let pass = 0; pass < 2; pass++) {
    for (const q of set) {
      const c = dot(q, left);
      for (let k = 0; k < left.length; k++) left[k] -= c * q[k];
    }
  }
  const size = Math.hypot(...left);
  if (!(size > SHARE * Math.hypot(...v))) return null;
  set.push(left.map((x) => x / size));
  return left;
}
