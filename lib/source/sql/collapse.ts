/**
 * Rows that are equal in some columns of the model, as one row with sums over them: their number, and, of families for which that
 * suffices, those of the response. How many different ones there are is estimated from the first rows, by Chao (1984), Scand. J.
 * Stat. 11:265–270: those seen, and f₁(f₁ − 1) / 2(f₂ + 1) that were not, of which f₁ were seen once and f₂ twice.
 */
import { quoteList } from "../../formula/errors.ts";
import { aggregate, choose, column, count, type Expr, number, sum } from "../query/expression.ts";
import type { Query, Selected } from "../query/query.ts";
import type { PlannedQuery } from "./planned.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";
import { numberOf } from "./runner.ts";

/** More different rows are not fetched. */
export const MOST_CELLS = 1 << 22;
/** Rows that are looked at. */
const LOOK = 100_000;

/** What is known of the rows before the different ones are fetched. */
export interface RowCounts {
  /** Complete rows. */
  readonly n: number;
  readonly rowsGiven: number;
  /** Missing values by column. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Which rows are one, and what is added up over them. */
export interface Cells {
  readonly rows: SqlRows;
  /** Columns in which they are equal. */
  readonly keys: readonly UsedColumn[];
  /** Numbers of every row, and the sums that are made of them. */
  readonly numbers: readonly Selected[];
  readonly sums: readonly Selected[];
}

/** The different rows with their number. */
export function differentRows(rows: SqlRows): Cells {
  return { rows, keys: rows.used, numbers: [], sums: [{ name: "n", of: count() }] };
}

/** Keys of the cells and their sums, column by column. */
export interface CellValues {
  readonly keys: readonly (readonly unknown[])[];
  readonly sums: readonly Float64Array[];
}

/** How many different rows there will be. */
export interface CellEstimate {
  readonly cells: number;
  /** Columns of numbers that have nearly as many values as rows. */
  readonly continuous: readonly string[];
}

/** @param n complete rows */
export async function estimateCells({ rows, keys: of }: Cells, n: number): Promise<CellEstimate> {
  const keys = of.map(({ as }) => as);
  if (keys.length === 0) return { cells: 1, continuous: [] };
  const first: Query = { ...rows.complete(named(keys)), limit: LOOK };
  const once = (k: number): Expr => sum(choose([[equals("n", k), number(1)]], number(0)));
  const [seen, f1, f2, looked] = await rows.run.row("the number of different rows", {
    select: [
      { name: "d", of: count() },
      { name: "f1", of: once(1) },
      { name: "f2", of: once(2) },
      { name: "t", of: sum(column("n")) },
    ],
    from: { select: [...named(keys), { name: "n", of: count() }], from: first, groupBy: keys },
  });
  const numbers = of.filter(isNumber);
  const values = numbers.length === 0 ? [] : await rows.run.row("the number of different values", {
    select: numbers.map(({ as }) => ({ name: `d_${as}`, of: aggregate("countDistinct", column(as)) })),
    from: first,
  });
  return {
    cells: looked >= n ? seen : Math.min(n, seen + f1 * (f1 - 1) / (2 * (f2 + 1))),
    continuous: numbers.filter((_, k) => values[k] > looked / 2).map(({ name }) => name),
  };
}

const equals = (name: string, value: number): Expr => ({
  kind: "binary",
  operator: "=",
  left: column(name),
  right: { kind: "number", value },
});
const named = (names: readonly string[]) => names.map((name) => ({ name, of: column(name) }));

const WHAT = "the different rows";

function cellsQuery({ rows, keys: of, numbers, sums }: Cells): Query {
  const keys = of.map(({ as }) => as);
  return {
    select: [...named(keys), ...sums],
    from: rows.complete([...named(keys), ...numbers]),
    ...(keys.length > 0 ? { groupBy: keys } : {}),
  };
}

/** The query before it is run. @param n complete rows */
export function plannedCells(of: Cells, estimate: CellEstimate, n: number): PlannedQuery {
  const { cells } = estimate, width = of.keys.length + of.sums.length;
  return {
    what: WHAT,
    query: cellsQuery(of),
    cells,
    width,
    held: cells * 8 * (HELD * width), // the frame, the columns of X and Z, and what the objective keeps of each row
    obstacle: cells > MOST_CELLS ? tooDifferent(estimate, n) : null,
  };
}

/** Numbers that a fit holds of each row and column. */
const HELD = 4;

/** Why other families than Gaussian ones cannot be fitted, and what can be done. */
function tooDifferent({ cells, continuous }: CellEstimate, n: number): string {
  const about = Number(cells.toPrecision(2)).toLocaleString("en"), most = MOST_CELLS.toLocaleString("en");
  const [cause, it] = continuous.length === 0
    ? ["the combinations of its columns are that many", "a covariate"]
    : continuous.length === 1
    ? [`${quoteList(continuous)} has nearly as many values as there are rows`, "it"]
    : [`${quoteList(continuous)} have nearly as many values as there are rows`, "them"];
  return `Cannot fit from this source: of ${
    n.toLocaleString("en")
  } rows about ${about} are different in the columns of the model, ` +
    `and at most ${most} are fetched; ${cause}: round or bin ${it} in a view (say, to 100 values), leave ${it} out, or fit a sample of the rows`;
}

/**
 * Fetches them.
 * @throws {RangeError} Where they are more than was to be expected.
 */
export async function fetchCells(of: Cells): Promise<CellValues> {
  const keys: unknown[][] = of.keys.map(() => []), sums: number[][] = of.sums.map(() => []);
  for await (const { rows, column } of of.rows.run.batches(WHAT, cellsQuery(of))) {
    if (sums[0].length + rows > MOST_CELLS) throw tooMany(sums[0].length + rows);
    const all = [...keys, ...sums];
    all.forEach((values, k) => {
      const given = column(k);
      for (let i = 0; i < rows; i++) values.push((k < keys.length ? given[i] : numberOf(given[i])) as never);
    });
  }
  return { keys, sums: sums.map((values) => Float64Array.from(values)) };
}

function tooMany(cells: number): RangeError {
  return new RangeError(
    `Cannot fit from this source: it has ${cells} different rows and more, ${MOST_CELLS} are held; ` +
      "round or bin a covariate in a view, or fit a sample",
  );
}
