/**
 * Laplace approximation of the marginal log-likelihood with its exact gradient.
 *
 *   h(u) = −Σ wℓ + ½uᵀPu,   û = argmin h,   H = P + Σ_i B_iᵀA_iB_i,   nll(ψ) = h(û) + ½ log|H| − ½ log|P|
 *
 * over ψ = (γ, θ): γ the coefficients of every linear predictor on an orthonormal basis of its X, θ the covariance
 * parameters. The mean's predictor is differentiated in units of the response (units.ts), so γ and θ have none. A is the observed information, as in TMB (Kristensen et al. 2016, J. Stat. Softw. 70(5), eq. 5–7).
 */
import { Basis } from "../../math/basis.ts";
import { Matrix } from "../../math/dense.ts";
import { axpy, dot, isSame } from "../../math/vectors.ts";
import type { Factor } from "../../math/factor.ts";
import type { KnownCurvature, Objective, PartOfObjective } from "../../math/minimize.ts";
import type { Design } from "../../formula/types.ts";
import type { Family, Part } from "../families/family.ts";
import { familySpec } from "../options/family_spec.ts";
import { pair } from "../../math/jets.ts";
import { AllRows } from "./all_rows.ts";
import { addTwofold } from "../../math/double_double.ts";
import type { DifferentRows } from "./equal_rows.ts";
import { jointGradient, jointHessian } from "./joint_curvature.ts";
import { Likelihood } from "./likelihood.ts";
import { exactly, type MakeFactor } from "./make_factor.ts";
import { NewtonSystem } from "./newton_system.ts";
import type { RandomEffects } from "./random_effects.ts";
import { allEffects } from "./all_effects.ts";
import { standsFor } from "./equal_rows.ts";
import { differenceInTheta } from "./template_derivatives.ts";
import { designOfRows } from "./some_rows.ts";
import type { Standing } from "./standing.ts";
import { unitsOf } from "./units.ts";

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

/** The general objective. Storage is allocated once; `evaluate` allocates nothing of length n or q. */
export class Laplace implements Objective {
  readonly likelihood: Likelihood;
  readonly effects: RandomEffects;
  readonly bases: readonly Basis[];
  /** First γ of each predictor in ψ, and where θ begins. */
  readonly first: number[];
  readonly thetaAt: number;
  readonly size: number;
  /** First β of each predictor in φ = (β, θ), and how many β there are: those that are held are no parameters of ψ. */
  readonly firstCoefficient: number[];
  readonly coefficients: number;
  /** ψ whose modes were taken over from an evaluation elsewhere, since the last one here. */
  private resumed: Float64Array | null = null;
  /** ψ of the last evaluation. */
  private last: Float64Array | null = null;
  /** The optimum and its modes, to which a search from elsewhere need not lead back. */
  private home: { readonly psi: Float64Array; readonly u: Float64Array } | null = null;
  /** Where determinants are estimated: h(û) − ½ log|P|, which is exact once the modes are known. */
  readonly part?: PartOfObjective;
  readonly quieten?: (psi: Float64Array) => boolean | null;
  /** Spherical modes û and b̂ = Λû of the last evaluation. */
  readonly u: Float64Array;
  readonly b: Float64Array;
  readonly eta: readonly Float64Array[];
  readonly solver: Factor;
  /** ½ log|H| and h(û) of the last evaluation. */
  halfLogDet = 0;
  jointValue = 0;
  newtonSteps = 0;
  passes = 0;
  /** Everything of the rows. */
  readonly rows: AllRows;
  private readonly newton: NewtonSystem;
  private readonly S: Float64Array;
  private readonly step: Float64Array;
  private readonly straight: Float64Array;
  private readonly bent: Float64Array;
  private readonly scratch: Float64Array;
  private readonly previous: Float64Array;
  /** Σ Z_mᵀ g_m of the last step towards the modes. */
  readonly scores: Float64Array;
  /** P u. */
  private readonly prior: Float64Array;
  /** What rounding leaves of u, where P u would see it. */
  private readonly rest: Float64Array | null;
  /** The family's parts, one per predictor. */
  readonly parts: readonly Part[];

