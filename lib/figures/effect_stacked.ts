/** Probabilities of ordered categories on top of each other: areas over a number, bars over a factor. */
import type { FigureElement, FigureMeta, FigureOptions } from "../display.ts";
import type { Frame } from "../frame.ts";
import { keyOf, type Roles, rolesOf } from "./axes.ts";
import { colorScale, legendOf } from "./colors.ts";
import { compose, panelOptions } from "./compose.ts";
import { estimateOf, type Mark, placeOf, placer } from "./effect.ts";
import { Plot, plotSvg } from "./plot.ts";
import { formatValue, type Row, rowsOf } from "./rows.ts";
import { facetScales, facetTitles, layoutOf, type PanelLayout, xScale } from "./scales.ts";
import { textWidth } from "./text.ts";
import { Words } from "./words.ts";

/** One category's part of the whole at one place. */
interface Piece extends Mark {
  readonly y1: number;
  readonly y2: number;
}

/** A category's name inside its area, or a share inside its bar. */
interface Label {
  readonly x: number | string;
  readonly y: number;
  readonly fx: number;
  readonly fy: number;
  readonly text: string;
  readonly level: string;
}

/** Options of the same figures that are of estimates beside each other. */
const LEFT_OUT = ["points", "bands", "comparisons", "lines"] as const;

/** Pixels that a line of text needs, and a bar's part of the room of its level. */
const LINE = 15, BAR = 0.72;

/**
 * Draws estimates that sum to one over the levels of `meta.whole`.
 * @throws {RangeError} where the estimates are no parts of a whole, or several wholes have the same place
 */
export function drawStacked(
  frame: Frame,
  meta: FigureMeta,
  options: FigureOptions,
  sentences: readonly (string | false | undefined)[],
): FigureElement {
  if (!meta.whole) {
    throw new RangeError(
      "Cannot use stacked: the estimates are no parts of a whole; it is for the probabilities of all categories",
    );
  }
  const beside = LEFT_OUT.find((name) => options[name]);
  if (beside) {
    throw new RangeError(
      `Cannot use ${beside} with stacked: parts of a whole have no room for them, leave one of the two out`,
    );
  }
  const words = new Words(options), roles = stackedRoles(frame, meta.whole, meta, options);
  const layout = layoutOf(roles, options, words), pieces = piecesOf(rowsOf(frame), roles, words);
  const areas = roles.x?.numeric === true && new Set(pieces.map(({ x }) => x)).size > 1;
  const labels = areas ? areaLabels(pieces, roles, layout, words) : barLabels(pieces, layout);
  const plot = plotSvg(panelOptions({
    ...layout.size,
    x: areas
      ? { ...xScale(roles, layout, words), insetLeft: 0, insetRight: 0 }
      : bandScale(roles, layout, words),
    y: { label: words.of(meta.response ?? "probability"), labelArrow: "none", domain: [0, 1] },
    ...facetScales(roles.facet, layout),
    color: colorScale(roles.color, options),
    marks: [
      ...areas ? areaMarks(pieces, roles) : [barMark(pieces, roles)],
      labelMark(labels, roles),
      ...facetTitles(layout.titles),
    ],
  }, options));
  const { levels } = roles.color!, named = areas && everyLevelNamed(labels, pieces);
  const figure = compose({
    panels: [{ plot }],
    legend: named ? [] : [legendOf(plot, roles.color, options, words)],
    caption: [
      ...sentences,
      `From ${words.of(levels[0])} at the bottom to ${
        words.of(levels[levels.length - 1])
      } at the top; the probabilities sum to 1.`,
    ],
  }, options);
  words.done();
  return figure;
}

/** Categories by colour, a number across where one varies, everything else in panels. */
function stackedRoles(frame: Frame, whole: string, meta: FigureMeta, options: FigureOptions): Roles {
  const color = typeof options.color === "object" ? options.color : {};
  const own = { ...options, color: { ...color, by: whole } }, roles = rolesOf(frame, meta, own);
  const further = [...roles.rest, ...roles.groups];
  if (further.length === 0 || options.facet !== undefined) return withoutLines(roles);
  const facet = [...roles.facet?.names ?? [], ...further.map(({ name }) => name)];
  return withoutLines(rolesOf(frame, meta, { ...own, facet: [...new Set(facet)] }));
}

function withoutLines(roles: Roles): Roles {
  const shown = new Set([...roles.facet?.names ?? []]),
    left = [...roles.rest, ...roles.groups].find((a) => !shown.has(a.name));
  if (!left) return roles;
  throw new RangeError(
    `Cannot use stacked: several estimates of "${left.name}" have the same place; give it panels, facet: "${left.name}"`,
  );
}

