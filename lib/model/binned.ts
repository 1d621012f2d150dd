/** Which covariates of a model that does not collapse are binned, and what that leaves of it. */
import { quoteList } from "../formula/errors.ts";
import type { Question } from "../formula/description.ts";
import { type Frame, readColumn } from "../frame.ts";
import { sampleRows } from "../source/sample_rows.ts";
import { type Bin, type BinPlan, scaleOf } from "../source/sql/bins.ts";
import type { SqlSource } from "../source/sql/sql_source.ts";
import { cannotBin, unbinnable } from "./cell_question.ts";
import type { FitOptions } from "./options/options.ts";
import type { Model } from "./result/model.ts";

/** Numbers of intervals: of named columns, or of every one but the response that has more values than two to an interval. */
export type Bins = number | Readonly<Record<string, number>>;

/** Rows whose values say where intervals end, and the seed that they are drawn with. */
const ROWS = 1 << 14, SEED = 123;

/** Columns that are binned. */
export interface BinPlans {
  readonly plans: Readonly<Record<string, BinPlan>>;
  /** Expressions that they are in. */
  readonly texts: readonly string[];
}

/**
 * How every column is to be binned, with a sample of its values.
 * @throws {RangeError} For a named column that cannot be, with the reason.
 */
export async function binsFor(
  formula: string,
  source: SqlSource,
  question: Question,
  given: FitOptions,
  bins: Bins | undefined,
): Promise<BinPlans> {
  if (bins === undefined) return { plans: {}, texts: [] };
  const { reasons, responses, functions, texts } = unbinnable(formula, await source.columns(), given);
  if (typeof bins === "object") {
    for (const name of Object.keys(bins)) {
      if (!question.used.includes(name)) {
        throw cannotBin(name, `the model does not use it, but ${quoteList([...question.used])}`);
      }
      if (reasons.has(name)) throw cannotBin(name, reasons.get(name)!);
    }
  }
  const { frame } = await sampleRows(source, { used: question.used, further: [] }, ROWS, SEED);
  const found = question.used.map((name) => {
    const all = typeof bins === "number", wanted = all ? bins : Object.hasOwn(bins, name) ? bins[name] : null;
    if (wanted === null || reasons.has(name) || (all && responses.includes(name))) return [];
    const values = numbersIn(frame, name);
    if (values === null && !all) throw cannotBin(name, "it holds no numbers");
    if (values === null || (all && new Set(values).size <= 2 * bins)) return [];
    return [[name, { values, count: wanted, scale: scaleOf(functions(name)) }] as const];
  });
  const plans = Object.fromEntries(found.flat());
  return { plans, texts: [...new Set(Object.keys(plans).flatMap(texts))] };
}

function numbersIn(frame: Frame, name: string): Float64Array | null {
  const column = readColumn(frame, name);
  return column.kind === "numeric" ? column.values : null;
}

/** How far intervals twice as wide lead from the model: log-likelihood, and the largest step of a coefficient in standard errors. */
export interface Coarser {
  readonly logLik: number;
  readonly steps: number;
}

export function coarser(model: Model, half: Model): Coarser {
  let at = 0, steps = 0;
  model.parts.forEach(({ beta }, k) =>
    beta.forEach((v, j) => {
      const se = Math.sqrt(model.covariance.get(at, at++)), step = Math.abs(v - half.parts[k].beta[j]) / se;
      if (step > steps) steps = step; // one that is not determined has no standard error
    })
  );
  return { logLik: Math.abs(model.logLik - half.logLik), steps };
}

/** Of the second order, which intervals have at least, an error is a third of what twice the width adds to it. */
const LEFT = 1 / 3;
/** Below, what searches leave is as large. */
const NOTHING = 1e-6;

/** What the model says of it. */
export function toldBins(
  bins: readonly Bin[],
  { n, cells }: { readonly n: number; readonly cells: number },
  { logLik, steps }: Coarser,
): string {
  const digits = (v: number) =>
    LEFT * v < NOTHING ? `below ${NOTHING}` : `about ${Number((LEFT * v).toPrecision(2))}`;
  return `The fit has ${inBins(bins)}: of ${n} rows the moments in ${cells} cells. ` +
    `The error is ${digits(logLik)} in the log-likelihood and ${
      digits(steps)
    } standard errors in the coefficient that has ` +
    "the largest: a third of what half as many bins change.";
}

/** "x in 50 bins" */
export function inBins(bins: readonly Bin[]): string {
  return bins.map(({ used: { name }, edges }) => `${name} in ${edges.length - 1} bins`).join(", ");
}
