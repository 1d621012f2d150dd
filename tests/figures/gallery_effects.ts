/** Examples of effects with their data, on fitted models: every form of response, groups, letters, arrows, p-values. */
import { metaOf } from "../../lib/display.ts";
import type { FigureMeta, PlotOptions, ResultFrame } from "../../lib/display.ts";
import type { Frame } from "../../lib/frame.ts";
import {
  cld,
  dataGrid,
  dataset,
  emmeans,
  emmip,
  fit,
  nominalTest,
  pl,
  predict,
  pwpp,
  range,
  scaleTest,
} from "../../mod.ts";
import type { Example } from "./gallery.ts";

/** Uniform numbers that are the same each time. */
const uniform = (i: number) => {
  const v = Math.sin(12.9898 * (i + 1)) * 43758.5453;
  return v - Math.floor(v);
};

/** 240 rows with every form of response. */
export function forms(): Frame {
  const rows = Array.from({ length: 240 }, (_, i) => i), level = (i: number) => i % 3;
  return pl.DataFrame({
    x: rows.map((i) => 4 * uniform(i)),
    f: rows.map((i) => "abc"[level(i)]),
    g: rows.map((i) => `g${i % 4}`),
    y: rows.map((i) => 3 + 2 * uniform(i) + level(i) + (i % 4) + uniform(i + 99)),
    outcome: rows.map((i) =>
      2 * uniform(i) + level(i) / 2 + 3 * uniform(i + 500) > 2.6 ? "germinated" : "dead"
    ),
    alive: rows.map((i) => uniform(i + 77) < 0.3 + 0.2 * level(i)),
    rating: rows.map((i) =>
      ["1 low", "2 middle", "3 high"][Math.min(2, Math.floor(1.6 * (uniform(i) + uniform(i + 900))))]
    ),
  }) as Frame;
}

/** Thirty varieties in eight plots each. */
export function varieties(): Frame {
  const rows = Array.from({ length: 240 }, (_, i) => i);
  return pl.DataFrame({
    yield: rows.map((i) => 2 * Math.sin(i % 30) + 2 * uniform(i)),
    variety: rows.map((i) => `variety ${String(i % 30 + 1).padStart(2, "0")}`),
  }) as Frame;
}

function shown(kind: string, result: ResultFrame | object, options?: PlotOptions): Example {
  const frame = result as Frame;
  return { kind, frame, meta: metaOf(frame) as FigureMeta, options };
}

/** The examples by name. */
export async function effectsGallery(): Promise<Record<string, Example>> {
  const data = forms(), cbpp = await dataset("cbpp"), sleep = await dataset("sleepstudy");
  const salamanders = await dataset("Salamanders"), warp = await dataset("warpbreaks");
  const wine = (await dataset("wine")) as Frame, rated = wine.getColumn("rating").toArray().map(String);
  const soured = fit(
    "taste ~ temp + contact",
    wine.withColumns(
      pl.Series("taste", rated.map((r) => r <= "2" ? "1 low" : r === "3" ? "2" : "3 high")),
    ),
    { family: "cumulative" },
  );
  const disease = fit("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, {
    family: "binomial",
  });
  const text = fit("outcome ~ x + f + (1 | g)", data, { family: "binomial" });
  const logical = fit("alive ~ f", data, { family: "binomial" });
  const counts = fit("count ~ spp * mined + (1 | site)", salamanders, { family: "nbinom2" });
  const breaks = fit("log(breaks) ~ wool * tension", warp, { levels: { tension: ["L", "M", "H"] } });
  const reaction = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const response = { type: "response" } as const;
  return {
    effect_proportions: shown("emmeans", emmeans(disease, "~ period", response)),
    effect_proportions_small: shown("emmeans", emmeans(disease, "~ period", response), { points: false }),
    effect_text: shown("emmeans", emmeans(text, "~ f", response), { points: true }),
    effect_text_number: shown(
      "predict",
      predict(text, dataGrid(data, { x: range(20), f: true }), { randomEffects: "none" }),
      { points: true },
    ),
    effect_boolean: shown("emmeans", emmeans(logical, "~ f", response), { points: true }),
    effect_counts: shown("emmeans", emmeans(counts, "~ spp * mined", response)),
    effect_partial: shown(
      "predict",
      predict(fit("y ~ x + f + (1 | g)", data), dataGrid(data, { x: range(10), f: true }), {
        randomEffects: "none",
      }),
      { points: "partial" },
    ),
    effect_ordinal: shown(
      "predict",
      predict(fit("rating ~ x", data, { family: "cumulative" }), { x: range(20) }),
      { points: true },
    ),
    effect_stacked: shown(
      "predict",
      predict(fit("rating ~ x + f", data, { family: "cumulative" }), { x: range(20), f: true }),
      { stacked: true },
    ),
    effect_stacked_bars: shown(
      "emmeans",
      emmeans(fit("rating ~ x + f", data, { family: "cumulative" }), "~ rating | f", {
        component: "probability",
      }),
      { stacked: true },
    ),
    nominal_test: shown("assumptionTest", nominalTest(fit("rating ~ x + f", data, { family: "cumulative" }))),
    nominal_test_wine: shown("assumptionTest", nominalTest(soured, { method: "brant" })),
    scale_test: shown("assumptionTest", scaleTest(soured), { labels: { tempwarm: "warm" } }),
    effect_groups_few: shown("predict", predict(fit("y ~ x + (1 | g)", data), { x: range(20), g: true })),
    effect_groups_many: shown("predict", predict(reaction, { Days: range(10), Subject: true })),
    effect_interaction: shown("emmeans", emmip(breaks, "wool ~ tension", response)),
    effect_arrows: shown("emmeans", emmeans(breaks, "~ tension * wool", response), { comparisons: true }),
    effect_letters_30: shown("emmeans", cld(emmeans(fit("yield ~ variety", varieties()), "~ variety"))),
    pwpp: shown("pwpp", pwpp(emmeans(counts, "~ spp | mined", response))),
    pwpp_together: shown("pwpp", pwpp(emmeans(counts, "~ spp | mined", response)), { facet: false }),
  };
}
