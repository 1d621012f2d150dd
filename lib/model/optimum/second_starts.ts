/**
 * Where else to look: starts on the other side of what a first optimum may have missed. Mixtures, boundaries, flat
 * likelihoods and families with a shape have several local optima: what one part explains another can, too.
 */
import type { EffectSystem } from "../objective/effect_system.ts";
import type { Laplace } from "../objective/laplace.ts";
import { isDispersion, isInflated, isShape } from "../families/part.ts";
import type { Optimum } from "./optimum.ts";
import {
  allOrNothing,
  groupsAnew,
  groupsFirst,
  groupsLast,
  independent,
  MIDDLING,
  STRONG,
  turned,
} from "./other_groups.ts";
import { dispersionByCells, otherShape } from "./other_parts.ts";
import {
  allZeros,
  classifiedZeros,
  equalMeans,
  groupsAndZeros,
  separatedZeros,
  turnedWithoutZeros,
  withoutZeros,
} from "./other_zeros.ts";

/** Standard errors, on a scale where effects are of order 1, below which the data leave little room for another optimum. */
const SHARP = 0.1;

/** Is the optimum one inside, with a curvature in every direction? */
export function isRegular({ converged, flat, fixed, held }: Optimum): boolean {
  return converged && flat.directions.length === 0 && fixed.length === held.length;
}

/** Is everything known so well, by so many times the rows, that few looks elsewhere will do? */
function isSharp({ covariance, free }: Optimum, times: number): boolean {
  return free.length > 0 && free.every((i) => covariance.get(i, i) < times * SHARP ** 2);
}

/**
 * The starts to try after a first optimum, most telling first; none where it is regular.
 * @param times how many times the rows of the objective the data have
 */
export function secondStarts(objective: Laplace, first: Optimum, times = 1): Float64Array[] {
  const { parts, family } = objective, shapes = parts.some(isShape);
  const mixture = isInflated(parts) && (family.conditional?.mass(0) ?? true); // a hurdle's parts are apart
  const inside = first.fixed.length === first.held.length, regular = isRegular(first);
  const correlated = otherCorrelations(objective.effects, first.psi, objective.thetaAt);
  if (regular && !mixture && !shapes) return correlated;
  const ways = regular && isSharp(first, times)
    ? [...mixture ? [allZeros, equalMeans] : [], ...shapes ? [otherShape(-1.5)] : []]
    : [
      groupsFirst,
      groupsAnew,
      ...mixture && parts.some(isDispersion) ? [groupsAndZeros] : [],
      allOrNothing,
      ...inside ? [] : [independent, mixture ? turnedWithoutZeros : turned],
      dispersionByCells,
      ...mixture ? [withoutZeros, allZeros, classifiedZeros, separatedZeros, equalMeans] : [],
      ...shapes ? [otherShape(-1.5), otherShape(2)] : [],
      ...first.converged ? [] : [groupsLast],
    ];
  return [
    ...ways.map((way) => way(objective, first.psi)).filter((start) => start !== null),
    ...otherOwnParameters(objective.effects, first, objective.thetaAt),
    ...correlated,
  ];
}

/** Angle of a strong correlation. */
const STRONG_ANGLE = 1.2;

/** Beside standard deviations that are held the likelihood may have an optimum for correlations of either sign. */
function otherCorrelations(effects: EffectSystem, psi: Float64Array, thetaAt: number): Float64Array[] {
  return effects.terms.flatMap(({ covariance, theta, term: { fixed = {} } }) =>
    covariance.shown.flatMap((p) => {
      if (p.kind !== "cor" || p.at === undefined || Object.hasOwn(fixed, p.name)) return [];
      const at = thetaAt + theta + p.at;
      return [-STRONG_ANGLE, STRONG_ANGLE].map((x) => psi.map((v, i) => i === at ? x : v));
    })
  );
}

/** θ's of ranges and correlations of neighbours that are looked at beside the first. */
const OWN_ELSEWHERE = [-1.5, 1.5];

/**
 * Other ranges, other correlations of neighbours: at a variance of 0 they say nothing, and whether the likelihood rises from there
 * depends on them.
 */
function otherOwnParameters(
  effects: EffectSystem,
  { psi, fixed }: Optimum,
  thetaAt: number,
): Float64Array[] {
  const asked = effects.terms.flatMap(({ covariance, theta }) =>
    covariance.shown.flatMap((p) => {
      const edge = covariance.edges.find(({ idle }) => p.kind === "own" && idle.includes(p.at));
      return p.kind === "own" && edge && fixed.includes(thetaAt + theta + edge.at)
        ? [{ own: thetaAt + theta + p.at, sd: thetaAt + theta + edge.at }]
        : [];
    })
  );
  return asked.flatMap(({ own, sd }) =>
    OWN_ELSEWHERE.map((v) => {
      const start = psi.slice();
      start[own] = v;
      start[sd] = MIDDLING;
      return start;
    })
  );
}

/** θ of groups that differ more than the residuals, for objectives over θ alone; none where the optimum is inside. */
export function strongGroups(effects: EffectSystem, first: Optimum): Float64Array[] {
  return [...strongEffects(effects, first), ...otherOwnParameters(effects, first, 0)];
}

function strongEffects(effects: EffectSystem, first: Optimum): Float64Array[] {
  if (first.converged && first.fixed.length === first.held.length) return [];
  const theta = new Float64Array(effects.thetas);
  for (const t of effects.terms) for (const { at } of t.covariance.edges) theta[t.theta + at] = STRONG;
  return [theta];
}
