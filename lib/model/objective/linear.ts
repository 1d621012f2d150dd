/**
 * Gaussian identity models: β and σ profiled out, so the deviance is a function of the relative covariance parameters θ
 * alone (cov(b) = σ² T Tᵀ) and needs only cross-products formed once (Bates, Mächler, Bolker & Walker 2015, section 3).
 *
 *   V = I + Z ΛΛᵀ Zᵀ,  −2ℓ(θ) = log|V| [+ log|XᵀV⁻¹X|] + N(1 + log 2πσ̂²),  σ̂² = yᵀPy / N,  N = n or n − p (REML)
 *
 * Second-order steps use the average information (Gilmour, Thompson & Cullis 1995) plus the exact term in ∂²V.
 */
import type { Coordinates } from "../../math/basis.ts";
import { type Matrix, matrixOf } from "../../math/dense.ts";
import { isSame } from "../../math/vectors.ts";
import { vectors } from "../../math/dense_rows.ts";
import type { Factor } from "../../math/factor.ts";
import type { Objective } from "../../math/minimize.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { EffectSystem } from "./effect_system.ts";
import { EliminatedEffects } from "./eliminated_effects.ts";
import { exactly, isDear, iteratively, type MakeFactor } from "./make_factor.ts";
import type { Standing } from "./standing.ts";
import { momentStart } from "./moment_start.ts";
import { NormalEquations } from "./normal_equations.ts";
import { fieldDeviance } from "./field_deviance.ts";
import { type GivenScale, type LevelDeviance, levelDeviance } from "./level_deviance.ts";
import type { MarginalDeviance } from "./marginal_deviance.ts";
import { patternDeviance } from "./pattern_deviance.ts";
import { ProfiledGradient } from "./profiled_gradient.ts";
import { isReproduced, REPRODUCED } from "./reproduced.ts";
import type { Residuals } from "./stiff_rows.ts";
import { type Evaluated, ThetaDerivatives } from "./theta_derivatives.ts";

/** What an evaluation found at its θ, which another question there need not find again. */
interface Found {
  readonly value: number;
  readonly gradient: Float64Array | null;
  readonly curvature: Matrix | null;
}

/** ½ deviance of a Gaussian model as a function of θ. */
export class ProfiledDeviance implements Objective, Evaluated {
  readonly effects: EffectSystem;
  readonly basis: Coordinates;
  readonly p: number;
  /** Effective N: rows (or the sum of frequency weights), less p under REML. */
  readonly N: number;
  /** Results of the last evaluation: coefficients on the basis, their relative covariance, modes û and b̂. */
  readonly gamma: Float64Array;
  readonly u: Float64Array;
  readonly b: Float64Array;
  halfLogDet = 0;
  /** Second derivatives, where the templates are linear in θ and nodes independent. */
  readonly curvature?: () => Matrix;
  /** Unit of the response: y = unit · y′, and all that is private here is of y′. */
  readonly unit: number;
  /** QᵀV⁻¹Q and its factor at the last evaluated point. */
  readonly normal: NormalEquations;
  /** What of the ½ deviance does not depend on θ. */
  readonly constant: number;
  /** σ² of y′. */
  s2 = 1;
  /** γ = origin + shift: the least-squares coefficients, and what the model adds. */
  private readonly origin: Float64Array;
  private readonly shift: Float64Array;
  readonly M: Float64Array;
  readonly QtQ: Matrix;
  private readonly yty: number;
  readonly ZtQ: readonly Float64Array[];
  readonly SQ: readonly Float64Array[];
  /** ZᵀPy, ZᵀV⁻¹Q column by column, and the gradient with respect to the templates, of the last gradient. */
  readonly w: Float64Array;
  readonly WQ: readonly Float64Array[];
  readonly adjoint: readonly Float64Array[];
  readonly theta: Float64Array;
  /** θ whose effects were taken over from an evaluation elsewhere, since the last one here. */
  private resumed: Float64Array | null = null;
  /** β and σ were profiled out at the last evaluation. */
  private profiled = false;
  /** Of that evaluation; null where another kind came after it. */
  private found: Found | null = null;
  private readonly foundGradient: Float64Array;
  private readonly derivatives: ThetaDerivatives;
  private readonly eliminated: EliminatedEffects;
  private readonly slope: ProfiledGradient;
  private searched: MarginalDeviance | null | undefined;
  private levels: LevelDeviance | null | undefined;
  private estimated: ProfiledDeviance | null = null;

