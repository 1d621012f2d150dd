/**
 * Bad input, and input that is merely odd: the class of the error and the words by which a user finds the mistake. Nothing may
 * be ignored, coerced or returned as NaN. What concerns one function alone is tested beside that function.
 */
import assert from "node:assert/strict";
import {
  anova,
  beta,
  binomial,
  dataGrid,
  dataset,
  fit,
  type FitOptions,
  fixef,
  type Frame,
  gamma,
  pl,
  poisson,
  predict,
  ranef,
  recalculateResiduals,
  residuals,
  simulateResiduals,
  testCategorical,
} from "../mod.ts";

const rows = Array.from({ length: 24 }, (_, i) => i);
const data = pl.DataFrame({
  y: rows.map((i) => 5 + Math.sin(i * 3) + i % 4),
  count: rows.map((i) => i % 5),
  share: rows.map((i) => (i + 1) / 30),
  x: rows.map((i) => Math.cos(i)),
  g: rows.map((i) => `g${i % 6}`),
  one: rows.map(() => "all"),
  id: rows.map((i) => `r${i}`),
  three: rows.map(() => 3),
  none: pl.Series("none", rows.map(() => null), pl.Float64),
  endless: rows.map((i) => (i === 4 ? Infinity : i)),
  negative: rows.map((i) => i - 3),
  half: rows.map((i) => i + 0.5),
  edge: rows.map((i) => i / 23),
  weight: rows.map((i) => (i === 2 ? -1 : 1)),
  zero: rows.map(() => 0),
  trials: rows.map((i) => i % 5 + 1),
  text: rows.map((i) => `t${i % 2}`),
  split: rows.map((i) => (i < 12 ? 0 : 1)),
  side: rows.map((i) => (i < 12 ? -1 : 1)),
}) as Frame;

// deno-lint-ignore no-explicit-any
type Anything = any;

/** Asserts that fit() throws this class with a message in which all the words occur in this order. */
function refused(
  what: string,
  formula: Anything,
  options: Anything,
  type: ErrorConstructor,
  words: RegExp,
  frame: Anything = data,
) {
  Deno.test(`refused: ${what}`, () => {
    let thrown: unknown;
    try {
      fit(formula, frame, options);
    } catch (error) {
      thrown = error;
    }
    assert.ok(thrown instanceof Error, "nothing was thrown");
    assert.equal(thrown.name, type.name, thrown.message);
    assert.match(thrown.message, words);
  });
}

/** Asserts that a model is fitted, with a message in which the words occur. */
function fitted(what: string, formula: string, options: FitOptions, words: RegExp) {
  Deno.test(`fitted, with a message: ${what}`, () => {
    const model = fit(formula, data, options);
    assert.match(model.messages.join("\n"), words);
    assert.ok(model.converged, model.certificate.text);
    assert.ok(
      Number.isFinite(model.logLik) && fixef(model).getColumn("estimate").toArray().every(Number.isFinite),
    );
  });
}

// formulas
refused(
  "a column that does not exist",
  "y ~ tretment",
  {},
  RangeError,
  /Cannot find column "tretment".*the data have "y", "count"/,
);
refused(
  "a mistyped column, with the one meant",
  "y ~ shrae",
  {},
  RangeError,
  /"shrae".*did you mean "share"/,
);
refused(
  "a grouping factor that does not exist",
  "y ~ x + (1 | herd)",
  {},
  RangeError,
  /Cannot find column "herd"/,
);
refused(
  "a mistyped function, with the place",
  "y ~ lgo(x)",
  {},
  SyntaxError,
  /no function `lgo`.*did you mean `log`.*\n.*y ~ lgo\(x\)\n\s+\^\^\^/s,
);
refused(
  "a bracket that is not closed",
  "y ~ x + (1 | g",
  {},
  SyntaxError,
  /missing closing parenthesis.*\n.*\n\s+\^/s,
);
refused("a bracket too many", "y ~ x + 1 | g)", {}, SyntaxError, /this \) closes nothing/);
refused("a formula without ~", "y", {}, SyntaxError, /no ~/);
refused("a formula without response", "~ x", {}, SyntaxError, /no response/);
refused("an empty formula", "", {}, SyntaxError, /empty/);
refused(
  "the response among the predictors",
  "y ~ y",
  {},
  SyntaxError,
  /response y cannot also be a predictor/,
);
refused(
  "an unknown covariance structure",
  "y ~ foo(x | g)",
  {},
  RangeError,
  /structure "foo" is unknown, known are ("\w+", )+"us"/,
);
for (const formula of [undefined, null, 3, {}, ["y ~ x"]]) {
  refused(
    `a formula that is ${JSON.stringify(formula)}`,
    formula,
    {},
    TypeError,
    /the formula is .*should be text such as "y ~ x/,
  );
}

