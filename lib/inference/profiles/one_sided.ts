/**
 * Linear functions whose maximum-likelihood estimate is infinite: the interval has one finite end, where the profile
 * likelihood has fallen by z²/2 from its supremum,
 *
 *   D(ω) = 2 (min { nll(ψ) : lᵀβ = ω } − inf nll) = z²
 *
 * ψ = ψ̂ − u r + W x with r the direction in which the coefficients run away and W a basis of { v : lᵀβ(v) = 0 }: moving along
 * r leaves all that the data determine as it is, so x = 0 is nearly the constrained minimum, and u a coordinate for ω.
 *
 * Source: Venzon & Moolgavkar (1988), Appl. Stat. 37:87–94; Geyer (2009), Electron. J. Stat. 3:259–289, on one-sided intervals. For
 * 0 successes of n the upper limit is 1 − exp(−z²/2n).
 */
import { Matrix } from "../../math/dense.ts";
import { minimize, type Objective } from "../../math/minimize.ts";
import type { Model } from "../../model/result/model.ts";
import { type LikelihoodAtOptimum, solutionOrNull } from "../../model/result/solution.ts";
import { type Tendencies, tendencies, type Tendency } from "../../model/result/tendency.ts";

/** An interval; NaN ends are not known: the model was loaded without its data, or very many directions are flat. */
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

  private path(l: Float64Array): Path | null {
    const likelihood = solutionOrNull(this.model)?.likelihood();
    if (!likelihood) return null;
    const own = ownDirection(tendencies(this.model), l), { directions, ray } = this.model.flat;
    if (!own && directions.length > MOST) return null;
    return new Path(likelihood, l, own, ray!, (k) => partHas(this.model, k, l));
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
    const a = rule.components(pull), along = inner(a, c) / size ** 2;
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
      const c = inner(q, left);
      for (let k = 0; k < left.length; k++) left[k] -= c * q[k];
    }
  }
  const size = Math.hypot(...left);
  if (!(size > SHARE * Math.hypot(...v))) return null;
  set.push(left.map((x) => x / size));
  return left;
}

/** Most flat directions that hang together for which limits are searched: every search runs over all the others. */
const MOST = 8;
/** Most coefficients for which Newton's steps with the information are cheap. */
const EXACT = 12;
/** Relative accuracy of √D at a limit. */
const ACCURACY = 1e-7;

/** The constrained minima along one linear function. */
class Path {
  /** −r over ψ, lᵀβ at ψ̂, and its change per unit of u. */
  private readonly back: Float64Array;
  private readonly target: Objective;
  private readonly start: number;
  private readonly slope: number;
  private readonly W: Matrix;
  /** The information is the Hessian. */
  private readonly exact: boolean;
  private x: Float64Array;
  /** ψ of the last constrained minimum. */
  private last: Float64Array;
  private B: Matrix;

  /**
   * @param own the direction of lᵀβ's own, if it has one
   * @param ray the direction of all that runs away, of which those parts move that lᵀβ is about
   */
  constructor(
    private readonly optimum: LikelihoodAtOptimum,
    l: Float64Array,
    own: Float64Array | null,
    ray: Float64Array,
    isOf: (part: number) => boolean,
  ) {
    const { psi, free, hessian } = optimum, a = optimum.gradientOf(l);
    this.target = optimum.objective;
    this.back = optimum.toPsi(own ?? ray, own ? () => true : isOf).map((v) => -v);
    this.start = inner(a, psi);
    this.slope = inner(a, this.back);
    this.W = own ? this.moved(a) : orthogonalTo(Float64Array.from(free, (i) => a[i]));
    this.B = this.W.transpose().mmul(hessian).mmul(this.W);
    this.x = new Float64Array(this.W.columns);
    this.exact = optimum.exact;
    this.last = psi;
  }

  /** What the data determine, moved back along the ray so that lᵀβ stays: columns over the free parameters. */
  private moved(a: Float64Array): Matrix {
    const { optimum: { free, determined: U }, back, slope } = this, W = Matrix.zeros(free.length, U.columns);
    for (let c = 0; c < U.columns; c++) {
      const shift = free.reduce((s, i, r) => s + a[i] * U.get(r, c), 0) / slope;
      free.forEach((i, r) => W.set(r, c, U.get(r, c) - shift * back[i]));
    }
    return W;
  }

  /** lᵀβ where √D = z; ±Infinity when D stays below z². */
  reaching(z: number): number {
    const unit = 1 / Math.abs(this.slope); // of u, for 1 of lᵀβ
    let low = { u: 0, root: 0 }, high: typeof low | null = null, u = this.alongRay(z), gap = Infinity;
    for (let k = 0; k < 50 && u !== Infinity; k++) {
      const root = this.rootAtU(u), before = low;
      if (Math.abs(root - z) < ACCURACY * z) break;
      if (root < z) low = { u, root };
      else high = { u, root };
      if (root !== root || u > 1e5 * unit) u = Infinity; // the likelihood does not fall before it overflows
      else if (!high) u += outwards(before, low, z, unit);
      else {
        const share = low.root > 0 ? Math.log(z / low.root) / Math.log(high.root / low.root) : 0.5;
        const slow = high.u - low.u > gap / 2; // interpolation gets nowhere: halve
        gap = high.u - low.u;
        if (gap < 1e-9 * unit) break;
        u = low.u + gap * (slow ? 0.5 : Math.min(0.98, Math.max(0.02, share)));
      }
    }
    this.restore();
    return this.start + u * this.slope;
  }

