/** One parameter of a model as a smooth function of ψ, and the point at which a model's parameters are looked at. */
import type { Matrix } from "../../math/dense.ts";
import type { Objective } from "../../math/minimize.ts";
import type { Shown } from "../structures/structure.ts";

/** A scalar function of the parameters with its gradient. */
export interface Quantity {
  readonly value: (psi: Float64Array) => number;
  readonly gradient: (psi: Float64Array) => Float64Array;
  /**
   * A point near ψ where the quantity has another value, for quantities whose gradient vanishes somewhere (a correlation at ±1);
   * null where there is none.
   */
  readonly move?: (psi: Float64Array, value: number) => Float64Array | null;
}

/** One parameter of a model, named as in tidy(). */
export interface Parameter extends Quantity {
  readonly component: string;
  readonly group: string | null;
  readonly term: string;
  readonly kind: "fixed" | "sd" | "cor" | "own" | "dispersion";
  /** Of a structure's own parameter: its scale. */
  readonly own?: Shown & { readonly kind: "own" };
  /** The caller holds it at its value (option `fixed`). */
  readonly held: boolean;
  /** It says nothing, because what it is of does not vary. */
  readonly idle: boolean;
  /** Range of its values. */
  readonly range: readonly [number, number];
  /** For functions of one coefficient: its position among the stacked ones, else null, and the monotone function. */
  readonly index: number | null;
  readonly of: (coefficient: number) => number;
}

/** An objective at its optimum. */
export interface Base {
  readonly objective: Objective;
  readonly psi: Float64Array;
  readonly value: number;
  readonly hessian: Matrix;
  /** Directions along which it is flat. */
  readonly flat: readonly Float64Array[];
}

/** An objective and its parameters over all coordinates but those that the caller holds. */
export function overFree(
  base: Base,
  parameters: readonly Parameter[],
  held: readonly number[],
): { base: Base; parameters: readonly Parameter[] } {
  if (held.length === 0) return { base, parameters };
  const free = Array.from(base.psi.keys()).filter((i) => !held.includes(i));
  const take = (full: ArrayLike<number>) => Float64Array.from(free, (i) => full[i]);
  const at = (x: Float64Array) => {
    const psi = base.psi.slice();
    free.forEach((i, k) => psi[i] = x[k]);
    return psi;
  };
  return {
    base: {
      ...inCoordinates(base, take(base.psi), at, take),
      hessian: base.hessian.selection(free, free),
      flat: base.flat.map(take),
    },
    parameters: parameters.map((p) => ({
      ...p,
      value: (x: Float64Array) => p.value(at(x)),
      gradient: (x: Float64Array) => take(p.gradient(at(x))),
      move: p.move && ((x: Float64Array, value: number) => {
        const moved = p.move!(at(x), value);
        return moved && take(moved);
      }),
    })),
  };
}

/** An objective in other coordinates: ψ of x, and x of a gradient. */
export function inCoordinates(
  { objective, value, psi: full }: Base,
  psi: Float64Array,
  at: (x: Float64Array) => Float64Array,
  down: (gradient: Float64Array) => Float64Array,
): Pick<Base, "psi" | "value" | "objective"> {
  const scratch = new Float64Array(full.length);
  return {
    psi,
    value,
    objective: {
      evaluate(x: Float64Array, gradient: Float64Array) {
        const found = objective.evaluate(at(x), scratch);
        gradient.set(down(scratch));
        return found;
      },
    },
  };
}
