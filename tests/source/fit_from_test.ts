/**
 * Models from a source are those of the same rows in memory. Sums of products keep 16 digits less those that a column loses beside the
 * earlier ones; about their means that is at most 7 here (x:f of a year beside f), so 1e-8 of the larger of an estimate and its
 * standard error. Covariances follow θ at first order, and both searches end about 1e-7 of its standard error from the optimum: 1e-7.
 */
import assert from "node:assert/strict";
import { fit, fitFrom, fromBlocks, pl } from "../../mod.ts";
import { assertClose, assertSame, sleep, sourceTests } from "./cases.ts";
import { counted, crossed, inBlocks } from "./data.ts";

sourceTests("from a source", (formula, data, options) => fitFrom(formula, inBlocks(data, 97), options));

Deno.test("from a source: the blocks may be of any size, and in any order", async () => {
  const formula = "y ~ poly(x, 2) + f + (scale(x) | g) + (1 | h)", model = fit(formula, crossed);
  const sorted = crossed.sort("x"); // the first block says least of the mean
  for (
    const source of [inBlocks(crossed, 900), inBlocks(crossed, 41), inBlocks(sorted, 50)]
  ) {
    const other = await fitFrom(formula, source);
    assertClose(other.parts[0].beta, model.parts[0].beta, [0.1, 0.1, 0.1, 0.1, 0.1], "coefficient");
    assertClose([other.logLik], [model.logLik], [0], "log-likelihood");
  }
});

Deno.test("from a source: a block may be one row", async () => {
  const formula = "Reaction ~ Days + (1 | Subject)", few = sleep.head(30);
  assertSame(await fitFrom(formula, inBlocks(few, 1)), fit(formula, few));
});

Deno.test("from a source: blocks of arrays, of typed arrays, of frames, and without rows", async () => {
  const formula = "y ~ x + b + (1 | g)",
    x = Float64Array.from({ length: 60 }, (_, i) => i === 7 ? NaN : Math.sin(i));
  const g = Array.from(x, (_, i) => i % 11 === 0 ? null : `g${i % 5}`),
    b = Array.from(x, (_, i) => i % 3 === 0);
  const y = Array.from(x, (_, i) => (i % 5) + Math.cos(i * i)),
    whole = pl.DataFrame({ y, x: [...x].map((v) => v === v ? v : null), g, b });
  const source = fromBlocks({
    columns: ["y", "x", "g", "b"],
    async *read() {
      yield { y: y.slice(0, 20), x: x.subarray(0, 20), g: g.slice(0, 20), b: b.slice(0, 20) };
      yield { y: [], x: [], g: [], b: [] };
      yield { y: [1], x: [null], g: [null], b: [null] };
      yield await Promise.resolve(whole.slice(20, 40));
    },
  });
  const model = await fitFrom(formula, source);
  assertClose(model.parts[0].beta, fit(formula, whole).parts[0].beta, [1, 1, 1], "coefficient");
  assert.equal(model.rowsGiven, 61);
});

Deno.test("from a source: the mean is far from 0 and X explains almost all of the response", async () => {
  const n = 400, i = Array.from({ length: n }, (_, k) => k), x = i.map((k) => 1e6 + k);
  const frame = pl.DataFrame({
    x,
    g: i.map((k) => `g${k % 20}`),
    y: i.map((k) => 1e9 + 3 * x[k] + 1e-4 * (Math.sin(k * k) + Math.cos(k % 20))),
  });
  const formula = "y ~ scale(x) + (1 | g)",
    a = await fitFrom(formula, inBlocks(frame, 64)),
    b = fit(formula, frame);
  // 1e9 ± 1e-4 holds the response to about 1e-7 / 1e-4 of its residuals
  assert.ok(Math.abs(a.sigma / b.sigma - 1) < 1e-5, `${a.sigma}, in memory ${b.sigma}`);
  assertClose(a.parts[0].beta, b.parts[0].beta, [0, 0], "coefficient");
});

Deno.test("from a source: rows are read as often as is said, and only the columns of the model", async () => {
  for (
    const [formula, times] of [
      ["y ~ x + f + (1 | g)", 2],
      ["y ~ log(x) + (x | g)", 2],
      ["y ~ scale(x) + (1 | g)", 3],
      ["y ~ poly(x, 3) + (1 | g)", 2 + 4 + 1],
      ["y ~ x + (1 | g:h)", 3],
    ] as const
  ) {
    const reader = counted(crossed);
    await fitFrom(formula, fromBlocks(reader));
    assert.equal(reader.reads.length, times, formula);
    assert.ok(reader.reads.every((columns) => columns.every((name) => formula.includes(name))), formula);
  }
});