/** The categories of every place from the lowest on, each on top of those before it. */
function piecesOf(rows: readonly Row[], roles: Roles, words: Words): Piece[] {
  const { x, color, facet } = roles,
    place = placer(roles, words),
    order = new Map(color!.levels.map((l, i) => [l, i]));
  const at = [...x ? [x.name] : [], ...facet?.names ?? []];
  return [...Map.groupBy(rows, (row) => keyOf(row, at)).values()].flatMap((own) => {
    const sorted = [...own].sort((a, b) =>
      order.get(formatValue(a[color!.name]))! - order.get(formatValue(b[color!.name]))!
    );
    if (sorted.some(({ estimate }) => !Number.isFinite(estimate))) return [];
    let sum = 0;
    return sorted.map((row): Piece => {
      const mark = place(row, estimateOf(row)), y1 = sum;
      return { ...mark, y1, y2: sum += row.estimate as number };
    });
  });
}

function areaMarks(pieces: readonly Piece[], roles: Roles): unknown[] {
  const at = placeOf(roles);
  return [
    Plot.areaY(pieces as Piece[], {
      ...at,
      y1: "y1",
      y2: "y2",
      z: "level",
      sort: "x",
      fill: { value: "level", scale: "color", label: roles.color!.name },
    } as never),
    Plot.dot(pieces.length <= 600 ? pieces as Piece[] : [], {
      ...at,
      y: (piece: Piece) => (piece.y1 + piece.y2) / 2,
      r: 5,
      fillOpacity: 0,
      fill: "currentColor",
      title: "title",
    } as never),
  ];
}

function barMark(pieces: readonly Piece[], roles: Roles): unknown {
  return Plot.barY(pieces as Piece[], {
    ...placeOf(roles),
    y1: "y1",
    y2: "y2",
    fill: { value: "level", scale: "color", label: roles.color!.name },
    title: "title",
  } as never);
}

/** Levels as bands: a place for each bar. */
function bandScale(roles: Roles, layout: PanelLayout, words: Words): Record<string, unknown> {
  const { padding: _, ...scale } = xScale(roles, layout, words);
  const domain = roles.x ? roles.x.numeric ? roles.x.levels.map(Number) : roles.x.levels : undefined;
  return { ...scale, ...(domain ? { domain } : {}), type: "band", padding: 1 - BAR };
}

/** The name of each category where its area is thickest and holds the whole text; once in a panel. */
function areaLabels(pieces: readonly Piece[], roles: Roles, layout: PanelLayout, words: Words): Label[] {
  const xs = pieces.map(({ x }) => x as number), low = Math.min(...xs), high = Math.max(...xs);
  const perPixel = (high - low) / layout.panel, tall = panelHeight(roles, layout);
  const panels = Map.groupBy(pieces, ({ fx, fy, level }) => `${fx} ${fy} ${level}`);
  return [...panels.values()].flatMap((own): Label[] => {
    const text = words.of(own[0].level), half = (textWidth(text) / 2 + 4) * perPixel, need = LINE / tall;
    const fits = own.filter(({ x, y1, y2 }) => {
      const at = x as number, middle = (y1 + y2) / 2;
      return at - half >= low && at + half <= high &&
        own.every((p) =>
          Math.abs((p.x as number) - at) > half || (p.y1 <= middle - need / 2 && p.y2 >= middle + need / 2)
        );
    });
    const best = fits.reduce<Piece | null>((a, b) => a === null || b.y2 - b.y1 > a.y2 - a.y1 ? b : a, null);
    return best ? [{ ...best, y: (best.y1 + best.y2) / 2, text }] : [];
  });
}

/** "32 %" where it fits. */
function barLabels(pieces: readonly Piece[], layout: PanelLayout): Label[] {
  const { height, marginTop, marginBottom } = layout.size, room = height - marginTop - marginBottom;
  return pieces.filter(({ y1, y2 }) =>
    (y2 - y1) * room >= LINE && (layout.stepX === Infinity || BAR * layout.stepX >= textWidth("99 %"))
  ).map((piece) => ({ ...piece, y: (piece.y1 + piece.y2) / 2, text: `${Math.round(100 * piece.y)} %` }));
}

function panelHeight({ facet }: Roles, { size, columns }: PanelLayout): number {
  const rows = facet ? Math.ceil(facet.keys.length / columns) : 1;
  return (size.height - size.marginTop - size.marginBottom) / rows;
}

/** Text that stands out from its area, whatever the page's colours are. */
function labelMark(labels: readonly Label[], roles: Roles): unknown {
  return Plot.text(labels as Label[], {
    ...placeOf(roles),
    y: "y",
    text: "text",
    fill: "white",
    stroke: "#222",
    strokeWidth: 2.5,
    strokeOpacity: 0.85,
    fontWeight: 600,
  } as never);
}

const everyLevelNamed = (labels: readonly Label[], pieces: readonly Piece[]): boolean =>
  new Set(labels.map(({ fx, fy, level }) => `${fx} ${fy} ${level}`)).size ===
    new Set(pieces.map(({ fx, fy, level }) => `${fx} ${fy} ${level}`)).size;
