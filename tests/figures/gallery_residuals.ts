/** Examples of the figures of residuals, from models fitted to the shipped data. */
import { dataset } from "../../lib/datasets.ts";
import { metaOf } from "../../lib/display.ts";
import { type Frame, pl } from "../../lib/frame.ts";
import { testResiduals } from "../../lib/inference/diagnostics/all.ts";
import { adviseFamily } from "../../lib/inference/diagnostics/advise_family.ts";
import { checkPredictions } from "../../lib/inference/diagnostics/check_predictions.ts";
import { checkModel } from "../../lib/inference/diagnostics/check_model.ts";
import { testCategorical } from "../../lib/inference/diagnostics/categorical.ts";
import { testDispersion } from "../../lib/inference/diagnostics/dispersion.ts";
import { testZeroInflation } from "../../lib/inference/diagnostics/generic.ts";
import { testQuantiles } from "../../lib/inference/diagnostics/quantiles.ts";
import { simulateResiduals } from "../../lib/inference/diagnostics/simulate_residuals.ts";
import { testSpatialAutocorrelation } from "../../lib/inference/diagnostics/spatial.ts";
import { testTemporalAutocorrelation } from "../../lib/inference/diagnostics/temporal.ts";
import { variogram } from "../../lib/inference/diagnostics/variogram.ts";
import { seed } from "../../lib/math/random.ts";
import { fit } from "../../lib/model/fit.ts";
import { fitFrom } from "../../lib/model/fit_from.ts";
import { sampleFrom } from "../../lib/model/sample_from.ts";
import type { Example } from "./gallery.ts";

/** The examples by name. */
export async function residualsGallery(): Promise<Record<string, Example>> {
  const dragons = await dataset("dragons_1"), rust = await dataset("yellow_rust");
  const salamanders = await dataset("Salamanders"), contraception = await dataset("Contraception");
  const beta = { family: "beta" } as const, sleep = await dataset("sleepstudy");
  const days = fit("Reaction ~ Days + (1 | Subject)", sleep);
  const decay = fit("Reaction ~ Days", sleep, { residual: "exp(Days | Subject)" });
  const scores = simulateResiduals(fit("testScore ~ bodyLength + (1 | mountainRange)", dragons, beta));
  const severity = simulateResiduals(fit("severity ~ fungicide + (1 | block)", rust, beta));
  const counts = simulateResiduals(fit("y ~ x", overdispersed(3000), { family: "poisson" }), { n: 100 });
  const place = seed(7), east = Array.from({ length: 480 }, () => place.uniform());
  const north = east.map(() => place.uniform());
  const animals = simulateResiduals(
    fit("count ~ mined + (1 | site)", salamanders, { family: "poisson" }),
    { n: 100 },
  );
  const many = checkPredictions(fit("count ~ spp + mined + (1 | site)", salamanders, { family: "poisson" }), {
    by: ["spp", "mined"],
    n: 1000,
  });
  const of = (kind: string) => (frame: Frame, options?: Example["options"]): Example => ({
    kind,
    frame,
    meta: metaOf(frame)!,
    options,
  });
  const rows = dragons.lazy(), far = await fitFrom("testScore ~ bodyLength + (1 | mountainRange)", rows);
  const some = await sampleFrom(far, rows, { rows: 200 });
  const residuals = of("simulatedResiduals"), test = of("residualTest");
  return {
    residuals_48: residuals(severity),
    residuals_480: residuals(scores),
    residuals_3000: residuals(counts),
    residuals_of_sample: residuals(simulateResiduals(some, { n: 100 })),
    predictions_of_sample: of("predictionCheck")(checkPredictions(some, { by: "mountainRange", n: 100 })),
    residuals_by_factor: residuals(scores, { x: "mountainRange" }),
    residuals_in_panels: residuals(scores, { facet: "mountainRange" }),
    test_dispersion: test(testDispersion(counts)),
    test_zeros: test(testZeroInflation(counts)),
    test_quantiles: test(testQuantiles(scores, { x: "bodyLength" })),
    test_categorical: test(testCategorical(scores, { x: "mountainRange" })),
    test_temporal: test(testTemporalAutocorrelation(scores, { time: east.map((_, i) => i) })),
    test_spatial: test(testSpatialAutocorrelation(scores, { x: east, y: north })),
    model_check: of("modelCheck")(
      checkModel(fit("testScore ~ bodyLength + site + (bodyLength | mountainRange)", dragons, beta)),
    ),
    model_check_by_site: of("modelCheck")(
      checkModel(fit("testScore ~ bodyLength + site + (1 | mountainRange)", dragons, beta)),
      { facet: "site" },
    ),
    model_check_counts: of("modelCheck")(checkModel(fit("y ~ x", overdispersed(300), { family: "poisson" }))),
    family_advice: of("familyAdvice")(adviseFamily("y ~ x", overdispersed(300))),
    family_advice_together: of("familyAdvice")(adviseFamily("y ~ x", overdispersed(300)), { facet: false }),
    family_advice_density: of("familyAdvice")(adviseFamily("severity ~ fungicide + (1 | block)", rust)),
    predictions_by_group: of("predictionCheck")(
      checkPredictions(fit("testScore ~ bodyLength + (1 | mountainRange)", dragons, beta), "mountainRange"),
    ),
    predictions_of_many: of("predictionCheck")(many),
    predictions_in_panels: of("predictionCheck")(many, { facet: "mined" }),
    predictions_binary: of("predictionCheck")(
      checkPredictions(fit("use ~ age + urban", contraception, { family: "binomial" }), "livch"),
    ),
    binned: of("modelCheck")(
      checkModel(fit("use ~ age + urban + (1 | district)", contraception, { family: "binomial" }), {
        n: 100,
      }),
    ),
    variogram: of("variogram")(variogram(days, { position: "Days", by: "Subject" })),
    variogram_of_structure: of("variogram")(
      variogram(decay, { position: "Days", by: "Subject", residuals: "pearson" }),
    ),
    test_all: test(testResiduals(scores)),
    test_all_in_panels: test(testResiduals(scores), { facet: "site" }),
    test_dispersion_in_panels: test(testDispersion(animals), { facet: "spp" }),
    test_categorical_in_panels: test(testCategorical(scores, { x: "mountainRange" }), { facet: "site" }),
    test_spatial_in_panels: test(testSpatialAutocorrelation(scores, { x: east, y: north }), {
      facet: "site",
    }),
  };
}

function overdispersed(n: number): Frame {
  const random = seed(11), x = Array.from({ length: n }, () => random.normal());
  return pl.DataFrame({ x, y: x.map((v) => random.negativeBinomial(2, Math.exp(0.5 + 0.4 * v))) });
}
