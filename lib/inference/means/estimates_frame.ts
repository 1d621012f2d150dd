/** Estimates as data frames that draw and print themselves. */
import {
  type FigureMeta,
  metaOf,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
  textTable,
} from "../../display.ts";
import { type ColumnValues, type Frame, frameOf } from "../../frame.ts";
import { type Adjustment, adjustmentText, type AdjustName } from "./adjust.ts";
import { describe, kinds } from "../../check.ts";
import { type Estimates, groupsBy } from "./estimates.ts";
import { contrastColumns, meansColumns } from "./estimates_columns.ts";
import { linearNumbers, type Numbers, type TestAgainst } from "./estimates_table.ts";

/** What means and contrasts know beyond their columns. */
export interface EstimatesMeta extends FigureMeta {
  /** Factors that divide the rows into panels, and what the rows are. */
  readonly shown: Pick<Estimates, "by" | "kind">;
  /** How tests and intervals were adjusted, where a caption says so. */
  readonly adjusted?: Numbers["adjusted"];
  /** All that contrasts of them need. */
  readonly estimates: Estimates;
}

/** Tables of means, trends and letters. */
export const MEANS: ResultKind<EstimatesMeta> = resultKind("emmeans");
/** Tables of contrasts. */
export const CONTRASTS: ResultKind<EstimatesMeta> = resultKind("contrast");

/**
 * The estimates behind the result of emmeans(), emtrends() or contrast().
 * @param user name of the function that asks
 * @throws {TypeError} for any other data frame: polars' methods return plain ones, without the covariances
 */
export function estimatesOf(frame: Frame, user: string): Estimates {
  const isFrame = kinds.frame.is(frame), meta = isFrame && (metaOf(frame, MEANS) ?? metaOf(frame, CONTRASTS));
  if (meta) return meta.estimates;
  throw new TypeError(
    isFrame
      ? `Cannot apply ${user}() to a plain data frame: it needs the result of emmeans() itself, which knows the covariances of ` +
        `the means; filter(), sort() and other polars methods return a plain data frame, so call ${user}() first and filter its result`
      : `Cannot apply ${user}() to ${
        describe(frame)
      }: it needs the result of emmeans(), emtrends() or contrast()`,
  );
}

/**
 * A table of means or trends: their factors, estimate, standard error, df, interval.
 * @param contrasts comparisons that are shown below
 */
export function meansFrame(e: Estimates, adjust: AdjustName, contrasts?: ResultFrame): ResultFrame {
  const { columns, numbers } = meansColumns(e, adjust);
  return framed(
    MEANS,
    e,
    columns,
    numbers,
    adjustmentNotes({ tests: [], intervals: numbers.adjusted.intervals }),
    contrasts && { below: { result: contrasts, names: ["Means", "Contrasts"] } },
  );
}

/** A table of contrasts: by-factors, the contrast, estimate, standard error, df, test, interval. */
export function contrastFrame(e: Estimates, adjust: AdjustName, hypothesis: TestAgainst): ResultFrame {
  const { columns, numbers } = contrastColumns(e, adjust, hypothesis);
  return framed(CONTRASTS, e, columns, numbers, [
    ...testNotes(e, hypothesis),
    ...adjustmentNotes(numbers.adjusted),
  ], { adjusted: numbers.adjusted });
}

/** The frame with its notes, its printed form and the estimates behind it. */
export function framed(
  kind: ResultKind<EstimatesMeta>,
  e: Estimates,
  columns: Record<string, ColumnValues>,
  numbers: Pick<Numbers, "null" | "estimate">,
  notes: readonly string[],
  more: Pick<EstimatesMeta, "below" | "adjusted"> = {},
): ResultFrame {
  const all = [...e.notes, ...scaleNotes(e), ...notes, ...estimabilityNote(e, numbers), ...limitNotes(e)];
  const response = e.type === "response";
  const ratio = response && e.scale?.isRatio === true;
  return resultFrame(kind, columns, {
    title: e.title,
    response: axisOf(e),
    range: response && e.kind === "means" ? e.range : ratio ? [0, Infinity] : undefined,
    level: e.level,
    scale: response || e.scale === null ? "response" : "link",
    variables: e.factors.map(({ name, labels, values }) => ({
      name,
      kind: values ? "numeric" as const : "factor" as const,
      levels: values ? undefined : labels,
      ...name === e.whole && { ordered: true },
    })),
    whole: e.whole,
    data: kind === MEANS ? e.data : undefined,
    null: kind === CONTRASTS ? numbers.null : undefined,
    notes: all,
    shown: e,
    estimates: e,
    text: () => [printed(columns, e), ...all].join("\n"),
    ...more,
  });
}

/** What the estimates are, with their scale where it is not that of the response. */
function axisOf({ kind, axis, scale, type }: Estimates): string {
  if (kind !== "means" || !scale) return axis;
  const transformed = axis.startsWith(`${scale.name}(`); // log(y): it says its scale
  if (type === "link") return transformed ? axis : `${axis} (${scale.name} scale)`;
  return transformed ? axis.slice(scale.name.length + 1, -1) : axis;
}

