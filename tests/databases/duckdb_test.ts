/** Models from Parquet files and from tables of DuckDB are those of the same rows in memory. */
import { fitFrom } from "../../mod.ts";
import { sourceTests } from "../source/cases.ts";
import { addTable, database, parquet } from "./duckdb.ts";

sourceTests("from Parquet", (formula, data, options) => fitFrom(formula, parquet(data), options));

sourceTests("from a table of DuckDB", async (formula, data, options) => {
  await using connection = await database();
  await addTable(connection, "rows", data);
  return await fitFrom(formula, connection, { ...options, table: "rows" });
});