// data
refused("an array of records", "y ~ x", {}, TypeError, /an array.*pl\.readRecords/, [{ y: 1, x: 2 }]);
refused("a plain object", "y ~ x", {}, TypeError, /a plain object.*pl\.DataFrame/, { y: [1], x: [2] });
refused("no data", "y ~ x", {}, TypeError, /must be a polars DataFrame, but are null/, null);
refused(
  "the name of a file",
  "y ~ x",
  {},
  TypeError,
  /must be a polars DataFrame, but are string/,
  "data.csv",
);
refused("a lazy data frame", "y ~ x", {}, TypeError, /LazyDataFrame; collect it first/, data.lazy());
refused("a data frame without rows", "y ~ x", {}, RangeError, /the data have no rows/, data.head(0));
refused(
  "a data frame without columns",
  "y ~ x",
  {},
  RangeError,
  /the data have no columns/,
  pl.DataFrame({}),
);
refused(
  "fewer rows than coefficients",
  "y ~ x",
  {},
  RangeError,
  /2 rows do not determine 2 coefficients/,
  data.head(2),
);
refused("a column of missing values", "y ~ none", {}, RangeError, /"none" has only missing values/);
refused("a response of missing values", "none ~ x", {}, RangeError, /"none" has only missing values/);
refused("infinite values", "y ~ endless", {}, RangeError, /"endless": row 4 is Infinity.*finite/);
refused("an infinite response", "endless ~ x", {}, RangeError, /"endless": row 4 is Infinity/);
refused(
  "logarithms of negative numbers",
  "y ~ log(negative)",
  {},
  RangeError,
  /log\(negative\): row 0 is NaN \(negative = -3\)/,
);
refused("a factor with one level", "y ~ one", {}, RangeError, /"one".*one level, "all".*leave it out/);
refused(
  "groups that are fractions",
  "y ~ 1 + (1 | x)",
  {},
  RangeError,
  /Cannot group by "x": it has fractions/,
);
refused(
  "missing values where none are allowed",
  "y ~ none",
  { missing: "fail" },
  RangeError,
  /only missing values|24 of 24 rows/,
);
refused("a response without variation", "three ~ x", {}, RangeError, /"three" is 3 in every row used \(24\)/);
refused(
  "a response without variation, gamma",
  "three ~ x",
  { family: "gamma" },
  RangeError,
  /"three" is 3 in every row/,
);

