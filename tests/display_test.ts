import assert from "node:assert/strict";
import { type Frame, frameOf, pl } from "../lib/frame.ts";
import {
  coefficientTable,
  DISPLAY,
  displayable,
  escapeHtml,
  formatNumbers,
  formatPValues,
  formatSignificant,
  htmlBlock,
  type KindFigure,
  metaOf,
  mimeBundle,
  resultFrame,
  resultKind,
  setFigures,
  textTable,
} from "../lib/display.ts";
import { framePicture } from "../lib/display/frame_picture.ts";
import { htmlParts, OPENED } from "../lib/display/html.ts";

// Expected texts are what R 4.2.2 prints for the same numbers.

Deno.test("formatNumbers gives R's common format", () => {
  const cases: [number[], number, string[]][] = [
    [[1e10, 1], 4, ["1e+10", "1e+00"]],
    [[123456, 0.001234], 4, ["1.235e+05", "1.234e-03"]],
    [[1e5], 4, ["1e+05"]],
    [[123456.7], 4, ["123457"]],
    [[0.00001, 1], 4, ["1e-05", "1e+00"]],
    [[NaN, Infinity, 1.25, -3], 7, ["NA", "Inf", "1.25", "-3.00"]],
    [[251.405, 6.825], 4, ["251.405", "6.825"]],
    [[19040.5], 3, ["19040"]], // an exact tie goes to the even digit
    [[], 7, []],
    [[0, 0], 7, ["0", "0"]],
    [[-0.5, 100], 7, ["-0.5", "100.0"]],
  ];
  for (const [values, digits, expected] of cases) {
    assert.deepEqual(formatNumbers(values, { digits }), expected);
  }
  assert.deepEqual(formatNumbers([1e5], { penalty: 5 }), ["100000"]);
});

Deno.test("formatPValues gives R's format.pval", () => {
  const cases: [number[], string[]][] = [
    [[0.1, 0.0001, 1e-27], ["1e-01", "1e-04", "<2e-16"]],
    [
      [0.1, 0.0311, 0.001068, 0.000474, 0.000182, 1.47e-9, 3e-20],
      ["0.100000", "0.031100", "0.001068", "0.000474", "0.000182", "1.47e-09", "< 2e-16"],
    ],
    [[0.0311, 0.5], ["0.0311", "0.5000"]],
    [[1e-20, 1e-30], ["<2e-16", "<2e-16"]],
    [[0.04567, 2.345e-5, NaN, 0], ["0.0457", "2.35e-05", "NA", "< 2e-16"]],
  ];
  for (const [values, expected] of cases) assert.deepEqual(formatPValues(values), expected);
});

Deno.test("coefficientTable prints as printCoefmat", () => {
  const table = coefficientTable({
    names: ["(Intercept)", "period2", "period3"],
    estimate: [251.405, 0.0001, -1.1282],
    stdError: [6.825, 0.00003, 0.3228],
    statistic: [36.836, 3.3, -3.495],
    pValue: [1e-40, NaN, 0.000474],
  });
  assert.equal(
    table,
    `             Estimate Std. Error z value Pr(>|z|)
(Intercept) 251.40500    6.82500  36.836  < 2e-16 ***
period2       0.00010    0.00003   3.300       NA
period3      -1.12820    0.32280  -3.495 0.000474 ***
---
Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1`,
  );
  const withDf = coefficientTable({
    names: ["(Intercept)", "Days"],
    estimate: [251.405, 10.467],
    stdError: [6.825, 1.546],
    df: [17, 17.0123],
    statistic: [36.838, 6.771],
    pValue: [1.17e-17, 3.26e-6],
    letter: "t",
  });
  assert.equal(
    withDf.split("\n").slice(0, 3).join("\n"),
    `            Estimate Std. Error     df t value Pr(>|t|)
(Intercept)  251.405      6.825 17.000  36.838  < 2e-16 ***
Days          10.467      1.546 17.012   6.771 3.26e-06 ***`,
  );
});

