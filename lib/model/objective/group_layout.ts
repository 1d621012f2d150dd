/** Where every random term stands among the random effects: grouping factors, nodes, slots, standardised columns. */
import { orthogonalDesign } from "../../math/orthogonal_columns.ts";
import { ones } from "../../math/shared_memory.ts";
import { Matrix } from "../../math/dense.ts";
import type { GroupPrecision, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import { cellOf, type Cells } from "../structures/cells.ts";
import type { Covariance, Precision } from "../structures/structure.ts";
import { bindTerm } from "../structures/bind.ts";

/** One term (x | g) inside the system. */
export interface TermLayout {
  readonly term: RandomTerm;
  /** Linear predictor it belongs to. */
  readonly part: number;
  readonly covariance: Covariance;
  /** Coefficients per level of the grouping factor. */
  readonly count: number;
  /** First slot within the factor's node, first parameter in θ. */
  readonly slot: number;
  readonly theta: number;
  readonly thetas: number;
  /**
   * The engine's columns are z C⁻¹-standardised: b_raw = C b. C is c × c and upper triangular and holds the unit of η; where a row
   * touches one position only, all coefficients have the one factor C (1 × 1).
   */
  readonly basis: Matrix;
}

/** One grouping factor with all its terms, or one term whose rows touch one position each. */
export interface GroupLayout {
  readonly name: string;
  readonly terms: TermLayout[];
  /** Number of nodes, effects per node, first node, first entry in b and u. */
  readonly nodes: number;
  readonly width: number;
  readonly node: number;
  readonly start: number;
  /** Predictor of each slot of a node. */
  readonly part: number[];
  /** Where positions are nodes of their own: which of them each level has; null where a level is a node. */
  readonly cells: Cells | null;
  /** A row touches one position of its level only. */
  readonly onePosition: boolean;
  /** Dependence across nodes. */
  readonly precision: Precision | null;
  /** Where the parameters of the precision begin in θ. */
  readonly precisionAt: number;
}

/** A grouping factor with the rows of the data. */
export interface RowGroup extends GroupLayout {
  /** The (standardised) columns that a row touches, one after the other from `start + index · stride`; null is ones. */
  readonly column: (Float64Array | null)[];
  readonly index: Int32Array;
  readonly stride: number;
  /** Node of each row, and its slot there where it touches one only. */
  readonly level: Int32Array;
  readonly slot: Int32Array | null;
}

/** Coefficient i of a level on the data's scale as a combination Σ value_k b_k of the engine's effects of that level. */
export function basisRow(
  { basis, count }: Pick<TermLayout, "basis" | "count">,
  i: number,
): [number, number][] {
  if (basis.rows < count) return [[i, basis.get(0, 0)]];
  return Array.from({ length: count - i }, (_, k): [number, number] => [i + k, basis.get(i, i + k)]);
}

/** Groups terms by grouping factor; factors with most nodes first (they are eliminated first and cheaply). */
export function layOutGroups(
  predictors: readonly PredictorDesign[],
  units: readonly number[],
  known: Readonly<Record<string, GroupPrecision>> = {},
  weights: Float64Array | null = null,
): RowGroup[] {
  return inOrder<RowGroup>(
    predictors,
    known,
    (list, node, start) =>
      touchesOne(list[0].term, list[0].covariance)
        ? positionsGroup(list[0], units[list[0].part], node, start)
        : columnsGroup(list, units, node, start, weights),
  );
}

/**
 * The same without rows.
 * @param basisOf C of a term's columns: {@link TermLayout.basis}
 */
export function layOutShapes(
  predictors: readonly PredictorDesign[],
  basisOf: (term: RandomTerm, covariance: Covariance) => Matrix,
): GroupLayout[] {
  return inOrder(predictors, {}, (list, node, start) => {
    const [{ term, covariance }] = list;
    if (!touchesOne(term, covariance)) {
      return columnsShape(list, node, start, list.map(({ term, covariance }) => basisOf(term, covariance)));
    }
    return { ...columnsShape(list, node, start, [new Matrix([[1]])]), onePosition: true };
  });
}

/**
 * Groups that stand already, with further rows of the data: b_raw = C b, so a row touches z̃ = zᵀC, in units of its predictor.
 * @param seen every term of the groups with its columns and levels in these rows
 */
export function groupsSeenFrom(
  groups: readonly GroupLayout[],
  seen: ReadonlyMap<RandomTerm, RandomTerm>,
  unitOf: (part: number) => number,
): RowGroup[] {
  const here = ({ term }: TermLayout) => seen.get(term)!;
  return groups.map((g): RowGroup => {
    const [first] = g.terms, { level, position } = here(first);
    if (g.onePosition) {
      const { codes } = position!, rows = g.cells && rowsInCells(g.cells, level, codes);
      const cell = rows?.cell ?? level.map((l, i) => l * first.count + codes[i]);
      return {
        ...g,
        column: [rows?.column ?? null],
        index: cell,
        stride: 1,
        level: g.cells ? cell : level,
        slot: g.cells ? null : codes,
      };
    }
    const column = g.terms.flatMap((layout) =>
      onBasis(here(layout).columns, Matrix.mul(layout.basis, 1 / unitOf(layout.part)), level.length)
    );
    return { ...g, column, index: level, stride: g.width, level, slot: null };
  });
}

/** Columns z C. */
function onBasis(columns: readonly (Float64Array | null)[], C: Matrix, n: number): (Float64Array | null)[] {
  return columns.map((_, k) => {
    const out = new Float64Array(n);
    for (let j = 0; j <= k; j++) {
      const z = columns[j], c = C.get(j, k);
      for (let i = 0; i < n; i++) out[i] += c * (z ? z[i] : 1);
    }
    return out;
  });
}

/** One group after the other, those with most nodes first. */
function inOrder<G extends GroupLayout>(
  predictors: readonly PredictorDesign[],
  known: Readonly<Record<string, GroupPrecision>>,
  make: (list: readonly Bound[], node: number, start: number) => G,
): G[] {
  const byNode = new Map<string, Bound[]>();
  let theta = 0;
  predictors.forEach((p, part) => {
    p.random.forEach((term, k) => {
      const covariance = bindTerm(term, Object.hasOwn(known, term.group) ? known[term.group] : null);
      const alone = covariance.precision !== undefined || touchesOne(term, covariance);
      const name = alone ? `${term.group} ${part} ${k}` : term.group, list = byNode.get(name) ?? [];
      list.push({ part, term, covariance, theta });
      byNode.set(name, list);
      theta += covariance.thetas;
    });
  });
  const sorted = [...byNode.values()].sort((a, b) => nodesOf(b[0]) - nodesOf(a[0]));
  const groups: G[] = [];
  let node = 0, start = 0;
  for (const list of sorted) {
    const group = make(list, node, start);
    groups.push(group);
    node += group.nodes;
    start += group.nodes * group.width;
  }
  return groups;
}

/** A term with its structure and its place in θ. */
interface Bound {
  readonly part: number;
  readonly term: RandomTerm;
  readonly covariance: Covariance;
  readonly theta: number;
}

/** Rows touch one position of their level, and the structure keeps the positions as they are. */
function touchesOne({ position }: RandomTerm, { freedom }: Covariance): boolean {
  return position !== null && freedom === "scalar";
}

function nodesOf({ term, covariance }: Bound): number {
  return covariance.precision?.nodes ?? term.levels.length;
}

/** Levels are nodes, or, in a structure of width 1, every position of every level is one. */
function positionsGroup(
  { term, part, covariance, theta }: Bound,
  unit: number,
  node: number,
  start: number,
): RowGroup {
  const { level, levels, names } = term,
    c = names.length,
    { width, cells } = covariance,
    { codes } = term.position!;
  const rows = cells && rowsInCells(cells, level, codes),
    cell = rows?.cell ?? level.map((l, i) => l * c + codes[i]);
  return {
    name: term.group,
    terms: [{
      term,
      part,
      covariance,
      count: c,
      slot: 0,
      theta,
      thetas: covariance.thetas,
      basis: new Matrix([[unit]]),
    }],
    nodes: cells ? covariance.precision!.nodes : levels.length,
    width,
    node,
    start,
    part: new Array(width).fill(part),
    column: [rows?.column ?? null],
    index: cell,
    stride: 1,
    level: cells ? cell : level,
    slot: cells ? null : codes,
    cells: cells ?? null,
    onePosition: true,
    precision: covariance.precision ?? null,
    precisionAt: theta,
  };
}

/** The cell of every row; a row where the effect is 0 stands in another cell of its level, with a 0 in the column. */
function rowsInCells(cells: Cells, level: Int32Array, codes: Int32Array) {
  const cell = level.map((l, i) => cellOf(cells, l, codes[i]));
  if (cell.indexOf(-1) < 0) return { cell, column: null };
  const column = Float64Array.from(cell, (k) => Number(k >= 0)), last = cells.position.length - 1;
  return { cell: cell.map((k, i) => k >= 0 ? k : Math.min(cells.first[level[i]], last)), column };
}

function columnsGroup(
  list: readonly Bound[],
  units: readonly number[],
  node: number,
  start: number,
  weights: Float64Array | null,
): RowGroup {
  const { level } = list[0].term;
  const made = list.map(({ term, covariance, part }) => {
    const { columns, basis } = standardise(term.columns, level.length, covariance.freedom, weights);
    return { columns, basis: units[part] === 1 ? basis : Matrix.mul(basis, units[part]) };
  });
  const shape = columnsShape(list, node, start, made.map(({ basis }) => basis));
  return {
    ...shape,
    column: made.flatMap(({ columns }) => columns),
    index: level,
    stride: shape.width,
    level,
    slot: null,
  };
}

function columnsShape(
  list: readonly Bound[],
  node: number,
  start: number,
  bases: readonly Matrix[],
): GroupLayout {
  const part: number[] = [], terms: TermLayout[] = [];
  list.forEach(({ term, part: k, covariance, theta }, i) => {
    const { thetas } = covariance, count = term.names.length;
    terms.push({ term, part: k, covariance, count, slot: part.length, theta, thetas, basis: bases[i] });
    for (let j = 0; j < count; j++) part.push(k);
  });
  return {
    name: list[0].term.group,
    terms,
    nodes: list[0].term.levels.length,
    width: part.length,
    node,
    start,
    part,
    cells: null,
    onePosition: false,
    precision: list[0].covariance.precision ?? null,
    precisionAt: list[0].theta,
  };
}

/** Widest term whose columns are made orthogonal, and the smallest share of a column that is then left. */
export const WIDEST = 12, LEAST_LEFT = 1e-7;

/** Columns with root mean square 1, for "linear" structures also mutually orthogonal, and the C of b_raw = C b. */
function standardise(
  columns: readonly (Float64Array | null)[],
  n: number,
  freedom: Covariance["freedom"],
  weights: Float64Array | null,
) {
  const c = columns.length;
  if (c === 1 && columns[0] === null) return { columns: [null], basis: Matrix.eye(1) };
  const full = columns.map((z) => z ?? ones(n));
  if (freedom === "linear" && c <= WIDEST) {
    const { Q, R, inverse } = orthogonalDesign(full, weights);
    const sound = Array.from({ length: c }, (_, j) => R.get(j, j) > LEAST_LEFT * columnNorm(full[j], weights))
      .every(
        Boolean,
      );
    if (sound) {
      return { columns: Q.map((q, j) => (j === 0 && columns[0] === null ? null : q)), basis: inverse };
    }
  }
  const norms = full.map((z) => columnNorm(z, weights));
  const common = Math.sqrt(norms.reduce((s, v) => s + v * v, 0) / c) || 1;
  const scale = norms.map((v) => (freedom === "scalar" ? common : v || 1));
  return {
    columns: full.map((z, j) => (columns[j] === null && scale[j] === 1 ? null : z.map((v) => v / scale[j]))),
    basis: Matrix.diag(scale.map((s) => 1 / s)),
  };
}

function columnNorm(z: Float64Array, w: Float64Array | null): number {
  let s = 0, total = 0;
  for (let i = 0; i < z.length; i++) {
    s += (w ? w[i] : 1) * z[i] * z[i];
    total += w ? w[i] : 1;
  }
  return Math.sqrt(s / total);
}
