/** Rows that the data do not determine: null with a sentence, whatever the coding, as emmeans says of the same cells. */
import assert from "node:assert/strict";
import {
  emmeans,
  expandGrid,
  fit,
  fitFrom,
  fromBlocks,
  loadModel,
  type Model,
  pl,
  predict,
  saveModel,
} from "../../../mod.ts";
import type { Frame } from "../../../lib/frame.ts";
import { metaOf } from "../../../lib/display.ts";
import { seed } from "../../../lib/math/random.ts";

const A = ["p", "q"], B = ["u", "v", "w"], GRID = expandGrid({ a: A, b: B });
/** The row of the grid whose combination does not occur: q with w. */
const EMPTY = 5;

/** A column as numbers and nulls. */
const numbers = (frame: Frame, name = "estimate") => frame.getColumn(name).toArray() as (number | null)[];
/** Which of them are null. */
const nulls = (frame: Frame, name = "estimate") => numbers(frame, name).map((v) => v === null);
/** The empty combination, of six. */
const ONE_EMPTY = Array.from({ length: 6 }, (_, i) => i === EMPTY);

/** Equal but for a tolerance, nulls in the same places. */
function alike(own: (number | null)[], other: (number | null)[], tolerance: number, what = "") {
  own.forEach((v, i) =>
    assert.ok(
      v === null ? other[i] === null : Math.abs(v - other[i]!) < tolerance,
      `${what} ${i}: ${v}, ${other[i]}`,
    )
  );
}

/** A response of every kind over a × b without q:w, in six groups. */
function data(rows = 180) {
  const random = seed(20261126), a: string[] = [], b: string[] = [], g: string[] = [], x: number[] = [];
  const y: number[] = [], count: number[] = [], share: number[] = [], bad: string[] = [];
  for (let i = 0; a.length < rows; i++) {
    if (i % 2 === 1 && i % 3 === 2) continue;
    a.push(A[i % 2]);
    b.push(B[i % 3]);
    g.push(`g${i % 7}`);
    x.push(random.uniform());
    const eta = 0.5 * (i % 2) - 0.4 * (i % 3) + 0.3 * (i % 7 - 3) / 3, u = random.uniform();
    y.push(eta + u);
    count.push(random.uniform() < 0.3 ? 0 : Math.round(Math.exp(eta + 1) * (0.2 + 2 * u)));
    share.push(0.05 + 0.9 * u * u);
    bad.push(["low", "mid", "high"][Math.min(2, Math.floor(1.4 * (u + 0.6 * (i % 2))))]);
  }
  return pl.DataFrame({ a, b, g, x, y, count, share, bad });
}

const MODELS: [name: string, fit: (d: Frame) => Model, options: Parameters<typeof predict>[2][]][] = [
  ["linear model", (d) => fit("y ~ a * b", d), [{}, { interval: "prediction" }, { interval: "none" }]],
  ["mixed model", (d) => fit("y ~ a * b + (1 | g)", d), [
    { randomEffects: "none" },
    { randomEffects: "none", interval: "prediction" },
    { newLevels: "population" },
  ]],
  ["Poisson mixed model", (d) => fit("count ~ a * b + (1 | g)", d, { family: "poisson" }), [
    { randomEffects: "none", type: "link" },
    { randomEffects: "none" },
    { randomEffects: "none", average: "population" },
    { randomEffects: "none", interval: "prediction" },
  ]],
  ["zero inflation", (d) => fit("count ~ a + b", d, { family: "poisson", zeroInflation: "~ a * b" }), [
    {},
    { type: "zprob" },
    { type: "zlink" },
    { interval: "prediction" },
  ]],
  ["dispersion", (d) => fit("share ~ a + b", d, { family: "beta", dispersion: "~ a * b" }), [
    { type: "disp" },
  ]],
];

for (const [name, fitted, options] of MODELS) {
  for (const option of options) {
    Deno.test(`${name}, ${JSON.stringify(option)}: null where the combination does not occur, numbers elsewhere`, () => {
      const out = predict(fitted(data()), GRID, option);
      for (const column of out.columns.slice(2)) assert.deepEqual(nulls(out, column), ONE_EMPTY, column);
      const notes = metaOf(out)!.notes as string[];
      assert.equal(
        notes.filter((n) => n.startsWith("One row has no prediction")).length,
        1,
        notes.join("\n"),
      );
    });
  }
}