Deno.test("formatSignificant keeps the digits it is asked for", () => {
  const cases: [number, string][] = [
    [10.467, "10.47"],
    [0.0311, "0.03110"],
    [251.405, "251.4"],
    [73421, "73421"],
    [1.234e-7, "1.234e-07"],
    [0, "0"],
    [-Infinity, "-Inf"],
    [NaN, "NA"],
    [9.99999, "10.00"],
  ];
  for (const [value, expected] of cases) assert.equal(formatSignificant(value), expected);
});

Deno.test("textTable prints a data frame as R does", () => {
  const frame = frameOf({
    a: [1.5, 22.123456],
    b: ["x", "yy"],
    c: [NaN, 1],
    p_value: [0.0311, 1e-20],
    on: [true, null],
  });
  assert.equal(
    textTable(frame, { digits: 7 }),
    `         a b   c p_value on
1  1.50000 x  NA  0.0311 TRUE
2 22.12346 yy  1  <2e-16 NA`,
  );
  const long = textTable(frameOf({ x: Int32Array.from({ length: 73421 }, (_, i) => i) }), { rows: 6 });
  assert.deepEqual(long.split("\n").map((line) => line.trim()), [
    "x",
    "1         0",
    "2         1",
    "3         2",
    "4         3",
    "…         …",
    "73420 73419",
    "73421 73420",
    "… 73,421 rows",
  ]);
  assert.match(textTable(frame.slice(0, 0)), /\(no rows\)$/);
  assert.equal(textTable(pl.DataFrame({})), "(a data frame without columns)");
  const wide = textTable(frameOf({ first: [1], second: [2], third: [3] }), { width: 16 });
  assert.equal(wide, "  first second\n1     1      2\n  third\n1     3");
});

const htmlTable = (frame: Frame) => htmlParts(framePicture(frame, OPENED)).join("");

Deno.test("an HTML table escapes, aligns, and says how long the table is", () => {
  const html = htmlTable(frameOf({ "<b>": ["<script>alert(1)</script>", "a & b"], x: [1.5, 251.405] }));
  assert.doesNotMatch(html, /<script|<b>/);
  assert.match(html, /&lt;script&gt;/);
  assert.match(html, /a &amp; b/);
  assert.doesNotMatch(html, /background:(?!none)/, "no background of its own");
  assert.match(html, />1\.500</); // decimal points stand below each other by equal decimals
  assert.match(html, />251\.405</);
  const long = htmlTable(frameOf({ x: Int32Array.from({ length: 73421 }, (_, i) => i) }));
  assert.match(long, /first 12 of 73,421 rows; open for 200 of them/);
  assert.equal(long.match(/<tr /g)!.length, 2 + 12 + 201); // headers, first rows; when opened 200 and the gap
  assert.equal(escapeHtml(`"'&<>`), "&quot;&#39;&amp;&lt;&gt;");
});

Deno.test("columns of dates and lists are shown too", () => {
  const frame = pl.DataFrame({ when: [new Date(0)], list: [[1, 2]] });
  assert.match(textTable(frame), /1970-01-01/);
  assert.match(htmlTable(frame), /1970-01-01/);
});

const PREDICT = resultKind("predict");
const figureOf = (draw: KindFigure["draw"]): KindFigure => ({ kind: PREDICT, options: {}, draw });

Deno.test("a result is a data frame that draws itself", () => {
  setFigures([figureOf((frame, meta, options) => ({
    outerHTML: `<svg>${frame.columns.join()} ${meta.response} ${options.width}</svg>`,
  }))]);
  const columns = { x: [1, 2], estimate: [0.5, 0.25] };
  const result = resultFrame(PREDICT, columns, {
    response: "score",
    notes: ["a note"],
    title: "a <model>",
  });

  assert.ok(pl.DataFrame.isDataFrame(result));
  assert.equal(result.filter(pl.col("x").gt(pl.lit(1))).height, 1);
  assert.equal(result.plot({ width: 7 }).outerHTML, "<svg>x,estimate score 7</svg>");
  assert.equal(metaOf(result)?.response, "score");
  assert.deepEqual(result.columns, ["x", "estimate"]);

  const shown = bundleOf(result);
  assert.deepEqual(Object.keys(shown).sort(), [
    "application/vnd.dataresource+json",
    "text/html",
    "text/plain",
  ]);
  const html = shown["text/html"];
  assert.ok(html.indexOf("<svg>") < html.indexOf("<table"), "figure first, then the table");
  assert.match(html, /a note/);
  assert.match(shown["text/plain"], /^a <model>\n {2}x estimate\n1 1 {5}0\.50\n2 2 {5}0\.25\na note$/);
  assert.deepEqual(shown["application/vnd.dataresource+json"], {
    schema: { fields: [{ name: "x", type: "number" }, { name: "estimate", type: "number" }] },
    data: [{ x: 1, estimate: 0.5 }, { x: 2, estimate: 0.25 }],
  });

  const derived = result.sort("estimate") as unknown as { plot?: unknown };
  assert.equal(derived.plot, undefined, "what polars derives is a plain data frame");
  assert.equal(metaOf(derived as never), undefined);
});

