/** predict(): means and their uncertainty at new rows, on any scale of the model. */
import { type FigureVariable, formatSignificant, type ResultFrame, resultFrame } from "../display.ts";
import {
  assertFrame,
  columnNames,
  type Frame,
  frameOf,
  nearestName,
  pl,
  readColumn,
  rowCount,
  withSeries,
} from "../frame.ts";
import { recipeVariables } from "../formula/recipe.ts";
import { normalQuantile } from "../model/coefficients.ts";
import { type Model, usedRows } from "../model/model.ts";
import { responseMean } from "./grid_values.ts";
import { typicalValues } from "./grids.ts";
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
  /**
   * What "no random effects" means on the response scale: the typical group, b = 0 ("typical", default), or the average
   * over all groups, the integral over the random effects ("population"; with randomEffects "none").
   */
  average?: "typical" | "population";
  /** Interval of the mean ("confidence", default), of a new observation ("prediction"), or "none". */
  interval?: "confidence" | "prediction" | "none";
  /** Confidence level of the interval (0.95). */
  /** Number of trials of a new observation, for prediction intervals of binomial types (1); the limits are proportions. */
  trials?: number;
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
 * @param newdata rows to predict for, for instance from dataGrid(); default the rows of the fit. Predictors that it does not
 *   name take typical values (mean, or most common level), and a note says so
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
    average = "typical",
  } = options;
  checkType(model, type);
  checkAverage(model, options);
  const given = newdata === undefined ? usedRows(model) : newdata;
  assertFrame(given);
  const { rows, note } = withTypical(model, given);
  const predictors = new LinearPredictors(model, rows, randomEffects, newLevels);
  const z = normalQuantile(level);
  const scaled = average === "population"
    ? populationAverage(model, rows, predictors.n, type === "response", z)
    : onScale(model, predictors, type, z, interval === "none");
  if (interval === "prediction") {
    if (type !== "response") {
      throw new RangeError(
        `Cannot make prediction intervals with type: "${type}", they are on the scale of the response`,
      );
    }
    predictionIntervals(model, predictors, scaled, level, checkTrials(model, options.trials));
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
    notes: [levelNote(model, randomEffects, average), note, ...predictors.notes].filter(Boolean),
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

function checkAverage(
  model: Model,
  { average = "typical", type = "response", randomEffects = "all", interval }: PredictOptions,
) {
  if (average === "typical") return;
  if (average !== "population") {
    throw new RangeError(`Cannot use average: "${average}", known are "typical" and "population"`);
  }
  if (randomEffects !== "none" && model.random.length > 0) {
    throw new RangeError(
      'Cannot average over the groups and hold their effects: use randomEffects: "none" with average: "population"',
    );
  }
  if (type !== "response" && type !== "conditional") {
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

function checkTrials({ family }: Model, trials = 1): number {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`Cannot use trials: ${trials}, it should be a whole number, 1 or more`);
  }
  if (trials > 1 && !family.usesTrials) {
    throw new RangeError(`Cannot use trials: ${trials} with family "${family.name}", which has none`);
  }
  return trials;
}

/** The rows with typical values for the predictors that they lack, and a note that names them. */
function withTypical(model: Model, given: Frame): { rows: Frame; note: string } {
  const names = columnNames(given), typical = typicalValues(model, names);
  if (typical.length === 0) return { rows: given, note: "" };
  refuseMisspelt(model, names, typical.map(({ name }) => name));
  const n = rowCount(given),
    filled = frameOf(Object.fromEntries(typical.map(({ name, value }) => [name, new Array(n).fill(value)])));
  const rows = withSeries(given, names, typical.map(({ name }) => filled.getColumn(name)));
  const shown = typical.map(({ name, value }) =>
    `${name} = ${typeof value === "number" ? formatSignificant(value, 4) : value}`
  );
  return { rows, note: `Typical values for the predictors not given: ${shown.join(", ")}.` };
}

/** A column that the model does not use, named nearly like one that is missing, is a typing mistake and not a partial grid. */
function refuseMisspelt(model: Model, given: readonly string[], missing: readonly string[]) {
  const used = new Set(recipeVariables(model.recipe).map((v) => v.name)),
    known = model.data ? new Set(columnNames(model.data)) : used;
  for (const name of given) {
    const near = known.has(name) || used.has(name) ? null : nearestName(name, missing);
    if (near) {
      throw new RangeError(
        `Cannot find column "${near}" in the new data: they have "${name}"; did you mean "${near}"?`,
      );
    }
  }
}

/** E y averaged over the random effects; the interval is made on the scale of the link. */
function populationAverage(model: Model, rows: Frame, n: number, inflated: boolean, z: number): Scaled {
  const { link } = model.family, zi = inflated && model.parts.some((p) => p.part === "zi");
  const f = responseMean(model, { inflated: zi, population: true });
  const cells = Object.fromEntries([
    ...columnNames(rows).map((name) => [name, readColumn(rows, name)] as const),
    ...typicalValues(model, columnNames(rows), ["group"]).map(({ name, value }) =>
      [name, new Array(n).fill(value)] as const
    ),
  ]);
  const { value, gradient } = f.evaluate(cells, n),
    out: Scaled = {
      estimate: value.slice(),
      stdError: value.slice(),
      low: value.slice(),
      high: value.slice(),
    };
  for (let i = 0; i < n; i++) {
    let variance = 0;
    gradient.forEach((a, j) =>
      gradient.forEach((b, k) => variance += a && b ? a[i] * f.covariance.get(j, k) * b[i] : 0)
    );
    const se = Math.sqrt(Math.max(0, variance)),
      ends = [link.mean(value[i] - z * se), link.mean(value[i] + z * se)];
    out.estimate[i] = link.mean(value[i]);
    out.stdError[i] = Math.abs(link.slope(value[i])) * se;
    out.low[i] = Math.min(...ends);
    out.high[i] = Math.max(...ends);
  }
  return out;
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

function levelNote(model: Model, choice: RandomChoice, average: string): string {
  if (model.random.length === 0) return "";
  if (average === "population") {
    return "Population average: the integral over the random effects, not the typical group.";
  }
  if (choice === "none") {
    return model.family.link.name === "identity"
      ? "Population level: random effects at 0."
      : "Population level: the typical group (random effects at 0 on the link scale), not the average over groups.";
  }
  return choice === "all" ? "Group level: random effects included." : `Random effects included: ${choice}.`;
}
