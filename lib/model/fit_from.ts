/** fitFrom(): formula and source → questions → recipe → sums → objective → optimum → model. */
import { type Kind, type Kinds, kinds, noMore } from "../check.ts";
import { changed } from "../formula/absent_rows.ts";
import { designRecipe } from "../formula/recipe.ts";
import { rowlessDesign } from "../formula/rowless_design.ts";
import type { Design } from "../formula/types.ts";
import { type Independence, independentOf } from "../source/independent.ts";
import type { RowSource } from "../source/open_source.ts";
import { SqlSource } from "../source/sql/sql_source.ts";
import type { Source, Sums } from "../source/source.ts";
import type { CrossProducts } from "./objective/cross_products.ts";
import { crossProductsOf, shareLeft, spreadOfResponse } from "./objective/source_sums.ts";
import { openWatched, SOURCE_OPTIONS, type SourceOptions } from "./source_options.ts";
import { fitCells } from "./fit_cells.ts";
import { optimise } from "./optimum/optimise.ts";
import { obstacle } from "./options/sums_suffice.ts";
import { checkArguments, FIT_OPTIONS } from "./options/check_options.ts";
import type { FitOptions } from "./options/options.ts";
import { familyOf, partFormulas } from "./options/part_formulas.ts";
import { settleOptions } from "./options/settle_options.ts";
import { published } from "./result/value.ts";
import { makeModel } from "./result/make_model.ts";
import type { Model } from "./result/model.ts";
import { assertTerms, withGroupsBy } from "./source_terms.ts";

/**
 * Options of {@link fitFrom}: those of fit(), and what goes with a database.
 *
 * @category Fit
 */
export interface FitFromOptions extends FitOptions, SourceOptions {
  /**
   * Bins covariates of models that are fitted from different rows: the number of intervals of each (`{ age: 50 }`), or one number for every
   * column but the response that has more than twice as many values. Nothing is taken for its middle: the rows of a cell are replaced by a few
   * weighted ones that have their moments, those with the response too, so that 20 to 100 bins leave an error far below a standard
   * error, which `model.messages` states. The formula may use `log(x)`, `poly(x, 2)` and the like of them, nothing that jumps
   * (`factor(x)`, `cut(x)`, `x > 3`).
   */
  bins?: number | Readonly<Record<string, number>>;
}

/** As many intervals can be halved. */
const intervals: Kind = {
  should: "a whole number, 2 or more",
  is: kinds.count.is,
  within: (value: number) => Number.isSafeInteger(value) && value >= 2,
};

/** The kinds of these options. */
export const FIT_FROM_OPTIONS: Kinds<FitFromOptions> = {
  ...FIT_OPTIONS,
  ...SOURCE_OPTIONS,
  bins: kinds.anyOf(intervals, kinds.recordOf(intervals, "{ age: 50 }")),
};

/** Share of the response that is left by X below which the sums are formed again, from residuals. */
const LITTLE = 1e-4;

