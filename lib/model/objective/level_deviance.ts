/**
 * The profiled deviance of a Gaussian model of one grouping factor whose levels are independent, by sums over its levels
 * ({@link LevelSums}): for searches, which need no modes. Its value and slope are those of {@link ProfiledDeviance}, in a tenth of the
 * time: with e, k, S there
 *
 *   ∂/∂T = D T,   D = Σ S − Σ eeᵀ/σ² [− Σ kkᵀ under REML]
 */
import type { Matrix } from "../../math/dense.ts";
import { dot } from "../../math/vectors.ts";
import { vectors } from "../../math/dense_rows.ts";
import { areLone } from "../../math/lone_nodes.ts";
import type { Objective } from "../../math/minimize.ts";
import { LevelInformation, multiply } from "./level_information.ts";
import { LevelSums } from "./level_sums.ts";
import { LEFT, type Whole } from "./marginal_deviance.ts";
import { NormalEquations } from "./normal_equations.ts";
import type { Standing } from "./standing.ts";
import { templateDerivatives } from "./template_derivatives.ts";

/** Effects of a level from which dense kernels do better. */
const WIDE = 9;

/** The engine: its sums, and what it does where little is left of them. */
interface Engine extends Whole {
  readonly curvature?: () => Matrix;
  resume(theta: Float64Array, standing: Standing): void;
}

/** The objective by levels; null where levels meet, are wide, or have templates that are not linear or of reduced rank. */
export function levelDeviance(whole: Engine): LevelDeviance | null {
  const { effects, effects: { groups, linear, pattern } } = whole.sums;
  if (groups.length !== 1 || !linear || !areLone(pattern, WIDE)) return null;
  const derivatives = templateDerivatives(effects, new Float64Array(effects.thetas)).map(([t]) => t);
  return isFull(derivatives, groups[0].width) ? new LevelDeviance(whole, derivatives) : null;
}

/**
 * Can all diagonal entries differ from 0? Where not (rr) the likelihood may rise in what the template leaves out: D is far from 0 at the
 * optimum, and average information far from the curvature.
 */
function isFull(derivatives: readonly Float64Array[], c: number): boolean {
  return Array.from({ length: c }, (_, j) => derivatives.some((t) => t[j * (c + 1)] !== 0)).every(Boolean);
}

/** What −ℓ is made of at given γ and σ: Aγ − c, r² = (y − Qγ)ᵀV⁻¹(y − Qγ) and ½ log|V|. */
export interface GivenScale {
  readonly onGamma: Float64Array;
  readonly r2: number;
  readonly halfLogDet: number;
}

/** ½ deviance as a function of θ. */
export class LevelDeviance implements Objective {
  private readonly levels: LevelSums;
  private readonly normal: NormalEquations;
  private readonly shift: Float64Array;
  /** D and D T. */
  private readonly D: Float64Array;
  private readonly onTemplate: Float64Array;
  /** Of the last evaluation: σ² in the unit of the response, θ, and whether the engine made it. */
  s2 = NaN;
  private readonly theta: Float64Array;
  private information: LevelInformation | null = null;
  private byModes = false;

  /** @param derivatives ∂T/∂θ_j */
  constructor(private readonly whole: Engine, private readonly derivatives: readonly Float64Array[]) {
    const { sums, p } = whole;
    this.levels = new LevelSums(sums);
    this.normal = new NormalEquations(p);
    this.shift = new Float64Array(p);
    [this.D, this.onTemplate] = vectors(2, this.levels.c ** 2);
    this.theta = new Float64Array(sums.effects.thetas);
  }

