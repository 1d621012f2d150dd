/** Are there more observations outside all simulations than chance gives? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { binomialTest } from "../../math/exact_binomial.ts";
import { childSeed, seed as stream } from "../../math/random.ts";
import { type Extremes, extremesOf } from "./ranks.ts";
import { type ResidualState, stateOf } from "./state.ts";
import { mean } from "../../math/descriptive.ts";
import {
  empiricalP,
  metaFrom,
  percent,
  pText,
  short,
  type TestAlternative,
  testFrame,
  type TestRow,
  type TestView,
} from "./test_frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testOutliers}.
 *
 * @category Checks
 */
export interface OutlierOptions {
  /** "two.sided" (default), "greater" (too many) or "less". */
  alternative?: TestAlternative;
  /** Outliers at "both" ends (default), above ("upper") or below ("lower"). */
  margin?: "both" | "upper" | "lower";
  /**
   * "binomial": against 1/(n + 1) per end, which is exact for continuous responses (the default there); "calibrated": against the
   * probability that ties give (the default for counts); "bootstrap": against the number of outliers in each simulation (the
   * default when random effects were drawn anew, so that rows are not independent).
   */
  type?: "binomial" | "calibrated" | "bootstrap";
}

const OPTIONS: Kinds<OutlierOptions> = {
  alternative: kinds.oneOf("two.sided", "greater", "less"),
  margin: kinds.oneOf("both", "upper", "lower"),
  type: kinds.oneOf("binomial", "calibrated", "bootstrap"),
};

/**
 * Outlier test: observations above or below all simulations (residual within 1/(n + 1) of an end).
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testOutliers } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testOutliers(residuals);
 * ```
 *
 * @returns one row; `statistic` is the number of outliers, `effect_size` that number divided by the expected one
 * Source: binomial test (Clopper & Pearson 1934) on exchangeable ranks; cases `dharma_*`.
 * @category Checks
 */
export function testOutliers(residuals: Frame, options: OutlierOptions = {}): ResultFrame {
  noMore("testOutliers", arguments, 2);
  checkOptions("testOutliers", options, OPTIONS);
  const { alternative = "two.sided", margin = "both", type } = options, what = "test outliers";
  const state = stateOf(residuals, what);
  const tested = (part: ResidualState) => {
    const { row, simulated } = outliers(part, alternative, margin, type ?? defaultType(part));
    const view: TestView = simulated
      ? { kind: "histogram", simulated, observed: row.statistic, label: "number of outliers" }
      : { kind: "qq", state: part };
    return { row, view, pValue: row.pValue };
  };
  const { row, view } = tested(state);
  return testFrame([row], view, { state, of: tested }, metaFrom(residuals));
}

/** How the test is made where nothing is said. */
function defaultType(state: ResidualState): NonNullable<OutlierOptions["type"]> {
  if (!state.integer || !state.extremes || state.rotated || state.refitted) return "binomial";
  return state.dependent ? "bootstrap" : "calibrated";
}

/** Positions of the residuals that are outliers. */
export function outlierIndex(state: ResidualState, margin: "both" | "upper" | "lower" = "both"): number[] {
  const edge = 1 / (state.simulations.count + 1), out: number[] = [];
  state.residual.forEach((r, i) => {
    if (margin !== "upper" && r < edge || margin !== "lower" && r > 1 - edge) out.push(i);
  });
  return out;
}

