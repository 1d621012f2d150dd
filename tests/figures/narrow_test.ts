/** What a figure does where the room, or what it lists, is less than there is to show. */
import assert from "node:assert/strict";
import { DISPLAY, metaOf, resultFrame } from "../../lib/display.ts";
import { longest, textWidth } from "../../lib/figures/text.ts";
import {
  adviseFamily,
  checkModel,
  checkPredictions,
  dataset,
  fit,
  pl,
  simulateResiduals,
} from "../../mod.ts";

const dragons = await dataset("dragons_1"), beta = { family: "beta" } as const;
const model = fit("testScore ~ bodyLength + (1 | mountainRange)", dragons, beta);
const shown = (value: unknown) => (value as { [DISPLAY](): Record<string, string> })[DISPLAY]()["text/html"];
/** Texts of an SVG with their places. */
const texts = (svg: string) =>
  [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, text]) => ({
    text,
    x: Number(/\bx="([\d.]+)"/.exec(attributes)?.[1] ?? NaN),
    y: /\by="([\d.]+)"/.exec(attributes)?.[1],
  }));

Deno.test("titles of the families that stand beside each other do not meet, at any width", () => {
  const x = Array.from({ length: 200 }, (_, i) => i / 100);
  const y = x.map((v, i) => Math.floor(Math.exp(v) * (1 + Math.sin(12.3 * i)) ** 2));
  const advice = adviseFamily("y ~ x", pl.DataFrame({ x, y }));
  for (const width of [360, 500, 640, 840]) {
    const titles = texts(advice.plot({ width }).outerHTML).filter(({ text }) => /: (AICc|\+)/.test(text));
    assert.ok(titles.length > 1);
    for (const a of titles) {
      for (const b of titles) {
        if (a.y === b.y && a.x < b.x) {
          assert.ok(a.x + textWidth(a.text) < b.x, `${width}: ${a.text} | ${b.text}`);
        }
      }
    }
  }
});

Deno.test("the ranks of a narrow panel have fewer labels, and these have room", () => {
  const residuals = simulateResiduals(model);
  for (const [width, ticks] of [[640, 3], [1400, 5]] as const) {
    const svg = residuals.plot({ facet: "mountainRange", width }).outerHTML;
    const groups = [...svg.matchAll(/aria-label="x-axis tick label"[^>]*>(.*?)<\/g>/gs)].map(([, g]) =>
      [...g.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text)
    );
    const ranked = groups.filter((labels) => labels.length === ticks);
    assert.ok(ranked.length >= 8, `${width}: ${groups.map((labels) => labels.length)}`);
    const panel = width / 3;
    for (const labels of ranked) assert.ok(labels.length * longest(labels, 10) < panel - 40);
  }
});

Deno.test("where more groups are off than are listed, the last finding says how many", () => {
  const groups = Array.from({ length: 30 }, (_, k) => `g${String(k).padStart(2, "0")}`);
  const g = groups.flatMap((name) => new Array<string>(40).fill(name));
  const y = g.map((name, i) => (Number(name.slice(1)) % 2 ? 3 : -3) + Math.sin(7 * i));
  const wrong = fit("y ~ 1", pl.DataFrame({ y, g }));
  const check = checkPredictions(wrong, { by: "g", n: 1200 });
  const { rows } = metaOf(check) as unknown as { rows: { off: boolean }[] };
  const off = rows.filter((row) => row.off).length;
  assert.equal(off, 60); // every mean by 3, every standard deviation by a factor of 4
  assert.ok(shown(check).includes(`${off - 12} more: the table lists all.`));
  // 60 p-values of at least 1/250 cannot reach 5 % after adjustment: that is not "what the model predicts"
  const few = shown(checkPredictions(wrong, "g"));
  assert.ok(few.includes("take n of 1200 or more") && !few.includes("what the model predicts"));
});

Deno.test("a panel of inflation draws the largest, and says so", () => {
  const check = checkModel(model, { n: 50 });
  const inflation = Array.from({ length: 20 }, (_, k) => ({ term: `term${k}`, gvif: 1 + k }));
  const meta = Object.assign({}, metaOf(check), { inflation });
  const svg = resultFrame("modelCheck", check, meta).plot().outerHTML;
  const terms = texts(svg).map(({ text }) => text).filter((text) => /^term\d+$/.test(text));
  assert.deepEqual(terms.sort(), inflation.slice(6).map(({ term }) => term).sort());
  assert.ok(svg.includes("The largest 14 of 20."));
});