Deno.test("a figure that fails does not take the table with it", () => {
  setFigures([figureOf(() => {
    throw new Error("nothing <varies>");
  })]);
  const result = resultFrame(PREDICT, { x: [1] });
  const html = showHtml(result);
  assert.match(html, /No figure: nothing &lt;varies&gt;/);
  assert.match(html, /<table/);
  assert.throws(() => result.plot(), /nothing <varies>/);
});

Deno.test("results without a figure say so", () => {
  setFigures([figureOf(() => ({ outerHTML: "<svg></svg>" }))]);
  const result = resultFrame("glance", { x: [1] });
  assert.throws(
    () => result.plot(),
    /TypeError: Cannot plot this result: results of kind "glance" have no figure/,
  );
  assert.doesNotMatch(showHtml(result), /svg|No figure/);
});

Deno.test("a column named plot does not hide the method", () => {
  setFigures([figureOf(() => ({ outerHTML: "<svg>drawn</svg>" }))]);
  const result = resultFrame(PREDICT, { plot: ["a", "b"], estimate: [1, 2] });
  assert.equal(result.plot().outerHTML, "<svg>drawn</svg>");
  assert.deepEqual(result.getColumn("plot").toArray(), ["a", "b"]);
  assert.equal(result.filter(pl.col("estimate").gt(pl.lit(1))).height, 1);
  assert.ok(pl.DataFrame.isDataFrame(result));
  assert.match(showHtml(result), /drawn/);
  assert.equal(pl.concat([result, result]).height, 4);
});

Deno.test("any object can show itself", () => {
  const model = displayable({ formula: "y ~ x" }, () => mimeBundle({ text: "a < b" }));
  assert.deepEqual(model[DISPLAY]()["text/plain"], "a < b");
  assert.match(String(model[DISPLAY]()["text/html"]), /<pre[^>]*>a &lt; b<\/pre>/);
  assert.deepEqual(Object.keys(model), ["formula"]);
});

function bundleOf(result: object): Record<string, string> {
  return (result as { [DISPLAY](): Record<string, string> })[DISPLAY]();
}

function showHtml(result: object): string {
  return bundleOf(result)["text/html"];
}

Deno.test("a result has properties of its own that a notebook completes: columns, and behind them methods", () => {
  setFigures([figureOf(() => ({ outerHTML: "<svg></svg>" }))]);
  const result = resultFrame(PREDICT, { x: [1, 2], estimate: [3, 4] });
  assert.deepEqual(Object.keys(result), ["x", "estimate"]);
  const own = Object.getOwnPropertyNames(result);
  for (const name of ["plot", "filter", "sort", "select", "head", "height", "toRecords", "writeCSV"]) {
    assert.ok(own.includes(name) && name in result, name);
  }
  assert.equal(result.height, 2);
  const other = pl.DataFrame({ x: [2, 3], z: ["b", "c"] });
  assert.equal(result.join(other, { on: "x" }).height, 1);
  assert.equal(other.join(result, { on: "x" }).height, 1);
  assert.equal(pl.concat([result, result]).height, 4);
});

Deno.test("notes break their lines at the page's edge, not at that of a wide table", () => {
  const html = htmlBlock({
    body: ['<div style="overflow-x:auto"><table></table></div>'],
    notes: ["a long note"],
  });
  assert.match(html, /^<div style="[^"]*display:grid;grid-template-columns:minmax\(0,1fr\)/); // else min-content: the table's
  assert.doesNotMatch(html, /nowrap/);
});
