/** Residuals as people know them from regression: against fitted values, Q–Q, scale-location, histogram. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type ResidualPlotOptions,
} from "../display.ts";
import { type Frame, readColumn } from "../frame.ts";
import { RESIDUALS, type ResidualVectorMeta } from "../inference/predict/residual_vector.ts";
import { extent } from "../math/descriptive.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { normalQqPanel } from "./normal_qq.ts";
import { plotSvg } from "./plot.ts";
import { fittedPanel, scalePanel } from "./residual_clouds.ts";
import { histogramPanel } from "./residual_histogram.ts";
import { type Drawn, drawnOf, placesOf, SIZE } from "./residual_rows.ts";
import { narrowAxis, type RowFacets, rowFacets } from "./row_facets.ts";
import { MOST_POINTS, thin } from "./rows.ts";
import { type Style, styleOf } from "./style.ts";
import type { Words } from "./words.ts";

/**
 * Draws the residuals of a model.
 *
 * @param frame `row`, `fitted`, `residual`
 * @param options Plot options, `kind` of figure (all four by default) and `along`, a column in place of the fitted values
 */
export const residuals: KindFigure<ResidualVectorMeta> = {
  kind: RESIDUALS,
  options: {
    ...plotOptions.checks,
    points: kinds.flag,
    facet: plotOptions.names,
    kind: kinds.oneOf("fitted", "qq", "scale-location", "histogram"),
    along: kinds.column,
  } satisfies OwnOptions<ResidualPlotOptions>,
  draw,
};

const TITLES = {
  fitted: "Residuals",
  qq: "Normal Q–Q plot",
  "scale-location": "Size of the residuals",
  histogram: "Distribution",
} as const;
type Kind = keyof typeof TITLES;
const MAKE: Readonly<Record<Kind, (drawn: Drawn) => Record<string, unknown>>> = {
  fitted: fittedPanel,
  qq: normalQqPanel,
  "scale-location": scalePanel,
  histogram: histogramPanel,
};

function draw(frame: Frame, meta: ResidualVectorMeta, options: FigureOptions): FigureElement {
  const { kind, along } = options as ResidualPlotOptions,
    style = styleOf(options),
    drawn = drawnOf(frame, meta, along, { most: kind ? MOST_POINTS : MOST_POINTS / 2, style });
  const facets = facetsOf(meta, options, style.words);
  if (facets) return facetedPlot(frame, meta, options, facets, style);
  const all = Object.keys(TITLES) as Kind[], shown = kind ? [kind] : all;
  const columns = shown.length === 1 ? 1 : 2, total = Number(options.width ?? (columns === 1 ? 480 : 720));
  const width = Math.floor(total / columns);
  const panels = shown.map((each): Panel => ({
    title: shown.length > 1 ? TITLES[each] : undefined,
    plot: plotSvg(
      panelOptions({ ...SIZE, width, ...MAKE[each](drawn) }, { ...options, width }, [
        ...["kind", "along", "color"],
      ]),
    ),
  }));
  const figure = compose({
    panels,
    columns,
    caption: [
      meta.title && `${meta.title}.`,
      !meta.normal && shown.some(isOfNormal) && NEED_NOT,
      style.points && thin(placesOf(drawn), drawn.most).note,
    ],
  }, options);
  style.words.done();
  return figure;
}

const isOfNormal = (kind: Kind) => kind === "qq" || kind === "histogram";
const NEED_NOT =
  "Its residuals need not be normal: simulateResiduals() makes residuals that are uniform in a right model.";

const facetsOf = (meta: ResidualVectorMeta, { facet, width }: FigureOptions, words: Words) =>
  rowFacets(
    facet as ResidualPlotOptions["facet"],
    (name) => readColumn(meta.rows, name),
    Number(width ?? 720),
    words,
  );

/** One kind of plot for each level of a column, on the same axes. */
function facetedPlot(
  frame: Frame,
  meta: ResidualVectorMeta,
  options: FigureOptions,
  { panels, columns, width, note }: RowFacets,
  style: Style,
): FigureElement {
  const { kind = "fitted", along } = options as ResidualPlotOptions;
  const most = Math.ceil(MOST_POINTS / panels.length), whole = drawnOf(frame, meta, along, { most, style });
  const height = columns > 2 ? 220 : 260, axes = sharedAxes(whole, kind), narrow = narrowAxis(width);
  const plots = panels.map(({ title, rows }): Panel => {
    const own = MAKE[kind](drawnOf(frame, meta, along, { most, style }, rows));
    const shared = Object.fromEntries(
      ["x", "y"].map((axis) => [axis, { ...own[axis] as object, ...axes[axis], ...narrow }]),
    );
    const defaults = { ...SIZE, width, ...own, ...shared, height };
    return {
      title,
      plot: plotSvg(panelOptions(defaults, { ...options, width }, ["kind", "along", "color"])),
    };
  });
  const figure = compose({
    panels: plots,
    columns,
    caption: [
      meta.title && `${meta.title}.`,
      !meta.normal && isOfNormal(kind) && NEED_NOT,
      note,
      style.points && thin(placesOf(whole), MOST_POINTS).note,
    ],
  }, options);
  style.words.done();
  return figure;
}

/** Ends of the axes that panels share, so that they can be compared. */
function sharedAxes({ x, residual }: Drawn, kind: Kind): Record<string, object> {
  if (kind === "histogram") return { x: { domain: extent(residual) } };
  if (kind === "fitted") return { x: { domain: extent(x) }, y: { domain: extent(residual), inset: 4 } };
  return kind === "scale-location" ? { x: { domain: extent(x) } } : {};
}
