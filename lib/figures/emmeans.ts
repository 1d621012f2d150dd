/** Marginal means and trends: estimate and interval per level, an interaction plot for two factors, panels by condition. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type LevelPlotOptions,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame } from "../frame.ts";
import { type EstimatesMeta, MEANS } from "../inference/means/estimates_frame.ts";
import { type Axis, colorsOf, facetGrid, NEUTRAL, type Roles } from "./axes.ts";
import { compose, panelOptions } from "./compose.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatInterval, formatValue, levelsOf, notDrawn, type Row, rowsOf } from "./rows.ts";
import { facetTitles, layoutOf, type PanelLayout, xScale, yScale } from "./scales.ts";
import { textWidth } from "./text.ts";

/** A mean in its place. */
interface Mark {
  readonly x: number | string;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly color: string;
  /** Means with the same text are joined. */
  readonly line: string;
  readonly fx: number;
  readonly fy: number;
  readonly letters: string;
  readonly title: string;
}

/** Channels that place a mark. */
const AT = { x: "x", fx: "fx", fy: "fy" };

/**
 * Draws the means of `emmeans`, the slopes of `emtrends` or the means with letters of `cld`: the first factor across, colour by
 * the second, panels by the factors of `by`.
 *
 * @param frame factors, then `estimate`, `conf_low`, `conf_high`, and `letters` of cld
 * @param meta which factors are conditions (`by`); response, scale, range
 */
export const emmeans: KindFigure<EstimatesMeta> = {
  kind: MEANS,
  options: plotOptions.levels satisfies OwnOptions<LevelPlotOptions>,
  draw,
};

function draw(frame: Frame, meta: Omit<EstimatesMeta, "estimates">, options: FigureOptions): FigureElement {
  const by = meta.shown.by, roles = rolesBy(frame, meta, by);
  const marks = placed(rowsOf(frame), roles, by, options);
  if (marks.length === 0) throw new RangeError("Cannot plot the means: none of them is estimable");
  const layout = layoutOf(roles, options), lettered = marks.some(({ letters }) => letters !== "");
  const y = yScale(meta, marks.flatMap((mark) => [mark.y, mark.low, mark.high]));
  const defaults = {
    ...layout.size,
    x: xScale(roles, layout),
    y: { ...y, ...(lettered ? { insetTop: 16 } : {}) },
    fx: { axis: null, padding: roles.facet ? 0.06 : 0 },
    fy: { axis: null, padding: roles.facet ? 0.2 : 0 },
    marks: [...series(marks, roles, layout), ...facetTitles(roles.facet)],
  };
  const plot = plotSvg(panelOptions(defaults, options, ["color"]));
  const colors = colorsOf(roles.color?.levels ?? [], options);
  const legend = roles.color && {
    label: roles.color.name,
    items: roles.color.levels.map((text, i) => ({ text, color: colors[i] })),
  };
  return compose({
    panels: [{ plot }],
    legend: legend ?? undefined,
    caption: [...captionOf(meta, roles, lettered), notDrawn(rowsOf(frame), nameOf(roles, by))],
  }, options);
}

/** "b, site 2": the levels of a row. */
function nameOf({ x, color, rest }: Roles, by: readonly string[]): (row: Row) => string {
  const names = [x, color, ...rest].flatMap((axis) => axis?.name ?? []);
  return (row) => [...names, ...by].map((name) => formatValue(row[name])).join(" ") || "the mean";
}

/** Factors outside `by` go across, to colours and to lines; the conditions together make the panels. */
function rolesBy(frame: Frame, meta: FigureMeta, by: readonly string[]): Roles {
  const names = columnNames(frame), end = names.indexOf("estimate");
  const axes = names.slice(0, end < 0 ? names.length : end).map((name): Axis => {
    const variable = meta.variables?.find((v) => v.name === name), present = levelsOf(frame, name);
    const levels = variable?.levels?.filter((level) => present.includes(level)) ?? present;
    return { name, numeric: variable?.kind === "numeric", levels };
  });
  const [x = null, color = null, ...rest] = axes.filter(({ name }) => !by.includes(name));
  const conditions = axes.filter(({ name }) => by.includes(name));
  return {
    x,
    color,
    facet: conditions.length === 0 ? null : together(conditions, rowsOf(frame)),
    rest,
    groups: [],
  };
}

