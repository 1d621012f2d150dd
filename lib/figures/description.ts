/** A description of data: numbers as points, box and density by group, categories as bars. */
import { kinds } from "../check.ts";
import {
  type DescriptionPlotOptions,
  type FigureElement,
  type FigureOptions,
  type KindFigure,
  type OwnOptions,
  plotOptions,
} from "../display.ts";
import { columnNames, type Frame, readColumn, readNumeric } from "../frame.ts";
import { DESCRIPTION, type DescriptionMeta } from "../inference/describe/describe.ts";
import type { Group, Grouping } from "../inference/describe/groups.ts";
import type { SketchVariable } from "../formula/sketch.ts";
import { extent } from "../math/descriptive.ts";
import { linesOf } from "./labels.ts";
import type { Row } from "./rows.ts";
import { facetNames, type FacetOption, isFaceted, sideBySide, tablePanels } from "./table_facets.ts";
import type { Words } from "./words.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { plotSvg } from "./plot.ts";
import { type Cloud, raincloudPanel } from "./raincloud.ts";
import { type Style, styleOf } from "./style.ts";
import { type GroupShare, shareBarsPanel, shareGridPanel } from "./share_bars.ts";

/** Variables and groups that are drawn. */
const MOST_VARIABLES = 12, MOST_GROUPS = 40;

/**
 * Draws what `describe` describes.
 *
 * @param frame result of `describe`
 */
export const description: KindFigure<DescriptionMeta> = {
  kind: DESCRIPTION,
  options: {
    ...plotOptions.labels,
    ...plotOptions.color,
    points: kinds.flag,
    facet: plotOptions.names,
  } satisfies OwnOptions<DescriptionPlotOptions>,
  draw,
};

/** A group, and what it is called within its panel. */
type Shown = Group & { readonly name: string };

function draw(frame: Frame, meta: DescriptionMeta, options: FigureOptions): FigureElement {
  const { described, grouping } = meta, style = styleOf(options), { words } = style;
  const variables = described.slice(0, MOST_VARIABLES), parts = partsOf(grouping, options, words);
  const total = Number(options.width ?? 640), alone = grouping.groups.length === 1 && described.length > 1;
  const { columns, width } = parts.length > 1
    ? sideBySide(parts.length, total, LEAST_WIDTH)
    : { columns: alone ? 2 : 1, width: Math.floor(total / (alone ? 2 : 1)) };
  const notes = new Set<string | undefined>();
  const panels = variables.flatMap((variable) => {
    const shared = parts.length > 1 ? domainOf(variable) : undefined;
    return parts.map(({ title, groups }): Panel => {
      const { options: panel, notes: said } = variablePanel(frame, variable, groups, { width, style });
      said.forEach((note) => notes.add(note));
      const x = shared ? { ...panel.x as object, domain: shared } : panel.x;
      return {
        title: linesOf(title, width / 1.1 - 8).join("\n") || undefined,
        plot: plotSvg(panelOptions({ ...panel, x }, { ...options, width }, ["color"])),
      };
    });
  });
  const figure = compose({
    panels,
    columns,
    caption: [
      meta.title && `${meta.title}.`,
      rowsSentence(grouping, options, words),
      ...notes,
      some(MOST_VARIABLES, described.length, "columns"),
      some(MOST_GROUPS, grouping.groups.length, "groups"),
      ...(meta.notes ?? []),
    ],
  }, options);
  words.done();
  return figure;
}

/** Pixels that a panel with names at its left needs. */
const LEAST_WIDTH = 240;

const some = (most: number, all: number, what: string) =>
  all > most && `${most} of ${all} ${what} are drawn.`;

/** The groups of each panel; all in one, or those that share the levels that `facet` names. */
function partsOf(
  grouping: Grouping,
  options: FigureOptions,
  words: Words,
): { title: string; groups: Shown[] }[] {
  const own = facetsOf(grouping, options), within = grouping.names.filter((name) => !own.includes(name));
  const rows = grouping.groups.slice(0, MOST_GROUPS).map((group) => ({
    levels: Object.fromEntries(grouping.names.map((name, k) => [name, group.labels[k]])) as Row,
    group,
  }));
  const panels = tablePanels(rows.map(({ levels }) => levels), own, words);
  return panels.map(({ title, rows: of }) => ({
    title,
    groups: rows.filter(({ levels }) => of.includes(levels)).map(({ levels, group }) => ({
      ...group,
      name: within.map((name) => String(levels[name])).join(", "),
    })),
  }));
}

function facetsOf({ names }: Grouping, { facet }: FigureOptions): readonly string[] {
  if (names.length === 0 && isFaceted(facet as FacetOption)) {
    throw new RangeError(
      `Cannot use facet "${facet}": this description has no groups; describe(data, "y ~ ${facet}") makes them`,
    );
  }
  return facetNames(facet as FacetOption, names);
}

/** What the rows of the panels stand for. */
function rowsSentence(grouping: Grouping, options: FigureOptions, words: Words): string | false {
  const own = facetsOf(grouping, options), within = grouping.names.filter((name) => !own.includes(name));
  return within.length > 0 && `Rows: ${within.map(words.of).join(", ")}.`;
}

/** The ends of the axis that panels of a number share. */
function domainOf({ value }: SketchVariable): readonly [number, number] | undefined {
  if (value.kind !== "numeric") return undefined;
  const [low, high] = extent(value.values.filter(Number.isFinite));
  return low < high ? [low, high] : undefined;
}

/** A number as points, box and density of each group; categories as bars. */
function variablePanel(
  frame: Frame,
  { name, value }: SketchVariable,
  groups: readonly Shown[],
  { width, style }: { width: number; style: Style },
): { options: Record<string, unknown>; notes: readonly (string | undefined)[] } {
  const { words } = style, axis = { label: words.of(name), width, style };
  if (value.kind === "factor") {
    const names = new Map(groups.map((group) => [group.labels.join(", "), words.ofGroup(group.name)]));
    const bars = barsOf(frame, name).filter(({ group }) => names.has(group)).map((bar) => ({
      ...bar,
      label: words.of(bar.label),
      group: names.get(bar.group)!,
    }));
    return groups.length === 1
      ? { options: shareBarsPanel(bars, axis), notes: [] }
      : shareGridPanel(bars, axis);
  }
  const clouds = groups.map((group): Cloud => {
    const present = group.rows.filter((i) => Number.isFinite(value.values[i]));
    return {
      label: words.ofGroup(group.name),
      rows: present,
      values: Float64Array.from(present, (i) => value.values[i]),
    };
  });
  return raincloudPanel(clouds, axis);
}

/** The levels of a variable, group after group, as the table has them. */
function barsOf(frame: Frame, variable: string): GroupShare[] {
  const names = labelsAt(frame, "variable"), levels = labelsAt(frame, "level"), columns = columnNames(frame);
  const n = readNumeric(frame, "n"), share = readNumeric(frame, "share");
  const groups = columns.slice(1, columns.indexOf("level")).map((name) => labelsAt(frame, name));
  return names.map((_, i) => i).filter((i) => names[i] === variable).map((i) => ({
    group: groups.map((label) => label[i]).join(", "),
    label: levels[i],
    count: n[i],
    share: Number.isNaN(share[i]) ? 0 : share[i],
  }));
}

function labelsAt(frame: Frame, name: string): string[] {
  const column = readColumn(frame, name);
  return column.kind === "numeric"
    ? Array.from(column.values, (v) => Number.isNaN(v) ? "missing" : String(v))
    : Array.from(column.codes, (code) => code < 0 ? "missing" : column.levels[code]);
}
