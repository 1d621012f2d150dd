/** What sources are refused for: in the words of fit() where it refuses the same. */
import assert from "node:assert/strict";
import { fit, fitFrom, type FitFromOptions, type FitOptions, fromBlocks, pl, poisson } from "../../mod.ts";
import { crossed, inBlocks } from "./data.ts";
import { refusedTests } from "./refused.ts";

// the place of a row is that in its block
refusedTests(
  "a source",
  (formula, options) => fitFrom(formula, inBlocks(crossed, 100), options),
  (text) => text.replace(/ \(rows counted within block .*\)$/, "").replace(/row \d+/, "row"),
  [["y ~ f", { levels: { f: ["a", "b"] } }]],
);

const impossible: readonly (readonly [string, FitOptions, RegExp])[] = [
  [
    "k ~ x",
    { family: poisson() },
    /Cannot fit family "poisson" with link "log" from this source: .* use fit\(\)/,
  ],
  ["y ~ x", { family: "studentT" }, /Cannot fit family "studentT"/],
  ["y ~ x", { dispersion: "~ f" }, /Cannot use dispersion with fitFrom\(\)/],
  ["y ~ x", { quadrature: 3 }, /Cannot use quadrature with fitFrom\(\)/],
  [
    "y ~ x + (1 | g)",
    { known: { g: { labels: ["1"], precision: [[1]] } } as never },
    /Cannot use known with fitFrom\(\)/,
  ],
  ["y ~ x + (1 | g)", { fixed: { "sd__(Intercept)|g": 1 } }, /Cannot use fixed with fitFrom\(\)/],
  [
    "y ~ x + ar1(0 + factor(g) | h)",
    {},
    /Cannot fit the structure "ar1" of \(0 \+ factor\(g\) \| h\) from a source: every position of a level has an effect of its own/,
  ],
  ["y ~ x + rw1(0 + factor(g) | h)", {}, /Cannot fit the structure "rw1" of .*every position/],
  ["y ~ x + rw1(g | h)", {}, /Cannot use numFactor\(g\) from a source/],
  [
    "y ~ x + exp(0 + numFactor(x, o) | h)",
    {},
    /Cannot use numFactor\(x, o\) from a source: structures over times and places/,
  ],
  ["y ~ x + (f | 1)", {}, /Cannot fit \(f \| 1\) from a source: .* leave the term out/],
];
for (const [formula, options, words] of impossible) {
  Deno.test(`sums do not determine it: ${formula} ${Object.keys(options).join()}`, async () => {
    await assert.rejects(fitFrom(formula, inBlocks(crossed, 300), options as FitFromOptions), words);
  });
}

const read = (...blocks: readonly unknown[]) =>
  fromBlocks({ columns: ["y", "x", "g"], read: () => blocks as never });
const ten = <T>(v: (i: number) => T) => Array.from({ length: 10 }, (_, i) => v(i));
const block = { y: ten(Math.sin), x: ten((i) => i), g: ten((i) => `g${i % 3}`) };

const wrong: readonly (readonly [string, Parameters<typeof fitFrom>[1], RegExp])[] = [
  ["a data frame", crossed as never, /use fit\(formula, data\)/],
  ["a number", 3 as never, /Cannot fit from this source: it is .*fromBlocks\(\)/],
  ["nothing", undefined as never, /Cannot fit from this source/],
  ["no blocks", read(), /its read\(\) gave no rows/],
  [
    "a block lacks a column",
    read(block, { y: [1], x: [1] }),
    /block 1 of the source: it has no column "g", its columns are "y", "x"/,
  ],
  ["columns of different lengths", read({ ...block, x: [1, 2] }), /column "x" has 2 values, but "y" has 10/],
  [
    "numbers, then text",
    read(block, { ...block, x: ten(() => "a") }),
    /column "x" of the source: it holds numbers in one block and text in another/,
  ],
  [
    "infinite",
    read(block, { ...block, x: ten((i) => i === 3 ? Infinity : i) }),
    /"x": row 3 is Infinity.*within block 1, which begins at row 10/,
  ],
  ["constant response", read({ ...block, y: ten(() => 3) }), /is the same in every row used \(10\)/],
  [
    "constant response that is no sum of powers of 2",
    read({ ...block, y: ten(() => 0.1) }),
    /is the same in every row/,
  ],
  [
    "fewer rows than coefficients",
    read({ y: [1, 2], x: [3, 4], g: ["a", "b"] }),
    /2 rows do not determine 2 coefficients/,
  ],
  ["all missing", read({ ...block, x: ten(() => null) }), /column "x" has only missing values/],
];
for (const [what, source, words] of wrong) {
  Deno.test(`a source that is wrong: ${what}`, async () => {
    await assert.rejects(fitFrom("y ~ x + (1 | g)", source), words);
  });
}

Deno.test("a source whose rows change between two passes", async () => {
  let pass = 0;
  const moody = fromBlocks({
    columns: ["y", "x", "g"],
    read: () => [pass++ === 0 ? block : { ...block, g: ten((i) => `h${i}`) }],
  });
  await assert.rejects(fitFrom("y ~ x + (1 | g)", moody), /its rows have changed while they were read/);
});

Deno.test("weights out of range are refused with their place", async () => {
  const source = inBlocks(pl.DataFrame({ ...block, w: ten((i) => i - 1) } as never), 4);
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", source, { weights: { precision: "w" } }),
    /weights "w" as precision: they must be > 0, but row 0 is -1/,
  );
});

Deno.test("frequency weights that count too few rows are refused", async () => {
  const some = (w: number) => inBlocks(pl.DataFrame({ ...block, w: ten(() => w) } as never), 4);
  await assert.rejects(fitFrom("y ~ x", some(0), { weights: "w" }), /all weights are 0/);
  await assert.rejects(
    fitFrom("y ~ x", some(0.1), { weights: "w" }),
    /weights that count 1 observations in 10 rows/,
  );
});

Deno.test("fit() of a source says what to call", () => {
  const connection = { stream: () => {}, interrupt: () => {} },
    client = { dialect: "postgres", query: () => {} };
  for (const given of [inBlocks(crossed, 10), crossed.lazy(), "rows.parquet", connection, client]) {
    assert.throws(() => fit("y ~ x", given as never), /await fitFrom\(formula, \w+/);
  }
});

Deno.test("a reader that is none", () => {
  for (const given of [null, 3, {}, { columns: ["a"] }, { read: () => [] }]) {
    assert.throws(() => fromBlocks(given as never), /Cannot make a source of this reader/);
  }
});

Deno.test("an error of the reader is the reader's, and it is told to stop", async () => {
  let closed = false;
  const source = fromBlocks({
    columns: ["y", "x", "g"],
    *read() {
      try {
        yield { ...block, x: ten(() => Infinity) };
        yield block;
      } finally {
        closed = true;
      }
    },
  });
  await assert.rejects(fitFrom("y ~ log(x) + (1 | g)", source), /must be finite/);
  assert.ok(closed);
  const failing = fromBlocks({
    columns: ["y", "x", "g"],
    read() {
      throw new Error("no connection");
    },
  });
  await assert.rejects(fitFrom("y ~ x", failing), /^Error: no connection$/);
});
