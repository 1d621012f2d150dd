/**
 * Models from a source are those of the same rows in memory. Sums of products keep 16 digits less those that a column loses beside the
 * earlier ones; about their means that is at most 7 here (x:f of a year beside f), so 1e-8 of the larger of an estimate and its
 * standard error. Covariances follow θ at first order, and both searches end about 1e-7 of its standard error from the optimum: 1e-7.
 */
import assert from "node:assert/strict";
import {
  dataset,
  fit,
  fitFrom,
  type FitFromOptions,
  type Frame,
  fromBlocks,
  type Model,
  pl,
} from "../../mod.ts";
import { designRecipe } from "../../lib/formula/recipe.ts";
import { counted, crossed, inBlocks } from "./data.ts";

const sleep = await dataset("sleepstudy"), pastes = await dataset("Pastes");

const cases: readonly { formula: string; data?: Frame; options?: FitFromOptions }[] = [
  { formula: "Reaction ~ Days + (Days | Subject)", data: sleep },
  { formula: "Reaction ~ Days + (Days || Subject)", data: sleep, options: { reml: false } },
  { formula: "Reaction ~ poly(Days, 2) + (1 | Subject)", data: sleep },
  { formula: "Reaction ~ Days", data: sleep },
  { formula: "Reaction ~ 1", data: sleep, options: { reml: false } },
  { formula: "strength ~ 1 + (1 | batch/cask)", data: pastes },
  { formula: "y ~ x * f + (1 | g) + (1 | h)" },
  { formula: "y ~ scale(x) * f + poly(x, 3) + (scale(x) | g) + (1 | h)" },
  { formula: "y ~ scale(x, center = 2003) + scale(k, scale = FALSE) + scale(o, center = FALSE) + (1 | g)" },
  { formula: "y ~ poly(scale(log(x)), 2) + (1 | h)" },
  {
    formula: "y ~ f + b + factor(k) + (1 | g) + (1 | h)",
    options: { weights: { precision: "w" }, offset: "o" },
  },
  { formula: "y ~ f + offset(log(m)) + (0 + f | g)", options: { weights: "m", contrasts: { f: "sum" } } },
  { formula: "y ~ 0 + f + log(x) + (0 + f + scale(x) | g)" },
  { formula: "y ~ 0 + k + f + (1 | g)" },
  {
    formula: "y ~ f * scale(log(x)) + interaction(f, b) + (1 | h/k)",
    options: { levels: { f: ["c", "a", "b"] } },
  },
  { formula: "y ~ f + (1 | g:h)", options: { levels: { f: "b" }, weights: { frequency: "m" } } },
  { formula: "y ~ I(scale(x)^2) + scale(x) + ordered(k) + (1 | factor(k))" },
  { formula: "y ~ k + (k | g) + (0 + o | g)", options: { levels: { k: [2, 0, 1, 3] } } },
  { formula: "y ~ f + I(k + 1) + k + `a name` + (b || h)" },
  { formula: "log(y) ~ factor(k > 1) + (1 | f)" },
  { formula: "b ~ x + (1 | g)" },
];

/** Largest difference, in units of 1e-8 of the number or of its scale, whichever is larger. */
function assertClose(a: ArrayLike<number>, b: ArrayLike<number>, scale: ArrayLike<number>, what: string) {
  assert.equal(a.length, b.length, what);
  for (let i = 0; i < a.length; i++) {
    const limit = 1e-8 * Math.max(Math.abs(b[i]), Math.abs(scale[i]));
    assert.ok(Math.abs(a[i] - b[i]) <= limit, `${what} ${i}: ${a[i]}, in memory ${b[i]}`);
  }
}

function assertSame(a: Model, b: Model) {
  const P = b.covariance.rows,
    se = Float64Array.from({ length: P }, (_, i) => Math.sqrt(b.covariance.get(i, i)));
  assert.deepEqual(a.parts.map(({ names }) => names), b.parts.map(({ names }) => names));
  assert.deepEqual(a.parts[0].terms, b.parts[0].terms);
  assertClose(a.parts[0].beta, b.parts[0].beta, se, "coefficient");
  assertClose(a.covariance.to1DArray(), b.covariance.to1DArray(), outer(se).map((v) => 10 * v), "covariance");
  assertClose([a.sigma, a.logLik], [b.sigma, b.logLik], [0, 0], "sigma, log-likelihood");
  b.random.forEach((t, k) => {
    const sd = t.parameters.filter(({ kind }) => kind === "sd").map(({ estimate }) =>
      estimate + 1e-3 * b.sigma
    );
    const per = Float64Array.from(t.modes, (_, i) => 100 * sd[i % sd.length]); // the search ends within 1e-6 of θ
    assertClose(
      a.random[k].covariance.to1DArray(),
      t.covariance.to1DArray(),
      outer(sd).map((v) => 100 * v),
      t.label,
    );
    assertClose(a.random[k].modes, t.modes, per, `modes of ${t.label}`);
    assert.deepEqual([a.random[k].levels, a.random[k].rowsPerLevel], [t.levels, t.rowsPerLevel]);
  });
  assert.deepEqual([a.nobs, a.npar, a.dfResidual, a.method], [b.nobs, b.npar, b.dfResidual, b.method]);
  assert.deepEqual(a.messages, b.messages);
  assertRecipes(a, b);
}

const outer = (x: ArrayLike<number>) => Array.from(x, (a) => Array.from(x, (b) => a * b)).flat();

/** Everything of a recipe is the same; means, and what scale and poly remember, to rounding. */
function assertRecipes(a: Model, b: Model) {
  const rounded = (model: Model) =>
    JSON.parse(
      JSON.stringify(designRecipe(model.recipe)),
      (_, v) => typeof v === "number" ? (Math.abs(v) < 1e-10 ? 0 : Number(v.toPrecision(11))) : v,
    );
  assert.deepEqual(rounded(a), rounded(b));
}

for (const { formula, data = crossed, options = {} } of cases) {
  const told = Object.keys(options).length > 0 ? ` ${JSON.stringify(options)}` : "";
  Deno.test(`from a source as in memory: ${formula}${told}`, async () => {
    assertSame(await fitFrom(formula, inBlocks(data, 97), options), fit(formula, data, options));
  });
}

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
