/** Columns of X and of random terms, with R's names, from a layout and the variables' values. */
import * as codings from "./codings/mod.ts";
import { indicator } from "./codings/indicator.ts";
import { type DesignColumn, isSparse, MANY_COLUMNS, SparseColumn, timesColumn } from "../math/columns.ts";
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
  readonly values: DesignColumn | null;
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

  /**
   * @param variables The value of each variable by its text.
   * @param sparse Keep only the entries of columns that are mostly zeros, where a factor has many; no row may then be missing.
   */
  constructor(private readonly variables: (text: string) => ModelVariable, private readonly sparse = false) {}

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
    const suffixes = coding.suffixes(value.levels), columns = coding.columns(value.levels);
    const rows = this.sparse && columns.length >= MANY_COLUMNS ? rowsByLevel(value) : null;
    return columns.map((byLevel, j) => ({
      name: variable + suffixes[j],
      values: rows && entries(byLevel, rows, value.codes) || spread(byLevel, value.codes),
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

/** The rows of each level, one level after the other: those of level l are rows[first[l] … first[l + 1]). */
interface RowsByLevel {
  readonly first: Int32Array;
  readonly rows: Int32Array;
}

function rowsByLevel({ codes, levels }: FactorValue): RowsByLevel {
  const first = new Int32Array(levels.length + 1), rows = new Int32Array(codes.length);
  for (let i = 0; i < codes.length; i++) first[codes[i] + 1]++;
  for (let l = 0; l < levels.length; l++) first[l + 1] += first[l];
  const next = first.slice();
  for (let i = 0; i < codes.length; i++) rows[next[codes[i]]++] = i;
  return { first, rows };
}

/** The same as {@link spread} of the rows where it is not 0; null where they are many. */
function entries(
  byLevel: readonly number[],
  { first, rows }: RowsByLevel,
  codes: Int32Array,
): SparseColumn | null {
  const levels = Array.from(byLevel.keys()).filter((l) => byLevel[l] !== 0);
  const count = levels.reduce((sum, l) => sum + first[l + 1] - first[l], 0);
  if (!isSparse(count, codes.length)) return null;
  const at = new Int32Array(count);
  let k = 0;
  for (const l of levels) {
    at.set(rows.subarray(first[l], first[l + 1]), k);
    k += first[l + 1] - first[l];
  }
  if (levels.length > 1) at.sort();
  return new SparseColumn(codes.length, at, Float64Array.from(at, (i) => byLevel[codes[i]]));
}

function products(left: readonly NamedColumn[], right: readonly NamedColumn[]): NamedColumn[] {
  return right.flatMap((b) =>
    left.map((a) => ({ name: `${a.name}:${b.name}`, values: timesColumn(a.values!, b.values!) }))
  );
}
