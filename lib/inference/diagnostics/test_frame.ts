/** What every test of residuals returns: a frame with one row per test, and the picture that belongs to it. */
import {
  type FigureMeta,
  formatPValues,
  formatSignificant,
  metaOf,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import type { ResidualState } from "./state.ts";

/**
 * The hypothesis against which a test looks.
 *
 * @category Checks
 */
export type TestAlternative = "two.sided" | "greater" | "less";

/** One test. */
export interface TestRow {
  /** What it is a test of: "uniformity", "zero inflation", … */
  readonly about: string;
  /** How: "Kolmogorov-Smirnov"; null where what it is of says all. */
  readonly method: string | null;
  readonly statistic: number;
  readonly pValue: number;
  /** Simulations that it is a share of; absent where the distribution is known. */
  readonly simulations?: number;
  readonly alternative: TestAlternative;
  /** Number of residuals. */
  readonly n: number;
  /** The result in words: significance, size, what can be seen with so many rows. */
  readonly interpretation: string;
  /** How large the deviation is, on a scale that does not grow with n, and what scale that is. */
  readonly effectSize: number;
  readonly effect: string;
  /** Of a test of several quantiles: each with its p-value, adjusted for their number. */
  readonly quantiles?: readonly TestedQuantile[];
}

/** A quantile, and the p-value of its curve (Benjamini & Hochberg). */
export interface TestedQuantile {
  readonly tau: number;
  readonly adjusted: number;
}

/** What the figure of a test shows. */
export type TestView =
  | {
    readonly kind: "histogram";
    readonly simulated: Float64Array;
    readonly observed: number;
    readonly label: string;
  }
  | { readonly kind: "qq"; readonly state: ResidualState }
  | {
    readonly kind: "quantiles";
    readonly state: ResidualState;
    readonly x?: Predictor;
    readonly tested: readonly TestedQuantile[];
  }
  | { readonly kind: "boxes"; readonly state: ResidualState; readonly x: FactorPredictor }
  | {
    readonly kind: "series";
    readonly residual: Float64Array;
    readonly time: Float64Array;
    readonly name: string;
  }
  | {
    readonly kind: "map";
    readonly residual: Float64Array;
    readonly x: Float64Array;
    readonly y: Float64Array;
    readonly names: readonly [string, string];
  };

/** A numeric predictor of residuals. */
export interface Predictor {
  readonly name: string;
  readonly values: Float64Array;
}

/** A categorical predictor of residuals. */
export interface FactorPredictor {
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
}

/** A test of some of the residuals: what its figure shows, and its p-value; NaN where the picture has tests of its own. */
export interface TestedPart {
  readonly view: TestView;
  readonly pValue: number;
}

/** The test within a part of the residuals, for panels. */
export interface TestWithin {
  /** All residuals, whose data have the columns that make parts. */
  readonly state: ResidualState;
  /** The test of a part, of which the places are given too; or why there is none. */
  readonly of: ((part: ResidualState, places: readonly number[]) => TestedPart) | string;
}

/** The meta of a frame of tests. */
export interface TestMeta extends FigureMeta {
  readonly view: TestView;
  readonly rows: readonly TestRow[];
  readonly within: TestWithin;
}

/** Tests of residuals. */
export const RESIDUAL_TEST: ResultKind<TestMeta> = resultKind("residualTest");

/** The frame of one test, or of several. */
export function testFrame(
  rows: readonly TestRow[],
  view: TestView,
  within: TestWithin,
  meta: FigureMeta,
): ResultFrame {
  const leastP = rows.map(({ simulations }) => simulations ? 1 / simulations : 0);
  const mixed = { columns: ["statistic", "effect_size"], of: rows.map(testName) };
  return resultFrame(RESIDUAL_TEST, testColumns(rows), {
    ...meta,
    leastP,
    table: { mixed },
    view,
    rows,
    within,
  });
}

/** The columns of tests. */
function testColumns(rows: readonly TestRow[]) {
  return {
    test: rows.map(testName),
    statistic: Float64Array.from(rows, (r) => r.statistic),
    p_value: Float64Array.from(rows, (r) => r.pValue),
    alternative: rows.map((r) => r.alternative as string),
    n: Int32Array.from(rows, (r) => r.n),
    interpretation: rows.map((r) => r.interpretation),
    effect_size: Float64Array.from(rows, (r) => r.effectSize),
    effect: rows.map((r) => r.effect),
  };
}

/** "uniformity (Kolmogorov-Smirnov)". */
export function testName({ about, method }: Pick<TestRow, "about" | "method">): string {
  return method === null ? about : `${about} (${method})`;
}

/** Title and notes of the residuals that a test was made of. */
export function metaFrom(residuals: Parameters<typeof metaOf>[0]): FigureMeta {
  const { title, response, notes } = metaOf(residuals) ?? {};
  return { title, response, notes };
}

/** p-value of an observed statistic among simulated ones: shares at or beyond it, doubled for two sides. */
export function empiricalP(simulated: Float64Array, observed: number, alternative: TestAlternative): number {
  let below = 0, above = 0;
  for (const t of simulated) {
    if (t <= observed) below++;
    if (t >= observed) above++;
  }
  const less = below / simulated.length, greater = above / simulated.length;
  return alternative === "less"
    ? less
    : alternative === "greater"
    ? greater
    : Math.min(1, 2 * Math.min(less, greater));
}

/** A p-value below this says the same whatever its digits are, and no asymptotic test knows them. */
const TINY_P = 1e-6;

/** "p = 0.031"; "p < 0.004" where simulations can tell no more; "p < 1e-6". */
export function pText(p: number, simulations?: number): string {
  if (simulations !== undefined && p < 1 / simulations) return `p < ${short(1 / simulations, 2)}`;
  return p < TINY_P ? `p < ${TINY_P.toExponential()}` : `p = ${formatPValues([p])[0]}`;
}

/** The number of {@link pText} alone: "0.031", "< 1e-6". */
export function pNumber(p: number): string {
  return p < TINY_P ? `< ${TINY_P.toExponential()}` : short(p, 2);
}

/** A number with so many significant digits, no trailing zeros. */
export function short(value: number, digits = 3): string {
  return formatSignificant(value, digits).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

/** "12 %", "0.3 %". */
export function percent(share: number): string {
  return `${short(100 * share, 2)} %`;
}
