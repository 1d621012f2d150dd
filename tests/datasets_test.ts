import assert from "node:assert/strict";
import { dataset, datasets } from "../lib/datasets.ts";
import { columnNames, type Frame, pl, readColumn, rowCount } from "../lib/frame.ts";
import { referenceCase, referenceCaseIds, referenceData, referenceDataNames } from "./reference/load.ts";
import manifest from "../data/manifest.json" with { type: "json" };

type ReferenceFactor = { levels: string[]; nlevels: number; ordered: boolean };

const levels = (frame: Frame, name: string) => {
  const column = readColumn(frame, name);
  return column.kind === "factor" ? column.levels : null;
};

Deno.test("every data set has the rows and columns that its description says", async () => {
  for (const [name, entry] of Object.entries(manifest)) {
    const data = await dataset(name);
    assert.equal(rowCount(data), entry.rows, name);
    assert.deepEqual(columnNames(data), entry.columns.map((column) => column.name), name);
    for (const { name: column, type } of entry.columns) {
      assert.equal(
        readColumn(data, column).kind,
        type === "factor" ? "factor" : "numeric",
        `${name}.${column}`,
      );
    }
  }
});

Deno.test("factors have R's level order, also after polars operations", async () => {
  const warpbreaks = await dataset("warpbreaks");
  assert.deepEqual(levels(warpbreaks, "tension"), ["L", "M", "H"]);
  assert.deepEqual(levels(warpbreaks.filter(pl.col("tension").neq(pl.lit("M"))).sort("breaks"), "tension"), [
    "L",
    "H",
  ]);
  const salamanders = await dataset("Salamanders");
  assert.deepEqual(levels(salamanders, "mined"), ["yes", "no"]);
  assert.deepEqual(levels(salamanders, "spp"), ["GP", "PR", "DM", "EC-A", "EC-L", "DES-L", "DF"]);
  assert.deepEqual(
    levels(await dataset("yellow_rust"), "fungicide"),
    Array.from({ length: 12 }, (_, i) => String(i + 1)),
  );
  const ratings = await dataset("InstEval");
  const studage = readColumn(ratings, "studage");
  assert.ok(studage.kind === "factor" && studage.ordered);
  assert.deepEqual(levels(ratings, "dept")?.slice(0, 5), ["15", "5", "10", "12", "6"]);
  assert.equal(levels(ratings, "s")?.length, 2972);
  assert.deepEqual(levels(ratings, "d")?.slice(0, 5), ["1", "6", "7", "8", "12"]);
});

Deno.test("reference cases find their data, with the factor levels that R had", async () => {
  const frames = new Map<string, Frame>();
  for (const name of referenceDataNames()) frames.set(name, await referenceData(name));
  let checked = 0;
  for (const id of referenceCaseIds()) {
    const { data, factors, prepare } = await referenceCase(id);
    if (!data) continue;
    const frame = frames.get(data.replace(/\.csv$/, ""));
    assert.ok(frame, `${id} needs data set ${data}`);
    if (prepare?.length) continue; // the case works on changed data
    for (const [name, factor] of Object.entries(factors ?? {}) as [string, ReferenceFactor][]) {
      const own = readColumn(frame, name);
      assert.ok(own.kind === "factor", `${id}: ${name}`);
      assert.deepEqual(own.levels.slice(0, 60), factor.levels.slice(0, 60), `${id}: ${name}`);
      assert.equal(own.levels.length, factor.nlevels);
      assert.equal(own.ordered, factor.ordered);
      checked++;
    }
  }
  assert.ok(checked > 100, `only ${checked} factors compared`);
});

Deno.test("empty cells are null", async () => {
  const dragons = await dataset("dragons");
  assert.equal(dragons.getColumn("X").nullCount(), 480);
  assert.equal(dragons.getColumn("site").nullCount(), 0);
});

Deno.test("an unknown name gets the list and a suggestion", async () => {
  await assert.rejects(
    dataset("sleepstdy"),
    /RangeError: Cannot find data set "sleepstdy": .*; did you mean "sleepstudy"\?/,
  );
  await assert.rejects(dataset("__proto__"), /RangeError/);
});

Deno.test("datasets() lists them all", () => {
  const list = datasets();
  assert.deepEqual(columnNames(list), ["name", "rows", "columns", "source", "description"]);
  assert.equal(rowCount(list), Object.keys(manifest).length);
  const rust = list.filter(pl.col("name").eq(pl.lit("yellow_rust"))).getColumn("description").get(0);
  assert.match(String(rust), /RECONSTRUCTED/);
});
