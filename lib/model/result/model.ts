/** The fitted model: an immutable value. Everything that a user reads of it goes through the functions beside this file. */
import { displayable } from "../../display.ts";
import { columnNames, type Frame, keepRows } from "../../frame.ts";
import { rowsElsewhere } from "../../formula/absent_rows.ts";
import { recipeCategories } from "../../formula/recipe.ts";
import type { FixedTerm, Recipe } from "../../formula/types.ts";
import type { DenseMatrix } from "../../math/dense.ts";
import type { Family, Part } from "../families/family.ts";
import { isInflated, isMassPart, isZeroPart } from "../families/part.ts";
import type { Flat } from "../optimum/directions.ts";
import type { FitOptions } from "../options/options.ts";
import type { Engine } from "../optimum/engine.ts";
import type { Certificate } from "../optimum/optimum.ts";
import { liveEngine, shareEngine } from "./engines.ts";
import type { TermResult } from "./term_result.ts";

export type { TermParameter, TermResult } from "./term_result.ts";

/**
 * Coefficients of one linear predictor.
 *
 * @category The model
 */
export interface PartResult {
  /** "cond", "zi", "oi", "disp" or a shape parameter's name. */
  readonly part: string;
  /** What tables call it: the same, but one name for all thresholds. */
  readonly component: string;
  /** Right-hand side of its formula. */
  readonly formula: string;
  /** R's coefficient names. */
  readonly names: readonly string[];
  /** Terms of the formula with the coefficients that belong to each. */
  readonly terms: readonly FixedTerm[];
  /** Estimates. */
  readonly beta: Float64Array;
  /** First row of this part in the model's covariance matrix. */
  readonly start: number;
  /** Coefficients left out because their columns are linear combinations of others. */
  readonly dropped: readonly string[];
  /** Names of the coefficients that the caller holds at a value (option `fixed`). */
  readonly fixed: readonly string[];
  /** Given by the user (the conditional part always is), so it is shown with the coefficients. */
  readonly shown: boolean;
}

/**
 * How the objective was computed.
 *
 * @category Extend
 */
export type Method =
  | "Laplace approximation"
  | "maximum likelihood"
  | "least squares"
  | "REML"
  | "adaptive Gauss-Hermite quadrature";

/**
 * A fitted generalized linear mixed model.
 *
 * @category The model
 */
export interface Model {
  /** The formula as given. */
  readonly formula: string;
  /** Formulas of zero and one inflation, dispersion, residual covariance, thresholds and shapes, where given. */
  readonly formulas: {
    readonly zeroInflation?: string;
    readonly oneInflation?: string;
    readonly dispersion?: string;
    readonly residual?: string;
    readonly nominal?: string;
    readonly shape?: Readonly<Record<string, string>>;
  };
  /** Distribution and link. */
  readonly family: Family;
  /** Rows used. */
  readonly nobs: number;
  /** Whether the certificate says that this is an optimum. */
  readonly converged: boolean;
  /** Some variance is estimated as zero or some correlation as ±1. */
  readonly singular: boolean;
  /** What happened, in plain language, most important first. */
  readonly messages: readonly string[];
  /** How sure the optimum is, in numbers and in sentences (`text`). */
  readonly certificate: Certificate;
  /** How the likelihood was computed. */
  readonly method: Method;
  /** Restricted maximum likelihood of a model with random effects: `logLik` is then the REML criterion / −2. */
  readonly reml: boolean;
  /** Quadrature points per level, 1 for the Laplace approximation. */
  readonly quadrature: number;
  /** Name of the response. */
  readonly response: string;
  /** Coefficients of every linear predictor: the mean first. */
  readonly parts: readonly PartResult[];
  /** Random-effects terms of every linear predictor. */
  readonly random: readonly TermResult[];
  /** Covariance of the coefficients of all parts, stacked: on the complement of the flat directions. */
  readonly covariance: DenseMatrix;
  /** What the data do not determine of the stacked coefficients: directions along which the likelihood is flat. */
  readonly flat: Flat;
  /** Maximised log-likelihood, constants included. */
  readonly logLik: number;
  /** Number of estimated parameters: coefficients, covariance parameters, dispersion and shapes. */
  readonly npar: number;
  /**
   * Residual degrees of freedom: n − p of least squares, n the number of rows or the sum of frequency weights; elsewhere rows
   * less `npar`.
   */
  readonly dfResidual: number;
  /** Parameters of dispersion and shapes where they are constant, else their mean over rows. */
  readonly parameters: Readonly<Record<string, number>>;
  /** As R's sigma(): residual standard deviation, or the family's dispersion parameter. */
  readonly sigma: number;
  /** What the weights meant. */
  readonly weights: "none" | "trials" | "frequency" | "precision";
  /** Rows of the data given, before those with missing values were left out. */
  readonly rowsGiven: number;
  /** What rebuilds the predictors for new data. */
  readonly recipe: Recipe;
  /** The options given to fit(). */
  readonly options: FitOptions;
  /** The data frame given to fit(); null in a model that was loaded from JSON, and where the rows stay in their source. */
  readonly data: Frame | null;
}

