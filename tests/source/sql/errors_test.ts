/** What queries refuse, and in which words: those of fit() where it refuses the same. */
import assert from "node:assert/strict";
import { fitFrom, type FitFromOptions, pl, type QueryBatch, type SqlClient } from "../../../mod.ts";
import { crossed } from "../data.ts";
import { refusedTests } from "../refused.ts";

refusedTests(
  "a lazy frame",
  (formula, options) => fitFrom(formula, crossed.lazy(), options),
  (text) => text.replace(/row \d+ is|there is/, "row").replace(/it has fractions \(\S+\)/, "fractions"),
  [["y ~ log(x, base = f)"], ["y ~ factor(k, levels = c(0, 1))"]],
);

const lazy = crossed.withColumns(
  pl.lit(Infinity).alias("inf"),
  pl.col("k").mul(pl.lit(0)).alias("zero"),
).lazy();

const wrong: readonly (readonly [string, FitFromOptions, RegExp])[] = [
  [
    "y ~ log(k) + (1 | g)",
    {},
    /Cannot use log\(k\): it is not finite in \d+ rows, as where k = 0, but values must be finite/,
  ],
  ["y ~ I(o / zero) + f", {}, /Cannot use o\/zero: it is not finite in \d+ rows, as where o = \S+, zero = 0/],
  ["log(y - 1000) ~ f", {}, /Cannot use log\(y - 1000\): it is not finite/],
  ["y ~ inf", {}, /Cannot use column "inf": a row is Infinity, but values must be finite/],
  [
    "y ~ f",
    { weights: { precision: "zero" } },
    /weights "zero" as precision: they must be > 0, but the smallest is 0/,
  ],
  ["y ~ f", { weights: "zero" }, /all weights are 0/],
  ["y ~ f", { table: "rows" }, /Cannot use table with fitFrom\(\) of this source/],
  ["zero ~ f", {}, /is the same in every row used/],
];
for (const [formula, options, words] of wrong) {
  Deno.test(`a query is refused: ${formula} ${JSON.stringify(options)}`, async () => {
    await assert.rejects(fitFrom(formula, lazy, options), words);
  });
}

const client = (query: SqlClient["query"], further = {}): SqlClient => ({
  dialect: "trino",
  query,
  ...further,
});
const schema = [["y", "double"], ["x", "double"], ["i", "interval day"], ["l", "array(double)"]];

const clients: readonly (readonly [string, SqlClient, FitFromOptions, RegExp])[] = [
  ["no table", client(() => Promise.resolve([])), {}, /say which table holds the rows/],
  ["no such table", client(() => Promise.resolve([])), { table: ["a", "b"] }, /Cannot find table "a"."b"/],
  [
    "another dialect",
    client(() => Promise.resolve([]), { dialect: "cobol" }),
    { table: "t" },
    /Cannot speak the dialect "cobol"; the dialects are "bigquery", "clickhouse", "duckdb", "postgres"/,
  ],
  [
    "an answer that is none",
    client(() => Promise.resolve(3 as never)),
    { table: "t" },
    /Cannot read the answer of query\(\): it gave 3/,
  ],
  [
    "a failing query",
    client(() => Promise.reject(new Error("no route to host"))),
    { table: "t" },
    /the query for the columns failed: no route to host/,
  ],
];
for (const [what, source, options, words] of clients) {
  Deno.test(`a client that is wrong: ${what}`, async () => {
    await assert.rejects(fitFrom("y ~ x", source, options), words);
  });
}

Deno.test("types without a meaning are refused by name", async () => {
  for (const [name, type] of [["i", "interval day"], ["l", "array\\(double\\)"]]) {
    await assert.rejects(
      fitFrom(`y ~ ${name}`, client(() => Promise.resolve(schema)), { table: "t" }),
      new RegExp(`TypeError: Cannot use column "${name}": its type is ${type}; .* in a view`),
    );
  }
});

Deno.test("a fit from a client is given up: its query is stopped, its session ended", async () => {
  const stop = new AbortController(), sent: string[] = [];
  let fail = (_: Error) => {};
  const slow: SqlClient = {
    dialect: "postgres",
    session: true,
    query(sql): Promise<QueryBatch> {
      sent.push(sql.slice(0, 6));
      if (sql.includes("pg_attribute")) {
        return Promise.resolve([["y", "double precision"], ["x", "double precision"]]);
      }
      if (!sql.startsWith("SELECT")) return Promise.resolve([]);
      setTimeout(() => stop.abort(new Error("enough")), 5);
      return new Promise((_, reject) => fail = reject);
    },
    cancel: () => fail(new Error("canceling statement")),
  };
  await assert.rejects(fitFrom("y ~ x", slow, { table: "t", signal: stop.signal }), /^Error: enough$/);
  assert.deepEqual(sent, ["BEGIN ", "SELECT", "SELECT", "COMMIT"]);
  await assert.rejects(fitFrom("y ~ x", slow, { table: "t", signal: stop.signal }), /^Error: enough$/);
});