/**
 * Fits a mixed model to rows that stay where they are. Gaussian models with identity link and structures
 * of levels (`(x | g)`, `(x || g)`, `(x | g, by = f)`, `cs`, `toep`, `rr`, `ar1` of up to 12 occasions) are fitted
 * from levels, means and sums of products, which the source answers with: the fit, which is the one of {@link fit}, sees nothing else.
 * All others are fitted from the different rows and their numbers, which the engines of the next paragraph find: nothing is lost, if
 * the covariates have few values; where they are too many, the error says which column is to be binned (option `bins`).
 *
 * A database, DuckDB (which also reads Parquet files) and polars add up by queries that are made of the formula's tree, `log(x)`,
 * `x * f`, `poly(x, 2)` and all: one for counts and means, one for the levels of each factor, then one for the products of X, one for
 * each grouping factor and one for each pair of them, of columns less their means. What comes back is of the size of the levels and of
 * the pairs of crossed levels. Only SELECT is sent.
 *
 * The model is an ordinary one (summary, tidy, ranef, emmeans, anova, predict with new data, confint, report, saveModel). What needs
 * the rows, such as residuals, simulations and checks, takes what {@link sampleFrom} makes of it: the same model with a random sample of
 * its rows; {@link augmentFrom} goes through all of them.
 *
 * @param formula R's formula language, as for fit()
 * @param source where the rows are: the path of Parquet files (`"rows/*.parquet"`), a connection of DuckDB or a client of another
 *   database ({@link SqlClient}) with the option `table`, a lazy frame of polars, {@link fromBlocks}, or any object that answers as
 *   {@link Source} says
 * @returns the fitted model, the same as from fit() of all rows to about 1e-9
 * @throws SyntaxError, TypeError, RangeError as fit(); RangeError where the different rows are too many, TypeError for models that
 *   the source cannot answer for; an Error with the engine's words when a query fails
 * @example
 * ```ts
 * import { dataset, fitFrom, summary } from "@tidyglmm/tidyglmm";
 *
 * const rows = (await dataset("sleepstudy")).lazy(); // or pl.scanParquet("rows.parquet"), or just "rows.parquet"
 * console.log(summary(await fitFrom("Reaction ~ Days + (Days | Subject)", rows)));
 * ```
 * Source: Bates et al. (2015), J. Stat. Softw. 67(1), section 3: the profiled deviance depends on the data only by these sums.
 * @category Fit
 */
export async function fitFrom(
  formula: string,
  source: RowSource,
  options: FitFromOptions = {},
): Promise<Model> {
  noMore("fitFrom", arguments, 3);
  checkArguments(formula, options, "fitFrom", FIT_FROM_OPTIONS);
  return await withSource(source, options, "fitFrom", async (source, fitting, bins) => {
    const settled = settleOptions(fitting), open = obstacle(familyOf(settled), settled);
    if (open === null) return await fitSums(formula, source, withoutBins(settled, bins));
    if (source instanceof SqlSource) return await fitCells(formula, source, fitting, bins);
    throw open;
  });
}

/** Opens a source, uses it and closes it, telling of its queries meanwhile. */
export async function withSource<T>(
  given: RowSource,
  { table, onQuery, signal, bins, ...fitting }: FitFromOptions,
  caller: string,
  use: (source: Source, fitting: FitOptions, bins: FitFromOptions["bins"]) => Promise<T>,
): Promise<T> {
  const opened = await openWatched(given, { table, onQuery, signal }, caller, "Fitting");
  try {
    return await use(opened.source, fitting, bins);
  } finally {
    await opened.close();
  }
}

/**
 * The options of a model of sums of products.
 * @throws {TypeError} With bins, which such a model does not need.
 */
export function withoutBins(settled: FitOptions, bins: FitFromOptions["bins"]): FitOptions {
  if (bins === undefined) return settled;
  throw new TypeError(
    "Cannot use bins with this model: it is fitted from sums of products, which have every value of a covariate; leave the option out",
  );
}

