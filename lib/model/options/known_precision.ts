/** The option `known`: what is known of how the levels of a grouping factor are related. */
import { describe } from "../../check.ts";
import { changedTerm } from "../../formula/changed_term.ts";
import { quoteList } from "../../formula/errors.ts";
import { type DesignRecipe, designRecipe, type RandomMemory } from "../../formula/recipe.ts";
import type { Design, GroupPrecision, LevelSum, RandomTerm, Recipe, Relation } from "../../formula/types.ts";
import { choleskyFactor, inverseFromFactor, Matrix } from "../../math/dense.ts";

/**
 * A symmetric matrix as rows, or as an ml-matrix Matrix.
 *
 * @category Fit
 */
export type SquareMatrix = readonly (readonly number[])[] | { to2DArray(): number[][] };

/**
 * Relation of the levels `labels`: their precision (dense, or its non-zero entries), or their covariance.
 *
 * @category Fit
 */
export type Known =
  | { labels: readonly string[]; precision: SquareMatrix }
  | { labels: readonly string[]; covariance: SquareMatrix }
  | {
    labels: readonly string[];
    /** Non-zero entries of the precision by position in `labels`, each pair once (or both triangles). */
    entries: { rows: ArrayLike<number>; cols: ArrayLike<number>; values: ArrayLike<number> };
    /** Sums of levels, by position, that have a precision, which is added at every pair of their members. */
    sums?: readonly { members: ArrayLike<number>; precision: number }[];
  };

/** Entries of an inverse below this share of its largest are rounding error. */
const NOISE = 1e-13;

/** The design with the known precisions, its terms over all labels of theirs. */
export function withKnown(design: Design, known: Readonly<Record<string, Known>> | undefined): Design {
  if (known === undefined || Object.keys(known).length === 0) return design;
  const groups = [...new Set(design.predictors.flatMap((p) => p.random.map((t) => t.group)))];
  const named = design.predictors.flatMap((p) => p.random.map(matrixName));
  const precisions: Record<string, GroupPrecision> = {}, relations: Record<string, Relation> = {};
  for (const [group, given] of Object.entries(known)) {
    if (!groups.includes(group) && !named.includes(group)) {
      throw new RangeError(
        `Cannot use known: "${group}" is not a grouping factor of the model, which has ${
          quoteList(groups) || "none"
        }`,
      );
    }
    const precision = readPrecision(group, given);
    if (groups.includes(group)) precisions[group] = precision;
    if (named.includes(group)) relations[group] = relationFrom(precision, group, given);
  }
  const recipe = designRecipe(design.recipe);
  const parts = recipe.parts.map((part) => ({
    ...part,
    random: part.random.map((m) => withLabels(m, precisions)),
  }));
  return {
    ...design,
    known: precisions,
    predictors: design.predictors.map((p) => ({
      ...p,
      random: p.random.map((t) => withRelation(overLabels(t, precisions), relations)),
    })),
    recipe: { ...recipe, parts } as DesignRecipe as Recipe,
  };
}

/** The matrix that a term's structure names: V in propto(0 + f | g, V). */
function matrixName({ structureArguments }: RandomTerm): string | null {
  const name = structureArguments?.["1"];
  return typeof name === "string" ? name : null;
}

function withRelation(term: RandomTerm, relations: Readonly<Record<string, Relation>>): RandomTerm {
  const name = matrixName(term);
  return name !== null && Object.hasOwn(relations, name)
    ? changedTerm(term, { relation: relations[name] })
    : term;
}

