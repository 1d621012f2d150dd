import { denseColumn } from "../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { buildDesign, type DesignOptions } from "../../lib/formula/design.ts";
import { type Frame, frameOf } from "../../lib/frame.ts";

const plain: DesignOptions = { usesTrials: false };
const build = (
  formula: string,
  frame: Frame,
  options: Partial<DesignOptions> = {},
  predictors = [] as { part: string; formula: string }[],
) => buildDesign({ formula, predictors }, frame, { ...plain, ...options });

const holes = () =>
  frameOf({
    y: [1, 2, null, 4, 5, 6, 7, 8],
    x: [1, NaN, 3, 4, 5, 6, 7, 9],
    f: ["a", "a", "b", "b", null, "a", "c", "b"],
    g: ["u", "v", "u", "v", "u", "v", "w", null],
    w: [1, 1, 1, null, 1, 1, 1, 1],
    unused: [null, 1, 1, 1, 1, 1, 1, 1],
  });

Deno.test("rows with missing values are left out with one message that names columns and counts", () => {
  const { rows, rowsGiven, n, messages } = build("y ~ x + f + (1 | g)", holes());
  assert.deepEqual([...rows], [0, 3, 5, 6]);
  assert.equal(rowsGiven, 8);
  assert.equal(n, 4);
  assert.deepEqual(messages, [
    "4 of 8 rows left out because of missing values: y (1), x (1), f (1), g (1)",
  ]);
});

Deno.test("missing values count in weights, offsets, random slopes and further parts", () => {
  assert.deepEqual([...build("y ~ 1", holes(), { weights: "w" }).rows], [0, 1, 4, 5, 6, 7]);
  assert.deepEqual([...build("y ~ 1", holes(), { offset: "w" }).rows], [0, 1, 4, 5, 6, 7]);
  assert.deepEqual([...build("y ~ offset(w)", holes()).rows], [0, 1, 4, 5, 6, 7]);
  assert.deepEqual([...build("y ~ (x | w)", holes()).rows], [0, 4, 5, 6, 7]);
  assert.deepEqual([...build("y ~ 1", holes(), {}, [{ part: "zi", formula: "~ f" }]).rows], [
    0,
    1,
    3,
    5,
    6,
    7,
  ]);
});

Deno.test("values belong to the rows kept", () => {
  const { response, predictors } = build("y ~ x + (x | g)", holes());
  assert.deepEqual([...response.y], [1, 4, 5, 6, 7]);
  assert.deepEqual([...denseColumn(predictors[0].X[1])], [1, 4, 5, 6, 7]);
  assert.deepEqual([...predictors[0].random[0].level], [0, 1, 0, 1, 2]);
  assert.deepEqual([...predictors[0].random[0].columns[1]!], [1, 4, 5, 6, 7]);
});

Deno.test("scale() uses all rows in which its own column is present, as R's model.frame does", () => {
  const { predictors } = build("y ~ scale(x)", holes());
  // R: scale(c(1, NA, 3, 4, 5, 6, 7, 9))[c(1, 4:8)]; mean 5, sd sqrt(42 / 6)
  const expected = [1, 4, 5, 6, 7, 9].map((x) => (x - 5) / Math.sqrt(7));
  denseColumn(predictors[0].X[1]).forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-15));
});

Deno.test("a level found only in incomplete rows goes, with a message", () => {
  const frame = frameOf({ y: [1, 2, 3, 4, null], f: ["a", "b", "a", "b", "c"] });
  const { predictors, messages } = build("y ~ f", frame);
  assert.deepEqual(predictors[0].names, ["(Intercept)", "fb"]);
  assert.equal(messages[1], 'f loses the level "c", found only in rows with missing values');
});

Deno.test('missing: "fail" throws', () => {
  assert.throws(() => build("y ~ x", holes(), { missing: "fail" }), {
    name: "RangeError",
    message: /2 of 8 rows have missing values, in y \(1\), x \(1\)/,
  });
});

Deno.test("a name in the data wins over a constant, and pi is pi", () => {
  const data = { y: [1, 2, 3], x: [1, 2, 4] };
  assert.deepEqual(
    [...denseColumn(build("y ~ I(x * pi)", frameOf(data)).predictors[0].X[1])],
    [1, 2, 4].map((x) => x * Math.PI),
  );
  const own = frameOf({ ...data, pi: [1, 1, 2] });
  assert.deepEqual([...denseColumn(build("y ~ I(x * pi)", own).predictors[0].X[1])], [1, 2, 8]);
});

