/** What the panels of scaled residuals share: axis, colours of alarm, sentences, and the text of a row. */
import type { FigureMeta } from "../display.ts";
import { allTests } from "../inference/diagnostics/all.ts";
import { type ResidualState, responseOf } from "../inference/diagnostics/state.ts";
import { formatValue } from "./rows.ts";
import type { Style } from "./style.ts";

/** The colour of outliers: that of alert where there are more than chance gives. */
export const outlierColor = (state: ResidualState, style: Style): string =>
  style.alertIf(pValueOf(state, "outliers"));
/** The colour of what was observed, beside what was simulated. */
export const outcomeColor = (state: ResidualState, style: Style): string =>
  style.alertIf(pValueOf(state, "uniformity"));

const pValueOf = (state: ResidualState, about: string) =>
  allTests(state).find((test) => test.about === about)!.pValue;

/** A panel's Plot options, and what the caption should say of its rows. */
export interface ResidualPanel {
  readonly options: Record<string, unknown>;
  readonly note: string | undefined;
}

/** How the panels are read. */
export const QQ_READING = "Q–Q plot: the grey band is where 95 % of right models stay.",
  CURVES_READING =
    "Curves: quantiles of the residuals, which should lie on the dashed lines; each in colour where it is significant; bands: ± 1.96 standard errors (of the middle one alone where rows are few); stars: outliers.",
  BOXES_READING = "Boxes should reach from .25 to .75.";

/** One line below a figure: the model, and how many simulations. */
export function captionOf({ title, notes = [] }: FigureMeta): string {
  const made = notes.map((note) => note.match(/^[^.]*\bsimulat[^.]*\./)?.[0]).find(Boolean);
  return [title && `${title}.`, made].filter(Boolean).join(" ");
}

export const BASE = { height: 330, marginLeft: 50, marginRight: 14, marginTop: 24, marginBottom: 44 };

/** Axis of scaled residuals and quantiles. */
export const UNIT = {
  domain: [0, 1],
  ticks: [0, 0.25, 0.5, 0.75, 1],
  tickFormat: String,
  labelArrow: "none",
};

/** A row's text when the pointer is on it. */
export function residualTitle(state: ResidualState, i: number): string {
  const observed = responseOf(state)[i];
  return `${state.unit} ${state.rows[i]}\nobserved ${formatValue(observed)}, fitted ${
    formatValue(state.fitted[i])
  }\nresidual ${formatValue(state.residual[i])}`;
}
