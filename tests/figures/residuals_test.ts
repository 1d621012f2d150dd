/** Figures of residuals: what is marked, what fills the panel, what stands beside them. */
import assert from "node:assert/strict";
import { DISPLAY } from "../../lib/display.ts";
import {
  adviseFamily,
  checkModel,
  dataset,
  fit,
  type Frame,
  pl,
  residualsFromSimulations,
  type ResultFrame,
  setSeed,
  simulateResiduals,
  testDispersion,
  testGeneric,
  testOutliers,
  testQuantiles,
  testResiduals,
  testZeroInflation,
} from "../../mod.ts";

const ALERT = "#ff725c";
const rust = await dataset("yellow_rust"), contraception = await dataset("Contraception");
const few = simulateResiduals(fit("severity ~ fungicide + (1 | block)", rust, { family: "beta" }));
const binary = fit("use ~ age + urban + (1 | district)", contraception, { family: "binomial" });

function shown(value: unknown): Record<string, string> {
  return (value as { [DISPLAY](): Record<string, string> })[DISPLAY]();
}
/** Lines of text below the panels. */
const captionLines = (frame: ResultFrame) =>
  [...frame.plot().outerHTML.split("</svg>").at(-2)!.matchAll(/<text [^>]*opacity="0.8"[^>]*>/g)].length;
/** Shaded bands, as paths that are filled. */
const bands = (svg: string) => svg.match(/aria-label="area"/g)?.length ?? 0;

Deno.test("few rows: only the median has a band, which leaves the panel free; many rows: all three", async () => {
  // the band of the Q–Q plot, and that of the median
  assert.equal(bands(few.plot().outerHTML), 2);
  const dragons = await dataset("dragons_1");
  const many = simulateResiduals(
    fit("testScore ~ bodyLength + (1 | mountainRange)", dragons, { family: "beta" }),
  );
  assert.equal(bands(many.plot().outerHTML), 4);
});

Deno.test("responses of 0 and 1 have binned residuals, not bars of two frequencies", () => {
  for (
    const svg of [checkModel(binary, { n: 100 }), adviseFamily("use ~ age", contraception)].map((f) =>
      f.plot().outerHTML
    )
  ) {
    assert.ok(svg.includes("mean residual") && svg.includes("fitted probability of use"));
    assert.ok(!svg.includes("√ frequency"));
  }
});

Deno.test("binned residuals: means of observed minus fitted within bins, and where those of simulations lie", async () => {
  const { predictiveCheck } = await import("../../lib/inference/diagnostics/predictive.ts");
  const { stateOf } = await import("../../lib/inference/diagnostics/state.ts");
  const { normals } = { normals: setSeed(3) };
  const p = Float64Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  const draw = () => p.map((v) => +(normals.runif(1)[0] < v));
  const simulated = Array.from({ length: 200 }, draw), observed = draw();
  const state = stateOf(residualsFromSimulations({ simulated, observed, fitted: p, integer: true }), "test");
  const check = predictiveCheck(state);
  assert.equal(check.kind, "binned");
  assert.equal(check.at.length, 20); // √400 bins of 20 rows
  assert.ok(Math.abs(check.at[0] - 10 / 400) < 1e-12);
  const first = observed.slice(0, 20).reduce((s, v) => s + v, 0) / 20 - check.at[0];
  assert.ok(Math.abs(check.observed[0] - first) < 1e-12);
  // half of the band: 1.96 √(p(1 − p)/20) in the middle, up to the noise of 200 simulations (15 %)
  const half = (check.high[10] - check.low[10]) / 2, should = 1.96 * Math.sqrt(0.25 / 20);
  assert.ok(Math.abs(half / should - 1) < 0.2, `${half} ${should}`);
});

Deno.test("what was observed has the colour of alarm only where its test is significant", async () => {
  const sleep = await dataset("sleepstudy");
  const fine = checkModel(fit("Reaction ~ Days + (Days | Subject)", sleep, { family: "studentT" }), {
    n: 100,
  });
  const verdicts = fine.getColumn("verdict").toArray(), svg = fine.plot().outerHTML;
  assert.equal(svg.includes(ALERT), verdicts.some((v) => v !== "fine"), verdicts.join());
  assert.ok(!adviseFamily("use ~ age", contraception).plot().outerHTML.includes(ALERT));
});