const small = () =>
  frameOf({
    yield: [1, 2, 3, 4, 5],
    treatment: ["a", "b", "a", "b", "a"],
    site: ["s", "s", "s", "s", "s"],
    x: [0, 1, -2, 3, 4],
    half: [0.5, 1, 1.5, 2, 2.5],
    huge: [1, 2, Infinity, 4, 5],
    gone: [null, null, null, null, null],
    alternating: [1, null, 3, null, 5],
    other: [null, 2, null, 4, null],
  });

/** Formula, options → kind of error and message. */
// deno-fmt-ignore
const errors: [string, Partial<DesignOptions>, string, RegExp][] = [
  ["yield ~ treatmnt", {}, "RangeError", /^Cannot find column "treatmnt" named in the formula: the data have "yield", "treatment", .*did you mean "treatment"\?$/],
  ["yeild ~ x", {}, "RangeError", /Cannot find column "yeild"/],
  ["yield ~ (1 | sites)", {}, "RangeError", /Cannot find column "sites".*did you mean "site"/],
  ["yield ~ lgo(x)", {}, "SyntaxError", /no function `lgo`; did you mean `log`\?\n {2}yield ~ lgo\(x\)\n {10}\^\^\^$/],
  ["yield ~ scal(x)", {}, "SyntaxError", /did you mean `scale`\?/],
  ["yield ~ s(x)", {}, "SyntaxError", /smooth terms are not available/],
  ["yield ~ x + mystery(x)", {}, "SyntaxError", /the functions are I, abs/],
  ["yield ~ NA", {}, "SyntaxError", /NA is not a value/],
  ["yield ~ site", {}, "RangeError", /factor "site" as a predictor: it has one level, "s"/],
  ["yield ~ log(x)", {}, "RangeError", /^Cannot use log\(x\): row 0 is -Infinity \(x = 0\)/],
  ["yield ~ sqrt(x)", {}, "RangeError", /^Cannot use sqrt\(x\): row 2 is NaN \(x = -2\)/],
  ["yield ~ scale(log(x))", {}, "RangeError", /^Cannot use log\(x\): row 0/],
  ["log(x) ~ 1", {}, "RangeError", /^Cannot use log\(x\): row 0/],
  ["yield ~ I(1/x)", {}, "RangeError", /^Cannot use 1\/x: row 0 is Infinity/],
  ["yield ~ huge", {}, "RangeError", /^Cannot use column "huge": row 2 is Infinity/],
  ["yield ~ poly(huge, 2)", {}, "RangeError", /^Cannot use column "huge": row 2/],
  ["yield ~ offset(log(x))", {}, "RangeError", /^Cannot use log\(x\): row 0/],
  ["yield ~ gone", {}, "RangeError", /column "gone" has only missing values/],
  ["yield ~ alternating + other", {}, "RangeError", /every row has a missing value, in alternating \(2\), other \(3\)/],
  ["yield ~ I(treatment * 2)", {}, "TypeError", /^Cannot compute treatment \* 2: it needs numbers, but is given a factor/],
  ["yield ~ log(treatment)", {}, "TypeError", /^Cannot compute log\(treatment\): it needs numbers/],
  ["yield ~ poly(x, 5)", {}, "RangeError", /degree must be less than the number of distinct values, 5/],
  ["yield ~ poly(x, 0)", {}, "RangeError", /whole number >= 1, but is 0/],
  ["yield ~ poly(x, degre = 2)", {}, "TypeError", /it has no argument degre; it is poly\(x, degree, raw\)/],
  ["yield ~ log(x, 2, 3)", {}, "TypeError", /too many arguments/],
  ["yield ~ log()", {}, "TypeError", /its argument x is missing/],
  ["yield ~ scale(site)", {}, "TypeError", /it needs numbers/],
  ["yield ~ poly(x, treatment)", {}, "TypeError", /argument degree must be a constant/],
  ["yield ~ factor(x, levels = c(0, 1))", {}, "RangeError", /row 2 is "-2", which is not among the levels/],
  ["yield ~ factor(x, labels = c('a', 'b'))", {}, "RangeError", /it has 2 labels, but there are 5 levels/],
  ["yield ~ pi", {}, "TypeError", /pi as a term: it is a constant/],
  ["yield ~ (1 | half)", {}, "RangeError", /Cannot group by "half": it has fractions \(0.5\).*factor\(half\)/],
  ["~ x", {}, "SyntaxError", /it has no response/],
  ["yield ~ x", { contrasts: { x: "sum" } }, "RangeError", /Cannot apply contrasts to "x".*factor\(x\)/],
  ["yield ~ treatment", { contrasts: { treatmnt: "sum" } }, "RangeError", /the factors of the model are "treatment"/],
  ["yield ~ treatment", { contrasts: { treatment: "deviation" as never } }, "RangeError", /the codings are "helmert"/],
  ["yield ~ treatment", { levels: { treatmnt: ["b", "a"] } }, "RangeError", /"treatmnt" in levels/],
  ["yield ~ treatment", { levels: { treatment: ["b"] } }, "RangeError", /"a"/],
  ["yield ~ x", { offset: "nothing" }, "RangeError", /"nothing"/],
  ["yield ~ x", { weights: "nothing" }, "RangeError", /"nothing"/],
];
for (const [formula, options, name, message] of errors) {
  Deno.test(`error: ${formula} ${JSON.stringify(options)}`, () => {
    assert.throws(() => build(formula, small(), options), { name, message });
  });
}

