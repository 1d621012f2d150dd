import assert from "node:assert/strict";
import { buildDesign, type DesignOptions } from "../../lib/formula/design.ts";
import { frameOf } from "../../lib/frame.ts";

const frame = frameOf({
  germ: [3, 0, 5, 2],
  n: [5, 4, 5, 8],
  p: [0.6, 0, 1, 0.25],
  rough: [0.6000000001, 0, 1, 0.25],
  off: [0.55, 0, 1, 0.25],
  zero: [0, 1, 1, 0],
  yes: [true, false, false, true],
  two: ["no", "yes", "yes", "no"],
  three: ["a", "b", "c", "a"],
  negative: [1, -1, 2, 2],
  y: [1.5, 2.5, 3.5, 4.5],
  x: [1, 2, 3, 5],
});
const build = (formula: string, options: DesignOptions) =>
  buildDesign({ formula, predictors: [] }, frame, options);
const trials = { usesTrials: true };
const noTrials = { usesTrials: false };

/** Formula, options → name, y, trials. */
const responses: [string, DesignOptions, string, number[], number[] | null][] = [
  ["cbind(germ, n - germ) ~ x", trials, "cbind(germ, n - germ)", [3, 0, 5, 2], [5, 4, 5, 8]],
  ["germ/n ~ x", { ...trials, weights: "n" }, "germ/n", [3, 0, 5, 2], [5, 4, 5, 8]],
  ["p ~ x", { ...trials, weights: { trials: "n" } }, "p", [3, 0, 5, 2], [5, 4, 5, 8]],
  ["rough ~ x", { ...trials, weights: "n" }, "rough", [3, 0, 5, 2], [5, 4, 5, 8]],
  ["zero ~ x", trials, "zero", [0, 1, 1, 0], [1, 1, 1, 1]],
  ["yes ~ x", trials, "yes", [1, 0, 0, 1], [1, 1, 1, 1]],
  ["two ~ x", trials, "two", [0, 1, 1, 0], [1, 1, 1, 1]],
  ['(three == "a") ~ x', trials, '(three == "a")', [1, 0, 0, 1], [1, 1, 1, 1]],
  ["I(germ > 2) ~ x", trials, "I(germ > 2)", [1, 0, 1, 0], [1, 1, 1, 1]],
  ["y ~ x", noTrials, "y", [1.5, 2.5, 3.5, 4.5], null],
  ["y/100 ~ x", noTrials, "y/100", [0.015, 0.025, 0.035, 0.045], null],
  ["yes ~ x", noTrials, "yes", [1, 0, 0, 1], null],
];
for (const [formula, options, name, y, count] of responses) {
  Deno.test(`response: ${formula}`, () => {
    const { response } = build(formula, options);
    assert.equal(response.name, name);
    assert.deepEqual([...response.y], y);
    assert.deepEqual(response.trials && [...response.trials], count);
  });
}

Deno.test("a response of two categories says which counts as 1", () => {
  assert.deepEqual(build("two ~ x", trials).messages, ['The response two counts "yes" as 1 and "no" as 0']);
});

Deno.test("weights by meaning", () => {
  const frequency = build("y ~ x", { ...noTrials, weights: "n" });
  assert.deepEqual([...frequency.weights!], [5, 4, 5, 8]);
  assert.equal(frequency.precision, null);
  const precision = build("y ~ x", { ...noTrials, weights: { precision: "1/n" } });
  assert.deepEqual([...precision.precision!], [0.2, 0.25, 0.2, 0.125]);
  assert.equal(precision.weights, null);
  const both = build("p ~ x", { ...trials, weights: { trials: "n", frequency: "x" } });
  assert.deepEqual([...both.weights!], [1, 2, 3, 5]);
  assert.deepEqual([...both.response.trials!], [5, 4, 5, 8]);
});

/** Formula, options → kind of error and message. */
// deno-fmt-ignore
const errors: [string, DesignOptions, string, RegExp][] = [
  ["off ~ x", { ...trials, weights: "n" }, "RangeError", /whole number of successes, but row 0 is 0.55 × 5 = 2.75/],
  ["germ ~ x", { ...trials, weights: "n" }, "RangeError", /share from 0 to 1, but row 0 is 3; .*cbind/],
  ["germ/n ~ x", trials, "RangeError", /must be 0 or 1, but row 0 is 0.6; give the trials as weights/],
  ["three ~ x", trials, "RangeError", /it has 3 levels \("a", "b", "c"\)/],
  ["two ~ x", noTrials, "TypeError", /it is text \("no", "yes"\), it must be numbers/],
  ["cbind(germ, n) ~ x", noTrials, "TypeError", /need a binomial family/],
  ["cbind(germ, n, x) ~ y", trials, "TypeError", /3 columns/],
  ["cbind(germ, n) ~ x", { ...trials, weights: "n" }, "RangeError", /already gives them/],
  ["cbind(negative, n) ~ x", trials, "RangeError", /row 1 has -1 successes/],
  ["y ~ x", { ...noTrials, weights: "negative" }, "RangeError", /"negative" as frequency: they must be >= 0, but row 1 is -1/],
  ["y ~ x", { ...noTrials, weights: { precision: "zero" } }, "RangeError", /must be > 0, but row 0 is 0/],
  ["p ~ x", { ...trials, weights: "y" }, "RangeError", /must be whole numbers >= 0, but row 0 is 1.5/],
  ["y ~ x", { ...noTrials, weights: { trials: "n" } }, "RangeError", /only binomial families count trials/],
  ["y ~ x", { ...noTrials, weights: { size: "n" } as never }, "RangeError", /trials, precision and frequency/],
  ["y ~ x", { ...noTrials, weights: "two" }, "TypeError", /it needs numbers/],
];
for (const [formula, options, name, message] of errors) {
  Deno.test(`error: ${formula} ${JSON.stringify(options)}`, () => {
    assert.throws(() => build(formula, options), { name, message });
  });
}
