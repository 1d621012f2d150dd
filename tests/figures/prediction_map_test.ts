/** Predictions on a map: tiles where the places are, colours by size, and what is refused. */
import assert from "node:assert/strict";
import { dataset, fit, type Frame, pl, predict, type PredictPlotOptions } from "../../mod.ts";

const wide = pl.DataFrame({
  x: [0, 0, 2, 2, 3, 3],
  y: [10, 20, 10, 20, 10, 20],
  z: [1, 2, 3, 4, 5, 7],
  kind: ["a", "b", "a", "b", "a", "b"],
}) as Frame;
const model = fit("z ~ x + y", wide), table = predict(model);
const markup = (options: Partial<PredictPlotOptions> = {}) =>
  table.plot({ map: ["x", "y"], ...options } as PredictPlotOptions).outerHTML as string;

Deno.test("a tile for each place, as wide as the smallest step, with what it says", () => {
  const svg = markup(), inside = /<g[^>]*crispEdges[^>]*>([^]*?)<\/g>/.exec(svg)![1];
  const tiles = inside.match(/<rect [^>]*>/g)!;
  assert.equal(tiles.length, 6);
  const widths = new Set(tiles.map((tile) => Math.round(Number(/ width="([\d.]+)"/.exec(tile)![1]))));
  assert.equal(widths.size, 1, [...widths].join());
  assert.match(svg, /<title>x 3, y 20\nz 6\.\d+<\/title>/);
});

Deno.test("the lowest estimate has the first colour, the highest the last, in the legend too", () => {
  const svg = markup({ color: { range: ["#000000", "#ffffff"] } });
  const fills = [...svg.matchAll(/fill="(rgb\([^"]+\)|#[0-9a-f]{6})"/g)].map(([, color]) => color);
  for (const end of ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]) {
    assert.equal(fills.filter((color) => color === end).length, 2, `${end} of ${fills}`);
  }
  assert.notEqual(markup({ color: { scheme: "viridis" } }), svg);
  assert.match(markup({ color: { range: ["#000000", "#ffffff"], reverse: true } }), /rgb\(255, 255, 255\)/);
});

Deno.test("rows without a value have no tile, and the caption says so", () => {
  const gap = pl.DataFrame({ x: [0, 1, 2], y: [0, 0, null] }) as Frame;
  const svg = predict(model, gap).plot({ map: ["x", "y"] }).outerHTML as string;
  assert.equal([...svg.matchAll(/<title>/g)].length, 2);
});

const refused: [string, Record<string, unknown>, RegExp][] = [
  [
    "text",
    { map: ["x", "kind"] },
    /^RangeError: Cannot draw a map: column "kind" should be numbers, it is text/,
  ],
  [
    "no column",
    { map: ["x", "east"] },
    /^RangeError: Cannot draw a map: the predictions have no column "east"/,
  ],
  ["one column", { map: ["x"] }, /^RangeError: Cannot draw a map of 1 columns/],
  ["points", { points: true }, /^RangeError: Cannot use points with map/],
  ["x", { x: "x" }, /^RangeError: Cannot use x with map/],
  ["facet", { facet: "kind" }, /^RangeError: Cannot use facet with map/],
  ["colours of levels", { color: { by: "kind" } }, /^RangeError: Cannot use color.by/],
];
for (const [name, options, words] of refused) {
  Deno.test(`refused on a map: ${name}`, () => {
    assert.throws(
      () => markup(options as never),
      (error) => words.test(String(error)) || assert.fail(String(error)),
    );
  });
}

Deno.test("refused on a map: several predictions at one place", async () => {
  const sleep = await dataset("sleepstudy"), twice = predict(fit("Reaction ~ Days", sleep));
  assert.throws(
    () => twice.withColumns(pl.col("Days").alias("again")) && twice.plot({ map: ["Days", "Days"] }),
    /several predictions are at Days 0, Days 0; filter them/,
  );
});
