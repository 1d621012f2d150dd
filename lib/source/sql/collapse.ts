/**
 * Rows that are equal in every column of the model, as one row with their number: the log-likelihood of equal rows is a multiple of
 * one's. How many different ones there are is estimated from the first rows, by Chao (1984), Scand. J. Stat. 11:265–270:
 * those seen, and f₁(f₁ − 1) / 2(f₂ + 1) that were not, of which f₁ were seen once and f₂ twice.
 */
import { type Frame, frameOf } from "../../frame.ts";
import { aggregate, choose, column, count, type Expr, sum } from "../query/expression.ts";
import { quoteList } from "../../formula/errors.ts";
import type { Query } from "../query/query.ts";
import { frameTypes, valuesOf } from "./fetched.ts";
import type { PlannedQuery } from "./planned.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";
import { numberOf } from "./runner.ts";

/** More different rows are not fetched. */
export const MOST_CELLS = 1 << 22;
/** Rows that are looked at. */
const LOOK = 100_000;

/** The different rows of a table. */
export interface Collapsed {
  /** Columns of the model and the number of rows. */
  readonly frame: Frame;
  /** Name of the column of numbers of rows. */
  readonly count: string;
}

/** What is known of the rows before the different ones are fetched. */
export interface RowCounts {
  /** Complete rows. */
  readonly n: number;
  readonly rowsGiven: number;
  /** Missing values by column. */
  readonly missing: Readonly<Record<string, number>>;
}

/** Different rows with what they stand for. */
export interface DistinctRows extends Collapsed, RowCounts {}

/** How many different rows there will be. */
export interface CellEstimate {
  readonly cells: number;
  /** Columns of numbers that have nearly as many values as rows. */
  readonly continuous: readonly string[];
}

/** @param n complete rows */
export async function estimateCells(rows: SqlRows, n: number): Promise<CellEstimate> {
  const keys = rows.used.map(({ as }) => as), first: Query = { ...rows.complete(named(keys)), limit: LOOK };
  const once = (k: number): Expr => sum(choose([[equals("n", k), one]], zero));
  const [seen, f1, f2, looked] = await rows.run.row("the number of different rows", {
    select: [
      { name: "d", of: count() },
      { name: "f1", of: once(1) },
      { name: "f2", of: once(2) },
      { name: "t", of: sum(column("n")) },
    ],
    from: { select: [...named(keys), { name: "n", of: count() }], from: first, groupBy: keys },
  });
  const numbers = rows.used.filter(isNumber);
  const values = numbers.length === 0 ? [] : await rows.run.row("the number of different values", {
    select: numbers.map(({ as }) => ({ name: `d_${as}`, of: aggregate("countDistinct", column(as)) })),
    from: first,
  });
  return {
    cells: looked >= n ? seen : Math.min(n, seen + f1 * (f1 - 1) / (2 * (f2 + 1))),
    continuous: numbers.filter((_, k) => values[k] > looked / 2).map(({ name }) => name),
  };
}

const zero: Expr = { kind: "number", value: 0 }, one: Expr = { kind: "number", value: 1 };
const equals = (name: string, value: number): Expr => ({
  kind: "binary",
  operator: "=",
  left: column(name),
  right: { kind: "number", value },
});
const named = (names: readonly string[]) => names.map((name) => ({ name, of: column(name) }));

const WHAT = "the different rows";

function cellsQuery(rows: SqlRows): Query {
  const keys = rows.used.map(({ as }) => as);
  return {
    select: [...named(keys), { name: "n", of: count() }],
    from: rows.complete(named(keys)),
    groupBy: keys,
  };
}

/** The query before it is run. @param n complete rows */
export function plannedCells(rows: SqlRows, estimate: CellEstimate, n: number): PlannedQuery {
  const { cells } = estimate, width = rows.used.length + 1;
  return {
    what: WHAT,
    query: cellsQuery(rows),
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
export async function collapse(rows: SqlRows): Promise<Collapsed> {
  const { used } = rows,
    keys = used.map(({ as }) => as),
    columns: unknown[][] = keys.map(() => []),
    n: number[] = [];
  for await (const batch of rows.run.batches(WHAT, cellsQuery(rows))) {
    if (n.length + batch.rows > MOST_CELLS) throw tooMany(n.length + batch.rows);
    columns.forEach((all, k) => {
      const values = batch.column(k);
      for (let i = 0; i < batch.rows; i++) all.push(values[i]);
    });
    const counts = batch.column(keys.length);
    for (let i = 0; i < batch.rows; i++) n.push(numberOf(counts[i]));
  }
  const name = unusedName(used),
    frame = frameOf(
      Object.fromEntries([...used.map((each, k) => [each.name, valuesOf(each, columns[k])] as const), [
        name,
        Float64Array.from(n),
      ]]),
    );
  const typed = (await frameTypes(rows))(frame); // in an order that is the same everywhere
  return { frame: typed.sort(used.map((each) => each.name)), count: name };
}

function unusedName(used: readonly UsedColumn[]): string {
  let name = "rows";
  while (used.some((each) => each.name === name)) name = `${name}.`;
  return name;
}

function tooMany(cells: number): RangeError {
  return new RangeError(
    `Cannot fit from this source: it has ${cells} different rows and more, ${MOST_CELLS} are held; ` +
      "round or bin a covariate in a view, or fit a sample",
  );
}
