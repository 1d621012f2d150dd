/** A first look at data: which picture belongs to which kinds of variables. */
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  plotOptions,
  type ResultKind,
  resultKind,
} from "../display.ts";
import type { Frame } from "../frame.ts";
import type { Sketch } from "../formula/sketch.ts";
import { facetGrid } from "./axes.ts";
import { legend, levelColors } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { fittedLabels } from "./labels.ts";
import { canvasOf, type LookPanel, rowsBy } from "./look_canvas.ts";
import { type Categories, isNumbers, type LookRoles, lookRoles, type Numbers } from "./look_roles.ts";
import { scatter } from "./look_scatter.ts";
import { shares } from "./look_shares.ts";
import { strips } from "./look_strips.ts";
import { plotSvg } from "./plot.ts";
import { type Cloud, raincloudPanel } from "./raincloud.ts";
import { facetTitles, facetTitlesOf } from "./scales.ts";
import { styleOf } from "./style.ts";
import { Words } from "./words.ts";
import { longest } from "./text.ts";

/** What the picture is made of. */
export interface LookMeta extends FigureMeta {
  readonly formula: string;
  readonly sketch: Sketch;
}

/** First looks. */
export const LOOK: ResultKind<LookMeta> = resultKind("look");

/** Draws the variables of a formula. */
export const look: KindFigure<LookMeta> = {
  kind: LOOK,
  options: { ...plotOptions.vertical, ...plotOptions.color, ...plotOptions.panels },
  draw,
};

function draw(_frame: Frame, { formula, sketch, title }: LookMeta, options: FigureOptions): FigureElement {
  const roles = lookRoles(formula, sketch);
  if (!isNumbers(roles.y) && roles.y.levels.length > 2 && isNumbers(roles.x)) {
    return numbersByCategory(roles.x, roles.y, roles, title, options);
  }
  const { panel, label, legend, panels } = pictureOf(roles, options);
  const { levels, ...x } = panel.x as { levels?: readonly string[] };
  const size = sizeOf(panels, options), axis = levels ? written(levels, size.stepX(levels.length)) : {};
  const { columns, rows } = facetGrid(panels?.levels ?? [""]);
  const facet = panels && { names: [panels.name], keys: panels.levels };
  const { titles, brief } = facetTitlesOf(facet, (size.width - 76) / columns * 0.9, new Words({}));
  const bottom = axis.room ?? 44;
  const plot = plotSvg(panelOptions(
    {
      width: size.width,
      height: (facet ? 42 : 28) + bottom + rows * (rows > 1 ? 150 : facet ? 230 : 300),
      marginLeft: 60,
      marginRight: 16,
      marginTop: facet ? 42 : 28,
      marginBottom: bottom,
      x: { ...x, ...axis.options, labelAnchor: "center", labelArrow: "none" },
      y: { label, labelArrow: "none", grid: true, ...panel.y },
      ...(facet
        ? {
          fx: { axis: null, domain: range(columns), padding: 0.08 },
          fy: { axis: null, domain: range(rows), padding: 0.16 },
        }
        : {}),
      r: { type: "identity" },
      marks: [...facetTitles(titles), ...panel.marks],
    },
    options,
    ["color"],
  ));
  return compose({
    panels: [{ plot }],
    legend,
    caption: [
      title && `${title}.`,
      panels && brief && `Panels: ${panels.name}.`,
      ...panel.notes,
      ...roles.notes,
    ],
  }, options);
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The panel by kinds of variables, the label upwards and the legend. */
function pictureOf(roles: LookRoles, options: FigureOptions) {
  const { x, color } = roles,
    y = isNumbers(roles.y) && roles.binary && !isNumbers(x) ? zeroAndOne(roles.y) : roles.y;
  const legendOf = (variable: Categories, own: readonly string[]) =>
    legend(variable, variable.levels, own, options, new Words({}));
  if (!isNumbers(y) && !isNumbers(x)) {
    const own = levelColors(y, options), facet = roles.facet ?? color;
    const panel: LookPanel = shares(canvasOf({ ...roles, facet, color: null }, counted(y), own), y, own);
    return { panel, label: "share of rows", legend: legendOf(y, own), panels: facet };
  }
  const colors = levelColors(color, options),
    numbers = isNumbers(y) ? y : counted(y),
    canvas = canvasOf(roles, numbers, colors);
  return {
    panel: isNumbers(x) ? scatter(canvas) : strips(canvas),
    label: isNumbers(y) ? y.name : numbers.name,
    legend: color ? legendOf(color, colors) : undefined,
    panels: roles.facet,
  };
}

/** Of a response with several categories, the numbers in each of them. */
function numbersByCategory(
  x: Numbers,
  y: Categories,
  { rows, color, facet, lines, notes }: LookRoles,
  title: string | undefined,
  options: FigureOptions,
): FigureElement {
  if (lines) {
    throw new RangeError(
      `Cannot look at lines of ${lines.name}: ${y.name} has categories, lines need numbers`,
    );
  }
  const by = [y, color, facet].filter((each) => each !== null);
  const clouds = rowsBy(rows.length, ...by).map((own): Cloud & { place: number } => ({
    label: by.map(({ levels, codes }) => levels[codes[own[0]]]).join(", "),
    place: by.reduce((place, { levels, codes }) => place * levels.length + codes[own[0]], 0),
    values: Float64Array.from(own, (i) => x.values[i]),
    rows: Int32Array.from(own, (i) => rows[i]),
  })).sort((a, b) => a.place - b.place);
  const { options: panel, notes: said } = raincloudPanel(clouds, {
    label: x.name,
    width: Number(options.width ?? 640),
    style: styleOf(options),
  });
  return compose({
    panels: [{ plot: plotSvg(panelOptions(panel, options, ["color"])) }],
    caption: [title && `${title}.`, `Rows: ${by.map(({ name }) => name).join(", ")}.`, ...said, ...notes],
  }, options);
}

/** Two categories as 0 and 1 of the second. */
function counted({ name, levels, codes }: Categories): Numbers {
  const [last] = levels.slice(-1);
  return {
    name: last === "TRUE" ? name : `${name} = ${last}`,
    values: Float64Array.from(codes, (code) => Number(code === levels.length - 1)),
  };
}

/** Zeros and ones as two categories. */
function zeroAndOne({ name, values }: Numbers): Categories {
  return { name, levels: ["0", "1"], codes: Int32Array.from(values) };
}

/** Width, and pixels between two categories. */
function sizeOf(facet: Categories | null, options: FigureOptions) {
  const width = Number(options.width ?? 640), { columns } = facetGrid(facet?.levels ?? [""]);
  return { width, stepX: (n: number) => (width - 76) / columns / (n + 0.1) };
}

/** Room for a label that is turned. */
const TURNED = 140;

/** Names of categories on the axis, turned where they are wider than their place. */
function written(
  levels: readonly string[],
  step: number,
): { options?: Record<string, unknown>; room?: number } {
  const names = fittedLabels(levels, TURNED), widest = longest(names.values());
  const tickFormat = (k: number) => names.get(levels[k]) ?? "";
  return widest > step - 6
    ? { options: { tickFormat, tickRotate: -40 }, room: 40 + 0.62 * widest }
    : { options: { tickFormat } };
}
