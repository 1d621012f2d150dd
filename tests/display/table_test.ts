import assert from "node:assert/strict";
import { DISPLAY, resultFrame, table, toHtml } from "../../lib/display.ts";
import { type Frame, frameOf, pl } from "../../lib/frame.ts";
import {
  anova,
  checkPredictions,
  dataset,
  describe,
  emmeans,
  fit,
  glance,
  influence,
  modelSel,
  predict,
  ranef,
  simulateResiduals,
  testDispersion,
  testOutliers,
  testResiduals,
  tidy,
  varCorr,
} from "../../mod.ts";
import type { MimeBundle } from "../../lib/display.ts";

const bundle = (shown: unknown): MimeBundle => (shown as { [DISPLAY](): MimeBundle })[DISPLAY]();
/** The table in a notebook, without the figure above it. */
const html = (shown: unknown): string =>
  String(bundle(shown)["text/html"]).replace(/^[\s\S]*?(?=<table)/, "");
const headers = (text: string) =>
  [...text.matchAll(/<th [^>]*>(.*?)<\/th>/g)].map(([, name]) => name.replace(/<wbr>/g, ""));
const cells = (text: string) => [...text.matchAll(/<td [^>]*>(.*?)<\/td>/g)].map(([, cell]) => cell);

const sleep = await dataset("sleepstudy");
const slopes = fit("Reaction ~ Days + (Days | Subject)", sleep),
  intercepts = fit("Reaction ~ Days + (1 | Subject)", sleep);
const salamanders = await dataset("Salamanders");
const counts = fit("count ~ mined + (1 | site)", salamanders, { family: "poisson" });

Deno.test("a column has one number of decimals, by its standard errors", () => {
  const text = html(tidy(slopes, { effects: "fixed" }));
  assert.deepEqual(cells(text), [
    ...["(Intercept)", "251.41", "6.82", "36.84", "&lt; 0.001", "237.01", "265.80"],
    ...["Days", "10.47", "1.55", "6.77", "&lt; 0.001", "7.21", "13.73"],
  ]);
});

Deno.test("what is pasted into a spreadsheet is numbers: no figure spaces, no 17 digits, no 1e-60", () => {
  const shown = [
    tidy(slopes),
    emmeans(counts, "~ mined"),
    anova(intercepts, slopes),
    modelSel(counts, fit("count ~ 1", salamanders, { family: "poisson" })),
    predict(slopes),
  ];
  for (const each of shown) {
    const text = html(each);
    assert.doesNotMatch(text, /[\u2007\u2008]/);
    assert.doesNotMatch(text, /\d\.\d{8}/);
    assert.doesNotMatch(text, /\de-\d\d/);
  }
  assert.match(html(shown[3]), /&lt; 0\.001/, "an Akaike weight");
});

Deno.test("p-values as papers print them; as R on request; by simulation no smaller than it can tell", () => {
  const frame = frameOf({ term: ["a", "b", "c"], p_value: [1e-20, 0.04123, NaN] });
  assert.deepEqual(cells(toHtml(frame)), ["a", "&lt; 0.001", "b", "0.041", "c", ""]);
  assert.deepEqual(cells(toHtml(frame, { pValues: "exact" })), ["a", "&lt;2e-16", "b", "0.0412", "c", ""]);
  for (const [n, text] of [[250, "&lt; 0.004"], [20, "&lt; 0.05"]] as const) {
    const test = testDispersion(simulateResiduals(counts, { n }));
    assert.equal(test.getColumn("p_value").toArray()[0], 0);
    assert.ok(cells(toHtml(test)).includes(text) && cells(html(test)).includes(text), text);
  }
});

Deno.test("columns that tell nothing are left out of the picture, never of the frame", () => {
  const means = emmeans(counts, "~ mined");
  assert.ok(
    means.columns.includes("df") && !headers(html(means)).includes("df"),
    "infinite degrees of freedom",
  );
  const coefficients = tidy(slopes);
  assert.ok(coefficients.columns.includes("component") && !headers(html(coefficients)).includes("component"));
  assert.ok(headers(html(coefficients)).includes("df"), "17 is not infinite");
  const zero = fit("count ~ mined + (1 | site)", salamanders, { family: "poisson", zeroInflation: "~ 1" });
  assert.ok(headers(html(tidy(zero))).includes("component"), "there are two");
  const modes = ranef(slopes);
  assert.ok(modes.columns.includes("group") && !headers(html(modes)).includes("group"));
  assert.match(html(modes), /All rows: group Subject\./, "what is left out and not usual is said");
  assert.match(toHtml(frameOf({ x: [1, 2], y: [NaN, NaN] })), /y: NA in all rows\./);
  assert.deepEqual(
    headers(toHtml(means, { columns: ["mined", "df"] })),
    ["mined", "df"],
    "but on request they are shown",
  );
});

