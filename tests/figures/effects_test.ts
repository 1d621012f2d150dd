/** Effects with their data: what is drawn where, in numbers. */
import assert from "node:assert/strict";
import {
  augment,
  dataGrid,
  dataset,
  effectPlot,
  emmeans,
  emtrends,
  fit,
  type Frame,
  pl,
  Plot,
  predict,
  range,
  residuals,
  tidy,
} from "../../mod.ts";
import { forms } from "./gallery_effects.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const data = forms(), response = { type: "response" } as const;
const cbpp = await dataset("cbpp"), sleep = await dataset("sleepstudy"), warp = await dataset("warpbreaks");
const disease = fit("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, { family: "binomial" });
const reaction = fit("Reaction ~ Days + (Days | Subject)", sleep);

/** The data of the marks of a kind. */
const marksOf = (result: Any, kind: string, options?: Any): Any[] =>
  result.plot.marks(options).filter((mark: Any) => mark?.ariaLabel === kind).map((mark: Any) => mark.data);
const axis = (result: Any, name: "x" | "y", options?: Any) => result.plot.panels(options)[0][name];
const numbers = (frame: Frame, name: string) => frame.getColumn(name).toArray() as number[];
const caption = (figure: Any) => /<desc>([^<]*)/.exec(figure.outerHTML)![1];

Deno.test("data under means: shares of trials, sized by the trials", () => {
  const [points] = marksOf(emmeans(disease, "~ period", response), "dot");
  const shares = numbers(cbpp, "incidence").map((k, i) => k / numbers(cbpp, "size")[i]);
  assert.deepEqual(points.map(({ y }: Any) => y), shares);
  const area = points.map(({ r }: Any) => r * r), size = numbers(cbpp, "size"), most = Math.max(...size);
  size.forEach((n, i) => {
    const wanted = Math.max(2, 6 * Math.sqrt(n / most)) ** 2;
    assert.ok(Math.abs(area[i] - wanted) < 0.1, `${area[i]} for ${n} of ${most} trials`);
  });
});

Deno.test("data under means: counts, and measurements under a transformed response, as they are", () => {
  const counts = fit("count ~ spp + (1 | site)", awaited.salamanders, { family: "poisson" });
  const [points] = marksOf(emmeans(counts, "~ spp", response), "dot");
  assert.deepEqual(points.map(({ y }: Any) => y), numbers(awaited.salamanders, "count"));
  const logs = fit("log(breaks) ~ tension", warp), means = emmeans(logs, "~ tension", response);
  const [breaks] = marksOf(means, "dot");
  breaks.forEach(({ y }: Any, i: number) => assert.ok(Math.abs(y - numbers(warp, "breaks")[i]) < 1e-9));
  const [onLog] = marksOf(emmeans(logs, "~ tension"), "dot");
  onLog.forEach(({ y }: Any, i: number) =>
    assert.ok(Math.abs(y - Math.log(numbers(warp, "breaks")[i])) < 1e-12)
  );
});
const awaited = { salamanders: await dataset("Salamanders") };

/** Shares of rows by level of f. */
const shareBy = (is: (row: Any) => boolean) =>
  ["a", "b", "c"].map((level) => {
    const rows = data.toRecords().filter((row: Any) => row.f === level);
    return rows.filter(is).length / rows.length;
  });

Deno.test("data under means: text and boolean responses as shares, only where they are asked for", () => {
  const cases: [string, (row: Any) => boolean][] = [
    ["outcome", (row) => row.outcome === "germinated"],
    ["alive", (row) => row.alive],
  ];
  for (const [name, is] of cases) {
    const means = emmeans(fit(`${name} ~ f`, data, { family: "binomial" }), "~ f", response);
    const [points] = marksOf(means, "dot", { points: true });
    assert.deepEqual(points.map(({ y }: Any) => y), shareBy(is), name);
    assert.equal(marksOf(means, "dot").length, 1, "the means alone");
  }
  const line = predict(fit("outcome ~ x", data, { family: "binomial" }), { x: range(9) });
  const [dots] = marksOf(line, "dot", { points: true });
  const outcomes = data.toRecords().map((row: Any) => row.outcome === "germinated" ? 1 : 0);
  dots.forEach(({ y }: Any, i: number) => assert.ok(Math.abs(y - outcomes[i]) <= 0.05 && y >= 0 && y <= 1));
});

Deno.test("data under means: the shares of ordered categories", () => {
  const means = emmeans(fit("rating ~ f", data, { family: "cumulative" }), "~ f", {
    component: "probability",
  });
  const [points] = marksOf(means, "dot", { points: true });
  const of = (f: string, rating: string) => points.find(({ line, x }: Any) => line === f && x === rating).y;
  for (const rating of ["1 low", "2 middle", "3 high"]) {
    assert.deepEqual(["a", "b", "c"].map((f) => of(f, rating)), shareBy((row) => row.rating === rating));
  }
});

Deno.test("points of the data belong to the estimate of their own levels, and are the same each time", () => {
  const means = emmeans(fit("breaks ~ wool * tension", warp), "~ tension * wool");
  const [points] = marksOf(means, "dot"), rows = warp.toRecords() as Any[];
  points.forEach(({ x, line, y }: Any, i: number) => {
    assert.deepEqual([x, line, y], [rows[i].tension, rows[i].wool, rows[i].breaks]);
  });
  assert.equal(means.plot().outerHTML, means.plot().outerHTML);
});

Deno.test("partial residuals: the estimate plus the residual, on the scale of the figure", () => {
  const gaussian = fit("y ~ x + f + (1 | g)", data), own = residuals(gaussian);
  const fixed = predict(gaussian, data.withColumns(pl.lit("a").alias("f")), { randomEffects: "none" });
  const line = predict(gaussian, dataGrid(data, { x: range(5), f: ["a"] }), { randomEffects: "none" });
  const [points] = marksOf(line, "dot", { points: "partial" }), at = numbers(fixed, "estimate");
  points.forEach(({ y }: Any, i: number) => assert.ok(Math.abs(y - at[i] - own[i]) < 1e-9));
  // of counts to first order: the mean at the place times observed/fitted
  const counts = fit("count ~ spp + mined", awaited.salamanders, { family: "poisson" });
  const means = emmeans(counts, "~ spp", response), observed = numbers(awaited.salamanders, "count");
  const fitted = numbers(augment(counts), "fitted"), rows = awaited.salamanders.toRecords() as Any[];
  const mean = new Map((means.toRecords() as Any[]).map((row) => [row.spp, row.estimate]));
  const [adjusted] = marksOf(means, "dot", { points: "partial" });
  adjusted.forEach(({ y }: Any, i: number) => {
    const wanted = mean.get(rows[i].spp) * observed[i] / fitted[i];
    assert.ok(Math.abs(y - wanted) < 1e-6 * (1 + wanted));
  });
  // of 0 and 1 they stay between
  const [shares] = marksOf(emmeans(disease, "~ period", response), "dot", { points: "partial" });
  assert.ok(shares.every(({ y }: Any) => y >= 0 && y <= 1));
});

Deno.test("points that do not exist are refused with the reason", () => {
  assert.throws(
    () => emmeans(disease, "~ period").plot({ points: true }),
    /Cannot use points: the data have no values on the logit scale; points: "partial"/,
  );
  assert.throws(
    () => emtrends(reaction, "~ 1", { var: "Days" }).plot({ points: true } as Any),
    /Cannot use points: a slope has no data of its own/,
  );
  const zeros = fit("count ~ mined", awaited.salamanders, { family: "poisson", zeroInflation: "~ mined" });
  assert.throws(
    () => emmeans(zeros, "~ mined", { component: "zi", type: "response" }).plot({ points: true }),
    /Cannot use points: the data have no values of component "zi"/,
  );
  assert.throws(
    () => emmeans(zeros, "~ mined", response).plot({ points: "partial" }),
    /Cannot use points: partial residuals belong to one linear predictor/,
  );
  assert.throws(
    () => predict(reaction, { Days: [1, 2] }, { randomEffects: "none" }).plot({ points: true, facet: "Day" }),
    /Cannot use facet "Day": .*did you mean "Days"/,
  );
});

Deno.test("axes hold data and intervals: proportions inside 0 to 1, standard deviations from 0", () => {
  const [low, high] = axis(emmeans(disease, "~ period", response), "y", { points: false }).domain;
  assert.ok(low >= 0 && high < 0.35, `${low} to ${high}`);
  const shares = axis(emmeans(disease, "~ period", response), "y").domain;
  const largest = Math.max(...numbers(cbpp, "incidence").map((k, i) => k / numbers(cbpp, "size")[i]));
  assert.deepEqual([shares[0], shares[1]], [0, largest]);
  const one = fit("incidence ~ period + (1 | herd)", cbpp, { family: "poisson" }); // a single standard deviation
  const panels = tidy(one).plot.panels() as Any[], deviations = panels.at(-1)!.x.domain;
  assert.match(panels.at(-1)!.title, /standard deviations/);
  assert.ok(deviations[0] === 0 && deviations[1] > 0.5, `${deviations}`);
});

const backticks = warp.withColumns(pl.col("breaks").alias("number of breaks"));
const titles: readonly (readonly [what: string, result: () => Any, title: string])[] = [
  ["cbind, means", () => emmeans(disease, "~ period", response), "probability of incidence"],
  ["cbind, on the link scale", () => emmeans(disease, "~ period"), "probability of incidence (logit scale)"],
  [
    "cbind, predictions",
    () => predict(disease, { period: true }, { randomEffects: "none" }),
    "probability of incidence",
  ],
  [
    "text",
    () => emmeans(fit("outcome ~ f", data, { family: "binomial" }), "~ f", response),
    "probability of germinated",
  ],
  [
    "boolean",
    () => emmeans(fit("alive ~ f", data, { family: "binomial" }), "~ f", response),
    "probability of alive",
  ],
  ["backticks", () => emmeans(fit("`number of breaks` ~ wool", backticks), "~ wool"), "number of breaks"],
  ["log(y), undone", () => emmeans(fit("log(breaks) ~ wool", warp), "~ wool", response), "breaks"],
  ["log(y)", () => emmeans(fit("log(breaks) ~ wool", warp), "~ wool"), "log(breaks)"],
  [
    "counts, link",
    () => predict(fit("breaks ~ wool", warp, { family: "poisson" }), { wool: true }, { type: "link" }),
    "breaks (log scale)",
  ],
];

for (const [what, result, title] of titles) {
  Deno.test(`axis titles as people write them: ${what}`, () =>
    assert.equal(axis(result(), "y").label, title));
}

Deno.test("lines of groups: ribbons while they are few, panels with the population's line where they are many", () => {
  const few = predict(fit("y ~ x + (x | g)", data), { x: range(5), g: true });
  const [band] = marksOf(few, "area");
  assert.deepEqual(
    [...new Set(band.map(({ level }: Any) => level))],
    ["g0", "g1", "g2", "g3"],
    "a ribbon for each group",
  );
  const many = predict(reaction, { Days: range(5), Subject: true });
  const [own, population] = marksOf(many, "line");
  assert.equal(new Set(own.map(({ fx, fy }: Any) => `${fx} ${fy}`)).size, 18, "a panel for each subject");
  const fixed = numbers(predict(reaction, { Days: range(5) }, { randomEffects: "none" }), "estimate");
  assert.equal(population.length, 18 * 5);
  population.forEach(({ y }: Any, i: number) =>
    assert.ok(Math.abs(y - fixed[Math.floor(i / 18)]) < 1e-8 || fixed.some((v) => Math.abs(v - y) < 1e-8))
  );
  assert.match(caption(many.plot()), /The dashed line is the population's/);
  for (const result of [few, many]) {
    for (
      const [, width] of result.plot().outerHTML.matchAll(/stroke-width="([\d.]+)"[^>]*aria-label="line"/g)
    ) {
      assert.ok(Number(width) > 1, `a line of ${width} px`);
    }
  }
  assert.equal(marksOf(many, "frame").length, 1);
  assert.equal(marksOf(many, "frame", { facet: false }).length, 0, "in one panel where the reader wants it");
});

Deno.test("categories go across in the order of the factor, and no line joins the rows over them", () => {
  const levels = { tension: ["L", "M", "H"] };
  const model = fit("breaks ~ tension + (1 | wool)", warp, { levels });
  const result = augment(model), options = { x: "tension", groupBy: "wool" };
  assert.deepEqual(axis(result, "x", options).domain, levels.tension);
  assert.equal(marksOf(result, "line", options).length, 0);
  assert.deepEqual(axis(predict(model, { tension: true, wool: true }), "x").domain, levels.tension);
  assert.equal(marksOf(predict(model, { tension: true, wool: true }), "line").length, 0);
});

Deno.test("titles of panels are alike in means and predictions", () => {
  const model = fit("breaks ~ wool * tension", warp);
  const means = emmeans(model, "~ tension | wool").plot().outerHTML;
  const lines = predict(model, { tension: true, wool: true }).plot({ facet: "wool" }).outerHTML;
  for (const svg of [means, lines]) {
    for (const title of ["wool = A", "wool = B"]) assert.ok(svg.includes(title), title);
  }
});

Deno.test("what goes where is the reader's choice: across, colour, panels", () => {
  const means = emmeans(fit("breaks ~ wool * tension", warp), "~ tension * wool");
  assert.deepEqual(axis(means, "x", { x: "wool" }).domain, ["A", "B"]);
  assert.deepEqual((means.plot.panels({ color: "tension" })[0] as Any).color.domain, ["L", "M", "H"]);
  assert.ok(means.plot({ facet: "tension" }).outerHTML.includes("tension = H"));
});

Deno.test("the marks of a figure are there to be combined in a plot of one's own", () => {
  const means = emmeans(fit("breaks ~ wool * tension", warp), "~ tension * wool");
  const [panel] = means.plot.panels(), marks = means.plot.marks();
  assert.deepEqual(marks.length, panel.marks.length);
  const svg =
    (Plot.plot({ ...panel, marks: [...marks, Plot.ruleY([30], { stroke: "red" })] } as Any) as Any).outerHTML;
  assert.ok(svg.includes('stroke="red"') && svg.match(/<circle/g)!.length === 54 + 6);
  assert.throws(
    () => tidy(reaction).plot.marks(),
    /TypeError: Cannot give the marks of the figure: it has 4 plots.*plot\.panels\(\)/,
  );
  assert.equal(tidy(reaction).plot.panels().length, 4);
});

Deno.test("a grid is described where rows are wanted: predict, and effectPlot in one line", () => {
  const days = { Days: range(7), Subject: ["308", "372"] };
  assert.deepEqual(
    predict(reaction, days).toRecords(),
    predict(reaction, dataGrid(reaction, days)).toRecords(),
  );
  assert.throws(
    () => predict(reaction, { Dasy: range(3) }),
    /Cannot find column "Dasy" for the grid.*did you mean "Days"/,
  );
  assert.throws(() => predict(reaction, { type: "link" } as Any), /options stand where the new data belong/);
  const typical = effectPlot(reaction, { Days: range(7) }, { title: "All" });
  const same = predict(reaction, { Days: range(7) }, { randomEffects: "none" }).plot({ title: "All" });
  assert.equal(typical.outerHTML, same.outerHTML);
  assert.ok(effectPlot(reaction, { Days: range(7), Subject: true }).outerHTML.includes("370"));
  assert.throws(
    () => effectPlot(reaction, { Days: range(7) }, { levle: 0.9 } as Any),
    /Cannot use option "levle"/,
  );
});

Deno.test("stacked probabilities: each place is whole, categories lie on top of each other in their order", () => {
  const model = fit("rating ~ x + f", data, { family: "cumulative" });
  const areas = predict(model, { x: range(9), f: true }),
    [pieces] = marksOf(areas, "area", { stacked: true });
  const places = Map.groupBy(pieces, ({ x, fx, fy }: Any) => `${x} ${fx} ${fy}`);
  assert.equal(places.size, 27);
  for (const own of places.values()) {
    assert.deepEqual(own.map(({ level }: Any) => level), ["1 low", "2 middle", "3 high"]);
    own.forEach(({ y1 }: Any, k: number) => assert.equal(y1, k === 0 ? 0 : (own[k - 1] as Any).y2));
    assert.ok(Math.abs((own.at(-1) as Any).y2 - 1) < 1e-12);
  }
  const means = emmeans(model, "~ rating | f", { component: "probability" });
  const [bars] = marksOf(means, "bar", { stacked: true });
  assert.deepEqual(bars.map(({ x, level }: Any) => `${x} ${level}`).slice(0, 3), [
    "a 1 low",
    "a 2 middle",
    "a 3 high",
  ]);
  assert.equal(areas.plot({ stacked: false }).outerHTML, areas.plot().outerHTML);
});

Deno.test("stacked is of probabilities of all categories alone", () => {
  const model = fit("rating ~ x + f", data, { family: "cumulative" });
  for (
    const table of [
      predict(model, { x: range(5) }, { type: "mean" }),
      emmeans(model, "~ f"),
      emmeans(model, "~ cut | f", { component: "cumulative" }),
    ]
  ) {
    assert.throws(
      () => table.plot({ stacked: true }),
      /Cannot use stacked: the estimates are no parts of a whole/,
    );
  }
});

Deno.test("colours of ordered categories go from dark to light", () => {
  const svg = String(
    predict(fit("rating ~ x", data, { family: "cumulative" }), { x: range(5) }).plot().outerHTML,
  );
  const colours = [...new Set([...svg.matchAll(/stroke="(rgb\([^)]*\)|#[0-9a-f]{6})"/g)].map(([, c]) => c))]
    .slice(0, 3);
  const light = colours.map((c) => {
    const [r, g, b] = c.startsWith("#")
      ? [1, 3, 5].map((k) => parseInt(c.slice(k, k + 2), 16))
      : c.match(/\d+/g)!.map(Number);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  });
  assert.equal(colours.length, 3);
  assert.ok(light[0] < light[1] && light[1] < light[2], `${colours}`);
});