// responses outside the support, by row counted from 0
refused(
  "negative counts",
  "negative ~ x",
  { family: "poisson" },
  RangeError,
  /"poisson".*"negative".*whole numbers >= 0.*row 0 is -3/,
);
refused("fractions as counts", "half ~ x", { family: "nbinom2" }, RangeError, /row 0 is 0\.5.*offset/);
refused(
  "negative numbers for gamma",
  "negative ~ x",
  { family: "gamma" },
  RangeError,
  /numbers > 0.*row 0 is -3/,
);
refused("zeros for gamma", "count ~ x", { family: "gamma" }, RangeError, /row 0 is 0.*zeroInflation/);
refused(
  "0 and 1 for beta",
  "edge ~ x",
  { family: "beta" },
  RangeError,
  /strictly between 0 and 1.*row 0 is 0/,
);
refused(
  "counts as 0/1",
  "count ~ x",
  { family: "binomial" },
  RangeError,
  /must be 0 or 1, but row 2 is 2.*trials.*cbind/,
);
refused(
  "shares that are no successes",
  "share ~ x",
  { family: "binomial", weights: "trials" },
  RangeError,
  /whole number of successes/,
);
refused("text for numbers", "text ~ x", {}, TypeError, /"text".*text \("t0", "t1"\).*numbers/);
refused("six categories for two", "g ~ x", { family: "binomial" }, RangeError, /6 levels.*two.*compare one/);

// families and links
refused(
  "an unknown family",
  "y ~ x",
  { family: "negbin" },
  RangeError,
  /Cannot find family "negbin".*"nbinom2"/,
);
refused(
  "a name that every object has",
  "y ~ x",
  { family: "toString" },
  RangeError,
  /Cannot find family "toString"/,
);
refused(
  "a family that was not called",
  "count ~ x",
  { family: poisson },
  TypeError,
  /a function \(poisson\).*write poisson\(\)/,
);
for (const family of [null, 3, {}]) {
  refused(
    `a family that is ${JSON.stringify(family)}`,
    "y ~ x",
    { family },
    TypeError,
    /Cannot use family.*a name such as/,
  );
}
Deno.test("refused: links that are unknown or do not suit", () => {
  assert.throws(
    () => gamma("loglog" as "log"),
    /RangeError: Cannot use link "loglog" with family "gamma".*"inverse", "log"/,
  );
  assert.throws(
    () => binomial("sqrt" as "logit"),
    /RangeError: Cannot use link "sqrt" with family "binomial".*"logit", .*"probit"/,
  );
});

// options
refused(
  "an unknown option",
  "y ~ x",
  { wieghts: "x" },
  RangeError,
  /option "wieghts".*did you mean "weights"/,
);
refused(
  "an option by its name in R",
  "count ~ x",
  { ziformula: "~ 1" },
  RangeError,
  /"ziformula".*did you mean "zeroInflation"/,
);
refused("options that are none", "y ~ x", null, TypeError, /options are null.*object/);
refused(
  "a switch for a formula",
  "count ~ x",
  { family: "poisson", zeroInflation: true },
  TypeError,
  /zeroInflation: it is true.*"~ 1"/,
);
refused(
  "dispersion of a family without",
  "count ~ x",
  { family: "poisson", dispersion: "~ x" },
  RangeError,
  /dispersion formula.*"poisson".*nbinom2/,
);
refused(
  "a response in the dispersion",
  "y ~ x",
  { dispersion: "y ~ x" },
  SyntaxError,
  /part "disp" has no response/,
);
refused(
  "REML for counts",
  "count ~ x + (1 | g)",
  { family: "poisson", reml: true },
  RangeError,
  /REML.*Gaussian.*"poisson"/,
);
refused("REML as text", "y ~ x", { reml: "yes" }, TypeError, /reml: it is "yes".*true or false/);
refused(
  "quadrature with two factors",
  "count ~ x + (1 | g) + (1 | id)",
  { family: "poisson", quadrature: 5 },
  RangeError,
  /quadrature: 5.*exactly one.*1 per id and 1 per g/,
);
refused(
  "quadrature with slopes",
  "count ~ x + (x | g)",
  { family: "poisson", quadrature: 5 },
  RangeError,
  /quadrature: 5.*2 per g/,
);
refused(
  "quadrature without random effects",
  "count ~ x",
  { family: "poisson", quadrature: 5 },
  RangeError,
  /no random effects/,
);
refused(
  "quadrature of a Gaussian model",
  "y ~ x + (1 | g)",
  { quadrature: 5 },
  RangeError,
  /integrated exactly/,
);
for (const quadrature of [0, -1, 2.5, NaN]) {
  refused(
    `${quadrature} points`,
    "count ~ x + (1 | g)",
    { family: "poisson", quadrature },
    RangeError,
    /whole number of points/,
  );
}
refused(
  "another word for missing",
  "y ~ x",
  { missing: "drop" },
  RangeError,
  /missing: "drop".*"omit", "fail"/,
);
refused(
  "an unknown coding",
  "y ~ g",
  { contrasts: { g: "simple" } },
  RangeError,
  /"g" by contrasts "simple".*"sum", "treatment"/,
);
refused("a coding of no factor", "y ~ g", { contrasts: { h: "sum" } }, RangeError, /contrasts to "h".*"g"/);
refused(
  "levels that are not all",
  "y ~ g",
  { levels: { g: ["g0", "g1"] } },
  RangeError,
  /"g": row 2 is "g2".*"g0", "g1"/,
);
refused(
  "an offset that does not exist",
  "count ~ x",
  { family: "poisson", offset: "exposure" },
  RangeError,
  /"exposure"/,
);
refused(
  "an offset of text",
  "count ~ x",
  { family: "poisson", offset: "text" },
  TypeError,
  /offset\(text\).*numbers/,
);

