/** Do the residuals differ between the levels of a categorical predictor? */
import type { ResultFrame } from "../../display.ts";
import type { Column, Frame } from "../../frame.ts";
import { pf } from "../../math/distributions.ts";
import { kolmogorovTest } from "../../math/kolmogorov.ts";
import { stepwise } from "../../math/stepwise.ts";
import { predictorOf, type ResidualState, stateOf } from "./state.ts";
import { mean, median, sum } from "../../math/descriptive.ts";
import {
  type FactorPredictor,
  metaFrom,
  pText,
  short,
  type TestedPart,
  testFrame,
  type TestRow,
} from "./test_frame.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testCategorical}.
 *
 * @category Checks
 */
export interface CategoricalOptions {
  /** A column of the data, or one value per residual. */
  x: string | ArrayLike<number | string>;
}

const OPTIONS: Kinds<CategoricalOptions> = { x: kinds.anyOf(kinds.column, kinds.values) };

/**
 * Residuals by level of a categorical predictor: uniform within every level (Kolmogorov–Smirnov, Holm's adjustment for the
 * number of levels), and equally spread in all (Levene's test around the medians).
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testCategorical } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testCategorical(residuals, { x: "mined" });
 * ```
 *
 * @returns two rows, "uniformity within levels" (statistic: the largest D; p-value: the smallest adjusted one) and "equal
 * spread between levels" (statistic: F)
 * Source: Brown & Forsythe (1974), J. Am. Stat. Assoc. 69:364–367; Holm (1979); cases `dharma_*`.
 * @category Checks
 */
export function testCategorical(residuals: Frame, given: CategoricalOptions | string): ResultFrame {
  noMore("testCategorical", arguments, 2);
  const options = alone(given, "x");
  checkOptions("testCategorical", options, OPTIONS, ["x"]);
  const what = "test a categorical predictor", state = stateOf(residuals, what);
  const { name, column } = predictorOf(state, options.x, what), x = asFactor(name, column);
  const missing = x.codes.findIndex((c) => c < 0);
  if (missing >= 0) {
    throw new RangeError(`Cannot ${what}: "${name}" is missing in row ${state.rows[missing]}`);
  }
  const meta = metaFrom(residuals), notes = [...meta.notes ?? [], manyNumbers(x, column)].filter(Boolean);
  const of = (part: ResidualState, places: readonly number[]): TestedPart => {
    const own = { ...x, codes: Int32Array.from(places, (i) => x.codes[i]) };
    return { view: { kind: "boxes", state: part, x: own }, pValue: NaN };
  };
  return testFrame(categorical(state, x), { kind: "boxes", state, x }, { state, of }, { ...meta, notes });
}

/** Numbers with more values than this are hardly meant as categories. */
const MANY_VALUES = 10;

function manyNumbers({ name, levels }: FactorPredictor, column: Column): string {
  if (column.kind === "factor" || levels.length <= MANY_VALUES) return "";
  return `${name} is numeric: each of its ${levels.length} values counts as a level, with few rows in each; ` +
    `testQuantiles(residuals, { x: … }) takes it as continuous.`;
}

/** Uniformity of one level. */
export interface LevelTest {
  readonly level: string;
  readonly n: number;
  readonly statistic: number;
  readonly pValue: number;
  readonly adjusted: number;
}

