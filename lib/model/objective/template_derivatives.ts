/** How templates change with θ. */
import { axpy } from "../../math/vectors.ts";
import { Remembered } from "../../math/remembered.ts";
import type { EffectSystem } from "./effect_system.ts";
import type { GroupLayout } from "./group_layout.ts";

/** One matrix (width × width, column-major) per factor. */
export type Templates = readonly Float64Array[];

/** ∂T/∂θ_j of every factor where templates are linear: the same everywhere, and for every response. */
const constant = new Remembered<readonly GroupLayout[], { readonly derivatives: readonly Templates[] }>();

/** ∂T/∂θ_j of every factor, for every j. */
export function templateDerivatives(effects: EffectSystem, theta: Float64Array): readonly Templates[] {
  const all = () => Array.from(theta, (_, j) => templateDerivative(effects, theta, j));
  return effects.linear
    ? constant.of(effects.groups, () => true, () => ({ derivatives: all() })).derivatives
    : all();
}

/** ∂T/∂θ_j of every factor. */
export function templateDerivative(effects: EffectSystem, theta: Float64Array, j: number): Templates {
  return effects.groups.map(({ width }, f) =>
    differenceInTheta(effects, theta, j, (out) => out.set(effects.template(f)), width * width)
  );
}

/**
 * Central difference in θ_j of what the random effects do at θ: exact where that is linear (and taken about 0, where rounding adds
 * nothing), else of fourth order, as a smooth field (gau) bends too much for less.
 */
export function differenceInTheta(
  effects: EffectSystem,
  theta: Float64Array,
  j: number,
  apply: (out: Float64Array) => void,
  length = effects.q,
): Float64Array {
  const { linear } = effects, value = new Float64Array(length);
  const centre = linear ? new Float64Array(theta.length) : theta, at = centre.slice();
  const h = linear ? 1 : 1e-3 * Math.max(1, Math.abs(theta[j]));
  const parts = linear ? [[1, 1 / 2]] : [[1, 8 / 12], [2, -1 / 12]]; // (8[f(h) − f(−h)] − [f(2h) − f(−2h)])/12h
  const sum = new Float64Array(length);
  for (const [steps, weight] of parts) {
    for (const sign of [1, -1]) {
      at[j] = centre[j] + sign * steps * h;
      effects.setTheta(at);
      value.fill(0);
      apply(value);
      axpy(sign * weight / h, value, sum);
    }
  }
  effects.setTheta(theta);
  return sum;
}
