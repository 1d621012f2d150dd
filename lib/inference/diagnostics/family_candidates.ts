/** The families that are looked at for a response, and why each can or cannot describe it. */
import type { Frame } from "../../frame.ts";
import { buildDesign } from "../../formula/design.ts";
import type { Design } from "../../formula/types.ts";
import type { Family, ResponseShape } from "../../model/families/family.ts";
import { gaussian } from "../../model/families/gaussian.ts";
import * as families from "../../model/families/mod.ts";
import { oneInflated } from "../../model/families/one_inflated.ts";
import { OutsideSupport } from "../../model/families/response.ts";
import { zeroInflated } from "../../model/families/zero_inflated.ts";
import { type FitOptions, partFormulas } from "../../model/fit.ts";
import type { Model } from "../../model/result/model.ts";
import { familyCode } from "./next_steps.ts";
import type { PredictiveCheck } from "./predictive.ts";

type Inflation = "zeroInflation" | "oneInflation";

/** One family that was looked at. */
export interface Candidate {
  readonly name: string;
  readonly family: Family;
  /** Options that give zeros and ones probabilities of their own. */
  readonly inflations: readonly Inflation[];
  readonly possible: boolean;
  /** Why it can or cannot describe the response. */
  readonly reason: string;
  readonly model: Model | null;
  readonly aicc: number;
  readonly tests: string;
  readonly code: string;
  readonly predictive: PredictiveCheck | null;
  /** Why it cannot, where the data or the formula cannot be read with it. */
  readonly error?: Error;
}

/** What all candidates are read and fitted with. */
export type Shared = Pick<FitOptions, "weights" | "offset" | "contrasts" | "levels" | "missing">;

/** Links that suit data analysis better than a family's classical default. */
const LINKS: Readonly<Record<string, string>> = { gamma: "log", inverseGaussian: "log" };

/** Every family, and with point masses where the response has zeros or ones that it does not give by itself. */
export function candidates(formula: string, data: Frame, shared: Shared): Candidate[] {
  const list = Object.entries(families as unknown as Record<string, (link?: string) => Family>);
  return list.flatMap(([name, make]) => {
    const family = make(LINKS[name]);
    return variants(name, family, formula, data, shared).map(({ name, inflations, found }) => ({
      name,
      family,
      inflations,
      ...found,
      model: null,
      aicc: NaN,
      tests: "",
      code: familyCode({ family }),
      predictive: null,
    }));
  });
}

/** A family, alone and with the point masses that the response asks for. */
function variants(name: string, family: Family, formula: string, data: Frame, shared: Shared) {
  const look = (each: Family) => supports(formula, data, each, shared);
  const alone = { name, inflations: [] as Inflation[], found: look(family) };
  if (family.usesTrials || family.categories) return [alone];
  const hurdle = !family.mass(0), zero = look(zeroInflated(family));
  const between = !family.discrete && family.support[1] === 1 && !family.mass(1);
  const made = [
    ...zero.zeros > 0 && (family.discrete || hurdle)
      ? [{
        name: `${name} ${hurdle ? "hurdle" : "with zero inflation"}`,
        inflations: ["zeroInflation"],
        found: zero,
      }]
      : [],
    ...between
      ? [
        {
          name: `${name} with one inflation`,
          inflations: ["oneInflation"],
          found: look(oneInflated(family)),
        },
        {
          name: `${name} with zero and one inflation`,
          inflations: ["zeroInflation", "oneInflation"],
          found: look(zeroInflated(oneInflated(family))),
        },
      ].filter(({ found, inflations }) => found.ones > 0 && (inflations.length === 1 || found.zeros > 0))
      : [],
  ] as typeof alone[];
  return [alone, ...made.filter(({ found }) => found.possible)];
}

