/** Columns of X and of random terms, with R's names, from a layout and the variables' values. */
import * as codings from "./codings/mod.ts";
import { indicator } from "./codings/indicator.ts";
import type { Layout, TermLayout, VariableLayout } from "./layout.ts";
import type { FactorValue, MatrixValue, NumericValue } from "./values.ts";

export type CodingName = keyof typeof codings;

/** A variable with its levels settled and its coding chosen. */
export type ModelVariable =
  | NumericValue
  | MatrixValue
  | (FactorValue & { readonly coding: CodingName });

/** One column with its name; `values` null is a column of ones. */
export interface NamedColumn {
  readonly name: string;
  readonly values: Float64Array | null;
}

/** The columns of all terms; the intercept, when there is one, is the first block. */
export interface Block {
  readonly label: string;
  readonly factors: readonly string[];
  readonly columns: readonly NamedColumn[];
}

/** The variables of the term of each column. */
export const variablesOf = (blocks: readonly Block[]): (readonly string[])[] =>
  blocks.flatMap(({ factors, columns }) => columns.map(() => factors));

/** Makes columns; a column that several terms or parts use is made once. */
export class ModelMatrix {
  private readonly made = new Map<string, readonly NamedColumn[]>();

  /** @param variables The value of each variable by its text. */
  constructor(private readonly variables: (text: string) => ModelVariable) {}

  /**
   * The columns of a layout, term by term. Within an interaction the first factor varies fastest and names are joined
   * by ":" as R does ("a2:b3").
   */
  blocks(layout: Layout): Block[] {
    const terms = layout.terms.map((term) => ({
      label: term.label,
      factors: term.variables.map(({ variable }) => variable),
      columns: this.term(term),
    }));
    if (!layout.intercept) return terms;
    return [
      { label: "(Intercept)", factors: [], columns: [{ name: "(Intercept)", values: null }] },
      ...terms,
    ];
  }

  private term(term: TermLayout): readonly NamedColumn[] {
    const key = term.variables.map(({ variable, full }) => `${variable}\n${full}`).join("\n:\n");
    let columns = this.made.get(key);
    if (columns === undefined) {
      columns = term.variables.map((each) => this.variable(each)).reduce(products);
      this.made.set(key, columns);
    }
    return columns;
  }

  private variable({ variable, full }: VariableLayout): readonly NamedColumn[] {
    const value = this.variables(variable);
    if (value.kind === "numeric") return [{ name: variable, values: value.values }];
    if (value.kind === "matrix") {
      return value.columns.map((values, j) => ({ name: variable + value.suffixes[j], values }));
    }
    const coding = full ? indicator : codings[value.coding];
    const suffixes = coding.suffixes(value.levels);
    return coding.columns(value.levels).map((byLevel, j) => ({
      name: variable + suffixes[j],
      values: spread(byLevel, value.codes),
    }));
  }
}

/** The value of each row's level; NaN where the level is missing. */
function spread(byLevel: readonly number[], codes: Int32Array): Float64Array {
  const table = Float64Array.from(byLevel);
  const values = new Float64Array(codes.length);
  for (let i = 0; i < codes.length; i++) values[i] = codes[i] < 0 ? NaN : table[codes[i]];
  return values;
}

function products(left: readonly NamedColumn[], right: readonly NamedColumn[]): NamedColumn[] {
  return right.flatMap((b) =>
    left.map((a) => ({ name: `${a.name}:${b.name}`, values: multiply(a.values!, b.values!) }))
  );
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  const product = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) product[i] = a[i] * b[i];
  return product;
}
