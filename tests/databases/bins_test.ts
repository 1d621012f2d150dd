/** Binned covariates of tables of DuckDB and PostgreSQL. */
import { fitFrom } from "../../mod.ts";
import { binTests } from "../source/sql/bin_cases.ts";
import { parquet } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

binTests("Parquet", (formula, data, options) => fitFrom(formula, parquet(data), options));

const server = await Server.start();
let loaded = false;

binTests("PostgreSQL", async (formula, data, options) => {
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
