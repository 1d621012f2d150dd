/** Options of ordered categories: what says nothing, what is refused, and what the data cannot tell. */
import assert from "node:assert/strict";
import {
  bootstrap,
  cumulative,
  emmeans,
  equation,
  fit,
  fitAsync,
  type FitOptions,
  loadModel,
  pl,
  predict,
  r2,
  report,
  saveModel,
  tidy,
} from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

// deno-lint-ignore no-explicit-any
type Json = any;
const random = seed(4), n = 200, index = Array.from({ length: n }, (_, i) => i);
const x = index.map(() => random.normal()), g = index.map((i) => "ab"[i % 2]);
const y = x.map((v, i) => {
  const u = random.uniform(), latent = 0.8 * v + 0.5 * (i % 2) + Math.log(u / (1 - u));
  return 1 + [-1, 0.3, 1.5].filter((cut) => cut < latent).length;
});
const data = pl.DataFrame({
  x,
  g,
  y,
  copy: g,
  id: index.map((i) => `i${i % 20}`),
  one: index.map(() => 1),
  two: y.map((k) => k > 2 ? 2 : 1),
  middle: y.map((k, i) => g[i] === "b" && k === 2 ? 3 : k), // no 2 where g = b
  lowest: y.map((k, i) => g[i] === "b" && k === 1 ? 2 : k),
});
const ordinal = (formula: string, options: FitOptions = {}) =>
  fit(formula, data, { family: cumulative(), ...options });
const rowsOf = (frame: unknown): Json[] => (frame as Json).toRecords();

const plain = ordinal("y ~ x");
for (
  const options of [{ dispersion: "~ 1" }, { nominal: "~ 1" }, { nominal: "~ 0" }, {
    nominal: "1",
    dispersion: "1",
  }]
) {
  Deno.test(`ordinal: ${JSON.stringify(options)} says nothing`, () => {
    const model = ordinal("y ~ x", options);
    assert.deepEqual([model.logLik, model.npar, model.formulas], [plain.logLik, plain.npar, plain.formulas]);
  });
}

Deno.test("ordinal: a known scale is the unit of the location and the thresholds", () => {
  const model = ordinal("y ~ x", { dispersion: "~ 0 + offset(one)" });
  assert.ok(Math.abs(model.logLik - plain.logLik) < 1e-9);
  assert.equal(model.npar, plain.npar);
  const [slope] = rowsOf(tidy(model)), [own] = rowsOf(tidy(plain));
  assert.ok(Math.abs(slope.estimate - Math.E * own.estimate) < 1e-6);
});

Deno.test("ordinal: nominal effects without an intercept are the same model in other coefficients", () => {
  const a = ordinal("y ~ x", { nominal: "~ g" }), b = ordinal("y ~ x", { nominal: "~ 0 + g" });
  assert.ok(Math.abs(a.logLik - b.logLik) < 1e-9);
  const estimate = (m: typeof a, term: string) => rowsOf(tidy(m)).find((r) => r.term === term).estimate;
  assert.ok(Math.abs(estimate(a, "2|3") + estimate(a, "2|3.gb") - estimate(b, "2|3.gb")) < 1e-5);
});

const refused: [string, FitOptions, RegExp][] = [
  ["y ~ x", { nominal: "~ nope" }, /RangeError: Cannot find column "nope"/],
  [
    "y ~ x + g",
    { nominal: "~ g" },
    /RangeError: Cannot use "g" as nominal effect: it stands in the main formula too/,
  ],
  ["y ~ g:x", { nominal: "~ x:g" }, /Cannot use "x:g" as nominal effect|Cannot use "g:x" as nominal effect/],
  ["y ~ x + g", { nominal: "~ copy" }, /column "gb" of the main formula is a combination of its columns/],
  [
    "y ~ x",
    { nominal: "~ g + (1 | id)" },
    /has random effects, which are of the location; write them in the main formula/,
  ],
  ["y ~ x", { nominal: "~ g + offset(x)" }, /has an offset, which moves all thresholds alike/],
  [
    "y ~ x",
    { dispersion: "~ 0" },
    /the scale of the latent variable is 1 without scale effects; leave the option out/,
  ],
  [
    "y ~ g",
    { nominal: "~ 0 + x" },
    /without an intercept all thresholds are 0 where its predictors are; leave the 0 out/,
  ],
  ["one ~ x", { nominal: "~ g" }, /has 1 category, "1", an ordered response has 2/],
  [
    "y ~ x",
    { family: "poisson", nominal: "~ g" },
    /Cannot use nominal effects with family "poisson".*take cumulative\(\)/,
  ],
  ["y ~ x", { shape: { threshold__1: "~ x" } }, /it has no shape parameters/],
];
for (const [formula, options, message] of refused) {
  Deno.test(`ordinal: ${formula} ${JSON.stringify(options)} is refused`, () => {
    assert.throws(() => ordinal(formula, options), (e) => message.test(String(e)));
  });
}
Deno.test("ordinal: an unknown structure of thresholds is refused", () => {
  assert.throws(() => cumulative("logit", { thresholds: "equal" as Json }), /"flexible", "symmetric"/);
});

