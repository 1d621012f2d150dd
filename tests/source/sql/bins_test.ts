/** Bins: their edges, and the rows that stand for the rows of a cell. */
import assert from "node:assert/strict";
import {
  type Bin,
  centreOf,
  edgesOf,
  halvedBin,
  intervalOf,
  momentsOf,
  scaleOf,
  unitOf,
} from "../../../lib/source/sql/bins.ts";
import { nodesOf } from "../../../lib/source/sql/bin_nodes.ts";
import { type FilledCells, halvedCells } from "../../../lib/source/sql/halved_cells.ts";
import {
  augment,
  explain,
  fit,
  fitFrom,
  type FitFromOptions,
  pl,
  refit,
  sampleFrom,
  toMarkdown,
} from "../../../mod.ts";
import { assertWithin, binTests, lazily, many } from "./bin_cases.ts";
import { seed } from "../../../lib/math/random.ts";

const draw = seed(3);

/** Rows of one cell. */
interface Row {
  readonly x: readonly number[];
  readonly w: number;
  readonly t: number;
  readonly y: number;
}

/** What a query would add up over rows with a key of their own. */
function cellsOf(
  rows: readonly (Row & { readonly key: string })[],
  bins: readonly Bin[],
): FilledCells {
  const moments = momentsOf(bins.length, true), cells = new Map<string, { key: unknown[]; sums: number[] }>();
  for (const { key, x, w, t, y } of rows) {
    const centre = bins.map((bin, j) => centreOf(bin, intervalOf(bin, x[j])));
    const id = JSON.stringify([key, ...centre]), u = x.map((v, j) => (v - centre[j]) / unitOf(bins[j]));
    const cell = cells.get(id) ?? { key: [key, ...centre], sums: new Array(3 + moments.length).fill(0) };
    cells.set(id, cell);
    const all = [
      w,
      w * y,
      w * t,
      ...moments.map(({ of, response }) => of.reduce((v, j) => v * u[j], w * (response ? y : t))),
    ];
    all.forEach((v, k) => cell.sums[k] += v);
  }
  const found = [...cells.values()];
  const names = ["n", "sy", "st", ...moments.map(({ name }) => name)];
  return {
    cells: {
      rows: null as never,
      keys: [{} as never],
      numbers: [],
      bins,
      sums: names.map((name) => ({ name, of: null as never })),
    },
    values: {
      keys: [0, ...bins.map((_, j) => j + 1)].map((k) => found.map(({ key }) => key[k])),
      sums: names.map((_, k) => Float64Array.from(found, ({ sums }) => sums[k])),
    },
  };
}

const bin = (...edges: number[]): Bin => ({
  used: {} as never,
  edges: Float64Array.from(edges),
  scale: scaleOf([null]),
});

/** Σ m f(x) over the nodes, m trials or the response. */
function total(
  { at, sums }: ReturnType<typeof nodesOf>,
  of: "trials" | "response",
  f: (x: number[]) => number,
): number {
  const m = of === "trials" ? sums[2] : sums[1];
  return m.reduce((s, v, i) => s + v * f(at.map((x) => x[i])), 0);
}

for (const d of [1, 2, 3]) {
  Deno.test(`nodes of cells have the moments of the rows, of ${d} covariates`, () => {
    const bins = [bin(0, 1, 2.5, 7, 9), bin(-2, 0, 1e-3, 4), bin(100, 103, 110)].slice(0, d);
    const rows = Array.from({ length: 4000 }, (_, i) => {
      const x = bins.map(({ edges }) => edges[0] + (edges.at(-1)! - edges[0]) * draw.uniform() ** 2);
      const t = 1 + i % 4;
      return { key: "abc"[i % 3], x, w: 1 + i % 2, t, y: t * draw.uniform() };
    });
    const plain = cellsOf(rows, bins);
    const half = halvedCells(plain), all = d < 3 ? [plain, half, halvedCells(half)] : [plain, half]; // one interval of each of three covariates has no room
    for (const cells of all) {
      const nodes = nodesOf(cells);
      const close = (f: (x: number[]) => number, of: "trials" | "response") => {
        const exact = rows.reduce((s, { x, w, t, y }) => s + w * (of === "trials" ? t : y) * f([...x]), 0);
        const found = total(nodes, of, f);
        assert.ok(Math.abs(found - exact) < 1e-10 * Math.abs(exact), `${f}: ${found}, rows ${exact}`);
      };
      close(() => 1, "trials");
      close(() => 1, "response");
      for (let j = 0; j < d; j++) {
        close((x) => x[j], "trials");
        close((x) => x[j], "response");
        for (let k = 0; k <= j; k++) close((x) => x[j] * x[k], "trials");
      }
      if (d === 1) close(([x]) => x ** 3, "trials");
      assert.ok(nodes.sums[0].every((n) => n > 0) && nodes.sums[2].every((t) => t > 0));
      nodes.at.forEach((x, j) => {
        const { edges } = bins[j];
        assert.ok(x.every((v) => v >= edges[0] && v <= edges.at(-1)!));
      });
    }
  });
}

