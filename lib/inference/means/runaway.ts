/** Rows of a table of estimates whose maximum-likelihood estimate is infinite, or that the likelihood leaves open. */
import { largestOf } from "../../math/largest.ts";
import type { SparseRows } from "../../math/sparse_rows.ts";
import type { Model } from "../../model/result/model.ts";
import { tendencies, type Tendency } from "../../model/result/tendency.ts";
import type { CellFunction } from "../cells/grid_values.ts";
import { type Ends, oneSided } from "../profiles/one_sided.ts";
import { RunawayTable, type TableAt } from "./runaway_table.ts";

/** Rows: their tangents in the coefficients, and what they are beyond that. */
export interface Rows {
  readonly rows: SparseRows;
  readonly constant: Float64Array;
}

/** What a table's rows are made from. */
interface Source {
  readonly model: Model;
  /** Linear in the coefficients that run away. */
  readonly straight: boolean;
  /** A row's tangent over the stacked coefficients, 0 where the data determine the row. */
  stacked(l: Float64Array): Float64Array;
  /** The table that rows are combinations of, where they are not linear; null where it cannot be evaluated elsewhere. */
  readonly table: RunawayTable | null;
}

/** What is known of the rows of a table that run to infinity, by their number. */
export class Runaway {
  constructor(
    private readonly source: Source,
    private readonly of: Rows,
    private readonly combinations: SparseRows | null = null,
  ) {}

  /** The same of combinations of these rows. */
  combinedBy(C: SparseRows, of: Rows): Runaway {
    return new Runaway(this.source, of, this.combinations?.combinedBy(C) ?? C);
  }

  /** 0 for rows that the data determine, ±1 where the predictor behind the estimate is ±∞, NaN where it could be anything. */
  tendency(i: number): Tendency {
    return tendencies(this.source.model).of(this.tangent(i));
  }

  /** Where the estimate of such a row goes: ±∞, or, of a mean, its limit. */
  limit(i: number): number {
    const { table } = this.source;
    return table?.bounded ? this.combined(table.limits(), i) : this.tendency(i) * Infinity;
  }

  /** Estimates have limits. */
  get bounded(): boolean {
    return this.source.table?.bounded ?? false;
  }

  /** The one-sided interval by profile likelihood for z normal deviates: one end is where the estimate goes. */
  ends(i: number, z: number): Ends {
    const up = this.tendency(i) > 0, end = this.end(i, z), limit = this.limit(i);
    return up ? { low: end, high: limit } : { low: limit, high: end };
  }

  /** Signed root of the likelihood ratio for a value of the row, a normal deviate. */
  root(i: number, value: number): number {
    const { model, straight, table } = this.source, { rows, constant } = this.of;
    if (straight) return oneSided(model).root(this.tangent(i), value - constant[i]);
    if (this.bounded && !this.combinations) return NaN; // of a mean nobody asks whether it is 0
    return this.tendency(i) *
      (table?.rootAt(rows.row(i), (at) => this.rowOf(at, i), constant[i], value) ?? NaN);
  }

  /** lᵀd of every flat direction. */
  components(i: number): Float64Array {
    return tendencies(this.source.model).components(this.tangent(i));
  }

  private tangent(i: number): Float64Array {
    return this.source.stacked(this.of.rows.row(i));
  }

  private end(i: number, z: number): number {
    const { model, straight, table } = this.source, { rows, constant } = this.of;
    if (!straight) return table?.end(rows.row(i), (at) => this.rowOf(at, i), z) ?? NaN;
    const { low, high } = oneSided(model).ends(this.tangent(i), z);
    return (this.tendency(i) > 0 ? low : high) + constant[i];
  }

  private rowOf({ values, rows }: TableAt, i: number): { value: number; l: Float64Array } {
    const l = new Float64Array(rows.columns), C = this.combinations;
    if (C === null) return { value: values[i], l: rows.row(i) };
    for (let k = C.start[i]; k < C.start[i + 1]; k++) {
      rows.row(C.index[k]).forEach((v, j) => l[j] += C.value[k] * v);
    }
    return { value: this.combined(values, i), l };
  }

  private combined(values: Float64Array, i: number): number {
    const C = this.combinations;
    if (C === null) return values[i];
    let sum = 0;
    for (let k = C.start[i]; k < C.start[i + 1]; k++) sum += C.value[k] * values[C.index[k]];
    return sum;
  }
}

/** Share of a tangent up to which a flat direction takes no part in it: the slope of what has run to its limit. */
const NEGLIGIBLE = 1e-6;

/**
 * The rule for the rows of a table; null when the data determine all coefficients.
 * @param at where the quantity is not linear: the table for a model with other coefficients
 */
export function runawayOf(
  model: Model,
  { linear, straight = linear, first }: Pick<CellFunction, "linear" | "straight" | "first">,
  rows: Rows,
  at?: (moved: Model) => TableAt,
): Runaway | null {
  const { flat } = model, P = model.covariance.rows;
  if (flat.directions.length === 0) return null;
  const stacked = (l: Float64Array) => {
    const out = new Float64Array(P);
    out.set(l.subarray(0, Math.min(l.length, P - first)), first);
    return linear || !negligible(flat, out) ? out : new Float64Array(P);
  };
  const table = straight || !at ? null : new RunawayTable(model, at, stacked);
  return new Runaway({ model, straight, stacked, table }, rows);
}

/** Have the flat directions no part in a tangent? */
function negligible(flat: Model["flat"], l: Float64Array): boolean {
  const size = (j: number) => largestOf(flat.pulls.map((a) => Math.abs(a[j])), 0) || 1;
  const most = l.reduce((m, v, j) => Math.max(m, Math.abs(v) * size(j)), 0);
  return flat.directions.every((d) => {
    const unit = largestOf(flat.pulls.map((a) => Math.abs(a.reduce((s, v, j) => s + v * d[j], 0))), 0) || 1;
    return Math.abs(l.reduce((s, v, j) => s + v * d[j], 0)) <= NEGLIGIBLE * most * unit;
  });
}
