/** The reference grid: every factor of a model at its levels, covariates at their means or at chosen values. */
import type { ColumnValues, FactorColumn } from "../../frame.ts";
import { nearestName } from "../../frame.ts";
import { formatNumber } from "../../formula/numbers.ts";
import { type RecipeVariable, recipeVariables } from "../../formula/recipe.ts";
import type { Model } from "../../model/result/model.ts";
import type { Range } from "./grids.ts";

/** One variable of the grid. */
export interface GridDimension {
  readonly name: string;
  /** One label per level. */
  readonly labels: readonly string[];
  /** The numbers behind the labels; null for text and booleans. */
  readonly values: readonly number[] | null;
  readonly ordered: boolean;
  readonly boolean: boolean;
  /** Rows of the data can be counted by its levels: a factor, or a covariate with two values that is kept at both. */
  readonly counted: boolean;
}

/**
 * Values of variables in the grid: a value, a list, or `range(n)` for n evenly spaced values of a covariate.
 *
 * @category Means and comparisons
 */
export type AtValues = Readonly<
  Record<string, string | number | boolean | readonly (string | number | boolean)[] | Range>
>;

type GridValue = string | number | boolean;

/** Parts of the model whose fixed effects and offsets the grid is for. */
export type GridParts = readonly string[];

/**
 * The dimensions of the reference grid in the order of the formula: factors at all levels, covariates at their mean, those
 * with two values at both.
 *
 * @param at values that replace these
 * @throws {RangeError} when `at` names no predictor, a level that a factor does not have, or no value at all
 * Source: Searle, Speed & Milliken (1980), Population marginal means in the linear model: an alternative to least squares
 * means, Am. Stat. 34:216–221; Lenth (2016), Least-squares means: the R package lsmeans, J. Stat. Softw. 69(1).
 */
export function gridDimensions(model: Model, parts: GridParts, at: AtValues = {}): GridDimension[] {
  const variables = predictors(model, parts);
  for (const name of Object.keys(at)) {
    if (variables.some((v) => v.name === name)) continue;
    const near = nearestName(name, variables.map((v) => v.name));
    throw new RangeError(
      `Cannot set "${name}" in at: the predictors are ${quoted(variables.map((v) => v.name))}` +
        (near ? `; did you mean "${near}"?` : ""),
    );
  }
  return variables.map((variable) =>
    dimension(variable, Object.hasOwn(at, variable.name) ? at[variable.name] : undefined)
  );
}

/** Columns behind fixed effects and offsets of some parts. */
export function predictors(model: Model, parts: GridParts): RecipeVariable[] {
  return recipeVariables(model.recipe).filter(({ roles }) =>
    roles.some(({ part, role }) => parts.includes(part) && (role === "fixed" || role === "offset"))
  );
}

function dimension(variable: RecipeVariable, at: AtValues[string] | undefined): GridDimension {
  const { name, ordered, boolean } = variable;
  if (at !== undefined) return chosen(variable, at);
  if (variable.kind === "factor") {
    return { name, labels: variable.levels!, values: null, ordered, boolean, counted: true };
  }
  const kept = variable.asFactor || variable.values?.length === 2;
  return numeric(name, kept ? variable.values! : [variable.mean!], kept);
}

function numeric(name: string, values: readonly number[], counted: boolean): GridDimension {
  return { name, labels: values.map(formatNumber), values, ordered: false, boolean: false, counted };
}