  /** The stacked coefficients where the search has ended. */
  coefficients(): Float64Array {
    return this.optimum.coefficientsOf(this.last);
  }

  /** √D where lᵀβ = value, 0 beyond the estimate. */
  rootAt(value: number): number {
    const u = (value - this.start) / this.slope, root = u > 0 ? this.rootAtU(u) : 0;
    this.restore();
    return root;
  }

  /** Where the likelihood has fallen by z²/2 when all else stays as it is: the limit lies there or beyond. */
  private alongRay(z: number): number {
    const gradient = new Float64Array(this.back.length);
    const falls = (u: number) => {
      const value = this.target.evaluate(this.optimum.psi.map((v, i) => v + u * this.back[i]), gradient);
      return !(2 * (value - this.optimum.value) < z * z);
    };
    let low = 0, high = 1;
    while (!falls(high)) {
      low = high;
      high *= 2;
      if (high > 1e4) return Infinity;
    }
    while (high - low > 0.05) {
      const middle = (low + high) / 2;
      if (falls(middle)) high = middle;
      else low = middle;
    }
    return low;
  }

  private rootAtU(u: number): number {
    const { psi, free, value } = this.optimum, { W, target, back } = this;
    const full = new Float64Array(psi.length);
    const at = (x: Float64Array) => {
      const out = psi.map((v, i) => v + u * back[i]);
      free.forEach((i, a) => {
        for (let j = 0; j < x.length; j++) out[i] += W.get(a, j) * x[j];
      });
      return out;
    };
    const restricted = {
      evaluate(x: Float64Array, gradient: Float64Array) {
        const f = target.evaluate(at(x), full);
        for (let j = 0; j < x.length; j++) {
          gradient[j] = free.reduce((s, i, a) => s + W.get(a, j) * full[i], 0);
        }
        return f;
      },
    };
    const settings = { tolerance: 1e-11, maxEvaluations: 100, maxStep: 3 };
    const newton = (start: Float64Array) =>
      minimize({ ...restricted, curvature: () => this.curvature() }, { ...settings, start });
    const few = this.exact && this.x.length <= EXACT;
    let found = few ? newton(this.x) : minimize(restricted, { ...settings, start: this.x, hessian: this.B });
    if (!few && !found.converged && this.x.length <= EXACT && this.optimum.laplace) {
      found = newton(found.x);
    }
    if (!Number.isFinite(found.value)) return NaN;
    this.x = found.x.slice();
    this.B = found.hessian;
    this.last = at(this.x);
    return Math.sqrt(Math.max(0, 2 * (found.value - value)));
  }

  /** Curvature of the restricted objective where it was last evaluated: information of the coefficients, θ as at the optimum. */
  private curvature(): Matrix {
    const { optimum: { free, hessian, coefficients: p }, W } = this, H = hessian.clone();
    const information = this.optimum.information();
    free.forEach((i, a) =>
      free.forEach((j, b) => {
        if (i < p && j < p) H.set(a, b, information.get(i, j));
        else if (i < p || j < p) H.set(a, b, 0);
      })
    );
    return W.transpose().mmul(H).mmul(W);
  }

  /** Leaves the objective at the optimum. */
  private restore() {
    this.target.evaluate(this.optimum.psi, new Float64Array(this.optimum.psi.length));
  }
}

/** The next step before √D has reached z: log D is nearly linear in a tail, at the rate of the last two points. */
function outwards(
  before: { u: number; root: number },
  at: { u: number; root: number },
  z: number,
  unit: number,
): number {
  const rate = before.root > 0 ? Math.log(at.root / before.root) / (at.u - before.u) : NaN;
  if (!(rate > 0)) return unit;
  return Math.min(1.02 * Math.log(z / at.root) / rate + 1e-6 * unit, 4 * (at.u - before.u));
}

/** Orthonormal columns orthogonal to a (Householder's reflection without its first column). */
function orthogonalTo(a: Float64Array): Matrix {
  const p = a.length,
    size = Math.hypot(...a),
    most = a.reduce((m, v, i) => Math.abs(v) > Math.abs(a[m]) ? i : m, 0);
  const v = a.map((x) => x / size);
  v[most] += Math.sign(v[most]);
  const h = 2 / inner(v, v), W = Matrix.zeros(p, p - 1);
  for (let i = 0; i < p; i++) {
    for (let j = 0, c = 0; j < p; j++) if (j !== most) W.set(i, c++, (i === j ? 1 : 0) - h * v[i] * v[j]);
  }
  return W;
}

function inner(x: Float64Array, y: Float64Array): number {
  let s = 0;
  for (let i = 0; i < x.length; i++) s += x[i] * y[i];
  return s;
}