  /** @param sums of the model and its data: {@link rowSums}, or of rows that are elsewhere */
  constructor(
    readonly sums: CrossProducts,
    readonly reml: boolean,
    make: MakeFactor = exactly,
  ) {
    const { effects, basis, total, logPrecision, unit } = sums, p = this.p = basis.size;
    ({
      effects: this.effects,
      basis: this.basis,
      unit: this.unit,
      origin: this.origin,
      QtQ: this.QtQ,
      yty: this.yty,
      M: this.M,
      ZtQ: this.ZtQ,
    } = sums);
    if (effects.linear) this.curvature = () => this.averageInformation();
    this.N = reml ? total - p : total;
    this.constant = (this.N * (1 + Math.log(2 * Math.PI / this.N)) - logPrecision) / 2 +
      this.N * Math.log(unit);
    if (reml) this.constant += basis.logDeterminant;
    this.eliminated = new EliminatedEffects(sums, make);
    this.slope = new ProfiledGradient(sums, this.eliminated, reml);
    ({ w: this.w, WQ: this.WQ, adjoint: this.adjoint } = this.slope);
    this.SQ = this.eliminated.SQ;
    [this.u, this.b] = vectors(2, effects.q);
    [this.gamma, this.shift] = vectors(2, p);
    [this.theta, this.foundGradient] = vectors(2, effects.thetas);
    this.normal = new NormalEquations(p);
    this.derivatives = new ThetaDerivatives(this);
  }

  /** What solves with H; a search by levels does without. */
  get solver(): Factor {
    return this.eliminated.solver;
  }

  /** Estimate of σ² at the last evaluated θ, in the unit of the data. */
  get sigma2(): number {
    return this.s2 * this.unit ** 2;
  }

  /** Smallest share of yᵀy, or of a column's QᵀQ, where its digits are lost and there are no rows to find them, else 1. */
  get shareLeft(): number {
    return this.eliminated.shareLeft;
  }

  /** Cholesky factor of QᵀV⁻¹Q at the last evaluated point. */
  get factor(): Matrix {
    return matrixOf(this.normal.L);
  }

  /** (QᵀV⁻¹Q)⁻¹ there: times σ², the covariance of γ̂. */
  get relativeCovariance(): Matrix {
    return matrixOf(this.normal.inverse);
  }

  /** The likelihood grows without bound, and the search ended here at what can be computed. */
  get reproduces(): boolean {
    return isReproduced(this.sums, this.s2 * this.N);
  }

  /** θ to start from. */
  start(): Float64Array {
    return momentStart(this.sums, this.N);
  }

  /** Evaluates at θ unless that was the last point asked for. */
  standAt(theta: Float64Array): void {
    if (!this.profiled || !isSame(theta, this.theta)) this.evaluate(theta);
  }

  /** Effects, γ and σ² at θ, by an evaluation unless they are there. */
  modesAt(theta: Float64Array): void {
    if (this.resumed === null || !isSame(theta, this.resumed)) this.standAt(theta);
  }

  /** What the last evaluation found. */
  standing(): Standing {
    const { u, gamma, s2, factor } = this;
    return { u: u.slice(), profiled: { gamma: gamma.slice(), s2, factor: factor.to2DArray() } };
  }

  /** Takes over what an evaluation at θ found elsewhere; the factor of H is for `standAt` to make. */
  resume(theta: Float64Array, { u, profiled }: Standing): void {
    const { gamma, s2, factor } = profiled!;
    this.profiled = false;
    this.found = null;
    this.resumed = theta.slice();
    this.effects.setTheta(theta);
    this.u.set(u);
    this.setEffects();
    this.gamma.set(gamma);
    this.s2 = s2;
    this.normal.takeFactor(factor);
  }

  /** b at the current u. */
  private setEffects() {
    const { u, b, unit } = this;
    this.effects.apply(u, b);
    for (let i = 0; i < b.length; i++) b[i] *= unit;
  }

