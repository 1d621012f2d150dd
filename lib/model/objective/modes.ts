/**
 * The modes of the random effects at given fixed effects and covariances,
 *
 *   h(u) = −Σ wℓ + ½uᵀPu,   û = argmin h,   H = P + Σ_i B_iᵀA_iB_i
 *
 * by damped Newton steps from where they are expected. A is the observed information, as in TMB (Kristensen et al. 2016,
 * J. Stat. Softw. 70(5), eq. 5–7).
 */
import { addTwofold } from "../../math/double_double.ts";
import { dot } from "../../math/vectors.ts";
import type { AllRows } from "./all_rows.ts";
import type { MakeFactor } from "./make_factor.ts";
import { NewtonSystem } from "./newton_system.ts";
import type { RandomEffects } from "./random_effects.ts";

/**
 * Newton stops when gᵀH⁻¹g, the squared distance to the mode, is below the first: ½ log|H| and the gradient move in proportion
 * to that distance, so it is what their noise is. Below the second it also stops when rounding ends the quadratic decrease.
 */
const MODE_TOLERANCE = 1e-18;
/** Beside a point where differences begin modes are found to this: the noise of the first would be in all of them. */
const QUIET_TOLERANCE = 1e-23;
/** What ½ log|H| and the gradient move by, at most, for each unit of that distance, where they may be off by something. */
const STEEPEST = 100;
const ROUNDING = 1e-13;
/** Squared length of a step that is bent, and the share of it at most: it gets no longer than twice that. */
const FAR = 0.01, MOST_BENT = 0.5;
const MAX_NEWTON = 100;
/** Steps after which a mode whose information is still indefinite is not waited for. */
const PATIENCE = 20;
/**
 * H = I + BᵀAB of the observed information: below this, a random effect is 50 times less certain with the data than without.
 * Two modes are then about to merge, ½ log|H| runs to −∞ and the approximation to nonsense: the point counts as undefined.
 */
const DEGENERATE = 0.02;
/** Change of η, in units of it, up to which its derivatives at the last modes say where the next ones are. */
const LITTLE = 0.5;

/** û and what is known there, at one point after the other; what moves predictors by it is in the rows' vectors. */
export class Modes {
  /** Spherical modes û, and b = Λû. */
  readonly u: Float64Array;
  readonly b: Float64Array;
  /** Σ Z_mᵀ g_m of the last step towards the modes. */
  readonly scores: Float64Array;
  readonly system: NewtonSystem;
  /** h(û), and ½ log|H| − ½ log|P|. */
  joint = 0;
  halfLogDet = 0;
  /** gᵀH⁻¹g: the squared distance at which û was taken for the modes, and that at which it might be. */
  private left = 0;
  private enough = MODE_TOLERANCE;
  /** The derivatives of the rows, the factor and η are those of the modes; third derivatives, too. */
  private known = false;
  private thirdKnown = false;
  private readonly step: Float64Array;
  /** Newton's own step where it was bent, and what bends it. */
  private readonly straight: Float64Array;
  private readonly bent: Float64Array;
  private readonly previous: Float64Array;
  /** P u. */
  private readonly prior: Float64Array;
  /** What rounding leaves of u, where P u would see it. */
  private readonly rest: Float64Array | null;

  constructor(private readonly effects: RandomEffects, private readonly rows: AllRows, make: MakeFactor) {
    const { q, pattern } = effects, vector = () => new Float64Array(q);
    [this.u, this.b, this.scores] = [vector(), vector(), vector()];
    [this.step, this.straight, this.bent, this.previous, this.prior] = Array.from({ length: 5 }, vector);
    this.rest = pattern.twofold && vector();
    this.system = new NewtonSystem(effects, (positive) => rows.information(positive), make);
  }

  /** Looks for the next modes from u, whatever the last ones were. */
  startFrom(u: Float64Array): void {
    this.u.set(u);
    this.forget();
  }

