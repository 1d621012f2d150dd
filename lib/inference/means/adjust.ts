/** Adjustment for multiplicity: p-values and half-widths of intervals of a family of estimates. */
import { pf, pt, ptukey, qf, qt, qtukey } from "../../math/distributions.ts";
import { MaximumT } from "../../math/multivariate_t.ts";
import { STEPWISE, stepwise } from "../../math/stepwise.ts";

/**
 * Adjustments for multiplicity by name.
 *
 * @category Means and comparisons
 */
export type AdjustName =
  | "none"
  | "tukey"
  | "dunnettx"
  | "scheffe"
  | "sidak"
  | "mvt"
  | "bonferroni"
  | "holm"
  | "hochberg"
  | "hommel"
  | "BH"
  | "fdr"
  | "BY";

/** Names of the methods. */
export const ADJUSTMENTS: readonly AdjustName[] = [
  "none",
  "tukey",
  "dunnettx",
  "scheffe",
  "sidak",
  "mvt",
  ...STEPWISE,
];

/** Estimates that are tested together: their multiplicity counts. Those that are not estimable are NaN, but count as asked for (as in emmeans). */
export interface TestedTogether {
  readonly df: Float64Array;
  /** Number of means of which these are all pairwise differences; 0 for any other family. */
  readonly means: number;
  /** Square root of the covariance of the estimates, one row each: A with AAᵀ = LVLᵀ. */
  readonly factor: () => Float64Array[];
  /** −1: small statistics speak against the hypothesis, 1: large ones, 0: both. */
  readonly side: -1 | 0 | 1;
}

/** How something was adjusted: "tukey method for comparing a family of 4 estimates", or "sidak method" for a number of them. */
export interface Adjustment {
  readonly by: string;
  /** Tests or intervals that count; null where `by` says all. */
  readonly count: number | null;
  /** How good the p-values are, where they are not exact. */
  readonly error: number;
}

/** An adjustment in words: "sidak method for 3 tests". */
export function adjustmentText({ by, count, error }: Adjustment, counted: string): string {
  return `${by}${count === null ? "" : ` for ${count} ${counted}`}${
    error > 1e-4 ? ` (p-values to ± ${error.toExponential(0)})` : ""
  }`;
}

/** Result of an adjustment. */
export interface Adjusted {
  readonly values: Float64Array;
  /** null when nothing was adjusted. */
  readonly note: Adjustment | null;
}

/** Two-sided or one-sided p-value of a t statistic. */
export function unadjusted(statistic: number, df: number, side: TestedTogether["side"]): number {
  if (side === 0) return 2 * pt(-Math.abs(statistic), df);
  return pt(statistic, df, side < 0);
}

/**
 * Adjusted p-values.
 *
 * tukey: P(studentized range of k means > √2 |t|). dunnettx: Lenth's approximation to Dunnett's distribution. scheffe:
 * P(r F(r, ν) > t²), r the rank of the family. sidak: 1 − (1 − p)^m. mvt: P(max |T_j| > |t|), exact up to integration error.
 * The others are functions of the p-values ({@link stepwise}).
 *
 * Source: Hsu (1996), Multiple comparisons: theory and methods; Bretz, Hothorn & Westfall (2010).
 */
export function adjustPValues(asked: AdjustName, statistic: Float64Array, family: TestedTogether): Adjusted {
  const raw = statistic.map((t, i) => unadjusted(t, family.df[i], family.side));
  const use = usable(raw), m = raw.length, name = applicable(asked, family);
  if (name === "none" || m <= 1) return { values: raw, note: null };
  const note = noteOf(name, family, m), size = statistic.map(Math.abs), { means, df } = family;
  switch (name) {
    case "tukey":
      return { values: size.map((t, i) => ptukey(Math.SQRT2 * t, means, df[i], false)), note };
    case "dunnettx":
      return { values: size.map((t, i) => dunnettTail(t, m, df[i])), note };
    case "scheffe": {
      const rank = rankOf(family);
      return {
        values: size.map((t, i) => pf(t * t / rank, rank, df[i], false)),
        note: { by: `scheffe method with rank ${rank}`, count: null, error: 0 },
      };
    }
    case "sidak":
      return { values: raw.map((p) => -Math.expm1(m * Math.log1p(-p))), note };
    case "mvt":
      return simultaneous(statistic, family, use, note);
    default:
      return { values: scatter(stepwise(name, use.map((i) => raw[i]), m), use, raw.length), note };
  }
}

/**
 * Half-widths of simultaneous intervals in standard errors. Stepwise methods have no intervals of their own: theirs are
 * Bonferroni's.
 */
