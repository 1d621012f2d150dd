/** Whether a family's parameters are found again in mixed models that are simulated with them. */
import * as combinators from "../../lib/model/families/combinators.ts";
import type { Family } from "../../lib/model/families/family.ts";
import * as registry from "../../lib/model/families/mod.ts";
import { isMassPart, isValid } from "../../lib/model/families/part.ts";
import type { Link } from "../../lib/model/links/link.ts";
import { type Frame, pl } from "../../lib/frame.ts";
import { childSeed, type Random, seed } from "../../lib/math/random.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import type { Model } from "../../lib/model/result/model.ts";
import { linksOf, shapeOf } from "../laws/family_points.ts";
import { middle, middleOf } from "../laws/small_designs.ts";

/** 30 groups of 10 rows: y ~ x + f + (1 | g). */
const GROUPS = 30, SIZE = 10, SLOPE = 0.3, STEP = -0.2, LETTERS = "abcdefgh";

/** A parameter's estimates over the runs. */
export interface Recovered {
  readonly family: string;
  readonly parameter: string;
  readonly truth: number;
  /** Its mean estimate, and how many standard errors of that mean, by their spread or the fits' standard errors, lie between both. */
  readonly mean: number;
  readonly distance: number;
  /** Mean standard error over the standard deviation of the estimates; NaN where there is none. */
  readonly ratio: number;
  /** Standard deviation of the estimates. */
  readonly spread: number;
  /** Share of Wald intervals that hold it. */
  readonly coverage: number;
  /** Runs whose fit is certified and has no flat direction. */
  readonly runs: number;
  /** A coefficient of the mean. */
  readonly ofMean: boolean;
}

type Make = (link?: Link) => Family;

/** Every family of the registry, with a link that takes every η, and point masses at zero or one where they can have them. */
export const FAMILIES: ReadonlyMap<string, Family> = new Map(
  (Object.entries(registry) as unknown as [string, Make][]).flatMap(([name, make]): [string, Family][] => {
    const takesAll = (link: Link) =>
      [-3, 3].every((eta) => isValid(make(link).parts(shapeOf(make(link)))[0], eta));
    const family = make([make().link, ...linksOf(make)].find(takesAll)),
      title = `${name}(${family.link.name})`;
    const whole: [string, Family][] = [[title, family]];
    if (family.categories || family.support[0] < 0 || !family.discrete && family.mass(0)) return whole;
    if (!family.usesTrials) whole.push([`zero-inflated ${title}`, combinators.zeroInflated(family)]);
    if (family.support[1] === 1 && !family.discrete) {
      whole.push([`one-inflated ${title}`, combinators.oneInflated(family)]);
      whole.push([
        `zero- and one-inflated ${title}`,
        combinators.oneInflated(combinators.zeroInflated(family)),
      ]);
    }
    return whole;
  }),
);

/** η of every part beyond the mean: point masses of 15 %, standard deviations of half the mean where they have the response's unit. */
function others(family: Family): number[] {
  const at = family.parts(shapeOf(family)).slice(1).map((part, k) =>
    isMassPart(part) ? -1.7 : middleOf(part, k + 1)
  );
  if (family.link.name === "identity" || family.unitShift?.[0] !== 1) return at;
  const { eta } = middle(family),
    of = (tau: number) =>
      family.variance([eta, tau, ...at.slice(1)], 1) / family.mean([eta, tau, ...at.slice(1)]) ** 2;
  const slope = Math.log(of(1) / of(0));
  return [(Math.log(0.25) - Math.log(of(0))) / slope, ...at.slice(1)];
}

/** η of a row without effects: thresholds hold the constant where there are some. */
const origin = (family: Family) => family.intercept === "elsewhere" ? 0 : middle(family).eta;

/** Standard deviation of the groups. */
const deviation = (family: Family) => family.link.name === "identity" ? 1 : 0.5;

