/** Figures of comparisons: one axis, letters, arrows, p-values, interaction plots, and tables that polars derived. */
import assert from "node:assert/strict";
import {
  bootstrap,
  cld,
  confint,
  dataset,
  emmeans,
  emmip,
  fit,
  type Frame,
  pairs,
  pl,
  plot,
  predict,
  pwpp,
  ranef,
  simulateResiduals,
  tidy,
} from "../../mod.ts";
import { allFigures } from "../../lib/display.ts";
import "../../lib/figures/register.ts";
import { textWidth } from "../../lib/figures/text.ts";
import { comparisonArrows } from "../../lib/inference/means/comparison_arrows.ts";
import { estimatesOf } from "../../lib/inference/means/estimates_frame.ts";
import { varieties } from "./gallery_effects.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const salamanders = await dataset("Salamanders"),
  warp = await dataset("warpbreaks"),
  sleep = await dataset("sleepstudy");
const counts = fit("count ~ spp * mined + (1 | site)", salamanders, { family: "nbinom2" });
const breaks = fit("breaks ~ wool * tension", warp), means = emmeans(breaks, "~ tension | wool");

Deno.test("contrasts within seven levels: one panel, one axis, a heading for each", () => {
  const within = pairs(emmeans(counts, "~ mined | spp", { type: "response" })), svg = within.plot().outerHTML;
  assert.equal(within.plot.panels().length, 1);
  assert.equal(svg.match(/aria-label="x-axis label"/g)!.length, 1);
  for (const spp of ["GP", "PR", "DM", "EC-A", "EC-L", "DES-L", "DF"]) {
    assert.ok(svg.includes(`>spp = ${spp}<`), spp);
  }
  assert.equal(within.plot.panels({ facet: "spp" } as Any).length, 7, "where the reader wants panels");
  const [panel] = within.plot.panels() as Any[];
  assert.ok(panel.marginLeft >= 1.1 * textWidth("spp = DES-L") + 16, "headings have room left of the axis");
  assert.ok(svg.includes(">p &lt; 0.001<"), "as tables print p-values; the exact one shows on hovering");
});

Deno.test("letters of thirty means do not run into each other", () => {
  const lettered = cld(emmeans(fit("yield ~ variety", varieties()), "~ variety")),
    svg = lettered.plot().outerHTML;
  const groups = [
    ...svg.matchAll(
      /<g [^>]*font-size="([\d.]+)" font-weight="600"|<g [^>]*font-weight="600"[^>]*font-size="([\d.]+)"/g,
    ),
  ];
  const texts = [
    ...svg.matchAll(
      /<text transform="translate\(([\d.]+),([\d.]+)\)(?: rotate\((-?\d+)\))?"[^>]*>([a-zA-Z]+)<\/text>/g,
    ),
  ]
    .filter(([, , , turn]) => turn === "-90").map(([, x, , , text]) => ({ x: Number(x), text }));
  assert.ok(groups.length > 0 && texts.length === 30, `${texts.length} letterings are turned`);
  assert.ok(texts.some(({ text }) => textWidth(text) > 18), "level, they would collide");
  const at = texts.map(({ x }) => x).sort((a, b) => a - b);
  at.slice(1).forEach((x, i) => assert.ok(x - at[i] >= 12, `${x - at[i]} pixels between two`));
});

for (
  const [design, table] of [
    ["balanced", emmeans(breaks, "~ tension * wool")],
    ["of counts, ratios", emmeans(counts, "~ spp", { type: "response" })],
    ["within conditions", emmeans(counts, "~ spp | mined", { type: "response" })],
    ["thirty", emmeans(fit("yield ~ variety", varieties()), "~ variety")],
  ] as const
) {
  Deno.test(`comparison arrows overlap where means do not differ, or are said to mislead: ${design}`, () => {
    const e = estimatesOf(table, "test"), { low, high, misleading } = comparisonArrows(e);
    const rows = pairs(table, { adjust: "tukey" }).toRecords() as Any[],
      { pairs: compared } = pairsOf(pwpp(table));
    let wrong = 0;
    rows.forEach(({ p_value: p }, k) => {
      const [a, b] = compared[k], apart = high[a] < low[b] || high[b] < low[a];
      if (apart !== p < 0.05) wrong++;
    });
    assert.equal(wrong, misleading.length);
    assert.ok(wrong <= 0.03 * rows.length, `${wrong} of ${rows.length} mislead`);
    if (design === "balanced") {
      assert.equal(wrong, 0);
      const half = Array.from(low, (v, i) => high[i] - v);
      half.forEach((h) => assert.ok(Math.abs(h - half[0]) < 1e-6 * half[0], "all of one length"));
    }
  });
}

/** What the figure of p-values knows. */
function pairsOf(result: Any): { pairs: [number, number][]; dots: Any[] } {
  const dots = result.plot.panels().flatMap((panel: Any) =>
    panel.marks.filter((mark: Any) => mark.ariaLabel === "dot")
  );
  const table = result.toRecords().length, all: [number, number][] = [];
  const groups = result.plot.panels().map((panel: Any) => panel.marks.at(-1).data.length as number);
  let start = 0;
  for (const n of groups) {
    for (let a = 0; a < n; a++) for (let b = a + 1; b < n; b++) all.push([start + a, start + b]);
    start += n;
  }
  assert.equal(all.length, table);
  return { pairs: all, dots };
}

