/** Scaled residuals along the prediction or a predictor, in panels by a column of the data. */
import { partsOf } from "../inference/diagnostics/part.ts";
import { quantilesOfPart } from "../inference/diagnostics/quantiles.ts";
import { predictorOf, type ResidualState } from "../inference/diagnostics/state.ts";
import type { FactorPredictor, Predictor, TestedQuantile } from "../inference/diagnostics/test_frame.ts";
import { stepwise } from "../math/stepwise.ts";
import { predictionPanel } from "./prediction_panel.ts";
import { outlierColor, type ResidualPanel } from "./residual_panel.ts";
import { type RowFacets, rowFacets } from "./row_facets.ts";
import type { FacetOption } from "./table_facets.ts";
import type { Style } from "./style.ts";

/** Panels of parts of the residuals. */
export interface ResidualParts extends Pick<RowFacets, "columns" | "width" | "note"> {
  readonly panels: readonly {
    readonly title: string;
    readonly rows: readonly number[];
    readonly part: ResidualState;
  }[];
}

/**
 * The residuals of each level of a column of the data; null where the reader wants no panels.
 *
 * @param most panels that the figure has room for
 */
export function residualParts(
  state: ResidualState,
  facet: FacetOption,
  width: number,
  { words }: Style,
  most?: number,
): ResidualParts | null {
  const columnOf = (name: string) => {
    if (state.data || state.model && state.unit === "row") {
      return predictorOf(state, name, "plot residuals").column;
    }
    throw new RangeError(
      `Cannot use facet "${name}": these residuals ${
        state.unit === "row" ? "" : `are of each ${state.unit} and `
      }have no data with them; those that simulateResiduals() makes of a model's rows have its columns`,
    );
  };
  const facets = rowFacets(facet, columnOf, width, words, most);
  if (!facets) return null;
  const parts = partsOf(state, facets.panels.map(({ rows }) => rows));
  return { ...facets, panels: facets.panels.map((panel, k) => ({ ...panel, part: parts[k] })) };
}

/** A panel with its title. */
export type TitledPanel = ResidualPanel & { readonly title: string };

/**
 * Residuals along the prediction or `x` in each panel. The tests of the curves are of the rows of the panel as they are, without the
 * correction for estimation, which is of all rows; adjusted for the number of curves and panels.
 *
 * @param quantiles those of the curves; the quartiles by default
 */
export function alongInParts(
  state: ResidualState,
  { panels, columns, width }: ResidualParts,
  x: Predictor | FactorPredictor | undefined,
  style: Style,
  quantiles?: readonly number[],
): TitledPanel[] {
  const along = panels.map(({ rows }) => x && predictorAt(x, rows));
  const tested = testedTogether(panels.map(({ part }, k) => testedOf(part, along[k], quantiles)));
  const outliers = outlierColor(state, style);
  return panels.map(({ title, part }, k) => {
    const panel = predictionPanel(part, along[k], width, style, { tested: tested[k], outliers });
    return { ...panel, title, options: { ...panel.options, height: heightOf(columns) } };
  });
}

/** Height of a panel among so many side by side. */
export const heightOf = (columns: number): number => columns > 2 ? 220 : 260;

function predictorAt(x: Predictor | FactorPredictor, rows: readonly number[]): Predictor | FactorPredictor {
  return "levels" in x
    ? { ...x, codes: Int32Array.from(rows, (i) => x.codes[i]) }
    : { ...x, values: Float64Array.from(rows, (i) => x.values[i]) };
}

function testedOf(
  part: ResidualState,
  x: Predictor | FactorPredictor | undefined,
  quantiles: readonly number[] | undefined,
): readonly TestedQuantile[] {
  return x && "levels" in x ? [] : quantilesOfPart(part, x, quantiles);
}

/** The curves of all panels, adjusted for their number (Benjamini & Hochberg). */
function testedTogether(all: readonly (readonly TestedQuantile[])[]): TestedQuantile[][] {
  const adjusted = stepwise("BH", all.flat().map((each) => each.adjusted));
  let k = 0;
  return all.map((own) => own.map(({ tau }) => ({ tau, adjusted: adjusted[k++] })));
}