  /** The derivatives of the rows are no longer those of the modes. */
  forget(): void {
    this.known = false;
  }

  /** What h(û) + ½ log|H| may be off by; 0 where it is as exact as it can be. */
  get off(): number {
    return this.enough <= MODE_TOLERANCE || this.left <= MODE_TOLERANCE ? 0 : STEEPEST * Math.sqrt(this.left);
  }

  /** gᵀH⁻¹g where they were taken for the modes: the squared distance to the true ones. */
  get distance(): number {
    return this.left;
  }

  /** They are known, less exactly than differences ask for. */
  get areNoisy(): boolean {
    return this.known && this.left > QUIET_TOLERANCE;
  }

  /**
   * Finds the modes where the effects' θ and the rows' fixed predictors are set, H factored and derivatives of the rows to `order` there.
   * @param slack what h(û) + ½ log|H| may be off by
   * @param quiet differences between values are asked for, which is more than that
   * @returns false where the approximation is not defined
   */
  find(order: 2 | 3, slack: number, quiet: boolean): boolean {
    const enough = this.enough = quiet ? QUIET_TOLERANCE : Math.max(MODE_TOLERANCE, (slack / STEEPEST) ** 2);
    this.left = 0;
    const near = this.predict();
    if (this.descend(order, near, enough)) return true;
    this.u.fill(0); // a far-off start can trap Newton: begin again from the prior mean
    if (this.descend(order, false, enough)) return true;
    this.startFrom(new Float64Array(this.u.length));
    return false;
  }

  /** b and η at the current u. */
  setPredictors() {
    this.setEffects();
    this.rows.do("place");
  }

  /** b at the current u, and what moves predictors by it. */
  private setEffects() {
    const { b, effects, rows: { shared } } = this;
    effects.apply(this.u, b);
    shared.effects.set(b);
    if (!effects.isInUnits) effects.inUnits(shared.effects);
  }

  /**
   * Moves û to where it is expected at the new ψ: a Newton step with the factor and the derivatives of the last modes, scores
   * g + (∂²ℓ) Δη for the change Δη of every predictor. Costs no look at the rows' densities. A second step, with scores
   * g + (∂²ℓ) Δη + ½(∂³ℓ) Δη Δη, errs by the third order of the change.
   * @returns whether it did: there are last modes, and η changes by little
   */
  private predict(): boolean {
    const { effects, rows, step, u } = this;
    if (!this.known) return false;
    this.known = false;
    this.setEffects();
    if (!rows.do("move").every((largest) => largest <= LITTLE)) return false;
    this.solveFor(rows.sum("foresee"));
    for (let i = 0; i < u.length; i++) u[i] += step[i];
    if (!this.thirdKnown) return true;
    effects.apply(step, rows.shared.effects);
    this.solveFor(rows.sum("foresee", 1));
    for (let i = 0; i < u.length; i++) u[i] += step[i];
    return true;
  }

  /** step ← H⁻¹(Λᵀ Σ Z_mᵀ score_m − P u) with the last factor. */
  private solveFor(scores: Float64Array) {
    const { effects, step, u } = this;
    effects.applyTransposed(scores, step);
    effects.timesPrecision(u, this.prior, this.rest);
    for (let i = 0; i < u.length; i++) step[i] -= this.prior[i];
    this.system.solver.solve(step);
  }

