/**
 * How the variance of xᵀβ̂ + zᵀb̂ about its target, and of a new observation there, changes with the variance parameters of a
 * Gaussian model: what Satterthwaite's degrees of freedom of predictions need.
 *
 *   v(φ) = dᵀV d + zᵀG z + z₀ᵀΣ z₀ + κσ²,   d = x + Jᵀz,   φ = (θ, log σ),   df = 2v² / (∇vᵀ C ∇v)
 *
 * V = cov(β̂), J = ∂b̂/∂β, G = cov(b | y, φ); z₀ of groups that are not in the data; κ of the observation's own variance. All
 * are σ² times a function of θ, so ∂v/∂log σ = 2v. Source: Satterthwaite (1946); Fai & Cornelius (1996).
 */
import type { Matrix } from "../../math/dense.ts";
import type { Model } from "./model.ts";
import type { Engine } from "../optimum/engine.ts";
import { engineOf } from "./model.ts";
import type { SatterthwaiteState } from "./satterthwaite.ts";
import { wholeOf } from "./uncertainty.ts";
import { satterthwaiteState } from "./df_states.ts";
import { type EffectCombination, type TermPlace, type Uncertainty, uncertaintyOf } from "./uncertainty.ts";

/** Derivatives in one free θ: J (one vector per coefficient), σ²G on the pattern, and the templates T of every factor. */
export interface Direction {
  readonly jacobian: readonly Float64Array[];
  readonly G: Float64Array;
  readonly templates: readonly Float64Array[];
}

/** Derivatives in every free θ, in the order of the columns of C. */
export type VariationState = readonly Direction[];

/** A new group's coefficients of one term, on the engine's scale. */
export interface NewGroup {
  readonly place: TermPlace;
  readonly value: readonly number[];
}

/** Variances below this share of σ² are 0 but for rounding: an effect that the data say exactly. */
const CERTAIN = 1e-14;

/** Degrees of freedom of predictions of one model. */
class Variation {
  constructor(
    readonly directions: VariationState,
    private readonly fixed: SatterthwaiteState,
    private readonly uncertainty: Uncertainty,
  ) {}

  /** df of one row; `own` is κσ², the variance of the observation itself (0 for a mean). */
  df(x: Float64Array, z: EffectCombination, groups: readonly NewGroup[], own: number): number {
    const { covariance: V, gradients, C } = this.fixed, p = V.rows, { state } = this.uncertainty;
    const moved = (J: readonly Float64Array[]) =>
      Float64Array.from({ length: p }, (_, j) => z.index.reduce((s, at, k) => s + J[j][at] * z.value[k], 0));
    const d = moved(state.jacobian).map((v, j) => v + x[j]);
    const templates = state.groups.map((g) => g.template);
    let v = form(V, d, d) + this.uncertainty.conditionalCovariance(z, z) + own;
    for (const g of groups) v += state.scale * this.inner(g, templates, templates);
    const slope = this.directions.map((t, k) => {
      let s = 2 * form(V, moved(t.jacobian), d) + form(gradients[k], d, d) +
        this.uncertainty.onPattern(z, t.G);
      for (const g of groups) s += 2 * state.scale * this.inner(g, templates, t.templates);
      return s;
    });
    slope.push(2 * v);
    let change = 0;
    slope.forEach((a, i) => slope.forEach((b, j) => change += a * C.get(i, j) * b));
    return change > 0 && v > CERTAIN * state.scale ? 2 * v * v / change : Infinity;
  }

  /** zᵀ S Tᵀ z of a term's blocks S and T of two templates. */
  private inner({ place, value }: NewGroup, S: readonly Float64Array[], T: readonly Float64Array[]): number {
    const { group, slot, count } = place, { width } = this.uncertainty.state.groups[group];
    if (width === 1) { // each position is a node of its own: one of them is touched
      return value.reduce((sum, v) => sum + v * v, 0) * S[group][0] * T[group][0];
    }
    let sum = 0;
    for (let c = 0; c < count; c++) {
      let a = 0, b = 0;
      for (let r = c; r < count; r++) {
        a += S[group][(slot + c) * width + slot + r] * value[r];
        b += T[group][(slot + c) * width + slot + r] * value[r];
      }
      sum += a * b;
    }
    return sum;
  }
}

function form(A: Matrix, x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    if (x[i] !== 0) { for (let j = 0; j < y.length; j++) sum += x[i] * A.get(i, j) * y[j]; }
  }
  return sum;
}

/** Central differences in every free θ; leaves the objective at the optimum. */
function directionsOf(engine: Engine & { kind: "gaussian" }): Direction[] {
  const { objective, optimum } = engine,
    { effects, basis: { R } } = objective,
    theta = optimum.psi,
    scratch = new Float64Array(theta.length);
  const at = (j: number, h: number) => {
    const point = theta.slice();
    point[j] += h;
    objective.evaluate(point, scratch);
    const byGamma = objective.fixedModeDerivatives(), whole = wholeOf(engine);
    const jacobian = Array.from({ length: R.columns }, (_, k) => {
      const out = new Float64Array(effects.q);
      byGamma.forEach((g, i) => {
        const f = R.get(i, k);
        if (f !== 0) { for (let l = 0; l < out.length; l++) out[l] += f * g[l]; }
      });
      return whole.derivative(out, k);
    });
    return {
      jacobian,
      G: whole.covariance(objective.conditionalCovariance().slice()),
      templates: effects.groups.map((_, f) => effects.template(f).slice()),
    };
  };
  const sigma2 = objective.sigma2;
  const directions = optimum.free.map((j): Direction => {
    const h = 1e-4 * Math.max(1, Math.abs(theta[j])), up = at(j, h), down = at(j, -h);
    const slope = (a: Float64Array, b: Float64Array, scale = 1) =>
      a.map((v, i) => scale * (v - b[i]) / (2 * h));
    return {
      jacobian: up.jacobian.map((a, k) => slope(a, down.jacobian[k])),
      G: slope(up.G, down.G, sigma2),
      templates: up.templates.map((a, f) => slope(a, down.templates[f])),
    };
  });
  objective.evaluate(theta, scratch);
  return directions;
}

const known = new WeakMap<Model, Variation>();

/** The variation of a Gaussian model in closed form, made once. */
export function variationOf(model: Model): Variation {
  let found = known.get(model);
  if (!found) {
    const uncertainty = uncertaintyOf(model), fixed = satterthwaiteState(model);
    const engine = engineOf(model, "degrees of freedom of predictions") as Engine & { kind: "gaussian" };
    known.set(model, found = new Variation(directionsOf(engine), fixed, uncertainty));
  }
  return found;
}

/** Gives a model that was read from JSON the derivatives that were saved with it. */
export function rememberVariation(model: Model, directions: VariationState) {
  known.set(model, new Variation(directions, satterthwaiteState(model), uncertaintyOf(model)));
}
