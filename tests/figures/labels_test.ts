/** Labels that are too long are wrapped, never cut: in every figure that writes names. */
import assert from "node:assert/strict";
import { fittedLabels } from "../../lib/figures/labels.ts";
import { textWidth } from "../../lib/figures/text.ts";
import * as t from "../../mod.ts";

const doses = [50, 100, 150, 200].map((dose) => `Nitrogen fertiliser ${dose} kg per hectare, incorporated`);
const CASES: readonly (readonly [string, readonly string[], number])[] = [
  ["short ones stay", ["a", "b", "much"], 100],
  ["they differ at the ends", ["alpha of a long name that goes on", "beta of a long name that goes on"], 120],
  ["they differ in the middle", doses, 160],
  ["contrasts differ in two places", doses.flatMap((a) => doses.map((b) => `${a} - ${b}`)), 230],
  ["one word each", [
    "aaaaaaaaaaaaaaaaaaaaaaaa1bbbbbbbbbbbbbbbbbbbbbb",
    "aaaaaaaaaaaaaaaaaaaaaaaa2bbbbbbbbbbbbbbbbbbbbbb",
  ], 160],
  ["of several lengths", [
    "a long name of a treatment, dose 1, twice",
    "a long name of a treatment, dose 10, twice",
  ], 160],
];

for (const [what, labels, pixels] of CASES) {
  Deno.test(`labels: ${what}`, () => {
    const written = fittedLabels(labels, pixels);
    for (const [label, text] of written) {
      for (const line of text.split("\n")) {
        assert.ok(textWidth(line) <= pixels, `"${line}" takes ${textWidth(line)} pixels`);
      }
      assert.equal(text.replace(/\s/g, ""), label.replace(/\s/g, ""), "nothing is cut");
      if (textWidth(label) <= pixels) assert.equal(text, label);
    }
  });
}

const random = (i: number) => Math.sin(12.9898 * i) * 43758.5453 % 1;
const rows = Array.from({ length: 80 }, (_, i) => i);
const data = t.pl.DataFrame({
  y: rows.map((i) => random(i) + i % 4),
  trt: rows.map((i) => doses[i % 4]),
  v: rows.map((i) => ["yes", "no"][Math.floor(i / 4) % 2]),
  b: rows.map((i) => `b${i % 5}`),
});
const model = t.fit("y ~ trt * v + (1 | b)", data, { levels: { v: ["yes", "no"] } }),
  means = t.emmeans(model, "~ trt");

/** What a figure writes, the lines of a label joined. */
const written = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
    text.replace(/<title>.*?<\/title>/g, "").replace(/<\/tspan>/g, " ").replace(/<[^>]*>/g, "").replace(
      /\s+/g,
      " ",
    ).trim()
  );

for (
  const [what, figure] of Object.entries({
    means: () => means.plot(),
    pairs: () => t.pairs(means).plot(),
    "pairs, wide": () => t.pairs(means).plot({ width: 1400, marginLeft: 800 }),
    coefficients: () => t.tidy(model).plot(),
    predictions: () => t.predict(model, t.dataGrid(model, { trt: true }), { randomEffects: "none" }).plot(),
    "random effects": () => t.ranef(t.fit("y ~ 1 + (1 | trt)", data)).plot(),
  })
) {
  Deno.test(`labels of ${what}: in full`, () => {
    const texts = written(figure().outerHTML);
    assert.deepEqual(texts.filter((text) => text.includes("…")), []);
    for (const dose of doses.filter((each) => !each.includes(" 100 "))) {
      assert.ok(texts.some((text) => text.includes(dose)), `${dose} in ${texts.join("; ")}`);
    }
  });
}

Deno.test("raw points stand around the interval of their own colour, in the order of the legend", () => {
  const grid = t.dataGrid(model, { trt: true, v: true });
  const svg = t.predict(model, grid, { randomEffects: "none" }).plot({ points: true }).outerHTML;
  const raw = new Map<string, number[]>(), estimates = new Map<string, number[]>();
  let dx = 0;
  for (const [element] of svg.matchAll(/<g [^>]*aria-label="[^"]*"[^>]*>|<circle[^>]*>/g)) {
    if (element.startsWith("<g")) dx = Number(/translate\((-?[\d.]+)/.exec(element)?.[1] ?? 0);
    else {
      const [fill, r, cx] = ["fill", "r", "cx"].map((name) =>
        new RegExp(` ${name}="([^"]+)"`).exec(element)![1]
      );
      const at = Number(r) < 3 ? raw : estimates;
      at.set(fill, [...at.get(fill) ?? [], Number(cx) + dx]);
    }
  }
  const [yes, no] = ["#4c7fe6", "#efb118"];
  assert.ok(estimates.get(yes)![0] < estimates.get(no)![0], "left to right as in the legend");
  const step = estimates.get(no)![0] - estimates.get(yes)![0];
  for (const color of [yes, no]) {
    for (const x of raw.get(color)!) {
      const gap = Math.min(...estimates.get(color)!.map((other) => Math.abs(other - x)));
      assert.ok(
        gap < step / 2,
        `a point of ${color} stands ${gap} pixels from its interval, whose room is ${step}`,
      );
    }
    assert.ok(new Set(raw.get(color)).size > 20, "apart from one another");
  }
});
