/** Examples of the figures of data before there is a model, and of what describes models. */
import { dataset } from "../../lib/datasets.ts";
import { metaOf } from "../../lib/display.ts";
import type { Frame } from "../../lib/frame.ts";
import { compareParameters } from "../../lib/inference/describe/compare_parameters.ts";
import { influence } from "../../lib/inference/describe/influence.ts";
import { r2 } from "../../lib/inference/describe/r2.ts";
import { describe } from "../../lib/inference/describe/describe.ts";
import { distributions } from "../../lib/inference/describe/distributions.ts";
import { links } from "../../lib/inference/describe/links.ts";
import { emtrends } from "../../lib/inference/means/trends.ts";
import { meanVariance } from "../../lib/inference/diagnostics/mean_variance.ts";
import { beta } from "../../lib/model/families/beta.ts";
import { gamma } from "../../lib/model/families/gamma.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { residualTable } from "../../lib/inference/predict/residual_vector.ts";
import { fitted, residuals } from "../../lib/inference/predict/residuals.ts";
import { fit } from "../../lib/model/fit.ts";
import type { LookMeta } from "../../lib/figures/look.ts";
import { readSketch } from "../../lib/formula/sketch.ts";
import type { Example } from "./gallery.ts";

/** The examples by name. */
export async function dataGallery(): Promise<Record<string, Example>> {
  const dragons = await dataset("dragons_1"),
    counts = await dataset("Salamanders"),
    rust = await dataset("yellow_rust"),
    sleep = await dataset("sleepstudy");
  const of = (kind: string) => (frame: Frame, options?: Example["options"]): Example => ({
    kind,
    frame,
    meta: metaOf(frame)!,
    options,
  });
  const description = of("description");
  const model = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const vector = (options?: Example["options"]): Example => {
    const frame = residualTable(residuals(model), model, "response", fitted(model));
    return { kind: "residuals", frame, meta: metaOf(frame)!, options };
  };
  const contraception = await dataset("Contraception");
  const seen = (data: Frame, formula: string, options?: Example["options"]): Example => ({
    kind: "look",
    frame: data,
    options,
    meta: { title: formula, formula, sketch: readSketch(formula, data) } as LookMeta,
  });
  const models = compareParameters({
    poisson: fit("count ~ spp + mined + (1 | site)", counts, { family: "poisson" }),
    nbinom2: fit("count ~ spp + mined + (1 | site)", counts, { family: "nbinom2" }),
    "with zeros": fit("count ~ spp + mined + (1 | site)", counts, {
      family: "nbinom2",
      zeroInflation: "~ mined",
    }),
  });
  return {
    describe: description(describe(counts)),
    describe_groups: description(describe(dragons, "testScore ~ mountainRange")),
    describe_in_panels: description(describe(dragons, "testScore ~ site + mountainRange"), {
      facet: "mountainRange",
    }),
    describe_counts: description(describe(counts, "count + cover ~ mined")),
    describe_shares: description(describe(counts, "~ spp | mined")),
    look_curve: seen(dragons, "testScore ~ bodyLength"),
    look_panels: seen(dragons, "testScore ~ bodyLength | mountainRange"),
    look_colors: seen(counts, "count ~ spp | mined"),
    look_named: seen(dragons, "testScore ~ bodyLength | site", {
      facet: "site",
      labels: { testScore: "score in the test", site: "place", a: "Alp", bodyLength: "length (cm)" },
    }),
    look_strips: seen(dragons, "testScore ~ site | mountainRange"),
    look_trials: seen(await dataset("crowder_seeds"), "cbind(germ, n - germ) ~ gen + extract"),
    look_lines: seen(await dataset("blood_pressure"), "bp ~ time | hospital_id/patient_id"),
    look_means: seen(await dataset("Oats"), "yield ~ nitro + Block | Variety"),
    look_binary: seen(contraception, "use ~ age | urban"),
    look_shares: seen(contraception, "use ~ livch | urban"),
    look_categories: seen(contraception, "livch ~ age"),
    influence: of("influence")(
      influence(fit("count ~ spp + mined + (1 | site)", counts, { family: "poisson" })),
    ),
    influence_by_term: of("influence")(
      influence(fit("count ~ mined + (1 | site)", counts, { family: "poisson" })),
      { facet: "term" },
    ),
    r2_in_panels: of("r2")(r2(model, { bootstrap: 20 }), { facet: "r2" }),
    r2: of("r2")(r2(fit("testScore ~ bodyLength + site + (1 | mountainRange)", dragons, { family: "beta" }))),
    r2_intervals: of("r2")(r2(model, { bootstrap: 20 })),
    tidy_ratios: of("tidy")(
      tidy(fit("count ~ spp + mined + (1 | site)", counts, { family: "nbinom2", zeroInflation: "~ mined" }), {
        exponentiate: true,
      }),
    ),
    profile_by_group: of("profile")(
      confint(model, { method: "profile", terms: ["Days", "sd__(Intercept)", "sd__Days"] }),
      { facet: "group" },
    ),
    profile_ratios: of("profile")(
      confint(fit("count ~ spp + mined + (1 | site)", counts, { family: "poisson" }), {
        method: "profile",
        terms: ["sppDM", "sppEC-A", "minedno"],
        exponentiate: true,
      }),
    ),
    parameters: of("parameters")(models),
    parameters_by_model: of("parameters")(models, { facet: "model" }),
    emtrends: of("emmeans")(
      emtrends(fit("count ~ spp + mined * DOP + (1 | site)", counts, { family: "nbinom2" }), "~ mined", {
        var: "DOP",
      }),
    ),
    distributions: of("distributions")(
      distributions({ family: "poisson", mean: [2, 6] }, { family: "nbinom2", mean: 6, disp: 2 }),
    ),
    distributions_densities: of("distributions")(
      distributions({ family: "gamma", mean: [1, 2, 4], disp: 4 }),
    ),
    distributions_masses: of("distributions")(
      distributions({ family: "tweedie", mean: 2, disp: 1, power: [1.3, 1.7] }),
    ),
    links: of("links")(links("logit", "probit", "log")),
    links_all: of("links")(links()),
    mean_variance: of("meanVariance")(meanVariance(
      ...[beta(), gamma("log")].map((family) => fit("severity ~ fungicide + (1 | block)", rust, { family })),
    )),
    mean_variance_rings: of("meanVariance")(meanVariance(
      ...(["poisson", "nbinom2"] as const).map((family) =>
        fit("count ~ spp * mined + (1 | site)", counts, { family })
      ),
      { by: ["spp", "mined"] },
    )),
    residual_vector: vector(),
    residual_panels: vector({ facet: "Days" }),
    residual_along: vector({ kind: "fitted", along: "Subject" }),
  };
}
