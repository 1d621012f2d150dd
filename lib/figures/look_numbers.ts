/** A first look at a response of several categories over a number: the numbers in each of them. */
import type { FigureElement, FigureOptions, LookPlotOptions } from "../display.ts";
import { compose, type Panel, panelOptions } from "./compose.ts";
import { linesOf } from "./labels.ts";
import { rowsBy } from "./look_canvas.ts";
import type { Categories, LookRoles, Numbers } from "./look_roles.ts";
import { plotSvg } from "./plot.ts";
import { type Cloud, raincloudPanel } from "./raincloud.ts";
import { styleOf } from "./style.ts";
import { isFaceted } from "./table_facets.ts";
import type { Words } from "./words.ts";

/** Distributions below each other, by category and groups; in panels of a group where the reader wants them. */
export function numbersByCategory(
  x: Numbers,
  y: Categories,
  roles: LookRoles,
  title: string | undefined,
  { options, words }: { readonly options: FigureOptions; readonly words: Words },
): FigureElement {
  const { color, facet, lines, notes } = roles;
  if (lines) {
    throw new RangeError(
      `Cannot look at lines of ${lines.name}: ${y.name} has categories, lines need numbers`,
    );
  }
  const apart = isFaceted((options as LookPlotOptions).facet) ? facet : null,
    style = { ...styleOf(options), words };
  const by = [y, color, facet].filter((each) => each !== null && each !== apart) as Categories[];
  const all = cloudsOf(x, by, apart, roles, words), width = Number(options.width ?? 640);
  const panels = (apart?.levels ?? [""]).map(
    (level, k): Panel & { notes: readonly (string | undefined)[] } => {
      const clouds = all.filter((cloud) => cloud.panel === k).sort((a, b) => a.place - b.place);
      const { options: panel, notes } = raincloudPanel(clouds, { label: words.of(x.name), width, style });
      return {
        title: apart ? linesOf(words.ofLevel(apart.name, level), width - 12).join("\n") : undefined,
        plot: plotSvg(panelOptions(panel, options, ["color"])),
        notes,
      };
    },
  );
  return compose({
    panels,
    caption: [
      title && `${title}.`,
      `Rows: ${by.map(({ name }) => words.of(name)).join(", ")}.`,
      ...new Set(panels.flatMap((panel) => panel.notes)),
      ...notes,
    ],
  }, options);
}

/** The numbers of each combination of categories, with its place among them and its panel. */
function cloudsOf(
  x: Numbers,
  by: readonly Categories[],
  apart: Categories | null,
  { rows }: LookRoles,
  words: Words,
): (Cloud & { place: number; panel: number })[] {
  return rowsBy(rows.length, ...by, apart).map((own) => ({
    label: by.map(({ levels, codes }) => words.of(levels[codes[own[0]]])).join(", "),
    place: by.reduce((place, { levels, codes }) => place * levels.length + codes[own[0]], 0),
    panel: apart ? apart.codes[own[0]] : 0,
    values: Float64Array.from(own, (i) => x.values[i]),
    rows: Int32Array.from(own, (i) => rows[i]),
  }));
}