Deno.test("random effects as people know them", () => {
  assert.deepEqual(headers(html(varCorr(slopes))), ["Group", "Term", "Variance", "Std. Dev.", "Corr"]);
  assert.deepEqual(cells(html(varCorr(slopes))), [
    ...["Subject", "(Intercept)", "612.09", "24.740", ""],
    ...["", "Days", "35.07", "5.922", "0.07"],
    ...["Residual", "", "654.94", "25.592", ""],
  ]);
  assert.deepEqual(varCorr(slopes).columns, ["component", "group", "term", "term2", "vcov", "sdcor"]);
});

Deno.test("models are called M1, M2, …, or by their names, with the formulas below; the p-value to read is on the page", () => {
  const text = html(anova(intercepts, slopes));
  assert.deepEqual(headers(text), [
    "model",
    "npar",
    "aic",
    "bic",
    "log_lik",
    "statistic",
    "df",
    "p_value",
    "p_boundary",
  ]);
  assert.equal(cells(text)[0], "M1");
  assert.match(text, /M2: Reaction ~ Days \+ \(Days \| Subject\), gaussian/);
  const width = [...Array(9).keys()].reduce(
    (sum, j) =>
      sum +
      Math.max(...[headers(text), cells(text).slice(0, 9), cells(text).slice(9, 18)].map((row) =>
        row[j].replace("&lt;", "<").length
      )),
    0,
  );
  assert.ok(8 * width + 9 * 14 < 640, "characters of 8 pixels, and the space between columns");
  assert.match(html(anova({ small: intercepts, large: slopes })), /large: Reaction ~ Days \+ \(Days/);
  assert.equal(
    (anova(intercepts, slopes).toRecords()[0] as { model: string }).model,
    "Reaction ~ Days + (1 | Subject), gaussian (identity)",
  );
  assert.match(String(bundle(modelSel(intercepts, slopes))["text/plain"]), /^1 M1/m);
});

Deno.test("long tables show their first rows, and all when opened, without script", () => {
  const text = html(predict(slopes));
  assert.match(text, /<details><summary[^>]*>first 12 of 180 rows; open for all<\/summary>/);
  assert.equal(text.split("<details>")[0].match(/<tr /g)!.length, 13);
  assert.equal(text.split("<details>")[1].match(/<tr /g)!.length, 181);
  assert.doesNotMatch(text, /<script/);
  assert.doesNotMatch(html(tidy(slopes)), /<details/);
  assert.equal(
    toHtml(frameOf({ i: Int32Array.from({ length: 100 }, (_, i) => i) })).match(/<tr /g)!.length,
    101,
    "in documents all stand",
  );
});

Deno.test("sentences stand below their row where a narrow page has no room beside it", () => {
  const text = toHtml(testResiduals(simulateResiduals(counts, { n: 40 })));
  assert.ok(!headers(text).includes("interpretation"));
  assert.match(text, /colspan="\d+"[^>]*white-space:normal[^>]*><span[^>]*>interpretation:<\/span> /);
  assert.ok(
    headers(toHtml(frameOf({ a: ["x"], b: ["a sentence of more than forty characters, and a bit"] })))
      .includes("b"),
    "there is room",
  );
});

Deno.test("the columns of a single wide row go on below, as R prints them", () => {
  const text = html(glance(slopes)), lines = text.split("<table").slice(1);
  assert.equal(lines.length, 2);
  assert.deepEqual(headers(text), glance(slopes).columns);
  for (const line of lines) assert.ok(headers(line).join("  ").length <= 80);
});

Deno.test("table(): title, columns, labels and notes of one's own", () => {
  const made = table(tidy(slopes, { effects: "fixed" }), {
    title: "Sleep",
    columns: ["term", "estimate", "std_error", "df"],
    labels: { std_error: "SE", Days: "days without sleep" },
    notes: "A note.",
    digits: 2,
  });
  const text = html(made);
  assert.deepEqual(headers(text), ["term", "estimate", "SE", "df"]);
  assert.deepEqual(cells(text), [
    "(Intercept)",
    "251.4",
    "6.8",
    "17",
    "days without sleep",
    "10.5",
    "1.5",
    "17",
  ]);
  assert.match(String(bundle(made)["text/plain"]), /^Sleep\n[\s\S]*A note\.$/);
  assert.equal(made.title, "Sleep");
  assert.equal(toHtml(made), toHtml(made, {}), "a table is written as it is");
  assert.match(toHtml(made, { title: "Later" }), /Later/);
  const plain = table(pl.DataFrame({ x: [1, 2, 3, 4, 5] }) as Frame, { rows: 3 });
  assert.deepEqual(cells(html(plain)), ["1", "2", "…", "5"], "first and last");
});

Deno.test("table(): what is not there is refused", () => {
  const frame = resultFrame("own", { term: ["a"], estimate: [1] });
  assert.throws(
    () => table(frame, { columns: ["estmate"] }),
    /RangeError: Cannot find column "estmate".*did you mean "estimate"/,
  );
  assert.throws(() => table(frame, { labels: { b: "c" } }), /RangeError: Cannot find label of "b"/);
  assert.throws(
    () => table(3 as never),
    /TypeError: Cannot use table\(\): its first argument is 3, it should be a data frame, a model/,
  );
  assert.throws(() => toHtml(table(frame), { digits: 2 }), /the table is written already; give it to table/);
});

Deno.test("a table of many columns is set in smaller type, so that it is whole in a column of 700 pixels", () => {
  const many = Object.fromEntries(Array.from({ length: 11 }, (_, j) => [`column_${j}`, [1.5, 2.25]]));
  assert.match(toHtml(frameOf(many)), /<table style="[^"]*font-size:0\.88em/);
  assert.match(toHtml(frameOf({ a: [1.5], b: [2.25] })), /<table style="[^"]*font-size:inherit/);
});

