/** An objective and its parameters over fewer coordinates: what is held, and what the likelihood leaves open, stays where it is. */
import type { Matrix } from "../../math/dense.ts";
import { engineOf, type Model } from "../../model/result/model.ts";
import { orthogonalComplement } from "../../model/optimum/directions.ts";
import type { Base, Quantity } from "./profile.ts";

/** Over all coordinates but those that the caller holds. */
export function overFree<P extends Quantity>(
  base: Base,
  parameters: readonly P[],
  held: readonly number[],
): { base: Base; parameters: readonly P[] } {
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
      free,
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

/** Over x with ψ = ψ̂ + U x, U orthogonal to the flat directions. */
export function overDetermined(
  model: Model,
  base: Base,
): { base: Base; quantity: (f: Quantity) => Quantity } {
  const engine = engineOf(model, "profile intervals");
  const U = engine.kind === "general"
    ? determined(engine.optimum.flat.directions.map((d) => engine.objective.toPsi(d)), base)
    : null;
  if (!U) return { base, quantity: (f) => f };
  const at = (x: Float64Array) =>
    base.psi.map((v, i) => {
      for (let k = 0; k < x.length; k++) v += U.get(i, k) * x[k];
      return v;
    });
  const down = (g: Float64Array) =>
    Float64Array.from({ length: U.columns }, (_, k) => g.reduce((s, v, i) => s + U.get(i, k) * v, 0));
  return {
    base: {
      ...inCoordinates(base, new Float64Array(U.columns), at, down),
      hessian: U.transpose().mmul(base.hessian).mmul(U),
    },
    quantity: (f) => ({
      value: (x) => f.value(at(x)),
      gradient: (x) => down(f.gradient(at(x))),
      move: undefined,
    }),
  };
}

/** Orthonormal columns orthogonal to flat directions over ψ; null where there are none. */
function determined(directions: readonly Float64Array[], { psi, free }: Base): Matrix | null {
  const own = free ? directions.map((d) => Float64Array.from(free, (i) => d[i])) : directions;
  return orthogonalComplement(own, psi.length);
}

/** The objective in other coordinates: ψ of x, and x of a gradient. */
function inCoordinates(
  { objective, value, psi: full }: Base,
  psi: Float64Array,
  at: (x: Float64Array) => Float64Array,
  down: (gradient: Float64Array) => Float64Array,
) {
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
