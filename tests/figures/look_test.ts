/** A first look: which picture belongs to which variables, and what is refused. */
import assert from "node:assert/strict";
import { dataset, look, pl, Plot } from "../../mod.ts";

const dragons = await dataset("dragons_1"), contraception = await dataset("Contraception");
const gaps = pl.DataFrame({
  y: [1, 2, null, 4, 5, 6, 7, 8, 9, 10, 11, 12],
  x: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, NaN],
  id: Array.from({ length: 12 }, (_, i) => `id ${i}`),
  "a b": ["u", "v", "u", "v", "u", "v", "u", "v", "u", "v", "u", "v"],
  day: Array.from({ length: 12 }, (_, i) => i % 3),
});

/** Text of the caption and the legend, in one line. */
const textOf = (svg: string) =>
  [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text).join(" ");
const count = (svg: string, pattern: RegExp) => svg.match(pattern)?.length ?? 0;

const cases: readonly (readonly [formula: string, data: typeof dragons, has: RegExp, hasNot?: RegExp])[] = [
  ["testScore ~ bodyLength", dragons, /Line: local regression/, /Diamonds/],
  ["testScore ~ bodyLength | site", dragons, /site a b c .*Line: local/, /Panels/],
  ["testScore ~ bodyLength | mountainRange", dragons, /Panels: mountainRange.*Dashed: all together/],
  ["testScore ~ bodyLength + (bodyLength | mountainRange)", dragons, /Panels: mountainRange/],
  ["testScore ~ site", dragons, /Boxes: quartiles and median\. Diamonds: means/, /Line:/],
  ["log(testScore) ~ site + mountainRange", dragons, /mountainRange Bavarian.*log\(testScore\)/],
  ["testScore ~ site + bodyLength", dragons, /to 196.*bodyLength is cut into three parts/],
  ["use ~ age", contraception, /use = Y.*Line: local/],
  ["use01 ~ livch", contraception, /share of rows/, /Diamonds/],
  ["use ~ urban", contraception, /0 0\.25 0\.5 0\.75 1 share of rows.*Numbers above the bars/],
  ["livch ~ age", contraception, /Rows: livch/],
  ["~ age | urban", contraception, /Rows: urban/],
  ["~ urban", contraception, /share of rows/],
  ["y ~ day | `a b`", gaps, /a b u v .*Line: means\..*1 of 12 rows are left out: a value is missing/],
  ["y ~ x | `a b`/id", gaps, /Thin lines: each id/],
];

for (const [formula, data, has, hasNot] of cases) {
  Deno.test(`look at ${formula}`, () => {
    const text = textOf(look(data, formula).outerHTML);
    assert.match(text, has);
    if (hasNot) assert.doesNotMatch(text, hasNot);
  });
}

Deno.test("every kind of response has a picture over every kind of variable, with groups and without", () => {
  const rows = Array.from({ length: 60 }, (_, i) => i);
  const all = pl.DataFrame({
    real: rows.map((i) => Math.sin(i * i)),
    count: rows.map((i) => (i * i) % 7),
    zero: rows.map((i) => (i * i) % 2),
    yes: rows.map((i) => i % 3 === 0),
    text: rows.map((i) => ["p", "q"][i % 2]),
    level: rows.map((i) => ["l", "m", "h"][(i * i) % 3]),
    fail: rows.map((i) => (i * i) % 5),
    g: rows.map((i) => `g${i % 9}`),
  });
  for (const y of ["real", "count", "zero", "yes", "text", "level", "cbind(count, fail)"]) {
    for (const x of ["real", "count", "yes", "level"].filter((each) => each !== y)) {
      for (
        const more of ["", " | g", " + text", " + text | g", " | level/g"].filter((each) => !each.includes(y))
      ) {
        if (more.includes("/") && x !== "real" && x !== "count") continue;
        if (y === "level" && more.includes("/")) continue;
        if (more.includes("level") && x === "level") continue;
        const svg = look(all, `${y} ~ ${x}${more}`).outerHTML;
        assert.match(svg, /^<svg/);
        assert.doesNotMatch(svg, /NaN|undefined/, `${y} ~ ${x}${more}`);
      }
    }
  }
});