/** The columns of a table as it is shown, by their names. */
function columnsOf(shown: unknown): Record<string, string[]> {
  const text = html(shown), names = headers(text);
  const rows = [...text.split("<details>")[0].matchAll(/<tr [^>]*>(<td .*?)<\/tr>/gs)].map(([, row]) => row)
    .filter((row) => !row.includes("colspan")).map(cells);
  return Object.fromEntries(names.map((name, j) => [name, rows.map((row) => row[j])]));
}

Deno.test("where a column mixes quantities, each has decimals of its own", () => {
  const check = columnsOf(checkPredictions(counts, { n: 100, seed: 1 }));
  assert.deepEqual(check.statistic, ["mean", "sd", "zeros"]);
  assert.equal(check.observed[2], "387", "a count");
  for (const name of ["observed", "expected", "low", "high"]) assert.match(check[name][2], /^\d+$/);
  assert.equal(check.observed[0], "1.3230", "a mean that is known to 0.045");
  const tests = columnsOf(testResiduals(simulateResiduals(counts, { n: 40 })));
  const outliers = tests.test.findIndex((name) => name.startsWith("outliers"));
  assert.match(tests.statistic[outliers], /^\d+$/, "a number of rows");
  assert.match(tests.statistic[0], /^0\.\d{3,4}$/, "a largest distance");
  assert.match(columnsOf(testOutliers(simulateResiduals(counts, { n: 40 }))).statistic[0], /^\d+$/);
  const data = describe(frameOf({
    small: [0.00123, 0.00234, 0.00341, 0.00177],
    large: [12345.25, 23456.5, 8123.125, 15000.75],
    whole: [3, 4, 0, 12],
    half: [0.5, 1, 2.5, 4],
  }));
  const { mean, max, min } = columnsOf(data);
  assert.deepEqual(mean, ["0.00219", "14731", "4.75", "2"]);
  assert.deepEqual(max, ["0.00341", "23457", "12", "4"]);
  assert.deepEqual(min, ["0.00123", "8123", "0", "0.5"]);
});

Deno.test("changes in standard errors have two decimals, whatever the coefficient", () => {
  const changes = columnsOf(
    influence(fit("count ~ mined * DOP + (1 | site)", salamanders, { family: "poisson" })),
  );
  for (const name of ["(Intercept)", "minedno", "DOP", "minedno:DOP"]) {
    for (const cell of changes[name]) assert.match(cell, /^-?\d+\.\d\d$/, name);
  }
});

Deno.test("a description of one variable names it once, in its title", () => {
  const groups = describe(sleep, "Reaction ~ Subject");
  assert.ok(groups.columns.includes("variable") && !headers(html(groups)).includes("variable"));
  assert.match(String(bundle(groups)["text/plain"]), /^Reaction ~ Subject, 180 rows/);
  assert.ok(headers(html(describe(sleep))).includes("variable"));
  assert.ok(
    headers(html(describe(sleep, "~ Reaction"))).includes("variable"),
    "a row without a name says nothing",
  );
});