/** The test as a row, and the numbers of outliers in simulations if it uses them. */
export function outliers(
  state: ResidualState,
  alternative: TestAlternative = "two.sided",
  margin: "both" | "upper" | "lower" = "both",
  type: NonNullable<OutlierOptions["type"]> = defaultType(state),
): { row: TestRow; simulated: Float64Array | null } {
  const n = state.residual.length, count = outlierIndex(state, margin).length, S = state.simulations.count;
  const sides = margin === "both" ? 2 : 1;
  let expected: number, pValue: number, simulated: Float64Array | null = null;
  if (type === "bootstrap") {
    simulated = outliersOfSimulations(state, known(state), margin);
    expected = mean(simulated);
    pValue = empiricalP(simulated, count, alternative);
  } else {
    const p = type === "calibrated" ? tiedProbability(state, margin) : sides / (S + 1);
    expected = n * p;
    pValue = binomialTest(count, n, p, alternative).pValue;
  }
  return {
    row: {
      about: "outliers",
      method: type,
      statistic: count,
      pValue,
      ...(simulated ? { simulations: S } : {}),
      alternative,
      n,
      interpretation: interpret(state, margin, count, expected, pValue, type === "bootstrap" ? S : undefined),
      effectSize: expected > 0 ? count / expected : count === 0 ? 1 : Infinity,
      effect: `number of outliers divided by the ${short(expected, 2)} that chance gives`,
    },
    simulated,
  };
}

const known = (state: ResidualState): Extremes => state.extremes ?? extremesOf(state.simulations);

/**
 * Chance that one of S exchangeable responses which shares the lowest value with m − 1 others becomes an outlier among the
 * remaining N = S − 1: its residual is uniform on [0, (m − 1)/N], an outlier below 1/(N + 1).
 */
function outlierChance(m: number, S: number): number {
  return m <= 1 ? 1 : Math.min(1, (S - 1) / (S * (m - 1)));
}

/** Mean probability per row that an observation like the simulations is an outlier; 2/(S + 1) without ties. */
function tiedProbability(state: ResidualState, margin: "both" | "upper" | "lower"): number {
  const { lowTies, highTies } = known(state), S = state.simulations.count, n = lowTies.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    if (margin !== "upper") sum += lowTies[i] / (S + 1) * outlierChance(lowTies[i], S);
    if (margin !== "lower") sum += highTies[i] / (S + 1) * outlierChance(highTies[i], S);
  }
  return Math.min(1, sum / n);
}

/** The number of outliers of each simulation among the others, ties broken at random. */
function outliersOfSimulations(
  state: ResidualState,
  { low, lowTies, high, highTies }: Extremes,
  margin: "both" | "upper" | "lower",
): Float64Array {
  const S = state.simulations.count, counts = new Float64Array(S), random = stream(childSeed(state.seed, 0));
  state.simulations.each((y, s) => {
    let count = 0;
    for (let i = 0; i < y.length; i++) {
      if (margin !== "upper" && y[i] === low[i] && random.uniform() < outlierChance(lowTies[i], S)) count++;
      else if (margin !== "lower" && y[i] === high[i] && random.uniform() < outlierChance(highTies[i], S)) {
        count++;
      }
    }
    counts[s] = count;
  });
  return counts;
}

function interpret(
  state: ResidualState,
  margin: string,
  count: number,
  expected: number,
  p: number,
  simulations: number | undefined,
): string {
  const n = state.residual.length,
    where = margin === "both" ? "outside" : margin === "upper" ? "above" : "below";
  const size = `${count} of ${n} (${
    percent(count / n)
  }) ${where} all ${state.simulations.count} simulations, ${short(expected, 2)} expected, ${
    pText(p, simulations)
  }`;
  if (p >= 0.05) return `No more outliers than chance gives: ${size}.`;
  if (count < expected) {
    return `Fewer outliers than chance gives: ${size}. The model expects wider tails than the data have.`;
  }
  const few = count / n < 0.01 && n > 1000
    ? " They are few; look at them one by one rather than at the model."
    : "";
  return `More outliers than the model can explain: ${size}. Look at these rows first: ${
    rowsText(state)
  }.${few}`;
}

function rowsText(state: ResidualState): string {
  const index = outlierIndex(state), shown = index.slice(0, 8).map((i) => state.rows[i]).join(", ");
  return `${state.unit === "row" ? "row" : state.unit} ${shown}${index.length > 8 ? ", …" : ""}`;
}
