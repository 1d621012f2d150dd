/** The rows of a result in panels by its columns. */
import { facetGrid, keyOf, MOST_PANELS, unknownVariable } from "./axes.ts";
import { formatValue, type Row } from "./rows.ts";
import type { Words } from "./words.ts";

/** What `facet` may be. */
export type FacetOption = string | readonly string[] | false | undefined;

/** Does the reader want panels? */
export function isFaceted(facet: FacetOption): facet is string | readonly string[] {
  return facet !== undefined && facet !== false && facet.length > 0;
}

/** The rows of a panel. */
export interface TablePanel<R extends Row> {
  readonly title: string;
  readonly rows: readonly R[];
}

/**
 * The columns that have panels; none where the reader wants none.
 *
 * @param columns those that may
 * @throws {RangeError} For another name.
 */
export function facetNames(facet: FacetOption, columns: readonly string[]): readonly string[] {
  const names = isFaceted(facet) ? ([] as string[]).concat(facet) : [];
  const unknown = names.find((name) => !columns.includes(name));
  if (unknown !== undefined) throw unknownVariable("facet", unknown, columns);
  return names;
}

/**
 * A panel for each combination of some columns, in the order of the rows; one of all without columns.
 *
 * @throws {RangeError} For more panels than can be read.
 */
export function tablePanels<R extends Row>(
  rows: readonly R[],
  names: readonly string[],
  words: Words,
): TablePanel<R>[] {
  const panels = [...Map.groupBy(rows, (row) => keyOf(row, names)).values()];
  if (panels.length > MOST_PANELS) throw tooManyPanels(names, panels.length);
  return panels.map((own) => ({ title: panelTitle(own[0], names, words), rows: own }));
}

/** Panels side by side as far as each has the pixels that it needs, and the width of each. */
export function sideBySide(n: number, total: number, least: number): { columns: number; width: number } {
  const { columns: wanted } = facetGrid(Array.from({ length: n }, (_, i) => String(i)));
  const columns = Math.max(1, Math.min(wanted, Math.floor(total / least)));
  return { columns, width: Math.floor(total / columns) };
}

/** "group = Subject"; of what has no group "group = none". */
export function panelTitle(row: Row, names: readonly string[], words: Words): string {
  return names.map((name) => words.ofLevel(name, row[name] === null ? "none" : formatValue(row[name])))
    .join(", ");
}

/** The error for more panels than can be read. */
export function tooManyPanels(names: readonly string[], n: number, most = MOST_PANELS): RangeError {
  return new RangeError(
    `Cannot use facet: ${
      names.map((name) => `"${name}"`).join(", ")
    } would make ${n} panels, there should be at most ${most}`,
  );
}
