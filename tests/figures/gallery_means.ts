/** Examples of figures of marginal means and contrasts, on made-up estimates. */
import { frameOf } from "../../lib/frame.ts";
import type { EstimatesMeta } from "../../lib/inference/means/estimates_frame.ts";
import type { Example } from "./gallery.ts";

/** What the figures of means and contrasts read. */
type Shown = Omit<EstimatesMeta, "estimates">;

const MODEL = "breaks ~ wool * tension + (1 | loom), poisson (log)";
const AVERAGED = "Results are averaged over the levels of: site";
const TUKEY = "tukey method for comparing a family of 3 estimates";
const BY_TUKEY = { by: TUKEY, count: null, error: 0 };

/** Factor levels of some rows with an estimate and a standard error on the log scale. */
type Mean = readonly [levels: readonly string[], eta: number, se: number, letters?: string];

function means(names: readonly string[], rows: readonly Mean[], meta: Partial<Shown>): Example {
  const by = meta.shown?.by ?? [], letters = rows.map(([, , , text]) => text ?? null);
  const number = (value: (eta: number, se: number) => number) =>
    Float64Array.from(rows, ([, eta, se]) => value(eta, se));
  return {
    kind: "emmeans",
    frame: frameOf({
      ...Object.fromEntries(names.map((name, k) => [name, rows.map(([levels]) => levels[k])])),
      estimate: number((eta) => Math.exp(eta)),
      std_error: number((eta, se) => Math.exp(eta) * se),
      df: rows.map(() => Infinity),
      conf_low: number((eta, se) => Math.exp(eta - 1.96 * se)),
      conf_high: number((eta, se) => Math.exp(eta + 1.96 * se)),
      ...(letters.some((text) => text !== null) ? { letters } : {}),
    }),
    meta: {
      title: MODEL,
      response: "breaks",
      range: [0, Infinity],
      level: 0.95,
      scale: "response",
      variables: names.map((name, k) => ({
        name,
        kind: "factor" as const,
        levels: [...new Set(rows.map(([levels]) => levels[k]))],
      })),
      notes: [AVERAGED, "Confidence level used: 0.95"],
      shown: { by, kind: "means" },
      ...meta,
    } as Shown,
  };
}

function contrasts(
  rows: readonly (readonly [by: string | null, name: string, value: number, se: number])[],
  ratios: boolean,
): Example {
  const shown = ratios ? Math.exp : (x: number) => x,
    p = (value: number, se: number) => Math.exp(-Math.abs(value / se) * 1.7);
  const grouped = rows.some(([by]) => by !== null);
  return {
    kind: "contrast",
    frame: frameOf({
      ...(grouped ? { wool: rows.map(([by]) => by) } : {}),
      contrast: rows.map(([, name]) => name),
      estimate: rows.map(([, , value]) => shown(value)),
      std_error: rows.map(([, , , se]) => se),
      df: rows.map(() => Infinity),
      null: rows.map(() => shown(0)),
      statistic: rows.map(([, , value, se]) => value / se),
      p_value: rows.map(([, , value, se]) => p(value, se)),
      conf_low: rows.map(([, , value, se]) => shown(value - 2.34 * se)),
      conf_high: rows.map(([, , value, se]) => shown(value + 2.34 * se)),
    }),
    meta: {
      title: MODEL,
      response: ratios ? "ratio" : "difference",
      level: 0.95,
      null: ratios ? 1 : 0,
      notes: [`P value adjustment: ${TUKEY}`, `Confidence level adjustment: ${TUKEY}`],
      shown: { by: grouped ? ["wool"] : [], kind: "contrasts" },
      adjusted: { tests: [BY_TUKEY], intervals: [BY_TUKEY] },
    } as Shown,
  };
}

const TENSION = ["L", "M", "H"];
const WOOL: readonly Mean[] = ["A", "B"].flatMap((wool, w) =>
  TENSION.map((
    tension,
    t,
  ): Mean => [[tension, wool], 3.7 - 0.25 * t + (t - 1) * 0.3 * w, 0.08 + 0.02 * t, "cabcba"[3 * w + t]])
);

/** The examples by name. */
export function meansGallery(): Record<string, Example> {
  const plain = WOOL.map(([levels, eta, se]): Mean => [levels, eta, se]);
  const many = Array.from({ length: 12 }, (_, i) => i).flatMap((i) =>
    Array.from(
      { length: 11 - i },
      (_, k) =>
        [null, `fungicide${i + 1} - fungicide${i + k + 2}`, Math.sin(i) - Math.sin(i + k + 1), 0.3] as const,
    )
  );
  return {
    emmeans_panels: means(["tension", "wool"], plain, { shown: { by: ["wool"], kind: "means" } }),
    emmeans_interaction: means(["tension", "wool"], plain, {}),
    emmeans_letters: means(["tension", "wool"], WOOL, {}),
    emmeans_one: means(
      ["tension"],
      plain.slice(0, 3).map(([levels, ...rest]) => [levels.slice(0, 1), ...rest]),
      {},
    ),
    contrast_ratios: contrasts([
      ["A", "L / M", 0.62, 0.08],
      ["A", "L / H", 0.6, 0.08],
      ["A", "M / H", -0.02, 0.1],
      ["B", "L / M", -0.02, 0.09],
      ["B", "L / H", 0.41, 0.1],
      ["B", "M / H", 0.43, 0.1],
    ], true),
    contrast_differences: contrasts([
      [null, "Golden Rain - Marvellous", -5.3, 7.1],
      [null, "Golden Rain - (Victory+)", 6.9, 7.1],
      [null, "Marvellous - (Victory+)", 22.2, 7.1],
    ], false),
    contrast_many: contrasts(many, false),
  };
}
