/** Formulas and data → response, X, Z, offsets, and the recipe that rebuilds them for new data. */
import type { Frame } from "../frame.ts";
import { completeRows } from "./complete_rows.ts";
import { DataColumns } from "./data_columns.ts";
import { describeColumns } from "./describe.ts";
import { Evaluator } from "./evaluate.ts";
import { checkNumberText } from "./number_text.ts";
import { PredictorBuilder, ROWS_AT_HAND } from "./predictor.ts";
import { namesUsed, readChecked, readingMessages } from "./read_model.ts";
import { remember } from "./remember.ts";
import { readResponse } from "./response.ts";
import type { Options, Spec } from "./spec.ts";
import type { Design } from "./types.ts";
import { Variables } from "./variables.ts";

export type { Options as DesignOptions, Spec as DesignSpec } from "./spec.ts";

/**
 * Builds everything that a fit needs from formulas and data.
 *
 * Rows with a missing value in any column used are left out and reported; factors lose levels that do not occur;
 * columns of X that are linear combinations of earlier ones are dropped and reported.
 *
 * @param spec The formula of the mean and those of the further linear predictors.
 * @param frame The data.
 * @param options How to read them.
 * @throws {SyntaxError} When a formula cannot be read; the message shows the place.
 * @throws {RangeError} When a column does not exist, a computed value is not finite, a factor has one level, no row is
 *   complete, or weights and trials are outside their range.
 * @throws {TypeError} When a column is of a kind that its place does not take.
 *
 * Source: Chambers & Hastie (1992), Statistical Models in S, chapter 2; Bates, Mächler, Bolker & Walker (2015),
 * Fitting linear mixed-effects models using lme4, J. Stat. Softw. 67(1), section 2 (random terms).
 */
export function buildDesign(spec: Spec, frame: Frame, options: Options): Design {
  const columns = new DataColumns(frame, options.levels);
  const model = readChecked(spec, columns, options), names = namesUsed(model, columns);
  const textMessages = checkNumberText(columns, model.uses, options.contrasts ?? {});
  const complete = completeRows(columns, names, options.missing ?? "omit");
  const evaluator = new Evaluator(columns, options.states);
  const variables = new Variables(evaluator, complete.rows, columns.n, options.contrasts ?? {});
  const response = readResponse(model, variables, complete.rows, options);
  const builder = new PredictorBuilder(variables, complete.rows.length, ROWS_AT_HAND);
  const { categories = null } = response.response;
  const [mean] = model.parts, own = { ...mean, intercept: options.intercept };
  const further = model.further({ categories }), uses = model.usesOf(further);
  const parts = [own, ...further].map((part, k) =>
    builder.build(part, k === 0 ? model.offset?.node ?? null : null)
  );
  variables.assertContrastsUsed();
  const recipe = remember(
    model,
    { name: response.response.name, categories },
    parts.map(({ memory }) => memory),
    variables,
    evaluator,
    describeColumns(columns, uses, complete.rows, response.weights),
  );
  return {
    n: complete.rows.length,
    response: response.response,
    predictors: parts.map(({ design }) => design),
    weights: response.weights,
    precision: response.precision,
    rows: complete.rows,
    rowsGiven: columns.n,
    messages: [
      ...readingMessages(model),
      ...textMessages,
      ...complete.messages,
      ...variables.messages,
      ...response.messages,
      ...builder.messages,
    ],
    recipe,
  };
}
