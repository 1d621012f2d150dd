/** Standardised effect sizes of comparisons of means. */
import type { ResultFrame } from "../../display.ts";
import { qt } from "../../math/distributions.ts";
import type { ContrastSpec } from "./contrast.ts";
import { estimateContrasts } from "./estimate_contrasts.ts";
import { CONTRASTS, estimatesOf, framed } from "./estimates_frame.ts";
import { contrastColumns } from "./estimates_columns.ts";
import { linearNumbers } from "./estimates_table.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";

/**
 * Options of {@link effSize}.
 *
 * @category Means and comparisons
 */
export interface EffSizeOptions {
  /** Standard deviation in whose units differences are given; default: the residual one of a Gaussian model. */
  sigma?: number;
  /**
   * Degrees of freedom of `sigma`, Infinity where it is known; default: the residual ones of a Gaussian model without random
   * effects.
   */
  edf?: number;
  /** Contrasts ("pairwise"). */
  method?: ContrastSpec;
  /** Confidence level, in place of that of the means. */
  level?: number;
}

const OPTIONS: Kinds<EffSizeOptions> = {
  sigma: kinds.positive,
  edf: kinds.degrees,
  method: kinds.anyOf(kinds.text, kinds.object),
  level: kinds.level,
};

/**
 * Cohen's d of comparisons: d = θ̂ / σ, with the uncertainty of σ by the delta method,
 *
 *     var d ≈ var θ̂ / σ² + d² / (2 ν)
 *
 * With random effects several standard deviations could be the unit, and the data cannot choose: give `sigma` and `edf`.
 *
 * ```ts
 * import { dataset, effSize, emmeans, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("len ~ supp + dose", await dataset("ToothGrowth"));
 * effSize(emmeans(model, "supp")); // Cohen's d
 * ```
 *
 * @param emm result of emmeans() on the linear scale
 * @returns (by-factors), `contrast`, `estimate` (in units of sigma), `std_error`, `df`, `conf_low`, `conf_high`; not adjusted
 * @throws {TypeError} when the model does not say what sigma or edf is
 * @throws {RangeError} when they are not positive
 * Source: Cohen (1988), Statistical power analysis, chapter 2; Hedges & Olkin (1985). Checked against emmeans in
 * tests/inference.
 * @category Means and comparisons
 */
export function effSize(emm: ResultFrame, options: EffSizeOptions = {}): ResultFrame {
  noMore("effSize", arguments, 2);
  checkOptions("effSize", options, OPTIONS);
  const means = estimatesOf(emm, "effSize");
  const sigma = options.sigma ?? means.residual?.sigma ?? NaN, edf = options.edf ?? means.residual?.df ?? NaN;
  unit("sigma", sigma, options.sigma === undefined);
  unit("edf", edf, options.edf === undefined);
  const { level = means.level } = options;
  const contrasts = means.kind === "contrasts"
    ? { ...means, type: "link" as const, level }
    : estimateContrasts(means, options.method ?? "pairwise", { type: "link", level });
  const { estimate: difference, stdError: error, df } = linearNumbers(contrasts);
  const estimate = difference.map((v) => v / sigma);
  const stdError = estimate.map((d, i) => Math.hypot(error[i] / sigma, d / Math.sqrt(2 * edf)));
  const half = stdError.map((se, i) => se * qt((1 + level) / 2, df[i]));
  const { null: _n, statistic: _s, p_value: _p, ...columns } = contrastColumns(contrasts, "none", {
    null: 0,
    delta: 0,
    side: "two-sided",
  }).columns;
  const shown = {
    ...columns,
    estimate,
    std_error: stdError,
    conf_low: estimate.map((d, i) => d - half[i]),
    conf_high: estimate.map((d, i) => d + half[i]),
  };
  const note = `Effect sizes in units of sigma = ${Number(sigma.toPrecision(5))}` +
    (edf === Infinity ? "" : ` with ${Number(edf.toPrecision(5))} degrees of freedom`);
  return framed(CONTRASTS, { ...contrasts, scale: null, axis: "effect size" }, shown, {
    estimate,
    null: 0,
  }, [note]);
}

function unit(name: "sigma" | "edf", value: number, isDefault: boolean) {
  if (value > 0) return;
  if (!isDefault) throw new RangeError(`Cannot use ${name}: ${value}, it should be positive`);
  throw new TypeError(
    `Cannot compute effect sizes without ${name}: ` +
      (name === "sigma"
        ? "only Gaussian models have one residual standard deviation; give sigma"
        : "a model with random effects does not say how well sigma is known; give edf (Infinity to take sigma as known)"),
  );
}
