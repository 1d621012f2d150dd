/** Columns of every type that a database has are read as the same column of a data frame is. */
import assert from "node:assert/strict";
import { fit, fitFrom, pl } from "../../mod.ts";
import { assertSame } from "../source/cases.ts";
import { addTable as addToDuckDB, database, parquet } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

const n = 300, rows = Array.from({ length: n }, (_, i) => i);
const LEVELS = ["low", "middle", "high"], BIG = 2n ** 60n;
const plain = pl.DataFrame({
  y: rows.map((i) => Math.sin(i * i) + i % 6 + i % 3),
  i: rows.map((i) => i),
  e: rows.map((i) => i % 41 === 7 ? null : LEVELS[i % 3]),
});

/** Columns by what they are cast from: name, SQL of DuckDB, SQL of PostgreSQL. */
const columns: readonly (readonly [string, string, string])[] = [
  ["d", "CAST(i % 9 AS DECIMAL(10, 2)) / 4", "CAST(i::int % 9 AS numeric(10, 2)) / 4"],
  ["s", "CAST(i % 5 AS SMALLINT)", "CAST(i::int % 5 AS smallint)"],
  ["r", "CAST((i * i) % 7 AS FLOAT) / 2", "CAST((i::int * i::int) % 7 AS real) / 2"],
  ["l", "CAST(i % 11 AS BIGINT)", "CAST(i::int % 11 AS bigint)"],
  ["id", `CAST(i % 12 AS BIGINT) + ${BIG}`, `CAST(i::int % 12 AS bigint) + ${BIG}`],
  ["day", "DATE '2024-01-30' + CAST(i % 4 AS INTEGER)", "DATE '2024-01-30' + i::int % 4"],
  [
    "at",
    "TIMESTAMP '2024-01-30 03:00:00' + to_minutes(CAST(i % 5 AS INTEGER))",
    "TIMESTAMP '2024-01-30 03:00:00' + make_interval(mins => i::int % 5)",
  ],
  [
    "fine",
    "TIMESTAMP '2024-01-30 03:00:00' + to_microseconds(CAST(i % 3 AS INTEGER) * 120)",
    "TIMESTAMP '2024-01-30 03:00:00' + make_interval(secs => (i::int % 3) * 0.00012)",
  ],
  ["t", "i % 4 = 1", "i::int % 4 = 1"],
  [
    "nan",
    "CASE WHEN i % 50 = 3 THEN CAST('NaN' AS DOUBLE) ELSE sin(i) END",
    "CASE WHEN i::int % 50 = 3 THEN 'NaN'::float8 ELSE sin(i) END",
  ],
];

const formulas = [
  "y ~ d + s + r + l + nan",
  "y ~ t + (1 | id)",
  "y ~ factor(day) + (1 | l)",
  "y ~ factor(at) + factor(fine)",
  "y ~ e + (1 | day)",
  "y ~ e * nan + (1 | s)",
];

/** The same columns as polars reads them from a file, the factor in the order of its levels. */
async function inMemory() {
  await using connection = await database();
  await addToDuckDB(connection, "raw", plain);
  const path = parquet(plain);
  await connection.run(
    `COPY (SELECT *, ${
      columns.map(([name, sql]) => `${sql} AS "${name}"`).join(", ")
    } FROM raw) TO '${path}'`,
  );
  return pl.readParquet(path);
}

const options = { levels: { e: LEVELS } }, whole = await inMemory();

for (const formula of formulas) {
  Deno.test(`types of DuckDB as in a data frame: ${formula}`, async () => {
    await using connection = await database();
    await addToDuckDB(connection, "raw", plain, { e: LEVELS });
    await connection.run(
      `CREATE TABLE rows AS SELECT *, ${
        columns.map(([name, sql]) => `${sql} AS "${name}"`).join(", ")
      } FROM raw`,
    );
    assertSame(
      await fitFrom(formula, connection, { table: "rows" }),
      fit(formula, whole, formula.includes("e") ? options : {}),
    );
  });
}

Deno.test("types of PostgreSQL as in a data frame", async (t) => {
  await using server = await Server.start();
  const sql = server.connect();
  await addTable(sql, "raw", plain);
  await sql.unsafe(`CREATE TYPE "an order" AS ENUM (${LEVELS.map((level) => `'${level}'`).join(", ")})`);
  await sql.unsafe(`ALTER TABLE raw ALTER COLUMN e TYPE "an order" USING e::"an order"`);
  await sql.unsafe("SET datestyle = 'SQL, DMY'");
  await sql.unsafe(
    `CREATE TABLE rows AS SELECT *, ${
      columns.map(([name, , text]) => `${text} AS "${name}"`).join(", ")
    } FROM raw`,
  );
  for (const formula of formulas) {
    await t.step(formula, async () => {
      assertSame(
        await fitFrom(formula, client(sql), { table: "rows" }),
        fit(formula, whole, formula.includes("e") ? options : {}),
      );
    });
  }
  await t.step("types without a meaning", async () => {
    await sql.unsafe(
      "CREATE TABLE odd AS SELECT 1::float8 AS y, interval '1 day' AS i, ARRAY[1] AS a, '{}'::jsonb AS j",
    );
    for (const [name, type] of [["i", "interval"], ["a", "integer\\[\\]"], ["j", "jsonb"]]) {
      await assert.rejects(
        fitFrom(`y ~ ${name}`, client(sql), { table: "odd" }),
        new RegExp(`"${name}": its type is ${type}`),
      );
    }
  });
  await sql.end();
});