  /** ½ deviance at θ and its gradient. */
  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { found } = this;
    if (found && isSame(theta, this.theta)) { // a search ends where its polish begins, and who asks for the slope afterwards needs no new modes
      this.effects.setTheta(theta);
      if (gradient && !found.gradient) {
        this.gradient(theta, gradient);
        this.found = { ...found, gradient: this.keptGradient(gradient) };
      } else gradient?.set(found.gradient!);
      return found.value;
    }
    this.found = null;
    const value = this.evaluateAnew(theta, gradient);
    if (!Number.isFinite(value)) return value;
    this.found = { value, gradient: gradient ? this.keptGradient(gradient) : null, curvature: null };
    return value;
  }

  private keptGradient(gradient: Float64Array): Float64Array {
    this.foundGradient.set(gradient);
    return this.foundGradient;
  }

  /** Second derivatives where the gradient was found: a matrix that nobody changes. */
  private averageInformation(): Matrix {
    const { found } = this;
    if (found?.curvature) return found.curvature;
    const curvature = this.derivatives.averageInformation();
    if (found) this.found = { ...found, curvature };
    return curvature;
  }

  private evaluateAnew(theta: Float64Array, gradient?: Float64Array): number {
    const { effects, p, gamma, shift, origin, unit, normal, eliminated } = this;
    this.theta.set(theta);
    this.resumed = null;
    this.profiled = true;
    effects.setTheta(theta);
    if (!eliminated.solve()) return Infinity;
    let r2 = this.profile(eliminated.form(normal));
    if (eliminated.loses(r2, normal.weakestPivot(this.QtQ))) {
      r2 = this.profile(eliminated.formFromRows(normal));
    }
    if (Number.isNaN(r2)) return Infinity;
    let logA = 0;
    for (let j = 0; j < p; j++) {
      gamma[j] = unit * (origin[j] + shift[j]);
      logA += 2 * Math.log(normal.L[j][j]);
    }
    this.s2 = r2 / this.N;
    this.setEffects();
    this.halfLogDet = eliminated.halfLogDet;
    if (!(r2 > REPRODUCED * this.yty)) return Infinity;
    if (gradient) this.gradient(theta, gradient);
    return this.constant + this.halfLogDet + this.N * Math.log(r2) / 2 + (this.reml ? logA / 2 : 0);
  }

  /** Profiles γ out: its factor, shift and modes. @returns r², NaN where γ is not determined */
  private profile(residuals: Residuals | null): number {
    const { normal, shift, u } = this, { c } = normal, known = residuals?.leastSquares;
    if (known) {
      normal.takeFactor(known.factor.to2DArray());
      shift.set(known.shift);
    } else {
      if (!normal.factor()) return NaN;
      shift.set(c);
      normal.solve(shift);
    }
    this.eliminated.modes(shift, u);
    if (residuals) return this.squares(residuals);
    let left = normal.yy;
    for (let j = 0; j < shift.length; j++) left -= shift[j] * c[j];
    return left;
  }

  private squares(residuals: Residuals): number {
    return residuals.squares(this.shift) + this.effects.priorForm(this.u, this.u);
  }

  /**
   * −ℓ at given γ (on the basis), log σ and θ, nothing profiled out, and its gradient over (γ, log σ, θ):
   *
   *   N log σ + ½ log|V| + r²/2σ² + const,   r² = (y − Qγ)ᵀV⁻¹(y − Qγ)
   */
  evaluateAt(gamma: Float64Array, logSigma: number, theta: Float64Array, gradient?: Float64Array): number {
    const { p, origin, unit, N, yty, effects: { q } } = this, s2 = Math.exp(2 * logSigma) / unit ** 2;
    if (q > 0 && !(s2 * N > REPRODUCED * yty)) return Infinity;
    const shift = Float64Array.from(gamma, (v, j) => v / unit - origin[j]);
    const byTheta = gradient && new Float64Array(theta.length);
    const byLevel = this.reml ? null : this.byLevel?.evaluateAt(theta, shift, s2, byTheta);
    if (byLevel) this.returnTemplates();
    const found = byLevel ?? this.byModesAt(theta, shift, s2, byTheta);
    if (!found) return Infinity;
    const { onGamma, r2, halfLogDet } = found;
    if (gradient) {
      for (let j = 0; j < p; j++) gradient[j] = onGamma[j] / (s2 * unit);
      gradient[p] = N - r2 / s2;
      gradient.set(byTheta!, p + 1);
    }
    const constant = this.constant - N * (1 - Math.log(N)) / 2; // of N log σ′ in place of N log r² / 2
    return constant + halfLogDet + N * Math.log(s2) / 2 + r2 / (2 * s2);
  }

  private byModesAt(
    theta: Float64Array,
    shift: Float64Array,
    s2: number,
    gradient?: Float64Array,
  ): GivenScale | null {
    const { effects, eliminated, normal } = this;
    this.theta.set(theta);
    this.found = null;
    this.resumed = null;
    this.profiled = false;
    effects.setTheta(theta);
    if (!eliminated.solve()) return null;
    this.s2 = s2;
    this.shift.set(shift);
    eliminated.modes(shift, this.u);
    let { onGamma, r2 } = this.atShift(eliminated.form(normal));
    if (eliminated.loses(r2, Infinity)) {
      ({ onGamma, r2 } = this.atShift(eliminated.formFromRows(normal)));
    }
    this.halfLogDet = eliminated.halfLogDet;
    if (gradient) this.gradient(theta, gradient);
    return { onGamma, r2, halfLogDet: this.halfLogDet };
  }

  /** Aγ − c and r² at the current shift. */
  private atShift(residuals: Residuals | null): { onGamma: Float64Array; r2: number } {
    const { shift, normal: { A, c, yy } } = this;
    const onGamma = Float64Array.from(c, (v, j) => shift.reduce((s, x, k) => s + A[j][k] * x, -v));
    const r2 = residuals
      ? this.squares(residuals)
      : yy + shift.reduce((sum, x, j) => sum + x * (onGamma[j] - c[j]), 0);
    return { onGamma, r2 };
  }

  /** out = ZᵀV⁻¹x, for s = H⁻¹ΛᵀZᵀx. */
  marginal(Ztx: Float64Array, s: Float64Array, out: Float64Array) {
    this.eliminated.marginal(Ztx, s, out);
  }

  private gradient(theta: Float64Array, gradient: Float64Array) {
    const { shift, u, s2, normal } = this;
    this.slope.at(theta, { shift, u, s2, normal }, gradient);
  }

  /**
   * The same function for differences of its gradient and of σ̂²: where a factor is dear, by estimates with the same random vectors at every θ, of
   * which the error of the gradient is its own at all of them and falls out.
   */
  get forDifferences(): ProfiledDeviance {
    if (this.solver.worth === null || !isDear(this.effects.pattern)) return this;
    return this.estimated ??= new ProfiledDeviance(this.sums, this.reml, iteratively);
  }

  /** The gradient over θ once more, at the point of the last evaluation with gradient, from what the solver estimates with by now. */
  gradientHere(theta: Float64Array, gradient: Float64Array): void {
    this.gradient(theta, gradient);
  }

  /** The same function by sums over patterns of positions or over cells, where that costs less: what does not need modes. */
  get byPattern(): MarginalDeviance | null {
    if (this.searched === undefined) this.searched = patternDeviance(this) ?? fieldDeviance(this);
    return this.searched;
  }

  /** The same function by sums over levels, where one factor groups all effects. */
  get byLevel(): LevelDeviance | null {
    if (this.levels === undefined) this.levels = levelDeviance(this);
    return this.levels;
  }

  /** ½ deviance at θ and its gradient; of the rest only σ² may be asked for after it, by {@link sigma2At}. */
  valueAt(theta: Float64Array, gradient?: Float64Array): number {
    const { quickest } = this, value = quickest.evaluate(theta, gradient);
    if (quickest === this.byLevel) this.returnTemplates();
    return value;
  }

  /** σ̂² at θ, in the unit of the data. */
  sigma2At(theta: Float64Array): number {
    this.valueAt(theta);
    return this.quickest.s2 * this.unit ** 2;
  }

  /** Sums over levels leave the templates at their θ. */
  private returnTemplates() {
    this.effects.setTheta(this.resumed ?? this.theta);
  }

  /** What finds value, gradient and σ² in the least time. */
  private get quickest(): MarginalDeviance | LevelDeviance | this {
    return this.byPattern ?? this.byLevel ?? this;
  }

  /** ∂A/∂θ_j for A = QᵀV⁻¹Q, after an evaluation with gradient. */
  informationDerivative(j: number): Matrix {
    const theta = this.theta.slice(), found = this.byPattern?.informationDerivative(theta, j);
    if (!isSame(theta, this.theta)) this.evaluate(theta, theta.slice()); // where little is left the difference moves the engine
    return found ?? this.derivatives.ofInformation(j);
  }

  /** Block values of H at the last evaluated point. */
  system(): Float64Array {
    return this.eliminated.H;
  }

  /** ∂b̂/∂γ_j at fixed θ: −Λ H⁻¹ Λᵀ Zᵀ Q_j. */
  fixedModeDerivatives(): Float64Array[] {
    return this.SQ.map((s) => {
      const b = new Float64Array(s.length);
      this.effects.apply(s, b);
      return b.map((v) => -v);
    });
  }

  /** Entries of ΛH⁻¹Λᵀ on the pattern (relative: times σ² is the conditional covariance of b given y, β, θ). */
  conditionalCovariance(): Float64Array {
    const { effects } = this, G = new Float64Array(effects.valueCount);
    if (effects.q > 0) effects.unsphere(this.eliminated.inverse(), G);
    return G;
  }
}
