/** Models that no sums of products determine, from the different rows of a source. */
import type { Question } from "../formula/description.ts";
import { reportIncomplete } from "../formula/complete_rows.ts";
import type { Frame } from "../frame.ts";
import { lchoose, lgamma } from "../math/gamma_function.ts";
import { cellFrame } from "../source/sql/cell_frame.ts";
import { fetchCells } from "../source/sql/collapse.ts";
import { nodesOf } from "../source/sql/bin_nodes.ts";
import { type FilledCells, halvedCells } from "../source/sql/halved_cells.ts";
import { distinctResponses, type ResponseCells } from "../source/sql/response_sums.ts";
import type { PlannedCells, SqlSource } from "../source/sql/sql_source.ts";
import { type Bins, binsFor, coarser, toldBins } from "./binned.ts";
import { questionOf, sufficientResponse } from "./cell_question.ts";
import type { Family } from "./families/family.ts";
import { engineAgain, planFit } from "./fit.ts";
import { optimise } from "./optimum/optimise.ts";
import { type CellOptions, type ResponseMeans, withCells } from "./options/cells.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf } from "./options/part_formulas.ts";
import { settleOptions } from "./options/settle_options.ts";
import { published } from "./result/value.ts";
import { makeModel } from "./result/make_model.ts";
import { derived, type Model } from "./result/model.ts";

/** Cells as the fit takes them. */
interface CellData {
  readonly frame: Frame;
  /** Name of the column of frequencies. */
  readonly count: string;
  readonly means: ResponseMeans | null;
}

/** What is known of the response whose sums suffice: the part of {@link ResponseMeans} that no cell says. */
type ResponseFacts = Pick<ResponseMeans, "constant" | "range">;

/** What a fit of cells is told of all rows. */
interface CellFit {
  readonly formula: string;
  readonly given: FitOptions;
  readonly question: Question;
  readonly family: Family;
  readonly plan: PlannedCells;
  readonly facts: ResponseFacts | null;
}

/**
 * The model of the different rows, each as often as it occurs: the log-likelihood of equal rows is a multiple of one's, so frequencies leave
 * nothing out. Where the log-likelihood is linear in the response, rows are one that are equal in all else. Covariates that are binned
 * make few rows of the many in a cell, and the same model of cells twice as wide says what that leaves out.
 */
export async function fitCells(
  formula: string,
  source: SqlSource,
  given: FitOptions,
  bins?: Bins,
): Promise<Model> {
  const names = await source.columns(), question = questionOf(formula, names, given);
  const family = familyOf(settleOptions(given)), texts = sufficientResponse(formula, names, given);
  const { plans, texts: smooth } = await binsFor(formula, source, question, given, bins);
  let plan = await source.plannedCells(question, texts, plans);
  const facts = plan.sums && await factsOf(plan.sums, family);
  if (plan.sums && !facts) plan = await source.plannedCells(question, null, plans);
  const { planned: { obstacle }, n } = plan, cells = plan.sums ?? plan.cells;
  if (obstacle !== null) throw new RangeError(obstacle);
  if (smooth.length > 0) await source.assertFinite(question.used, smooth, plan.states); // nodes may be where no row is
  const filled = { cells, values: await fetchCells(cells) }, count = filled.values.sums[0].length;
  const fit: CellFit = { formula, given, question, family, plan, facts };
  if (cells.bins.length === 0) return published(await modelOf(fit, filled, [told(n, count, facts !== null)]));
  const wide = await modelOf(fit, halvedCells(filled), []), model = await modelOf(fit, filled, []);
  const text = toldBins(cells.bins, { n, cells: count }, coarser(model, wide));
  return published(derived(model, { messages: Object.freeze([text, ...model.messages]) }));
}

async function modelOf(fit: CellFit, filled: FilledCells, told: readonly string[]): Promise<Model> {
  const { formula, given, family, plan, facts, question: { used } } = fit;
  const { frame, count, means } = await dataOf(filled, family, facts);
  const options = { ...given, weights: withCount(given.weights, count, family, means !== null) };
  const { n: rows, states, cells: { bins } } = plan, binned = bins.map(({ used: { name } }) => name);
  const all = { rows, states, means, binned, ranges: rangesOf(plan), used, weights: given.weights };
  const fitting = planFit(formula, frame, withCells(options, all));
  const messages = [...incomplete(plan, given), ...told, ...fitting.design.messages];
  const engine = optimise({ ...fitting, design: { ...fitting.design, messages } });
  const again = engineAgain(formula, frame, fitting, engine);
  return makeModel(formula, frame, fitting.family, engine, fitting.options, again);
}

/** Columns of numbers that the rows of the fit do not have as they are: binned ones, and those of a response whose sums suffice. */
function rangesOf({ cells: { bins }, sums, numbers }: PlannedCells): CellOptions["ranges"] {
  const others = [...bins, ...sums?.stand ?? []].filter(({ used: { name } }) => Object.hasOwn(numbers, name));
  return Object.fromEntries(others.map(({ used: { name } }) => {
    const { mean, min, max } = numbers[name];
    return [name, { mean: mean!, min: min!, max: max! }];
  }));
}

/** Cells as rows of a frame; with what is known of the response their means of it. */
async function dataOf(
  filled: FilledCells,
  { name }: Family,
  facts: ResponseFacts | null,
): Promise<CellData> {
  const { cells } = filled, { keys, sums: [n, ...sums], at } = nodesOf(filled);
  const binned = cells.bins.map(({ used }, j) => ({ used, values: at[j] }));
  if (facts === null) {
    const { frame, sums: [count] } = await cellFrame(cells, { keys, sums: [n] }, ["rows"], binned);
    return { frame, count, means: null };
  }
  const means = sums.map((s, k) => s.map((v, i) => n[i] > 0 ? v / n[i] : k)); // a row that counts nothing: no success in one trial
  const stand = (cells as ResponseCells).stand.map(({ used, first, others }) => ({
    used,
    values: Array.from(n, (_, i) => i === 0 ? first : others),
  }));
  const names = ["rows", "mean response", ...means.length > 1 ? ["mean trials"] : []];
  const { frame, sums: [count, y, trials = null] } = await cellFrame(
    cells,
    { keys, sums: [n, ...means] },
    names,
    [...binned, ...stand],
  );
  return { frame, count, means: { family: name, y, trials, ...facts } };
}

/** The mean of the terms of the log-likelihood without a parameter; null for values that the family does not take. */
async function factsOf(cells: ResponseCells, { usesTrials }: Family): Promise<ResponseFacts | null> {
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
