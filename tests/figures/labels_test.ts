/** Labels that are too long are shortened, and stay different from one another: in every figure that writes names. */
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
    assert.equal(new Set(written.values()).size, new Set(labels).size);
    for (const [label, text] of written) {
      assert.ok(textWidth(text) <= pixels, `${text} takes ${textWidth(text)} pixels`);
      if (textWidth(label) <= pixels && !text.includes("…")) assert.equal(text, label);
    }
  });
}

Deno.test("labels: where nothing shorter differs they are written in full", () => {
  const long = (a: string, b: string) => "x".repeat(60) + a + "y".repeat(60) + b + "z".repeat(60);
  const labels = [long("1", "2"), long("2", "1")];
  assert.deepEqual([...fittedLabels(labels, 80).values()], labels);
});

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

const shortened = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*…[^<]*)<\/text>/g)].map(([, text]) => text);

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
  Deno.test(`labels of ${what}: no two are the same`, () => {
    const labels = shortened(figure().outerHTML);
    assert.equal(new Set(labels).size, labels.length, labels.join("; "));
  });
}

Deno.test("raw points stand beside the interval of their own colour, in the order of the legend", () => {
  const grid = t.dataGrid(model, { trt: true, v: true });
  const svg = t.predict(model, grid, { randomEffects: "none" }).plot({ points: true }).outerHTML;
  const raw = new Map<string, number>(), estimates = new Map<string, number>();
  let dx = 0;
  for (const [element] of svg.matchAll(/<g [^>]*aria-label="[^"]*"[^>]*>|<circle[^>]*>/g)) {
    if (element.startsWith("<g")) dx = Number(/translate\((-?[\d.]+)/.exec(element)?.[1] ?? 0);
    else {
      const color = /fill="([^"]+)"/.exec(element)![1], r = Number(/ r="([\d.]+)"/.exec(element)![1]);
      (r < 3 ? raw : estimates).set(color, dx);
    }
  }
  const [yes, no] = ["#4c7fe6", "#efb118"];
  assert.ok(estimates.get(yes)! < estimates.get(no)!, "left to right as in the legend");
  for (const color of [yes, no]) {
    const gap = raw.get(color)! - estimates.get(color)!;
    assert.ok(gap > 2 && gap < 12, `points of ${color} stand ${gap} pixels from their interval`);
  }
  assert.ok(raw.get(yes)! < estimates.get(no)!, "not under the other's interval");
});
