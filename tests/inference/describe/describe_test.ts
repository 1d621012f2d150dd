/** Numbers of R 4.2.2: mean, sd, quantile(type = 7), range, e1071::skewness(type = 2), table. */
import assert from "node:assert/strict";
import { dataset, describe, type Frame, pl } from "../../../mod.ts";

const dragons = await dataset("dragons_1"), seeds = await dataset("crowder_seeds");
const NUMBERS = ["mean", "sd", "median", "q1", "q3", "min", "max", "skewness"];

// deno-lint-ignore no-explicit-any
function row(frame: Frame, wanted: Record<string, unknown>): any {
  const found = frame.toRecords().filter((each) => Object.entries(wanted).every(([k, v]) => each[k] === v));
  assert.equal(found.length, 1, JSON.stringify(wanted));
  return found[0];
}

/** Rounding of sums over a few hundred rows. */
function close(is: Record<string, number>, should: readonly number[]) {
  NUMBERS.forEach((name, k) =>
    assert.ok(
      Math.abs(is[name] - should[k]) <= 1e-13 * Math.max(1, Math.abs(should[k])),
      `${name} ${is[name]}`,
    )
  );
}

Deno.test("numbers by group are R's", () => {
  const frame = describe(dragons, "testScore ~ site");
  assert.deepEqual(frame.columns, ["variable", "site", "n", "missing", ...NUMBERS]);
  const a = row(frame, { site: "a" });
  assert.deepEqual([a.variable, a.n, a.missing], ["testScore", 160, 0]);
  // deno-fmt-ignore
  close(a, [0.483570984614938, 0.230826882082848, 0.47025806335, 0.309159057275, 0.668552519875, 1e-4, 0.9999, 0.0985216349217087]);
});

Deno.test("a proportion of cbind is its share, row by row", () => {
  const frame = describe(seeds, "cbind(germ, n - germ) ~ gen");
  // deno-fmt-ignore
  close(row(frame, { gen: "O73", variable: "germ / n" }), [0.397276650497597, 0.183630976205241, 0.464285714285714, 0.297619047619048, 0.508333333333333, 0, 0.627450980392157, -1.09849355146999]);
});

Deno.test("all columns: numbers, and categories with counts and shares, rare ones together", () => {
  const frame = describe(dragons);
  // deno-fmt-ignore
  close(row(frame, { variable: "bodyLength" }), [201.316461518542, 16.2122213486101, 202.91298255, 191.762140725, 213.136002375, 162.3266403, 236.3624529, -0.356175857140941]);
  assert.equal(row(frame, { variable: "mountainRange", level: "Julian" }).share, 0.125);
  const sites = frame.filter(pl.col("variable").eq(pl.lit("siteUnique")));
  assert.equal(sites.height, 10);
  assert.equal(row(sites, { level: "15 others" }).n, 300);
  assert.equal((sites.getColumn("n").toArray() as number[]).reduce((a, b) => a + b, 0), 480);
});

const gaps = pl.DataFrame({
  a: [1, null, 3, NaN, 5],
  b: ["x", "y", null, "x", "x"],
  c: [true, false, true, null, true],
  day: [1, 1, 2, 2, 2],
});

Deno.test("missing values are counted, and a missing group is a group", () => {
  const frame = describe(gaps, "a + c ~ b");
  assert.deepEqual(frame.select("b", "level", "n", "missing", "share").rows().slice(0, 5), [
    ["x", null, 2, 1, null],
    ["y", null, 0, 1, null],
    [null, null, 1, 0, null],
    ["x", "FALSE", 0, 1, 0],
    ["x", "TRUE", 2, 1, 1],
  ]);
  assert.equal(row(frame, { variable: "a", b: "y" }).mean, null);
  assert.deepEqual(describe(gaps, "~ c | day").select("day", "level", "n").rows(), [
    [1, "FALSE", 1],
    [1, "TRUE", 1],
    [2, "FALSE", 0],
    [2, "TRUE", 2],
  ]);
  const none = describe(pl.DataFrame({ a: [] }));
  assert.deepEqual([none.height, none.getColumn("n").toArray()[0]], [1, 0]);
});

Deno.test("groups keep the order of the levels, and combinations that occur", () => {
  const frame = describe(gaps, "a ~ b * day");
  assert.deepEqual(frame.select("b", "day", "n").rows(), [["x", 1, 1], ["x", 2, 1], ["y", 1, 0], [
    null,
    2,
    1,
  ]]);
});

for (
  const [formula, error] of [
    [
      "testScore ~ bodyLength",
      /^RangeError: Cannot describe by "bodyLength": .*look\(data, "testScore ~ bodyLength"\)/,
    ],
    ["testScore ~ sit", /^RangeError: .*did you mean "site"/],
    ["~ 1", /^RangeError: .*names no column/],
    ["testScore", /^SyntaxError: .*there is no ~/],
    ["testScore ~ poly(bodyLength, 2)", /^SyntaxError: .*it has 2 columns/],
    ["testScore ~ 'a'", /^SyntaxError: .*it is a constant/],
    ["log(site) ~ mountainRange", /^TypeError: /],
  ] as const
) {
  Deno.test(`describe refuses ${formula}`, () => assert.throws(() => describe(dragons, formula), error));
}

Deno.test("describe refuses what is no data frame and no formula", () => {
  assert.throws(() => describe([1, 2] as never), /^TypeError: /);
  assert.throws(() => describe(dragons, 3 as never), /^TypeError: Cannot describe by 3/);
  assert.throws(() => describe(seeds, "germ ~ n"), /^RangeError: .*"n": the table has a column of that name/);
});

Deno.test("a description draws itself, whatever its columns are", () => {
  for (const formula of [undefined, "a ~ b", "~ b", "a + b ~ day", "c ~ b"]) {
    assert.match(describe(gaps, formula).plot().outerHTML, /^<svg/);
  }
});