Deno.test("one line below the figure; the findings in a list beside it, marked without colours, without script", () => {
  for (
    const frame of [
      few,
      testDispersion(few),
      testQuantiles(few),
      testResiduals(few),
      checkModel(binary, { n: 50 }),
    ]
  ) {
    assert.equal(captionLines(frame), 1);
    for (const value of [frame, frame.plot()]) {
      const { "text/html": html, "text/plain": text } = shown(value);
      const list = html.slice(html.indexOf("<ul"), html.indexOf("</ul>"));
      assert.match(list, /<li[^>]*><span[^>]*>[✓✗◦]<\/span><b>/);
      assert.doesNotMatch(html, /<script|onclick/);
      assert.match(text, /[✓✗◦] \w/);
    }
  }
  const wrong = fit("count ~ 1", pl.DataFrame({ count: [0, 0, 9, 0, 31, 0, 0, 4, 0, 55] }), {
    family: "poisson",
  });
  const { "text/html": html } = shown(testDispersion(simulateResiduals(wrong, { n: 250 })));
  assert.match(html, /✗<\/span><b>dispersion/);
  assert.match(
    shown(simulateResiduals(wrong))["text/html"],
    /→ fit\(&quot;count ~ 1&quot;, data, \{ family: nbinom2\(\) \}\)/,
  );
});

Deno.test("a test by n simulations never says p = 0: the table, the list and the figure say p < 1/n", () => {
  const counts = pl.DataFrame({ count: [0, 0, 9, 0, 31, 0, 0, 4, 0, 55, 0, 0] });
  const residuals = simulateResiduals(fit("count ~ 1", counts, { family: "poisson" }), { n: 200 });
  const tests: Record<string, Frame> = {
    dispersion: testDispersion(residuals),
    zeros: testZeroInflation(residuals),
    generic: testGeneric(residuals, { summary: (y) => Math.max(...y) }),
    outliers: testOutliers(residuals, { type: "bootstrap" }),
  };
  for (const [name, frame] of Object.entries(tests)) {
    assert.equal(frame.getColumn("p_value").toArray()[0], 0, name);
    const { "text/html": html, "text/plain": text } = shown(frame);
    assert.match(html, />&lt; 0\.005</, name);
    assert.match(text, /< 0\.005[^]*p < 0\.005/, name);
  }
  const all = shown(testResiduals(residuals))["text/html"];
  assert.ok(all.match(/>&lt; 0\.005</g)!.length >= 2);
  assert.match(residuals.plot().outerHTML, /Dispersion [\d.]+, p &lt; 0\.005/);
});

Deno.test("row numbers of outliers do not lie on each other", async () => {
  const dragons = await dataset("dragons_1");
  const formula = "testScore ~ bodyLength + site + (bodyLength | mountainRange)";
  const svg = checkModel(fit(formula, dragons, { family: "beta" })).plot().outerHTML;
  const at =
    svg.match(/<g[^>]*fill="#ff725c"[^>]*aria-label="text"|<g[^>]*aria-label="text"[^>]*fill="#ff725c"/g) ??
      [];
  assert.equal(at.length, 1);
  const labels = svg.slice(svg.indexOf(at[0])).split("</g>")[0];
  const places = [...labels.matchAll(/translate\(([\d.]+),([\d.]+)\)/g)].map((
    [, x, y],
  ) => [Number(x), Number(y)]);
  assert.ok(places.length >= 4, labels);
  for (const [i, [x, y]] of places.entries()) {
    for (const [u, v] of places.slice(i + 1)) assert.ok(Math.abs(x - u) >= 25 || Math.abs(y - v) >= 12);
  }
});

Deno.test("each quantile's curve has the colour of its own adjusted p-value, and is of the quantile that was tested", () => {
  const residuals = simulateResiduals(binary, { n: 100 });
  const curves = (svg: string) =>
    [...svg.matchAll(
      /<g [^>]*stroke-width="2"[^>]*aria-label="line"[^>]*>|<g [^>]*aria-label="line"[^>]*stroke-width="2"[^>]*>/g,
    )]
      .map(([group]) => group.includes(ALERT));
  const adjusted = (text: string) => {
    const p = [...text.matchAll(/0\.\d+: (<?\s*[\d.e-]+)/g)].map(([, v]) => Number(v.replace("<", "")));
    const order = [...p.keys()].sort((a, b) => p[b] - p[a]), out: number[] = [];
    let least = 1;
    order.forEach((i, k) => out[i] = least = Math.min(least, p[i] * p.length / (p.length - k)));
    return out;
  };
  for (const quantiles of [[0.25, 0.5, 0.75], [0.1, 0.3, 0.6, 0.9]]) {
    const test = testQuantiles(residuals, { quantiles });
    const significant = adjusted(String(test.getColumn("interpretation").toArray()[0])).map((p) => p < 0.05);
    assert.equal(significant.length, quantiles.length);
    assert.deepEqual(curves(test.plot().outerHTML), significant);
  }
  // The picture that has the test of all three significant, and one curve that is not.
  const drawn = curves(testQuantiles(residuals).plot().outerHTML);
  assert.ok(drawn.includes(true) && drawn.includes(false), drawn.join());
});
