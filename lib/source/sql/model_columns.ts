/** Columns of X and Z as a query sees them: a product of numbers times one value per level of each factor. */
import * as codings from "../../formula/codings/mod.ts";
import { indicator } from "../../formula/codings/indicator.ts";
import type { Layout, VariableLayout } from "../../formula/layout.ts";
import { parseExpression } from "../../formula/parse.ts";
import type { DesignRecipe } from "../../formula/recipe.ts";
import { type Expr, number, times, total } from "../query/expression.ts";
import { asFactor } from "../translate/factors.ts";
import { lookup } from "../translate/guards.ts";
import { numbersIn } from "../translate/operators.ts";
import type { Translator } from "../translate/translator.ts";
import type { SqlFactor } from "../translate/value.ts";

/** A factor of the formula with its levels. */
export interface CodedFactor {
  readonly text: string;
  readonly factor: SqlFactor;
  readonly levels: readonly string[];
}

/** A factor's part of a column. */
export interface Coded {
  readonly of: CodedFactor;
  /** The column's value at each level. */
  readonly byLevel: readonly number[];
  /** Tells the column from others of the same factor. */
  readonly name: string;
}

/** A column: Π numbers · Π values of levels; without any of them 1. */
export interface ModelColumn {
  readonly numbers: readonly { readonly name: string; readonly of: Expr }[];
  readonly coded: readonly Coded[];
}

/** Makes the columns of layouts. */
export class ModelColumns {
  private readonly factors = new Map<string, CodedFactor>();

  constructor(private readonly recipe: DesignRecipe, private readonly translator: Translator) {}

  /** The intercept, where there is one, and the columns of the terms, the first variable varying fastest. */
  of({ intercept, terms }: Layout): ModelColumn[] {
    const columns = terms.flatMap(({ variables }) =>
      variables.map((each) => this.variable(each)).reduce((left, right) =>
        right.flatMap((b) => left.map((a) => product(a, b)))
      )
    );
    return intercept ? [{ numbers: [], coded: [] }, ...columns] : columns;
  }

  private variable({ variable: text, full }: VariableLayout): ModelColumn[] {
    const value = this.translator.translate(parseExpression(text)), memory = this.recipe.variables[text];
    if (memory.kind === "matrix" && value.kind === "matrix") {
      return value.columns.map((of, k) => numeric(`${text}[${k}]`, of));
    }
    if (memory.kind !== "factor") return [numeric(text, numbersIn(value, text))];
    const of = this.factor(text), coding = full ? indicator : codings[memory.coding];
    return coding.columns(memory.levels).map((byLevel, k) => ({
      numbers: [],
      coded: [{ of, byLevel, name: `${text}\n${full}\n${k}` }],
    }));
  }

  private factor(text: string): CodedFactor {
    const known = this.factors.get(text);
    if (known) return known;
    const memory = this.recipe.variables[text], levels = memory.kind === "factor" ? memory.levels : [];
    const factor = asFactor(this.translator.translate(parseExpression(text)), () => levels)!;
    const made = { text, factor, levels };
    this.factors.set(text, made);
    return made;
  }
}

const numeric = (name: string, of: Expr): ModelColumn => ({ numbers: [{ name, of }], coded: [] });

const product = (a: ModelColumn, b: ModelColumn): ModelColumn => ({
  numbers: [...a.numbers, ...b.numbers],
  coded: [...a.coded, ...b.coded],
});

/** The column's factor by conditions on rows. */
export function codedExpression({ of: { factor, levels }, byLevel }: Coded): Expr {
  const values = levels.flatMap((level, k) =>
    byLevel[k] === 0 ? [] : [[factor.is(level), byLevel[k]] as const]
  );
  const found = lookup(values);
  return found.kind === "case" ? { ...found, otherwise: number(0) } : found;
}

/** The column in a row; null for 1. */
function rowExpression({ numbers, coded }: ModelColumn): Expr | null {
  const all = [...numbers.map(({ of }) => of), ...coded.map(codedExpression)];
  return all.length === 0 ? null : all.reduce(times);
}

/** Σ β_j x_j in a row. */
export function combinationExpression(columns: readonly ModelColumn[], beta: ArrayLike<number>): Expr {
  const terms = columns.flatMap((column, j) => {
    if (beta[j] === 0) return [];
    const x = rowExpression(column);
    return [x === null ? number(beta[j]) : times(number(beta[j]), x)];
  });
  return terms.length === 0 ? number(0) : total(terms);
}
