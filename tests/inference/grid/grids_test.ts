import assert from "node:assert/strict";
import { type Frame, frameOf, pl, readColumn, rowCount, withLevels } from "../../../lib/frame.ts";
import { fit } from "../../../lib/model/fit.ts";
import { dataGrid, expandGrid, range } from "../../../lib/inference/grid/grids.ts";
import { predict } from "../../../lib/inference/predict/predict.ts";

// deno-lint-ignore no-explicit-any
const rows = (frame: Frame): unknown[][] => (frame as any).rows();

const plants = withLevels(
  frameOf({
    size: [3, 9, 4, 8, 20, 6],
    dose: ["low", "high", "low", "high", "low", "high"],
    site: ["b", "b", "a", "a", "c", "c"],
    wet: [true, false, true, true, true, false],
    yield: [1, 5, 2, 6, 3, 4],
  }),
  "dose",
  ["low", "high"],
  false,
);

Deno.test("expandGrid: all combinations, the first column slowest", () => {
  const grid = expandGrid({ a: [1, 2], b: ["x", "y", "z"] });
  assert.deepEqual(grid.columns, ["a", "b"]);
  assert.deepEqual(rows(grid), [[1, "x"], [1, "y"], [1, "z"], [2, "x"], [2, "y"], [2, "z"]]);
  assert.equal(expandGrid({ a: [1, 2], b: [] }).height, 0);
  assert.deepEqual(rows(expandGrid({ a: new Set([3]) })), [[3]]);
  assert.throws(() => expandGrid({ a: "xyz" }), /TypeError: Cannot expand "a".*array/);
  assert.throws(() => expandGrid({ a: 3 as unknown as number[] }), /TypeError: Cannot expand "a"/);
});

Deno.test("dataGrid: unique values in order, ranges, values as given; factors keep their levels", () => {
  const grid = dataGrid(plants, { dose: true, size: range(3), wet: true });
  assert.equal(grid.height, 2 * 3 * 2);
  assert.deepEqual(rows(grid).slice(0, 3), [["low", 3, false], ["low", 3, true], ["low", 11.5, false]]);
  const dose = readColumn(grid, "dose");
  assert.ok(dose.kind === "factor");
  assert.deepEqual(dose.levels, ["low", "high"], "the data's order, not the alphabet's");
  assert.deepEqual(rows(dataGrid(plants, { size: [1, 0] })), [[1], [0]]);
});

Deno.test("dataGrid within groups: only combinations that occur, each with its own range", () => {
  const grid = dataGrid(plants, { size: range(2) }, { by: ["site"] });
  assert.deepEqual(rows(grid), [["a", 4], ["a", 8], ["b", 3], ["b", 9], ["c", 6], ["c", 20]]);
  const both = dataGrid(plants, { size: range(2), site: true }, { by: ["site", "dose"] });
  assert.deepEqual(both.columns, ["site", "dose", "size"]);
  assert.equal(both.height, 6 * 2);
});

Deno.test("dataGrid of a model: predictors that are not named take typical values; missing values do not count", () => {
  const data = plants.withColumns(pl.Series("size", [3, 9, 4, 8, null, 6], pl.Float64)) as Frame;
  const model = fit("yield ~ size + dose", data), grid = dataGrid(model, { dose: true });
  assert.deepEqual(grid.columns, ["dose", "size"]);
  assert.deepEqual(rows(grid), [["low", 6], ["high", 6]]);
  assert.deepEqual(rows(dataGrid(model, { size: [1, 2] })), [[1, "high"], [2, "high"]]);
});

Deno.test("ranges end exactly at the ends of the data", () => {
  const x = Array.from({ length: 7 }, (_, i) => 0.1 + i / 3),
    values = rows(dataGrid(frameOf({ x }), { x: range(20) })).flat();
  assert.equal(values[0], Math.min(...x));
  assert.equal(values.at(-1), Math.max(...x));
  assert.equal(values.length, 20);
});

Deno.test("grids that cannot be made", () => {
  assert.throws(
    () => dataGrid(plants, { szie: true }),
    /RangeError: Cannot find column "szie".*"size".*did you mean "size"/,
  );
  assert.throws(() => dataGrid(plants, {}, { by: ["plot"] }), /RangeError: Cannot find column "plot"/);
  assert.throws(
    () => dataGrid(plants, { site: range(3) }),
    /RangeError: Cannot take a range of "site".*factor/,
  );
  assert.throws(
    () => dataGrid(plants, { size: "all" as unknown as true }),
    /TypeError.*"size".*true, an array/,
  );
  assert.throws(
    () => dataGrid(plants, { size: 3 as unknown as true }),
    /TypeError.*"size".*true, an array/,
  );
  for (const bad of [1, 2.5, NaN]) assert.throws(() => range(bad), /RangeError: Cannot make a range/);
  assert.throws(() => dataGrid([] as unknown as Frame, { x: true }), TypeError);
  assert.throws(() => dataGrid(null as unknown as Frame, { x: true }), TypeError);
});

Deno.test("dates and 128-bit identifiers go through grids, predictions and the rows of the fit", () => {
  const cast = { Cast: { expr: { Column: "id" }, dtype: { Literal: "Int128" }, options: "Strict" } };
  const int128 = pl.Expr.deserialize(new TextEncoder().encode(JSON.stringify(cast)) as never, "json");
  const rows = Array.from({ length: 40 }, (_, i) => i);
  const data = pl.DataFrame({
    y: rows.map((i) => Math.sin(i * i) + i % 6),
    x: rows.map((i) => i === 3 ? null : Math.cos(i)),
    id: rows.map((i) => `1701411834604692317316873037158841057${i % 6}`),
    day: pl.Series("day", rows.map((i) => new Date(Date.UTC(2014, i % 4, 15))), pl.Date),
  }).withColumns(int128) as Frame;
  const model = fit("y ~ x + factor(day) + (1 | id)", data);
  assert.equal(rowCount(predict(model)), 39);
  const grid = dataGrid(model, { day: true, id: true });
  assert.equal(rowCount(grid), 24);
  const found = predict(model, grid).toRecords() as Record<string, unknown>[];
  const direct = predict(
    model,
    pl.DataFrame({
      day: ["2014-02-15"],
      id: [grid.getColumn("id").get(1)],
      x: [grid.getColumn("x").get(1)],
    }) as Frame,
  );
  const row = found.find((r) => r.day === "2014-02-15" && r.id === grid.getColumn("id").get(1))!;
  assert.equal(row.estimate, direct.getColumn("estimate").get(0));
});

Deno.test("grids that nobody can hold, and ranges of nothing, are refused", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => i), data = pl.DataFrame({ x: [1, 2] }) as Frame;
  assert.throws(() => expandGrid({ a: many, b: many }), /RangeError: Cannot make a grid of 100000000 rows/);
  assert.throws(() => range(1e9), /RangeError: Cannot make a range of 1000000000 values/);
  assert.throws(
    () => dataGrid(data.head(0) as Frame, { x: range(3) }),
    /RangeError: .*range of "x": it has no values/,
  );
});