function simulate(family: Family, random: Random): Frame {
  const beyond = others(family), eta = origin(family), sd = deviation(family);
  const y: number[] = [], x: number[] = [], f: string[] = [], g: string[] = [], trials: number[] = [];
  for (let k = 0; k < GROUPS; k++) {
    const b = sd * random.normal();
    for (let i = 0; i < SIZE; i++) {
      const own = random.normal(), second = i % 2, m = 5 + i % 4;
      y.push(family.simulate(random, [eta + SLOPE * own + STEP * second + b, ...beyond], m));
      x.push(own);
      f.push("ab"[second]);
      g.push(`g${k}`);
      trials.push(m);
    }
  }
  return pl.DataFrame({ y: family.categories ? y.map((k) => LETTERS[k - 1]) : y, x, f, g, trials });
}

function refit(family: Family, data: Frame): Model {
  const masses = family.parts(shapeOf(family)).filter(isMassPart).map(({ option }) => [option, "~ 1"]);
  const options: FitOptions = { family, ...Object.fromEntries(masses) };
  return fit(`${family.usesTrials ? "cbind(y, trials - y)" : "y"} ~ x + f + (1 | g)`, data, options);
}

/** Estimates and standard errors of one fit with what they should be. */
function* compared(model: Model, family: Family): Generator<[string, number, number, number, boolean]> {
  const known = new Map([["(Intercept)", origin(family)], ["x", SLOPE], ["fb", STEP]]);
  const beyond = new Map(
    family.parts(shapeOf(family)).slice(1).map(({ name }, k) => [name, others(family)[k]]),
  );
  for (const [k, { part, names, beta, start }] of model.parts.entries()) {
    for (const [j, name] of names.entries()) {
      const truth = k === 0 ? known.get(name)! : beyond.get(part)!,
        variance = model.covariance.get(start + j, start + j);
      yield [
        k === 0 ? name : names.length === 1 ? part : `${part} ${name}`,
        truth,
        beta[j],
        Math.sqrt(variance),
        k === 0,
      ];
    }
  }
  yield ["sd of groups", deviation(family), model.random[0].parameters[0].estimate, NaN, false];
}

/** Simulates and fits `runs` times. */
export function recover(
  name: string,
  runs: number,
  start = 2026 + [...FAMILIES.keys()].indexOf(name),
): Recovered[] {
  const family = FAMILIES.get(name)!,
    seen = new Map<string, { truth: number; ofMean: boolean; at: number[]; se: number[] }>();
  for (let run = 0; run < runs; run++) {
    const model = refit(family, simulate(family, seed(childSeed(start, run + 1))));
    if (!model.converged || model.flat.directions.length > 0) continue;
    for (const [parameter, truth, estimate, se, ofMean] of compared(model, family)) {
      const s = seen.get(parameter) ?? { truth, ofMean, at: [], se: [] };
      seen.set(parameter, s);
      s.at.push(estimate);
      s.se.push(se);
    }
  }
  return [...seen].map(([parameter, { truth, ofMean, at, se }]) => {
    const n = at.length,
      average = (v: readonly number[]) => v.reduce((s, a) => s + a, 0) / n,
      mean = average(at);
    const spread = Math.sqrt(average(at.map((a) => (a - mean) ** 2)) * n / (n - 1));
    return {
      family: name,
      parameter,
      truth,
      mean,
      spread,
      distance: (mean - truth) / (Math.max(spread, average(se) || 0) / Math.sqrt(n)),
      ratio: average(se) / spread,
      coverage: average(at.map((a, i) => Number(Math.abs(a - truth) <= 1.959963984540054 * se[i]))),
      runs: n,
      ofMean,
    };
  });
}

/**
 * Is a coefficient of the mean off by more than five standard errors of its mean estimate, and a tenth of its own? Maximum likelihood has a
 * bias of the order of a tenth of a standard error in 30 groups.
 */
export const isOff = ({ ofMean, distance, runs }: Recovered): boolean =>
  ofMean && Math.abs(distance) > 5 + 0.1 * Math.sqrt(runs);