  /** @param shared of an objective for the same rows, whose likelihood and bases serve both */
  constructor(
    readonly design: Design,
    readonly family: Family,
    effects?: RandomEffects,
    shared?: Pick<Laplace, "likelihood" | "bases">,
    private readonly make: MakeFactor = exactly,
  ) {
    const { predictors } = design;
    const units = shared?.likelihood.units ?? design.units ?? unitsOf(design, family),
      unit = predictors.map((_, k) => k === 0 ? units.eta : 1);
    this.parts = family.parts(design.response);
    this.likelihood = shared?.likelihood ?? new Likelihood(design, family, units, this.parts);
    const stands = standsFor(design);
    this.effects = effects ?? allEffects(design, units.eta);
    this.bases = shared?.bases ?? predictors.map((p, k) => Basis.of(p.X, unit[k], p.held, stands));
    this.first = [];
    this.firstCoefficient = [];
    let at = 0, coefficients = 0;
    this.bases.forEach(({ size, origin }) => {
      this.first.push(at);
      this.firstCoefficient.push(coefficients);
      at += size;
      coefficients += origin.length;
    });
    this.thetaAt = at;
    this.coefficients = coefficients;
    this.size = at + this.effects.thetas;
    const { q, valueCount } = this.effects;
    [
      this.u,
      this.b,
      this.step,
      this.straight,
      this.bent,
      this.scratch,
      this.previous,
      this.prior,
      this.scores,
    ] = Array.from(
      { length: 9 },
      () => new Float64Array(q),
    );
    this.S = new Float64Array(valueCount);
    this.rest = this.effects.pattern.twofold && new Float64Array(q);
    this.rows = new AllRows(this);
    this.eta = this.rows.vectors.eta;
    this.newton = new NewtonSystem(this.effects, (positive) => this.rows.information(positive), make);
    this.solver = this.newton.solver;
    const estimated = this.solver.worth === null;
    if (estimated) this.part = this.jointPart();
    else if (familySpec(family)) this.quieten = (psi) => this.quietenModes(psi); // derivatives that a user wrote may be differences
  }

  /** The same without random effects, to be done with before this one is evaluated again: they share their derivatives by row. */
  withoutEffects(): Laplace {
    const predictors = this.design.predictors.map((p) => ({ ...p, random: [] }));
    this.atModes = false;
    this.last = null;
    return new Laplace({ ...this.design, predictors }, this.family, undefined, this);
  }

  /** The same parameters over some of the rows, with weights of their own. */
  atRows({ rows, weights }: DifferentRows): Laplace {
    const bases = this.bases.map((basis) => basis.atRows(rows)), { units } = this.likelihood;
    const design = { ...designOfRows(this.design, rows), units, weights };
    const likelihood = new Likelihood(design, this.family, units, this.parts);
    return new Laplace(design, this.family, this.effects.atRows(rows), { likelihood, bases }, this.make);
  }

  /** Evaluates at ψ unless that was the last point asked for, jets and factor with it. @param slack what its value may be off by */
  standAt(psi: Float64Array, slack = 0): void {
    if (this.last !== null && isSame(psi, this.last) && this.off <= slack) return;
    if (this.home !== null && isSame(psi, this.home.psi)) {
      this.u.set(this.home.u);
      this.atModes = false;
    }
    this.evaluate(psi, new Float64Array(psi.length));
  }

  /** Makes the modes at ψ exact: noise there would be in all differences from it. */
  private quietenModes(psi: Float64Array): boolean | null {
    this.quietAt = psi.slice();
    const gradient = new Float64Array(this.size),
      there = this.atModes && this.last !== null && isSame(psi, this.last);
    if (!there) this.evaluate(psi, gradient);
    if (this.effects.losesDigits) return null;
    const noisy = this.atModes && this.left > QUIET_TOLERANCE;
    if (noisy) this.evaluate(psi, gradient);
    return noisy || !there;
  }

  /** Remembers the point where the objective stands as that to which it comes back. */
  settle(psi: Float64Array): void {
    this.home = { psi: psi.slice(), u: this.u.slice() };
  }

  /** A direction over φ = (β, θ) from one over ψ = (γ, θ): β = R⁻¹γ. */
  toPhi(v: Float64Array): Float64Array {
    const out = new Float64Array(this.coefficients + this.effects.thetas);
    this.bases.forEach(({ inverse }, k) => times(inverse, v, this.first[k], out, this.firstCoefficient[k]));
    out.set(v.subarray(this.thetaAt), this.coefficients);
    return out;
  }

