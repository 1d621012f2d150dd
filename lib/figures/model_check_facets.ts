/** The model check within the levels of a column: for each its predictions, its residuals and their Q–Q plot. */
import type { CheckMeta } from "../inference/diagnostics/check_model.ts";
import { predictiveChecks } from "../inference/diagnostics/predictive.ts";
import { uniformity } from "../inference/diagnostics/uniformity.ts";
import { stepwise } from "../math/stepwise.ts";
import { predictivePanel, predictiveReading } from "./predictive_panel.ts";
import { alongInParts, type ResidualParts, residualParts } from "./residual_facets.ts";
import type { Style } from "./style.ts";
import type { FacetOption } from "./table_facets.ts";
import { uniformQqPanel } from "./uniform_qq.ts";

/** Levels that have a row of panels, the panels of each, and their height. */
const MOST_LEVELS = 12, COLUMNS = 3, HEIGHT = 230;

/** Panels with titles, and what is said of them. */
export interface CheckParts {
  readonly panels: readonly { readonly title: string; readonly options: Record<string, unknown> }[];
  readonly columns: number;
  readonly caption: readonly (string | undefined)[];
}

/** A row of panels for each level; null where the reader wants none. What belongs to the whole model is left out. */
export function checksInParts(
  meta: CheckMeta,
  facet: FacetOption,
  whole: number,
  style: Style,
): CheckParts | null {
  const { residuals: state, predictive } = meta, width = Math.floor(whole / COLUMNS);
  const parts = residualParts(state, facet, width, style, MOST_LEVELS);
  if (!parts) return null;
  const along = alongInParts(state, { ...parts, width }, undefined, style), alert = alertsOf(parts);
  const checks = predictiveChecks(state, parts.panels.map(({ rows }) => rows));
  const panels = parts.panels.flatMap(({ title, part }, k) => {
    const color = style.alertIf(alert[k]);
    const predicted = predictivePanel(checks[k], meta.response ?? "response", width, style, { color });
    const below = title.replace(/[^\n]/g, "");
    return [
      { title: `${title}\nPredictions`, options: predicted },
      { title: `${below}\nResiduals`, options: along[k].options },
      { title: `${below}\nQ–Q plot`, options: uniformQqPanel(part, width, style).options },
    ].map(({ title, options }) => ({ title, options: { ...options, width, height: HEIGHT } }));
  });
  return {
    panels,
    columns: COLUMNS,
    caption: [
      predictiveReading(predictive, style),
      "Tests are made within the levels and adjusted for their number; random effects, outliers and collinearity are the whole model's, in the figure without facet.",
      parts.note,
    ],
  };
}

/** The uniformity of each part, adjusted for their number (Holm). */
const alertsOf = ({ panels }: ResidualParts) =>
  stepwise("holm", panels.map(({ part }) => uniformity(part).pValue));
