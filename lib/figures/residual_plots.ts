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
import { type Frame, readColumn, readNumeric } from "../frame.ts";
import { RESIDUALS, type ResidualVectorMeta } from "../inference/predict/residual_vector.ts";
import { extent, mean, quantileSorted, sortedNumbers, standardDeviation } from "../math/descriptive.ts";
import { qbeta } from "../math/distributions.ts";
import { localRegression } from "../math/local_regression.ts";
import { dnorm, qnorm } from "../math/normal.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { fittedLabels } from "./labels.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, MOST_POINTS, thin } from "./rows.ts";
import { narrowAxis, type RowFacets, rowFacets } from "./row_facets.ts";
import { type Style, styleOf } from "./style.ts";
import { longest } from "./text.ts";
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

/** The residuals, and what they are drawn along. */
interface Drawn {
  readonly meta: ResidualVectorMeta;
  readonly rows: Float64Array;
  readonly residual: Float64Array;
  /** Fitted values, or a column; its levels where it has categories. */
  readonly x: Float64Array;
  readonly levels: readonly string[] | null;
  readonly name: string;
  /** Points of a panel at most. */
  readonly most: number;
  readonly style: Style;
}

const TITLES = {
  fitted: "Residuals",
  qq: "Normal Q–Q plot",
  "scale-location": "Size of the residuals",
  histogram: "Distribution",
} as const;
type Kind = keyof typeof TITLES;
const MAKE: Readonly<Record<Kind, (drawn: Drawn) => Record<string, unknown>>> = {
  fitted: fittedPanel,
  qq: qqPanel,
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

/** Reads the columns; what is not finite cannot be drawn. */
function drawnOf(
  frame: Frame,
  meta: ResidualVectorMeta,
  along: string | undefined,
  { most, style }: Pick<Drawn, "most" | "style">,
  of?: readonly number[],
): Drawn {
  const residual = readNumeric(frame, "residual"),
    column = along === undefined ? null : readColumn(meta.rows, along);
  const x = column === null
    ? readNumeric(frame, "fitted")
    : column.kind === "numeric"
    ? column.values
    : Float64Array.from(column.codes, (code) => code < 0 ? NaN : code);
  const keep = [...of ?? residual.keys()].filter((i) =>
    Number.isFinite(residual[i]) && Number.isFinite(x[i])
  );
  const rows = readNumeric(frame, "row"), take = (v: Float64Array) => Float64Array.from(keep, (i) => v[i]);
  if (keep.length === 0) throw new RangeError("Cannot plot the residuals: none of them is finite");
  return {
    meta,
    rows: take(rows),
    residual: take(residual),
    x: take(x),
    levels: column?.kind === "factor" ? column.levels : null,
    name: along ?? "fitted",
    most,
    style,
  };
}

const SIZE = { height: 300, marginLeft: 56, marginRight: 16, marginTop: 26, marginBottom: 44 };
const AXIS = { labelArrow: "none", grid: true };
const ACROSS = { labelAnchor: "center", labelArrow: "none", insetLeft: 6, insetRight: 6 };
const DASHED = { strokeDasharray: "4 3", strokeOpacity: 0.6 };
const CURVE = { x: "x", y: "y", stroke: "currentColor", strokeWidth: 2 };

/** "residual", "Pearson residual". */
function labelOf({ meta: { type }, style: { words } }: Drawn): string {
  return words.of(
    type === "response" ? "residual" : `${type === "pearson" ? "Pearson" : type} residual`,
  );
}

/** Places of the residuals. */
const placesOf = ({ residual }: Drawn) => Array.from(residual.keys());

function dots(points: readonly { x: number; y: number; title: string }[], style: Style): unknown {
  const large = points.length > 300;
  return Plot.dot(points, {
    x: "x",
    y: "y",
    r: large ? 1.8 : 3,
    fill: style.color,
    fillOpacity: large ? 0.55 : 0.75,
    title: "title",
  });
}

function titleOf({ rows, residual, x, levels, name }: Drawn, i: number): string {
  return `row ${rows[i]}\n${name} ${levels ? levels[x[i]] : formatValue(x[i])}\nresidual ${
    formatValue(residual[i])
  }`;
}

/** The axis of fitted values or of a column, categories by name, turned where they are long. */
function across({ name, levels, style: { words } }: Drawn): Record<string, unknown> {
  if (!levels) return { x: { ...ACROSS, label: words.of(name), tickSpacing: 60 } };
  const names = fittedLabels(levels.map(words.of), TURNED), widest = longest(names.values());
  const turn = widest > 400 / levels.length ? { tickRotate: -40 } : {};
  return {
    marginBottom: "tickRotate" in turn ? 40 + 0.62 * widest : SIZE.marginBottom,
    x: {
      ...ACROSS,
      ...turn,
      label: words.of(name),
      ticks: levels.map((_, k) => k),
      tickFormat: (k: number) => k in levels ? names.get(words.of(levels[k]))! : "",
    },
  };
}

/** Room for a label that is turned. */
const TURNED = 160;

/** Points of which a local mean is more than the points themselves. */
const LEAST_OF_CURVE = 15;

/** Points over x with their local mean, of categories their means. */
function cloud(drawn: Drawn, y: Float64Array): unknown[] {
  const { x, levels } = drawn;
  const place = (i: number) => levels ? x[i] + 0.5 * ((i * 0.618034) % 1 - 0.5) : x[i];
  const shown = thin(placesOf(drawn), drawn.most).rows;
  const points = shown.map((i) => ({ x: place(i), y: y[i], title: titleOf(drawn, i) }));
  const dotted = drawn.style.points ? [dots(points, drawn.style)] : [];
  const curved = x.length >= LEAST_OF_CURVE;
  if (!levels) return [...dotted, curved ? Plot.line(localRegression(x, y), CURVE) : null];
  const means = levels.flatMap((_, k) => {
    const own = y.filter((_, i) => x[i] === k);
    return own.length > 0 ? [{ x1: k - 0.3, x2: k + 0.3, y: mean(own) }] : [];
  });
  return [...dotted, Plot.ruleY(means, { x1: "x1", x2: "x2", y: "y", strokeWidth: 2.5 })];
}

function fittedPanel(drawn: Drawn): Record<string, unknown> {
  return {
    ...across(drawn),
    y: { ...AXIS, label: labelOf(drawn) },
    marks: [Plot.ruleY([0], DASHED), ...cloud(drawn, drawn.residual)],
  };
}

function scalePanel(drawn: Drawn): Record<string, unknown> {
  const sd = standardDeviation(drawn.residual) || 1;
  return {
    ...across(drawn),
    y: { ...AXIS, label: `√ |${labelOf(drawn)} / sd|` },
    marks: cloud(drawn, drawn.residual.map((r) => Math.sqrt(Math.abs(r) / sd))),
  };
}

/** Residuals at either end of a Q–Q plot that are never left out: the ends are what people look at. */
const ENDS = 20;

/**
 * Ordered residuals over normal quantiles; the line through the quartiles, and where 95 % of normal samples have each of them:
 * the i-th of n uniform numbers is Beta(i, n + 1 − i).
 */
function qqPanel(drawn: Drawn): Record<string, unknown> {
  const { residual } = drawn, n = residual.length;
  const order = Array.from(residual.keys()).sort((a, b) => residual[a] - residual[b]);
  const at = (k: number) => qnorm((k + 0.5) / n);
  const ranks = thin(placesOf(drawn), drawn.most).rows, ends = ranks.length < n ? ENDS : 0;
  const outer = Array.from({ length: ends }, (_, k) => [k, n - 1 - k]).flat();
  const points = [...new Set([...ranks, ...outer])]
    .map((k) => ({ x: at(k), y: residual[order[k]], title: titleOf(drawn, order[k]) }));
  const sorted = sortedNumbers(residual),
    [q1, q3] = [quantileSorted(sorted, 0.25), quantileSorted(sorted, 0.75)];
  const slope = (q3 - q1) / (2 * qnorm(0.75)), middle = (q1 + q3) / 2;
  const band = [0, ...thin(ranks, 100).rows, n - 1].map((k) => ({
    x: at(k),
    low: middle + slope * qnorm(qbeta(0.025, k + 1, n - k)),
    high: middle + slope * qnorm(qbeta(0.975, k + 1, n - k)),
  }));
  const line = [at(0), at(n - 1)].map((x) => ({ x, y: middle + slope * x }));
  return {
    x: { ...ACROSS, label: drawn.style.words.of("normal quantile") },
    y: { ...AXIS, label: labelOf(drawn) },
    marks: [
      drawn.style.bands
        ? Plot.areaY(band, { x: "x", y1: "low", y2: "high", fill: "currentColor", fillOpacity: 0.1 })
        : null,
      Plot.line(line, { ...CURVE, strokeWidth: 1, ...DASHED }),
      dots(points, drawn.style),
    ],
  };
}

function histogramPanel(drawn: Drawn): Record<string, unknown> {
  const { residual, meta, style } = drawn;
  const [low, high] = extent(residual),
    n = residual.length,
    bins = Math.min(40, Math.ceil(2 * Math.cbrt(n)) + 4);
  const step = (high - low) / bins || 1, counts = new Int32Array(bins);
  for (const r of residual) counts[Math.min(bins - 1, Math.floor((r - low) / step))]++;
  const bars = Array.from(counts, (count, b) => ({
    x1: low + b * step,
    x2: low + (b + 1) * step,
    count,
    title: `${formatValue(low + b * step)} to ${formatValue(low + (b + 1) * step)}: ${count} residuals`,
  }));
  const centre = mean(residual), sd = standardDeviation(residual);
  const curve = Array.from({ length: 81 }, (_, k) => low + (high - low) * k / 80)
    .map((x) => ({ x, y: n * step * dnorm(x, centre, sd) }));
  return {
    x: { ...ACROSS, label: labelOf(drawn) },
    y: { ...AXIS, label: style.words.of("rows") },
    marks: [
      Plot.rect(bars, {
        x1: "x1",
        x2: "x2",
        y1: 0,
        y2: "count",
        fill: style.color,
        fillOpacity: 0.6,
        inset: 0.5,
        title: "title",
      }),
      meta.normal && sd > 0 ? Plot.line(curve, CURVE) : null,
      Plot.ruleY([0]),
    ],
  };
}
