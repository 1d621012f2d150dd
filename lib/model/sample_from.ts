/** sampleFrom(): rows of the source back to the model that was fitted there, as many as are to be looked at. */
import { checkOptions, type Kinds, kinds, noMore } from "../check.ts";
import { noColumn } from "../formula/data_columns.ts";
import { readFurtherRows } from "../formula/further_rows.ts";
import { designRecipe } from "../formula/recipe.ts";
import type { Frame } from "../frame.ts";
import type { RowSource } from "../source/open_source.ts";
import { sampleRows } from "../source/sample_rows.ts";
import type { RowsWanted, Source } from "../source/source.ts";
import { cellsOf, optionsOfRows } from "./options/cells.ts";
import { partFormulas } from "./options/part_formulas.ts";
import { withResidual } from "./options/residual_option.ts";
import type { Model } from "./result/model.ts";
import { ownModel } from "./result/model_argument.ts";
import { inWords, withSample } from "./result/sample.ts";
import { sampleSolution } from "./result/sample_solution.ts";
import { solutionOf } from "./result/solution.ts";
import { published } from "./result/value.ts";
import { openWatched, SOURCE_OPTIONS, type SourceOptions } from "./source_options.ts";

/**
 * Options of {@link sampleFrom}.
 *
 * @category Fit
 */
export interface SampleFromOptions extends SourceOptions {
  /** How many rows are drawn (10,000); all of them where there are no more. */
  rows?: number;
  /** Whole number of 32 bits that the sample depends on (123). */
  seed?: number;
  /** Further columns beside those of the model, to draw residuals against. */
  columns?: readonly string[];
}

const OPTIONS: Kinds<SampleFromOptions> = {
  ...SOURCE_OPTIONS,
  rows: kinds.count,
  seed: kinds.seed,
  columns: kinds.listOf(kinds.text),
};

/**
 * The same model with a random sample of the rows that it was fitted to, for everything that looks at rows: `residuals`, `fitted`, `augment`,
 * `simulate`, `simulateResiduals` and its tests, `checkModel`, `checkPredictions`, `meanVariance`, `variogram`, and the points of figures.
 * Estimates and random effects are those of all rows; tables and figures say that their rows are a sample.
 *
 * It is a simple random sample of the rows without missing values. The same seed gives the same rows, as long as they are the same and lie as
 * they lie (DuckDB, polars, tables of PostgreSQL, Snowflake and Spark; {@link fromBlocks} in its order); elsewhere (views of PostgreSQL, Trino,
 * BigQuery, ClickHouse) the engine draws others every time, and `model.messages` says so.
 *
 * @param model what {@link fitFrom} gave
 * @param source the source that it was fitted to
 * @returns the model; what fits again (`refit`, `bootstrap`, `drop1`) needs all rows and takes the one without a sample
 * @throws TypeError for a model that was loaded from JSON, or has a term in the residual's place; RangeError for a source that lacks columns
 *   of the model or has groups that the fit has not seen; an Error with the engine's words when a query fails
 * @example
 * ```ts
 * import { dataset, fitFrom, sampleFrom, simulateResiduals } from "@tidyglmm/tidyglmm";
 *
 * const rows = (await dataset("InstEval")).lazy();
 * const model = await fitFrom("y ~ service + (1 | s) + (1 | d)", rows);
 * simulateResiduals(await sampleFrom(model, rows, { rows: 2000 }), { n: 50 });
 * ```
 * @category Fit
 */
export async function sampleFrom(
  model: Model,
  source: RowSource,
  options: SampleFromOptions = {},
): Promise<Model> {
  noMore("sampleFrom", arguments, 3);
  const own = ownModel(model, "sampleFrom");
  checkOptions("sampleFrom", options, OPTIONS);
  assertRows(own);
  const { rows = 10_000, seed = 123, columns = [] } = options;
  const opened = await openWatched(source, options, "sampleFrom", "Drawing rows");
  try {
    const wanted = await rowsWanted(own, opened.source, columns);
    const { frame, of, repeatable } = await sampleRows(opened.source, wanted, rows, seed);
    return published(modelAtRows(own, frame, of, repeatable ? `seed ${seed}` : "another one every time"));
  } finally {
    await opened.close();
  }
}

/** @throws {TypeError} For a model whose fit is not here, or whose rows are no rows of their own. */
export function assertRows(model: Model): void {
  solutionOf(model, "its rows");
  const term = model.random.find(({ residual }) => residual);
  if (!term) return;
  throw new TypeError(
    `Cannot take some rows of this model: (${term.label}) stands in the residual's place, so that a row's residual depends on the others of its group`,
  );
}

/** The columns of the model and further ones, all of which the source must have. */
export async function rowsWanted(
  model: Model,
  source: Source,
  further: readonly string[],
): Promise<RowsWanted> {
  const names = await source.columns(),
    used = cellsOf(model.options)?.used ?? designRecipe(model.recipe).columns.map(({ name }) => name);
  const lacking = [...used, ...further].find((name) => !names.includes(name));
  if (lacking !== undefined) throw noColumn(lacking, "in the source", "its rows", names);
  return { used, further: [...new Set(further)].filter((name) => !used.includes(name)) };
}

/** The model with these rows of its source. @param of number of rows of the fit, @param drawn how they were drawn */
export function modelAtRows(model: Model, frame: Frame, of: number, drawn = ""): Model {
  const { family } = model, options = optionsOfRows(model.options);
  const { weights, offset, contrasts, levels } = options, { usesTrials, categories, intercept } = family;
  const spec = {
    formula: withResidual(model.formula, options),
    predictors: (shape: Parameters<typeof partFormulas>[1]) => partFormulas(family, shape, options),
  };
  const reading = { usesTrials, categories, intercept, weights, offset, contrasts, levels };
  const rows = readFurtherRows(model.recipe, spec, frame, reading), size = { rows: rows.n, of };
  const told = `Residuals, simulations and figures have ${inWords(size)}${
    drawn && rows.n < of ? `: ${drawn}` : ""
  }.`;
  return withSample(model, { frame, solution: sampleSolution(model, rows, of), ...size }, told);
}