  /** A direction over ψ from one over φ: γ = Rβ. */
  toPsi(v: Float64Array): Float64Array {
    const out = new Float64Array(this.size);
    this.bases.forEach(({ R }, k) => times(R, v, this.firstCoefficient[k], out, this.first[k]));
    out.set(v.subarray(this.coefficients), this.thetaAt);
    return out;
  }

  /** Modes and predictors at ψ, by an evaluation unless they are there. */
  modesAt(psi: Float64Array): void {
    if (this.resumed === null || !isSame(psi, this.resumed)) this.standAt(psi);
  }

  /** What the last evaluation found. */
  standing(): Standing {
    return { u: this.u.slice() };
  }

  /** Takes over what an evaluation at ψ found elsewhere; jets and factor are for `standAt` to make. */
  resume(psi: Float64Array, { u }: Standing): void {
    this.last = null;
    this.atModes = false;
    this.resumed = psi.slice();
    this.setFixed(psi);
    this.effects.setTheta(psi, this.thetaAt);
    this.u.set(u);
    this.settle(psi);
    this.setPredictors();
  }

  /**
   * nll(ψ), and its gradient when asked for. Infinity where the model is undefined.
   * @param slack what it may be off by
   */
  evaluate(psi: Float64Array, gradient?: Float64Array, slack = 0): number {
    const order = gradient ? 3 : 2;
    this.enough = Math.max(MODE_TOLERANCE, (slack / STEEPEST) ** 2);
    this.left = 0;
    this.last = psi.slice();
    this.resumed = null;
    this.setFixed(psi);
    this.effects.setTheta(psi, this.thetaAt);
    const near = this.predictModes();
    if (this.effects.q > 0 && !this.findModes(order, near)) {
      this.u.fill(0); // a far-off start can trap Newton: begin again from the prior mean
      if (!this.findModes(order, false)) {
        this.u.fill(0);
        this.atModes = false;
        return Infinity;
      }
    }
    if (this.effects.q === 0) {
      this.rows.do("place");
      this.jointValue = -this.density(gradient ? 2 : 0);
      this.halfLogDet = 0;
      if (!Number.isFinite(this.jointValue)) return Infinity;
    }
    if (gradient) this.gradient(psi, gradient);
    return this.jointValue + this.halfLogDet;
  }

  /** What the last value may be off by; 0 where it is as exact as it can be. */
  get off(): number {
    return this.enough === MODE_TOLERANCE || this.left <= MODE_TOLERANCE
      ? 0
      : STEEPEST * Math.sqrt(this.left);
  }

  /** Of the objective at any ψ, which is evaluated unless it stands there. */
  private jointPart(): PartOfObjective {
    return {
      gradient: (psi, gradient) => {
        this.standAt(psi);
        jointGradient(this, psi, gradient);
      },
      hessian: (psi) => {
        this.standAt(psi);
        return jointHessian(this, psi);
      },
    };
  }

  private density(order: 0 | 1 | 2 | 3): number {
    this.passes++;
    return this.rows.density(order);
  }

  /** η of the fixed effects: offset + Q γ. */
  private setFixed(psi: Float64Array) {
    this.rows.shared.psi.set(psi.subarray(0, this.thetaAt));
    this.rows.do("fix");
  }

  /** η of the mean without random effects. */
  fixedMean(psi: Float64Array): Float64Array {
    const { offset } = this.design.predictors[0],
      eta = offset ? offset.slice() : new Float64Array(this.design.n);
    this.bases[0].addTimes(psi, 0, eta);
    return eta;
  }

  /**
   * Moves û to where it is expected at the new ψ: a Newton step with the factor and the derivatives of the last modes, scores
   * g + (∂²ℓ) Δη for the change Δη of every predictor. Costs no look at the rows' densities. A second step, with scores
   * g + (∂²ℓ) Δη + ½(∂³ℓ) Δη Δη, errs by the third order of the change.
   * @returns whether it did: there are last modes, and η changes by little
   */
  private predictModes(): boolean {
    const { effects, rows, step, u } = this;
    if (!this.atModes) return false;
    this.atModes = false;
    this.setEffects();
    if (!rows.do("move").every((largest) => largest <= LITTLE)) return false;
    this.solveFor(rows.sum("foresee"));
    for (let i = 0; i < u.length; i++) u[i] += step[i];
    if (!this.thirdAtModes) return true;
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
    this.solver.solve(step);
  }