/** Whether the response lies in the family's support, and whether the family is meant for such a response. */
function supports(formula: string, data: Frame, family: Family, shared: Shared) {
  let design: Design;
  try {
    design = readResponse(formula, data, family, shared);
    family.check(design.response, design.rows, false);
  } catch (error) {
    const reason = error instanceof OutsideSupport
      ? error.reason
      : error instanceof Error
      ? error.message
      : String(error);
    return { possible: false, reason, zeros: 0, ones: 0, error: error instanceof Error ? error : undefined };
  }
  const { y, trials, categories } = design.response,
    whole = y.every(Number.isInteger),
    zeros = howMany(y, 0),
    ones = howMany(y, 1);
  const binary = trials === null && y.every((v) => v === 0 || v === 1);
  if (categories) return { ...asCategories(formula, data, categories, shared), zeros: 0, ones };
  if (family.usesTrials) {
    return {
      possible: true,
      reason: trials ? "successes out of trials" : "the response is 0 or 1",
      zeros,
      ones,
    };
  }
  if (trials || binary) {
    return {
      possible: false,
      reason: trials ? "the response has trials" : "the response is 0 or 1",
      zeros,
      ones,
    };
  }
  if (family.discrete) {
    return { possible: true, reason: `whole numbers from ${family.support[0]} on`, zeros, ones };
  }
  if (whole && isCountLike(y)) {
    return {
      possible: false,
      reason: "the response is counts: a density has no likelihood that can be compared with a probability",
      zeros,
      ones,
    };
  }
  const atoms = exactEnds(y, family);
  if (atoms) {
    return {
      possible: false,
      reason:
        `the response has ${atoms}: a density has no likelihood that can be compared with their probability`,
      zeros,
      ones,
    };
  }
  const [low, high] = family.support;
  const span = high < Infinity
    ? `numbers between ${low} and ${high}`
    : low === 0
    ? family.mass(0) ? "numbers from 0 on, zeros among them" : "positive numbers"
    : "any numbers";
  const bounded = high === Infinity && y.every((v) => v > 0 && v < 1)
    ? ", though this response lies between 0 and 1: predictions can leave that range"
    : low === -Infinity && y.every((v) => v > 0)
    ? ", though this response is positive: predictions need not be"
    : "";
  return { possible: true, reason: span + bounded, zeros, ones };
}

const howMany = (y: Float64Array, value: number) => y.reduce((k, v) => k + Number(v === value), 0);

/** "12 exact zeros and 7 exact ones" at the ends of the response to which the family gives no probability; null where there are none. */
function exactEnds(y: Float64Array, family: Family): string | null {
  const zeros = y.every((v) => v >= 0) && !family.mass(0) ? howMany(y, 0) : 0;
  const ones = y.every((v) => v >= 0 && v <= 1) && !family.mass(1) ? howMany(y, 1) : 0;
  const found = [[zeros, "zeros"], [ones, "ones"]].filter(([count]) => Number(count) > 1);
  return found.length === 0 ? null : found.map(([count, what]) => `${count} exact ${what}`).join(" and ");
}

/** Most distinct whole numbers from 1 on that are taken for the points of a rating. */
const RATINGS = 10;

/** Levels are categories; numbers only where they are 1, 2, …, K, as ratings are. */
function asCategories(formula: string, data: Frame, categories: readonly string[], shared: Shared) {
  if (categories.length === 2) {
    return { possible: false, reason: "the response has two categories: that is a binomial family's" };
  }
  let numbers: Float64Array;
  try {
    numbers = readResponse(formula, data, gaussian(), shared).response.y;
  } catch {
    return { possible: true, reason: `${categories.length} categories in their order` };
  }
  const rating = numbers.every((v) => v >= 1 && v <= categories.length) && categories.length <= RATINGS;
  return rating ? { possible: true, reason: `whole numbers from 1 to ${categories.length}: ratings` } : {
    possible: false,
    reason: "the response is numbers: as categories it would lose how far apart they are",
  };
}

/** Whole numbers from 0 on with few distinct values or small means: counts rather than measurements that were rounded. */
function isCountLike(y: Float64Array): boolean {
  return y.every((v) => v >= 0) && (new Set(y).size < 0.5 * y.length || y.some((v) => v === 0));
}

function readResponse(formula: string, data: Frame, family: Family, shared: Shared): Design {
  const { usesTrials, categories, intercept } = family;
  const predictors = (kind: ResponseShape) => partFormulas(family, kind, {});
  return buildDesign({ formula, predictors }, data, { usesTrials, categories, intercept, ...shared });
}
