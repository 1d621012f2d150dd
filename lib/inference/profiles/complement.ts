/** A profile where the likelihood is flat in some directions: over what the data determine, the rest held where it is. */
import { engineOf, type Model } from "../../model/result/model.ts";
import { determinedSpace } from "../../model/optimum/flatness.ts";
import type { Base, Quantity } from "./profile.ts";

/** The same objective over the coordinates x of ψ = ψ̂ + U x, U orthogonal to the flat directions. */
export function overDetermined(
  model: Model,
  base: Base,
): { base: Base; quantity: (f: Quantity) => Quantity } {
  const engine = engineOf(model, "profile intervals");
  const U = engine.kind === "general" ? determinedSpace(engine.objective, engine.optimum) : null;
  if (!U) return { base, quantity: (f) => f };
  const { psi: start, objective } = base, full = new Float64Array(start.length);
  const at = (x: Float64Array) =>
    start.map((v, i) => {
      for (let k = 0; k < x.length; k++) v += U.get(i, k) * x[k];
      return v;
    });
  const down = (g: Float64Array, out: Float64Array) => {
    for (let k = 0; k < out.length; k++) {
      out[k] = 0;
      for (let i = 0; i < g.length; i++) out[k] += U.get(i, k) * g[i];
    }
    return out;
  };
  return {
    base: {
      psi: new Float64Array(U.columns),
      value: base.value,
      hessian: U.transpose().mmul(base.hessian).mmul(U),
      objective: {
        evaluate(x, gradient) {
          const value = objective.evaluate(at(x), full);
          down(full, gradient);
          return value;
        },
      },
    },
    quantity: (f) => ({
      value: (x) => f.value(at(x)),
      gradient: (x) => down(f.gradient(at(x)), new Float64Array(x.length)),
    }),
  };
}
