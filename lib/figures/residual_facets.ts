/** Scaled residuals along the prediction or a predictor, in panels by a column of the data. */
import { quantileTest } from "../inference/diagnostics/quantiles.ts";
import { predictorOf, type ResidualState } from "../inference/diagnostics/state.ts";
import type { FactorPredictor, Predictor, TestedQuantile } from "../inference/diagnostics/test_frame.ts";
import { stepwise } from "../math/stepwise.ts";
import { predictionPanel } from "./prediction_panel.ts";
import { outlierColor, type ResidualPanel } from "./residual_panel.ts";
import { type RowFacetOption, type RowFacets, rowFacets } from "./row_facets.ts";
import type { Style } from "./style.ts";

/** Residuals of a panel from which curves are drawn. */
const LEAST_OF_CURVES = 20;

/** The panels of a figure, with the options of each. */
export interface ResidualFacets extends Pick<RowFacets, "columns" | "note"> {
  readonly panels: readonly (ResidualPanel & { readonly title: string })[];
}

/**
 * A panel for each level of a column; null where the reader wants none. The tests of the curves are of the rows of the panel as they
 * are, without the correction for estimation, which is of all rows; adjusted for the number of curves and panels.
 */
export function residualFacets(
  state: ResidualState,
  x: Predictor | FactorPredictor | undefined,
  facet: RowFacetOption,
  { width, style }: { width: number; style: Style },
): ResidualFacets | null {
  const columnOf = (name: string) => predictorOf(state, name, "make panels of residuals").column;
  const facets = rowFacets(facet, columnOf, width, style.words);
  if (!facets) return null;
  const parts = facets.panels.map(({ title, rows }) => ({
    title,
    part: partOf(state, rows),
    x: x && predictorAt(x, rows),
  }));
  const tested = testedTogether(parts.map(({ part, x }) => testedOf(part, x)));
  const outliers = outlierColor(state, style);
  return {
    columns: facets.columns,
    note: facets.note,
    panels: parts.map(({ title, part, x }, k) => {
      const panel = predictionPanel(part, x, facets.width, style, { tested: tested[k], outliers });
      return { ...panel, title, options: { ...panel.options, height: facets.columns > 2 ? 220 : 260 } };
    }),
  };
}

/** Some of the residuals; the model is that of all, so they have none. */
function partOf(state: ResidualState, rows: readonly number[]): ResidualState {
  const take = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]);
  return {
    ...state,
    observed: take(state.observed),
    trials: state.trials && take(state.trials),
    fitted: take(state.fitted),
    residual: take(state.residual),
    lower: take(state.lower),
    upper: take(state.upper),
    rows: Int32Array.from(rows, (i) => state.rows[i]),
    model: null,
    data: null,
  };
}

function predictorAt(x: Predictor | FactorPredictor, rows: readonly number[]): Predictor | FactorPredictor {
  return "levels" in x
    ? { ...x, codes: Int32Array.from(rows, (i) => x.codes[i]) }
    : { ...x, values: Float64Array.from(rows, (i) => x.values[i]) };
}

function testedOf(
  part: ResidualState,
  x: Predictor | FactorPredictor | undefined,
): readonly TestedQuantile[] {
  if (x && "levels" in x || part.residual.length < LEAST_OF_CURVES) return [];
  return quantileTest(part, x as Predictor | undefined).quantiles!;
}

/** The curves of all panels, adjusted for their number (Benjamini & Hochberg). */
function testedTogether(all: readonly (readonly TestedQuantile[])[]): TestedQuantile[][] {
  const adjusted = stepwise("BH", all.flat().map((each) => each.adjusted));
  let k = 0;
  return all.map((own) => own.map(({ tau }) => ({ tau, adjusted: adjusted[k++] })));
}
