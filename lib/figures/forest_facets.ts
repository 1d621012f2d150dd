/** Estimates in panels by columns of their table, or all in one; what belongs together has a heading there. */
import { type Facet, keyOf } from "./axes.ts";
import type { Entry, Estimate, IntervalPanel } from "./intervals.ts";
import type { Row } from "./rows.ts";
import { facetNames, panelTitle } from "./table_facets.ts";
import type { Words } from "./words.ts";

/** Estimates of one kind, which have one axis. */
export interface ForestPart {
  readonly title: string;
  readonly label: string;
  readonly reference?: number;
  readonly ends?: Pick<IntervalPanel, "range" | "domain">;
  readonly log: boolean;
  readonly estimates: readonly Estimate[];
  /** The row of each estimate. */
  readonly rows: readonly Row[];
}

/** A panel of them. */
export interface ForestPanel extends Omit<ForestPart, "estimates" | "rows" | "title"> {
  readonly title?: string;
  readonly entries: readonly Entry[];
}

/** Lines of a panel with headings, up to which they can be read. */
export const MOST_HEADED = 150;

/**
 * One panel for each combination of some columns.
 *
 * @param facet name or names of columns; false for one panel
 * @param columns those that the table has
 * @throws {RangeError} For another column, and where a panel would have more lines than can be named.
 */
export function facetedForest(
  parts: readonly ForestPart[],
  facet: string | Facet["names"] | false,
  columns: readonly string[],
  words: Words,
): ForestPanel[] {
  const names = facetNames(facet, columns);
  const keys = new Map(parts.flatMap(({ rows }) => rows.map((row) => [keyOf(row, names), row] as const)));
  return [...keys].map(([key, row]) => {
    const own = parts.map((part) => within(part, (each) => keyOf(each, names) === key))
      .filter(({ estimates }) => estimates.length > 0);
    return merged(own, panelTitle(row, names, words) || undefined);
  });
}

function within(part: ForestPart, isIn: (row: Row) => boolean): ForestPart {
  const at = [...part.rows.keys()].filter((i) => isIn(part.rows[i]));
  return { ...part, rows: at.map((i) => part.rows[i]), estimates: at.map((i) => part.estimates[i]) };
}

/** Some parts below each other: their axis has what they share. */
function merged(parts: readonly ForestPart[], title: string | undefined): ForestPanel {
  const [{ label, reference, ends, log, estimates, title: only }] = parts;
  if (parts.length === 1) return { title: title ?? only, label, reference, ends, log, entries: estimates };
  const entries = parts.flatMap((part): Entry[] => [{ heading: part.title }, ...part.estimates]);
  if (entries.length > MOST_HEADED) {
    throw new RangeError(
      `Cannot use facet: ${entries.length} lines in one panel cannot be told apart, there should be at most ${MOST_HEADED}; leave facet out`,
    );
  }
  const same = <T>(of: (part: ForestPart) => T) => parts.every((part) => of(part) === of(parts[0]));
  return {
    title,
    label: same((part) => part.label) ? label : "estimate",
    reference: same((part) => part.reference) ? reference : undefined,
    log: parts.every((part) => part.log),
    entries,
  };
}
