/**
 * Rows that are equal in some columns of the model, as one row with sums over them: their number, and, of families for which that
 * suffices, those of the response. How many different ones there are is estimated from the first rows, by Chao (1984), Scand. J.
 * Stat. 11:265–270: those seen, and f₁(f₁ − 1) / 2(f₂ + 1) that were not, of which f₁ were seen once and f₂ twice.
 */
import { quoteList } from "../../formula/errors.ts";
import { aggregate, choose, column, count, type Expr, number, sum, times } from "../query/expression.ts";
import type { Query, Selected } from "../query/query.ts";
import { type Bin, centreNames, centres, distance, distances, momentsOf } from "./bins.ts";
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
  /** Columns of which they share an interval. */
  readonly bins: readonly Bin[];
}

/** The different rows with their number. */
export function differentRows(rows: SqlRows): Cells {
  return { rows, keys: rows.used, numbers: [], sums: [{ name: "n", of: count() }], bins: [] };
}

/** The cells with intervals of some of their keys, and sums of products of the distances from the centres of these. */
export function withBins<T extends Cells>(cells: T, bins: readonly Bin[]): T {
  if (bins.length === 0) return cells;
  const has = (name: string) => cells.numbers.some((each) => each.name === name);
  const product = (of: readonly Expr[]) => sum(of.reduce(times));
  const weights = (...names: string[]) => names.filter(has).map(column);
  const moments = momentsOf(bins.length, has("y")).map(({ name, of, response }) => ({
    name,
    of: product([...weights("w", response ? "y" : "t"), ...of.map(distance)]),
  }));
  const keys = cells.keys.filter((key) => !bins.some(({ used }) => used === key));
  return { ...cells, keys, bins, sums: [...cells.sums, ...moments] };
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
export async function estimateCells({ rows, keys: of, bins }: Cells, n: number): Promise<CellEstimate> {
  const plain = of.map(({ as }) => as), keys = [...plain, ...centreNames(bins)];
  if (keys.length === 0) return { cells: 1, continuous: [] };
  const first: Query = { ...rows.complete([...named(plain), ...centres(bins)]), limit: LOOK };
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

function cellsQuery({ rows, keys: of, numbers, sums, bins }: Cells): Query {
  const plain = of.map(({ as }) => as), keys = [...plain, ...centreNames(bins)];
  const from = rows.complete([
    ...named([...plain, ...bins.map(({ used }) => used.as)]),
    ...numbers,
    ...centres(bins),
  ]);
  const kept = named([...keys, ...numbers.map(({ name }) => name)]);
  return {
    select: [...named(keys), ...sums],
    from: bins.length === 0 ? from : { select: [...rows.part, ...kept, ...distances(bins)], from },
    ...(keys.length > 0 ? { groupBy: keys } : {}),
  };
}

/** The query before it is run. @param n complete rows */
export function plannedCells(of: Cells, estimate: CellEstimate, n: number): PlannedQuery {
  const { cells } = estimate, width = of.keys.length + of.bins.length + of.sums.length;
  const nodes = Math.min(n, cells * nodesPerCell(of));
  return {
    what: WHAT,
    query: cellsQuery(of),
    cells,
    width,
    held: 8 * (HELD * nodes * (of.keys.length + of.bins.length + 1) + cells * width), // the frame, X and Z, and what the objective keeps of each row
    obstacle: nodes > MOST_CELLS ? tooDifferent({ ...estimate, cells: nodes }, n, of.bins) : null,
  };
}

/** Rows of the fit to a cell. */
const nodesPerCell = ({ bins }: Cells): number => Math.max(1, 2 * bins.length);

/** Numbers that a fit holds of each row and column. */
const HELD = 4;

/** Why other families than Gaussian ones cannot be fitted, and what can be done. */
function tooDifferent({ cells, continuous }: CellEstimate, n: number, bins: readonly Bin[]): string {
  const about = Number(cells.toPrecision(2)).toLocaleString("en"), most = MOST_CELLS.toLocaleString("en");
  const [cause, it] = continuous.length === 0
    ? ["the combinations of its columns are that many", "a covariate"]
    : continuous.length === 1
    ? [`${quoteList(continuous)} has nearly as many values as there are rows`, "it"]
    : [`${quoteList(continuous)} have nearly as many values as there are rows`, "them"];
  const example = continuous.length === 0
    ? "50"
    : `{ ${continuous.map((name) => `${JSON.stringify(name)}: 50`).join(", ")} }`;
  const how = bins.length > 0
    ? `take fewer bins than ${
      bins.map(({ used: { name }, edges }) => `${edges.length - 1} of "${name}"`).join(" and ")
    }`
    : `bin ${it} with the option bins: ${example}`;
  return `Cannot fit from this source: of ${
    n.toLocaleString("en")
  } rows about ${about} are different in the columns of the model, ` +
    `and at most ${most} are fetched; ${cause}: ${how}, round ${it} in a view (say, to 100 values), leave ${it} out, or fit a sample of the rows`;
}

/**
 * Fetches them.
 * @throws {RangeError} Where they are more than was to be expected.
 */
export async function fetchCells(of: Cells): Promise<CellValues> {
  const keys: unknown[][] = [...of.keys, ...of.bins].map(() => []), sums: number[][] = of.sums.map(() => []);
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
      "bin a covariate with the option bins: 50, or with fewer bins, round one in a view, or fit a sample",
  );
}
