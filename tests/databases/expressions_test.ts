/** Expressions of formulas in DuckDB's and PostgreSQL's SQL. */
import { clientEngine } from "../../lib/source/engines/client.ts";
import { duckdbEngine } from "../../lib/source/engines/duckdb.ts";
import { expressionTests } from "../source/sql/expressions.ts";
import { addTable as addToDuckDB, database } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

expressionTests("DuckDB", async (frame, use) => {
  await using connection = await database();
  await addToDuckDB(connection, "rows", frame);
  await use(duckdbEngine(connection, ["rows"]));
});

expressionTests("PostgreSQL", async (frame, use) => {
  await using server = await Server.start();
  const sql = server.connect();
  await addTable(sql, "rows", frame);
  await use(clientEngine(client(sql), ["rows"]));
  await sql.end();
});