Deno.test("a cell of two rows, or of rows at two places, is these rows", () => {
  const bins = [bin(0, 1, 5), bin(-1, 0, 1)];
  const rows = [
    { x: [0.2, -0.3], w: 1, t: 1, y: 1 },
    { x: [0.9, -0.9], w: 1, t: 1, y: 0 },
    { x: [3, 0.5], w: 1, t: 1, y: 1 },
    { x: [3, 0.5], w: 1, t: 1, y: 0 },
  ].map((row) => ({ key: "a", ...row }));
  const { at, sums: [count, y] } = nodesOf(cellsOf(rows, bins));
  const found = Array.from(
    count,
    (_, i) => [at[0][i], at[1][i], count[i], y[i]].map((v) => Math.round(1e9 * v) / 1e9 + 0),
  );
  assert.deepEqual(found.sort(([a], [b]) => a - b), [[0.2, -0.3, 1, 1], [0.9, -0.9, 1, 0], [3, 0.5, 2, 1]]);
});

Deno.test("edges: as many as are wanted, over all rows, dense where rows are", () => {
  const values = Float64Array.from({ length: 20_000 }, () => draw.normal());
  const edges = edgesOf(values, -5, 6, 50), widths = edges.slice(1).map((b, k) => b - edges[k]);
  assert.deepEqual([edges.length, edges[0], edges[50]], [51, -5, 6]);
  assert.ok(widths.every((w) => w > 0) && Math.max(...widths) < 1.5, "no tail is one interval");
  assert.ok(widths[25] < 0.15);
  const skewed = values.map((v) => Math.exp(5 * v)), long = edgesOf(skewed, 0, 1e12, 50);
  assert.ok(long.filter((edge) => edge < 1).length > 10, "a long tail does not take all of them");
  assert.deepEqual([...edgesOf(new Float64Array(100).fill(2), 2, 2, 10)], [2, 2]);
  const halved = halvedBin(bin(0, 1, 2, 3, 4, 5)).edges;
  assert.deepEqual([...halved], [0, 2, 4, 5]);
});

binTests("a lazy frame", lazily);

Deno.test("more bins, a smaller error", async () => {
  const formula = "count ~ x + (1 | g)", whole = fit(formula, many, { family: "poisson" });
  const errors: number[] = [];
  for (const bins of [8, 16, 32, 64]) {
    const model = await lazily(formula, many, { family: "poisson", bins });
    assertWithin(model, whole);
    errors.push(Math.abs(model.logLik - whole.logLik));
  }
  errors.slice(1).forEach((e, k) => assert.ok(e < errors[k] / 4, `${errors}`)); // of the fourth order: 16 times, once they are small
});

Deno.test("several covariates, and a response that is named", async () => {
  const two = "count ~ log(z) + x";
  assertWithin(
    await lazily(two, many, { family: "poisson", bins: 40 }),
    fit(two, many, { family: "poisson" }),
  );
  const sizes = await lazily("count ~ x + offset(log(z))", many, { family: "poisson", bins: 40 });
  assertWithin(sizes, fit("count ~ x + offset(log(z))", many, { family: "poisson" }));
  const options = { family: "gamma" } as const;
  const bins = { amount: 60 }, plain = "amount ~ f";
  assertWithin(await lazily(plain, many, { ...options, bins }), fit(plain, many, options));
});

