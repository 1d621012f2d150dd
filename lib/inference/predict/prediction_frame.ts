/** The table of predictions, with what its figure needs. */
import { effectTerms } from "../../model/result/term_result.ts";
import {
  type FigureMeta,
  type FigureVariable,
  type PredictPlotOptions,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { columnNames, type Frame, pl, withSeries } from "../../frame.ts";
import { recipeVariables } from "../../formula/recipe.ts";
import type { Model } from "../../model/result/model.ts";
import { modelTitle } from "../../model/result/title.ts";
import { CATEGORY, repeatedRows } from "./class_probabilities.ts";
import { AS_IT_IS, type DataScale, figureData } from "./figure_data.ts";
import { LinearPredictors } from "./linear_predictor.ts";
import { onScale, type Scaled } from "./prediction_scales.ts";
import type { PredictionType } from "./prediction_type.ts";
import type { RandomChoice } from "./random_choice.ts";
import { linkTitle, responseTitle } from "./response_title.ts";

/** What predictions know beyond their columns. */
export interface PredictMeta extends FigureMeta {
  /** The estimates of the same rows without the effects of groups; null where they hold none. */
  readonly population?: () => ArrayLike<number> | null;
}

/** Tables of predictions. */
export const PREDICT: ResultKind<PredictMeta> = resultKind("predict");

/** Predictions, and what was asked for. */
export interface Predicted {
  readonly model: Model;
  readonly rows: Frame;
  readonly type: string;
  readonly what: PredictionType;
  readonly categories: readonly string[] | null;
  readonly randomEffects: RandomChoice;
  readonly interval: "confidence" | "prediction" | "none";
  readonly level: number;
  readonly scaled: Scaled;
  readonly notes: readonly string[];
}

/** The rows with the predictions behind them. */
export function predictionFrame(predicted: Predicted): ResultFrame<PredictPlotOptions> {
  const { model, rows, type, what, categories, randomEffects, interval, level, scaled } = predicted;
  const columns: Record<string, Float64Array> = interval === "none"
    ? { estimate: scaled.estimate }
    : { estimate: scaled.estimate, std_error: scaled.stdError, conf_low: scaled.low, conf_high: scaled.high };
  const all = categories ? repeatedRows(rows, categories, model.response) : rows;
  const names = columnNames(all).filter((name) => !Object.hasOwn(columns, name));
  const values = Object.entries(columns).map(([name, v]) =>
    pl.Series(name, Array.from(v, (x) => (x === x ? x : null)), pl.Float64)
  );
  return resultFrame(PREDICT, withSeries(all, names, values), {
    title: modelTitle(model),
    response: titleOf(model, type, categories !== null),
    range: categories ? [0, 1] : what.range,
    ...categories && { whole: CATEGORY },
    level,
    interval: interval === "prediction" ? "prediction" : "confidence",
    scale: what.isLink ? "link" : "response",
    variables: [
      ...categories ? [{ name: CATEGORY, kind: "factor" as const, levels: categories, ordered: true }] : [],
      ...figureVariables(model, randomEffects, names.filter((name) => name !== CATEGORY || !categories)),
    ],
    data: figureData(model, dataScale(model, type, what, categories !== null)),
    population: () => populationOf(model, rows, what, randomEffects),
    notes: predicted.notes.filter(Boolean),
  });
}

/** What the estimates are, for an axis. */
function titleOf(model: Model, type: string, categories: boolean): string {
  if (categories) return `probability of ${model.response}`;
  if (type === "link") return linkTitle(model);
  if (type === "mean") return `mean ${model.response}`;
  return type === "response" || type === "conditional" ? responseTitle(model) : type;
}

/** What of the data belongs under predictions of a type. */
function dataScale(model: Model, type: string, what: PredictionType, categories: boolean): DataScale {
  if (categories) return { of: "categories", category: CATEGORY, map: null };
  if (!what.ofMean) return { of: { absent: `the data have no values of "${type}"` }, map: null };
  if (!what.isLink) return { of: "response", map: what.quantity ? null : model.family.link };
  return {
    of: model.family.categories ? { absent: "the data are categories" } : "link",
    map: what.quantity ? null : AS_IT_IS,
  };
}

/** The same rows without the effects of groups: the line that those of the groups lie around. */
function populationOf(
  model: Model,
  rows: Frame,
  what: PredictionType,
  choice: RandomChoice,
): Float64Array | null {
  if (choice === "none" || effectTerms(model.random).length === 0 || what.quantity) return null;
  return onScale(
    model,
    new LinearPredictors(model, rows, "none", "population"),
    what,
    new Float64Array(0),
    true,
  ).estimate;
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
