/** Figures of slopes, of their comparisons, and logarithmic axes of small panels. */
import assert from "node:assert/strict";
import { cld, confint, dataset, emtrends, fit, pairs, table } from "../../mod.ts";

const counts = await dataset("Salamanders"), sleep = await dataset("sleepstudy");
const model = fit("count ~ spp * DOP * mined + (1 | site)", counts, { family: "poisson" });
const slopes = emtrends(model, "~ mined | spp", { var: "DOP" });
const words = (svg: string) =>
  [...svg.matchAll(/<t(?:ext|span)[^>]*>([^<]+)/g)].map(([, text]) => text.trim()).join(" ");

Deno.test("slopes have the line of none where some lie on either side of it", () => {
  assert.match(words(slopes.plot().outerHTML), /The dashed line at 0 is no slope\./);
  assert.match(slopes.plot().outerHTML, /stroke-dasharray="4 3"/);
  const steep = emtrends(fit("Reaction ~ Days + (Days | Subject)", sleep), "~ 1", { var: "Days" });
  assert.doesNotMatch(steep.plot().outerHTML, /stroke-dasharray|no slope/);
  const ends = steep.plot({ bands: false }).outerHTML;
  assert.doesNotMatch(ends, /stroke-dasharray/);
});

Deno.test("differences of slopes say so; a row that is not drawn is named with its group", () => {
  const said = words(pairs(slopes).plot().outerHTML);
  assert.match(said, /difference in slope of DOP \(log scale\)/);
  assert.match(said, /without a finite estimate: spp = GP, yes - no\./);
});

Deno.test("letters of slopes are of slopes", () => {
  const letters = cld(
    emtrends(fit("count ~ mined * DOP", counts, { family: "poisson" }), "~ mined", { var: "DOP" }),
  );
  assert.match(
    words(letters.plot().outerHTML),
    /Slopes that share a letter are not shown to differ; that does not show/,
  );
  assert.match(table(letters).notes.join(" "), /Letters: slopes that share a letter/);
});

Deno.test("every tick of a small logarithmic axis has its number, and there are at least two", () => {
  const ratios = confint(fit("count ~ mined * DOP + spp + (1 | site)", counts, { family: "nbinom2" }), {
    method: "profile",
    exponentiate: true,
    terms: ["minedno", "DOP", "minedno:DOP"],
  });
  const svg = ratios.plot().outerHTML;
  const count = (label: string) =>
    [...svg.matchAll(new RegExp(`<g[^>]*aria-label="${label}"[^>]*>(.*?)</g>`, "gs"))].map(([, group]) =>
      (group.match(/<(path|text)\b/g) ?? []).length
    );
  const ticks = count("x-axis tick"), labels = count("x-axis tick label");
  assert.equal(ticks.length, 3);
  assert.deepEqual(ticks, labels);
  assert.ok(ticks.every((n) => n >= 2 && n <= 4), String(ticks));
  assert.doesNotMatch(svg, /<text[^>]*><\/text>|<text[^>]*\/>/);
});
