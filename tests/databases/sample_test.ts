/** Rows of DuckDB, Parquet files and PostgreSQL for what looks at rows; every server of a table that lies on several hands out its own. */
import assert from "node:assert/strict";
import { augment, augmentFrom, fitFrom, type Frame, pl, sampleFrom } from "../../mod.ts";
import { readColumn } from "../../lib/frame.ts";
import { crossed } from "../source/data.ts";
import { sampleTests } from "../source/sample_cases.ts";
import { addTable as addToDuckDB, database, parquet } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

const how = { collapses: true, sorts: true };
const connection = await database(), server = await Server.start(), sql = server.connect();
let tables = 0;

sampleTests("Parquet", (data) => Promise.resolve({ source: parquet(data) }), how);

sampleTests("a table of DuckDB", async (data) => {
  const table = `rows${tables++}`;
  await addToDuckDB(connection, table, data);
  return { source: connection, options: { table } };
}, how);

sampleTests("a table of PostgreSQL", async (data) => {
  const table = `rows${tables++}`;
  await addTable(sql, table, data);
  return { source: client(sql), options: { table } };
}, how);

Deno.test("a view of PostgreSQL: another sample every time, which is said", async () => {
  await addTable(sql, "base", crossed);
  await sql.unsafe("CREATE VIEW seen AS SELECT * FROM base");
  const source = client(sql), model = await fitFrom("y ~ x + (1 | g)", source, { table: "seen" });
  const draw = async () => {
    const some = await sampleFrom(model, source, { table: "seen", rows: 50 });
    assert.match(some.messages.at(-1)!, /a random sample of 50 of 854 rows: another one every time\.$/);
    return augment(some);
  };
  const [one, other] = [await draw(), await draw()];
  assert.equal(one.height, 50);
  assert.notDeepEqual(one.toRecords(), other.toRecords());
});

Deno.test("enums, dates and identifiers come back as a data frame has them", async () => {
  await connection.run(
    "CREATE TABLE typed AS SELECT sin(i * i) + i % 3 AS y, CAST(['low', 'high', 'middle'][1 + i % 3] AS ENUM ('low', 'middle', 'high')) AS e, " +
      "DATE '2024-01-30' + CAST(i % 4 AS INTEGER) AS day, CAST(i % 12 AS BIGINT) + 1152921504606846976 AS id, i % 5 = 1 AS t, " +
      "CASE WHEN i % 7 > 0 THEN TIMESTAMP '2024-01-30 03:00:00' + to_microseconds(CAST(i AS INTEGER)) END AS at FROM range(400) r(i)",
  );
  await connection.run(
    "CREATE TABLE few AS SELECT hash(i) % 2 = 1 AS t, TIMESTAMP '2024-01-30 03:00:00' + to_microseconds(CAST(i % 2 AS INTEGER) * 1000002) AS at, day " +
      "FROM (SELECT *, range AS i, DATE '2024-01-30' + CAST(range % 4 AS INTEGER) AS day FROM range(400))",
  );
  const model = await fitFrom("y ~ e + factor(day) + t + (1 | id)", connection, { table: "typed" });
  const some = augment(await sampleFrom(model, connection, { table: "typed", rows: 300, columns: ["at"] }));
  const types = Object.fromEntries(
    some.columns.map((name: string) => [name, some.getColumn(name).dtype.variant]),
  );
  assert.deepEqual([types.e, types.day, types.id, types.t, types.at], [
    "Categorical",
    "Date",
    "Int64",
    "Bool",
    "Datetime",
  ]);
  assert.ok(some.filter(pl.col("at").isNull()).height > 20);
  const fine = readColumn(some, "at") as { levels: readonly string[] };
  assert.match(fine.levels[0], /^2024-01-30 03:00:00\.0000\d\d$/);
  // a model of different rows reads them too
  const counted = await fitFrom("t ~ factor(at) + (1 | day)", connection, {
    table: "few",
    family: "binomial",
  });
  assert.deepEqual(counted.parts[0].names, ["(Intercept)", "factor(at)2024-01-30 03:00:01.000002"]);
});

Deno.test("all rows of ten million: one block is held at a time, and a loop that is left ends the query", async () => {
  await connection.run(
    "CREATE VIEW many AS SELECT sin(i) + i % 7 AS y, i % 7 AS g, CAST(i AS DOUBLE) AS i FROM range(10000000) r(i)",
  );
  const at = { table: "many" }, model = await fitFrom("y ~ 1 + (1 | g)", connection, at);
  let rows = 0, most = 0;
  for await (
    const block of augmentFrom(model, connection, { ...at, block: 50_000 }) as AsyncIterable<Frame>
  ) {
    most = Math.max(most, block.height);
    if ((rows += block.height) > 200_000) break;
  }
  assert.ok(most === 50_000);
  assert.equal(augment(await sampleFrom(model, connection, { ...at, rows: 1000 })).height, 1000);
});

Deno.test.afterAll(async () => {
  await sql.end();
  await server[Symbol.asyncDispose]();
  await connection[Symbol.asyncDispose]();
});
