/** predict(): means and their uncertainty at new rows, on any scale of the model. */
import { type FigureVariable, type ResultFrame, resultFrame } from "../display.ts";
import { assertFrame, columnNames, type Frame, pl, withSeries } from "../frame.ts";
import { recipeVariables } from "../formula/recipe.ts";
import { normalQuantile } from "../model/coefficients.ts";
import { type Model, usedRows } from "../model/model.ts";
import { LinearPredictors, type RandomChoice } from "./linear_predictor.ts";
import { predictionIntervals } from "./prediction_interval.ts";
import { modelTitle } from "./titles.ts";

/** Options of {@link predict}. */
export interface PredictOptions {
  /**
   * Scale: "response" (the mean of y, zero inflation included; default), "link" (η of the mean), "conditional" (the mean
   * without zero inflation), "zprob" and "zlink" (probability of an extra zero, and its logit), "disp" (dispersion).
   */
  type?: "response" | "link" | "conditional" | "zprob" | "zlink" | "disp";
  /** "all" (default), "none" for the population level b = 0, or terms: "~ (1 | site)". */
  randomEffects?: RandomChoice;
  /** Interval of the mean ("confidence", default), of a new observation ("prediction"), or "none". */
  interval?: "confidence" | "prediction" | "none";
  level?: number;
  /** Groups that the fit has not seen: "error" (default), or "population" with their variance in the standard error. */
  newLevels?: "population" | "error";
}

/**
 * Predictions with standard errors and intervals.
 *
 * η̂ = xᵀβ̂ + zᵀb̂; its variance holds the uncertainty of β, of the variance parameters and of b. Intervals are made on
 * the link scale and transformed, so they stay inside the range of the response.
 *
 * @param newdata rows to predict for, for instance from dataGrid(); default the rows of the fit
 * @returns newdata's columns, then `estimate`, `std_error` (delta method on the scale asked for), `conf_low`, `conf_high`
 * @throws RangeError for a missing column, an unknown level of a fixed factor, or a new group (see `newLevels`)
 * Source: Kass & Steffey (1989); checked against predict() of glmmTMB and lme4 in tests/reference.
 */
export function predict(model: Model, newdata?: Frame, options: PredictOptions = {}): ResultFrame {
  const {
    type = "response",
    randomEffects = "all",
    interval = "confidence",
    level = 0.95,
    newLevels = "error",
  } = options;
  checkType(model, type);
  const rows = newdata === undefined ? usedRows(model) : newdata;
  assertFrame(rows);
  const predictors = new LinearPredictors(model, rows, randomEffects, newLevels);
  const z = normalQuantile(level), scaled = onScale(model, predictors, type, z, interval === "none");
  if (interval === "prediction") {
    if (type !== "response") {
      throw new RangeError(
        `Cannot make prediction intervals with type: "${type}", they are on the scale of the response`,
      );
    }
    predictionIntervals(model, predictors, scaled, level);
  }
  const columns: Record<string, Float64Array> = interval === "none"
    ? { estimate: scaled.estimate }
    : { estimate: scaled.estimate, std_error: scaled.stdError, conf_low: scaled.low, conf_high: scaled.high };
  const names = columnNames(rows).filter((name) => !Object.hasOwn(columns, name));
  const values = Object.entries(columns).map(([name, v]) =>
    pl.Series(name, Array.from(v, (x) => (x === x ? x : null)), pl.Float64)
  );
  const frame = withSeries(rows, names, values);
  return resultFrame("predict", frame, {
    title: modelTitle(model),
    response: type === "response" ? model.response : type,
    range: type === "link" || type === "zlink"
      ? [-Infinity, Infinity]
      : type === "zprob"
      ? [0, 1]
      : model.family.support,
    level,
    interval: interval === "prediction" ? "prediction" : "confidence",
    scale: type === "link" || type === "zlink" ? "link" : "response",
    variables: figureVariables(model, randomEffects, names),
    data: model.data ? usedRows(model) : undefined,
    notes: [levelNote(model, randomEffects), ...predictors.notes].filter(Boolean),
  });
}

function checkType(model: Model, type: string) {
  const known = ["response", "link", "conditional", "zprob", "zlink", "disp"];
  if (!known.includes(type)) {
    throw new RangeError(
      `Cannot predict type: "${type}", known are ${known.map((k) => `"${k}"`).join(", ")}`,
    );
  }
  if (type.startsWith("z") && !model.parts.some((p) => p.part === "zi")) {
    throw new RangeError(
      `Cannot predict type: "${type}", the model has no zero inflation (option zeroInflation of fit)`,
    );
  }
  if (type === "disp" && !model.parts.some((p) => p.part === "disp")) {
    throw new RangeError(
      `Cannot predict type: "disp", family "${model.family.name}" has no dispersion parameter`,
    );
  }
}