  /**
   * Damped Newton for û, leaving H factored at û and the jets filled to `order`.
   * @param near û is expected to be almost there
   */
  private descend(order: 2 | 3, near: boolean, enough: number): boolean {
    const { u, previous, system, effects } = this;
    let last = Infinity, lastDecrement = Infinity;
    this.rest?.fill(0);
    system.begin();
    const alone = effects.precisions.length === 0; // of nodes that depend on each other no effect moves by itself
    for (let iteration = 0, far = !near && alone, isBent = false; iteration < MAX_NEWTON; iteration++) {
      const reach = far ? 3 : near ? order : 2, h = this.jointAt(reach);
      if (!(h <= last + 1e-11 * (1 + Math.abs(last)))) { // an overflow is no decrease
        if (iteration === 0) return false;
        if (isBent) isBent = this.straighten();
        else if (!this.halve()) return false;
        near = false;
        continue;
      }
      last = h;
      const decrement = this.newtonStep();
      if (!(decrement >= 0) || (iteration > PATIENCE && !system.observed)) return false;
      if (decrement < enough || (decrement < ROUNDING && decrement > lastDecrement / 4)) {
        if (!system.settle()) continue; // no mode: from here by factors, which see where H is not positive definite
        if (reach < order) this.rows.density(3);
        return this.isMode(h, decrement, order);
      }
      near = system.exact ? decrement < 1e-2 : system.left(decrement) * decrement < enough;
      lastDecrement = decrement;
      previous.set(u);
      const isLong = alone && system.exact && decrement > FAR;
      isBent = far && isLong;
      if (isBent) this.bendStep();
      far = isLong;
      this.takeStep();
    }
    return false;
  }

  /** Takes u for the modes, where the approximation stands there. */
  private isMode(h: number, decrement: number, order: 2 | 3): boolean {
    const { system: { observed, solver }, effects } = this;
    if (!observed || solver.smallestPivot() < DEGENERATE * effects.leastPivot) return false;
    this.joint = h - decrement / 2;
    this.halfLogDet = (solver.logDeterminant() - effects.logPrecision()) / 2;
    this.left = decrement;
    this.known = true;
    this.thirdKnown = order === 3;
    return true;
  }

  /** h at the current u; sets b and η, and fills the jets. */
  private jointAt(order: 0 | 1 | 2 | 3): number {
    this.setPredictors();
    this.effects.timesPrecision(this.u, this.prior, this.rest);
    return dot(this.u, this.prior) / 2 - this.rows.density(order);
  }

  /** step = −H⁻¹∇h, returning ∇hᵀH⁻¹∇h. */
  private newtonStep(): number {
    const { u, step, scores, effects } = this;
    scores.set(this.rows.sum("scores"));
    effects.applyTransposed(scores, step);
    for (let i = 0; i < u.length; i++) step[i] -= this.prior[i]; // −∇h
    return this.system.solve(step);
  }

  /**
   * Bends a long step N by what third derivatives say of it, C = H⁻¹ ½ ∂³h N N: effect by effect the series N + C + … is summed as
   * N/(1 − C/N), which is Halley's method where an effect stands alone (Traub 1964, Iterative Methods, 5.2).
   */
  private bendStep() {
    const { effects, rows, step, straight, bent } = this;
    straight.set(step);
    effects.apply(step, rows.shared.effects);
    effects.applyTransposed(rows.sum("bend"), bent);
    this.system.solver.solve(bent);
    for (let i = 0; i < step.length; i++) {
      const share = bent[i] / step[i];
      if (Number.isFinite(share)) step[i] /= 1 - Math.min(share, MOST_BENT);
    }
  }

  /** Takes Newton's own step where the bent one was none downwards. @returns whether the step is bent */
  private straighten(): false {
    const { u, previous, straight } = this;
    for (let i = 0; i < u.length; i++) u[i] = previous[i] + straight[i];
    return false;
  }

  private takeStep() {
    const { u, step, rest } = this;
    if (rest) addTwofold(u, rest, step);
    else for (let i = 0; i < u.length; i++) u[i] += step[i];
  }

  /** Moves u halfway back to the previous point; false when the step has become negligible. */
  private halve(): boolean {
    const { u, previous } = this;
    let largest = 0;
    this.rest?.fill(0);
    for (let i = 0; i < u.length; i++) {
      const d = (u[i] - previous[i]) / 2;
      u[i] = previous[i] + d;
      largest = Math.max(largest, Math.abs(d));
    }
    return largest > 1e-14;
  }
}