/**
 * The data of a model.
 * @throws TypeError where they are not here
 */
export function dataOf(model: Model, what: string): Frame {
  engineOf(model, what);
  if (model.data === null) throw rowsElsewhere();
  return model.data;
}

/** The rows of the data that the fit used, all columns. */
export function usedRows(model: Model): Frame {
  const data = dataOf(model, "the rows of the fit"), { design } = engineOf(model, "the rows of the fit");
  if (design.n === design.rowsGiven) return data;
  const used = new Array<boolean>(design.rowsGiven).fill(false);
  for (const row of design.rows) used[row] = true;
  return keepRows(data, columnNames(data), used);
}

/** A linear model, as R's lm: σ̂² = RSS/(n − p) and t and F tests with n − p df, while the log-likelihood is the maximum. */
export function isLeastSquares(model: Model): boolean {
  return model.method === "least squares";
}

/** The part of a model by name. */
export function partOf(model: Model, name: string): PartResult {
  const found = model.parts.find((p) => p.part === name);
  if (found) return found;
  throw new RangeError(
    `Cannot find component "${name}": this model has ${
      [...new Set(model.parts.map((p) => `"${p.component}"`))].join(", ")
    }`,
  );
}

/** The parts of a component: one, or all thresholds. */
export function componentOf(model: Model, name: string): PartResult[] {
  const found = model.parts.filter((p) => p.component === name);
  return found.length > 0 ? found : [partOf(model, name)];
}

/** The linear predictors of a model as its family states them. */
export function partsOf({ family, recipe }: Pick<Model, "family" | "recipe">): readonly Part[] {
  return family.parts({ categories: recipeCategories(recipe) });
}

/** One of them by name. */
export function partSpec(model: Pick<Model, "family" | "recipe">, name: string): Part {
  return partsOf(model).find((p) => p.name === name)!;
}

/** Does the model mix in extra zeros? */
export const hasZeroInflation = (model: Pick<Model, "family" | "recipe">): boolean =>
  isInflated(partsOf(model));

/** Does the model mix in a point mass, extra zeros or ones? */
export const hasPointMass = (model: Pick<Model, "family" | "recipe">): boolean =>
  partsOf(model).some(isMassPart);

/** "zero inflation", "one inflation", "zero and one inflation": the point masses of a model. */
export const inflationInWords = (model: Pick<Model, "family" | "recipe">): string =>
  `${
    partsOf(model).filter(isMassPart).map((p) => isZeroPart(p) ? "zero" : "one").sort().reverse().join(
      " and ",
    )
  } inflation`;

/** Is the family's dispersion the standard deviation of a residual, and one number? */
export const hasResidual = ({ family, formulas }: Pick<Model, "family" | "formulas">): boolean =>
  family.residual === true && !formulas.dispersion && !formulas.residual;

const inside = new WeakMap<Model, Model>();

/** Keeps which model a value that users hold is of. */
export function publishedAs(value: Model, model: Model): Model {
  inside.set(value, model);
  return shareEngine(value, model);
}

/** The model inside of what users hold; itself where it is one. */
export function modelInside(model: Model): Model {
  return inside.get(model) ?? model;
}

/** A model with other numbers, and the same fit behind it. */
export function derived(model: Model, changes: Partial<Model>): Model {
  return shareEngine({ ...model, ...changes }, model);
}

/** What a model was computed with, for what needs it, at its optimum. */
export function engineOf(model: Model, what: string): Engine {
  const engine = liveEngine(model);
  if (engine) {
    engine.objective.standAt(engine.optimum.psi); // wherever who used it last has left it
    return engine;
  }
  throw new TypeError(
    `Cannot compute ${what}: this model ${
      model.data
        ? "is a copy, as { ...model } makes one, without the fit behind it; use the model itself"
        : "was loaded from JSON and has no data; fit it again, or use predict() with new data"
    }`,
  );
}

/** Makes a plain object into a model that shows itself as its summary, in a notebook and in a console. */
export function showAs<T extends object>(model: T, text: () => string, html: () => string): T {
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    Object.defineProperty(model, Symbol.for(name), { value: text, enumerable: false });
  }
  return displayable(model, () => ({ "text/plain": text(), "text/html": html() }));
}