/** The two tests as rows. */
export function categorical(state: ResidualState, x: FactorPredictor): TestRow[] {
  const tests = levelTests(state.residual, x),
    worst = tests.reduce((a, b) => b.adjusted < a.adjusted ? b : a);
  const off = tests.filter((t) => t.adjusted < 0.05).map((t) => t.level), n = state.residual.length;
  const largest = Math.max(...tests.map((t) => t.statistic));
  const rows: TestRow[] = [{
    about: "uniformity within levels",
    method: null,
    statistic: largest,
    pValue: worst.adjusted,
    alternative: "two.sided",
    n,
    interpretation: off.length === 0
      ? `Within each level of ${x.name} the residuals look uniform (smallest of ${tests.length} adjusted p-values ${
        pText(worst.adjusted)
      }).`
      : `The residuals are not uniform at ${x.name} ${off.slice(0, 6).join(", ")}${
        off.length > 6 ? ", …" : ""
      } (${
        pText(worst.adjusted)
      } after adjustment for ${tests.length} levels): the model misses something there.`,
    effectSize: largest,
    effect: "largest distance D within a level, 0 to 1",
  }];
  const spread = leveneTest(state.residual, x);
  if (spread) {
    rows.push({
      about: "equal spread between levels",
      method: "Levene",
      statistic: spread.statistic,
      pValue: spread.pValue,
      alternative: "two.sided",
      n,
      interpretation: spread.pValue >= 0.05
        ? `The spread is similar at all levels of ${x.name} (F = ${
          short(spread.statistic)
        } on ${spread.df1} and ${spread.df2} degrees of freedom, ${pText(spread.pValue)}).`
        : `The spread differs between levels of ${x.name} (largest mean deviation ${
          short(spread.ratio, 2)
        } times the smallest, ${
          pText(spread.pValue)
        }): a dispersion formula, dispersion: "~ ${x.name}", lets it.`,
      effectSize: spread.ratio,
      effect: "largest mean absolute deviation of a level divided by the smallest",
    });
  }
  return rows;
}

/** The Kolmogorov–Smirnov test of every level that has residuals. */
export function levelTests(residual: Float64Array, x: FactorPredictor): LevelTest[] {
  const groups = byLevel(residual, x);
  const tests = groups.map(({ values }) => kolmogorovTest(values)),
    adjusted = stepwise("holm", tests.map((t) => t.pValue));
  return groups.map(({ level, values }, i) => ({
    level,
    n: values.length,
    statistic: tests[i].statistic,
    pValue: tests[i].pValue,
    adjusted: adjusted[i],
  }));
}

/** Analysis of variance of |r − median of the level|; null with fewer than two levels, or no row left for the residuals. */
export function leveneTest(residual: Float64Array, x: FactorPredictor) {
  const groups = byLevel(residual, x), n = residual.length, k = groups.length;
  if (k < 2 || n <= k) return null;
  const deviations = groups.map(({ values }) => {
    const centre = median(values);
    return values.map((v) => Math.abs(v - centre));
  });
  const means = deviations.map(mean), total = deviations.reduce((s, d) => s + sum(d), 0) / n;
  let between = 0, within = 0;
  deviations.forEach((d, g) => {
    between += d.length * (means[g] - total) ** 2;
    for (const v of d) within += (v - means[g]) ** 2;
  });
  if (within === 0) return null;
  const statistic = between / (k - 1) / (within / (n - k)), smallest = Math.min(...means);
  return {
    statistic,
    df1: k - 1,
    df2: n - k,
    pValue: pf(statistic, k - 1, n - k, false),
    ratio: smallest > 0 ? Math.max(...means) / smallest : Infinity,
  };
}

function byLevel(residual: Float64Array, x: FactorPredictor): { level: string; values: Float64Array }[] {
  const values: number[][] = x.levels.map(() => []);
  residual.forEach((r, i) => values[x.codes[i]].push(r));
  return x.levels.map((level, l) => ({ level, values: Float64Array.from(values[l]) })).filter((g) =>
    g.values.length > 0
  );
}

/** A predictor as levels; a numeric one by its distinct values. */
export function asFactor(name: string, column: Column): FactorPredictor {
  if (column.kind === "factor") return { name, codes: column.codes, levels: column.levels };
  const distinct = [...new Set(column.values)].filter((v) => !Number.isNaN(v)).sort((a, b) => a - b);
  const index = new Map(distinct.map((v, i) => [v, i]));
  return {
    name,
    codes: Int32Array.from(column.values, (v) => index.get(v) ?? -1),
    levels: distinct.map((v) => short(v, 6)),
  };
}
