/** Ranges and correlations that the data drive to the end of what they can be. */
import type { TermLayout } from "../objective/random_effects.ts";
import type { Engine } from "../optimum/engine.ts";
import type { Shown } from "../structures/structure.ts";
import type { Model } from "./model.ts";

/** Share of itself by which a standard deviation grows, from where on that is said, while a range grows e times. */
const GROWS = 0.1;

/**
 * The parameters of a term that are beyond their limit and that the data do not know there: along which the likelihood is flat, or whose
 * standard error on the scale of θ is half of what they are or more; without an optimum, all that are beyond.
 */
export function atLimits(engine: Engine, { covariance, theta }: TermLayout) {
  const { psi, flat: { directions }, covariance: errors, converged } = engine.optimum;
  const { inPsi, inPhi } = places(engine);
  return covariance.shown.flatMap((p) => {
    if (p.kind !== "own" || !p.limit) return [];
    const at = inPsi + theta + p.at, size = Math.abs(psi[at]);
    if (!(size > p.limit.beyond)) return [];
    const direction = directions.find((d) => d[inPhi + theta + p.at] !== 0)?.subarray(inPhi + theta) ?? null;
    const known = converged && direction === null && 2 * Math.sqrt(errors.get(at, at)) < size;
    return known ? [] : [{ parameter: p, limit: p.limit, direction }];
  });
}

/** A sentence on each of them. */
export function limitMessages({ random }: Omit<Model, "messages">, engine: Engine): string[] {
  const sources = engine.design.predictors.flatMap((p) => p.random), { psi } = engine.optimum;
  return engine.objective.effects.terms.flatMap((layout) => {
    const { label, group } = random[sources.indexOf(layout.term)];
    const theta = psi.subarray(places(engine).inPsi + layout.theta);
    return atLimits(engine, layout).map(({ parameter, limit, direction }) => {
      const end = theta[parameter.at], up = end > 0;
      const moved = direction === null ? 0 : direction[parameter.at] / (limit.power ? Math.abs(end) : 1);
      const grows = direction !== null &&
        layout.covariance.edges.some(({ at }) =>
          Math.abs(direction[at]) > GROWS * Math.abs(theta[at] * moved)
        );
      return `${parameter.name} of (${label}) runs to ${
        edgeOf(parameter, up)
      }: the likelihood hardly changes from here on. ` +
        limit.means(up, group, grows);
    });
  });
}

/** Where θ begins in ψ, and in φ, which directions are over. */
function places(engine: Engine): { inPsi: number; inPhi: number } {
  if (engine.kind === "gaussian") return { inPsi: 0, inPhi: 0 };
  const { thetaAt, coefficients } = engine.objective;
  return { inPsi: thetaAt, inPhi: coefficients };
}

function edgeOf({ range }: Shown & { kind: "own" }, up: boolean): string {
  const edge = range[up ? 1 : 0];
  return edge === Infinity ? "infinity" : String(edge);
}
