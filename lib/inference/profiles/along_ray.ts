/**
 * The constrained minima along one linear function whose estimate is infinite,
 *
 *   D(ω) = 2 (min { nll(ψ) : lᵀβ = ω } − inf nll)
 *
 * ψ = ψ̂ − u r + W x with r the direction in which the coefficients run away and W a basis of { v : lᵀβ(v) = 0 }: moving along
 * r leaves all that the data determine as it is, so x = 0 is nearly the constrained minimum, and u a coordinate for ω.
 *
 * Source: Venzon & Moolgavkar (1988), Appl. Stat. 37:87–94.
 */
import { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { largestOf } from "../../math/largest.ts";
import { minimize, type Minimum, type Objective } from "../../math/minimize.ts";
import type { LikelihoodAtOptimum } from "../../model/result/solution.ts";
import { Columns, Orthogonal, type Subspace } from "./subspace.ts";

/** Evaluations of a search, and how often it goes on where it has not ended. */
const EVALUATIONS = 100, ROUNDS = 10;
/** Predicted decrease of the log-likelihood from which a search has not ended: √D is then off by less than 1e-6. */
const OPEN = 1e-6;
/**
 * Curvature, as a share of the largest, that Newton's steps count with at least: what runs away with the ray has next to none (e^{−x}
 * after x steps of size 1), and needs its steps. A ridge above keeps Cholesky's pivots safe.
 */
const FLOOR = 1e-14, RIDGE = 2e3 * FLOOR;
/** Relative accuracy of √D at a limit. */
const ACCURACY = 1e-7;

/** The constrained minima along one linear function. */
export class AlongRay {
  /** −r over ψ, lᵀβ at ψ̂, and its change per unit of u. */
  private readonly back: Float64Array;
  private readonly target: Objective;
  private readonly start: number;
  private readonly slope: number;
  private readonly W: Subspace;
  /** The information is the Hessian. */
  private readonly exact: boolean;
  private x: Float64Array;
  /** ψ of the last constrained minimum. */
  private last: Float64Array;
  private B: Matrix;
  /** A search has not ended: nothing found here can be said. */
  private lost = false;

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
    this.start = dot(a, psi);
    this.slope = dot(a, this.back);
    this.W = own ? this.moved(a) : new Orthogonal(Float64Array.from(free, (i) => a[i]));
    this.B = this.W.restricted(hessian);
    this.x = new Float64Array(this.W.size);
    this.exact = optimum.exact;
    this.last = psi;
  }

  /** What the data determine, moved back along the ray so that lᵀβ stays: columns over the free parameters. */
  private moved(a: Float64Array): Subspace {
    const { optimum: { free, determined: U }, back, slope } = this, W = Matrix.zeros(free.length, U.columns);
    for (let c = 0; c < U.columns; c++) {
      const shift = free.reduce((s, i, r) => s + a[i] * U.get(r, c), 0) / slope;
      free.forEach((i, r) => W.set(r, c, U.get(r, c) - shift * back[i]));
    }
    return new Columns(W);
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
    return this.lost ? NaN : this.start + u * this.slope;
  }

  /** The stacked coefficients where the search has ended. */
  coefficients(): Float64Array {
    return this.optimum.coefficientsOf(this.last);
  }

  /** √D where lᵀβ = value, 0 beyond the estimate. */
  rootAt(value: number): number {
    const u = (value - this.start) / this.slope, root = u > 0 ? this.rootAtU(u) : 0;
    this.restore();
    return this.lost ? NaN : root;
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
    const { psi, free, value, laplace } = this.optimum, { W, target, back } = this;
    const full = new Float64Array(psi.length), some = new Float64Array(free.length);
    const at = (x: Float64Array) => {
      const out = psi.map((v, i) => v + u * back[i]), moved = W.times(x);
      free.forEach((i, a) => out[i] += moved[a]);
      return out;
    };
    const restricted = {
      evaluate(x: Float64Array, gradient: Float64Array) {
        const f = target.evaluate(at(x), full);
        free.forEach((i, a) => some[a] = full[i]);
        gradient.set(W.transposed(some));
        return f;
      },
    };
    const newton = { ...restricted, curvature: () => this.curvature() };
    let found = this.search(this.exact ? newton : restricted, this.x);
    if (!found.converged && !this.exact && laplace) {
      found = this.search(newton, found.x);
    }
    if (!Number.isFinite(found.value)) return NaN;
    this.lost ||= !found.converged && !(found.predictedDecrease < OPEN);
    this.x = found.x.slice();
    this.B = found.hessian;
    this.last = at(this.x);
    return Math.sqrt(Math.max(0, 2 * (found.value - value)));
  }

  /** A minimum from x on, in several rounds where it is far. */
  private search(objective: Objective, x: Float64Array): Minimum {
    const settings = { tolerance: 1e-11, maxEvaluations: EVALUATIONS, maxStep: 3, floor: FLOOR };
    let found = minimize(objective, { ...settings, start: x, hessian: this.B });
    for (let k = 1; k < ROUNDS && !found.converged && found.evaluations >= EVALUATIONS; k++) {
      found = minimize(objective, { ...settings, start: found.x, hessian: found.hessian });
    }
    return found;
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
    const out = W.restricted(H), most = largestOf(out.diagonal(), 0);
    for (let i = 0; i < out.rows; i++) out.set(i, i, out.get(i, i) + RIDGE * most);
    return out;
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
