/** Formulas of zero inflation and dispersion that say the default, and those that no model can mean. */
import assert from "node:assert/strict";
import { pl } from "../../../lib/frame.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i), x = rows.map((i) => Math.sin(7.3 * i));
const data = pl.DataFrame({
  x,
  y: x.map((v, i) => v + Math.sin(i * i) + 0.4 * (i % 6)),
  count: x.map((v, i) => i % 3 === 0 ? 0 : Math.round(3 + v + Math.sin(i * i))),
  g: rows.map((i) => `g${i % 6}`),
  t: rows.map((i) => `t${Math.floor(i / 6)}`),
  o: rows.map(() => Math.log(0.7)),
  one: rows.map(() => 1),
  row: rows,
});

/** Formula, options as written out, the same left out. */
const same: [string, FitOptions, FitOptions][] = [
  ["y ~ x + (1 | g)", { dispersion: "~ 1" }, {}],
  ["y ~ x + (1 | g)", { dispersion: "1" }, {}],
  ["y ~ x + (1 | g)", { dispersion: "~ 1", reml: true }, { reml: true }],
  ["y ~ x + (1 | g)", { dispersion: "~ 1", reml: false }, { reml: false }],
  ["count ~ x", { family: "nbinom2", dispersion: "~ 1" }, { family: "nbinom2" }],
  ["count ~ x + (1 | g)", { family: "poisson", zeroInflation: "~ 0" }, { family: "poisson" }],
  ["count ~ x", { family: "poisson", zeroInflation: "~ -1" }, { family: "poisson" }],
  ["count ~ x", { family: "nbinom2", zeroInflation: "0", dispersion: "~ 1" }, { family: "nbinom2" }],
];
for (const [formula, written, plain] of same) {
  Deno.test(`the default written out is the default: ${formula} ${JSON.stringify(written)}`, () => {
    const a = fit(formula, data, written), b = fit(formula, data, plain);
    assert.equal(String(a.certificate.text), String(b.certificate.text));
    assert.deepEqual(
      [a.logLik, a.method, a.npar, a.formulas, a.parts.length, a.sigma],
      [b.logLik, b.method, b.npar, b.formulas, b.parts.length, b.sigma],
    );
  });
}

const refused: [string, FitOptions, RegExp][] = [
  [
    "y ~ x",
    { dispersion: "~ 0" },
    /RangeError: .*without a residual one random term has to give every row a position of its own.*has none/,
  ],
  ["y ~ x + (1 | g)", { dispersion: "~ 0" }, /has none/],
  [
    "y ~ x + (0 + t | g) + (1 | t)",
    { dispersion: "~ 0" },
    /groups of \(1 \| t\) change within those of \(0 \+ t \| g\)/,
  ],
  [
    "y ~ x + (0 + t | g)",
    { dispersion: "~ 0", weights: { frequency: "one" } },
    /Cannot use weights with dispersion: "~ 0"/,
  ],
  [
    "count ~ x",
    { family: "nbinom2", dispersion: "~ 0" },
    /would fix the dispersion of family "nbinom2" at 1/,
  ],
  ["count ~ x", { family: "poisson", dispersion: "~ 0" }, /RangeError: .*"poisson"/],
];
for (const [formula, options, words] of refused) {
  Deno.test(`no residual: ${formula} ${JSON.stringify(options)}`, () => {
    assert.throws(() => fit(formula, data, options), (error) => (assert.match(String(error), words), true));
  });
}

Deno.test("a known dispersion is an offset: log σ = log 0.7 in every row", () => {
  const model = fit("y ~ x", data, { dispersion: "~ 0 + offset(o)" });
  const rss = rows.reduce((sum, i) => {
    const [a, b] = model.parts[0].beta, y = data.getColumn("y").get(i);
    return sum + (y - a - b * x[i]) ** 2;
  }, 0);
  const logLik = -n * (Math.log(0.7) + Math.log(2 * Math.PI) / 2) - rss / (2 * 0.7 ** 2);
  assert.ok(Math.abs(model.logLik - logLik) < 1e-10 * Math.abs(logLik));
  assert.ok(Math.abs(model.sigma - 0.7) < 1e-12);
  assert.equal(model.npar, 2);
});

Deno.test('zeroInflation "~ ." is the formula of the mean, as in glmmTMB', () => {
  const model = fit("count ~ x + (1 | g)", data, { family: "poisson", zeroInflation: "~ ." });
  assert.deepEqual(model.parts.find(({ part }) => part === "zi")!.names, ["(Intercept)", "x"]);
  assert.deepEqual(model.random.map(({ part, label }) => `${part}: ${label}`), ["cond: 1 | g", "zi: 1 | g"]);
});

/** Names that people give families → what the message says. */
const families: [string, RegExp][] = [
  ["Gamma", /did you mean "gamma"/],
  ["truncated_compois", /did you mean "truncatedCompois"/],
  ["com_poisson", /did you mean "compois"/],
  ["truncated_genpois", /did you mean "truncatedGenpois"/],
  ["t", /did you mean "studentT"/],
  ["beta_family", /did you mean "beta"/],
  ["negbin", /did you mean "nbinom2"/],
  ["bernoulli", /did you mean "binomial"/],
  ["normal", /did you mean "gaussian"/],
  ["binomal", /did you mean "binomial"/],
  ["Gamma(link = 'log')", /is not text: family: gamma\("log"\)/],
  ["toString", /built in are "/],
];
for (const [family, words] of families) {
  Deno.test(`family "${family}" gets a hint`, () => {
    assert.throws(
      () => fit("y ~ x", data, { family: family as "beta" }),
      (error) => (assert.match(String(error), words), true),
    );
  });
}
