/** The table that an analysis starts with: what is in the columns, by group. */
import { describe as inWords, noMore } from "../../check.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { assertFrame, columnNames, type Frame, readColumn, rowCount } from "../../frame.ts";
import { quoteList } from "../../formula/errors.ts";
import { readSketch, type SketchVariable } from "../../formula/sketch.ts";
import { columnValue, type FactorValue } from "../../formula/values.ts";
import {
  extent,
  mean,
  quantileSorted,
  skewness,
  sortedNumbers,
  standardDeviation,
} from "../../math/descriptive.ts";
import { groupColumns, type Grouping, groupRows } from "./groups.ts";

/** What the figure of a description knows: the values themselves. */
export interface DescriptionMeta extends FigureMeta {
  readonly described: readonly SketchVariable[];
  readonly grouping: Grouping;
}

/** Descriptions of columns. */
export const DESCRIPTION: ResultKind<DescriptionMeta> = resultKind("description");

/** Different numbers from which a column measures and makes no groups. */
const MOST_GROUPS = 50;
/** Categories of a whole data frame's columns that are listed, the others together. */
const MOST_LEVELS = 10;

/**
 * Describes columns, all or those of a formula, by group: the table that an analysis starts with. It draws itself as points, box and
 * density of numbers and as bars of categories.
 *
 * ```ts
 * import { dataset, describe } from "@tidyglmm/tidyglmm";
 *
 * const dragons = await dataset("dragons_1");
 * describe(dragons); //                                   every column
 * describe(dragons, "testScore ~ mountainRange"); //      one by group
 * describe(dragons, "testScore + bodyLength ~ mountainRange + site");
 * describe(dragons, "~ site"); //                         counts and shares
 * ```
 *
 * @param data a data frame
 * @param formula what is described on the left of ~, what makes the groups on the right (after a bar too); with nothing on the left,
 *   what is right of ~ is described, by what follows a bar. Expressions such as `log(y)` and `cbind(s, f)`, a proportion, count as one
 * @returns one row per variable and group, of categories per level too: `variable`, the groups, `level`, `n` (rows that have a value;
 *   of a level, that have this one), `missing`, `share` (of the rows with a value); of numbers `mean`, `sd`, `median`, `q1`, `q3`
 *   (quartiles, type 7 as R's), `min`, `max`, `skewness` (adjusted, type 2). A row whose group is missing counts in a group of its own
 * @throws {RangeError} for a name that is no column, or a group that is a measurement
 * @throws {SyntaxError} for a text that is no formula
 * Source: Hyndman & Fan (1996) for quantiles; Joanes & Gill (1998) for skewness; checked against R.
 * @category Data and grids
 */
export function describe(data: Frame, formula?: string): ResultFrame {
  noMore("describe", arguments, 2);
  assertFrame(data);
  if (formula !== undefined && typeof formula !== "string") {
    throw new TypeError(`Cannot describe by ${inWords(formula)}: it should be a formula such as "y ~ group"`);
  }
  const n = rowCount(data), whole = formula === undefined ? wholeFrame(data) : null;
  const { variables, by } = whole ?? ofFormula(formula!, data), grouping = groupRows(by, n);
  const rows = variables.flatMap((variable) =>
    grouping.groups.flatMap(({ rows }, g) =>
      rowsOf(variable, rows, whole ? MOST_LEVELS : Infinity).map((row) => ({ variable, g, ...row }))
    )
  );
  const numeric = variables.some(({ value }) => value.kind === "numeric"),
    categories = variables.some(({ value }) => value.kind === "factor");
  const numbers = (name: keyof Numbers) => Float64Array.from(rows, ({ numbers }) => numbers?.[name] ?? NaN);
  return resultFrame(DESCRIPTION, {
    variable: rows.map(({ variable }) => variable.name),
    ...groupColumns(grouping, rows.map(({ g }) => g)),
    ...(categories ? { level: rows.map(({ level }) => level) } : {}),
    n: Int32Array.from(rows, (row) => row.n),
    missing: Int32Array.from(rows, (row) => row.missing),
    ...(categories ? { share: Float64Array.from(rows, (row) => row.share ?? NaN) } : {}),
    ...(numeric ? Object.fromEntries(NUMBERS.map((name) => [name, numbers(name)])) : {}),
  }, {
    title: `${formula ?? "All columns"}, ${n} rows`,
    notes: [...(whole?.notes ?? []), ...(variables.some(({ trials }) => trials) ? [ONE_ROW] : [])],
    table: {
      hidden: variables.length === 1 && rows.length > 1 ? ["variable"] : [], // the title names it
      mixed: {
        columns: NUMBERS.filter((name) => name !== "skewness"),
        of: rows.map(({ variable }) => variable.name),
        errors: numbers("sd"),
      },
    },
    described: variables,
    grouping,
  });
}

