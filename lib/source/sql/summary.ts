/** The first look at the rows: counts, missing values, means and ranges, in one query. */
import type { ColumnDescription } from "../../formula/description.ts";
import { aggregate, choose, column, count, type Expr, sum, times } from "../query/expression.ts";
import { weightOf } from "./levels.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";

export interface Summary {
  readonly rowsGiven: number;
  /** The complete ones. */
  readonly rows: number;
  /** Missing values by column. */
  readonly missing: Readonly<Record<string, number>>;
  /** Columns of numbers over the complete rows, their distinct values not told. */
  readonly numbers: Readonly<Record<string, Extract<ColumnDescription, { kind: "numeric" }>>>;
}

/** @throws {RangeError} For a column with infinite values. */
export async function summarise(rows: SqlRows, frequency: Expr | null): Promise<Summary> {
  const numbers = rows.used.filter(isNumber), when = (of: Expr) => choose([[isUsed, of]]);
  const found = await rows.run.row("counts and means", {
    select: [
      { name: "n", of: count() },
      { name: "u", of: sum(column("c")) },
      { name: "f", of: sum(column("w")) },
      ...rows.used.map(({ as }) => ({ name: `n_${as}`, of: aggregate("count", column(as)) })),
      ...numbers.flatMap(({ as }) => [
        { name: `s_${as}`, of: sum(times(column("w"), column(as))) },
        { name: `a_${as}`, of: aggregate("min", when(column(as))) },
        { name: `b_${as}`, of: aggregate("max", when(column(as))) },
      ]),
    ],
    from: rows.marked([{ name: "w", of: weightOf(frequency) }]),
  });
  const [rowsGiven, used, total] = found, counts = found.slice(3, 3 + rows.used.length);
  const moments = found.slice(3 + rows.used.length);
  return {
    rowsGiven,
    rows: used || 0,
    missing: Object.fromEntries(rows.used.map(({ name }, k) => [name, rowsGiven - counts[k]])),
    numbers: Object.fromEntries(numbers.map((each, k) => {
      const [sum, min, max] = moments.slice(3 * k);
      assertFiniteColumn(each, min, max);
      return [each.name, { kind: "numeric", mean: sum / total, min, max, values: null }];
    })),
  };
}

const isUsed: Expr = {
  kind: "binary",
  operator: "=",
  left: column("c"),
  right: { kind: "number", value: 1 },
};

function assertFiniteColumn({ name }: UsedColumn, min: number, max: number): void {
  const found = min === -Infinity ? "-Infinity" : max === Infinity ? "Infinity" : null;
  if (found === null) return;
  throw new RangeError(`Cannot use column "${name}": a row is ${found}, but values must be finite`);
}