Deno.test("lines of units are theirs: one for each, in every panel", async () => {
  const svg = look(await dataset("blood_pressure"), "bp ~ time | hospital_id/patient_id").outerHTML;
  // 100 patients, and in each of 10 panels the means of it and, dashed, of all
  assert.equal(count(svg, /<path d="M(?:[^"L]*L){4}[^"L]*"/g), 120);
});

Deno.test("options are those of figures: size, titles, colours, marks on top", () => {
  const svg = look(dragons, "testScore ~ bodyLength | site", {
    width: 321,
    title: "Mine",
    caption: "My caption",
    x: { label: "length in cm" },
    color: { range: ["#010203", "#040506", "#070809"] },
    marks: [Plot.ruleY([0.5], { stroke: "#0a0b0c" })],
  }).outerHTML;
  for (const text of ['width="321"', "Mine", "My caption", "length in cm", "#010203", "#0a0b0c"]) {
    assert.ok(svg.includes(text), text);
  }
  assert.throws(
    () => look(dragons, "testScore ~ site", { colour: 1 } as never),
    /Cannot use option "colour"/,
  );
});

for (
  const [formula, error] of [
    ["testScore ~ bodyLenght", /^RangeError: .*did you mean "bodyLength"/],
    ["testScore ~ bodyLength + site + mountainRange", /^RangeError: Cannot look at .*3 on the right/],
    ["testScore + bodyLength ~ site", /^RangeError: Cannot look at .*2 on the left/],
    ["testScore ~ site | siteUnique", null],
    [
      "testScore ~ site + mountainRange | site/siteUnique",
      /^RangeError: Cannot look at lines of siteUnique over site/,
    ],
    ["testScore", /^SyntaxError: .*there is no ~/],
    ["testScore ~ poly(bodyLength, 2)", /^SyntaxError: .*it has 2 columns/],
    ["", /^SyntaxError: /],
  ] as const
) {
  if (error) Deno.test(`look refuses "${formula}"`, () => assert.throws(() => look(dragons, formula), error));
}

Deno.test("look refuses too many panels, and data without a whole row", () => {
  const many = pl.DataFrame({
    y: Array.from({ length: 80 }, (_, i) => i),
    f: Array.from({ length: 80 }, (_, i) => "ab"[i % 2]),
    g: Array.from({ length: 80 }, (_, i) => `g${i}`),
  });
  assert.throws(() => look(many, "y ~ f | g"), /RangeError: .*g has 80 levels, which are too many panels/);
  assert.throws(
    () => look(pl.DataFrame({ y: [null, 1], x: [1, null] }), "y ~ x"),
    /no row has all of its values/,
  );
  assert.throws(() => look(dragons, 3 as never), /^TypeError: Cannot look at 3/);
  assert.throws(() => look([] as never, "y ~ x"), /^TypeError: /);
});

Deno.test("of many rows 2,000 are drawn, and the caption says so", () => {
  const n = 20_000, x = Float64Array.from({ length: n }, (_, i) => (i * 0.618034) % 1);
  const many = pl.DataFrame({
    x,
    y: x.map((v, i) => v + ((i * 0.3247) % 1)),
    g: Array.from(x, (_, i) => "ab"[i % 2]),
  });
  for (const formula of ["y ~ x | g", "y ~ g", "~ y | g"]) {
    const svg = look(many, formula).outerHTML;
    assert.ok(count(svg, /<circle/g) + count(svg, /<path[^>]*><title>/g) <= 2010, formula);
    assert.match(textOf(svg), /2,000 of 20,000 points are drawn/);
  }
});
