/** Models from the different rows of a lazy frame, and when they are too many. */
import assert from "node:assert/strict";
import { augment, fit, fitFrom, pl, type SqlClient } from "../../../mod.ts";
import { assertSameFit, collapseTests, few } from "./collapse_cases.ts";

collapseTests("a lazy frame", (formula, data, options) => fitFrom(formula, data.lazy(), options));

Deno.test("a model of different rows has one row for each of these", async () => {
  const model = await fitFrom("won ~ x + (1 | g)", few.lazy(), { family: "binomial" });
  const rows = augment(model);
  assert.ok(
    rows.height < 100 && rows.height === Number(/are (\d+) different/.exec(model.messages.join())![1]),
  );
});

Deno.test("a column that is called as the number of rows is", async () => {
  const renamed = few.rename({ x: "rows" }),
    options = { family: "poisson" } as const,
    formula = "count ~ rows + (1 | g)";
  assertSameFit(await fitFrom(formula, renamed.lazy(), options), fit(formula, renamed, options));
});

Deno.test("what functions remember of all rows is refused, with what to write", async () => {
  const options = { family: "gamma" } as const, values = [...few.getColumn("x")] as number[];
  const mean = values.reduce((s, v) => s + v / values.length, 0);
  const sd = Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2 / (values.length - 1), 0));
  const start = (v: number) => `${String(v).slice(0, 10).replace(".", "\\.")}\\d*`;
  const words = new RegExp(
    `write scale\\(x, center = ${start(mean)}, scale = ${start(sd)}\\), the numbers of all rows`,
  );
  await assert.rejects(fitFrom("amount ~ scale(x)", few.lazy(), options), words);
  await assert.rejects(fitFrom("amount ~ poly(x, 2)", few.lazy(), options), /write poly\(x, 2, raw = TRUE\)/);
});

/** Answers of a table of ten million rows, of which 100,000 were looked at. */
function big(distinct: readonly number[], numbers: readonly number[]): SqlClient {
  return {
    dialect: "duckdb",
    query(sql) {
      if (sql.includes("DESCRIBE")) {
        return Promise.resolve([["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"]]);
      }
      if (sql.includes('"f2"')) return Promise.resolve([distinct]);
      if (sql.includes("COUNT(DISTINCT")) return Promise.resolve([numbers]);
      return Promise.resolve([[1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1, 0, 1, 1, 0, 1]]);
    },
  };
}

Deno.test("rows that do not collapse are refused with their number, and the column that is why", async () => {
  const options = { family: "poisson", table: "t" } as const;
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", big([100_000, 100_000, 0, 100_000], [9, 99_990]), options),
    /^RangeError: .*of 10,000,000 rows about 10,000,000 are different .*at most 4,194,304 are fetched; "x" has nearly as many values/,
  );
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", big([99_000, 98_000, 500, 100_000], [9, 9]), options),
    /about 9,700,000 are different .* the combinations of its columns are that many/,
  );
});

Deno.test("a source that answers by itself has no different rows", async () => {
  const source = {
    columns: () => Promise.resolve(["y"]),
    describe: () => Promise.reject(),
    crossProducts: () => Promise.reject(),
  };
  await assert.rejects(
    fitFrom("y ~ 1", source as never, { family: "poisson" }),
    /let a database collapse them to the different ones/,
  );
});

Deno.test("dates and identifiers of a lazy frame are as in a data frame", async () => {
  const ids = [...few.getColumn("m")].map((v) => String(BigInt(v as number) + 2n ** 60n));
  const dated = few.withColumns(pl.col("x").cast(pl.Int32).cast(pl.Date).alias("day"))
    .withColumn(pl.Series("id", ids, pl.String).cast(pl.Int64));
  const model = await fitFrom("won ~ factor(day) + (1 | id)", dated.lazy(), { family: "binomial" });
  assert.deepEqual(model.parts[0].names.slice(1), [
    "factor(day)1970-01-02",
    "factor(day)1970-01-03",
    "factor(day)1970-01-04",
  ]);
  assert.deepEqual(model.random[0].levels, [1n, 2n, 3n].map((v) => String(v + 2n ** 60n)));
});

Deno.test("more different rows than were to be expected: the fit ends as soon as they are counted", async () => {
  const few = [[1000, 10, 400, 100_000]], counts = [[1e7, 1e7, 1e7, 1e7, 1e7, 1e7, 1, 0, 1, 1, 0, 1]];
  let given = 0;
  const client: SqlClient = {
    dialect: "duckdb",
    async *query(sql) {
      if (sql.includes("DESCRIBE")) yield [["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"]];
      else if (sql.includes('"f2"')) yield few;
      else if (sql.includes("COUNT(DISTINCT")) yield [[9, 9]];
      else if (!sql.includes("GROUP BY")) yield counts;
      else {
        const block = Float64Array.from({ length: 1 << 20 }, (_, i) => i);
        for (; given < 100; given++) yield { y: block, x: block, g: block, n: block };
      }
    },
  };
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", client, { family: "poisson", table: "t" }),
    /it has \d+ different rows and more, 4194304 are held; round or bin a covariate/,
  );
  assert.equal(given, 4); // the fifth block is one too many
});
