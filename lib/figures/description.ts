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
import { compose, type Panel, panelOptions } from "./compose.ts";
import { plotSvg } from "./plot.ts";
import { type Cloud, raincloudPanel } from "./raincloud.ts";
import { styleOf } from "./style.ts";
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
  options: { ...plotOptions.labels, ...plotOptions.color, points: kinds.flag } satisfies OwnOptions<
    DescriptionPlotOptions
  >,
  draw,
};

function draw(frame: Frame, meta: DescriptionMeta, options: FigureOptions): FigureElement {
  const { described, grouping } = meta, groups = grouping.groups.slice(0, MOST_GROUPS);
  const columns = groups.length === 1 && described.length > 1 ? 2 : 1;
  const width = Math.floor(Number(options.width ?? 640) / columns),
    notes = new Set<string | undefined>(),
    style = styleOf(options),
    { words } = style;
  const variables = described.slice(0, MOST_VARIABLES);
  const panels = variables.map((variable): Panel => {
    const axis = { label: words.of(variable.name), width, style }, { value } = variable;
    if (value.kind === "factor") {
      const bars = barsOf(frame, variable.name).map((bar) => ({ ...bar, label: words.of(bar.label) }));
      if (groups.length === 1) return panel(shareBarsPanel(bars, axis));
      const shown = new Set(groups.map(({ labels }) => labels.join(", ")));
      const grid = shareGridPanel(
        bars.filter(({ group }) => shown.has(group)).map((bar) => ({
          ...bar,
          group: words.ofGroup(bar.group),
        })),
        axis,
      );
      grid.notes.forEach((note) => notes.add(note));
      return panel(grid.options);
    }
    const clouds = groups.map(({ labels, rows }): Cloud => {
      const present = rows.filter((i) => Number.isFinite(value.values[i]));
      return {
        label: words.ofGroup(labels.join(", ")),
        rows: present,
        values: Float64Array.from(present, (i) => value.values[i]),
      };
    });
    const cloud = raincloudPanel(clouds, axis);
    cloud.notes.forEach((note) => notes.add(note));
    return panel(cloud.options);
  });
  function panel(defaults: Record<string, unknown>): Panel {
    return { plot: plotSvg(panelOptions(defaults, { ...options, width }, ["color"])) };
  }
  const some = (most: number, all: number, what: string) =>
    all > most && `${most} of ${all} ${what} are drawn.`;
  const figure = compose({
    panels,
    columns,
    caption: [
      meta.title && `${meta.title}.`,
      grouping.names.length > 0 && `Rows: ${grouping.names.map(words.of).join(", ")}.`,
      ...notes,
      some(MOST_VARIABLES, described.length, "columns"),
      some(MOST_GROUPS, grouping.groups.length, "groups"),
      ...(meta.notes ?? []),
    ],
  }, options);
  words.done();
  return figure;
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