/** Several conditions as one, with levels as they occur: "tension = L, site = a". */
function together(conditions: readonly Axis[], rows: readonly Row[]): Axis {
  const names = conditions.map(({ name }) => name);
  return {
    name: names.join(", "),
    numeric: false,
    levels: [...new Set(rows.map((row) => conditionOf(row, names)))],
  };
}

function conditionOf(row: Row, names: readonly string[]): string {
  return names.map((name) => `${name} = ${formatValue(row[name])}`).join(", ");
}

function placed(
  rows: readonly Row[],
  { x, color, facet, rest }: Roles,
  by: readonly string[],
  options: FigureOptions,
): Mark[] {
  const palette = colorsOf(color?.levels ?? [], options);
  const colors = new Map(color?.levels.map((level, i) => [level, palette[i]]));
  const places = facet && facetGrid(facet.levels).at;
  const apart = [color, ...rest].filter((axis) => axis !== null),
    all = [x, ...apart].filter((axis) => axis !== null);
  return rows.filter((row) => Number.isFinite(row.estimate)).map((row) => {
    const [fx, fy] = places?.get(conditionOf(row, by)) ?? [0, 0];
    const names = [...all.map(({ name }) => name), ...by].map((name) => `${name} ${formatValue(row[name])}`);
    return {
      x: x === null ? "" : x.numeric ? row[x.name]! : formatValue(row[x.name]),
      y: row.estimate as number,
      low: row.conf_low as number,
      high: row.conf_high as number,
      color: color ? colors.get(formatValue(row[color.name])) ?? NEUTRAL : NEUTRAL,
      line: apart.map(({ name }) => formatValue(row[name])).join("\n"),
      fx,
      fy,
      letters: String(row.letters ?? ""),
      title: [...names, `estimate ${formatInterval(row)}`].join("\n"),
    };
  });
}

/** Points with intervals side by side, joined where there is something to interact with, letters on top. */
function series(marks: readonly Mark[], roles: Roles, layout: PanelLayout): unknown[] {
  const order = new Map(roles.x?.levels.map((level, i) => [level, i]));
  const across = (mark: Mark) => typeof mark.x === "number" ? mark.x : order.get(mark.x) ?? 0;
  const lines = [
    ...Map.groupBy([...marks].sort((a, b) => across(a) - across(b)), (mark) => mark.line).values(),
  ];
  const colors = roles.color?.levels ?? [];
  lines.sort((a, b) => colors.indexOf(a[0].line.split("\n")[0]) - colors.indexOf(b[0].line.split("\n")[0]));
  const letter = Math.max(0, ...marks.map(({ letters }) => textWidth(letters)));
  const step = Math.min(Math.max(14, letter + 3), 0.75 * layout.stepX / Math.max(1, lines.length));
  return lines.flatMap((own, i) => {
    const dx = roles.x?.numeric ? 0 : (i - (lines.length - 1) / 2) * step, at = { ...AT, dx };
    const bars = own.filter((mark) => Number.isFinite(mark.low) && Number.isFinite(mark.high));
    const joined = roles.color !== null || roles.x?.numeric;
    return [
      joined
        ? Plot.line(own, { ...at, y: "y", stroke: "color", strokeWidth: 1.2, strokeOpacity: 0.6 })
        : null,
      Plot.ruleX(bars, { ...at, y1: "low", y2: "high", stroke: "color", strokeWidth: 1.8 }),
      Plot.dot(own, { ...at, y: "y", fill: "color", r: 4, title: "title" }),
      Plot.text(own.filter(({ letters }) => letters !== ""), {
        ...at,
        y: (mark: Mark) => Number.isFinite(mark.high) ? mark.high : mark.y,
        text: "letters",
        dy: -9,
        fontWeight: 600,
      }),
    ];
  });
}

function captionOf(
  meta: Omit<EstimatesMeta, "estimates">,
  roles: Roles,
  lettered: boolean,
): (string | false | undefined)[] {
  const kind = meta.shown.kind,
    percent = formatValue((meta.level ?? 0.95) * 100);
  const scale = meta.scale === "link" ? ", link scale" : "";
  const apart = roles.rest.map(({ name }) => name).join(" and ");
  return [
    meta.title && `${meta.title}.`,
    `Estimated marginal ${kind} with ${percent}% confidence intervals${scale}.`,
    ...(meta.notes ?? []).filter((note) =>
      /^(Results are averaged|Population|Typical|Means leave)/.test(note)
    ).map((
      note,
    ) => `${note}.`),
    apart !== "" && `One line for each ${apart}.`,
    lettered && "Means that share a letter are not shown to differ, which is not shown to be the same.",
  ];
}
