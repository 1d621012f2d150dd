/** The table of a model: as R's summary, with confidence limits. */
import assert from "node:assert/strict";
import { DISPLAY } from "../../../lib/display.ts";
import { cumulative, dataset, fit, pl, table } from "../../../mod.ts";
import type { Frame, Table } from "../../../mod.ts";

const column = (made: Table, part: number, key: string) =>
  made.parts[part].columns.find((each) => each.key === key)!.cells;
const html = (shown: unknown) =>
  String((shown as { [DISPLAY](): Record<string, string> })[DISPLAY]()["text/html"]);

const rust = fit("severity ~ fungicide + (1 | block)", await dataset("yellow_rust"), { family: "beta" });
const sleep = await dataset("sleepstudy"), slopes = fit("Reaction ~ Days + (Days | Subject)", sleep);
const least = fit("Reaction ~ Days", sleep);

Deno.test("coefficients have R's decimals: 1.0975 with a standard error of 0.2260", () => {
  const made = table(rust);
  assert.deepEqual(column(made, 2, "estimate").slice(0, 4), ["1.0975", "-0.5546", "-0.8135", "-0.7500"]);
  assert.deepEqual(column(made, 2, "std_error").slice(0, 4), ["0.2260", "0.3050", "0.3018", "0.3024"]);
  assert.deepEqual(column(made, 2, "statistic").slice(0, 2), ["4.857", "-1.819"]);
  assert.deepEqual(column(made, 2, "p_value").slice(0, 3), ["< 0.001", "0.069", "0.007"]);
  assert.deepEqual(column(made, 2, "stars").slice(0, 3), ["***", ".", "**"]);
  assert.equal(column(table(rust, { pValues: "exact" }), 2, "p_value")[0], "1.19e-06");
  assert.deepEqual(column(table(rust, { digits: 2 }), 2, "estimate").slice(0, 1), ["1.10"]);
});

Deno.test("confidence limits: R's confint.default, and confint of a linear model", () => {
  assert.deepEqual([column(table(rust), 2, "conf_low")[0], column(table(rust), 2, "conf_high")[0]], [
    "0.6546",
    "1.5404",
  ]);
  // R 4.2.2: confint(lm(Reaction ~ Days, sleepstudy))
  assert.deepEqual(column(table(least), 1, "conf_low"), ["238.361", "8.024"]);
  assert.deepEqual(column(table(least), 1, "conf_high"), ["264.449", "12.911"]);
});

Deno.test("random effects by group, term, variance, standard deviation and correlation", () => {
  const made = table(slopes);
  assert.equal(made.parts[1].heading, "Random effects");
  assert.deepEqual(made.parts[1].columns.map(({ name }) => name), [
    "Group",
    "Term",
    "Variance",
    "Std. Dev.",
    "Corr",
  ]);
  const both = fit("count ~ mined + (1 | site)", salamanders, {
    family: "poisson",
    zeroInflation: "~ 1 + (1 | site)",
  });
  assert.deepEqual(table(both).parts.map(({ heading }) => heading), [
    undefined,
    "Random effects: Conditional model",
    "Random effects: Zero-inflation model",
    "Fixed effects",
    "Zero inflation (logit scale)",
  ]);
});

Deno.test("what R says below: dispersion, numbers of rows and groups, stars, how the limits are made", () => {
  const notes = table(rust).notes.join("\n");
  assert.match(notes, /^Signif\. codes:/);
  assert.match(notes, /Dispersion parameter for beta family \(\): 24\.4/);
  assert.match(notes, /Number of obs: 48, groups: block, 4\./);
  assert.match(notes, /Confidence limits: Wald, 95%, normal distribution\./);
  assert.match(
    notes,
    /The variance of \(1 \| block\) is estimated as 0/,
    "in a document the warnings stand below",
  );
  assert.match(
    html(rust).replace(/<table[\s\S]*/, ""),
    /The variance of \(1 \| block\) is estimated as 0/,
    "in a notebook above",
  );
  assert.match(table(least).notes.join("\n"), /t distribution\./);
});

Deno.test("columns that are asked for, of the parts that have them", () => {
  const { parts } = table(slopes, { columns: ["term", "estimate"] });
  assert.deepEqual(parts.map(({ heading, columns }) => [heading, columns.length]), [["Fixed effects", 2]]);
});

Deno.test("thresholds of one component stand in one table", () => {
  const data = pl.DataFrame({
    y: Array.from({ length: 60 }, (_, i) => "abc"[(i * i + Number(i > 30)) % 3]),
    x: Array.from({ length: 60 }, (_, i) => Math.sin(i)),
  }) as Frame;
  const made = table(fit("y ~ x", data, { family: cumulative() }));
  assert.equal(made.parts.length, 3);
  assert.equal(column(made, 2, "term").length, 2);
});

const salamanders = await dataset("Salamanders");

Deno.test("what a notebook shows of a model: R's numbers and columns, limits, dispersion, no column of names that are all alike", () => {
  const shown = html(rust), headers = [...shown.matchAll(/<th [^>]*>(.*?)<\/th>/g)].map(([, name]) => name);
  for (const name of ["Variance", "Std. Dev.", "2.5 %", "97.5 %"]) assert.ok(headers.includes(name), name);
  for (const name of ["component", "term2", "vcov"]) assert.ok(!headers.includes(name), name);
  for (const cell of ["1.0975", "0.2260", "&lt; 0.001", "0.6546"]) {
    assert.ok(shown.includes(`>${cell}<`), cell);
  }
  assert.match(shown, /Dispersion parameter for beta family \(\): 24\.4/);
  assert.doesNotMatch(shown, /[\u2007\u2008]|>NA</);
});
