/** A profile where the likelihood is flat in some directions: over what the data determine, the rest held where it is. */
import { type Base, inCoordinates, type Quantity } from "../../model/parameters/parameter.ts";
import { orthogonalComplement } from "../../math/orthogonal.ts";

/** The same objective over the coordinates x of ψ = ψ̂ + U x, U orthogonal to the flat directions. */
export function overDetermined(base: Base): { base: Base; quantity: (f: Quantity) => Quantity } {
  const U = orthogonalComplement(base.flat, base.psi.length);
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
      flat: [],
    },
    quantity: (f) => ({
      value: (x) => f.value(at(x)),
      gradient: (x) => down(f.gradient(at(x))),
      move: undefined,
    }),
  };
}
