/** What is asked for the different rows of a source. */
import type { Question } from "../formula/description.ts";
import { NamesOnly } from "../formula/described_columns.ts";
import { namesUsed, readChecked } from "../formula/read_model.ts";
import { rowlessDesign } from "../formula/rowless_design.ts";
import { deparse, namesIn } from "../formula/tree.ts";
import type { ResponseTexts } from "../source/sql/response_sums.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf, partFormulas } from "./options/part_formulas.ts";
import { withResidual } from "./options/residual_option.ts";
import { settleOptions } from "./options/settle_options.ts";

/** What the formulas use. */
export function questionOf(formula: string, names: readonly string[], given: FitOptions): Question {
  const { spec, reading } = readingOf(formula, given);
  return rowlessDesign(spec, names, reading).question;
}

function readingOf(formula: string, given: FitOptions) {
  const options = settleOptions(given), family = familyOf(options);
  const { weights, offset, contrasts, levels, missing } = options,
    { usesTrials, categories, intercept } = family;
  const spec = { formula: withResidual(formula, given), predictors: partFormulas(family, {}, options) };
  const reading = { usesTrials, categories, intercept, weights, offset, contrasts, levels, missing };
  return { spec, reading };
}

/** Families whose log-likelihood is linear in the response but for a constant. */
const LINEAR = ["poisson", "binomial"];

/** The response, where sums of it over rows with equal predictors suffice for a fit; null elsewhere. */
export function sufficientResponse(
  formula: string,
  names: readonly string[],
  given: FitOptions,
): ResponseTexts | null {
  const { spec, reading } = readingOf(formula, given), family = familyOf(settleOptions(given));
  if (!LINEAR.includes(family.name) || family.made !== undefined || spec.predictors.length > 0) return null;
  const columns = new NamesOnly(names), { uses, response, weights } = readChecked(spec, columns, reading);
  const ofResponse = [response, ...Object.values(weights)];
  const elsewhere = new Set(
    uses.filter((use) => !ofResponse.includes(use)).flatMap(({ node }) => namesIn(node)),
  );
  const own = namesUsed({ ...readChecked(spec, columns, reading), uses: ofResponse }, columns).filter((
    name,
  ) => !elsewhere.has(name));
  const used = [...new Set([response, weights.trials].flatMap((use) => use ? namesIn(use.node) : []))];
  if (!used.filter((name) => columns.has(name)).every((name) => own.includes(name))) return null;
  if (own.some((name) => Object.hasOwn(reading.levels ?? {}, name))) return null; // what counts as 1 is settled by the reader
  return {
    response: deparse(response.node),
    trials: weights.trials ? deparse(weights.trials.node) : null,
    frequency: weights.frequency ? deparse(weights.frequency.node) : null,
    own,
    usesTrials: family.usesTrials,
  };
}
