/**
 * Laplace approximation of the marginal log-likelihood with its exact gradient.
 *
 *   h(u) = −Σ wℓ + ½uᵀPu,   û = argmin h,   H = P + Σ_i B_iᵀA_iB_i,   nll(ψ) = h(û) + ½ log|H| − ½ log|P|
 *
 * over ψ = (γ, θ): γ the coefficients of every linear predictor on an orthonormal basis of its X, θ the covariance
 * parameters. The mean's predictor is differentiated in units of the response (units.ts), so γ and θ have none.
 */
import { Basis } from "../../math/basis.ts";
import type { Matrix } from "../../math/dense.ts";
import { axpy, isSame } from "../../math/vectors.ts";
import type { Factor } from "../../math/factor.ts";
import { pair } from "../../math/jets.ts";
import type { KnownCurvature, Objective, PartOfObjective } from "../../math/minimize.ts";
import type { Design } from "../../formula/types.ts";
import type { Family, Part } from "../families/family.ts";
import { familySpec } from "../options/family_spec.ts";
import { AllCoefficients, constantShares } from "./all_coefficients.ts";
import { AllRows } from "./all_rows.ts";
import type { DifferentRows } from "./equal_rows.ts";
import { jointGradient, jointHessian } from "./joint_curvature.ts";
import { fixedInformation, knownCurvature } from "./fixed_information.ts";
import { Likelihood } from "./likelihood.ts";
import { exactly, type MakeFactor } from "./make_factor.ts";
import { Modes } from "./modes.ts";
import type { RandomEffects } from "./random_effects.ts";
import { allEffects } from "./all_effects.ts";
import { standsFor } from "./equal_rows.ts";
import { differenceInTheta } from "./template_derivatives.ts";
import { designOfRows } from "./some_rows.ts";
import type { Standing } from "./standing.ts";
import { unitOf, unitsOf } from "./units.ts";

/** The general objective. Storage is allocated once; `evaluate` allocates nothing of length n or q. */
export class Laplace implements Objective {
  readonly likelihood: Likelihood;
  readonly effects: RandomEffects;
  readonly bases: readonly Basis[];
  /** Between γ and the coefficients of all parts. */
  readonly joint: AllCoefficients;
  /** First γ of each predictor in ψ, and where θ begins. */
  readonly first: readonly number[];
  readonly thetaAt: number;
  readonly size: number;
  /** First β of each predictor in φ = (β, θ), and how many β there are: those that are held are no parameters of ψ. */
  readonly firstCoefficient: readonly number[];
  readonly coefficients: number;
  /** ψ whose modes were taken over from an evaluation elsewhere, since the last one here. */
  private resumed: Float64Array | null = null;
  /** ψ of the last evaluation. */
  private last: Float64Array | null = null;
  /** The optimum and its modes, to which a search from elsewhere need not lead back. */
  private home: { readonly psi: Float64Array; readonly u: Float64Array } | null = null;
  /** Where determinants are estimated: h(û) − ½ log|P|, which is exact once the modes are known. */
  readonly part?: PartOfObjective;
  readonly quieten?: (psi: Float64Array, error: number) => boolean | null;
  /** Spherical modes û and b̂ = Λû of the last evaluation, and Σ Z_mᵀ g_m there. */
  readonly u: Float64Array;
  readonly b: Float64Array;
  readonly scores: Float64Array;
  readonly eta: readonly Float64Array[];
  readonly solver: Factor;
  /** ½ log|H| − ½ log|P| and h(û) of the last evaluation. */
  halfLogDet = 0;
  jointValue = 0;
  /** Everything of the rows. */
  readonly rows: AllRows;
  private readonly modes: Modes;
  /** Where differences begin, beside which modes are exact. */
  private quietAt: Float64Array | null = null;
  private readonly S: Float64Array;
  /** a of {@link gradient}. */
  private readonly a: Float64Array;
  /** The family's parts, one per predictor. */
  readonly parts: readonly Part[];

