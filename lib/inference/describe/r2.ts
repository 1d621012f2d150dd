/** Coefficients of determination and intraclass correlation of mixed models. */
import { effectTerms } from "../../model/result/term_result.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { hasPointMass, inflationInWords, type Model } from "../../model/result/model.ts";
import { modelAt, optimumOrError, warmPlan, withResponse } from "../../model/refits.ts";
import { simulatedResponses } from "../simulate/many_fits.ts";
import { quantile } from "../../math/descriptive.ts";
import { modelTitle } from "../../model/result/title.ts";
import { type VariancePartition, variancePartition } from "./variance_partition.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/** Shares of variance. */
export const R2: ResultKind<FigureMeta> = resultKind("r2");

/**
 * Options of {@link r2} and {@link icc}.
 *
 * @category Tests and intervals
 */
export interface ShareOptions {
  /** Number of parametric bootstrap draws for intervals; none by default. 500 give limits to about 0.01. */
  bootstrap?: number;
  /** Level of the intervals (0.95). */
  level?: number;
  /** The same seed gives the same draws (123). */
  seed?: number;
}

const OPTIONS: Kinds<ShareOptions> = { bootstrap: kinds.count, level: kinds.level, seed: kinds.seed };

/**
 * Nakagawa's R²: the share of the variance on the link scale explained by the fixed effects (marginal) and by fixed and
 * random effects (conditional). A variance estimated as 0 counts as 0, so singular fits have both. A random effect with one
 * level for each row belongs to the residual. It draws the parts of the variance as one bar.
 *
 * ```ts
 * import { dataset, fit, r2 } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * r2(model); // marginal and conditional
 * ```
 *
 * @returns one row per kind: `r2` ("marginal", "conditional"), `estimate`, with `bootstrap` also `conf_low` and `conf_high`
 *   (percentiles of R² of responses simulated from the model), and the variances `fixed`, `random`, `residual`
 * @throws RangeError for an unknown option, or one outside its range
 * Source: Nakagawa, Johnson & Schielzeth (2017); checked against performance 0.10.2 in tests/reference.
 * @category The model
 */
export function r2(model: Model, options: ShareOptions = {}): ResultFrame {
  noMore("r2", arguments, 2);
  model = ownModel(model, "r2");
  checkOptions("r2", options, OPTIONS);
  const shares = ({ fixed, random, residual }: VariancePartition) => {
    const total = fixed + random + residual;
    return [fixed / total, (fixed + random) / total];
  };
  const v = variancePartition(model), limits = intervals(model, shares, options);
  return resultFrame(R2, {
    r2: ["marginal", "conditional"],
    estimate: shares(v),
    ...limits.columns,
    fixed: [v.fixed, v.fixed],
    random: [v.random, v.random],
    residual: [v.residual, v.residual],
  }, { title: `R² of ${modelTitle(model)}`, notes: [...notesOf(model, v), ...limits.notes] });
}

/**
 * Intraclass correlation: the share of the random effects in the variance on the link scale.
 *
 * ```ts
 * import { dataset, fit, icc } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * icc(model);
 * ```
 *
 * @returns one row per kind: `icc` ("adjusted": without the variance of the fixed effects; "unadjusted": with it), `estimate`,
 *   with `bootstrap` also `conf_low` and `conf_high`
 * @throws RangeError for a model without random effects, an unknown option, or one outside its range
 * Source: Nakagawa, Johnson & Schielzeth (2017), section 4.
 * @category The model
 */
export function icc(model: Model, options: ShareOptions = {}): ResultFrame {
  noMore("icc", arguments, 2);
  model = ownModel(model, "icc");
  checkOptions("icc", options, OPTIONS);
  if (effectTerms(model.random).length === 0) {
    throw new RangeError(
      `Cannot compute the intraclass correlation: ${modelTitle(model)} has no random effects`,
    );
  }
  const shares = ({ fixed, random, residual }: VariancePartition) => [
    random / (random + residual),
    random / (fixed + random + residual),
  ];
  const v = variancePartition(model), limits = intervals(model, shares, options);
  return resultFrame("icc", { icc: ["adjusted", "unadjusted"], estimate: shares(v), ...limits.columns }, {
    title: `Intraclass correlation of ${modelTitle(model)}`,
    notes: [...notesOf(model, v), ...limits.notes],
  });
}

/** Percentile intervals of shares over models fitted to simulated responses. */
function intervals(
  model: Model,
  shares: (v: VariancePartition) => number[],
  options: ShareOptions,
): { columns: Record<string, number[]>; notes: string[] } {
  const { bootstrap: n, level = 0.95, seed = 123 } = options;
  if (n === undefined) return { columns: {}, notes: [] };
  const plan = warmPlan(model), response = simulatedResponses(model, seed), draws: number[][] = [[], []];
  let failed = 0;
  for (let b = 0; b < n; b++) {
    const drawn = withResponse(plan, response(b)), optimum = optimumOrError(drawn);
    if (optimum instanceof Error) {
      failed++;
      continue;
    }
    const refitted = modelAt(model, drawn, optimum);
    shares(variancePartition(refitted)).forEach((v, k) => draws[k].push(v));
  }
  const ends = (prob: number) => draws.map((values) => quantile(values, prob));
  return {
    columns: { conf_low: ends((1 - level) / 2), conf_high: ends((1 + level) / 2) },
    notes: [
      `Intervals: percentiles of ${n - failed} parametric bootstrap draws, level ${level}.`,
      ...(failed > 0 ? [`${failed} of ${n} fits failed and are left out.`] : []),
    ],
  };
}

function notesOf(model: Model, { method, observationLevel }: VariancePartition): string[] {
  const notes = [`Variance of the response on the link scale: ${method}.`];
  if (observationLevel.length > 0) {
    notes.push(
      `(${observationLevel.join("), (")}) has one level for each row: its variance is part of the residual.`,
    );
  }
  if (hasPointMass(model)) {
    notes.push(`For the conditional part alone: ${inflationInWords(model)} is left out.`);
  }
  return notes;
}