// weights
refused("weights that do not exist", "y ~ x", { weights: "wt" }, RangeError, /Cannot find column "wt"/);
refused("a number as weights", "y ~ x", { weights: 3 }, TypeError, /weights: it is 3.*name of a column/);
refused(
  "an array as weights",
  "y ~ x",
  { weights: [1, 2] },
  TypeError,
  /weights: it is an array.*name of a column/,
);
refused("weights of text", "y ~ x", { weights: "text" }, TypeError, /weights text.*numbers/);
refused(
  "negative frequencies",
  "y ~ x",
  { weights: "weight" },
  RangeError,
  /"weight" as frequency.*>= 0.*row 2 is -1/,
);
refused(
  "negative precisions",
  "y ~ x",
  { weights: { precision: "weight" } },
  RangeError,
  /"weight" as precision.*> 0.*row 2 is -1/,
);
refused("weights that are all zero", "y ~ x", { weights: "zero" }, RangeError, /all weights are 0/);
refused(
  "an unknown meaning of weights",
  "y ~ x",
  { weights: { prior: "trials" } },
  RangeError,
  /trials, precision and frequency.*"prior"/,
);
refused(
  "trials of no binomial",
  "y ~ x",
  { weights: { trials: "trials" } },
  RangeError,
  /only binomial families count trials/,
);
refused(
  "precision of counts",
  "count ~ x",
  { family: "poisson", weights: { precision: "trials" } },
  RangeError,
  /as precision.*Gaussian/,
);
refused(
  "precision beside a dispersion formula",
  "y ~ x",
  { dispersion: "~ x", weights: { precision: "trials" } },
  RangeError,
  /as precision/,
);
refused(
  "two meanings at once",
  "y ~ x",
  { weights: { precision: "trials", frequency: "trials" } },
  RangeError,
  /precision together with others/,
);

// odd, but fitted
fitted(
  "a grouping factor with one level",
  "y ~ x + (1 | one)",
  {},
  /flat in the direction of \(1 \| one\)[^]*has one level/,
);
fitted("as many groups as rows", "y ~ x + (1 | id)", {}, /as many levels as there are rows/);
fitted(
  "as many groups as rows, counts",
  "count ~ x + (1 | id)",
  { family: "poisson" },
  /variance of \(1 \| id\) is estimated as 0/,
);
fitted(
  "the same term twice",
  "y ~ x + (1 | g) + (1 | g)",
  {},
  /flat in the direction of \(1 \| g\), \(1 \| g\)/,
);
fitted("a constant grouping", "y ~ x + (x | 1)", {}, /one constant group.*left out/);
fitted("collinear columns", "y ~ x + I(2 * x)", {}, /"I\(2 \* x\)" dropped.*linear combination/);
fitted("a constant predictor", "y ~ three", {}, /"three" dropped/);
fitted(
  "complete separation",
  "split ~ side",
  { family: "binomial" },
  /flat in the direction of \(Intercept\), side.*complete separation/,
);
fitted(
  "zero inflation without zeros",
  "trials ~ x",
  { family: "poisson", zeroInflation: "~ 1" },
  /flat in the direction of \(Intercept\) \(zi\)/,
);
fitted("an exact fit", "half ~ negative", {}, /reproduces the response half exactly/);

