/** Models that no sums determine, from the different rows of a source and their numbers. */
import { reportIncomplete } from "../formula/complete_rows.ts";
import type { Question } from "../formula/description.ts";
import { rowlessDesign } from "../formula/rowless_design.ts";
import type { DistinctRows } from "../source/sql/collapse.ts";
import type { SqlSource } from "../source/sql/sql_source.ts";
import type { Family } from "./families/family.ts";
import { engineAgain, planFit } from "./fit.ts";
import { optimise } from "./optimum/optimise.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf, partFormulas } from "./options/part_formulas.ts";
import { withResidual } from "./options/residual_option.ts";
import { settleOptions } from "./options/settle_options.ts";
import { published } from "./result/value.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";

/**
 * The model of the different rows, each as often as it occurs.
 *
 * The log-likelihood of equal rows is a multiple of one's, so frequencies leave nothing out.
 */
export async function fitCells(formula: string, source: SqlSource, given: FitOptions): Promise<Model> {
  const cells = await source.distinctRows(questionOf(formula, await source.columns(), given));
  const lacking = incomplete(cells, given),
    { frame, count, n } = cells,
    family = familyOf(settleOptions(given));
  const options: FitOptions = { ...given, weights: withCount(given.weights, count, family) };
  const plan = planFit(formula, frame, options),
    counted = { rows: n, made: [count], weights: given.weights },
    design = { ...plan.design, counted };
  const messages = [...lacking, told(cells, design.n), ...design.messages];
  const engine = optimise({ ...plan, design: { ...design, messages } });
  const again = engineAgain(formula, frame, plan, engine);
  return published(makeModel(formula, frame, plan.family, engine, plan.options, again));
}

/** What the formulas use. */
export function questionOf(formula: string, names: readonly string[], given: FitOptions): Question {
  const options = settleOptions(given), family = familyOf(options);
  const { weights, offset, contrasts, levels, missing } = options,
    { usesTrials, categories, intercept } = family;
  const spec = { formula: withResidual(formula, given), predictors: partFormulas(family, {}, options) };
  const reading = { usesTrials, categories, intercept, weights, offset, contrasts, levels, missing };
  return rowlessDesign(spec, names, reading).question;
}

function incomplete({ rowsGiven, n, missing }: DistinctRows, options: FitOptions): readonly string[] {
  const counts = Object.entries(missing).map(([name, count]) => ({ name, count })).filter(({ count }) =>
    count > 0
  );
  return reportIncomplete(rowsGiven, n, counts, options.missing ?? "omit");
}

function told({ n }: DistinctRows, cells: number): string {
  return `${n} rows are ${cells} different ones, which the fit has with their numbers: ` +
    "residuals and simulations have one row for each of these";
}

/** The weights with the number of rows as frequency. */
function withCount(
  given: FitOptions["weights"],
  count: string,
  { usesTrials }: Family,
): FitOptions["weights"] {
  const named = typeof given === "string"
    ? (usesTrials ? { trials: given } : { frequency: given })
    : given ?? {};
  return { ...named, frequency: named.frequency === undefined ? count : `(${named.frequency}) * ${count}` };
}
