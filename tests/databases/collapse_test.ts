/** Models from the different rows of tables of DuckDB and PostgreSQL. */
import { fitFrom } from "../../mod.ts";
import { collapseTests } from "../source/sql/collapse_cases.ts";
import { parquet } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

collapseTests("Parquet", (formula, data, options) => fitFrom(formula, parquet(data), options));

const server = await Server.start();
let loaded = false;

collapseTests("PostgreSQL", async (formula, data, options) => {
  const sql = server.connect();
  try {
    if (!loaded) await addTable(sql, "rows", data);
    loaded = true;
    return await fitFrom(formula, client(sql), { ...options, table: "rows" });
  } finally {
    await sql.end();
  }
});

Deno.test.afterAll(() => server[Symbol.asyncDispose]());