Deno.test("ordinal: two categories have one threshold, whatever its structure", () => {
  const free = ordinal("two ~ x"), binary = fit("two == 2 ~ x", data, { family: "binomial" });
  for (const thresholds of ["symmetric", "equidistant"] as const) {
    assert.ok(
      Math.abs(ordinal("two ~ x", { family: cumulative("logit", { thresholds }) }).logLik - free.logLik) <
        1e-9,
    );
  }
  assert.ok(Math.abs(binary.logLik - free.logLik) < 1e-9);
  const nominal = ordinal("two ~ x", { nominal: "~ g" }), moved = ordinal("two ~ x + g");
  assert.ok(Math.abs(nominal.logLik - moved.logLik) < 1e-9);
});

Deno.test("ordinal: a category that a level has not, between others, is said to be why there is no optimum", () => {
  for (const formula of ["middle ~ x", "middle ~ x + (1 | id)"]) {
    const model = ordinal(formula, { nominal: "~ g" });
    assert.equal(model.converged, false);
    assert.equal(rowsOf(emmeans(model, "~ g", { component: "probability" })).length, 8); // whatever the search left behind
    assert.match(
      model.messages[0],
      /thresholds 1\|2 and 2\|3 meet where g = b: no response is 2 there.*Join categories/,
    );
  }
});

Deno.test("ordinal: a lowest category that a level has not puts its threshold at −∞", () => {
  const model = ordinal("lowest ~ x", { nominal: "~ g" });
  assert.match(model.messages[0], /no response where g = b is 1\b/);
  const inside = rowsOf(predict(model, pl.DataFrame({ x: [0.2], g: ["b"] })));
  assert.equal(inside[0].estimate, 0);
  assert.ok(inside[0].conf_low === 0 && inside[0].conf_high > 0.005 && inside[0].conf_high < 0.05);
  // the others stand where the search ended, the lowest threshold short of −∞
  assert.ok(Math.abs(inside.reduce((sum, r) => sum + r.estimate, 0) - 1) < 1e-9);
});

Deno.test("ordinal: where thresholds cross there is no prediction, and a sentence says so", () => {
  const model = ordinal("y ~ g", { nominal: "~ x" }),
    far = pl.DataFrame({ g: ["a", "a", "b"], x: [0, 30, -40] });
  for (const [type, rows] of [["response", 4], ["mean", 1]] as const) {
    const table = predict(model, far, { type }), found = rowsOf(table);
    found.forEach((r, i) => {
      assert.equal(r.estimate === null, i >= rows, `${type}, row ${i}`);
      assert.equal(r.std_error === null, i >= rows);
    });
    const bundle = (table as Json)[Symbol.for("Jupyter.display")]();
    assert.match(JSON.stringify(bundle), /2 rows have no prediction: thresholds cross there/);
  }
  for (const component of ["probability", "response", "cumulative", "predictor"]) {
    const means = rowsOf(emmeans(model, "~ x", { at: { x: [0, 30] }, component }));
    assert.ok(means.every((r) => (r.estimate === null) === (r.x === 30)), component);
  }
});

for (
  const options of [
    { dispersion: "~ g" },
    { nominal: "~ g" },
    { nominal: "~ g", dispersion: "~ g", family: cumulative("probit", { thresholds: "symmetric" }) },
    { family: cumulative("cloglog", { thresholds: "equidistant" }) },
  ]
) {
  Deno.test(`ordinal: saved and loaded, ${JSON.stringify({ ...options, family: undefined })}, predicts the same`, () => {
    const model = ordinal("y ~ x + (1 | id)", options.nominal ? { ...options } : options),
      loaded = loadModel(saveModel(model));
    const grid = pl.DataFrame({ x: [-1, 0.5], g: ["a", "b"], id: ["i1", "i7"] });
    assert.deepEqual(rowsOf(predict(loaded, grid)), rowsOf(predict(model, grid)));
    for (const component of ["cond", "probability", "exceedance"]) {
      assert.deepEqual(
        rowsOf(emmeans(loaded, "~ x", { component })),
        rowsOf(emmeans(model, "~ x", { component })),
      );
    }
  });
}