Deno.test("missing values are counted by column", () => {
  const holes = data.withColumns(
    pl.Series("x", rows.map((i) => (i % 8 === 0 ? null : Math.cos(i))), pl.Float64),
  ) as Frame;
  const model = fit("y ~ x", holes);
  assert.equal(model.nobs, 21);
  assert.match(model.messages[0], /3 of 24 rows left out because of missing values: x \(3\)/);
});

Deno.test("what is asked of a model: new levels, unknown types, random effects that are not there", async () => {
  const sleep = await dataset("sleepstudy"), model = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const stranger = pl.DataFrame({ Days: [1], Subject: ["999"] }) as Frame;
  assert.throws(
    () => predict(model, stranger),
    /RangeError: Cannot predict for the new level "999" of Subject.*newLevels/,
  );
  assert.throws(() => predict(model, sleep, { type: "mean" as "link" }), /RangeError.*"mean".*"response"/);
  assert.throws(() => dataGrid(sleep, { days: true }), /RangeError.*"days".*did you mean "Days"/);
  assert.throws(() => dataGrid(model, { days: true }), /RangeError.*"days"/);
  assert.equal(ranef(fit("Reaction ~ Days", sleep)).height, 0);
});

Deno.test("families check their own arguments", () => {
  assert.throws(() => beta("sqrt" as "logit"), RangeError);
  assert.throws(() => fit("count ~ x", data, { family: poisson("logit" as "log") }), RangeError);
});

Deno.test("what is often written otherwise is understood: models by name, one option by itself", async () => {
  const warp = await dataset("warpbreaks");
  const wool = fit("breaks ~ wool", warp, { family: "poisson" });
  const both = fit("breaks ~ wool + tension", warp, { family: "poisson" });
  const named = anova({ wool, both }), plain = anova(wool, both);
  assert.deepEqual(named.getColumn("p_value").toArray(), plain.getColumn("p_value").toArray());
  assert.match(String(named.getColumn("model").get(1)), /^both: breaks ~ wool \+ tension/);
  assert.throws(() => anova({ wool, both: 3 } as never), /TypeError: Cannot use anova\(\): its model is 3/);
  const r = simulateResiduals(both, { n: 50 });
  for (
    const [short, long] of [
      [testCategorical(r, "wool"), testCategorical(r, { x: "wool" })],
      [recalculateResiduals(r, "wool"), recalculateResiduals(r, { group: "wool" })],
    ]
  ) assert.deepEqual(short.toRecords(), long.toRecords());
  assert.deepEqual(residuals(both, "pearson"), residuals(both, { type: "pearson" }));
  assert.throws(() => testCategorical(r, "wol"), /"wool"/);
});

Deno.test("decimal commas and names with spaces: what it is, and how to read it", () => {
  const data = pl.DataFrame({
    "my yield": [1, 2.5, 3, 4.5],
    x: [1, 2, 3, 5],
    y: ["1,5", "2,5", "3,1", "4,4"],
  });
  assert.throws(() => fit("y ~ x", data), /"y": it is text .*replace\(",", "\."\).*read\("file\.csv"\)/);
  assert.throws(() => fit("my yield ~ x", data), /SyntaxError: .*in backticks, `my yield`\n/);
  assert.throws(() => fit("x ~ my yield", data), /SyntaxError: .*in backticks, `my yield`\n/);
  assert.ok(fit("`my yield` ~ x", data).converged);
});