/** A model of sums: the source has said what its rows are, the sums are still to be asked for. */
export async function planSums(formula: string, source: Source, settled: FitOptions) {
  const family = familyOf(settled), { weights, offset, contrasts, levels, missing } = settled;
  const spec = { formula, predictors: partFormulas(family, {}, settled) };
  const reading = { usesTrials: family.usesTrials, weights, offset, contrasts, levels, missing };
  const making = rowlessDesign(spec, await source.columns(), reading), { used, factors } = making.question;
  const places = factors.find((text) => /^numFactor\(/.test(text));
  if (places !== undefined) {
    throw new TypeError(
      `Cannot use ${places} from a source: structures over times and places need the rows; collect them in a data frame and use fit()`,
    );
  }
  const description = await source.describe(making.question), whole = making.design(description);
  assertTerms(whole);
  return { family, making, description, whole, plan: { recipe: whole.recipe, used, less: null } };
}

async function fitSums(formula: string, source: Source, settled: FitOptions): Promise<Model> {
  const { family, making, description, plan } = await planSums(formula, source, settled);
  const sums = await source.crossProducts(plan);
  const independent = independentOf(sums),
    design = withGroupsBy(making.design(description, independent, rowsOf(sums)), sums);
  assertEstimable(sums, design);
  const messages = nearlyDependent(independent, design);
  const products = await refined(source, plan, design, sums, independent.kept);
  const engine = optimise({
    design,
    family,
    closed: true,
    reml: settled.reml ?? true,
    sums: products,
    quadrature: 1,
    control: settled.control,
  });
  if (engine.kind === "gaussian") messages.push(...lostDigits(engine.objective.shareLeft));
  const told = changed(design, { messages: [...messages, ...design.messages] });
  return published(makeModel(formula, null, family, { ...engine, design: told }, settled));
}

/** Below this share of the sums differences of them keep nothing that could be told from rounding. */
const HOPELESS = 1e-9;

/** Groups that differ thousands of times more than the residuals: differences of sums lose digits. */
function lostDigits(share: number): string[] {
  if (share === 1) return [];
  const cause =
    "the groups differ thousands of times more than the residuals, which are differences of nearly equal sums";
  const remedy = "with the rows in a data frame fit() has them all";
  if (share < HOPELESS) throw new RangeError(`Cannot fit from this source: ${cause}; ${remedy}`);
  return [
    `About ${Math.round(13 + Math.log10(share))} digits of the estimates are right: ${cause}; ${remedy}.`,
  ];
}

function nearlyDependent({ near }: Independence, { predictors: [{ names }] }: Design): string[] {
  return near.map(({ column, digits }) =>
    `Column "${
      names[column]
    }" is nearly a linear combination of earlier ones: sums of products leave about ${digits} digits of its ` +
    "coefficient; scale(x) and poly(x, 2) in place of x and powers of x have more"
  );
}

/** The sums; where X leaves so little of the response that differences of them lose digits, those of its residuals. */
async function refined(
  source: Source,
  plan: { readonly recipe: Design["recipe"]; readonly used: readonly string[] },
  design: Design,
  sums: Sums,
  kept: readonly number[],
): Promise<CrossProducts> {
  const products = crossProductsOf(design, sums, kept), { basis, origin, unit, size } = products;
  if (kept.length === 0 || shareLeft(products, sums) > LITTLE) return products;
  const beta = basis.coefficients(origin.map((v) => unit * v));
  const less = new Float64Array(sums.centre.length - 1);
  kept.forEach((j, a) => less[j] = beta[a]);
  return { ...crossProductsOf(design, await source.crossProducts({ ...plan, less }), kept, beta), size };
}

function rowsOf({ factors }: Sums): Record<string, Int32Array> {
  return Object.fromEntries(factors.map(({ group, rows }) => [group, rows]));
}

function assertEstimable(sums: Sums, { response: { name }, predictors: [{ X }], recipe }: Design): void {
  const { weights } = designRecipe(recipe),
    { total, rows, products } = sums,
    square = products.at(-1)!.at(-1)!;
  if (!(total > 0)) throw new RangeError("Cannot fit: all weights are 0, at least one row must count");
  if (!Number.isFinite(square)) {
    throw new RangeError(
      `Cannot fit: the squares of the response "${name}" are beyond what a number holds; measure it in another unit`,
    );
  }
  const at = Math.abs(sums.centre.at(-1)! + sums.sums.at(-1)! / total);
  if (!(spreadOfResponse(sums) > 4 * Number.EPSILON * at)) { // the mean itself is rounded
    throw new RangeError(
      `Cannot fit: the response "${name}" is the same in every row used (${rows}), there is nothing to explain`,
    );
  }
  const p = X.length, counts = weights?.role === "frequency";
  if (rows > p && (!counts || total > p)) return;
  throw new RangeError(
    `Cannot fit: ${
      counts ? `frequency weights that count ${Number(total.toPrecision(6))} observations in ` : ""
    }${rows} rows do not ` +
      `determine ${p} coefficients and the residual variance; use fewer terms or more rows`,
  );
}
