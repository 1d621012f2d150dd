/** Starts with other correlations and ranges than a first optimum has. */
import type { Covariance, ThetaValue } from "../structures/structure.ts";
import type { EffectSystem } from "../objective/effect_system.ts";
import type { TermLayout } from "../objective/group_layout.ts";
import type { Optimum } from "./optimum.ts";
import { MIDDLING, WEAK } from "./other_groups.ts";
import { isRegular, isSharp } from "./regular.ts";

/** Angle of a strong correlation. */
const STRONG_ANGLE = 1.2;

/** Beside standard deviations that are held the likelihood may have an optimum for correlations of either sign. */
export function otherSigns(effects: EffectSystem, psi: Float64Array, thetaAt: number): Float64Array[] {
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
 * Towards either end of what the correlations of a structure can be, term by term. What rows of a group have in common and what each has for
 * itself can be explained by correlations, by other effects of the group, and by the dispersion: where the likelihood knows one of these it
 * need not rise towards another. At a variance of 0 correlations say nothing, and whether it rises from there depends on them.
 * @param times how many times the rows of the objective the data have
 */
export function otherEnds(effects: EffectSystem, first: Optimum, thetaAt: number, times = 1): Float64Array[] {
  return effects.terms.flatMap((layout) =>
    endsOf(layout.covariance).flatMap((end) => {
      const free = end.map(([place, value]): ThetaValue => [thetaAt + layout.theta + place, value])
        .filter(([place]) => !first.held.includes(place));
      if (
        free.every((end) => isBeyond(first, end)) || isSharp(first, free.map(([place]) => place), times)
      ) return [];
      const start = first.psi.slice();
      if (!isRegular(first) && !layout.covariance.relative) {
        setDeviations(start, layout, thetaAt, commonDeviation(first, layout, thetaAt));
      }
      for (const t of besides(effects, layout)) setDeviations(start, t, thetaAt, WEAK);
      for (const [place, value] of free) start[place] = value;
      return [start];
    })
  );
}

/** The other terms of the same groups, in the same predictor. */
function besides({ terms }: EffectSystem, layout: TermLayout): TermLayout[] {
  return terms.filter((t) => t !== layout && t.part === layout.part && t.term.group === layout.term.group);
}

/** Is an optimum where a search towards an end would come to? */
function isBeyond({ psi, fixed }: Optimum, [place, value]: ThetaValue): boolean {
  return !fixed.includes(place) && Math.sign(value) * psi[place] >= Math.abs(value);
}

function setDeviations(
  psi: Float64Array,
  { covariance: { edges }, theta }: TermLayout,
  thetaAt: number,
  sd: number,
) {
  for (const { at } of edges) psi[thetaAt + theta + at] = sd;
}

/** One standard deviation for all that a term has, some of which may be 0; where the likelihood is flat theirs say nothing. */
function commonDeviation(
  { psi, flat }: Optimum,
  { covariance: { edges }, theta }: TermLayout,
  thetaAt: number,
): number {
  const square = edges.reduce((s, { at }) => s + psi[thetaAt + theta + at] ** 2 / edges.length, 0);
  return flat.directions.length === 0 && square > 0 ? Math.sqrt(square) : MIDDLING;
}

/** What a structure says of its ends; else its ranges and correlations of neighbours to either side, those with the same meaning together. */
function endsOf({ ends, shown }: Covariance): readonly (readonly ThetaValue[])[] {
  if (ends) return ends;
  const own = shown.filter((p) => p.kind === "own"), meanings = new Set(own.map(({ meaning }) => meaning));
  return [...meanings].flatMap((meaning) =>
    OWN_ELSEWHERE.map((value) =>
      own.filter((p) => p.meaning === meaning).map(({ at }): ThetaValue => [at, value])
    )
  );
}
