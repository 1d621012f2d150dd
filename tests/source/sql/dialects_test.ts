/**
 * The SQL of every dialect: a fit's queries as they are sent, beside the files in dialects/ (UPDATE=1 writes them). Answers come from
 * polars, which is asked the same in its own words.
 */
import assert from "node:assert/strict";
import { type DialectName, fit, fitFrom, pl, type QueryBatch, type SqlClient } from "../../../mod.ts";
import * as dialects from "../../../lib/source/dialects/mod.ts";
import { clientEngine } from "../../../lib/source/engines/client.ts";
import { polarsEngine } from "../../../lib/source/engines/polars.ts";
import type { Batch } from "../../../lib/source/engines/engine.ts";
import { binOf, scaleOf } from "../../../lib/source/sql/bins.ts";
import { differentRows, plannedCells, withBins } from "../../../lib/source/sql/collapse.ts";
import { isNumber, SqlRows } from "../../../lib/source/sql/rows.ts";
import { Runner } from "../../../lib/source/sql/runner.ts";
import { assertSame } from "../cases.ts";

/** A name that would end a quoted one. */
const NAME = "f\"'\\";

const n = 120, rows = Array.from({ length: n }, (_, i) => i);
const data = pl.DataFrame({
  y: rows.map((i) => 3 + Math.sin(i) + (i % 7) / 3 + (i % 3)),
  x: rows.map((i) => i % 17 === 3 ? null : 1 + (i * i) % 13),
  [NAME]: rows.map((i) => ["a", "it's", "back\\slash"][i % 3]),
  g: rows.map((i) => `g${i % 7}`),
  h: rows.map((i) => i % 5),
  b: rows.map((i) => i % 4 === 1),
  w: rows.map((i) => 1 + i % 3),
});
const formula = `y ~ log(x) * \`${NAME}\` + scale(x) + I(x^2 > 20) + (log(x) | g) + (1 | h:b)`;

/** Types of the columns in each dialect's words. */
const types: Readonly<Record<DialectName, readonly string[]>> = {
  bigquery: ["FLOAT64", "FLOAT64", "STRING", "STRING", "FLOAT64", "BOOL", "FLOAT64"],
  clickhouse: [
    "Float64",
    "Nullable(Float64)",
    "LowCardinality(String)",
    "String",
    "Int32",
    "Bool",
    "Decimal(9, 2)",
  ],
  duckdb: ["DOUBLE", "DOUBLE", "VARCHAR", "VARCHAR", "INTEGER", "BOOLEAN", "DOUBLE"],
  postgres: [
    "double precision",
    "double precision",
    "text",
    "character varying",
    "integer",
    "boolean",
    "numeric",
  ],
  snowflake: ["FLOAT", "FLOAT", "TEXT", "TEXT", "FLOAT", "BOOLEAN", "FLOAT"],
  spark: ["double", "double", "string", "string", "int", "boolean", "double"],
  trino: ["double", "double", "varchar", "varchar(10)", "integer", "boolean", "double"],
};

/** What polars answers to each of the fit's queries. */
async function answers(): Promise<QueryBatch[]> {
  const engine = await polarsEngine(data.lazy()), found: QueryBatch[] = [], sent: string[] = [];
  await fitFrom(formula, data.lazy(), { weights: { precision: "w" }, onQuery: (_, sql) => sent.push(sql) });
  for (const sql of sent) {
    for await (const batch of engine.run(sql)) found.push(columnsOf(batch, sql));
  }
  return found;
}