/** Estimates, standard errors and interval ends on one scale. */
export interface Scaled {
  estimate: Float64Array;
  stdError: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

function onScale(model: Model, p: LinearPredictors, type: string, z: number, bare: boolean): Scaled {
  const link = model.family.link, inflated = model.parts.some((q) => q.part === "zi");
  if (type === "response" && inflated) return inflatedMean(model, p, z, bare);
  const part = type === "zprob" || type === "zlink" ? "zi" : type === "disp" ? "disp" : "cond";
  const eta = p.values(part),
    se = bare ? new Float64Array(p.n) : p.covariances([part])[0].map((v) => Math.sqrt(Math.max(0, v)));
  const identity = { mean: (e: number) => e, slope: () => 1 };
  const logistic = {
    mean: (e: number) => 1 / (1 + Math.exp(-e)),
    slope: (e: number) => 1 / (2 + Math.exp(e) + Math.exp(-e)),
  };
  const exponential = { mean: Math.exp, slope: Math.exp };
  const scale = type === "link" || type === "zlink"
    ? identity
    : type === "zprob"
    ? logistic
    : type === "disp"
    ? exponential
    : link;
  return {
    estimate: eta.map((e) => scale.mean(e)),
    stdError: eta.map((e, i) => Math.abs(scale.slope(e)) * se[i]),
    low: eta.map((e, i) => Math.min(scale.mean(e - z * se[i]), scale.mean(e + z * se[i]))),
    high: eta.map((e, i) => Math.max(scale.mean(e - z * se[i]), scale.mean(e + z * se[i]))),
  };
}

/** E y = (1 − p₀) μ: delta method over both predictors; the interval is made on the scale of the link, applied to E y. */
function inflatedMean(model: Model, p: LinearPredictors, z: number, bare: boolean): Scaled {
  const { link } = model.family, eta = p.values("cond"), zi = p.values("zi");
  const [v1, v12, v2] = bare ? [0, 1, 2].map(() => new Float64Array(p.n)) : p.covariances(["cond", "zi"]);
  const out: Scaled = { estimate: eta.slice(), stdError: eta.slice(), low: eta.slice(), high: eta.slice() };
  for (let i = 0; i < p.n; i++) {
    const zero = 1 / (1 + Math.exp(-zi[i])), mu = link.mean(eta[i]), mean = mu * (1 - zero);
    const a = link.slope(eta[i]) * (1 - zero), b = -mu * zero * (1 - zero);
    const se = Math.sqrt(Math.max(0, a * a * v1[i] + 2 * a * b * v12[i] + b * b * v2[i]));
    out.estimate[i] = mean;
    out.stdError[i] = se;
    const centre = link.eta(mean), width = z * se / Math.abs(link.slope(centre));
    const ends = [link.mean(centre - width), link.mean(centre + width)];
    out.low[i] = Math.min(...ends);
    out.high[i] = Math.max(...ends);
  }
  return out;
}

function figureVariables(model: Model, choice: RandomChoice, present: readonly string[]): FigureVariable[] {
  const variables = recipeVariables(model.recipe).filter((v) =>
    present.includes(v.name) && v.roles.some((r) => r.role === "fixed" || r.role === "group")
  );
  const isFixed = (v: typeof variables[number]) => v.roles.some((r) => r.role === "fixed");
  const groups = choice === "none" ? [] : variables.filter((v) => !isFixed(v));
  return [...variables.filter(isFixed), ...groups].map((v) => ({
    name: v.name,
    kind: isFixed(v)
      ? (v.kind === "numeric" && !v.asFactor ? "numeric" as const : "factor" as const)
      : "group" as const,
    levels: v.levels ?? undefined,
  }));
}

function levelNote(model: Model, choice: RandomChoice): string {
  if (model.random.length === 0) return "";
  if (choice === "none") {
    return model.family.link.name === "identity"
      ? "Population level: random effects at 0."
      : "Population level: the typical group (random effects at 0 on the link scale), not the average over groups.";
  }
  return choice === "all" ? "Group level: random effects included." : `Random effects included: ${choice}.`;
}
