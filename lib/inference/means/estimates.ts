/**
 * The one object behind means, trends, contrasts and tests: rows that are linear functions of coefficients, with everything
 * that is needed to estimate, transform, compare and draw them. It no longer knows the model.
 */
import type { FigureData } from "../../display.ts";
import type { Matrix } from "../../math/dense.ts";
import { RowBuilder, type SparseRows } from "../../math/sparse_rows.ts";
import type { AdjustName } from "./adjust.ts";
import type { BackTransform, ScaleMap } from "../cells/back_transform.ts";
import type { Runaway } from "./runaway.ts";

/** A factor of a table of estimates. */
export interface EstimateFactor {
  readonly name: string;
  readonly labels: readonly string[];
  /** The numbers behind the labels; null for text and booleans. */
  readonly values: readonly number[] | null;
  readonly ordered: boolean;
  readonly boolean: boolean;
  /** Level of every row. */
  readonly codes: Int32Array;
}

/** Degrees of freedom of linear functions. */
export interface DfRule {
  /** "kenward-roger", "asymptotic", …, or "given" for a number of the user. */
  readonly name: string;
  df(l: Float64Array): number;
  jointDf(L: Matrix): { df: number; scale: number };
}

/** Rows with their meaning. */
export interface Estimates {
  readonly kind: "means" | "trends" | "contrasts";
  /** Columns that name the rows: factors, and those of `by`. */
  readonly factors: readonly EstimateFactor[];
  /** Factors within whose levels rows are compared. */
  readonly by: readonly string[];
  /** L, the gradient of every row in the coefficients. */
  readonly rows: SparseRows;
  /** What each row is beyond Lβ (offsets; for functions that are not linear, their value − Lβ). */
  readonly constant: Float64Array;
  /** A row is estimable where this is zero; null when all are. */
  readonly defect: SparseRows | null;
  /** Rows whose estimate is infinite; null when the likelihood determines all coefficients. */
  readonly runaway: Runaway | null;
  readonly beta: Float64Array;
  /** V, the covariance of the coefficients. */
  readonly covariance: Matrix;
  readonly df: DfRule;
  /** Back-transformation that `type: "response"` applies; null when there is none. */
  readonly scale: BackTransform | null;
  /** Scale on which intervals of what is not transformed are made, so that they stay in its range; null for its own. */
  readonly ends: ScaleMap | null;
  readonly type: "link" | "response";
  readonly level: number;
  /** Random-effect standard deviation per row for bias adjustment; null for none. */
  readonly bias: Float64Array | null;
  /** How intervals and tests are adjusted unless the caller says otherwise. */
  readonly adjust: AdjustName;
  /** The rows of each group are all pairwise differences of some means. */
  readonly pairwise: boolean;
  /** Model in words; what the numbers are, for an axis; their range. */
  readonly title: string;
  readonly axis: string;
  readonly range: readonly [number, number];
  /** The data behind them, as a figure draws them; undefined where the rows are not here. */
  readonly data?: () => FigureData;
  /** The factor over whose levels the estimates sum to one; undefined where there is none. */
  readonly whole?: string;
  /** Sentences on how the rows came about. */
  readonly notes: readonly string[];
  /** Residual standard deviation and its degrees of freedom, where the model has them: units of effect sizes. */
  readonly residual: { readonly sigma: number; readonly df: number } | null;
}

/** Rows grouped by the levels of `by`, in the order in which the groups first occur. */
export function groupsBy(
  { factors, rows }: Pick<Estimates, "factors" | "rows">,
  by: readonly string[],
): number[][] {
  const columns = factors.filter(({ name }) => by.includes(name)).map(({ codes }) => codes);
  const groups = new Map<string, number[]>();
  for (let i = 0; i < rows.rows; i++) {
    const key = columns.map((codes) => codes[i]).join(" "), group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  return [...groups.values()];
}

/** Levels as names: numbers carry their factor's name, so that "dose0.5 - dose1" is no arithmetic. */
export function factorLabels({ name, labels }: Pick<EstimateFactor, "name" | "labels">): readonly string[] {
  const numeric = labels.every((label) => label.trim() !== "" && !Number.isNaN(Number(label)));
  return numeric && name !== "contrast" ? labels.map((label) => name + label) : labels;
}

/**
 * Names of rows by their levels outside `by`: "bean O75".
 * @param full numbers carry their factor's name
 */
export function rowLabels(
  { factors, rows }: Pick<Estimates, "factors" | "rows">,
  by: readonly string[],
  full = true,
): string[] {
  const own = factors.filter(({ name }) => !by.includes(name));
  const names = own.map((factor) => full ? factorLabels(factor) : factor.labels);
  return Array.from({ length: rows.rows }, (_, i) => own.map(({ codes }, f) => names[f][codes[i]]).join(" "));
}

/** Names with an operator inside get brackets, so that "a - (b-c)" can be read. */
export function bracketed(label: string): string {
  return /[-+*/]/.test(label) ? `(${label})` : label;
}

/** Some rows in a new order. */
export function selectRows(e: Estimates, order: readonly number[]): Estimates {
  const select = new RowBuilder(e.rows.rows);
  for (const i of order) {
    select.add(i, 1);
    select.endRow();
  }
  const S = select.finish();
  const rows = e.rows.combinedBy(S), constant = Float64Array.from(order, (i) => e.constant[i]);
  return {
    ...e,
    factors: e.factors.map((f) => ({ ...f, codes: Int32Array.from(order, (i) => f.codes[i]) })),
    rows,
    constant,
    runaway: e.runaway?.combinedBy(S, { rows, constant }) ?? null,
    defect: e.defect?.combinedBy(S) ?? null,
    bias: e.bias && Float64Array.from(order, (i) => e.bias![i]),
  };
}