  /** @param shared of an objective for the same rows, whose likelihood and bases serve both */
  constructor(
    readonly design: Design,
    readonly family: Family,
    effects?: RandomEffects,
    shared?: Pick<Laplace, "likelihood" | "bases" | "joint">,
    private readonly make: MakeFactor = exactly,
  ) {
    const { predictors } = design;
    const units = shared?.likelihood.units ?? design.units ?? unitsOf(design, family);
    this.parts = family.parts(design.response);
    const unit = this.parts.map((part, k) => unitOf(units, part, k));
    this.likelihood = shared?.likelihood ?? new Likelihood(design, family, units, this.parts);
    const stands = standsFor(design);
    this.effects = effects ?? allEffects(design, units.eta);
    const shares = constantShares(design, family, this.parts), centred = shares.some((share) => share !== 0);
    this.bases = shared?.bases ??
      predictors.map((p, k) => Basis.of(p.X, unit[k], p.held, stands, centred && k === 0));
    this.joint = shared?.joint ?? AllCoefficients.sharing(this.bases, shares);
    ({ first: this.first, firstCoefficient: this.firstCoefficient, coefficients: this.coefficients } =
      this.joint);
    this.thetaAt = this.joint.size;
    this.size = this.thetaAt + this.effects.thetas;
    const { q, valueCount } = this.effects;
    this.S = new Float64Array(valueCount);
    this.a = new Float64Array(q);
    this.rows = new AllRows(this);
    this.eta = this.rows.vectors.eta;
    this.modes = new Modes(this.effects, this.rows, make);
    ({ u: this.u, b: this.b, scores: this.scores } = this.modes);
    this.solver = this.modes.system.solver;
    const estimated = this.solver.worth === null;
    if (estimated) this.part = this.jointPart();
    else if (familySpec(family)) this.quieten = (psi, error) => this.quietenModes(psi, error); // derivatives that a user wrote may be differences
  }

  /** The same of another design. */
  of(design: Design): Laplace {
    return new Laplace(design, this.family, undefined, undefined, this.make);
  }

  /** The same without random effects, to be done with before this one is evaluated again: they share their derivatives by row. */
  withoutEffects(): Laplace {
    const predictors = this.design.predictors.map((p) => ({ ...p, random: [] }));
    this.modes.forget();
    this.last = null;
    return new Laplace({ ...this.design, predictors }, this.family, undefined, this);
  }

  /** The same parameters over some of the rows, with weights of their own. */
  atRows({ rows, weights }: DifferentRows): Laplace {
    const bases = this.bases.map((basis) => basis.atRows(rows)), { likelihood: { units }, joint } = this;
    const design = { ...designOfRows(this.design, rows), units, weights };
    const likelihood = new Likelihood(design, this.family, units, this.parts);
    return new Laplace(
      design,
      this.family,
      this.effects.atRows(rows),
      { likelihood, bases, joint },
      this.make,
    );
  }

  /** Evaluates at ψ unless that was the last point asked for, jets and factor with it. @param slack what its value may be off by */
  standAt(psi: Float64Array, slack = 0): void {
    if (this.last !== null && isSame(psi, this.last) && this.off <= slack) return;
    if (this.home !== null && isSame(psi, this.home.psi)) this.modes.startFrom(this.home.u);
    this.evaluate(psi, new Float64Array(psi.length));
  }

  /**
   * Makes the modes at ψ exact: noise there would be in all differences from it. Scores are off by √(δᵀHδ · ΣA), modes by δ: of counts of
   * a billion that is more than a gradient may be.
   */
  private quietenModes(psi: Float64Array, error: number): boolean | null {
    this.quietAt = psi.slice();
    const gradient = new Float64Array(this.size), there = this.last !== null && isSame(psi, this.last);
    if (!there) this.evaluate(psi, gradient);
    if (this.effects.losesDigits) return null;
    const noisy = this.modes.areNoisy;
    if (noisy) this.evaluate(psi, gradient);
    const { jets } = this.likelihood, own = this.bases.map((_, k) => jets.d2[pair(k, k)]);
    const information = own.reduce((sum, d2) => d2.reduce((s, v) => s + Math.abs(v), sum), 0);
    if (Math.sqrt(this.modes.distance * information) > error) return null;
    return noisy || !there;
  }

