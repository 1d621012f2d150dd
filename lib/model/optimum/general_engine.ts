/** What a search of a general objective leaves behind. */
import type { Objective } from "../../math/minimize.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { Engine } from "./engine.ts";
import { asPhi, withSeparation } from "./flatness.ts";
import type { Optimum } from "./optimum.ts";

/** The engine at an optimum, with what the data determine there. */
export function generalEngine(objective: Laplace, target: Objective, optimum: Optimum): Engine {
  const inPhi = { ...optimum, flat: asPhi(objective, optimum.flat) };
  if (target !== objective) objective.evaluate(optimum.psi, new Float64Array(objective.size));
  objective.settle(optimum.psi);
  return {
    kind: "general",
    design: objective.design,
    objective,
    optimum: withSeparation(objective, target, inPhi),
  };
}
