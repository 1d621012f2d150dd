/** Are residuals that follow each other in time alike? */
import type { ResultFrame } from "../../display.ts";
import type { Frame } from "../../frame.ts";
import { pnorm } from "../../math/normal.ts";
import { negativeProbability } from "../../math/quadratic_forms.ts";
import { numericPredictor, type ResidualState, stateOf } from "./state.ts";
import { mean } from "../../math/descriptive.ts";
import {
  metaFrom,
  pText,
  short,
  type TestAlternative,
  type TestedPart,
  testFrame,
  type TestRow,
} from "./test_frame.ts";
import { alone, checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link testTemporalAutocorrelation}.
 *
 * @category Checks
 */
export interface TemporalOptions {
  /** A column of the data, or one number per residual; no two alike. */
  time: string | ArrayLike<number>;
  /** "two.sided" (default), "greater" (neighbours alike) or "less" (neighbours opposite). */
  alternative?: TestAlternative;
}

const OPTIONS: Kinds<TemporalOptions> = {
  time: kinds.anyOf(kinds.column, kinds.values),
  alternative: kinds.oneOf("two.sided", "greater", "less"),
};

/** Up to this many residuals the distribution of the statistic is computed exactly. */
const MOST_EXACT = 1000;

/**
 * Durbin–Watson test of the residuals in the order of time: d = Σ (r_t − r_{t−1})² / Σ (r_t − r̄)², 2 without autocorrelation,
 * towards 0 when neighbours are alike.
 *
 * ```ts
 * import { dataset, fit, recalculateResiduals, simulateResiduals, testTemporalAutocorrelation } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * const residuals = simulateResiduals(model);
 * testTemporalAutocorrelation(recalculateResiduals(residuals, { group: "site" }), { time: Array.from({ length: 23 }, (_, i) => i) });
 * ```
 *
 * @returns one row; `statistic` is d, `effect_size` the autocorrelation 1 − d/2
 * @throws RangeError when times repeat
 * Source: Durbin & Watson (1950, 1951), Biometrika 37:409–428 and 38:159–178; Imhof (1961) for its distribution; cases `dharma_*`.
 * @category Checks
 */
export function testTemporalAutocorrelation(residuals: Frame, given: TemporalOptions | string): ResultFrame {
  noMore("testTemporalAutocorrelation", arguments, 2);
  const options = alone(given, "time");
  checkOptions("testTemporalAutocorrelation", options, OPTIONS, ["time"]);
  const { time, alternative = "two.sided" } = options ?? {}, what = "test temporal autocorrelation";
  const state = stateOf(residuals, what);
  if (time === undefined) {
    throw new TypeError(`Cannot ${what}: name the column of times, e.g. { time: "day" }`);
  }
  const { name, values } = numericPredictor(state, time, what, "time");
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const tie = order.findIndex((i, k) => k > 0 && values[i] === values[order[k - 1]]);
  if (tie > 0) {
    throw new RangeError(
      `Cannot ${what}: time ${values[order[tie]]} occurs more than once; add up rows of one time first: ` +
        `recalculateResiduals(residuals, { group: ${
          typeof time === "string" ? `"${time}"` : "time"
        } }), or test one series`,
    );
  }
  const tested = (places: readonly number[]) => {
    const residual = Float64Array.from(places, (i) => state.residual[i]);
    const time = Float64Array.from(places, (i) => values[i]);
    return {
      row: temporal(residual, name, state, alternative),
      view: { kind: "series" as const, residual, time, name },
    };
  };
  const of = (_part: ResidualState, places: readonly number[]): TestedPart => {
    const { row, view } = tested([...places].sort((a, b) => values[a] - values[b]));
    return { view, pValue: row.pValue };
  };
  const { row, view } = tested(order);
  return testFrame([row], view, { state, of }, metaFrom(residuals));
}

/** The test as a row, of residuals in their order. */
export function temporal(
  residual: Float64Array,
  name: string,
  { unit }: Pick<ResidualState, "unit">,
  alternative: TestAlternative = "two.sided",
): TestRow {
  const d = durbinWatson(residual), n = residual.length, below = lowerTail(d, n);
  // Neighbours that are alike make d small: "greater" autocorrelation is the lower tail.
  const pValue = alternative === "greater"
    ? below
    : alternative === "less"
    ? 1 - below
    : Math.min(1, 2 * Math.min(below, 1 - below));
  const correlation = 1 - d / 2, visible = 1.96 / Math.sqrt(n), size = `d = ${short(d)}, ${pText(pValue)}`;
  const interpretation = pValue >= 0.05
    ? `No sign of autocorrelation along ${name} (${size}; with ${n} ${
      unit === "row" ? "rows" : "groups"
    } correlations above about ${short(visible, 2)} would show).`
    : Math.abs(correlation) < 0.05
    ? `Neighbours along ${name} correlate by ${
      short(correlation, 2)
    } (${size}): significant with ${n} residuals, and negligible.`
    : `Neighbours along ${name} correlate by about ${
      short(correlation, 2)
    } (${size}): standard errors are too ${correlation > 0 ? "small" : "large"}. ${
      correlation > 0 ? "Model the series, e.g. + ar1(0 + factor(time) | group), or a trend." : ""
    }`.trim();
  return {
    about: "temporal autocorrelation",
    method: "Durbin-Watson",
    statistic: d,
    pValue,
    alternative,
    n,
    interpretation,
    effectSize: correlation,
    effect: "correlation of neighbouring residuals, about 1 − d/2",
  };
}

/** Σ (r_t − r_{t−1})² / Σ (r_t − r̄)². */
function durbinWatson(r: Float64Array): number {
  const centre = mean(r);
  let steps = 0, squares = 0;
  for (let t = 0; t < r.length; t++) {
    if (t > 0) steps += (r[t] - r[t - 1]) ** 2;
    squares += (r[t] - centre) ** 2;
  }
  return steps / squares;
}

/**
 * P(d* < d) for normal residuals around their mean. The eigenvalues of the differencing matrix are 4 sin²(πk/2n), k = 1 … n − 1,
 * so P = P(Σ (λ_k − d) z_k² < 0); for long series the normal with mean 2 and variance 4 (n − 2)/(n² − 1).
 */
function lowerTail(d: number, n: number): number {
  if (n > MOST_EXACT) return pnorm((d - 2) / Math.sqrt(4 * (n - 2) / ((n - 1) * (n + 1))));
  return negativeProbability(
    Float64Array.from({ length: n - 1 }, (_, k) => 4 * Math.sin(Math.PI * (k + 1) / (2 * n)) ** 2 - d),
  );
}
