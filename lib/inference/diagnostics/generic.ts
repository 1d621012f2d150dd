/** Any summary of the response, against its values in simulations; the number of zeros among them. */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { countZeros } from "./ranks.ts";
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
} from "./test_frame.ts";
import type { AlternativeOptions } from "./uniformity.ts";
import { checkOptions, describe, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testGeneric}.
 *
 * @category Checks
 */
export interface GenericOptions extends AlternativeOptions {
  /** A number that summarises a response, e.g. `(y) => Math.max(...y)`; y holds successes for binomial types. */
  summary: (y: Float64Array) => number;
  /** What to call it ("summary"). */
  name?: string;
}

const OPTIONS: Kinds<GenericOptions> = {
  alternative: kinds.oneOf("two.sided", "greater", "less"),
  summary: kinds.callback,
  name: kinds.text,
};

/**
 * Tests any summary of the response against its distribution in the simulations.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testGeneric } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testGeneric(residuals, { summary: (y) => Math.max(...y) });
 * ```
 *
 * @returns one row; `statistic` is the observed summary divided by the mean of the simulated ones
 * @throws TypeError without a summary function
 * Source: Gelman, Meng & Stern (1996), Statistica Sinica 6:733–760 (predictive checks); cases `dharma_*`.
 * @category Checks
 */
export function testGeneric(residuals: Frame, options: GenericOptions): ResultFrame {
  noMore("testGeneric", arguments, 2);
  checkOptions("testGeneric", options, OPTIONS, ["summary"]);
  const { summary, name = "summary", alternative = "two.sided" } = options, what = "test a summary";
  const state = stateOf(residuals, what);
  const finite = (value: unknown, of: string) => {
    if (typeof value === "number" && Number.isFinite(value)) return value;
    throw new TypeError(`Cannot ${what}: of ${of} it is ${describe(value)}, it should be a finite number`);
  };
  const tested = (part: ResidualState) => {
    const simulated = new Float64Array(part.simulations.count);
    part.simulations.each((y, s) => simulated[s] = finite(summary(y), `simulation ${s + 1}`));
    const observed = finite(summary(part.observed), "the observations");
    const row = ratioRow(part, name, observed, simulated, alternative);
    return {
      row,
      view: { kind: "histogram" as const, simulated, observed, label: name },
      pValue: row.pValue,
    };
  };
  const { row, view } = tested(state);
  return testFrame([row], view, { state, of: tested }, metaFrom(residuals));
}

const ZERO_OPTIONS: Kinds<AlternativeOptions> = { alternative: kinds.oneOf("two.sided", "greater", "less") };

/**
 * Zero-inflation test: the number of zeros against that in the simulations.
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testZeroInflation } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testZeroInflation(residuals);
 * ```
 *
 * @returns one row; `statistic` and `effect_size` are observed zeros divided by the mean number of simulated ones
 * Source: as testGeneric; cases `dharma_integer`.
 * @category Checks
 */
export function testZeroInflation(residuals: Frame, options: AlternativeOptions = {}): ResultFrame {
  noMore("testZeroInflation", arguments, 2);
  checkOptions("testZeroInflation", options, ZERO_OPTIONS);
  const { alternative = "two.sided" } = options, what = "test zero inflation";
  const state = stateOf(residuals, what);
  const tested = (part: ResidualState) => {
    const row = zeroInflation(part, alternative), observed = countZeros(part.observed);
    const view = { kind: "histogram" as const, simulated: part.zeros, observed, label: "number of zeros" };
    return { row, view, pValue: row.pValue };
  };
  const { row, view } = tested(state);
  return testFrame([row], view, { state, of: tested }, metaFrom(residuals));
}

/** The test of zeros as a row. */
export function zeroInflation(state: ResidualState, alternative: TestAlternative = "two.sided"): TestRow {
  const counts = state.model?.family.discrete ?? state.integer;
  return exactRow(state, "zero", countZeros(state.observed), state.zeros, alternative, {
    more: counts
      ? "Overdispersion makes zeros too: compare a negative binomial model before adding zero inflation."
      : "Their probability may depend on more than the model's predictors.",
    fewer: counts
      ? "underdispersion, or zeros that cannot occur (a truncated response)"
      : "their probability may depend on more than the model's predictors",
  });
}

/** The test of ones as a row. */
export function oneInflation(state: ResidualState): TestRow {
  const ones = new Float64Array(state.simulations.count);
  state.simulations.each((y, s) => ones[s] = countOnes(y));
  return exactRow(state, "one", countOnes(state.observed), ones, "two.sided", {
    more: "Their probability may depend on more than the model's predictors.",
    fewer: "their probability may depend on more than the model's predictors",
  });
}

const countOnes = (y: Float64Array) => y.reduce((count, v) => count + Number(v === 1), 0);

/** The number of zeros or of ones against that of the simulations, and what more or fewer of them mean. */
function exactRow(
  state: ResidualState,
  what: "zero" | "one",
  observed: number,
  simulated: Float64Array,
  alternative: TestAlternative,
  means: { readonly more: string; readonly fewer: string },
): TestRow {
  const expected = mean(simulated), row = ratioRow(state, `${what}s`, observed, simulated, alternative);
  const size = `${observed} ${what}s, ${short(expected)} expected, ${pText(row.pValue, simulated.length)}`;
  const n = state.residual.length, share = Math.abs(observed - expected) / n;
  const interpretation = row.pValue >= 0.05
    ? `The number of ${what}s is what the model expects (${size}; chance gives ${
      short(quantile(simulated, 0.025))
    } to ${short(quantile(simulated, 0.975))}).`
    : share < 0.01
    ? `The number of ${what}s differs by less than 1 % of the rows (${size}): significant, and of little weight.`
    : observed > expected
    ? `More ${what}s than the model gives (${size}). ${means.more}`
    : `Fewer ${what}s than the model gives (${size}): ${means.fewer}.`;
  return { ...row, about: `${what} inflation`, method: `${what}s against simulations`, interpretation };
}

function ratioRow(
  state: ResidualState,
  name: string,
  observed: number,
  simulated: Float64Array,
  alternative: TestAlternative,
): TestRow {
  const centre = mean(simulated), pValue = empiricalP(simulated, observed, alternative);
  const ratio = centre === 0 ? (observed === 0 ? 1 : Infinity) : observed / centre;
  const size = `${short(observed)} observed, ${short(centre)} expected, ${pText(pValue, simulated.length)}`;
  return {
    about: `${name} against simulations`,
    method: null,
    statistic: ratio,
    pValue,
    simulations: simulated.length,
    alternative,
    n: state.residual.length,
    interpretation: pValue >= 0.05
      ? `The ${name} is what the model expects (${size}; chance gives ${
        short(quantile(simulated, 0.025))
      } to ${short(quantile(simulated, 0.975))}).`
      : `The ${name} is ${observed > centre ? "larger" : "smaller"} than the model gives (${size}).`,
    effectSize: ratio,
    effect: "observed value divided by the mean of the simulated ones",
  };
}
