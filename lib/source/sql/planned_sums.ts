/** What is known of the sums before any is asked for: the queries, and what the fit will hold. */
import { factorBytes, type FactorShape, type MeetingPairs } from "../factor_size.ts";
import { leadingColumns } from "../leading.ts";
import { assertFewPairs } from "../pair_table.ts";
import type { SumsPlan } from "../source.ts";
import type { CellQuery } from "./cells.ts";
import { type GroupColumns, modelRows } from "./model_rows.ts";
import type { PlannedQuery } from "./planned.ts";
import type { SqlRows } from "./rows.ts";
import { SqlSums } from "./sql_sums.ts";

/** The queries of a plan, and bytes of the Cholesky factor of its random effects. */
export interface PlannedSums {
  readonly queries: readonly PlannedQuery[];
  readonly factor: number;
}

/** The queries of a plan, none of which is run. @param n complete rows */
export function plannedSums({ recipe }: SumsPlan, rows: SqlRows, n: number): PlannedSums {
  const model = modelRows(recipe, rows, null, leadingColumns),
    { fixed, x, factors, pairs } = new SqlSums(model, rows).queries();
  const planned = (what: string, query: CellQuery, cells: number, held: number, size = 0): PlannedQuery => ({
    what,
    query: query.query(rows),
    cells,
    width: query.width,
    held,
    obstacle: size > 0 ? messageOf(() => assertFewPairs(cells, size)) : null,
  });
  const met = pairs.map(({ query, row, col, later, earlier }): MeetingPairs => ({
    row,
    col,
    pairs: nestedPairs(later, earlier) ?? query.expected(n),
  }));
  const shapes = factors.map(({ z, group }): FactorShape => ({ levels: group.slot.size, width: z.length }));
  return {
    queries: [
      planned("the sums of X", fixed, fixed.expected(n), 8 * x.length ** 2),
      ...factors.map(({ query, z, group: { group, slot: { size } } }) =>
        // of the source and of the engine
        planned(
          `the sums by ${group}`,
          query,
          query.expected(n),
          2 * 8 * size * z.length * (z.length + x.length),
        )
      ),
      ...pairs.map(({ query, a, b, names }, k) => {
        const size = a.length * b.length, { pairs: cells } = met[k];
        return planned(
          `the sums by pairs of ${names.join(" and ")}`,
          query,
          cells,
          cells * (2 * 8 * size + 40),
          size,
        );
      }),
    ],
    factor: factorBytes(shapes, met),
  };
}

/** Pairs of factors of which one is made of the other and more: each of its groups meets one of the other. */
function nestedPairs(a: GroupColumns, b: GroupColumns): number | null {
  const within = (inner: GroupColumns, outer: GroupColumns) =>
    outer.components.every((text) => inner.components.includes(text));
  return within(a, b) ? a.slot.size : within(b, a) ? b.slot.size : null;
}

function messageOf(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
