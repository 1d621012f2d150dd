/** Which families can describe a response, and which of them do. */
import { extent, mean, variance } from "../../math/descriptive.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { buildDesign } from "../../formula/design.ts";
import type { Design } from "../../formula/types.ts";
import { gaussian } from "../../model/families/gaussian.ts";
import * as families from "../../model/families/mod.ts";
import { zeroInflated } from "../../model/families/zero_inflated.ts";
import type { Family, ResponseShape } from "../../model/families/family.ts";
import { FIT_OPTIONS, fitModel, type FitOptions, partFormulas } from "../../model/fit.ts";
import type { Model } from "../../model/result/model.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { aicc } from "../describe/model_sel.ts";
import { allTests } from "./all.ts";
import { familyCode, fitCode } from "./next_steps.ts";
import { type PredictiveCheck, predictiveCheck } from "./predictive.ts";
import { simulateResiduals } from "./simulate_residuals.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { stateOf } from "./state.ts";
import { pText, short } from "./test_frame.ts";
import { OutsideSupport } from "../../model/families/response.ts";

/**
 * Options of {@link adviseFamily}: those of fit() that all candidates share, and the simulations behind the pictures.
 *
 * @category Checks
 */
export interface AdviseFamilyOptions
  extends Pick<FitOptions, "weights" | "offset" | "contrasts" | "levels" | "missing"> {
  /** Number of simulations for each candidate (100). */
  n?: number;
  /** Whole number of 32 bits that starts their random numbers (123). */
  seed?: number;
}

const { weights, offset, contrasts, levels, missing } = FIT_OPTIONS;
const OPTIONS: Kinds<AdviseFamilyOptions> = {
  weights,
  offset,
  contrasts,
  levels,
  missing,
  n: kinds.count,
  seed: kinds.seed,
};

