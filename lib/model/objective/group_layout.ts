/** Where every random term stands among the random effects: grouping factors, slots, standardised columns. */
import { orthogonalColumns } from "../../math/basis.ts";
import { Matrix } from "../../math/dense.ts";
import type { PredictorDesign, RandomTerm } from "../../formula/types.ts";
import type { Covariance } from "../structures/covariance.ts";
import * as covariances from "../structures/mod.ts";

/** One term (x | g) inside the system. */
export interface TermLayout {
  readonly term: RandomTerm;
  /** Linear predictor it belongs to. */
  readonly part: number;
  readonly covariance: Covariance;
  /** Number of coefficients, first slot within the factor's node, first parameter in θ. */
  readonly count: number;
  readonly slot: number;
  readonly theta: number;
  readonly thetas: number;
  /** The engine's columns are z C⁻¹-standardised: b_raw = C b, C = basis (c × c, upper triangular; holds the unit of η). */
  readonly basis: Matrix;
}

/** One grouping factor with all its terms. */
export interface GroupLayout {
  readonly name: string;
  readonly levels: readonly string[];
  readonly level: Int32Array;
  readonly terms: TermLayout[];
  /** Coefficients per level, first node, first entry in b and u. */
  readonly width: number;
  readonly node: number;
  readonly start: number;
  /** Predictor and (standardised) column of each slot; null is a column of ones. */
  readonly part: number[];
  readonly column: (Float64Array | null)[];
}

/** Groups terms by grouping factor; factors with most levels first (they are eliminated first and cheaply). */
export function layOutGroups(
  predictors: readonly PredictorDesign[],
  units: readonly number[],
): GroupLayout[] {
  const byName = new Map<string, { part: number; term: RandomTerm }[]>();
  predictors.forEach((p, part) => {
    for (const term of p.random) {
      const list = byName.get(term.group) ?? [];
      list.push({ part, term });
      byName.set(term.group, list);
    }
  });
  const thetaOf = new Map<RandomTerm, number>();
  let theta = 0;
  for (const p of predictors) {
    for (const term of p.random) {
      thetaOf.set(term, theta);
      theta += covarianceOf(term).count(term.names.length);
    }
  }
  const sorted = [...byName.entries()].sort((a, b) =>
    b[1][0].term.levels.length - a[1][0].term.levels.length
  );
  const groups: GroupLayout[] = [];
  let node = 0, start = 0;
  for (const [name, list] of sorted) {
    const { level, levels } = list[0].term;
    const part: number[] = [], column: (Float64Array | null)[] = [], terms: TermLayout[] = [];
    for (const item of list) {
      const { term } = item, covariance = covarianceOf(term), count = term.names.length;
      const { columns, basis } = standardise(term.columns, level.length, covariance.freedom);
      terms.push({
        term,
        part: item.part,
        covariance,
        count,
        slot: part.length,
        theta: thetaOf.get(term)!,
        thetas: covariance.count(count),
        basis: units[item.part] === 1 ? basis : Matrix.mul(basis, units[item.part]),
      });
      columns.forEach((c) => {
        part.push(item.part);
        column.push(c);
      });
    }
    groups.push({ name, levels, level, terms, width: part.length, node, start, part, column });
    node += levels.length;
    start += levels.length * part.length;
  }
  return groups;
}

/** The structure that a term names. */
export function covarianceOf(term: RandomTerm): Covariance {
  const found = (covariances as Record<string, Covariance>)[term.structure];
  if (found) return found;
  throw new RangeError(
    `Cannot fit the random term (${term.label}): covariance structure "${term.structure}" is unknown, known are ${
      Object.keys(covariances).map((s) => `"${s}"`).join(", ")
    }`,
  );
}

/** Columns with root mean square 1, for "linear" structures also mutually orthogonal, and the C of b_raw = C b. */
function standardise(columns: readonly (Float64Array | null)[], n: number, freedom: Covariance["freedom"]) {
  const c = columns.length;
  if (c === 1 && columns[0] === null) return { columns: [null], basis: Matrix.eye(1) };
  const full = columns.map((z) => z ?? new Float64Array(n).fill(1));
  if (freedom === "linear" && c <= 12) {
    const { Q, R, inverse } = orthogonalColumns(full);
    const sound = Array.from({ length: c }, (_, j) => R.get(j, j) > 1e-7 * columnNorm(full[j])).every(
      Boolean,
    );
    if (sound) {
      return { columns: Q.map((q, j) => (j === 0 && columns[0] === null ? null : q)), basis: inverse };
    }
  }
  const norms = full.map(columnNorm);
  const common = Math.sqrt(norms.reduce((s, v) => s + v * v, 0) / c) || 1;
  const scale = norms.map((v) => (freedom === "scalar" ? common : v || 1));
  return {
    columns: full.map((z, j) => (columns[j] === null && scale[j] === 1 ? null : z.map((v) => v / scale[j]))),
    basis: Matrix.diag(scale.map((s) => 1 / s)),
  };
}

function columnNorm(z: Float64Array): number {
  let s = 0;
  for (let i = 0; i < z.length; i++) s += z[i] * z[i];
  return Math.sqrt(s / z.length);
}
