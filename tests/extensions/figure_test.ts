/** A figure written outside lib/, through mod.ts alone: of a result, which stays what it is, and of a table of one's own. */
import assert from "node:assert/strict";
import {
  bootstrap,
  compose,
  confint,
  contrast,
  dataset,
  emmeans,
  type Figure,
  fit,
  type Frame,
  pairs,
  pl,
  Plot,
  simulateResiduals,
  testUniformity,
  withFigure,
} from "../../mod.ts";
import { lollipop } from "./lollipop.ts";

const warp = await dataset("warpbreaks");
const model = fit("breaks ~ tension + wool", warp, { levels: { tension: ["L", "M", "H"] } });
const means = emmeans(model, "~ tension"), differences = withFigure(pairs(means), lollipop);

/** What a notebook asks for. */
const shown = (value: object) =>
  (value as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();

Deno.test("a figure of one's own draws a result, alone and in a notebook", () => {
  const svg = differences.plot().outerHTML;
  assert.match(svg, /^<svg [^>]*xmlns=/);
  assert.equal(svg.match(/<circle/g)!.length, 3, "a dot for each difference");
  for (const text of ["L - M", "L - H", "M - H", "breaks ~ tension"]) assert.ok(svg.includes(text), text);
  const { "text/html": html, "text/plain": text } = shown(differences);
  assert.ok(html.includes("circle") && html.includes("<table"), "figure and table");
  assert.equal(text, shown(pairs(means))["text/plain"]);
});

Deno.test("a figure of one's own reads in light and dark", () => {
  const svg = differences.plot().outerHTML;
  assert.ok(svg.includes('fill="currentColor"'), "text has the page's colour");
  assert.equal(svg.match(/<style|<script|NaN|undefined|[^-]background:(?!none)/)?.[0], undefined);
  assert.equal(differences.plot().outerHTML, svg, "drawing twice gives the same");
});

Deno.test("options of a figure of one's own are checked as those of the project's figures are", () => {
  const svg = differences.plot({
    radius: 9,
    width: 300,
    title: "My title",
    caption: "My caption",
    x: { label: "more breaks" },
    marks: [Plot.ruleX([5], { stroke: "orange" })],
  }).outerHTML;
  for (const text of ['r="9"', 'width="300"', "My title", "My caption", "more breaks", "orange"]) {
    assert.ok(svg.includes(text), text);
  }
  const refused: readonly (readonly [Record<string, unknown>, RegExp])[] = [
    [
      { radus: 9 },
      /RangeError: Cannot use option "radus" in plot\(\): its options are .*did you mean "radius"\?/,
    ],
    [{ radius: "9" }, /TypeError: Cannot use radius: it is "9", it should be a number above 0/],
    [{ radius: -1 }, /RangeError: Cannot use radius: -1, it should be a number above 0/],
    [{ y: { label: "b" } }, /RangeError: Cannot use option "y" in plot\(\)/], // it lists names there
    [{ x: { labl: "b" } }, /RangeError: Cannot use option "labl" in plot\(\)/],
  ];
  for (const [options, message] of refused) assert.throws(() => differences.plot(options), message);
});

Deno.test("a result with another figure is still the result", async () => {
  const same = withFigure(means, lollipop);
  assert.deepEqual(pairs(same as never).toRecords(), pairs(means).toRecords());
  assert.ok(pl.DataFrame.isDataFrame(same) && same.filter(pl.col("estimate").gt(pl.lit(0))).height === 3);
  assert.doesNotMatch(means.plot().outerHTML, /stroke-width="2"/, "the one that was given is as it was");
  const both = withFigure(emmeans(model, "pairwise ~ tension"), lollipop);
  assert.equal((both as unknown as typeof means).contrasts!.height, 3);
  assert.match(shown(both)["text/plain"], /^Means:[^]*Contrasts:[^]*L - M/);
  const residuals = simulateResiduals(model, { n: 20 });
  assert.deepEqual(
    testUniformity(withFigure(residuals, lollipop)).toRecords(),
    testUniformity(residuals).toRecords(),
  );
  const draws = await bootstrap(model, { n: 3, workers: 1, statistic: () => ({ own: 7 }) });
  const [row] = confint(model, { method: "bootstrap", draws: withFigure(draws, lollipop) }).toRecords();
  assert.equal(row.estimate, 7, "the statistic of the model itself");
});

Deno.test("a table of one's own becomes a result", () => {
  const power: Figure = {
    options: {},
    draw: (frame, meta, options) =>
      compose({
        panels: [{ plot: Plot.lineY(frame.toRecords(), { x: "n", y: "power" }).plot() }],
        caption: [meta.title],
      }, options),
  };
  const table = pl.DataFrame({ n: [10, 20, 40], power: [0.2, 0.5, 0.9] });
  const result = withFigure(table, power, {
    title: "Power by the number of groups",
    notes: ["200 simulations each"],
  });
  assert.match(result.plot().outerHTML, /Power by the number of groups/);
  const bundle = shown(result);
  assert.match(bundle["text/html"], /svg\+xml[^]*<table[^]*200 simulations each/);
  assert.match(
    bundle["text/plain"],
    /^Power by the number of groups\n {3}n power\n[^]*200 simulations each$/,
  );
  assert.deepEqual(
    bundle["application/vnd.dataresource+json"],
    shown(withoutFigure(table))["application/vnd.dataresource+json"],
  );
  assert.throws(
    () => contrast(result as never),
    /TypeError: Cannot apply contrast\(\) to a plain data frame/,
  );
});

/** The table with a figure that cannot be drawn. */
const withoutFigure = (table: Frame) =>
  withFigure(table, {
    options: {},
    draw: () => {
      throw new Error("nothing to see");
    },
  });

Deno.test("a figure that fails, or is none, says so, and leaves the table", () => {
  const table = pl.DataFrame({ n: [10] });
  assert.match(shown(withoutFigure(table))["text/html"], /No figure: nothing to see[^]*<table/);
  const html: Figure = { options: {}, draw: () => Plot.plot({ caption: "a caption" }) };
  assert.throws(
    () => withFigure(table, html).plot(),
    /TypeError: Cannot plot: the figure's draw\(\) gave the element <figure>, it should be one SVG element, as compose/,
  );
  assert.throws(
    () => withFigure(table, { options: {}, draw: () => undefined as never }).plot(),
    /gave undefined, it should be one SVG element/,
  );
  assert.throws(
    () => compose({ panels: [{ plot: Plot.plot({ caption: "a" }) }], caption: [] }),
    /TypeError: Cannot compose the figure: panel 1 is the element <figure>, it should be the <svg>/,
  );
  assert.throws(
    () => withFigure(table, (() => undefined) as never),
    /TypeError: Cannot use a function.* as a figure: it should be an object \{ options, draw/,
  );
  assert.throws(
    () => withFigure([1] as never, html),
    /TypeError: Cannot draw an array.*: it should be a data frame/,
  );
});
