/** Tests of assumptions as a table that draws the effects behind them. */
import {
  type AssumptionPlotOptions,
  type FigureMeta,
  formatPValues,
  layoutText,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { modelTitle } from "../../model/result/title.ts";
import type { CutEffect } from "./cut_effects.ts";

/** The tests as columns; NaN where there is none. */
export interface AssumptionTests {
  readonly term: readonly string[];
  readonly df: readonly number[];
  readonly log_lik?: readonly number[];
  readonly aic?: readonly number[];
  readonly statistic: readonly number[];
  readonly p_value: readonly number[];
  readonly notes: readonly string[];
}

/** What the figure shows: effects at every threshold beside the common one, or on the log scale. */
export interface AssumptionMeta extends FigureMeta {
  readonly of: "thresholds" | "scale";
  readonly effects: readonly CutEffect[];
  /** The link, on whose scale they are. */
  readonly link: string;
}

/** Tests of assumptions of ordinal models. */
export const ASSUMPTION_TEST: ResultKind<AssumptionMeta> = resultKind("assumptionTest");

/** The table of some tests. */
export function assumptionFrame(
  model: Model,
  title: string,
  { notes, ...tests }: AssumptionTests,
  shown: Pick<AssumptionMeta, "of" | "effects">,
): ResultFrame<AssumptionPlotOptions> {
  const { term, df, log_lik, aic, statistic, p_value } = tests;
  const columns = {
    term,
    df: df.map((v) => (v === v ? v : null)),
    ...log_lik && { log_lik: Float64Array.from(log_lik) },
    ...aic && { aic: Float64Array.from(aic) },
    statistic: Float64Array.from(statistic),
    p_value: Float64Array.from(p_value),
  };
  const meta: AssumptionMeta = {
    ...shown,
    title: `${title} — ${modelTitle(model)}`,
    response: model.response,
    link: model.family.link.name,
    notes,
    text: () => [title, `Model: ${model.formula}`, layoutText(term, textColumns(tests)), ...notes].join("\n"),
  };
  return resultFrame(ASSUMPTION_TEST, columns, meta) as ResultFrame<AssumptionPlotOptions>;
}

function textColumns({ df, log_lik, aic, statistic, p_value }: Omit<AssumptionTests, "notes">) {
  const numbers = (values: readonly number[], digits: number) =>
    values.map((v) => (v === v ? v.toFixed(digits) : ""));
  const ps = formatPValues(Float64Array.from(p_value)).map((t, i) => (p_value[i] === p_value[i] ? t : ""));
  return [
    { name: "Df", cells: numbers(df, 0) },
    ...log_lik ? [{ name: "logLik", cells: numbers(log_lik, 3) }] : [],
    ...aic ? [{ name: "AIC", cells: numbers(aic, 2) }] : [],
    { name: aic ? "LRT" : "Chisq", cells: numbers(statistic, 4) },
    { name: "Pr(>Chi)", cells: ps },
  ].map((column) => ({ ...column, align: "right" as const }));
}
