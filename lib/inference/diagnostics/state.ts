/** What a frame of simulated residuals remembers beyond its columns, for the tests and figures made from it. */
import { describe, kinds } from "../../check.ts";
import {
  type FigureMeta,
  metaOf,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { type Column, columnNames, type Frame, numbersOfTimes, readColumn } from "../../frame.ts";
import type { Model } from "../../model/result/model.ts";
import { rowsToShow } from "../../model/result/sample.ts";
import type { SimulatedEffects } from "../simulate/simulator.ts";
import type { Extremes } from "./ranks.ts";
import type { MatrixLike } from "./rotation.ts";
import type { Simulations } from "./simulations.ts";

/** Simulated residuals with the simulations behind them. */
export interface ResidualState {
  readonly simulations: Simulations;
  /** Responses as simulated: successes where there are trials. */
  readonly observed: Float64Array;
  readonly trials: Float64Array | null;
  /** Population means on the response scale: proportions where there are trials. */
  readonly fitted: Float64Array;
  /** Scaled residuals, and the ends between which they were drawn where simulations tie with the observation. */
  readonly residual: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Original row (0-based), or index of the group. */
  readonly rows: Int32Array;
  /** What one residual stands for: "row", or the name of the grouping. */
  readonly unit: string;
  /** Whole-number responses: outlier probabilities hold ties, zeros can be counted. */
  readonly integer: boolean;
  readonly extremes: Extremes | null;
  /** Per simulation: variance of y* − fitted, number of zeros. */
  readonly spread: Float64Array;
  readonly zeros: Float64Array;
  readonly seed: number;
  /** The model, or null for simulations from outside. */
  readonly model: Model | null;
  readonly effects: SimulatedEffects | null;
  /** Rows move together, because random effects were drawn anew. */
  readonly dependent: boolean;
  /** Sums of squared Pearson residuals of the fit and of the fits to the simulations (refit mode). */
  readonly refitted: { readonly observed: number; readonly simulated: Float64Array } | null;
  /** The residuals were made after a rotation of the responses. */
  readonly rotated: boolean;
  /** Columns that `x` may name: the rows that the residuals stand for, all columns; null when there are none. */
  readonly data: Frame | null;
}

/** The meta of a frame of residuals. */
export interface ResidualMeta extends FigureMeta {
  readonly residuals: ResidualState;
}

/** Simulated residuals. */
export const SIMULATED_RESIDUALS: ResultKind<ResidualMeta> = resultKind("simulatedResiduals");

/** The state behind a frame of residuals. */
export function stateOf(residuals: Frame, what: string): ResidualState {
  const isFrame = kinds.frame.is(residuals);
  const state = isFrame ? metaOf(residuals, SIMULATED_RESIDUALS)?.residuals : undefined;
  if (state) return state;
  throw new TypeError(
    `Cannot ${what}${
      isFrame ? "" : ` of ${describe(residuals)}`
    }: it needs the result of simulateResiduals(), residualsFromSimulations() or recalculateResiduals() itself; ` +
      `a frame derived from it by filter() or sort() has lost the simulations`,
  );
}

/** The frame that shows a state. */
export function residualFrame(state: ResidualState, meta: FigureMeta): ResultFrame {
  return resultFrame(SIMULATED_RESIDUALS, {
    row: state.rows,
    observed: responseOf(state),
    fitted: state.fitted,
    residual: state.residual,
  }, { ...meta, residuals: state });
}

/** Observations on the response scale: proportions where there are trials. */
export function responseOf({ observed, trials }: ResidualState): Float64Array {
  return trials ? observed.map((y, i) => y / trials[i]) : observed;
}

/** A predictor given by name, or as values for each residual; its column and how to call it. */
export function predictorOf(
  state: ResidualState,
  x: string | ArrayLike<number | string>,
  what: string,
): { name: string; column: Column } {
  if (typeof x !== "string") return { name: "x", column: columnOf(x, state, what) };
  const data = state.data ?? (state.model && state.unit === "row" ? rowsToShow(state.model) : null);
  if (data) return { name: x, column: readColumn(data, x) };
  throw new RangeError(
    `Cannot ${what} against "${x}": these residuals have no data frame with them; give the values, one for each ${state.unit}`,
  );
}

function columnOf(values: ArrayLike<number | string>, state: ResidualState, what: string): Column {
  const n = state.residual.length;
  if (values.length !== n) {
    throw new RangeError(
      `Cannot ${what}: ${values.length} values are given, there should be ${n}, one for each ${state.unit}`,
    );
  }
  const array = Array.from(values);
  if (array.every((v) => typeof v === "number")) {
    const numbers = Float64Array.from(array);
    return {
      kind: "numeric",
      name: "x",
      values: numbers,
      missing: numbers.reduce((k, v) => k + Number(Number.isNaN(v)), 0),
      integer: numbers.every(Number.isInteger),
    };
  }
  const levels = [...new Set(array.map(String))].sort(), index = new Map(levels.map((l, i) => [l, i]));
  return {
    kind: "factor",
    name: "x",
    codes: Int32Array.from(array, (v) => index.get(String(v))!),
    missing: 0,
    levels,
    ordered: false,
    boolean: false,
  };
}

/** Numbers of a predictor; values given without a name are `called` something. */
export function numericPredictor(
  state: ResidualState,
  x: string | ArrayLike<number | string>,
  what: string,
  called = "x",
): { name: string; values: Float64Array } {
  const { name: given, column } = predictorOf(state, x, what), name = typeof x === "string" ? given : called;
  if (column.kind !== "numeric") {
    const held = column.from === "time"
      ? `dates or times; ${numbersOfTimes(name)}`
      : "text, it should hold numbers";
    throw new TypeError(`Cannot ${what}: "${name}" holds ${held}`);
  }
  const bad = column.values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new RangeError(`Cannot ${what}: "${name}" is ${column.values[bad]} in row ${state.rows[bad]}`);
  }
  return { name, values: column.values };
}

/** Vectors of a data frame's columns, or of an array of arrays. */
export function vectorsOf(simulated: unknown): Float64Array[] | null {
  if (Object.prototype.toString.call(simulated) === "[object DataFrame]") {
    const frame = simulated as Frame;
    return columnNames(frame).map((name) => {
      const column = readColumn(frame, name);
      if (column.kind === "numeric") return column.values;
      throw new TypeError(`Cannot use the simulations: column "${name}" holds text`);
    });
  }
  if (Array.isArray(simulated) && simulated.every((v) => ArrayBuffer.isView(v) || Array.isArray(v))) {
    return simulated.map((v) => Float64Array.from(v as number[]));
  }
  const matrix = simulated as Partial<MatrixLike> | null;
  if (matrix && typeof matrix.get === "function" && typeof matrix.columns === "number") {
    const { rows = 0, columns } = matrix;
    return Array.from(
      { length: columns },
      (_, j) => Float64Array.from({ length: rows }, (_, i) => matrix.get!(i, j)),
    );
  }
  return null;
}