/** The covariance as given, or that of a precision. */
function relationFrom(
  { labels, diagonal, rows, cols, values, sums }: GroupPrecision,
  name: string,
  given: Known,
): Relation {
  if ("covariance" in given) {
    const rows = "to2DArray" in given.covariance ? given.covariance.to2DArray() : given.covariance;
    return { labels, covariance: rows.map((row) => [...row]) };
  }
  const P = Matrix.diag(Array.from(diagonal));
  rows.forEach((i, e) => {
    P.set(i, cols[e], values[e]);
    P.set(cols[e], i, values[e]);
  });
  for (const { members, precision } of sums ?? []) {
    for (const i of members) for (const j of members) P.set(i, j, P.get(i, j) + precision);
  }
  const factor = choleskyFactor(P);
  if (!factor) {
    throw new RangeError(`Cannot use known: { ${name}: … }: the precision is not positive definite`);
  }
  return { labels, covariance: inverseFromFactor(factor).to2DArray() };
}

/** Levels that the precision has, in its order. */
function overLabels(term: RandomTerm, precisions: Readonly<Record<string, GroupPrecision>>): RandomTerm {
  if (!Object.hasOwn(precisions, term.group)) return term;
  const { labels } = precisions[term.group], place = new Map(labels.map((label, k) => [label, k]));
  const missing = term.levels.filter((level) => !place.has(level));
  if (missing.length > 0) {
    throw new RangeError(
      `Cannot use known: the labels of "${term.group}" lack ${missing.length} of its ${term.levels.length} levels: ${
        quoteList(missing.slice(0, 5))
      }${missing.length > 5 ? ", …" : ""}`,
    );
  }
  const at = Int32Array.from(term.levels, (level) => place.get(level)!);
  const of = labels.map(() => -1);
  term.by?.of.forEach((b, l) => of[at[l]] = b);
  return changedTerm(term, {
    levels: labels,
    level: term.level.map((l) => at[l]),
    ...(term.by ? { by: { ...term.by, of } } : {}),
  });
}

function withLabels(
  memory: RandomMemory,
  precisions: Readonly<Record<string, GroupPrecision>>,
): RandomMemory {
  if (!Object.hasOwn(precisions, memory.group)) return memory;
  const { components } = memory.groups;
  if (components.length !== 1) {
    throw new RangeError(
      `Cannot use known for the combinations "${memory.group}": make one column of them and group by that`,
    );
  }
  return {
    ...memory,
    groups: {
      components: [{ text: components[0].text, levels: precisions[memory.group].labels }],
      cells: null,
    },
  };
}

/** @throws TypeError, RangeError naming the group and what is wrong with its matrix */
function readPrecision(group: string, given: Known): GroupPrecision {
  const fail = (what: string) => new RangeError(`Cannot use known: { ${group}: … }: ${what}`);
  if (typeof given !== "object" || given === null || !Array.isArray(given.labels)) {
    throw new TypeError(
      `Cannot use known: { ${group}: … }: it is ${
        describe(given)
      }, it should be { labels, precision }, { labels, covariance } or ` +
        "{ labels, entries: { rows, cols, values } }",
    );
  }
  const labels = given.labels.map(String), seen = new Set<string>();
  const twice = labels.find((label) => seen.has(label) || !seen.add(label));
  if (twice !== undefined) throw fail(`the label "${twice}" is there twice`);
  const precision = "entries" in given
    ? {
      ...sparse(labels, given.entries, fail),
      ...(given.sums ? { sums: readSums(given.sums, labels, fail) } : {}),
    }
    : "precision" in given
    ? fromDense(labels, rowsOf(given.precision, "precision", labels, fail))
    : "covariance" in given
    ? fromDense(labels, inverted(rowsOf(given.covariance, "covariance", labels, fail), fail))
    : null;
  if (precision) return precision;
  throw fail("it has neither precision, covariance nor entries");
}

type Fail = (what: string) => RangeError;