/** Groups of different sizes are adjusted in different ways. */
const different = (
  all: readonly Adjustment[],
  counted: string,
) => [...new Set(all.map((each) => adjustmentText(each, counted)))];

function adjustmentNotes({ tests, intervals }: Numbers["adjusted"]): string[] {
  return [
    ...different(tests, "tests").map((how) => `P value adjustment: ${how}`),
    ...different(intervals, "estimates").map((how) => `Confidence level adjustment: ${how}`),
  ];
}

/** The confidence level, and on which scale estimates, intervals and tests are. */
function scaleNotes(e: Estimates): string[] {
  const out = e.df.name === "asymptotic" ? [] : [`Degrees-of-freedom method: ${e.df.name}`];
  if (e.scale && e.type === "link") {
    out.push(`Results are given on the ${e.scale.name} (not the response) scale.`);
  }
  out.push(`Confidence level used: ${e.level}`);
  if (e.scale && e.type === "response") {
    out.push(`Intervals are back-transformed from the ${e.scale.name} scale`);
  }
  if (e.bias && e.type === "response") {
    const [low, high] = [Math.min(...e.bias), Math.max(...e.bias)].map((v) => Number(v.toPrecision(5)));
    out.push(`Bias adjustment applied based on sigma = ${low === high ? low : `${low} to ${high}`}`);
  }
  return out;
}

function testNotes(e: Estimates, { delta, side, null: value }: TestAgainst): string[] {
  const out: string[] = [];
  if (delta > 0) {
    const what = { "two-sided": "equivalence", ">": "non-inferiority", "<": "non-superiority" }[side];
    out.push(`Statistics are tests of ${what} with a threshold of ${delta}`);
  } else if (side !== "two-sided") out.push(`P values are ${side === ">" ? "right" : "left"}-tailed`);
  if (value !== 0) {
    out.push(
      `Tests are against ${Number(value.toPrecision(6))}${e.scale ? ` on the ${e.scale.name} scale` : ""}`,
    );
  }
  if (e.scale && e.type === "response") out.push(`Tests are performed on the ${e.scale.name} scale`);
  return out;
}

/** Rows that are infinite, and contrasts that are the same whatever the coefficients. */
function limitNotes(e: Estimates): string[] {
  const { estimate, stdError } = linearNumbers(e),
    count = (of: (i: number) => boolean) => estimate.reduce((n, _, i) => n + Number(of(i)), 0);
  const infinite = count((i) => stdError[i] === Infinity), known = count((i) => stdError[i] === 0);
  const some = (n: number, what: string) => `${n} of ${estimate.length} ${what}`, out: string[] = [];
  if (infinite > 0) {
    out.push(
      `${some(infinite, "estimates")} ${
        infinite === 1 ? "lies" : "lie"
      } at the edge of what is possible (separation): the interval is one-sided, by profile likelihood${
        e.kind === "contrasts" ? ", the test is by the likelihood ratio" : ""
      }`,
    );
  }
  if (known > 0) {
    out.push(
      `${some(known, e.kind)} ${
        known === 1 ? "does" : "do"
      } not depend on the coefficients (the model has no such ${
        e.kind === "contrasts" ? "difference, for instance no interaction" : "effect"
      }): there is nothing to test`,
    );
  }
  return out;
}

function estimabilityNote({ runaway }: Estimates, { estimate }: Pick<Numbers, "estimate">): string[] {
  const missing = estimate.reduce((n, v) => n + Number(v !== v), 0);
  if (missing === 0) return [];
  return [
    `${missing} of ${estimate.length} estimates ${
      missing === 1 ? "is" : "are"
    } NA: the data do not determine them ` +
    `(they involve combinations of levels that do not occur${
      runaway ? ", or differences of levels that are all at the edge of what is possible" : ""
    })`,
  ];
}

/** Most rows that are printed as text. */
const MOST = 200;

/** The table as text, one block per combination of the levels of `by`. */
function printed(columns: Record<string, ColumnValues>, e: Estimates): string {
  if (e.by.length === 0) return textTable(frameOf(columns), { rows: MOST });
  const by = e.factors.filter(({ name }) => e.by.includes(name)), names = Object.keys(columns);
  const groups = groupsBy(e, e.by), most = Math.max(6, Math.floor(MOST / groups.length));
  const blocks = groups.slice(0, MOST / 4).map((rows) => {
    const title = by.map(({ name, labels, codes }) => `${name} = ${labels[codes[rows[0]]]}`).join(", ");
    const shown = names.filter((name) => !e.by.includes(name)).map((
      name,
    ) => [name, pick(columns[name], rows)]);
    return `${title}:\n${textTable(frameOf(Object.fromEntries(shown)), { rows: most })}`;
  });
  return blocks.join("\n\n") + (groups.length > blocks.length ? `\n\n… ${groups.length} groups` : "") + "\n";
}

function pick(column: ColumnValues, rows: readonly number[]): ColumnValues {
  if ("kind" in column) {
    return column.kind === "factor"
      ? { ...column, codes: Int32Array.from(rows, (i) => column.codes[i]) }
      : Float64Array.from(rows, (i) => column.values[i]);
  }
  return column instanceof Float64Array
    ? Float64Array.from(rows, (i) => column[i])
    : rows.map((i) => column[i]);
}
