/** Names and texts that would end a statement are names and texts; sessions cannot write; what goes wrong is said, and nothing hangs. */
import assert from "node:assert/strict";
import { fit, fitFrom, pl } from "../../mod.ts";
import { assertSame } from "../source/cases.ts";
import { crossed } from "../source/data.ts";
import { addTable as addToDuckDB, database, parquet } from "./duckdb.ts";
import { addTable, client, Server } from "./postgres.ts";

const HOSTILE = 'x"; drop table t; --', n = 200, rows = Array.from({ length: n }, (_, i) => i);
const texts = ["'; drop table t; --", 'a"b', "back\\slash'", "ü\n\t"];
const hostile = pl.DataFrame({
  [HOSTILE]: rows.map((i) => Math.sin(i * i)),
  "y'; --": rows.map((i) => Math.cos(i) + i % 4 + (i % 5) / 3),
  "f\\'": rows.map((i) => texts[i % 4]),
  'g"""': rows.map((i) => `'${i % 5}"\\`),
});
const formula = `\`y'; --\` ~ \`${HOSTILE}\` * \`f\\'\` + I(\`f\\'\` == "back\\\\slash'") + (1 | \`g"""\`)`;
const table = 't"; drop table t; --';

Deno.test("hostile names and texts: DuckDB", async () => {
  await using connection = await database();
  await connection.run("CREATE TABLE t AS SELECT 1 AS kept");
  await addToDuckDB(connection, table, hostile);
  assertSame(await fitFrom(formula, connection, { table }), fit(formula, hostile));
  await connection.run("SELECT kept FROM t");
});

Deno.test("hostile names and texts: PostgreSQL", async () => {
  await using server = await Server.start();
  const sql = server.connect();
  await sql.unsafe("CREATE TABLE t (kept int)");
  await addTable(sql, table, hostile);
  assertSame(await fitFrom(formula, client(sql), { table }), fit(formula, hostile));
  await sql.unsafe("SET standard_conforming_strings = off");
  assertSame(await fitFrom(formula, client(sql), { table: ["public", table] }), fit(formula, hostile));
  await sql.unsafe("SELECT kept FROM t");
  await sql.end();
});

Deno.test("a session is read only, sees one state of the rows, and is ended", async () => {
  await using server = await Server.start();
  const sql = server.connect(), other = server.connect();
  await addTable(sql, "rows", crossed);
  const formula = "y ~ x + (1 | g)", before = fit(formula, crossed);
  let queries = 0;
  const changing = client(sql, {
    async *query(text) {
      if (++queries === 5) {
        await assert.rejects(sql.unsafe("DELETE FROM rows"), /read-only transaction/);
      }
      yield* client(sql).query(text) as AsyncIterable<Record<string, unknown>[]>;
    },
  });
  await assert.rejects(fitFrom(formula, changing, { table: "rows" }), /current transaction is aborted/);
  queries = 10;
  const meanwhile = client(sql, {
    async *query(text) {
      if (++queries === 14) await other.unsafe("DELETE FROM rows WHERE g < 20");
      yield* client(sql).query(text) as AsyncIterable<Record<string, unknown>[]>;
    },
  });
  assertSame(await fitFrom(formula, meanwhile, { table: "rows" }), before);
  assert.equal((await sql.unsafe("SELECT count(*)::int AS n FROM rows WHERE g < 20"))[0].n, 0);
  await Promise.all([sql.end(), other.end()]);
});

Deno.test("a wrong password, a server that is lost, a table that is not there, a file that is none", async () => {
  await using server = await Server.start();
  const intruder = server.connect({ password: "guess" });
  await assert.rejects(
    fitFrom("y ~ x", client(intruder), { table: "rows" }),
    /Cannot fit from this source: .* failed: password authentication failed/,
  );
  const sql = server.connect();
  await assert.rejects(fitFrom("y ~ x", client(sql), { table: "none" }), /relation "none" does not exist/);
  await addTable(sql, "rows", crossed);
  const lost = client(sql, {
    async *query(text) {
      if (text.includes("GROUP BY")) await server.stop();
      yield* client(sql).query(text) as AsyncIterable<Record<string, unknown>[]>;
    },
  });
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", lost, { table: "rows" }),
    /Cannot fit from this source: the query for the levels of g failed/,
  );
  await sql.end({ timeout: 0 });
  await assert.rejects(
    fitFrom("y ~ x", "/nowhere/*.parquet"),
    /Cannot fit from this source: .* No files found/,
  );
});

Deno.test("a fit from DuckDB is given up: the query that is running is stopped", async () => {
  await using connection = await database();
  await connection.run(
    "CREATE VIEW rows AS SELECT sin(i * j) AS y, i % 7 AS g FROM range(100000) a(i), range(1000000) b(j)",
  );
  const stop = new AbortController(), begun = performance.now();
  setTimeout(() => stop.abort(new Error("enough")), 300);
  await assert.rejects(
    fitFrom("y ~ 1 + (1 | g)", connection, { table: "rows", signal: stop.signal }),
    /^Error: enough$/,
  );
  assert.ok(performance.now() - begun < 5000);
  await connection.run("SELECT 1"); // the connection can be used on
});

/** More groups than memory holds: the engine needs room on a disk that has none. */
const crowded = {
  formula: "y ~ x + (1 | g)",
  rows: "SELECT 1 + i % 3 AS y, i % 5 AS x, 'a group with a rather long name ' || i AS g FROM ",
};

Deno.test("a full disk: DuckDB says so, leaves nothing there, and answers on", async () => {
  await using connection = await database();
  const folder = await Deno.makeTempDir();
  await connection.run(`CREATE VIEW rows AS ${crowded.rows} range(3000000) r(i)`);
  await connection.run(`SET temp_directory = '${folder}'`);
  await connection.run("SET memory_limit = '60MB'");
  await connection.run("SET max_temp_directory_size = '4MB'");
  for (const family of ["gaussian", "gamma"] as const) {
    await assert.rejects(
      fitFrom(crowded.formula, connection, { table: "rows", family }),
      /Cannot fit from this source: the query for .* failed: .*(max_temp_directory_size|Out of Memory)/s,
    );
  }
  await connection.run("SELECT 1");
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a full disk: PostgreSQL says so, and the session is ended", async () => {
  await using server = await Server.start();
  const sql = server.connect();
  await sql.unsafe(`CREATE VIEW rows AS ${crowded.rows} generate_series(1, 200000) r(i)`);
  await sql.unsafe("SET work_mem = '64kB'");
  await sql.unsafe("SET temp_file_limit = '1MB'");
  for (const family of ["gaussian", "gamma"] as const) {
    await assert.rejects(
      fitFrom(crowded.formula, client(sql), { table: "rows", family }),
      /Cannot fit from this source: the query for .* failed: temporary file size exceeds temp_file_limit/,
    );
  }
  const [{ now }] = await sql.unsafe("SELECT pg_current_xact_id_if_assigned() IS NULL AS now");
  assert.equal(now, true); // in no transaction
  await sql.end();
});

Deno.test("files keep their rows: many files, a folder of them", async () => {
  const folder = await Deno.makeTempDir();
  for (let k = 0; k < 3; k++) {
    await Deno.copyFile(parquet(crossed.slice(300 * k, 300)), `${folder}/part ${k}'s.parquet`);
  }
  const formula = "y ~ f + (1 | g)";
  assertSame(await fitFrom(formula, `${folder}/*.parquet`), fit(formula, crossed));
  await Deno.remove(folder, { recursive: true });
});