  evaluate(theta: Float64Array, gradient?: Float64Array): number {
    const { whole: { sums: { effects }, p, N, reml, constant }, levels, normal, normal: { L }, shift } = this;
    this.theta.set(theta);
    effects.setTheta(theta);
    const T = effects.template(0), yy = levels.products(T, normal);
    if (!normal.factor() || this.isLost(yy)) return this.evaluateByModes(gradient);
    shift.set(normal.c);
    normal.solve(shift);
    const r2 = yy - dot(shift, normal.c);
    if (this.isLost(r2)) return this.evaluateByModes(gradient);
    let halfLogA = 0;
    for (let j = 0; j < p; j++) halfLogA += Math.log(L[j][j]);
    this.byModes = false;
    this.s2 = r2 / N;
    if (gradient) {
      levels.slopes(T, shift, L);
      gradient.fill(0);
      effects.pullback(theta, 0, [this.adjoint(T, this.s2, reml)], gradient);
    }
    return constant + levels.halfLogDet + N * Math.log(r2) / 2 + (reml ? halfLogA : 0);
  }

  /**
   * At given coefficients (as γ less that of least squares, in the unit) and σ², nothing profiled out, with the gradient of −ℓ over θ; null where
   * little is left of a sum of squares.
   */
  evaluateAt(
    theta: Float64Array,
    shift: Float64Array,
    s2: number,
    gradient?: Float64Array,
  ): GivenScale | null {
    const { whole: { sums: { effects } }, levels, normal, normal: { A, c } } = this;
    this.theta.fill(NaN); // what was profiled out is no longer at hand
    effects.setTheta(theta);
    const T = effects.template(0), yy = levels.products(T, normal);
    if (!normal.factor() || this.isLost(yy)) return null;
    const onGamma = Float64Array.from(c, (v, j) => dot(shift, A[j]) - v);
    const r2 = yy + dot(shift, onGamma) - dot(shift, c);
    if (this.isLost(r2)) return null;
    if (gradient) {
      levels.slopes(T, shift);
      gradient.fill(0);
      effects.pullback(theta, 0, [this.adjoint(T, s2, false)], gradient);
    }
    return { onGamma, r2, halfLogDet: levels.halfLogDet };
  }

  /** Half of the digits of a sum of squares, or of a column's length, are gone: the engine forms them from the rows. */
  private isLost(left: number): boolean {
    const { whole: { sums: { QtQ, yty } }, normal } = this;
    return !(left > LEFT * yty) || !(normal.weakestPivot(QtQ) > LEFT);
  }

  private evaluateByModes(gradient?: Float64Array): number {
    const { whole } = this, value = whole.evaluate(this.theta, gradient);
    this.byModes = true;
    this.s2 = whole.s2;
    return value;
  }

  /** Leaves the engine at θ, where it stands by the modes found here: its factor is made when somebody asks for it. */
  leaveEngineAt(theta: Float64Array) {
    const { whole, whole: { sums: { effects, origin, unit } }, levels, normal, shift, s2 } = this;
    if (this.byModes || !theta.every((v, i) => v === this.theta[i])) return void whole.evaluate(theta);
    const u = new Float64Array(effects.q), gamma = shift.map((v, j) => unit * (origin[j] + v));
    effects.setTheta(theta);
    levels.modes(effects.template(0), shift, u);
    whole.resume(theta, { u, profiled: { gamma, s2, factor: normal.L.map((row) => [...row]) } });
  }

  /** D, and D T. */
  private adjoint(T: Float64Array, s2: number, reml: boolean): Float64Array {
    const { D, onTemplate, levels: { S, ee, kk, c } } = this;
    for (let i = 0; i < D.length; i++) D[i] = S[i] - ee[i] / s2 - (reml ? kk[i] : 0);
    multiply(D, T, c, onTemplate);
    return onTemplate;
  }

  /** Second derivatives at the last point that was evaluated with its gradient. */
  curvature(): Matrix {
    if (this.byModes) return this.whole.curvature!();
    const { whole: { sums: { effects }, p, N }, derivatives, s2, D, levels } = this;
    this.information ??= new LevelInformation(derivatives, p, N);
    return this.information.at(effects.template(0), D, s2, levels);
  }
}
