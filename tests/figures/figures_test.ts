import assert from "node:assert/strict";
import { DISPLAY, type FigureElement, figureKinds, resultFrame } from "../../lib/display.ts";
import { frameOf } from "../../lib/frame.ts";
import * as figures from "../../lib/figures/mod.ts";
import "../../lib/figures/register.ts";
import { dataset, fit, simulateResiduals, testDispersion, testOutliers, testQuantiles } from "../../mod.ts";
import { type Example, gallery } from "./gallery.ts";

const examples = await gallery();

function draw({ kind, frame, meta, options }: Example): FigureElement {
  return resultFrame(kind, frame, meta).plot(options);
}

/** The SVG as it is stored: one element per line, so that differences are readable. */
function stored(figure: FigureElement): string {
  return figure.outerHTML.replaceAll("><", ">\n<") + "\n";
}

Deno.test("every figure is registered and has an example", () => {
  assert.deepEqual(figureKinds().sort(), Object.keys(figures).sort());
  for (const [name, { kind }] of Object.entries(figures)) assert.equal(kind.name, name);
  const shown = new Set(Object.values(examples).map((example) => example.kind));
  assert.deepEqual([...shown].sort(), figureKinds().sort());
});

for (const [name, example] of Object.entries(examples)) {
  Deno.test(`figure ${name} looks as it did`, async () => {
    const svg = stored(draw(example));
    const file = new URL(`./${name}.svg`, import.meta.url),
      changed = new URL(`./${name}-changed.svg`, import.meta.url);
    if (Deno.env.get("UPDATE")) await Deno.writeTextFile(file, svg);
    const before = await Deno.readTextFile(file).catch(() => "");
    if (before === svg) return await Deno.remove(changed).catch(() => {});
    await Deno.writeTextFile(changed, svg);
    assert.fail(
      `${name}.svg differs from ${name}-changed.svg: look at both; UPDATE=1 deno task test accepts the new one`,
    );
  });

  Deno.test(`figure ${name} keeps the rules of the house`, () => {
    const svg = draw(example).outerHTML;
    // ok() instead of match(): a failure must not print the whole figure.
    assert.ok(svg.startsWith("<svg"), "one SVG element");
    assert.ok(svg.includes('xmlns="http://www.w3.org/2000/svg"'), "can be saved as a file");
    assert.ok(svg.includes('fill="currentColor"'), "text has the page's colour");
    assert.ok(svg.includes("<title>"), "rows can be hovered");
    const bad = svg.match(
      /<style|<script|NaN|undefined|\[object|[^-]background:(?!none)|.{30}="-?\d*\.\d{3,}"/,
    );
    assert.equal(bad?.[0], undefined);
    assert.ok(draw(example).outerHTML === svg, "drawing twice gives the same");
  });
}

Deno.test("a proportion's axis is as long as the values ask, and stays between 0 and 1", () => {
  const axisOf = (low: number, estimate: number, high: number) => {
    const frame = frameOf({
      x: ["a", "b"],
      estimate: [estimate, estimate],
      conf_low: [low, low],
      conf_high: [high, high],
    });
    const svg = resultFrame("predict", frame, { response: "p", range: [0, 1] }).plot().outerHTML;
    const axis = /aria-label="y-axis tick label"[^]*?<\/g>/.exec(svg)![0];
    return [...axis.matchAll(/>([\d.]+)<\/text>/g)].map(([, text]) => Number(text));
  };
  const small = axisOf(0.01, 0.02, 0.048);
  assert.ok(Math.max(...small) <= 0.05 && Math.min(...small) <= 0.01, small.join(" "));
  const large = axisOf(0.93, 0.98, 0.9993);
  assert.ok(Math.max(...large) === 1 && Math.min(...large) >= 0.93, large.join(" "));
  const all = axisOf(0, 0.5, 1);
  assert.deepEqual([all.at(0), all.at(-1)], [0, 1]);
});

Deno.test("more than 2,000 points are thinned, and the caption says so", () => {
  const n = 5000, fitted = Float64Array.from({ length: n }, (_, i) => i / n);
  const frame = frameOf({
    row: Int32Array.from({ length: n }, (_, i) => i),
    fitted,
    residual: fitted,
    pearson: fitted,
  });
  const svg = resultFrame("augment", frame).plot().outerHTML;
  assert.ok(svg.match(/<circle/g)!.length <= 4000, "2,000 in each of two panels");
  assert.match(svg.replace(/<\/text><text[^>]*>/g, " "), /2,000 of 5,000 points are drawn/);
});

Deno.test("Plot options override, and marks are appended", () => {
  const { frame, meta } = examples.predict_line;
  const result = resultFrame("predict", frame, meta);
  const svg = result.plot({ width: 300, x: { label: "length in cm" }, caption: "My caption" }).outerHTML;
  for (const text of ['width="300"', "length in cm", "My caption"]) assert.ok(svg.includes(text), text);
  assert.ok(!svg.includes("beta (logit)"));
});

Deno.test("a plot shows itself in a notebook as HTML, which exporters keep", () => {
  const { kind, frame, meta } = examples.ranef;
  const figure = resultFrame(kind, frame, meta).plot() as unknown as { [DISPLAY](): Record<string, string> };
  const bundle = figure[DISPLAY]();
  assert.deepEqual(Object.keys(bundle), ["text/html", "text/plain"]);
  assert.match(bundle["text/html"], /^<div[^>]*><object [^>]*data="data:image\/svg\+xml,<svg /);
  assert.match(bundle["text/plain"], /^Reaction ~ Days \+ \(Days \| Subject\), gaussian\. Conditional modes/);
});

Deno.test("names with markup are text", () => {
  const frame = frameOf({
    "<b>x</b>": ["<i>a</i>", "b & c"],
    estimate: [1, 2],
    conf_low: [0, 1],
    conf_high: [2, 3],
  });
  const svg = resultFrame("predict", frame, { title: "<script>alert(1)</script>" }).plot().outerHTML;
  assert.equal(svg.match(/<script|<b>|<i>/)?.[0], undefined);
});

Deno.test("odd tables still give a figure", () => {
  const nothingVaries = frameOf({ x: [1], estimate: [0.5], conf_low: [0.4], conf_high: [0.6] });
  assert.match(resultFrame("predict", nothingVaries).plot().outerHTML, /<circle/);
  const noIntervals = frameOf({ x: [1, 2], estimate: [0.5, 0.6] });
  assert.match(resultFrame("predict", noIntervals).plot().outerHTML, /<path/);
  const noErrors = frameOf({
    component: ["cond"],
    group: ["g"],
    term: ["(Intercept)"],
    level: ["a"],
    estimate: [0],
  });
  assert.match(resultFrame("ranef", noErrors).plot().outerHTML, /<circle/);
});

Deno.test("options that name columns are checked", () => {
  const { frame, meta } = examples.augment;
  assert.throws(
    () => resultFrame("augment", frame, meta).plot({ groupBy: "Subjct" }),
    /RangeError: .*did you mean "Subject"/,
  );
});

Deno.test("the colour of alarm is for what is significant only", async () => {
  const alert = /#ff725c/, data = await dataset("sleepstudy");
  const fine = simulateResiduals(fit("Reaction ~ Days + (Days | Subject)", data, { family: "studentT" }), {
    n: 100,
  });
  const [dispersion, quantiles, outliers] = [testDispersion(fine), testQuantiles(fine), testOutliers(fine)];
  for (const test of [dispersion, quantiles, outliers]) {
    const [p] = test.getColumn("p_value").toArray() as number[];
    assert.equal(alert.test(test.plot().outerHTML), p < 0.05, `p = ${p}`);
  }
  const counts = await dataset("Salamanders"),
    wrong = fit("count ~ mined + (1 | site)", counts, { family: "poisson" });
  assert.match(testDispersion(simulateResiduals(wrong, { n: 100 })).plot().outerHTML, alert);
});

Deno.test("the outermost interval of an effect ends inside the frame, whatever the reader's axis is", () => {
  for (const name of ["emmeans_one", "emmeans_panels", "predict_factor", "effect_proportions_small"]) {
    const svg = draw(examples[name]).outerHTML;
    const group = /aria-label="rule"[^]*?<\/g>/g, ends: number[] = [];
    for (const [rules] of svg.matchAll(group)) {
      for (const [, y1, y2] of rules.matchAll(/y1="([\d.]+)" y2="([\d.]+)"|y2="([\d.]+)" y1="([\d.]+)"/g)) {
        if (y1) ends.push(Number(y1), Number(y2));
      }
      for (const [, y2, y1] of rules.matchAll(/y2="([\d.]+)" y1="([\d.]+)"/g)) {
        ends.push(Number(y1), Number(y2));
      }
    }
    const top = name === "emmeans_panels" ? 42 : 28;
    assert.ok(Math.min(...ends) >= top + 5, `${name}: ${Math.min(...ends)} below ${top}`);
  }
});
