/** Profile likelihood: ζ curves of every parameter, straight where the Wald interval would do. */
import {
  type FigureElement,
  type FigureOptions,
  type ForestPlotOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import { type Curve, PROFILE, type ProfileMeta } from "../inference/intervals/confint.ts";
import { oneColor } from "./colors.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { smallLogAxis } from "./log_axis.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, type Row, rowsOf } from "./rows.ts";
import { linesOf } from "./labels.ts";
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
  options: { ...plotOptions.checks } satisfies OwnOptions<ForestPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: ProfileMeta, options: FigureOptions): FigureElement {
  const rows = rowsOf(frame), { curves } = meta, words = new Words(options);
  if (curves.every((curve) => curve.length === 0)) {
    throw new RangeError("Cannot plot the profiles: the table has no curves");
  }
  const columns = rows.length === 1 ? 1 : Math.min(3, rows.length);
  const width = Math.floor(Number(options.width ?? 640) / columns);
  const panels = rows.map((row, k): Panel => ({
    title: linesOf(words.of(meta.titles[k]), width / 1.1 - 12).join("\n"),
    plot: zetaCurve(row, curves[k], width, { log: meta.ratio?.[k] ?? false }, options),
  }));
  const level = Math.round((meta.level ?? 0.95) * 100);
  const caption = [
    meta.title && `${meta.title}.`,
    "Profile likelihood: signed root of twice the drop in log-likelihood. " +
    (options.bands === false ? "A" : `Shaded: ${level}% interval; a`) +
    ` straight line means that ± standard errors would do${
      meta.null === 1 ? " (of the logarithms of ratios)" : ""
    }.`,
  ];
  const figure = compose({ panels, columns, caption }, options);
  words.done();
  return figure;
}

function zetaCurve(
  row: Row,
  curve: Curve,
  width: number,
  { log }: { log: boolean },
  options: FigureOptions,
) {
  const ends = [row.conf_low, row.conf_high].map((v, k) =>
    Number.isFinite(v) ? Number(v) : curve.at(k === 0 ? 0 : -1)?.value ?? 0
  );
  const places = [...ends, ...curve.map(({ value }) => value)].filter(Number.isFinite);
  const range = [Math.min(...places), Math.max(...places)] as const;
  const shared = {
    width: width - 6,
    height: 176,
    marginLeft: 34,
    marginBottom: 34,
    marginTop: 20,
    marginRight: 14,
  };
  return plotSvg(panelOptions(
    {
      ...shared,
      x: { label: null, ticks: 3, ...(log ? smallLogAxis(range, MOST_TICKS) : { nice: true }) },
      y: { label: "ζ", ticks: 5, domain: [-2.6, 2.6] },
      marks: zetaMarks(row, curve, ends, oneColor(options)).slice(options.bands === false ? 1 : 0),
    },
    { ...options, width: width - 6 },
    ["color"],
  ));
}

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