function rowsOf(
  matrix: SquareMatrix,
  name: string,
  labels: readonly string[],
  fail: Fail,
): readonly (readonly number[])[] {
  const rows = "to2DArray" in matrix ? matrix.to2DArray() : matrix, n = labels.length;
  if (rows.length !== n || rows.some((row) => row.length !== n)) {
    throw fail(`the ${name} has ${rows.length} × ${rows[0]?.length ?? 0} entries, there are ${n} labels`);
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const a = rows[i][j], b = rows[j][i];
      if (!Number.isFinite(a)) throw fail(`the ${name} of "${labels[i]}" and "${labels[j]}" is ${a}`);
      if (!(Math.abs(a - b) <= 1e-8 * Math.max(Math.abs(a), Math.abs(b)))) {
        throw fail(`the ${name} is not symmetric: "${labels[i]}", "${labels[j]}" is ${a} and ${b}`);
      }
    }
  }
  return rows;
}

function inverted(rows: readonly (readonly number[])[], fail: Fail): readonly (readonly number[])[] {
  const L = choleskyFactor(new Matrix(rows.map((row) => [...row])));
  if (!L) throw fail("the covariance is not positive definite");
  return inverseFromFactor(L).to2DArray();
}

function fromDense(labels: readonly string[], P: readonly (readonly number[])[]): GroupPrecision {
  const rows: number[] = [], cols: number[] = [], values: number[] = [];
  P.forEach((row, i) => {
    for (let j = 0; j < i; j++) {
      if (Math.abs(row[j]) <= NOISE * Math.sqrt(Math.abs(P[i][i] * P[j][j]))) continue;
      rows.push(i);
      cols.push(j);
      values.push(row[j]);
    }
  });
  return assemble(labels, Float64Array.from(P, (row, i) => row[i]), rows, cols, values);
}

function sparse(
  labels: readonly string[],
  { rows, cols, values }: { rows: ArrayLike<number>; cols: ArrayLike<number>; values: ArrayLike<number> },
  fail: Fail,
): GroupPrecision {
  const n = labels.length, diagonal = new Float64Array(n), seen = new Map<number, number>();
  if (rows.length !== values.length || cols.length !== values.length) {
    throw fail(`there are ${rows.length} rows, ${cols.length} cols and ${values.length} values`);
  }
  for (let e = 0; e < values.length; e++) {
    const i = Math.max(rows[e], cols[e]), j = Math.min(rows[e], cols[e]), v = values[e];
    if (!(Number.isInteger(j) && j >= 0 && Number.isInteger(i) && i < n && Number.isFinite(v))) {
      throw fail(`entry ${e} is (${rows[e]}, ${cols[e]}) ${v}, positions are 0 to ${n - 1}`);
    }
    if (i === j) diagonal[i] = v;
    else if (Math.abs((seen.get(i * n + j) ?? v) - v) > 1e-8 * Math.abs(v)) {
      throw fail(`"${labels[i]}", "${labels[j]}" is given as ${seen.get(i * n + j)} and ${v}`);
    } else seen.set(i * n + j, v);
  }
  const keys = [...seen.keys()];
  return assemble(
    labels,
    diagonal,
    keys.map((k) => Math.floor(k / n)),
    keys.map((k) => k % n),
    [...seen.values()],
  );
}

function readSums(
  given: NonNullable<Extract<Known, { entries: unknown }>["sums"]>,
  { length: n }: readonly string[],
  fail: Fail,
): LevelSum[] {
  return given.map(({ members, precision }, k) => {
    const places = Int32Array.from(members),
      inside = places.every((i, e) => i === members[e] && i >= 0 && i < n);
    if (!inside || places.length === 0 || new Set(places).size < places.length) {
      throw fail(`the members of sum ${k} should be different positions from 0 to ${n - 1}`);
    }
    if (!(precision > 0 && precision < Infinity)) throw fail(`the precision of sum ${k} is ${precision}`);
    return { members: places, precision };
  });
}

function assemble(
  labels: readonly string[],
  diagonal: Float64Array,
  rows: readonly number[],
  cols: readonly number[],
  values: readonly number[],
): GroupPrecision {
  return {
    labels,
    diagonal,
    rows: Int32Array.from(rows),
    cols: Int32Array.from(cols),
    values: Float64Array.from(values),
  };
}