  /**
   * Damped Newton for û, leaving H factored at û and the jets filled to `order`.
   * @param near û is expected to be almost there
   */
  private findModes(order: 2 | 3, near: boolean): boolean {
    const { u, previous, newton, effects } = this;
    let last = Infinity, lastDecrement = Infinity;
    this.rest?.fill(0);
    newton.begin();
    const quiet = this.quietAt !== null && isBeside(this.last!, this.quietAt);
    const enough = quiet ? QUIET_TOLERANCE : this.enough;
    const alone = effects.precisions.length === 0; // of nodes that depend on each other no effect moves by itself
    for (let iteration = 0, far = !near && alone, isBent = false; iteration < MAX_NEWTON; iteration++) {
      const reach = far ? 3 : near ? order : 2, h = this.jointAt(reach);
      if (!(h <= last + 1e-11 * (1 + Math.abs(last)))) { // an overflow is no decrease
        if (iteration === 0) return false;
        if (isBent) isBent = this.straighten();
        else if (!this.halve(u, previous)) return false;
        near = false;
        continue;
      }
      last = h;
      const decrement = this.newtonStep();
      if (!(decrement >= 0) || (iteration > PATIENCE && !newton.observed)) return false;
      this.newtonSteps++;
      if (decrement < enough || (decrement < ROUNDING && decrement > lastDecrement / 4)) {
        if (!newton.settle()) continue; // no mode: from here by factors, which see where H is not positive definite
        if (reach < order) this.density(3);
        return this.isMode(h, decrement, order);
      }
      near = newton.exact ? decrement < 1e-2 : newton.left(decrement) * decrement < enough;
      lastDecrement = decrement;
      previous.set(u);
      const isLong = alone && newton.exact && decrement > FAR;
      isBent = far && isLong;
      if (isBent) this.bendStep();
      far = isLong;
      this.takeStep();
    }
    return false;
  }

