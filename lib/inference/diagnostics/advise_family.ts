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
import { FIT_OPTIONS, fitModel, type FitOptions } from "../../model/fit.ts";
import type { Model } from "../../model/result/model.ts";
import { isImproper } from "../../model/result/improper.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { aicc } from "../describe/model_sel.ts";
import { allTests } from "./all.ts";
import { type Candidate, candidates, type Shared } from "./family_candidates.ts";
import { fitCode } from "./next_steps.ts";
import { predictiveCheck } from "./predictive.ts";
import { simulateResiduals } from "./simulate_residuals.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { stateOf } from "./state.ts";
import { pText, short } from "./test_frame.ts";

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

function fitted(
  candidate: Candidate,
  formula: string,
  data: Frame,
  shared: Shared,
  n: number,
  seed: number,
): Candidate {
  const { family, inflations } = candidate;
  try {
    const model = fitModel(formula, data, {
      ...shared,
      family,
      reml: false,
      ...Object.fromEntries(inflations.map((option) => [option, "~ 1"])),
    });
    const state = stateOf(simulateResiduals(model, { n, seed }), "advise");
    const off = allTests(state).filter((t) => t.pValue < 0.05).map((t) =>
      `${t.about} ${pText(t.pValue, t.pValue === 0 ? n : undefined)}`
    );
    return {
      ...candidate,
      model,
      aicc: aicc(model),
      reason: [
        candidate.reason,
        ...model.converged ? [] : ["the fit did not converge"],
        ...isImproper(model) ? ["its probabilities do not sum to 1 here"] : [],
      ].join("; "),
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
