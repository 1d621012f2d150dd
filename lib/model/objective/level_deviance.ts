/**
 * The profiled deviance of a Gaussian model of one grouping factor whose levels are independent, by sums over its levels
 * ({@link LevelSums}): for searches, which need no modes. Its value and slope are those of {@link ProfiledDeviance}, in a tenth of the
 * time. With e, k, S there, D = Σ S − Σ eeᵀ/σ² [− Σ kkᵀ under REML] and Ġ_j = ∂(T Tᵀ)/∂θ_j
 *
 *   ∂/∂T = D T,   ∂_j∂_l ≈ ⟨∂_jT, D ∂_lT⟩ + ½ [Σ (Ġ_j e)ᵀS Ġ_l e − Σ_r (Σ k_rᵀĠ_j e)(Σ k_rᵀĠ_l e)]/σ² − (Σ eᵀĠ_j e)(Σ eᵀĠ_l e)/2Nσ⁴
 *
 * of which the second part is the average information (Gilmour, Thompson & Cullis 1995, Biometrics 51) with σ² profiled out.
 */
import { dot, Matrix } from "../../math/dense.ts";
import { vectors } from "../../math/dense_rows.ts";
import { areLone } from "../../math/lone_nodes.ts";
import type { Objective } from "../../math/minimize.ts";
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

/** ½ deviance as a function of θ. */
export class LevelDeviance implements Objective {
  private readonly levels: LevelSums;
  private readonly normal: NormalEquations;
  private readonly shift: Float64Array;
  /** D and D T. */
  private readonly D: Float64Array;
  private readonly onTemplate: Float64Array;
  /** Of the last evaluation: θ, σ² in the unit of the response, and whether the engine made it. */
  private readonly theta: Float64Array;
  private s2 = NaN;
  private room: Room | null = null;
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

  evaluate(theta: Float64Array, gradient: Float64Array): number {
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
    levels.slopes(T, shift, L);
    gradient.fill(0);
    effects.pullback(theta, 0, [this.adjoint(T)], gradient);
    return constant + levels.halfLogDet + N * Math.log(r2) / 2 + (reml ? halfLogA : 0);
  }

  /** Half of the digits of a sum of squares, or of a column's length, are gone: the engine forms them from the rows. */
  private isLost(left: number): boolean {
    const { whole: { sums: { QtQ, yty } }, normal } = this;
    return !(left > LEFT * yty) || !(normal.weakestPivot(QtQ) > LEFT);
  }

  private evaluateByModes(gradient: Float64Array): number {
    this.byModes = true;
    return this.whole.evaluate(this.theta, gradient);
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
  private adjoint(T: Float64Array): Float64Array {
    const { D, onTemplate, s2, whole: { reml }, levels: { S, ee, kk, c } } = this;
    for (let i = 0; i < D.length; i++) D[i] = S[i] - ee[i] / s2 - (reml ? kk[i] : 0);
    multiply(D, T, c, onTemplate);
    return onTemplate;
  }

  /** Second derivatives at the last evaluated point. */
  curvature(): Matrix {
    if (this.byModes) return this.whole.curvature!();
    const { whole: { sums: { effects }, p, N }, derivatives, s2, D, levels: { c, ee, ke, eeS } } = this;
    const k = derivatives.length, T = effects.template(0);
    const { G, turned, curved, linear, onColumns } = this.room ??= roomFor(k, c, p);
    for (let j = 0; j < k; j++) {
      symmetricProduct(derivatives[j], T, c, G[j]);
      contract(eeS, G[j], c, turned[j]);
      multiply(D, derivatives[j], c, curved[j]);
      linear[j] = inner(G[j], ee, 0);
      for (let r = 0; r < p; r++) onColumns[j][r] = inner(G[j], ke, r * c * c);
    }
    const C = Matrix.zeros(k, k);
    for (let j = 0; j < k; j++) {
      for (let l = 0; l <= j; l++) {
        const information = inner(turned[j], G[l], 0) - inner(onColumns[j], onColumns[l], 0);
        const average = (information / s2 - linear[j] * linear[l] / (N * s2 * s2)) / 2;
        C.set(j, l, average + inner(derivatives[j], curved[l], 0));
        C.set(l, j, C.get(j, l));
      }
    }
    return C;
  }
}

/** Of every θ_j what its derivatives are made of: matrices c × c, and numbers. */
interface Room {
  readonly G: readonly Float64Array[];
  readonly turned: readonly Float64Array[];
  readonly curved: readonly Float64Array[];
  readonly onColumns: readonly Float64Array[];
  readonly linear: Float64Array;
}

function roomFor(k: number, c: number, p: number): Room {
  const squares = () => vectors(k, c * c);
  return {
    G: squares(),
    turned: squares(),
    curved: squares(),
    onColumns: vectors(k, p),
    linear: new Float64Array(k),
  };
}

/** Σ x_i y_{at + i}. */
function inner(x: Float64Array, y: Float64Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[at + i];
  return sum;
}

/** out ← A Tᵀ + T Aᵀ of lower-triangular A and T. */
function symmetricProduct(A: Float64Array, T: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let k = 0; k < c; k++) {
    for (let j = k; j < c; j++) {
      for (let i = k; i < c; i++) {
        const v = A[k * c + i] * T[k * c + j];
        out[j * c + i] += v;
        out[i * c + j] += v;
      }
    }
  }
}

/** out_bj ← Σ_ai X_(ab)(ij) G_ia. */
function contract(X: Float64Array, G: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let a = 0, at = 0; a < c; a++) {
    for (let b = 0; b < c; b++) {
      for (let i = 0; i < c; i++) {
        const f = G[i * c + a];
        for (let j = 0; j < c; j++) out[b * c + j] += X[at++] * f;
      }
    }
  }
}

/** out ← D A. */
function multiply(D: Float64Array, A: Float64Array, c: number, out: Float64Array) {
  out.fill(0);
  for (let j = 0; j < c; j++) {
    for (let k = 0; k < c; k++) {
      const f = A[j * c + k];
      if (f !== 0) { for (let i = 0; i < c; i++) out[j * c + i] += f * D[k * c + i]; }
    }
  }
}