function columnsOf({ column }: Batch, sql: string): QueryBatch {
  const width = sql.slice(0, sql.indexOf("\nFROM")).split(/, (?=CAST|")/).length;
  return Object.fromEntries(Array.from({ length: width }, (_, k) => [`c${k}`, column(k)]));
}

const recorded = await answers(), expected = fit(formula, data, { weights: { precision: "w" } });

for (const dialect of Object.keys(types) as DialectName[]) {
  Deno.test(`the queries of a fit in ${dialect}`, async () => {
    const sent: string[] = [], rest = [...recorded];
    const client: SqlClient = {
      dialect,
      query(sql) {
        sent.push(sql);
        if (sent.length > 1) return Promise.resolve(rest.shift()!);
        return Promise.resolve(
          data.columns.map((name: string, k: number) => ({ name, type: types[dialect][k] })),
        );
      },
    };
    const table = ["a schema", "rows"];
    assertSame(await fitFrom(formula, client, { table, weights: { precision: "w" } }), expected);
    const file = new URL(`dialects/${dialect}.sql`, import.meta.url), text = `${sent.join(";\n\n")};\n`;
    if (Deno.env.get("UPDATE")) await Deno.writeTextFile(file, text);
    assert.equal(text, await Deno.readTextFile(file));
  });
}

for (const dialect of Object.keys(types) as DialectName[]) {
  Deno.test(`the query of cells with bins in ${dialect}`, async () => {
    const run = new Runner(clientEngine({ dialect, query: () => Promise.resolve([]) }, ["a schema", "rows"]));
    const all = data.columns.map((name: string, k: number) => ({ name, type: types[dialect][k] }));
    const rows = await SqlRows.open(run, all, ["x", "w", NAME], () => []);
    const bins = rows.used.filter(isNumber).map((used, k) =>
      binOf(used, { values: [1, 2, 3, 4, 8], count: 4, scale: scaleOf([k === 0 ? "log" : null]) }, 1, 9)
    );
    const found = [bins, bins.slice(0, 1)].map((some) => withBins(differentRows(rows), some));
    const text = found.map((cells) =>
      `${run.text(plannedCells(cells, { cells: 9, continuous: [] }, 9).query)};\n`
    )
      .join("\n");
    const file = new URL(`dialects/bins/${dialect}.sql`, import.meta.url);
    if (Deno.env.get("UPDATE")) await Deno.writeTextFile(file, text);
    assert.equal(text, await Deno.readTextFile(file));
  });
}

Deno.test("a random sample in every dialect", () => {
  const written: Record<DialectName, string> = {
    duckdb: '(SELECT * EXCLUDE "row number" FROM (SELECT *, row_number() OVER () AS "row number" FROM t) ' +
      'WHERE hash("row number", 7) < CAST(0.01 * 18446744073709551615 AS UBIGINT))',
    postgres: "t TABLESAMPLE BERNOULLI (1) REPEATABLE (7)",
    snowflake: "t TABLESAMPLE BERNOULLI (1) SEED (7)",
    spark: "t TABLESAMPLE (1 PERCENT) REPEATABLE (7)",
    trino: "t TABLESAMPLE BERNOULLI (1)",
    bigquery: "(SELECT * FROM t WHERE RAND() < 0.01)",
    clickhouse: "(SELECT * FROM t WHERE randCanonical() < 0.01)",
  };
  for (const [dialect, expected] of Object.entries(written)) {
    const { from, repeatable } = dialects[dialect as DialectName].sampled;
    assert.equal(from("t", 0.01, 7), expected);
    assert.equal(repeatable, /7/.test(expected.replaceAll("1844674407370", "")), dialect);
  }
});

Deno.test("every dialect but polars' own is among them", () => {
  assert.deepEqual(
    Object.keys(dialects).filter((name) => name !== "polars").sort(),
    Object.keys(types).sort(),
  );
});

Deno.test("names and texts are only names and texts", () => {
  const name = 'x"; drop table t; --`\\', text = "'; drop table t; --\\'";
  const written: Record<DialectName, readonly [string, string]> = {
    duckdb: ['"x""; drop table t; --`\\"', "'''; drop table t; --\\'''"],
    postgres: ['"x""; drop table t; --`\\"', "E'''; drop table t; --\\\\'''"],
    trino: ['"x""; drop table t; --`\\"', "'''; drop table t; --\\'''"],
    snowflake: ['"x""; drop table t; --`\\"', "'\\'; drop table t; --\\\\\\''"],
    spark: ['`x"; drop table t; --``\\`', "'\\'; drop table t; --\\\\\\''"],
    clickhouse: ['`x"; drop table t; --\\`\\\\`', "'\\'; drop table t; --\\\\\\''"],
    bigquery: ['`x"; drop table t; --\\`\\\\`', "'\\'; drop table t; --\\\\\\''"],
  };
  for (const [dialect, expected] of Object.entries(written)) {
    const { identifier, text: literal } = dialects[dialect as DialectName];
    assert.deepEqual([identifier(name), literal(text)], expected, dialect);
  }
});
