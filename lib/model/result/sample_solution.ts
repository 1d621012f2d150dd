/** A fit seen from further rows of its data: predictors, simulations and the effect of estimation there, everything else as it is. */
import { linearPredictor } from "../../math/columns.ts";
import type { FurtherRows } from "../../formula/further_rows.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import { Likelihood } from "../objective/likelihood.ts";
import { RandomEffects } from "../objective/random_effects.ts";
import type { Engine } from "../optimum/engine.ts";
import { EffectDraws } from "./effect_draws.ts";
import type { Model } from "./model.ts";
import { halfSolve, rowEffects, type Solution, solutionOf, thirdDerivatives } from "./solution.ts";
import { liveEngine } from "./engines.ts";

/** @param of number of rows of the fit */
export function sampleSolution(model: Model, rows: FurtherRows, of: number): Solution {
  const whole = solutionOf(model, "the rows of the fit"), design = designAt(whole.design, rows, of);
  const engine = () => standing(liveEngine(model)!);
  const system = engine().objective.effects,
    effects = RandomEffects.seenFrom(system, termsSeen(whole.design, design), rows.n);
  const fixed = design.predictors.map(({ X, offset }, k) => {
    const eta = X.length === 0 ? new Float64Array(rows.n) : linearPredictor(X, model.parts[k].beta);
    return offset ? eta.map((v, i) => v + offset[i]) : eta;
  });
  const fixedPredictors = () => fixed.map((eta) => eta.slice());
  const linearPredictors = () => {
    const eta = fixedPredictors();
    if (effects.q > 0) effects.addTo(engine().objective.b, eta);
    return eta;
  };
  let likelihood: Likelihood | null = null;
  return Object.freeze({
    ...whole,
    design,
    fixedPredictors,
    linearPredictors,
    splitPredictors: linearPredictors,
    rowEffects: (part: number, row: number) => rowEffects(effects, part, row),
    halfSolve: (v: readonly Float64Array[]) => halfSolve(engine(), effects, v),
    thirdDerivatives(eta: readonly Float64Array[]) {
      const at = engine();
      if (at.kind === "gaussian") return thirdDerivatives(at, eta);
      const { family, units } = at.objective.likelihood;
      return thirdDerivatives(at, eta, likelihood ??= new Likelihood(design, family, units));
    },
    draws: (eta: readonly Float64Array[], held: ReadonlySet<number>) =>
      new EffectDraws(engine(), effects, eta, held),
  });
}

function standing(engine: Engine): Engine {
  engine.objective.modesAt(engine.optimum.psi);
  return engine;
}

/** The terms of the fit, each with the same one in other rows. */
function termsSeen(whole: Design, here: Design): Map<RandomTerm, RandomTerm> {
  return new Map(
    whole.predictors.flatMap(({ random }, k) =>
      random.map((term, t) => [term, here.predictors[k].random[t]] as const)
    ),
  );
}

/** The design of the fit with other rows. */
function designAt(whole: Design, rows: FurtherRows, of: number): Design {
  const { n, response, weights, precision } = rows;
  const predictors = whole.predictors.map((p, k) => {
    const { X, offset, random } = rows.predictors[k];
    return {
      ...p,
      X,
      offset,
      random: p.random.map((term, t) => {
        const { level, position } = random[t];
        return { ...term, level, position, columns: position ? [] : random[t].columns };
      }),
    };
  });
  const order = Int32Array.from({ length: n }, (_, i) => i);
  return { ...whole, n, response, weights, precision, predictors, rows: order, rowsGiven: n, counted: of };
}
