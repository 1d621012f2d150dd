/** Describes the data's columns that a model uses, for prediction grids. */
import type { DataColumns } from "./data_columns.ts";
import type { RecipeVariable } from "./recipe.ts";
import { namesIn, type Node, walk } from "./tree.ts";
import type { Use } from "./uses.ts";
import { dropUnusedLevels, factorOfNumbers, type FactorValue, takeRows } from "./values.ts";

const categorical = new Set(["factor", "as.factor", "ordered", "interaction"]);
/** Up to this many distinct values of a number are listed. */
const FEW = 10;

/**
 * Describes every column that the expressions mention, over the rows used.
 * @param weights frequencies of these rows, which count in means and in which level is most common
 */
export function describeColumns(
  columns: DataColumns,
  uses: readonly Use[],
  rows: Int32Array,
  weights: Float64Array | null = null,
): RecipeVariable[] {
  const names = [...new Set(uses.flatMap(({ node }) => namesIn(node)))].filter((name) => columns.has(name));
  const asFactor = new Set(uses.flatMap(({ node }) => namesMadeFactors(node)));
  return names.map((name) => {
    const roles = rolesOf(name, uses);
    const all = columns.read(name);
    const value = rows.length < columns.n ? takeRows(all, rows) : all;
    return value.kind === "factor"
      ? { ...describeFactor(name, value, weights), roles }
      : { ...describeNumbers(name, value.values, asFactor.has(name), weights), roles };
  });
}

/** What a column is for. */
export function rolesOf(name: string, uses: readonly Use[]): RecipeVariable["roles"] {
  const roles = new Map(
    uses.filter(({ node }) => namesIn(node).includes(name)).map(({ part, role }) =>
      [`${part} ${role}`, { part, role }] as const
    ),
  );
  return [...roles.values()];
}

/** Columns that an expression makes factors of. */
export function namesMadeFactors(node: Node): string[] {
  const names: string[] = [];
  walk(node, (each) => {
    if (each.kind === "call" && categorical.has(each.name)) names.push(...namesIn(each));
  });
  return names;
}

function describeFactor(
  name: string,
  value: FactorValue,
  weights: Float64Array | null,
): Omit<RecipeVariable, "roles"> {
  const { levels, codes, ordered, boolean } = dropUnusedLevels(value);
  const counts = new Float64Array(levels.length);
  for (let i = 0; i < codes.length; i++) counts[codes[i]] += weights ? weights[i] : 1;
  const mostCommon = levels[counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))];
  const numbers = { mean: null, min: null, max: null, values: null, asFactor: false };
  return { name, kind: "factor", levels, mostCommon, ordered, boolean, ...numbers };
}

function describeNumbers(
  name: string,
  values: Float64Array,
  asFactor: boolean,
  weights: Float64Array | null,
): Omit<RecipeVariable, "roles"> {
  let min = Infinity, max = -Infinity, sum = 0, total = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < min) min = value;
    if (value > max) max = value;
    const weight = weights ? weights[i] : 1;
    sum += weight * value;
    total += weight;
  }
  const mean = sum / total;
  const distinct = asFactor ? factorOfNumbers(values).numbers : fewValues(values);
  const categories = { levels: null, mostCommon: null, ordered: false, boolean: false };
  return { name, kind: "numeric", ...categories, mean, min, max, values: distinct, asFactor };
}

/** The distinct values in order, or null when there are more than a few. */
function fewValues(values: Float64Array): number[] | null {
  const seen: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (seen.includes(values[i])) continue;
    if (seen.push(values[i]) > FEW) return null;
  }
  return seen.sort((a, b) => a - b);
}