  /** Remembers the point where the objective stands as that to which it comes back. */
  settle(psi: Float64Array): void {
    this.home = { psi: psi.slice(), u: this.u.slice() };
  }

  /** A direction over φ = (β, θ) from one over ψ = (γ, θ). */
  toPhi(v: Float64Array): Float64Array {
    const out = new Float64Array(this.coefficients + this.effects.thetas);
    out.set(this.joint.moved(v));
    out.set(v.subarray(this.thetaAt), this.coefficients);
    return out;
  }

  /** A direction over ψ from one over φ. */
  toPsi(v: Float64Array): Float64Array {
    const out = new Float64Array(this.size);
    out.set(this.joint.movedBack(v.subarray(0, this.coefficients)));
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
    this.resumed = psi.slice();
    this.setFixed(psi);
    this.effects.setTheta(psi, this.thetaAt);
    this.modes.startFrom(u);
    this.settle(psi);
    this.modes.setPredictors();
  }

  /**
   * nll(ψ), and its gradient when asked for. Infinity where the model is undefined.
   * @param slack what it may be off by
   */
  evaluate(psi: Float64Array, gradient?: Float64Array, slack = 0): number {
    this.last = psi.slice();
    this.resumed = null;
    this.setFixed(psi);
    this.effects.setTheta(psi, this.thetaAt);
    const isDefined = this.effects.q > 0
      ? this.findModes(gradient ? 3 : 2, slack)
      : this.evaluateRows(gradient ? 2 : 0);
    if (!isDefined) return Infinity;
    if (gradient) this.gradient(psi, gradient);
    return this.jointValue + this.halfLogDet;
  }

  /** h(û) and ½ log|H|. @returns false where they are not defined */
  private findModes(order: 2 | 3, slack: number): boolean {
    const { modes, quietAt } = this, quiet = quietAt !== null && isBeside(this.last!, quietAt);
    if (!modes.find(order, slack, quiet)) return false;
    ({ joint: this.jointValue, halfLogDet: this.halfLogDet } = modes);
    return true;
  }

  /** The same without random effects. */
  private evaluateRows(order: 0 | 2): boolean {
    this.rows.do("place");
    this.jointValue = -this.rows.density(order);
    this.halfLogDet = 0;
    return Number.isFinite(this.jointValue);
  }

  /** What the last value may be off by; 0 where it is as exact as it can be. */
  get off(): number {
    return this.modes.off;
  }

  /** How often the rows' densities were looked at. */
  get passes(): number {
    return this.rows.passes;
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
    const { effects, rows, rows: { shared, vectors: { moved: adjoints } }, a } = this;
    let W: Float64Array[] = [];
    gradient.fill(0);
    if (effects.q > 0) {
      effects.unsphere(S, shared.blocks);
      effects.applyTransposed(rows.sum("third"), a); // τ
      if (shift) axpy(1, shift, a);
      this.solver.solve(a);
      effects.apply(a, shared.effects); // Λ a
      rows.do("curve");
      W = effects.traceAdjoint(this.modes.system.M, S);
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
    effects.addOuter(W, this.scores, a);
    effects.pullback(psi, this.thetaAt, W, gradient);
    if (effects.precisions.length === 0) return;
    const forms = [{ x: this.u, y: this.u, factor: 0.5 }, { x: a, y: this.u, factor: -1 }];
    effects.pullbackPrecision(psi, this.thetaAt, S, forms, gradient);
  }

  /** The curvature in coefficients that stand apart, whatever the modes. */
  known(): KnownCurvature {
    return knownCurvature(this);
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
    return this.modes.system.H;
  }

  /** Entries of H⁻¹ on the pattern on the spherical scale. */
  sphericalCovariance(): Float64Array {
    this.solver.selectedInverse(this.S);
    return this.S;
  }

  /** Curvature of the joint density in γ with u profiled out, at the last evaluated point. */
  fixedInformation(): Matrix {
    return fixedInformation(this);
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
