/** The figure of an effect: estimates over a variable, with intervals, the data underneath, colours and panels. */
import type { FigureElement, FigureMeta, FigureOptions } from "../display.ts";
import type { Frame } from "../frame.ts";
import { type Roles, rolesOf } from "./axes.ts";
import { colorScale, legendOf } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { distinct, type Dodge, dodgeOf, estimateOf, type Mark, placer } from "./effect.ts";
import { intervalLayers, isWhole, type Lettering, letteringOf, lineLayers } from "./effect_layers.ts";
import type { DataPoints } from "./effect_point.ts";
import { dataPoints, pointMarks } from "./effect_points.ts";
import { plotSvg } from "./plot.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";
import { facetScales, facetTitles, layoutOf, type PanelLayout, xScale, yScale } from "./scales.ts";
import { textWidth } from "./text.ts";
import { Words } from "./words.ts";

/** What an effect's own figure decides. */
export interface EffectParts {
  /** Variables whose levels have panels by themselves. */
  readonly by?: readonly string[];
  /** The first variable goes across, whether another is a number or not. */
  readonly inOrder?: boolean;
  /** Points with intervals of one colour are joined by a line. */
  readonly joined?: (roles: Roles) => boolean;
  /** Estimates over these many values of a number, or more, are a line. */
  readonly lineFrom?: number;
  /** The estimates of the rows without effects of groups; null where there are no groups. */
  readonly population?: () => ArrayLike<number> | null;
  /** Further marks in front, placed by row. */
  readonly further?: (
    placed: readonly (readonly [Row, Mark])[],
    roles: Roles,
    offset: (mark: Mark) => number,
  ) => unknown[];
  /** Sentences of the caption. */
  readonly caption: (shown: Shown) => (string | false | undefined)[];
}

/** What is in the figure, for its caption. */
export interface Shown {
  readonly roles: Roles;
  readonly marks: readonly Mark[];
  readonly rows: readonly Row[];
  /** Estimates are lines over a number. */
  readonly lines: boolean;
  readonly lettered: boolean;
  readonly population: boolean;
}

/** Draws an effect. */
export function drawEffect(
  frame: Frame,
  meta: FigureMeta,
  options: FigureOptions,
  parts: EffectParts,
): FigureElement {
  const words = new Words(options), scene = sceneOf(frame, meta, options, parts, words);
  const { roles, layout, data, population, lettering } = scene;
  const plot = plotSvg(panelOptions({
    ...layout.size,
    x: xScale(roles, layout, words),
    y: verticalOf(scene, meta, options, words),
    ...facetScales(roles.facet, layout),
    color: colorScale(roles.color, options),
    marks: marksOf(scene, options, parts),
  }, options));
  const shown = { ...scene, lettered: lettering !== null, population: population.length > 0 };
  const figure = compose({
    panels: [{ plot }],
    legend: [legendOf(plot, roles.color, options, words), data.sizes],
    caption: [...parts.caption(shown), ...panelNames(roles, layout), ...data.notes],
  }, options);
  words.done();
  return figure;
}

/** Everything in its place. */
interface Scene {
  readonly roles: Roles;
  readonly layout: PanelLayout;
  readonly rows: readonly Row[];
  /** The rows that have a panel, with their marks; then the marks that are drawn. */
  readonly placed: readonly (readonly [Row, Mark])[];
  readonly marks: readonly Mark[];
  readonly lines: boolean;
  readonly population: readonly Mark[];
  readonly data: DataPoints;
  readonly dodge: Dodge;
  readonly lettering: Lettering | null;
}

/** Pixels that a line with points, and one without, takes beside the others over a level. */
const WITH_POINTS = 46, WITHOUT = 18, WITH_LETTERS = 60;