Deno.test("p-values: the table of pairs, each comparison drawn at its p-value", () => {
  const table = pwpp(means), { dots } = pairsOf(table);
  assert.deepEqual(table.toRecords(), pairs(means).toRecords());
  const drawn = dots.filter((_, k) => k % 2 === 0).flatMap((mark) => mark.data.map(({ p }: Any) => p)).sort((
    a,
    b,
  ) => a - b);
  assert.deepEqual(drawn, (table.toRecords() as Any[]).map((row) => row.p_value).sort((a, b) => a - b));
  const unadjusted = pwpp(means, { adjust: "none" }).toRecords() as Any[];
  assert.ok(unadjusted.every((row, i) => row.p_value <= (table.toRecords() as Any[])[i].p_value));
  assert.throws(() => pwpp(means, { adjust: "tukye" as never }), /did you mean "tukey"/);
});

Deno.test("emmip: the means of emmeans, the trace as lines over the factor", () => {
  const lines = emmip(breaks, "wool ~ tension");
  assert.deepEqual(lines.toRecords(), emmeans(breaks, "~ tension * wool").toRecords());
  const marks = lines.plot.marks() as Any[], joined = marks.filter((mark) => mark?.ariaLabel === "line");
  assert.deepEqual(joined.map((mark) => mark.data.map(({ line, x }: Any) => line + x)), [["AL", "AM", "AH"], [
    "BL",
    "BM",
    "BH",
  ]]);
  assert.ok(emmip(counts, "mined ~ 1 | spp").height === 14);
  assert.throws(() => emmip(breaks, "wool"), /SyntaxError: Cannot read specs: "wool" should have one "~"/);
});

Deno.test("a table that polars derived from a result is drawn by its columns", async () => {
  const few = pairs(means).filter(pl.col("p_value").lt(pl.lit(0.05)));
  const svg = plot(few).outerHTML;
  for (const row of few.toRecords() as Any[]) {
    assert.ok(svg.includes(`>${row.contrast}<`) && svg.includes(`wool = ${row.wool}`));
  }
  const draws = await bootstrap(fit("Reaction ~ Days + (1 | Subject)", sleep), { n: 4, workers: 1 });
  const model = fit("Reaction ~ Days + (Days | Subject)", sleep), all = pl.lit(true);
  const derived: Record<string, Frame> = {
    emmeans: means.filter(all),
    predict: predict(model, { Days: [0, 9] }, { randomEffects: "none" }).filter(all),
    tidy: tidy(model).filter(all),
    ranef: ranef(model).filter(all),
    bootstrap: draws.filter(all),
    contrast: few,
  };
  for (const [kind, frame] of Object.entries(derived)) {
    assert.deepEqual(
      allFigures().filter(({ table }) => table?.isOf(new Set(frame.columns))).map((f) => f.kind.name),
      [kind],
    );
    assert.equal(plot(frame).outerHTML, plot(frame, kind).outerHTML);
    assert.ok(plot(frame, { width: 500, title: "Mine" }).outerHTML.includes("Mine"));
  }
  assert.ok(plot(confint(model).filter(all)).outerHTML.includes("Days"), "intervals as a forest");
  assert.equal(plot(means).outerHTML, means.plot().outerHTML, "a result draws itself");
  assert.ok(
    plot(pairs(emmeans(counts, "~ spp", { type: "response" })).filter(all)).outerHTML.includes(">ratio<"),
  );
});

Deno.test("plot says what it needs when a column is gone", () => {
  const gone = pairs(means).drop("estimate");
  assert.throws(
    () => plot(gone),
    /RangeError: Cannot plot the table as "contrast": it has no column "estimate"; the figure needs "contrast", "estimate"/,
  );
  assert.throws(
    () => plot(sleep),
    /RangeError: Cannot plot the table: its columns "Reaction", .* are those of no figure; there are figures for/,
  );
  assert.throws(
    () => plot(means.filter(pl.lit(true)), "emmean"),
    /Cannot use kind: "emmean".*did you mean "emmeans"/,
  );
  assert.throws(
    () => plot(simulateResiduals(counts, { n: 10 }).filter(pl.lit(true))),
    /drawn from more than columns/,
  );
  assert.throws(() => plot([1] as Any), /TypeError: Cannot plot an array: it should be a data frame/);
});

Deno.test("titles of profiles and draws are what the parameters are", async () => {
  const model = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const titles = (result: Any) => result.plot.panels().map(({ title }: Any) => title.replace(/\s+/g, " "));
  assert.deepEqual(
    titles(confint(model, { method: "profile", terms: ["Days", "sd__Days", "cor__(Intercept).Days"] })),
    [
      "Days",
      "SD of Days, Subject",
      "correlation of (Intercept), Days, Subject",
    ],
  );
  const serial = fit("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", sleep);
  const draws = await bootstrap(serial, { n: 2, workers: 1 });
  assert.ok(titles(draws).includes("correlation of neighbours, Subject"), titles(draws).join("; "));
  assert.ok(titles(draws).includes("residual SD"));
});
