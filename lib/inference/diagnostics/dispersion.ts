/** Do the observations spread as much as the simulations? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { pchisq } from "../../math/distributions.ts";
import { dfResidual } from "../../model/result/statistics.ts";
import { residuals as residualsOf } from "../predict/residuals.ts";
import { varianceAround } from "./ranks.ts";
import { type ResidualState, stateOf } from "./state.ts";
import { mean, quantile } from "../../math/descriptive.ts";
import {
  empiricalP,
  metaFrom,
  pText,
  short,
  type TestAlternative,
  testFrame,
  type TestRow,
  type TestView,
} from "./test_frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testDispersion}.
 *
 * @category Checks
 */
export interface DispersionOptions {
  /** "two.sided" (default), "greater" (overdispersion) or "less". */
  alternative?: TestAlternative;
  /**
   * "simulated": variance around the population prediction, against that of the simulations (default; "refit" after
   * simulateResiduals(model, { refit: true })); "pearson": sum of squared Pearson residuals against χ² (no simulation; too
   * often "less" in mixed models); "refit": that sum against its values in fits to simulations.
   */
  type?: "simulated" | "pearson" | "refit";
}

const OPTIONS: Kinds<DispersionOptions> = {
  alternative: kinds.oneOf("two.sided", "greater", "less"),
  type: kinds.oneOf("simulated", "pearson", "refit"),
};

/**
 * Dispersion test: the spread of the observations divided by the spread that the model gives.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testDispersion } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testDispersion(residuals);
 * ```
 *
 * @returns one row; `statistic` and `effect_size` are the ratio (1: as the model says, 2: twice the variance)
 * Source: Gelman & Hill (2007), section 8.3; McCullagh & Nelder (1989), section 4.5, for Pearson; cases `dharma_*`.
 * @category Checks
 */
export function testDispersion(residuals: Frame, options: DispersionOptions = {}): ResultFrame {
  noMore("testDispersion", arguments, 2);
  checkOptions("testDispersion", options, OPTIONS);
  const what = "test dispersion", state = stateOf(residuals, what);
  const { alternative = "two.sided", type = state.refitted ? "refit" : "simulated" } = options;
  const tested = (part: ResidualState) => {
    const { row, simulated, observed } = dispersion(part, alternative, type);
    const label = "variance relative to the simulations' mean";
    const view: TestView = simulated.length > 0
      ? { kind: "histogram", simulated, observed, label }
      : { kind: "qq", state: part };
    return { row, view, pValue: row.pValue };
  };
  const { row, view } = tested(state), of = type === "simulated" ? tested : OF_ALL_ROWS;
  return testFrame([row], view, { state, of }, metaFrom(residuals));
}

const OF_ALL_ROWS = 'Pearson residuals are added up over all rows; type: "simulated" can be taken apart';

/** The test as a row, and the simulated ratios behind it. */
export function dispersion(
  state: ResidualState,
  alternative: TestAlternative = "two.sided",
  type: "simulated" | "pearson" | "refit" = state.refitted ? "refit" : "simulated",
): { row: TestRow; simulated: Float64Array; observed: number } {
  if (type === "pearson") return pearson(state, alternative);
  if (type === "refit" && !state.refitted) {
    throw new RangeError(
      `Cannot test dispersion by refits: make the residuals with simulateResiduals(model, { refit: true })`,
    );
  }
  if (type !== "refit" && type !== "simulated") {
    throw new RangeError(
      `Cannot test dispersion with type "${type}": known are "simulated", "pearson", "refit"`,
    );
  }
  const raw = type === "refit"
    ? { observed: state.refitted!.observed, simulated: state.refitted!.simulated }
    : { observed: varianceAround(state.observed, state.fitted, state.trials), simulated: state.spread };
  const scale = mean(raw.simulated), observed = raw.observed / scale;
  const simulated = raw.simulated.map((v) => v / scale),
    pValue = empiricalP(simulated, observed, alternative);
  const name = type === "refit" ? "Pearson residuals of refits" : "variance against simulations";
  return { row: rowOf(state, name, observed, pValue, alternative, simulated), simulated, observed };
}

/** Σ (Pearson residual)² / df against χ²_df / df. */
function pearson(state: ResidualState, alternative: TestAlternative) {
  if (!state.model || state.unit !== "row") {
    throw new RangeError(`Cannot test dispersion by Pearson residuals: it needs the rows of a model`);
  }
  const df = dfResidual(state.model);
  const sum = residualsOf(state.model, { type: "pearson" }).reduce((s, r) => s + r * r, 0);
  if (state.model.family.unitVariance) {
    throw new RangeError(
      `Cannot test dispersion by Pearson residuals: family "${state.model.family.name}" estimates its dispersion from them; ` +
        `use type: "simulated"`,
    );
  }
  const less = pchisq(sum, df),
    greater = pchisq(sum, df, false),
    both = Math.min(1, 2 * Math.min(less, greater));
  const pValue = alternative === "less" ? less : alternative === "greater" ? greater : both;
  const row = rowOf(
    state,
    "Pearson chi-squared",
    sum / df,
    pValue,
    alternative,
    new Float64Array(0),
  );
  return { row, simulated: new Float64Array(0), observed: sum / df };
}

function rowOf(
  state: ResidualState,
  method: string,
  ratio: number,
  pValue: number,
  alternative: TestAlternative,
  simulated: Float64Array,
): TestRow {
  return {
    about: "dispersion",
    method,
    statistic: ratio,
    pValue,
    ...(simulated.length > 0 ? { simulations: simulated.length } : {}),
    alternative,
    n: state.residual.length,
    interpretation: interpret(ratio, pValue, simulated, state),
    effectSize: ratio,
    effect: "variance of the observations divided by that of the simulations; 1 is as the model says",
  };
}

function interpret(ratio: number, p: number, simulated: Float64Array, state: ResidualState): string {
  const size = `ratio ${short(ratio)}, ${pText(p, simulated.length || undefined)}`;
  const range = simulated.length > 0
    ? ` Chance alone gives ${short(quantile(simulated, 0.025), 2)} to ${
      short(quantile(simulated, 0.975), 2)
    } here.`
    : "";
  if (p >= 0.05) return `The spread is what the model expects (${size}).${range}`;
  const change = Math.abs(ratio - 1);
  if (change < 0.05) {
    return `The variance differs from the model's by ${
      short(100 * change, 2)
    } % (${size}): with ${state.residual.length} rows ` +
      `this is significant, and too small to change conclusions.`;
  }
  return ratio > 1
    ? `Overdispersion: the observations vary ${
      short(ratio, 2)
    } times as much as the model says (${size}). Standard errors are too small.${range}`
    : `Underdispersion: the observations vary ${
      short(ratio, 2)
    } times as much as the model says (${size}). Tests are conservative; ` +
      `in mixed models this is often the random effects taking up noise.${range}`;
}
