/** What explain() says is what fitFrom() does. */
import assert from "node:assert/strict";
import { explain, fitFrom, type FitFromOptions, pl, type SqlClient, toMarkdown } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { analyse } from "../../../lib/math/symbolic.ts";
import { liveEngine } from "../../../lib/model/result/engines.ts";
import { ownModel } from "../../../lib/model/result/model_argument.ts";
import { crossed } from "../data.ts";
import { few } from "./collapse_cases.ts";

/** The query without what is taken off the columns, which is asked for in between. */
const plain = (sql: string) =>
  sql.replace(/\((CASE [^\n]*? END|"x\d+") - (\(-[^)]*\)|[\d.e-]+)\) AS "m/g, '$1 AS "m');

const cases: readonly (readonly [string, FitFromOptions])[] = [
  ["y ~ x * f + (x | g) + (1 | h)", {}],
  ["y ~ log(x) + b + (1 | h/k)", { weights: { precision: "w" } }],
];
for (const [formula, options] of cases) {
  Deno.test(`explain() has the queries of the fit: ${formula}`, async () => {
    const sent: [string, string][] = [], asked: string[] = [];
    const table = await explain(formula, crossed.lazy(), { ...options, onQuery: (what) => asked.push(what) });
    await fitFrom(formula, crossed.lazy(), {
      ...options,
      onQuery: (what, sql) => sent.push([what, plain(sql)]),
    });
    const planned = table.toRecords() as { query: string; sql: string; cells: number; bytes: number }[];
    assert.deepEqual(planned.map(({ query, sql }) => [query, sql]), sent.slice(-planned.length));
    assert.ok(asked.every((what) => !what.startsWith("the sums")), "sums are not asked for");
    for (const { query, sql, cells, bytes } of planned) {
      const context = pl.SQLContext({ rows: crossed });
      const { height, width } = await (context.execute(sql) as ReturnType<typeof crossed.lazy>).collect();
      // combinations that do not occur by chance are one in ten at most here, of nested factors they are many
      const nested = formula.includes("h/k") && query !== "the sums of X" && !query.includes("pairs");
      assert.ok(
        height <= cells * 1.1 && (nested || height >= cells * 0.9),
        `${query}: ${height} cells, expected ${cells}`,
      );
      assert.equal(bytes, 8 * cells * width);
    }
  });
}

Deno.test("explain() shows a table, and says how much comes back", async () => {
  const text = toMarkdown(await explain("y ~ x + (1 | g) + (1 | h)", crossed.lazy()));
  assert.match(text, /What fitFrom\(\) asks of polars for y ~ x/);
  assert.match(text, /\| the sums by g \| 40 \| [\d.]+ kB \| [\d.]+ kB \|/);
  assert.match(text, /\d+ of 900 rows are complete; the model is fitted from sums of products/);
  assert.match(
    text,
    /About [\d.]+ kB come back, the fit holds about [\d.]+ kB of them, and the factor of the random effects takes about [\d.]+ kB\./,
  );
  assert.doesNotMatch(text, /SELECT/);
});

/** Rows of two factors of so many levels, each row at a random pair. */
function pairsOf(n: number, levels: readonly [number, number]) {
  const random = seed(4),
    draw = (k: number) => Array.from({ length: n }, () => Math.floor(k * random.uniform()));
  const [g, h] = levels.map(draw), y = g.map((v, i) => Math.sin(v) + Math.cos(h[i]) + random.normal());
  return pl.DataFrame({ y, x: y.map(() => random.normal()), g, h, k: g.map((v) => v % 7) });
}

Deno.test("explain() says what the factor of the random effects takes", async () => {
  for (
    const [formula, data] of [
      ["y ~ x + (x | g)", pairsOf(3000, [200, 40])],
      ["y ~ x + (1 | g) + (1 | h)", pairsOf(8000, [400, 150])],
      ["y ~ x + (x | g) + (1 | h)", pairsOf(20_000, [1500, 300])],
      ["y ~ x + (1 | g) + (x | h)", pairsOf(20_000, [300, 1500])],
      ["y ~ x + (1 | k/g)", pairsOf(3000, [700, 40])],
      ["y ~ x + (1 | g) + (1 | h) + (1 | k)", pairsOf(9000, [500, 120])],
    ] as const
  ) {
    const [, told, unit] = /random effects takes about ([\d.]+) (\w+)/.exec(
      toMarkdown(await explain(formula, data.lazy())),
    )!;
    const said = Number(told) * 1000 ** ["bytes", "kB", "MB", "GB"].indexOf(unit);
    const { objective } = liveEngine(ownModel(await fitFrom(formula, data.lazy()), "test"))!;
    const { panel, count, tiles } = analyse(objective.effects.pattern),
      bytes = 8 * (2 * panel[count] + tiles);
    // a dense tail of few columns is a panel, of which factor and inverse have one each
    const least = tiles > 0 || !/h\)/.test(formula) ? 0.9 : 0.5;
    assert.ok(said < 1.15 * bytes && said > least * bytes, `${formula}: ${said} said, ${bytes} taken`);
  }
});

Deno.test("explain() of other families: the different rows", async () => {
  const table = await explain("won ~ x + f + (1 | g)", few.lazy(), { family: "binomial" });
  assert.equal(table.height, 1);
  assert.match(toMarkdown(table), /fitted from sums of the response over those with equal predictors/);
  const other = await explain("amount ~ x + f + (1 | g)", few.lazy(), { family: "gamma" });
  assert.match(toMarkdown(other), /fitted from the different ones and their numbers/);
});

/** Answers of a table of a hundred million rows, two factors of 50,000 levels each. */
const huge: SqlClient = {
  dialect: "duckdb",
  query(sql) {
    if (sql.includes("DESCRIBE")) {
      return Promise.resolve([["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"], ["h", "VARCHAR"]]);
    }
    if (sql.includes('"f2"')) return Promise.resolve([[100_000, 99_998, 1, 100_000]]);
    if (sql.includes("COUNT(DISTINCT")) return Promise.resolve([[100_000, 100_000]]);
    if (sql.includes('AS "k"')) {
      return Promise.resolve(Array.from({ length: 50_000 }, (_, i) => [`${i}`, 2000, 2000, 2000]));
    }
    return Promise.resolve([[1e8, 1e8, 1e8, 1e8, 1e8, 1e8, 1e8, 0, 0, 1, 0, 0, 1]]);
  },
};

Deno.test("explain() says what would be too much, why, and what can be done", async () => {
  const gaussian = await explain("y ~ x + (1 | g) + (1 | h)", huge, { table: "t" });
  assert.deepEqual(gaussian.getColumn("obstacle").toArray().slice(0, 3), ["none", "none", "none"]);
  assert.match(
    toMarkdown(gaussian),
    /two crossed grouping factors meet in 9\d{7} pairs of levels .*leave one of them out/,
  );
  const other = await explain("y ~ x + (1 | g)", huge, { table: "t", family: "gamma" });
  assert.match(
    other.getColumn("obstacle").toArray()[0] as string,
    /"y", "x" have nearly as many values .* bin them with the option bins: \{ "y": 50, "x": 50 \}, round them/,
  );
});
