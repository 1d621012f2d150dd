/** Coefficients, dispersion and shapes as functions of ψ. */
import { isDispersion } from "../families/part.ts";
import { type Model, partsOf } from "../result/model.ts";
import type { Parameter } from "./parameter.ts";
import { sigmaOf, type Space } from "./space.ts";

/** The coefficients of the parts that are shown. */
export function coefficientParameters(model: Model, { joint, size }: Space): Parameter[] {
  const slopes = joint.jacobian(), origin = joint.at(new Float64Array(joint.size));
  return model.parts.flatMap((part) => {
    if (!part.shown) return [];
    return part.names.map((term, j): Parameter => {
      const index = part.start + j, a = new Float64Array(size);
      for (let i = 0; i < slopes.columns; i++) a[i] = slopes.get(index, i);
      return {
        component: part.component,
        group: null,
        term,
        kind: "fixed",
        held: part.fixed.includes(term),
        idle: false,
        range: [-Infinity, Infinity],
        index,
        of: (b) => b,
        value: (psi) => a.reduce((s, v, i) => s + v * psi[i], origin[index]),
        gradient: () => a,
      };
    });
  });
}

/** sigma() where the dispersion is one number, and shape parameters that are. */
export function constantParameters(model: Model, space: Space): Parameter[] {
  const { family } = model, { sigmaAt, joint } = space;
  const slopes = joint.jacobian(), origin = joint.at(new Float64Array(joint.size));
  return partsOf(model).flatMap((part, k): Parameter[] => {
    const { shown, names, start, fixed } = model.parts[k];
    if (shown || names.length !== 1) return [];
    const own = isDispersion(part), held = fixed.length > 0;
    const of = (eta: number) => own ? family.sigma([part.link.mean(eta)]) : part.link.mean(eta);
    const common = {
      component: "disp",
      group: own && family.residual ? "Residual" : null,
      term: !own ? part.name : family.residual ? "sd__Observation" : "sigma",
      kind: "dispersion" as const,
      held,
      idle: false,
      range: own ? [0, Infinity] as const : part.range,
      index: start,
      of,
    };
    if (sigmaAt !== null) {
      return [{
        ...common,
        value: (psi) => sigmaOf(space, psi),
        gradient: (psi) => psi.map((_, i) => i === sigmaAt ? sigmaOf(space, psi) : 0),
      }];
    }
    const at = joint.first[k],
      value = (psi: Float64Array) => of(origin[start] + (held ? 0 : slopes.get(start, at) * psi[at]));
    const gradient = (psi: Float64Array) => {
      const out = new Float64Array(psi.length), up = psi.slice(), down = psi.slice();
      if (held) return out;
      up[at] += 1e-5;
      down[at] -= 1e-5;
      out[at] = (value(up) - value(down)) / 2e-5;
      return out;
    };
    return [{ ...common, value, gradient }];
  });
}
