/** What a fit of the different rows of a source is told of all of them; goes with the options, so that other fits of the same rows have it too. */
import type { State } from "../../formula/values.ts";
import type { Frame } from "../../frame.ts";
import { readNumeric } from "../../frame.ts";
import { designRecipe } from "../../formula/recipe.ts";
import type { Design, Recipe } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";

/** Not an option that a caller gives: those of a model that was made from cells have it. */
const CELLS: unique symbol = Symbol("cells");

/** All rows, as far as the different ones do not say. */
export interface CellOptions {
  /** Their number. */
  readonly rows: number;
  /** What functions of the formula remember of all rows. */
  readonly states: Readonly<Record<string, State>>;
  /** The response of a row stands for those of all rows in its cell. */
  readonly means: ResponseMeans | null;
  /** Columns of which the rows of the fit have nodes of intervals. */
  readonly binned: readonly string[];
  /** Over all of them, of columns that the rows of the fit have other values of. */
  readonly ranges: Readonly<
    Record<string, { readonly mean: number; readonly min: number; readonly max: number }>
  >;
  /** Columns that the model uses of them. */
  readonly used: readonly string[];
  /** The weights of all rows. */
  readonly weights: FitOptions["weights"];
}

/** Columns that hold means over the rows of a cell, whose number is the frequency weight. */
export interface ResponseMeans {
  /** The family whose log-likelihood knows its rows by these. */
  readonly family: string;
  readonly y: string;
  readonly trials: string | null;
  /** Mean over the rows of the terms of the log-likelihood that hold no parameter. */
  readonly constant: number;
  /** Of the response over the rows. */
  readonly range: { readonly mean: number; readonly min: number; readonly max: number };
}

/** The options with what goes with them; unchanged where that is nothing. */
export function withCells(options: FitOptions, cells: CellOptions | null): FitOptions {
  return cells === null ? options : { ...options, [CELLS]: cells } as FitOptions;
}

export function cellsOf(options: FitOptions): CellOptions | null {
  return (options as { [CELLS]?: CellOptions })[CELLS] ?? null;
}

/** The options of a fit of all rows. */
export function optionsOfRows(options: FitOptions): FitOptions {
  const cells = cellsOf(options);
  if (cells === null) return options;
  const { [CELLS as never]: _, ...rest } = options as FitOptions & { [CELLS]: CellOptions };
  return { ...rest, weights: cells.weights };
}

/**
 * The design with the means of its cells for a response, and what is known of all rows.
 * @throws {RangeError} For another family than they suffice for.
 */
export function withCellFacts(
  design: Design,
  data: Frame,
  family: Family,
  { rows, means, ranges }: CellOptions,
): Design {
  const whole = { ...design, counted: rows };
  if (means === null) return withRanges(whole, ranges);
  if (family.name !== means.family || family.made !== undefined || design.predictors.length > 1) {
    throw new RangeError(
      `Cannot fit another family from these rows: they are sums over rows with equal predictors, which determine family "${means.family}" ` +
        "alone; fitFrom(formula, source, options) asks the source anew",
    );
  }
  const { y, trials, constant, range } = means, { name } = design.response;
  const response = { ...design.response, y: readNumeric(data, y), constant };
  return withRanges({
    ...whole,
    response: trials === null ? response : { ...response, trials: readNumeric(data, trials) },
  }, { ...ranges, [name]: range });
}

/** Numbers that the rows of the fit stand for have these ranges. */
function withRanges(design: Design, ranges: CellOptions["ranges"]): Design {
  const recipe = designRecipe(design.recipe);
  const columns = recipe.columns.map((each) =>
    each.kind === "numeric" && Object.hasOwn(ranges, each.name)
      ? { ...each, ...ranges[each.name], values: null }
      : each
  );
  return { ...design, recipe: { ...recipe, columns } as Recipe };
}
