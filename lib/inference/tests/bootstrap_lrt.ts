/** Likelihood-ratio test by parametric bootstrap: no χ² approximation, right at boundaries and in small samples. */
import { type ResultFrame, resultFrame, startProgress } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import type { BootstrapOptions } from "../intervals/bootstrap.ts";
import { compareModels, likelihoodRatio } from "./compare.ts";
import { fitAll, warmPlan } from "../../model/refits.ts";
import { begin, countOn, simulatedResponses, stoppedNote } from "../simulate/many_fits.ts";
import { asMaximumLikelihood } from "../simulate/refit.ts";
import { modelTitle } from "../../model/result/title.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

const OPTIONS: Kinds<Omit<BootstrapOptions, "statistic">> = {
  n: kinds.count,
  seed: kinds.seed,
  onProgress: kinds.callback,
  signal: kinds.signal,
  workers: kinds.count,
};

/**
 * Compares two nested models: responses are simulated from the smaller one, both are fitted to each, and the observed
 * statistic is placed among the simulated ones, p = (1 + #{T* ≥ T}) / (1 + n).
 *
 * ```ts
 * import { bootstrapTest, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * const smaller = fit("Reaction ~ 1 + (Days | Subject)", await dataset("sleepstudy"));
 * await bootstrapTest(smaller, model, { n: 20, seed: 1 });
 * ```
 *
 * @param small the null model
 * @param large the alternative
 * @param options `n` draws (250), `seed`, `onProgress(done, all)`, `signal`, `workers`
 * @returns one row: `statistic`, `df`, `p_value` (bootstrap), `p_chisq` (asymptotic), `n` (usable draws), `std_error` (Monte
 *   Carlo, of p)
 * @throws RangeError when the models are not comparable
 * Source: Davison & Hinkley (1997), section 4.2; Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9).
 * @category Tests and intervals
 */
export async function bootstrapTest(
  small: Model,
  large: Model,
  options: Omit<BootstrapOptions, "statistic"> = {},
): Promise<ResultFrame> {
  noMore("bootstrapTest", arguments, 3);
  small = ownModel(small, "bootstrapTest");
  large = ownModel(large, "bootstrapTest");
  checkOptions("bootstrapTest", options, OPTIONS);
  const { n = 250, seed = 123, onProgress, signal, workers } = options;
  compareModels([small, large]); // refuses what cannot be compared
  const [null0, alternative] = [small, large].map(asMaximumLikelihood).sort((a, b) => a.npar - b.npar);
  const observed = likelihoodRatio(null0, alternative), response = simulatedResponses(null0, seed);
  const display = startProgress("Bootstrap test"), plans = [warmPlan(null0), warmPlan(alternative)];
  const run = { signal, workers, onProgress: onProgress ?? countOn(display) };
  await begin(display, n);
  const fits = await fitAll(plans, n, response, run).finally(() => display.end());
  if (fits.length === 0) throw new Error("Cannot give a test: it was stopped before the first draw was done");
  let larger = 0, usable = 0;
  for (const { optima: [a, c] } of fits) {
    if (a instanceof Error || c instanceof Error) continue;
    usable++;
    if (2 * (a.value - c.value) >= observed - 1e-8) larger++;
  }
  const p = (1 + larger) / (1 + usable),
    asymptotic = compareModels([null0, alternative]).getColumn("p_value").toArray()[1] as number;
  return resultFrame("bootstrapTest", {
    statistic: [observed],
    df: Int32Array.of(alternative.npar - null0.npar),
    p_value: [p],
    p_chisq: [asymptotic],
    n: Int32Array.of(usable),
    std_error: [Math.sqrt(p * (1 - p) / usable)],
  }, {
    title: "Likelihood-ratio test by parametric bootstrap",
    notes: [
      `Null model: ${modelTitle(null0)}`,
      `Alternative: ${modelTitle(alternative)}`,
      stoppedNote(fits.length, n, "draws"),
      usable < fits.length ? `${fits.length - usable} of ${fits.length} draws could not be fitted.` : "",
    ].filter(Boolean),
  });
}