Deno.test("an empty data frame is an error", () => {
  const empty = small().filter(small().getColumn("x").gt(100));
  assert.throws(() => build("yield ~ x", empty), { name: "RangeError", message: /the data have no rows/ });
});

Deno.test("the option levels sets the reference level, also of numbers", () => {
  const names = (options: Partial<DesignOptions>) =>
    build("yield ~ treatment + x", small(), options).predictors[0].names;
  assert.deepEqual(names({ levels: { treatment: ["b", "a"] } }), ["(Intercept)", "treatmenta", "x"]);
  assert.deepEqual(
    build("yield ~ x", small(), { levels: { x: [4, 3, 1, 0, -2] } }).predictors[0].names.slice(1),
    [
      "x3",
      "x1",
      "x0",
      "x-2",
    ],
  );
});

Deno.test("grouping by whole numbers, booleans and expressions", () => {
  const frame = frameOf({
    y: [1, 2, 3, 4],
    k: Int32Array.of(10, 2, 10, 1),
    b: [true, false, true, true],
    h: [0.5, 0.5, 2, 2],
  });
  const levels = (term: string) => build(`y ~ ${term}`, frame).predictors[0].random[0];
  assert.deepEqual(levels("(1 | k)").levels, ["1", "2", "10"]);
  assert.deepEqual([...levels("(1 | k)").level], [2, 1, 2, 0]);
  assert.deepEqual(levels("(1 | b)").levels, ["FALSE", "TRUE"]);
  assert.deepEqual(levels("(1 | factor(h))").levels, ["0.5", "2"]);
  assert.deepEqual(levels("(1 | k:b)").levels, ["1:TRUE", "2:FALSE", "10:TRUE"]);
  assert.deepEqual(levels("(1 | interaction(b, k))").levels, ["TRUE.1", "FALSE.2", "TRUE.10"]);
});

Deno.test("(x | 1) is a term with one group", () => {
  const [term] = build("yield ~ x + (x | 1)", small()).predictors[0].random;
  assert.equal(term.group, "1");
  assert.deepEqual(term.levels, ["1"]);
  assert.deepEqual([...term.level], [0, 0, 0, 0, 0]);
});

Deno.test("columns that several parts use are one array", () => {
  const { predictors: [cond, zi] } = build("yield ~ x + (x | treatment)", small(), {}, [
    { part: "zi", formula: "~ x" },
  ]);
  assert.equal(cond.X[1], zi.X[1]);
  assert.equal(cond.X[0], zi.X[0]);
  assert.equal(cond.random[0].columns[1], cond.X[1]);
  assert.equal(zi.formula, "x");
});

Deno.test("offsets of the formula and the option add up; other parts have their own", () => {
  const { predictors: [cond, zi, disp] } = build(
    "yield ~ offset(x) + offset(2 * x) + treatment",
    small(),
    { offset: "yield" },
    [{ part: "zi", formula: "~ offset(x) + treatment" }, { part: "disp", formula: "~ 1" }],
  );
  assert.deepEqual([...cond.offset!], [1, 5, -3, 13, 17]);
  assert.deepEqual([...zi.offset!], [0, 1, -2, 3, 4]);
  assert.equal(disp.offset, null);
  assert.deepEqual(cond.names, ["(Intercept)", "treatmentb"]);
});