export function criticalValues(
  asked: AdjustName,
  level: number,
  count: Float64Array,
  family: TestedTogether,
): Adjusted {
  const use = usable(count), m = count.length, { df, means, side } = family, alpha = 1 - level;
  const single = (p: number) => df.map((v) => qt(side === 0 ? p / 2 : p, v, false));
  let name = applicable(asked, family);
  if (name === "none" || m <= 1) return { values: single(alpha), note: null };
  if ((STEPWISE as readonly string[]).includes(name)) name = "bonferroni";
  const note = noteOf(name, family, m);
  switch (name) {
    case "tukey":
      return { values: cached(df, (v) => qtukey(level, means, v) / Math.SQRT2), note };
    case "dunnettx":
      return { values: cached(df, (v) => dunnettQuantile(alpha, m, v)), note };
    case "scheffe": {
      const rank = rankOf(family);
      return {
        values: cached(df, (v) => Math.sqrt(rank * qf(level, rank, v))),
        note: { by: `scheffe method with rank ${rank}`, count: null, error: 0 },
      };
    }
    case "sidak":
      return { values: single(-Math.expm1(Math.log1p(-alpha) / m)), note };
    case "mvt": {
      const critical = new Map<number, number>();
      for (const i of use) {
        if (!critical.has(df[i])) critical.set(df[i], maximum(family, use).upperQuantile(alpha, df[i]));
      }
      return { values: df.map((v) => critical.get(v) ?? NaN), note };
    }
    default:
      return { values: single(alpha / m), note };
  }
}

/** Methods that need two-sided comparisons or all pairwise differences give way to Šidák's where they do not apply. */
function applicable(name: AdjustName, { means, side }: TestedTogether): AdjustName {
  if (name === "tukey" && (means === 0 || side !== 0)) return "sidak";
  return (name === "dunnettx" || name === "scheffe") && side !== 0 ? "sidak" : name;
}

function noteOf(name: AdjustName, { means }: TestedTogether, m: number): Adjustment {
  return name === "tukey"
    ? { by: `tukey method for comparing a family of ${means} estimates`, count: null, error: 0 }
    : { by: `${name} method`, count: m, error: 0 };
}

/** One value per distinct number of degrees of freedom. */
function cached(df: Float64Array, value: (df: number) => number): Float64Array {
  const known = new Map<number, number>();
  return df.map((v) => {
    if (!known.has(v)) known.set(v, v === v ? value(v) : NaN);
    return known.get(v)!;
  });
}

function usable(values: Float64Array): number[] {
  return [...values.keys()].filter((i) => values[i] === values[i]);
}

function scatter(values: ArrayLike<number>, use: readonly number[], n: number): Float64Array {
  const out = new Float64Array(n).fill(NaN);
  use.forEach((i, k) => out[i] = values[k]);
  return out;
}

/**
 * Upper tail of the distribution of max |T_j| over m comparisons with a control, approximately:
 *
 *     P = w [1 − Q(√2 t; k)] + (1 − w) [1 − F(t²; 1, ν)^m],    k = (1 + √(1 + 8m))/2,  w = (m − 1)/m
 *
 * between Tukey's distribution with as many comparisons and independent tests.
 */
export function dunnettTail(t: number, m: number, df: number): number {
  const k = (1 + Math.sqrt(1 + 8 * m)) / 2, w = (m - 1) / m;
  return w * ptukey(Math.SQRT2 * t, k, df, false) -
    (1 - w) * Math.expm1(m * Math.log1p(-pf(t * t, 1, df, false)));
}

/** t with dunnettTail(t) = alpha: between the unadjusted and the Bonferroni value. */
function dunnettQuantile(alpha: number, m: number, df: number): number {
  let low = qt(alpha / 2, df, false), high = qt(alpha / (2 * m), df, false) * 1.05;
  while (high - low > 1e-10 * high) {
    const middle = (low + high) / 2;
    if (dunnettTail(middle, m, df) > alpha) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

const maxima = new WeakMap<TestedTogether, MaximumT>();

/** The distribution of the largest statistic of a family, made once. */
function maximum(family: TestedTogether, use: readonly number[]): MaximumT {
  let found = maxima.get(family);
  if (!found) {
    const rows = family.factor();
    maxima.set(family, found = new MaximumT(use.map((i) => rows[i]), family.side !== 0));
  }
  return found;
}

function rankOf(family: TestedTogether): number {
  return new MaximumT(family.factor().filter((row) => row.some((v) => v !== 0))).rank;
}

function simultaneous(
  statistic: Float64Array,
  family: TestedTogether,
  use: readonly number[],
  note: Adjustment,
): Adjusted {
  const values = new Float64Array(statistic.length).fill(NaN);
  let error = 0;
  for (const i of use) {
    const t = family.side === 0 ? Math.abs(statistic[i]) : family.side * statistic[i];
    const tail = maximum(family, use).upper(t, family.df[i]);
    values[i] = Math.min(1, tail.probability);
    error = Math.max(error, tail.error);
  }
  return { values, note: { ...note, error } };
}
