/** Profile likelihood: ζ curves of every parameter, straight where the Wald interval would do. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
  type ProfilePlotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { type Curve, PROFILE, type ProfileMeta } from "../inference/intervals/confint.ts";
import { legend, levelColors, oneColor } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, type Row, rowsOf } from "./rows.ts";
import { extent } from "../math/descriptive.ts";
import { logAxis, smallLogAxis } from "./log_axis.ts";
import { linesOf } from "./labels.ts";
import { facetNames, tablePanels } from "./table_facets.ts";
import { Words } from "./words.ts";

/** Ticks of a logarithmic axis. */
const MOST_TICKS = 4;

/**
 * Draws ζ = ±√(2(ℓ̂ − ℓ)) against the value of each parameter, with the interval where |ζ| stays below its cut-off.
 *
 * @param frame result of `confint` with method "profile": `component`, `group`, `term`, `estimate`, `conf_low`, `conf_high`
 */
export const profile: KindFigure<ProfileMeta> = {
  kind: PROFILE,
  options: { ...plotOptions.checks, points: kinds.flag, facet: plotOptions.names } satisfies OwnOptions<
    ProfilePlotOptions
  >,
  draw,
};

/** What may have panels: where a parameter stands in the model. */
const PLACES = ["component", "group", "term"];

/** A parameter with its curve. */
type Profiled = Row & { readonly title: string; readonly color: string; readonly at: number };

function draw(frame: Frame, meta: ProfileMeta, options: FigureOptions): FigureElement {
  const { curves } = meta, words = new Words(options), { facet } = options as ProfilePlotOptions;
  if (curves.every((curve) => curve.length === 0)) {
    throw new RangeError("Cannot plot the profiles: the table has no curves");
  }
  const names = facet === undefined ? null : facetNames(facet, PLACES),
    colors = colorsOf(meta, names, options);
  const rows = rowsOf(frame).map((row, at) => ({ ...row, at, title: meta.titles[at], color: colors.of(at) }));
  const panels = names
    ? tablePanels(rows as Profiled[], names, words)
    : rows.map((row) => ({ title: words.of(row.title), rows: [row as Profiled] }));
  const columns = Math.min(3, panels.length), width = Math.floor(Number(options.width ?? 640) / columns);
  const figure = compose({
    panels: panels.map(({ title, rows }): Panel => ({
      title: linesOf(title, width / 1.1 - 12).join("\n") || undefined,
      plot: zetaPanel(rows, meta, { width: width - 6, large: names !== null }, options),
    })),
    columns,
    legend: colors.axis && legend(colors.axis, colors.axis.levels, colors.all, options, words),
    caption: captionOf(meta, options),
  }, options);
  words.done();
  return figure;
}

/** One colour where each curve has a panel; else those of the parameters. */
function colorsOf({ titles }: ProfileMeta, names: readonly string[] | null, options: FigureOptions) {
  if (!names) {
    const one = oneColor(options);
    return { axis: undefined, all: [], of: () => one };
  }
  const axis = { name: "parameter", levels: [...new Set(titles)] }, all = levelColors(axis, options);
  return { axis, all, of: (at: number) => all[axis.levels.indexOf(titles[at])] };
}

function captionOf(meta: ProfileMeta, { bands }: FigureOptions): (string | undefined)[] {
  const level = Math.round((meta.level ?? 0.95) * 100);
  return [
    meta.title && `${meta.title}.`,
    "Profile likelihood: signed root of twice the drop in log-likelihood. " +
    (bands === false ? "A" : `Shaded: ${level}% interval; a`) +
    ` straight line means that ± standard errors would do${
      meta.null === 1 ? " (of the logarithms of ratios)" : ""
    }.`,
  ];
}

/** Curves on one axis: of ratios a logarithmic one. */
function zetaPanel(
  rows: readonly Profiled[],
  { curves, ratio }: ProfileMeta,
  { width, large }: { width: number; large: boolean },
  options: FigureOptions,
) {
  const places = rows.flatMap((row) => [
    ...endsOf(row, curves[row.at]),
    ...curves[row.at].map(({ value }) => value),
  ]);
  const range = extent(places.filter(Number.isFinite)) as [number, number];
  const log = rows.every(({ at }) => ratio?.[at] ?? false);
  return plotSvg(panelOptions(
    {
      width,
      height: large ? 240 : 176,
      marginLeft: 34,
      marginBottom: 34,
      marginTop: 20,
      marginRight: 14,
      x: {
        label: null,
        ...(!log
          ? { nice: true, ticks: 3 }
          : large
          ? logAxis(range, width)
          : smallLogAxis(range, MOST_TICKS)),
      },
      y: { label: "ζ", ticks: 5, domain: [-2.6, 2.6] },
      marks: rows.flatMap((row) => {
        const curve = curves[row.at], marks = zetaMarks(row, curve, endsOf(row, curve), row.color);
        return marks.slice(options.bands === false ? 1 : 0, options.points === false ? -1 : undefined);
      }),
    },
    { ...options, width },
    ["color"],
  ));
}

/** The interval; where an end of it is infinite, the end of the curve. */
const endsOf = (row: Row, curve: Curve) =>
  [row.conf_low, row.conf_high].map((v, k) =>
    Number.isFinite(v) ? Number(v) : curve.at(k === 0 ? 0 : -1)?.value ?? 0
  );

/** The interval as a band, the estimate as a line, the curve and its points. */
function zetaMarks(row: Row, curve: Curve, ends: readonly number[], color: string) {
  return [
    Plot.rect([{ x1: ends[0], x2: ends[1] }], {
      x1: "x1",
      x2: "x2",
      y1: -2.6,
      y2: 2.6,
      fill: color,
      fillOpacity: 0.12,
    }),
    Plot.ruleY([0], { stroke: "currentColor", strokeOpacity: 0.4 }),
    Plot.ruleX([Number(row.estimate)], {
      stroke: "currentColor",
      strokeOpacity: 0.4,
      strokeDasharray: "3,3",
    }),
    Plot.line(curve, {
      x: "value",
      y: "zeta",
      stroke: color,
      strokeWidth: 1.8,
      curve: "monotone-x",
      clip: true,
    }),
    Plot.dot(curve.filter((p) => Math.abs(p.zeta) <= 2.6), {
      x: "value",
      y: "zeta",
      r: 2,
      fill: color,
      title: () => `${row.term}: ${formatInterval(row)}`,
    }),
  ];
}