Deno.test("columns that cannot be binned are refused with the reason", async () => {
  const refused: readonly (readonly [string, FitFromOptions, RegExp])[] = [
    [
      "won ~ cut(x, 3)",
      { bins: { x: 10 } },
      /Cannot bin "x": cut\(x, 3\) jumps where it changes; leave it out of bins/,
    ],
    ["won ~ z + I(x > 1)", { bins: { x: 10, z: 10 } }, /I\(x > 1\) jumps|x > 1 jumps/],
    ["won ~ x + (1 | m)", { bins: { m: 10 } }, /it is a grouping factor/],
    ["won ~ x", { bins: { f: 10 } }, /Cannot bin "f": the model does not use it/],
    ["won ~ x + f", { bins: { f: 10 } }, /Cannot bin "f": it holds no numbers/],
    ["won ~ x", { bins: { x: 10, m: 3 }, weights: { frequency: "m" } }, /Cannot bin "m": it is a weight/],
    ["count ~ x", { bins: { count: 10 }, family: "nbinom2" }, /it is the response of family "nbinom2"/],
    [
      "amount ~ x",
      { bins: 20, family: "gaussian" },
      /Cannot use bins with this model: it is fitted from sums of products/,
    ],
    [
      "won ~ x + log(z - 0.5)",
      { bins: 10 },
      /Cannot use log\(z - 0.5\): it is not finite in \d+ rows, as where z = /,
    ],
    ["won ~ sqrt(x)", { bins: 10 }, /Cannot use sqrt\(x\): it is not finite/],
    ["won ~ x", { bins: 1 }, /bins.*whole number, 2 or more/],
  ];
  for (const [formula, options, words] of refused) {
    for (const ask of /not finite/.test(`${words}`) ? [fitFrom] : [fitFrom, explain]) {
      await assert.rejects(ask(formula, many.lazy(), { family: "binomial", ...options }), words, formula);
    }
  }
});

Deno.test("explain() says what is binned, and how many cells that makes", async () => {
  const options = { family: "binomial", bins: 30 } as const, formula = "won ~ x + f + (1 | g)";
  const table = await explain(formula, many.lazy(), options),
    model = await fitFrom(formula, many.lazy(), options);
  assert.match(toMarkdown(table), /equal predictors, with x in 30 bins/);
  assert.match(model.messages[0], /The fit has x in 30 bins: of 5938 rows the moments in (\d+) cells/);
  const cells = Number(/in (\d+) cells/.exec(model.messages[0])![1]);
  assert.equal(table.getColumn("cells").toArray()[0], cells);
  const context = pl.SQLContext({ rows: many }), sql = table.getColumn("sql").toArray()[0] as string;
  const { height, width } = await (context.execute(sql) as ReturnType<typeof many.lazy>).collect();
  assert.equal(height, cells);
  assert.equal(table.getColumn("bytes").toArray()[0], 8 * height * width);
});

Deno.test("a binned model with rows of its source, and fitted again", async () => {
  const options = { family: "poisson" } as const, formula = "count ~ x + (1 | g)";
  const model = await fitFrom(formula, many.lazy(), { ...options, bins: 64 }),
    whole = fit(formula, many, options);
  const numbers = (m: typeof model) =>
    ([...augment(m).getColumn("residual").toArray()] as number[]).sort((a, b) => a - b);
  const expected = numbers(whole);
  numbers(await sampleFrom(model, many.lazy())).forEach((v, i) =>
    assert.ok(Math.abs(v - expected[i]) < 1e-3)
  );
  const again = refit(model, { formula: "count ~ x + I(x^2) + (1 | g)" }),
    other = fit("count ~ x + I(x^2) + (1 | g)", many, options);
  assert.ok(Math.abs(again.logLik - other.logLik) < 0.1);
  assert.throws(() => refit(model, { formula: "count ~ cut(x, 3)" }), /Cannot bin "x"|cut\(x, 3\) jumps/);
});
