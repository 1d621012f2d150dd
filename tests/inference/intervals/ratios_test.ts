import assert from "node:assert/strict";
import { DISPLAY } from "../../../lib/display.ts";
import { beta, binomial, confint, dataset, fit, gamma, nbinom2, pl, poisson, tidy } from "../../../mod.ts";
import type { Family, Frame, Model } from "../../../mod.ts";

// deno-lint-ignore no-explicit-any -- rows of tables
const records = (frame: Frame): any[] => frame.toRecords();
/** Relative differences. */
function close(found: readonly number[], expected: readonly number[], tolerance: number) {
  found.forEach((value, i) =>
    assert.ok(Math.abs(value - expected[i]) <= tolerance * Math.abs(expected[i]), `${found} for ${expected}`)
  );
}

const yellow = await dataset("yellow_rust");
const seeds = await dataset("crowder_seeds"),
  salamanders = await dataset("Salamanders"),
  sleep = await dataset("sleepstudy");
const odds = fit("cbind(germ, n - germ) ~ extract * gen", seeds, { family: binomial() });

Deno.test("exponentiated coefficients are R's exp(coef), their errors exp(b) SE, their limits exp of R's", () => {
  // R 4.2.2: s <- summary(glm(cbind(germ, n - germ) ~ extract * gen, binomial, d))$coefficients; exp(b), exp(b) SE, exp(b ± 1.96 SE)
  const expected = [
    [0.6621621622, 0.1219559563, 0.4615209676, 0.9500299224],
    [1.7161410019, 0.4287142987, 1.0517481893, 2.8002329534],
    [0.8642208328, 0.1928646486, 0.5580402756, 1.3383938052],
    [2.1773394671, 0.6672090946, 1.1942348329, 3.9697444961],
  ];
  const ratios = records(tidy(odds, { exponentiate: true })), linear = records(tidy(odds));
  const limits = records(confint(odds, { exponentiate: true }));
  expected.forEach(([estimate, error, low, high], i) => {
    const row = ratios[i];
    close([row.estimate, row.std_error, row.conf_low, row.conf_high], [estimate, error, low, high], 1e-6); // glm stops at 1e-8 of the deviance
    close([limits[i].estimate, limits[i].conf_low, limits[i].conf_high], [estimate, low, high], 1e-6);
    assert.deepEqual([row.statistic, row.p_value, row.df], [
      linear[i].statistic,
      linear[i].p_value,
      linear[i].df,
    ]);
  });
});

const count = (family: Family, more = {}) =>
  fit("count ~ mined + (1 | site)", salamanders, { family, ...more });

Deno.test("a ratio has the right name: of odds, rates, responses, hazards, risks", () => {
  const positive = sleep.withColumn(pl.col("Reaction").div(100).alias("y")) as Frame;
  const cases: [name: string, model: Model][] = [
    ["odds ratio", odds],
    ["hazard ratio", fit("cbind(germ, n - germ) ~ extract", seeds, { family: binomial("cloglog") })],
    ["rate ratio", count(poisson())],
    ["rate ratio", count(nbinom2())],
    ["response ratio", fit("y ~ Days", positive, { family: gamma("log") })],
    ["response ratio", fit("log(Reaction) ~ Days + (1 | Subject)", sleep)],
    ["odds ratio", fit("severity ~ fungicide", yellow, { family: beta() })],
  ];
  for (const [name, model] of cases) {
    const shown = html(tidy(model, { exponentiate: true, effects: "fixed" }));
    assert.match(shown, new RegExp(`<th [^>]*>${name}</th>`), `${model.formula} ${name}`);
  }
  const both = html(tidy(count(poisson(), { zeroInflation: "~ mined" }), { exponentiate: true }));
  assert.match(both, /<th [^>]*>ratio<\/th>/);
  assert.match(both, /cond: rate ratio, zi: odds ratio\./);
});

Deno.test("where e to the power of a coefficient is no ratio it is refused, with what to do", () => {
  const words =
    /^RangeError: Cannot exponentiate the coefficients of .* in (tidy|confint)\(\): .*"(identity|probit|sqrt|cloglog)"/;
  const cases: Model[] = [
    fit("Reaction ~ Days + (1 | Subject)", sleep),
    fit("cbind(germ, n - germ) ~ extract", seeds, { family: binomial("probit") }),
    count(poisson("sqrt")),
  ];
  for (const model of cases) {
    assert.throws(() => tidy(model, { exponentiate: true }), words);
    assert.throws(() => confint(model, { exponentiate: true }), words);
  }
  assert.throws(
    () => tidy(fit("log(Reaction + 1) ~ Days", sleep), { exponentiate: true }),
    /no ratio of means; emmeans/,
  );
});

Deno.test("standard deviations stay as they are; profile limits are those of the coefficient", () => {
  const model = count(poisson());
  const rows = (exponentiate: boolean) =>
    records(tidy(model, { exponentiate, effects: ["ran_pars", "ran_vals"] }));
  assert.deepEqual(rows(true)[0], rows(false)[0]);
  close([rows(true)[1].estimate], [Math.exp(rows(false)[1].estimate)], 1e-12); // of a group: its ratio to the typical one
  const [linear, ratio] = [false, true].map((exponentiate) =>
    records(confint(model, { method: "profile", terms: ["minedno", "sd__(Intercept)"], exponentiate }))
  );
  close([ratio[0].conf_low, ratio[0].conf_high], [
    Math.exp(linear[0].conf_low),
    Math.exp(linear[0].conf_high),
  ], 1e-8); // the root of a profile is sought to 1e-9
  close([ratio[1].conf_low, ratio[1].conf_high], [linear[1].conf_low, linear[1].conf_high], 1e-8);
  assert.match(
    confint(model, { method: "profile", terms: ["minedno"], exponentiate: true }).plot().outerHTML,
    /^<svg/,
  );
});

Deno.test("the figure of ratios has its line at 1 and a logarithmic axis", () => {
  const svg = tidy(odds, { exponentiate: true, effects: "fixed" }).plot().outerHTML;
  assert.match(svg, />odds ratio</);
  assert.match(svg, /hollow where the interval holds 1\./);
  const [panel] = svg.match(/aria-label="x-axis tick label"[\s\S]*?<\/g>/)!;
  const ticks = new Map(
    [...panel.matchAll(/translate\(([\d.]+),[^>]*>([^<]*)</g)].map(([, x, text]) => [text, Number(x)]),
  );
  const [one, two, three] = ["1", "2", "3"].map((text) => ticks.get(text)!);
  close([(three - one) / (two - one)], [Math.log(3) / Math.log(2)], 0.01); // places to a tenth of a pixel
  const rule = svg.match(/<g [^>]*aria-label="rule"><line [^>]*x1="([\d.]+)"/)![1];
  assert.ok(Math.abs(Number(rule) - one) < 1, `${rule} at ${one}`);
  assert.doesNotMatch(tidy(odds).plot().outerHTML, /odds ratio/);
});

const html = (frame: Frame) =>
  String((frame as unknown as { [DISPLAY](): Record<string, string> })[DISPLAY]()["text/html"]);
