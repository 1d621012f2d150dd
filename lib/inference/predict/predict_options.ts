/** Options of predict(), and which of them go together. */
import { effectTerms } from "../../model/result/term_result.ts";
import type { Model } from "../../model/result/model.ts";
import { type Kinds, kinds } from "../../check.ts";
import type { RandomChoice } from "./random_choice.ts";

/**
 * Options of predict().
 *
 * @category Predict and simulate
 */
export interface PredictOptions {
  /**
   * Scale: "response" (the mean of y, zero inflation included; default), "link" (η of the mean), "conditional" (the mean
   * without zero inflation), "zprob" and "zlink" (probability of an extra zero, and its logit), "oprob" and "olink" (of a one), "disp" (dispersion), or the name
   * of another parameter of the family ("df", "power"). Of ordered categories "response" is the probability of each, one row per
   * category, and "mean" the mean number of the category.
   */
  type?: string;
  /**
   * "all" (default), "none" for the population level b = 0, or terms: "~ (1 | site)". The errors of a model with the option `residual`
   * are among "all" no more than other residuals; named, "~ (0 + factor(visit) | subject)", they give the best prediction of what a
   * subject has at a visit (or a place in a field), given its others.
   */
  randomEffects?: RandomChoice;
  /**
   * What "no random effects" means on the response scale: the typical group, b = 0 ("typical", default), or the average
   * over all groups, the integral over the random effects ("population"; with randomEffects "none").
   */
  average?: "typical" | "population";
  /** Interval of the mean ("confidence", default), of a new observation ("prediction"), or "none". */
  interval?: "confidence" | "prediction" | "none";
  /** Confidence level of the interval (0.95). */
  level?: number;
  /**
   * Number of trials of a new observation, for prediction intervals of binomial types; the limits are proportions. Default: what
   * the rows say in the columns that the fit read the trials from, else 1. Precision weights are read from their column likewise.
   */
  trials?: number;
  /** Groups that the fit has not seen: "error" (default), or "population" with their variance in the standard error. */
  newLevels?: "population" | "error";
}

/** The kind of every option of {@link predict}. */
export const PREDICT_OPTIONS: Kinds<PredictOptions> = {
  type: kinds.text,
  randomEffects: kinds.text,
  average: kinds.oneOf("typical", "population"),
  interval: kinds.oneOf("confidence", "prediction", "none"),
  level: kinds.level,
  trials: kinds.count,
  newLevels: kinds.oneOf("population", "error"),
};

/** @throws {RangeError} Unless the options have a meaning together. */
export function checkMeaning(model: Model, options: PredictOptions) {
  const { type = "response", interval, trials } = options;
  checkAverage(model, options);
  if (trials !== undefined && interval !== "prediction") {
    throw new RangeError(
      'Cannot use trials: they belong to prediction intervals, write interval: "prediction" too',
    );
  }
  if (interval !== "prediction" || type === "response" && !model.family.categories) return;
  throw new RangeError(
    type === "response"
      ? "Cannot make prediction intervals of categories: the probabilities say how likely each of them is"
      : `Cannot make prediction intervals with type: "${type}", they are on the scale of the response`,
  );
}

function checkAverage(
  model: Model,
  { average = "typical", type = "response", randomEffects = "all", interval }: PredictOptions,
) {
  if (average === "typical") return;
  if (randomEffects !== "none" && effectTerms(model.random).length > 0) {
    throw new RangeError(
      'Cannot average over the groups and hold their effects: use randomEffects: "none" with average: "population"',
    );
  }
  if (!["response", "conditional", "mean"].includes(type)) {
    throw new RangeError(
      `Cannot average over the groups with type: "${type}", the average is on the scale of the response`,
    );
  }
  if (interval === "prediction") {
    throw new RangeError(
      'Cannot make prediction intervals with average: "population": they are of one observation in one group',
    );
  }
}