/** One family that was looked at. */
export interface Candidate {
  readonly name: string;
  readonly family: Family;
  /** With a probability of zeros of their own. */
  readonly inflated: boolean;
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

/** The meta of an advice. */
export interface AdviceMeta extends FigureMeta {
  readonly candidates: readonly Candidate[];
}

/** Advice on families. */
export const FAMILY_ADVICE: ResultKind<AdviceMeta> = resultKind("familyAdvice");

/**
 * Looks at the response (support, whole numbers, zeros, ones, trials, variance against mean), says which families can describe it
 * and why others cannot, fits those that can, and compares them by AICc and residual tests. It advises and chooses nothing.
 *
 * ```ts
 * import { adviseFamily, dataset } from "@tidyglmm/tidyglmm";
 *
 * adviseFamily("count ~ mined + (1 | site)", await dataset("Salamanders"));
 * ```
 *
 * @returns `family`, `possible`, `aicc`, `delta` (above the best), `tests` (what the residuals say), `reason`, `code`; best first,
 * then the families that cannot
 * @throws as fit() for a formula or data that cannot be read
 * Source: Burnham & Anderson (2002), section 2.9; Kleiber & Zeileis (2016), Am. Stat. 70:296–303.
 * @category Checks
 */
export function adviseFamily(formula: string, data: Frame, options: AdviseFamilyOptions = {}): ResultFrame {
  noMore("adviseFamily", arguments, 3);
  checkOptions("adviseFamily", options, OPTIONS);
  const { n = 100, seed = 123, ...shared } = options;
  const looks = candidates(formula, data, shared).map((c) =>
    c.possible ? fitted(c, formula, data, shared, n, seed) : c
  );
  // What is wrong whatever the family is no advice about families.
  const errors = looks.map(({ error }) => error), [first] = errors;
  if (first && errors.every((error) => error?.message === first.message)) throw first;
  const able = looks.filter((c) => c.model !== null).sort((a, b) => a.aicc - b.aicc);
  const sorted = [...able, ...looks.filter((c) => c.model === null)], best = able[0]?.aicc ?? NaN;
  const response = able[0]?.model?.response ?? formula.split("~")[0].trim();
  const meta: AdviceMeta = {
    title: `Families for ${formula}`,
    response,
    notes: [...(able.length > 0 ? [describe(able[0].model!)] : []), advice(able)],
    candidates: sorted,
  };
  return resultFrame(FAMILY_ADVICE, {
    family: sorted.map((c) => c.name),
    possible: sorted.map((c) => c.possible),
    aicc: Float64Array.from(sorted, (c) => c.aicc),
    delta: Float64Array.from(sorted, (c) => c.aicc - best),
    tests: sorted.map((c) => c.tests),
    reason: sorted.map((c) => c.reason),
    code: sorted.map((c) => c.code),
  }, meta);
}

type Shared = Omit<AdviseFamilyOptions, "n" | "seed">;

/** Links that suit data analysis better than a family's classical default. */
const LINKS: Readonly<Record<string, string>> = { gamma: "log", inverseGaussian: "log" };

function candidates(formula: string, data: Frame, shared: Shared): Candidate[] {
  const list = Object.entries(families as unknown as Record<string, (link?: string) => Family>);
  return list.flatMap(([name, make]) => {
    const family = make(LINKS[name]), found = supports(formula, data, family, shared);
    const one = {
      name,
      family,
      inflated: false,
      ...found,
      model: null,
      aicc: NaN,
      tests: "",
      code: familyCode({ family }),
      predictive: null,
    };
    if (!family.discrete || family.usesTrials || family.categories) return [one];
    const more = supports(formula, data, zeroInflated(family), shared), hurdle = !family.mass(0);
    if (!more.possible || more.zeros === 0) return [one];
    return [one, {
      ...one,
      ...more,
      inflated: true,
      name: `${name} ${hurdle ? "hurdle" : "with zero inflation"}`,
    }];
  });
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
    return { possible: false, reason, zeros: 0, error: error instanceof Error ? error : undefined };
  }
  const { y, trials, categories } = design.response,
    whole = y.every(Number.isInteger),
    zeros = y.reduce((k, v) => k + Number(v === 0), 0);
  const binary = trials === null && y.every((v) => v === 0 || v === 1);
  if (categories) return { ...asCategories(formula, data, categories, shared), zeros: 0 };
  if (family.usesTrials) {
    return { possible: true, reason: trials ? "successes out of trials" : "the response is 0 or 1", zeros };
  }
  if (trials || binary) {
    return { possible: false, reason: trials ? "the response has trials" : "the response is 0 or 1", zeros };
  }
  if (family.discrete) return { possible: true, reason: `whole numbers from ${family.support[0]} on`, zeros };
  if (whole && isCountLike(y)) {
    return {
      possible: false,
      reason: "the response is counts: a density has no likelihood that can be compared with a probability",
      zeros,
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
  return { possible: true, reason: span + bounded, zeros };
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

function fitted(
  candidate: Candidate,
  formula: string,
  data: Frame,
  shared: Shared,
  n: number,
  seed: number,
): Candidate {
  const { family, inflated } = candidate;
  try {
    const model = fitModel(formula, data, {
      ...shared,
      family,
      reml: false,
      ...(inflated ? { zeroInflation: "~ 1" } : {}),
    });
    const state = stateOf(simulateResiduals(model, { n, seed }), "advise");
    const off = allTests(state).filter((t) => t.pValue < 0.05).map((t) =>
      `${t.about} ${pText(t.pValue, t.pValue === 0 ? n : undefined)}`
    );
    return {
      ...candidate,
      model,
      aicc: aicc(model),
      reason: model.converged ? candidate.reason : `${candidate.reason}; the fit did not converge`,
      tests: off.length > 0 ? off.join(", ") : "nothing found",
      code: fitCode(model),
      predictive: predictiveCheck(state),
    };
  } catch (error) {
    return {
      ...candidate,
      possible: false,
      reason: `cannot be fitted: ${error instanceof Error ? error.message : error}`,
    };
  }
}

/** What the response looks like. */
function describe(model: Model): string {
  const { response: { y, trials }, n, predictors } = solutionOf(model, "the response").design;
  const [low, high] = extent(y), centre = mean(y), spread = variance(y);
  const howMany = (value: number) => y.reduce((k, v) => k + Number(v === value), 0);
  const zeros = howMany(0), ones = howMany(1);
  const whole = y.every(Number.isInteger);
  const slope = whole || low > 0 ? meanVarianceSlope(y, predictors[0].random[0]?.level ?? null) : NaN;
  return [
    `The response: ${n} ${whole ? "whole numbers" : "numbers"}${
      trials ? " of successes out of trials" : ""
    } from ${short(low)} to ${short(high)}`,
    zeros > 0 ? `, ${zeros} zeros` : "",
    !whole && ones > 0 ? `, ${ones} ones` : "",
    `; mean ${short(centre)}, variance ${short(spread)}`,
    whole && !trials && centre > 0
      ? ` (${short(spread / centre, 2)} times the mean before any predictor)`
      : "",
    Number.isFinite(slope)
      ? `; between groups the variance grows like the mean to the power ${
        short(slope, 2)
      } (0: gaussian, 1: Poisson, 2: gamma or negative binomial)`
      : "",
    ".",
  ].join("");
}

/** Slope of log variance on log mean over groups with five rows or more; NaN with fewer than five groups. */
function meanVarianceSlope(y: Float64Array, level: Int32Array | null): number {
  if (!level) return NaN;
  const groups = new Map<number, number[]>();
  y.forEach((v, i) => groups.set(level[i], [...groups.get(level[i]) ?? [], v]));
  const points = [...groups.values()].filter((v) => v.length >= 5)
    .map((v) => [Math.log(mean(v)), Math.log(variance(v))])
    .filter(([m, s]) => Number.isFinite(m) && Number.isFinite(s));
  if (points.length < 5) return NaN;
  const mx = mean(points.map(([m]) => m)), my = mean(points.map(([, s]) => s));
  const sxx = points.reduce((s, p) => s + (p[0] - mx) ** 2, 0);
  return sxx > 1e-6 * points.length ? points.reduce((s, p) => s + (p[0] - mx) * (p[1] - my), 0) / sxx : NaN;
}

function advice(able: readonly Candidate[]): string {
  if (able.length === 0) return "No family that is known here can describe this response.";
  const [best] = able, close = able.filter((c) => c.aicc - best.aicc < 4).map((c) => c.name);
  const clean = able.find((c) => c.tests === "nothing found");
  return [
    close.length > 1
      ? `${close.join(", ")} describe it about equally well (AICc within 4).`
      : `${best.name} has the lowest AICc by ${
        able.length > 1 ? short(able[1].aicc - best.aicc, 2) : "default"
      }.`,
    best.tests === "nothing found"
      ? "Its residuals show nothing wrong."
      : `Its residuals: ${best.tests}.${
        clean && clean !== best ? ` Those of ${clean.name} show nothing wrong.` : ""
      }`,
    "What the response is (counts, proportions, times) should weigh more than a small difference in AICc.",
  ].join(" ");
}