const ONE_ROW = "Proportions: each row counts once, whatever its number of trials.";

/** The statistics of numbers, in the order of the columns. */
const NUMBERS = ["mean", "sd", "median", "q1", "q3", "min", "max", "skewness"] as const;
type Numbers = Readonly<Record<typeof NUMBERS[number], number>>;

/** One row of the table. */
interface Row {
  readonly level: string | null;
  readonly n: number;
  readonly missing: number;
  readonly share?: number;
  readonly numbers?: Numbers;
}

/** The variables and groups of a formula. */
function ofFormula(formula: string, data: Frame) {
  const { left, right, groups } = readSketch(formula, data);
  const variables = left.length > 0 ? left : right, by = left.length > 0 ? [...right, ...groups] : groups;
  if (variables.length === 0) {
    throw new RangeError(`Cannot describe "${formula}": it names no column; describe(data) describes all`);
  }
  for (const { name, value } of by) {
    if (COLUMNS.has(name)) {
      throw new RangeError(
        `Cannot describe by "${name}": the table has a column of that name; rename yours before`,
      );
    }
    const different = value.kind === "numeric" ? new Set(value.values.filter((v) => v === v)).size : 0;
    if (different > MOST_GROUPS) {
      throw new RangeError(
        `Cannot describe by "${name}": it has ${different} different numbers, a group has one; ` +
          `look(data, "${
            variables[0].name
          } ~ ${name}") shows such a relation, factor(${name}) makes groups all the same`,
      );
    }
  }
  return { variables, by };
}

const COLUMNS: ReadonlySet<string> = new Set(["variable", "level", "n", "missing", "share", ...NUMBERS]);

/** Every column that a table can describe, and what is said of the others. */
function wholeFrame(data: Frame) {
  const variables: SketchVariable[] = [], others: string[] = [];
  for (const name of columnNames(data)) {
    try {
      variables.push({ name, value: columnValue(readColumn(data, name)), trials: null });
    } catch {
      others.push(name);
    }
  }
  if (variables.length === 0) {
    throw new RangeError("Cannot describe the data: they have no columns of values");
  }
  const notes = others.length === 0
    ? []
    : [`Not described, as they hold no single values: ${quoteList(others)}.`];
  return { variables, by: [], notes };
}

function rowsOf({ value }: SketchVariable, rows: Int32Array, most: number): Row[] {
  if (value.kind === "factor") return levelRows(value, rows, most);
  const present = sortedNumbers(Float64Array.from(rows, (i) => value.values[i]).filter((v) => v === v));
  return [{
    level: null,
    n: present.length,
    missing: rows.length - present.length,
    numbers: numbersOf(present),
  }];
}

function numbersOf(sorted: Float64Array): Numbers {
  const [min, max] = extent(sorted);
  return {
    mean: mean(sorted),
    sd: standardDeviation(sorted),
    median: quantileSorted(sorted, 0.5),
    q1: quantileSorted(sorted, 0.25),
    q3: quantileSorted(sorted, 0.75),
    min,
    max,
    skewness: skewness(sorted),
  };
}

/** Counts of the levels; of more than `most` the frequent ones and the rest together, of dates the first and the last. */
function levelRows({ codes, levels, from }: FactorValue, rows: Int32Array, most: number): Row[] {
  const counts = new Int32Array(levels.length);
  for (const i of rows) if (codes[i] >= 0) counts[codes[i]]++;
  const n = counts.reduce((s, c) => s + c, 0), missing = rows.length - n;
  const row = (level: string, count: number) => ({
    level,
    n: count,
    missing,
    share: n > 0 ? count / n : NaN,
  });
  if (levels.length <= most) return levels.map((level, k) => row(level, counts[k]));
  if (from === "time") return [row(`${levels[0]} to ${levels.at(-1)}: ${levels.length} dates or times`, n)];
  const frequent = [...counts.keys()].sort((a, b) => counts[b] - counts[a]).slice(0, most - 1).sort((a, b) =>
    a - b
  );
  const rest = n - frequent.reduce((s, k) => s + counts[k], 0);
  return [
    ...frequent.map((k) => row(levels[k], counts[k])),
    row(`${levels.length - frequent.length} others`, rest),
  ];
}