Deno.test("ordinal: e to the power of a coefficient is an odds ratio with the logit link, and none with scale effects", () => {
  const [row] = rowsOf(tidy(plain, { exponentiate: true })), [own] = rowsOf(tidy(plain));
  assert.ok(Math.abs(row.estimate - Math.exp(own.estimate)) < 1e-12);
  const scaled = ordinal("y ~ x", { dispersion: "~ g" });
  assert.throws(
    () => tidy(scaled, { exponentiate: true }),
    /with scale effects the effect of a term on the odds depends on the scale/,
  );
  assert.match(
    String(report(scaled)),
    /the latent y was [\d.]+ higher.*the scale of the latent variable was [\d.]+ times as high/,
  );
  assert.match(String(report(plain)), /the odds of a higher y were.*nominalTest\(\) tests that/);
  const nominal = ordinal("y ~ x", { nominal: "~ g" });
  assert.match(
    String(report(nominal)),
    /nominal effects ~ g, with coefficients of their own for every threshold/,
  );
  assert.doesNotMatch(String(report(nominal)), /nominalTest/);
});

Deno.test("ordinal: the equation has the thresholds' own predictors, and combinations where they are structured", () => {
  const nominal = equation(ordinal("y ~ x", { nominal: "~ g", dispersion: "~ x" })).latex;
  assert.match(nominal, /\(\\theta_k - \\mu_i\) \/ \\sigma_i/);
  assert.match(
    nominal,
    /\\theta_\{1,i\} &= \\alpha\^\{\(1\)\}_\{0\} \+ \\alpha\^\{\(1\)\}_\{\\text\{g\}\[i\]\}/,
  );
  const equal =
    equation(ordinal("y ~ x", { family: cumulative("logit", { thresholds: "equidistant" }) })).latex;
  assert.match(equal, /\\theta_\{1\}, *\\ \\theta_\{1\} \+ \\Delta, *\\ \\theta_\{1\} \+ 2\\cdot \\Delta/);
  const numbers = equation(ordinal("y ~ x", { nominal: "~ g" }), { estimates: true }).latex;
  assert.doesNotMatch(numbers, /1\|2/);
});

Deno.test("ordinal: nominal coefficients are held and started by their names", () => {
  const free = ordinal("y ~ x", { nominal: "~ g" }),
    held = ordinal("y ~ x", { nominal: "~ g", fixed: { "threshold 2|3.gb": -0.2 } });
  assert.equal(rowsOf(tidy(held)).find((r) => r.term === "2|3.gb").estimate, -0.2);
  assert.ok(held.logLik < free.logLik && held.npar === free.npar - 1);
  const started = ordinal("y ~ x", { nominal: "~ g", start: { "threshold 1|2.gb": 0.1 } });
  assert.ok(Math.abs(started.logLik - free.logLik) < 1e-8);
});

Deno.test("ordinal: in workers and by bootstrap scale, nominal effects and structures are the same family", async () => {
  const options = {
    family: cumulative("logit", { thresholds: "symmetric" }),
    nominal: "~ g",
    dispersion: "~ g",
  } as const;
  const model = ordinal("y ~ x", options);
  assert.equal((await fitAsync("y ~ x", data, options)).logLik, model.logLik);
  const draws = rowsOf(await bootstrap(model, { n: 4, seed: 1, workers: 2 }));
  assert.deepEqual(draws, rowsOf(await bootstrap(model, { n: 4, seed: 1, workers: 1 })));
  assert.match(JSON.stringify(draws), /central|spacing/);
});

Deno.test("ordinal: R² with scale effects has the mean of the rows' latent variances, with nominal effects the moved thresholds", () => {
  const scaled = ordinal("y ~ x", { dispersion: "~ g" }),
    beta = scaled.parts[0].beta[0],
    delta = scaled.parts.at(-1)!.beta[0];
  const variance = (v: readonly number[]) => {
    const mean = v.reduce((s, a) => s + a / n, 0);
    return v.reduce((s, a) => s + (a - mean) ** 2, 0) / (n - 1);
  };
  const [row] = rowsOf(r2(scaled)), half = (1 + Math.exp(2 * delta)) / 2;
  assert.ok(Math.abs(row.residual - half * Math.PI ** 2 / 3) < 1e-9);
  assert.ok(Math.abs(row.fixed - variance(x.map((v) => beta * v))) < 1e-9);
  const nominal = ordinal("y ~ x", { nominal: "~ g" });
  const move = nominal.parts.slice(1).reduce((s, p) => s + p.beta[1] / 3, 0), own = nominal.parts[0].beta[0];
  assert.ok(
    Math.abs(rowsOf(r2(nominal))[0].fixed - variance(x.map((v, i) => own * v - (g[i] === "b" ? move : 0)))) <
      1e-9,
  );
});