  /** Takes u for the modes, where the approximation stands there. */
  private isMode(h: number, decrement: number, order: 2 | 3): boolean {
    const { newton, solver, effects } = this;
    if (!newton.observed || solver.smallestPivot() < DEGENERATE * effects.leastPivot) return false;
    this.jointValue = h - decrement / 2;
    this.halfLogDet = (solver.logDeterminant() - effects.logPrecision()) / 2;
    this.atModes = true;
    this.left = decrement;
    this.thirdAtModes = order === 3;
    return true;
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
    this.solver.solve(bent);
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

  /** h at the current u; sets b and η, and fills the jets. */
  private jointAt(order: 0 | 1 | 2 | 3): number {
    this.setPredictors();
    this.effects.timesPrecision(this.u, this.prior, this.rest);
    return dot(this.u, this.prior) / 2 - this.density(order);
  }

  /** b and η at the current u. */
  private setPredictors() {
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

  /** Moves u halfway back to the previous point; false when the step has become negligible. */
  private halve(u: Float64Array, previous: Float64Array): boolean {
    let largest = 0;
    this.rest?.fill(0);
    for (let i = 0; i < u.length; i++) {
      const d = (u[i] - previous[i]) / 2;
      u[i] = previous[i] + d;
      largest = Math.max(largest, Math.abs(d));
    }
    return largest > 1e-14;
  }

  /** The jets, the factor and η are those of the modes. */
  private atModes = false;
  /** … to the third order. */
  private thirdAtModes = false;
  /** gᵀH⁻¹g there: the squared distance to the modes. */
  private left = 0;
  /** … at which they are found. */
  private enough = MODE_TOLERANCE;
  /** Where differences begin, beside which modes are exact. */
  private quietAt: Float64Array | null = null;

  /** step = −H⁻¹∇h, returning ∇hᵀH⁻¹∇h. */
  private newtonStep(): number {
    const { u, step, scores, effects } = this;
    scores.set(this.rows.sum("scores"));
    effects.applyTransposed(scores, step);
    for (let i = 0; i < u.length; i++) step[i] -= this.prior[i]; // −∇h
    return this.newton.solve(step);
  }

  /**
   * ∂nll/∂ψ. With S_kl = diag(B_k H⁻¹ B_lᵀ), τ_m = ½ Σ_kl T_klm S_kl, a = H⁻¹ Σ_m B_mᵀτ_m and
   * η̄_m = −g_m + τ_m − Σ_k A_mk B_k a:
   *   ∂/∂γ_m = Q_mᵀ η̄_m
   *   ∂/∂Λ   = Σ_m Z_mᵀη̄_m ûᵀ + M Λ H⁻¹ + Σ_m Z_mᵀ g_m aᵀ
   */
  private gradient(psi: Float64Array, gradient: Float64Array) {
    if (this.effects.q > 0) this.solver.selectedInverse(this.S);
    this.pullBack(psi, this.S, null, null, gradient);
  }

  /** The gradient once more, at the point of the last evaluation with gradient, from what the solver estimates with by now. */
  gradientHere(psi: Float64Array, gradient: Float64Array): void {
    this.gradient(psi, gradient);
  }

  /**
   * The chain rule from (û, H) to ψ. For the Laplace approximation S = H⁻¹ and the rest is null; quadrature passes twice its
   * adjoint of H as S, its adjoint of û as `shift`, and what depends on ψ directly: Σ wg averaged over the nodes, and
   * the adjoint of every template.
   */
  pullBack(
    psi: Float64Array,
    S: Float64Array,
    shift: Float64Array | null,
    direct: { scores: readonly Float64Array[]; templates: readonly Float64Array[] } | null,
    gradient: Float64Array,
  ) {
    const { effects, rows, rows: { shared, vectors: { moved: adjoints } }, step } = this;
    let W: Float64Array[] = [];
    gradient.fill(0);
    if (effects.q > 0) {
      effects.unsphere(S, shared.blocks);
      effects.applyTransposed(rows.sum("third"), step); // τ
      if (shift) { for (let i = 0; i < step.length; i++) step[i] += shift[i]; }
      this.solver.solve(step); // a
      effects.apply(step, shared.effects); // Λ a
      rows.do("curve");
      W = effects.traceAdjoint(this.newton.M, S);
    } else adjoints.forEach((v) => v.fill(0));
    if (direct && effects.q > 0) {
      W.forEach((w, f) => axpy(1, direct.templates[f], w));
      effects.addOuter(W, rows.project("project"), this.u);
    }
    direct?.scores.forEach((v, m) => axpy(-1, v, adjoints[m]));
    const onEffects = rows.project("project", direct ? 0 : 1);
    gradient.set(rows.onGamma);
    if (effects.q === 0) return;
    if (!direct) effects.addOuter(W, onEffects, this.u);
    effects.addOuter(W, this.scores, step);
    effects.pullback(psi, this.thetaAt, W, gradient);
    if (effects.precisions.length === 0) return;
    const forms = [{ x: this.u, y: this.u, factor: 0.5 }, { x: step, y: this.u, factor: -1 }];
    effects.pullbackPrecision(psi, this.thetaAt, S, forms, gradient);
  }

  /**
   * The curvature in the coefficients of parts that the likelihood keeps apart from all others, as a hurdle does, and that have no random
   * effects: QᵀAQ, whatever the modes.
   */
  known(): KnownCurvature {
    const { effects, bases, first } = this, { jets } = this.likelihood;
    const apart = Array.from(bases.keys()).filter((k) =>
      !effects.parts.includes(k) && bases.every((_, l) => l === k || jets.d2[pair(k, l)] === jets.zero)
    );
    const at = apart.flatMap((k) => Array.from({ length: bases[k].size }, (_, j) => first[k] + j)),
      curvature = Matrix.zeros(at.length, at.length);
    for (const k of apart) {
      if (bases[k].size === 0) continue;
      const place = at.indexOf(first[k]);
      curvature.setSubMatrix(bases[k].gram(jets.d2[pair(k, k)]).mul(-1), place, place);
    }
    return { at, curvature };
  }

  /** Entries of H⁻¹ on the pattern, on the scale of b (Λ H⁻¹ Λᵀ), at the last evaluated point. */
  conditionalCovariance(): Float64Array {
    this.solver.selectedInverse(this.S);
    const { blocks } = this.rows.shared;
    this.effects.unsphere(this.S, blocks);
    return blocks;
  }

  /** Block values of H at the last evaluated point. */
  system(): Float64Array {
    return this.newton.H;
  }

  /** Entries of H⁻¹ on the pattern on the spherical scale. */
  sphericalCovariance(): Float64Array {
    this.solver.selectedInverse(this.S);
    return this.S;
  }

  /** Curvature of the joint density in γ with u profiled out: QᵀAQ − QᵀAB H⁻¹ BᵀAQ, at the last evaluated point. */
  fixedInformation(): Matrix {
    const { effects, bases, first, rows: { vectors: { moved: rowVectors } } } = this,
      { jets, K } = this.likelihood,
      p = this.thetaAt;
    const info = Matrix.zeros(p, p), halves: Float64Array[] = [], weighted = new Float64Array(jets.n);
    for (let k = 0; k < K; k++) {
      const own = bases[k].gram(jets.d2[pair(k, k)]);
      if (own.rows > 0) info.setSubMatrix(own.mul(-1), first[k], first[k]);
      for (let j = 0; j < bases[k].size; j++) {
        for (let m = 0; m < k; m++) {
          if (jets.d2[pair(k, m)] === jets.zero) continue;
          bases[k].weighColumn(j, jets.d2[pair(k, m)], weighted);
          for (let l = 0; l < bases[m].size; l++) {
            const v = -bases[m].dotColumn(l, weighted);
            info.set(first[k] + j, first[m] + l, v);
            info.set(first[m] + l, first[k] + j, v);
          }
        }
        if (effects.q === 0) continue;
        for (const m of effects.parts) bases[k].weighColumn(j, jets.d2[pair(k, m)], rowVectors[m]);
        const half = new Float64Array(effects.q);
        effects.transposeTimes(rowVectors, this.scratch);
        effects.applyTransposed(this.scratch, this.step);
        this.solver.halfSolve(this.step, half);
        halves.push(half);
      }
    }
    if (effects.q > 0) {
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) info.set(i, j, info.get(i, j) - dot(halves[i], halves[j]));
      }
    }
    return info;
  }

