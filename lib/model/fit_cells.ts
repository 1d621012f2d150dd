/** Models that no sums of products determine, from the different rows of a source. */
import { reportIncomplete } from "../formula/complete_rows.ts";
import type { Frame } from "../frame.ts";
import { lchoose, lgamma } from "../math/gamma_function.ts";
import { cellFrame } from "../source/sql/cell_frame.ts";
import { fetchCells } from "../source/sql/collapse.ts";
import { distinctResponses, type ResponseCells } from "../source/sql/response_sums.ts";
import type { PlannedCells, SqlSource } from "../source/sql/sql_source.ts";
import { questionOf, sufficientResponse } from "./cell_question.ts";
import type { Family } from "./families/family.ts";
import { engineAgain, planFit } from "./fit.ts";
import { optimise } from "./optimum/optimise.ts";
import { type ResponseMeans, withCells } from "./options/cells.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf } from "./options/part_formulas.ts";
import { settleOptions } from "./options/settle_options.ts";
import { published } from "./result/value.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";

/** Cells as the fit takes them. */
interface CellData {
  readonly frame: Frame;
  /** Name of the column of frequencies. */
  readonly count: string;
  readonly means: ResponseMeans | null;
}

/**
 * The model of the different rows, each as often as it occurs: the log-likelihood of equal rows is a multiple of one's, so frequencies leave
 * nothing out. Where the log-likelihood is linear in the response, rows are one that are equal in all else.
 */
export async function fitCells(formula: string, source: SqlSource, given: FitOptions): Promise<Model> {
  const names = await source.columns(), question = questionOf(formula, names, given);
  const family = familyOf(settleOptions(given)), texts = sufficientResponse(formula, names, given);
  let plan = await source.plannedCells(question, texts), data = await fromSums(plan, family);
  if (data === null) {
    if (plan.sums) plan = await source.plannedCells(question, null);
    data = await fromDifferentRows(plan);
  }
  const { frame, count, means } = data, { n, states } = plan, lacking = incomplete(plan, given);
  const weights = withCount(given.weights, count, family, means !== null);
  const cells = { rows: n, states, means, used: question.used, weights: given.weights };
  const fitted = planFit(formula, frame, withCells({ ...given, weights }, cells));
  const messages = [...lacking, told(n, fitted.design.n, means !== null), ...fitted.design.messages];
  const engine = optimise({ ...fitted, design: { ...fitted.design, messages } });
  const again = engineAgain(formula, frame, fitted, engine);
  return published(makeModel(formula, frame, fitted.family, engine, fitted.options, again));
}

async function fromDifferentRows({ cells, planned: { obstacle } }: PlannedCells): Promise<CellData> {
  if (obstacle !== null) throw new RangeError(obstacle);
  const { frame, sums: [count] } = await cellFrame(cells, await fetchCells(cells), ["rows"]);
  return { frame, count, means: null };
}

/** Null where the response is none that sums suffice for. */
async function fromSums(
  { sums: cells, planned: { obstacle } }: PlannedCells,
  family: Family,
): Promise<CellData | null> {
  if (cells === null) return null;
  const known = await constantOf(cells, family);
  if (known === null) return null;
  if (obstacle !== null) throw new RangeError(obstacle);
  const { keys, sums: [n, ...sums] } = await fetchCells(cells);
  const means = sums.map((s, k) => s.map((v, i) => n[i] > 0 ? v / n[i] : k)); // a row that counts nothing: no success in one trial
  const stand = cells.stand.map(({ used, first, others }) => ({
    used,
    values: Array.from(n, (_, i) => i === 0 ? first : others),
  }));
  const names = ["rows", "mean response", ...means.length > 1 ? ["mean trials"] : []];
  const { frame, sums: [count, y, trials = null] } = await cellFrame(
    cells,
    { keys, sums: [n, ...means] },
    names,
    stand,
  );
  return { frame, count, means: { family: family.name, y, trials, ...known } };
}

/** The mean of the terms of the log-likelihood without a parameter; null for values that the family does not take. */
async function constantOf(
  cells: ResponseCells,
  { usesTrials }: Family,
): Promise<Pick<ResponseMeans, "constant" | "range"> | null> {
  let total = 0, constant = 0, sum = 0, min = Infinity, max = -Infinity;
  for await (const { y, trials, weight } of distinctResponses(cells)) {
    const whole = Math.round(y), near = Math.abs(y - whole) <= 1e-6 * Math.max(1, whole); // a share times its trials
    if (
      !near || whole < 0 || (usesTrials && !(whole <= trials && Number.isInteger(trials))) || !(weight >= 0)
    ) return null;
    total += weight;
    constant += weight * (usesTrials ? lchoose(trials, whole) : -lgamma(whole + 1));
    sum += weight * y;
    min = Math.min(min, y);
    max = Math.max(max, y);
  }
  return total > 0 ? { constant: constant / total, range: { mean: sum / total, min, max } } : null;
}

function incomplete({ rowsGiven, n, missing }: PlannedCells, options: FitOptions): readonly string[] {
  const counts = Object.entries(missing).map(([name, count]) => ({ name, count })).filter(({ count }) =>
    count > 0
  );
  return reportIncomplete(rowsGiven, n, counts, options.missing ?? "omit");
}

function told(n: number, cells: number, summed: boolean): string {
  return summed
    ? `${n} rows are ${cells} different ones but for the response, whose sums the fit has.`
    : `${n} rows are ${cells} different ones, which the fit has with their numbers.`;
}

/** The weights with the number of rows as frequency, or with a column that holds those that were given. */
function withCount(
  given: FitOptions["weights"],
  count: string,
  { usesTrials }: Family,
  summed: boolean,
): FitOptions["weights"] {
  const named = typeof given === "string"
    ? (usesTrials ? { trials: given } : { frequency: given })
    : given ?? {};
  const all = named.frequency === undefined || summed ? count : `(${named.frequency}) * ${count}`;
  return { ...named, frequency: all };
}
