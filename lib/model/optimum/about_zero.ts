/** From the optimum of the model that was searched to that of the model that is reported. */
import { congruence } from "../../math/dense.ts";
import type { Design } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { Laplace } from "../objective/laplace.ts";
import { ScaleMap } from "../objective/scale_map.ts";
import { scaleReference } from "../objective/scale_reference.ts";
import type { Flat } from "./directions.ts";
import type { Optimum } from "./optimum.ts";

/** An engine of a general objective. */
interface General {
  readonly kind: "general";
  readonly design: Design;
  readonly objective: Laplace;
  readonly optimum: Optimum;
}

/** The engine of the model about 0, where a plan was searched about another point of its scale; nothing is evaluated. */
export function aboutZero<E extends General>(
  searched: E,
  { design, family }: { readonly design: Design; readonly family: Family },
): E | General & { readonly searched: { readonly engine: E; readonly map: ScaleMap } } {
  const reference = scaleReference(design, family);
  if (reference === null) return searched;
  const { objective: search, optimum } = searched, { free, standing: _, ...found } = optimum;
  search.modesAt(optimum.psi);
  const map = new ScaleMap(search, design, reference, optimum.psi), objective = map.own;
  const psi = map.from(optimum.psi), J = map.jacobian(optimum.psi), indices = [...free];
  const back = map.inverseJacobian(optimum.psi).selection(indices, indices);
  objective.resume(psi, search.standing());
  return {
    kind: "general",
    design,
    objective,
    optimum: {
      ...found,
      psi,
      free,
      hessian: congruence(back.transpose(), optimum.hessian),
      covariance: congruence(J, optimum.covariance),
      flat: flatAboutZero(),
    },
    searched: { engine: searched, map },
  };

  /** Directions that leave ζ as it is are the same; so are pulls, which are about one part alone. */
  function flatAboutZero(): Flat {
    const first = search.firstCoefficient[reference!.part], last = first + reference!.at.length;
    const turned = (d: Float64Array) => {
      if (!d.subarray(first, last).some((v) => v !== 0)) return d;
      const moved = search.toPsi(d).map((_, i, v) => v.reduce((s, x, j) => s + J.get(i, j) * x, 0));
      return objective.toPhi(moved);
    };
    const { directions, pulls, ray } = optimum.flat;
    return { directions: directions.map(turned), pulls, ray: ray && turned(ray) };
  }
}