function chosen(variable: RecipeVariable, given: AtValues[string]): GridDimension {
  const { name, ordered, boolean } = variable, isFactor = variable.kind === "factor";
  const at = valuesAt(name, given);
  if (isRange(at)) {
    if (isFactor) {
      throw new RangeError(`Cannot take a range of "${name}" in at: it is a factor; list levels instead`);
    }
    const { min, max } = variable, step = (max! - min!) / (at.n - 1);
    return numeric(
      name,
      Array.from({ length: at.n }, (_, k) => k === at.n - 1 ? max! : min! + k * step),
      false,
    );
  }
  const bad = at.find((value) => typeof value === "number" && !Number.isFinite(value));
  if (bad !== undefined) throw new RangeError(`Cannot set "${name}" in at: ${bad} is not a finite number`);
  const repeated = at.find((value, i) => at.indexOf(value) < i);
  if (repeated !== undefined) throw new RangeError(`Cannot set "${name}" in at: ${repeated} is listed twice`);
  if (isFactor) {
    const labels = at.map((value) => typeof value === "boolean" ? (value ? "TRUE" : "FALSE") : String(value));
    const wrong = labels.find((label) => !variable.levels!.includes(label));
    if (wrong !== undefined) throw outside(name, wrong, variable.levels!);
    return { name, labels, values: null, ordered, boolean, counted: true };
  }
  const values = at.map((value) => {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number === "number" && Number.isFinite(number)) return number;
    throw new TypeError(
      `Cannot set "${name}" in at: ${JSON.stringify(value)} is not a number, and "${name}" is numeric`,
    );
  });
  const wrong = variable.asFactor ? values.find((value) => !variable.values!.includes(value)) : undefined;
  if (wrong !== undefined) throw outside(name, formatNumber(wrong), variable.values!.map(formatNumber));
  return numeric(
    name,
    values,
    variable.asFactor || (variable.values?.every((v) => values.includes(v)) ?? false),
  );
}

/** A value alone is a list of one, as in R. */
function valuesAt(name: string, given: AtValues[string]): readonly GridValue[] | Range {
  if (["string", "number", "boolean"].includes(typeof given)) return [given as GridValue];
  const list = ArrayBuffer.isView(given) ? Array.from(given as unknown as Float64Array) : given;
  if (Array.isArray(list) ? list.length > 0 : isRange(list)) return list as readonly GridValue[] | Range;
  throw notAList(name, given);
}

function isRange(value: unknown): value is Range {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "range";
}

function notAList(name: string, at: unknown): TypeError {
  return new TypeError(
    `Cannot set "${name}" in at: it is ${
      JSON.stringify(at)
    }, it should be a list of values such as { ${name}: [1, 2] } or range(n)`,
  );
}

function outside(name: string, level: string, levels: readonly string[]): RangeError {
  const near = nearestName(level, [...levels]);
  return new RangeError(
    `Cannot set "${name}" in at: "${level}" is not one of its levels ${quoted(levels)}` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}

/** The column of a dimension for the level of every row. */
export function dimensionColumn(dimension: GridDimension, codes: Int32Array): ColumnValues {
  const { name, labels, values, ordered, boolean } = dimension;
  if (values) return Float64Array.from(codes, (code) => values[code]);
  const column: FactorColumn = { kind: "factor", name, codes, missing: 0, levels: labels, ordered, boolean };
  return column;
}

/** A typical value of every column that random effects need: they change neither means nor their standard errors. */
export function typicalColumns(
  model: Model,
  except: ReadonlySet<string>,
  n: number,
): Record<string, ColumnValues> {
  const columns: Record<string, ColumnValues> = {};
  for (const v of recipeVariables(model.recipe)) {
    if (except.has(v.name) || !v.roles.some(({ role }) => role === "random" || role === "group")) continue;
    if (v.kind === "numeric") {
      // A grouping factor made of numbers needs one of them; its mean would be a group that does not exist.
      const isGroup = v.roles.some(({ role }) => role === "group");
      columns[v.name] = new Float64Array(n).fill(isGroup ? v.values?.[0] ?? v.min! : v.mean!);
    } else {
      const code = v.levels!.indexOf(v.mostCommon!);
      columns[v.name] = {
        kind: "factor",
        name: v.name,
        codes: new Int32Array(n).fill(code),
        missing: 0,
        levels: v.levels!,
        ordered: v.ordered,
        boolean: v.boolean,
      };
    }
  }
  return columns;
}

/** "a", "b", "c". */
export function quoted(names: readonly string[], most = 20): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`).join(", ");
  return (shown || "none") + (names.length > most ? ", …" : "");
}
