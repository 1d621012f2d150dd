/** The memory of a design: plain JSON from which X, Z and offsets are rebuilt for new data. */
import type { GroupMemory } from "./grouping.ts";
import type { Layout } from "./layout.ts";
import type { CodingName } from "./model_matrix.ts";
import type { Recipe } from "./types.ts";
import type { Role } from "./uses.ts";
import type { State } from "./values.ts";

/** A variable of a term, as the fit saw it. */
export type VariableMemory =
  | { readonly kind: "numeric" }
  | { readonly kind: "matrix" }
  | { readonly kind: "factor"; readonly levels: readonly string[]; readonly coding: CodingName };

export interface RandomMemory {
  readonly label: string;
  readonly structure: string;
  readonly structureArguments: Readonly<Record<string, number | string | boolean>>;
  readonly group: string;
  readonly layout: Layout;
  readonly groups: GroupMemory;
  /** The factor whose levels are positions, and those. */
  readonly position: { readonly text: string; readonly labels: readonly string[] } | null;
}

/** What a column that was dropped is in the rows of the fit: constant + Σ value_k x_{at_k} over kept columns of the layout. */
export interface AliasMemory {
  readonly column: number;
  /** Not 0 only where another part holds the intercept. */
  readonly constant: number;
  readonly at: readonly number[];
  readonly value: readonly number[];
  /** Its root mean square there. */
  readonly size: number;
}

/** One linear predictor. */
export interface PartMemory {
  readonly part: string;
  readonly formula: string;
  readonly layout: Layout;
  /** Columns of the layout that are kept; the others are linear combinations of them. */
  readonly kept: readonly number[];
  /** Of the others those that are combinations of them; not those that were dropped for lying far from 0. */
  readonly aliased: readonly AliasMemory[];
  readonly random: readonly RandomMemory[];
  /** Another part holds the constant: no column is its intercept. */
  readonly intercept?: "elsewhere";
  /** Expressions added up. */
  readonly offsets: readonly string[];
}

/** A column of the data that a model uses, with what is needed to make a typical or a new value of it. */
export interface RecipeVariable {
  readonly name: string;
  readonly kind: "numeric" | "factor";
  /** Roles in the model: part and what for. */
  readonly roles: readonly { readonly part: string; readonly role: Role }[];
  /** Factor: levels in the rows used, and the most common of them. */
  readonly levels: readonly string[] | null;
  readonly mostCommon: string | null;
  readonly ordered: boolean;
  readonly boolean: boolean;
  /** Number: over the rows used. */
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Number: its distinct values in order when it is made a factor in the formula, or when there are at most ten. */
  readonly values: readonly number[] | null;
  /** The formula makes a factor of this numeric column, as factor(x) does. */
  readonly asFactor: boolean;
}

/** Everything a design remembers. */
export interface DesignRecipe extends Recipe {
  readonly version: 1;
  readonly response: string;
  /** Categories of the response in their order; null where it has none. */
  readonly categories?: readonly string[] | null;
  /** What weights mean, and their expression; null without. */
  readonly weights: { readonly role: "trials" | "frequency" | "precision"; readonly text: string } | null;
  readonly parts: readonly PartMemory[];
  /** Variables of terms by their text. */
  readonly variables: Readonly<Record<string, VariableMemory>>;
  /** What transforms remember, by the call's text. */
  readonly states: Readonly<Record<string, State>>;
  readonly columns: readonly RecipeVariable[];
}

/**
 * The data columns that a model uses, in the order in which the formula mentions them: what prediction grids and
 * marginal means are made of.
 */
export function recipeVariables(recipe: Recipe): readonly RecipeVariable[] {
  return (recipe as DesignRecipe).columns;
}

/** Categories of the response in their order; null where it has none. */
export function recipeCategories(recipe: Recipe): readonly string[] | null {
  return (recipe as DesignRecipe).categories ?? null;
}

/** The recipe with its fields' types. */
export function designRecipe(recipe: Recipe): DesignRecipe {
  return recipe as DesignRecipe;
}
