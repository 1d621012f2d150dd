/** A first look at data: which picture belongs to which kinds of variables. */
import { kinds } from "../check.ts";
import {
  type FigureElement,
  type FigureMeta,
  type FigureOptions,
  type KindFigure,
  type LookPlotOptions,
  type OwnOptions,
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
import { canvasOf, type LookPanel, type LookWishes } from "./look_canvas.ts";
import { numbersByCategory } from "./look_numbers.ts";
import { type Categories, isNumbers, type LookRoles, lookRoles, type Numbers } from "./look_roles.ts";
import { scatter } from "./look_scatter.ts";
import { shares } from "./look_shares.ts";
import { strips } from "./look_strips.ts";
import { plotSvg } from "./plot.ts";
import { sizeLegend } from "./point_sizes.ts";
import { facetTitles, facetTitlesOf } from "./scales.ts";
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
  options: {
    ...plotOptions.vertical,
    ...plotOptions.color,
    ...plotOptions.panels,
    ...plotOptions.labels,
    points: kinds.flag,
    facet: plotOptions.names,
  } satisfies OwnOptions<LookPlotOptions>,
  draw,
};

function draw(_frame: Frame, { formula, sketch, title }: LookMeta, options: FigureOptions): FigureElement {
  const words = new Words(options), { facet } = options as LookPlotOptions;
  const roles = lookRoles(formula, sketch, facet, words);
  const figure = !isNumbers(roles.y) && roles.y.levels.length > 2 && isNumbers(roles.x)
    ? numbersByCategory(roles.x, roles.y, roles, title, { options, words })
    : picture(roles, title, { options, words });
  words.done();
  return figure;
}

/** The reader's options, and names. */
interface Wishes {
  readonly options: FigureOptions;
  readonly words: Words;
}

/** The variables in one panel, or in small panels. */
function picture(roles: LookRoles, title: string | undefined, wishes: Wishes): FigureElement {
  const { options, words } = wishes, { panel, label, legend, panels } = pictureOf(roles, wishes);
  const sizes = roles.trials && options.points !== false
    ? sizeLegend(words.of("trials"), [...roles.trials])
    : undefined;
  const { levels, ...x } = panel.x as { levels?: readonly string[] };
  const size = sizeOf(panels, options),
    axis = levels ? written(levels.map(words.of), size.stepX(levels.length)) : {};
  const { columns, rows } = facetGrid(panels?.levels ?? [""]), bottom = axis.room ?? 44;
  const facet = panels && { names: [panels.name], keys: panels.levels };
  const { titles, brief } = facetTitlesOf(facet, (size.width - 76) / columns * 0.9, words);
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
      ...(facet ? panelScales(columns, rows) : {}),
      r: { type: "identity" },
      marks: [...facetTitles(titles), ...panel.marks],
    },
    options,
    ["color"],
  ));
  return compose({
    panels: [{ plot }],
    legend: [legend, sizes],
    caption: [
      title && `${title}.`,
      panels && brief && `Panels: ${words.of(panels.name)}.`,
      ...panel.notes,
      ...roles.notes,
    ],
  }, options);
}

const panelScales = (columns: number, rows: number) => ({
  fx: { axis: null, domain: range(columns), padding: 0.08 },
  fy: { axis: null, domain: range(rows), padding: 0.16 },
});
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The panel by kinds of variables, the label upwards and the legend. */
function pictureOf(roles: LookRoles, { options, words }: Wishes) {
  const { x, color } = roles,
    y = isNumbers(roles.y) && roles.binary && !isNumbers(x) ? zeroAndOne(roles.y) : roles.y;
  const look: LookWishes = { words, points: options.points !== false };
  const legendOf = (variable: Categories, own: readonly string[]) =>
    legend(variable, variable.levels, own, options, words);
  if (!isNumbers(y) && !isNumbers(x)) {
    const own = levelColors(y, options), facet = roles.facet ?? color;
    if (facet && options.facet === false) {
      throw new RangeError(
        `Cannot use facet: colours stand for "${y.name}", so "${facet.name}" has no place but panels; leave it out of the formula`,
      );
    }
    if (options.points !== undefined) {
      throw new RangeError(`Cannot use points: rows of "${y.name}" are drawn as shares`);
    }
    const canvas = canvasOf({ ...roles, facet, color: null }, counted(y, words), own, look);
    const panel: LookPanel = shares(canvas, y, own);
    return { panel, label: words.of("share of rows"), legend: legendOf(y, own), panels: facet };
  }
  const colors = levelColors(color, options),
    numbers = isNumbers(y) ? y : counted(y, words),
    canvas = canvasOf(roles, numbers, colors, look);
  return {
    panel: isNumbers(x) ? scatter(canvas) : strips(canvas),
    label: isNumbers(y) ? words.of(y.name) : numbers.name,
    legend: color ? legendOf(color, colors) : undefined,
    panels: roles.facet,
  };
}

/** Two categories as 0 and 1 of the second. */
function counted({ name, levels, codes }: Categories, words: Words): Numbers {
  const [last] = levels.slice(-1);
  return {
    name: last === "TRUE" ? words.of(name) : words.ofLevel(name, last),
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