function sceneOf(
  frame: Frame,
  meta: FigureMeta,
  options: FigureOptions,
  parts: EffectParts,
  words: Words,
): Scene {
  const roles = rolesOf(frame, meta, options, parts), rows = rowsOf(frame), place = placer(roles, words);
  const layout = layoutOf(roles, options, words);
  const placed = rows.flatMap((row): [Row, Mark][] =>
    inPanels(roles, row) ? [[row, place(row, estimateOf(row))]] : []
  );
  const marks = distinct(placed.map(([, mark]) => mark).filter(({ y }) => Number.isFinite(y)));
  const lines = roles.x?.numeric === true && new Set(marks.map(({ x }) => x)).size >= (parts.lineFrom ?? 2);
  const population = lines ? populationMarks(rows, roles, words, parts) : [];
  const data = dataPoints(meta.data?.(), marks, roles, options, words);
  const letters = Math.max(0, ...marks.map((mark) => textWidth(mark.letters))) + 3;
  const wide = data.points.length > 0 ? WITH_POINTS : Math.max(WITHOUT, Math.min(letters, WITH_LETTERS));
  const dodge = dodgeOf(marks, roles, layout, wide), lettering = letteringOf(marks, dodge, layout);
  return { roles, layout, rows, placed, marks, lines, population, data, dodge, lettering };
}

/** An axis that holds estimates, intervals and data, with room for letters. */
function verticalOf(
  { marks, population, data, lettering }: Scene,
  meta: FigureMeta,
  options: FigureOptions,
  words: Words,
): Record<string, unknown> {
  const ends = (mark: Mark) => options.bands === false ? [mark.y] : [mark.y, mark.low, mark.high];
  const y = yScale(meta, [...marks, ...population, ...data.points].flatMap(ends), words, options);
  return lettering ? { ...y, insetTop: lettering.room } : y;
}

function marksOf(scene: Scene, options: FigureOptions, parts: EffectParts): unknown[] {
  const { roles, layout, placed, marks, lines, population, data, dodge, lettering } = scene;
  return [
    ...pointMarks(data, roles, dodge, options),
    ...lines
      ? lineLayers(marks, population, roles, options)
      : intervalLayers(marks, roles, dodge, { joined: parts.joined?.(roles) ?? false, lettering }, options),
    ...parts.further?.(placed, roles, (mark) => dodge.offset.get(mark.line) ?? 0) ?? [],
    ...facetTitles(layout.titles),
  ];
}

/** Panels are of groups that the row may not say: then it is of the population, and of all of them. */
function inPanels({ facet }: Roles, row: Row): boolean {
  return !facet?.ofGroups || facet.names.every((name) => row[name] !== null);
}

/** The lines of the population: rows without a group, else the estimates without effects of groups; each once in a panel. */
function populationMarks(rows: readonly Row[], roles: Roles, words: Words, parts: EffectParts): Mark[] {
  if (roles.groups.length === 0 || roles.x === null || roles.groups.includes(roles.x)) return [];
  const { names } = { names: roles.groups.map(({ name }) => name) };
  const ofPopulation = rows.filter((row) => names.every((name) => row[name] === null));
  const values = ofPopulation.length > 0 ? null : parts.population?.() ?? null;
  const without: Roles = {
    ...roles,
    color: roles.color && roles.groups.includes(roles.color) ? null : roles.color,
    groups: [],
  };
  const place = placer(without, words);
  const value = (y: number) => ({ y, low: NaN, high: NaN, letters: "", said: "population" });
  const marks = values
    ? rows.map((row, i) => place(row, value(values[i])))
    : roles.facet?.ofGroups
    ? roles.facet.keys.flatMap((key) => {
      const panel = Object.fromEntries(roles.facet!.names.map((name, k) => [name, key.split("\n")[k]]));
      return ofPopulation.map((row) => place({ ...row, ...panel }, value(row.estimate as number)));
    })
    : []; // they are lines among the others
  return distinct(marks.filter(({ y }) => Number.isFinite(y)));
}

/** What panels stand for, where their titles do not say it. */
function panelNames({ facet }: Roles, { briefTitles }: PanelLayout): string[] {
  return facet && briefTitles ? [`Panels: ${facet.names.join(", ")}.`] : [];
}

/** "Estimates with 95% confidence bands, log scale." */
export function intervalSentence(
  what: string,
  meta: FigureMeta,
  { lines, marks }: Shown,
  { bands }: FigureOptions,
): string | false {
  if (bands === false || !marks.some(isWhole)) return what === "Estimates" ? false : `${what}.`;
  const percent = meta.level === undefined ? "" : `${formatValue(meta.level * 100)}% `;
  return `${what} with ${percent}${meta.interval ?? "confidence"} ${lines ? "bands" : "intervals"}.`;
}
