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
  groupsForDispersion,
  groupsLast,
  independent,
  STRONG,
  turned,
} from "./other_groups.ts";
import { otherEnds, otherSigns } from "./other_correlations.ts";
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
import { isRegular, isSharp } from "./regular.ts";

/**
 * The starts to try after a first optimum, most telling first; where it is regular only other correlations of structures that have some of
 * their own.
 * @param times how many times the rows of the objective the data have
 */
export function secondStarts(objective: Laplace, first: Optimum, times = 1): Float64Array[] {
  const { parts, family } = objective, shapes = parts.some(isShape);
  const mixture = isInflated(parts) && (family.conditional?.mass(0) ?? true); // a hurdle's parts are apart
  const inside = first.fixed.length === first.held.length, regular = isRegular(first);
  const { effects, thetaAt } = objective;
  const correlated = [
    ...otherEnds(effects, first, thetaAt, times),
    ...otherSigns(effects, first.psi, thetaAt),
  ];
  const ways = regular && !mixture && !shapes
    ? [groupsForDispersion]
    : isSharp(first, first.free, times)
    ? [...mixture ? [allZeros, equalMeans] : [], ...shapes ? [otherShape(-1.5)] : []]
    : [
      groupsFirst,
      groupsAnew,
      groupsForDispersion,
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
    ...correlated,
  ];
}

/** The same for objectives over θ alone: groups that differ more than the residuals where the optimum is not inside, and other correlations. */
export function otherThetas(effects: EffectSystem, first: Optimum): Float64Array[] {
  return [...strongEffects(effects, first), ...otherEnds(effects, first, 0)];
}

function strongEffects(effects: EffectSystem, first: Optimum): Float64Array[] {
  if (first.converged && first.fixed.length === first.held.length) return [];
  const theta = new Float64Array(effects.thetas);
  for (const t of effects.terms) for (const { at } of t.covariance.edges) theta[t.theta + at] = STRONG;
  return [theta];
}
