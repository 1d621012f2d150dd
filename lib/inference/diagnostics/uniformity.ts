/** Are the residuals uniform? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { kolmogorovTest } from "../../math/kolmogorov.ts";
import { type ResidualState, stateOf } from "./state.ts";
import { mean } from "../../math/descriptive.ts";
import {
  metaFrom,
  percent,
  pText,
  short,
  type TestAlternative,
  type TestedPart,
  testFrame,
  type TestRow,
} from "./test_frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of tests with an alternative.
 *
 * @category Checks
 */
export interface AlternativeOptions {
  /** "two.sided" (default), "greater" or "less". */
  alternative?: TestAlternative;
}

const OPTIONS: Kinds<AlternativeOptions> = { alternative: kinds.oneOf("two.sided", "greater", "less") };

/**
 * Kolmogorov–Smirnov test of the scaled residuals against the uniform distribution: does the response's distribution fit overall?
 *
 * ```ts
 * import { dataset, fit, simulateResiduals, testUniformity } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testUniformity(residuals);
 * ```
 *
 * @returns one row: `test`, `statistic` (D), `p_value` (as R's ks.test), `alternative`, `n`, `interpretation`, `effect_size`, `effect`
 * Source: Kolmogorov (1933); cases `dharma_*`.
 * @category Checks
 */
export function testUniformity(residuals: Frame, options: AlternativeOptions = {}): ResultFrame {
  noMore("testUniformity", arguments, 2);
  checkOptions("testUniformity", options, OPTIONS);
  const { alternative = "two.sided" } = options;
  const state = stateOf(residuals, "test uniformity");
  const within = { state, of: uniformPart(alternative) };
  return testFrame([uniformity(state, alternative)], { kind: "qq", state }, within, metaFrom(residuals));
}

/** The test of a part of the residuals. */
export const uniformPart = (alternative?: TestAlternative) => (part: ResidualState): TestedPart => ({
  view: { kind: "qq", state: part },
  pValue: uniformity(part, alternative).pValue,
});

/** The test as a row. */
export function uniformity(
  { residual, unit }: ResidualState,
  alternative: TestAlternative = "two.sided",
): TestRow {
  const n = residual.length, { statistic, pValue } = kolmogorovTest(residual, alternative);
  return {
    about: "uniformity",
    method: "Kolmogorov-Smirnov",
    statistic,
    pValue,
    alternative,
    n,
    interpretation: interpret(residual, statistic, pValue, unit),
    effectSize: statistic,
    effect: "largest distance D between the distribution of the residuals and the uniform one, 0 to 1",
  };
}

function interpret(residual: Float64Array, D: number, p: number, unit: string): string {
  const n = residual.length, visible = 1.36 / Math.sqrt(n), size = `D = ${short(D, 2)}, ${pText(p)}`;
  if (p >= 0.05) {
    const power = n < 100
      ? ` With ${n} ${unit === "row" ? "rows" : "groups"} only deviations above about D = ${
        short(visible, 2)
      } would show.`
      : "";
    return `No sign that the residuals differ from the uniform distribution (${size}).${power}`;
  }
  const small = D < 0.05
    ? ` No share of the data is off by more than ${
      percent(D)
    }: with ${n} rows even this is significant, and hardly matters.`
    : ` Up to ${percent(D)} of the data lie on the wrong side of a value: ${shape(residual)}`;
  return `The residuals are not uniform (${size}).${small}`;
}

/** Where the mass is, in words. */
function shape(residual: Float64Array): string {
  const share = (test: (r: number) => boolean) => mean(Float64Array.from(residual, (r) => Number(test(r))));
  const low = share((r) => r < 0.25),
    middle = share((r) => r >= 0.25 && r <= 0.75),
    high = share((r) => r > 0.75);
  if (middle < 0.45) {
    return "too many observations far from their prediction (overdispersion, heavy tails, or a missing term).";
  }
  if (middle > 0.55) {
    return "too many observations close to their prediction (the model expects more spread than there is).";
  }
  return low > high
    ? "observations are too often below what the model expects."
    : "observations are too often above what the model expects.";
}
