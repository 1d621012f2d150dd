/** A profile where the likelihood is flat in some directions: over what the data determine, the rest held where it is. */
import {
  type Base,
  baseIn,
  type Quantity,
  quantityIn,
  type Reparametrisation,
} from "../../model/parameters/parameter.ts";
import { orthogonalComplement } from "../../math/orthogonal.ts";

/** The same objective over the coordinates x of ψ = ψ̂ + U x, U orthogonal to the flat directions. */
export function overDetermined(base: Base): { base: Base; quantity: (f: Quantity) => Quantity } {
  const U = orthogonalComplement(base.flat, base.psi.length);
  if (!U) return { base, quantity: (f) => f };
  const down = (g: Float64Array) =>
    Float64Array.from({ length: U.columns }, (_, k) => g.reduce((s, v, i) => s + U.get(i, k) * v, 0));
  const coordinates: Reparametrisation = {
    psi: (x) =>
      base.psi.map((v, i) => {
        for (let k = 0; k < x.length; k++) v += U.get(i, k) * x[k];
        return v;
      }),
    of: (psi) => down(psi.map((v, i) => v - base.psi[i])),
    down,
  };
  const hessian = U.transpose().mmul(base.hessian).mmul(U);
  return {
    base: baseIn(coordinates, base, { hessian, flat: [] }),
    quantity: (f) => quantityIn(coordinates, f),
  };
}