Deno.test("a mean that is determined, in a row whose dispersion is not: no interval of a new observation, with a sentence", () => {
  for (
    const model of [
      fit("share ~ a + b", data(), { family: "beta", dispersion: "~ a * b" }),
      fit("y ~ a + b", data(), { dispersion: "~ a * b" }),
    ]
  ) {
    const out = predict(model, GRID, { interval: "prediction" });
    for (const column of ["estimate", "std_error"]) assert.ok(!nulls(out, column).includes(true));
    for (const column of ["conf_low", "conf_high"]) assert.deepEqual(nulls(out, column), ONE_EMPTY);
    const notes = metaOf(out)!.notes as string[];
    assert.ok(notes.some((n) => n.startsWith("One row has no interval of a new observation")), notes.join());
    assert.ok(!nulls(predict(model, GRID), "conf_low").includes(true));
  }
});

Deno.test("predict and emmeans: the same cells, the same numbers", () => {
  for (const [, fitted] of [MODELS[0], MODELS[2]]) {
    const model = fitted(data()), cells = emmeans(model, "~ b * a");
    const rows = predict(model, cells.select("a", "b"), { randomEffects: "none", type: "link" });
    for (const column of ["estimate", "std_error", "conf_low", "conf_high"]) {
      alike(numbers(rows, column), numbers(cells, column), 1e-10, column);
    }
  }
});

Deno.test("the coding and the order of levels do not change what is known", () => {
  const d = data(), plain = numbers(predict(fit("y ~ a * b", d), GRID));
  for (
    const model of [
      fit("y ~ a * b", d, { contrasts: { a: "sum", b: "sum" } }),
      fit("y ~ a * b", d, { levels: { a: ["q", "p"], b: ["w", "u", "v"] } }),
      fit("y ~ 0 + a:b", d),
    ]
  ) alike(plain, numbers(predict(model, GRID)), 1e-9);
});

Deno.test("categories: no probability of any of them, and the mean class neither", () => {
  const model = fit("bad ~ a * b", data(), { family: "cumulative", levels: { bad: ["low", "mid", "high"] } });
  assert.deepEqual(nulls(predict(model, GRID)), Array.from({ length: 18 }, (_, i) => i >= 15));
  assert.deepEqual(nulls(predict(model, GRID, { type: "mean" })), ONE_EMPTY);
});

Deno.test("thresholds hold the constant: a column that is 1 less another one is determined", () => {
  const d = data(), a = d.getColumn("a").toArray() as string[];
  const twice = d.withColumns(pl.Series("other", a.map((v) => (v === "p" ? 1 : 0))));
  const model = fit("bad ~ a + other", twice, {
    family: "cumulative",
    levels: { bad: ["low", "mid", "high"] },
  });
  const rows = expandGrid({ a: ["p", "q"], other: [0, 1] });
  // p is other = 1, q is other = 0; the other two say both at once
  assert.deepEqual(nulls(predict(model, rows, { type: "link" })), [true, false, false, true]);
  assert.deepEqual(nulls(emmeans(model, "~ a", { at: { other: [1] } })), [false, true]);
});

Deno.test("columns that are combinations but for 1e-8 are what they were in the fit, also where x is near 0", () => {
  const d = data(), x = numbers(d, "x") as number[], random = seed(5);
  x[3] = 0;
  const near = x.map((v) => 2 * v + 3e-9 * random.normal());
  const model = fit("y ~ x + near", d.withColumns(pl.Series("x", x), pl.Series("near", near)));
  assert.ok(!nulls(predict(model)).includes(true));
  assert.deepEqual(nulls(predict(model, pl.DataFrame({ x: [0.5], near: [0.5] }))), [true]);
});

Deno.test("a column that was dropped for lying far from 0 leaves nothing open", () => {
  const d = data(), x = numbers(d, "x") as number[];
  const far = pl.Series("far", x.map((v) => 1e9 + Math.sin(40 * v)));
  const model = fit("y ~ x + far", d.withColumns(far));
  assert.deepEqual(model.parts[0].dropped, ["far"]);
  const rows = pl.DataFrame({ x: [0.2, 0.4], far: [1e9, 1e9 + 0.5] });
  assert.deepEqual(nulls(predict(model, rows)), [false, false]);
  assert.deepEqual(nulls(emmeans(model, "~ 1", { at: { x: [0.2] } })), [false]);
});

Deno.test("what is not determined travels with a model: saved and loaded, from a source without rows", async () => {
  const d = data(), formula = "y ~ a * b + x + (1 | g)", whole = fit(formula, d);
  const grid = expandGrid({ a: A, b: B, x: [0.3] }), own = predict(whole, grid, { randomEffects: "none" });
  const source = fromBlocks({
    columns: d.columns,
    async *read() {
      for (const at of [0, 70, 140]) yield await Promise.resolve(d.slice(at, Math.min(70, d.height - at)));
    },
  });
  for (const model of [loadModel(saveModel(whole)), await fitFrom(formula, source)]) {
    alike(numbers(own), numbers(predict(model, grid, { randomEffects: "none" })), 1e-7);
    assert.deepEqual(nulls(emmeans(model, "~ a * b")), ONE_EMPTY);
  }
});
