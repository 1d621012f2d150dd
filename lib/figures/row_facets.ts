/** Rows in panels by a column, or by several: which rows each panel has, its title and its width. */
import type { Column } from "../frame.ts";
import { facetGrid, MOST_PANELS } from "./axes.ts";
import { formatValue } from "./rows.ts";
import { facetTitlesOf } from "./scales.ts";
import { type FacetOption, isFaceted, tooManyPanels } from "./table_facets.ts";
import type { Words } from "./words.ts";

/** The panels of a figure of rows. */
export interface RowFacets {
  /** Panels side by side, and the width of each. */
  readonly columns: number;
  readonly width: number;
  readonly panels: readonly { readonly title: string; readonly rows: readonly number[] }[];
  /** What the titles leave out. */
  readonly note: string | undefined;
}

/** Pixels that a panel with axes of its own needs. */
const LEAST_WIDTH = 155;

/**
 * Panels of rows in the order of the levels, without those that no row has; null where the reader wants none.
 *
 * @param columnOf the column of a name
 * @param most panels that the figure has room for
 * @throws {RangeError} For more panels than can be read.
 */
export function rowFacets(
  facet: FacetOption,
  columnOf: (name: string) => Column,
  total: number,
  words: Words,
  most = MOST_PANELS,
): RowFacets | null {
  if (!isFaceted(facet)) return null;
  const names = ([] as string[]).concat(facet), levels = names.map((name) => levelOfRows(columnOf(name)));
  const n = levels[0].labels.length, own = new Map<string, number[]>();
  for (let i = 0; i < n; i++) {
    const key = levels.map(({ labels }) => labels[i]).join("\n");
    if (!own.has(key)) own.set(key, []);
    own.get(key)!.push(i);
  }
  const place = (key: string) => key.split("\n").map((level, k) => levels[k].order.get(level)!);
  const keys = [...own.keys()].sort((a, b) => {
    const [p, q] = [place(a), place(b)], k = p.findIndex((v, i) => v !== q[i]);
    return k < 0 ? 0 : p[k] - q[k];
  });
  if (keys.length > most) throw tooManyPanels(names, keys.length, most);
  const columns = Math.max(1, Math.min(facetGrid(keys).columns, Math.floor(total / LEAST_WIDTH)));
  const width = Math.floor(total / columns);
  const { titles, brief } = facetTitlesOf({ names, keys }, width - 8, words);
  return {
    columns,
    width,
    panels: keys.map((key) => ({ title: titles.get(key)!, rows: own.get(key)! })),
    note: brief ? `Panels: ${names.map(words.of).join(", ")}.` : undefined,
  };
}

/** Ticks of a panel that is narrow. */
export const narrowAxis = (width: number): Record<string, number> => width < 240 ? { tickSpacing: 34 } : {};

/** The level of each row as text, and the place of each level. */
function levelOfRows(column: Column): { labels: string[]; order: ReadonlyMap<string, number> } {
  const labels = column.kind === "numeric"
    ? Array.from(column.values, (v) => Number.isNaN(v) ? "missing" : formatValue(v))
    : Array.from(column.codes, (code) => code < 0 ? "missing" : column.levels[code]);
  const known = column.kind === "numeric"
    ? [...new Set(column.values)].filter((v) => v === v).sort((a, b) => a - b).map(formatValue)
    : column.levels;
  return { labels, order: new Map([...known, "missing"].map((level, k) => [level, k])) };
}