  /** dû/dψ_j for one parameter, written into `out`: −H⁻¹ ∂∇h/∂ψ_j at the last evaluated point (jets of order ≥ 2). */
  modeDerivative(psi: Float64Array, j: number, out: Float64Array) {
    const { effects, rows, rows: { shared }, scores } = this, ofGamma = j < this.thetaAt;
    if (ofGamma) shared.effects.fill(0);
    else shared.effects.set(this.templateDerivative(psi, j, this.u));
    effects.applyTransposed(rows.project("along", ofGamma ? j : -1), out);
    if (!ofGamma) { // ∇h = u − Λᵀ Zᵀ g:  −∂∇h/∂θ_j = ∂Λᵀ Zᵀg − Λᵀ Zᵀ A Z ∂Λ û
      axpy(1, this.inTheta(psi, j, (y) => effects.applyTransposed(scores, y)), out);
      if (effects.precisions.length > 0) {
        axpy(-1, this.inTheta(psi, j, (y) => effects.timesPrecision(this.u, y)), out);
      }
    }
    this.solver.solve(out);
  }

  /** ∂Λ/∂θ_j x. */
  templateDerivative(psi: Float64Array, j: number, x: Float64Array): Float64Array {
    return this.inTheta(psi, j, (out) => this.effects.apply(x, out));
  }

  /** The derivative in θ_j of what the random effects do at θ. */
  private inTheta(psi: Float64Array, j: number, apply: (out: Float64Array) => void): Float64Array {
    return differenceInTheta(this.effects, psi.subarray(this.thetaAt), j - this.thetaAt, apply);
  }
}

/** Within the longest step of a difference. */
function isBeside(x: Float64Array, y: Float64Array): boolean {
  return x.every((v, i) => Math.abs(v - y[i]) <= 0.02);
}

/** out_{to+i} = Σ_j M_ij v_{from+j}. */
function times(M: Matrix, v: Float64Array, from: number, out: Float64Array, to: number) {
  for (let i = 0; i < M.rows; i++) {
    let s = 0;
    for (let j = 0; j < M.columns; j++) s += M.get(i, j) * v[from + j];
    out[to + i] = s;
  }
}
