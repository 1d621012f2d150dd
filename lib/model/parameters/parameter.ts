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
  /** Of a correlation the standard deviations: where one of these is 0, it can be anything. */
  readonly deviations?: readonly Quantity[];
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
  /**
   * A point near ψ without standard deviations of 0, from where no slope leads away because a column of a template and its negative are
   * the same; null where none is 0.
   */
  readonly leave: (psi: Float64Array) => Float64Array | null;
}

/** Reparametrisation x in the place of ψ. */
export interface Reparametrisation {
  readonly psi: (x: Float64Array) => Float64Array;
  readonly of: (psi: Float64Array) => Float64Array;
  /** ∂/∂x at x from ∂/∂ψ there. */
  readonly down: (gradient: Float64Array, x: Float64Array) => Float64Array;
}

/** A quantity in other coordinates. */
export function quantityIn(
  coordinates: Reparametrisation,
  { value, gradient, move, deviations }: Quantity,
): Quantity {
  const { psi, of, down } = coordinates;
  const through = (at: Float64Array | null) => at && of(at);
  return {
    value: (x) => value(psi(x)),
    gradient: (x) => down(gradient(psi(x)), x),
    move: move && ((x, to) => through(move(psi(x), to))),
    deviations: deviations?.map((sd) => quantityIn(coordinates, sd)),
  };
}

/** An objective at its optimum in other coordinates, whose Hessian and flat directions are for the caller to say. */
export function baseIn(
  { psi, of, down }: Reparametrisation,
  base: Base,
  { hessian, flat }: Pick<Base, "hessian" | "flat">,
): Base {
  const { objective, value, leave } = base, scratch = new Float64Array(base.psi.length);
  return {
    objective: {
      evaluate(x: Float64Array, gradient: Float64Array) {
        const found = objective.evaluate(psi(x), scratch);
        gradient.set(down(scratch, x));
        return found;
      },
    },
    psi: of(base.psi),
    value,
    hessian,
    flat,
    leave(x) {
      const left = leave(psi(x));
      return left && of(left);
    },
  };
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
  const coordinates: Reparametrisation = {
    psi(x) {
      const psi = base.psi.slice();
      free.forEach((i, k) => psi[i] = x[k]);
      return psi;
    },
    of: take,
    down: take,
  };
  const own = { hessian: base.hessian.selection(free, free), flat: base.flat.map(take) };
  return {
    base: baseIn(coordinates, base, own),
    parameters: parameters.map((p) => ({ ...p, ...quantityIn(coordinates, p) })),
  };
}
