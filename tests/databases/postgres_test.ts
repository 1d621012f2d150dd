/** Models from a table of PostgreSQL are those of the same rows in memory. */
import { fitFrom } from "../../mod.ts";
import { sourceTests } from "../source/cases.ts";
import { addTable, client, Server } from "./postgres.ts";

const server = await Server.start();

sourceTests("from PostgreSQL", async (formula, data, options) => {
  const sql = server.connect();
  try {
    await sql.unsafe("DROP TABLE IF EXISTS rows");
    await addTable(sql, "rows", data);
    return await fitFrom(formula, client(sql), { ...options, table: "rows" });
  } finally {
    await sql.end();
  }
});

Deno.test.afterAll(() => server[Symbol.asyncDispose]());
