/**
 * The queries of engines that do not run here, read by a parser that knows their SQL (of ClickHouse and Spark npm has none that does).
 * It does not know quotes within names, which PostgreSQL itself takes: the one such name is made a plain one before.
 */
import assert from "node:assert/strict";

/** Fetched by the task `databases` alone. */
const ADDRESS = ["npm:node-sql-parser", "5.4.0"].join("@");

interface Package {
  readonly default: {
    readonly Parser: new () => { astify(sql: string, options: { database: string }): unknown };
  };
}

const { Parser } = (await import(ADDRESS) as Package).default;

const dialects = { bigquery: "BigQuery", postgres: "Postgresql", snowflake: "Snowflake", trino: "Trino" };

for (const [dialect, database] of Object.entries(dialects)) {
  Deno.test(`a parser of ${database} reads the queries of a fit`, async () => {
    const file = new URL(`../source/sql/dialects/${dialect}.sql`, import.meta.url);
    const bins = new URL(`../source/sql/dialects/bins/${dialect}.sql`, import.meta.url);
    const text = `${await Deno.readTextFile(file)}\n${await Deno.readTextFile(bins)}`, parser = new Parser();
    const plain = text.replaceAll(`"f""'\\"`, '"f"').replaceAll("`f\"'\\\\`", "`f`");
    const queries = plain.trim().replace(/;$/, "").split(/;\n\n/);
    assert.ok(queries.length > 15);
    for (const query of queries) parser.astify(query, { database });
    assert.throws(() => parser.astify(queries[0].replace("FROM", "FORM"), { database }));
  });
}
