/**
 * A table in three parts on three servers of PostgreSQL, over postgres_fdw: every server adds up its own part, and what travels is sums.
 * postgres_fdw ships an aggregate when it is grouped by the partition key alone, which is why the queries are nested.
 */
import assert from "node:assert/strict";
import { fit, fitFrom, type Frame, pl } from "../../mod.ts";
import { assertSame } from "../source/cases.ts";
import { crossed } from "../source/data.ts";
import { assertWithin } from "../source/sql/bin_cases.ts";
import { client, columnTypes, insert, quote, Server } from "./postgres.ts";

/** The rows with a shard that has nothing to do with the model. */
const sharded: Frame = crossed.withColumns(
  pl.Series("shard", Array.from({ length: crossed.height }, (_, i) => (i * 7) % 3), pl.Int32),
);

/** The first server sees the parts of all three. */
async function cluster(): Promise<
  { servers: Server[]; sql: ReturnType<Server["connect"]> } & AsyncDisposable
> {
  const servers: Server[] = [];
  for (let k = 0; k < 3; k++) servers.push(await Server.start());
  const sql = servers[0].connect(), types = columnTypes(sharded);
  await sql.unsafe("CREATE EXTENSION postgres_fdw");
  await sql.unsafe(`CREATE TABLE rows (${types}) PARTITION BY LIST (shard)`);
  for (const [k, server] of servers.entries()) {
    const own = server.connect(), part = sharded.filter(pl.col("shard").eq(pl.lit(k)));
    await own.unsafe(`CREATE TABLE part (${types})`);
    await insert(own, "part", part);
    await own.end();
    await sql.unsafe(
      `CREATE SERVER node${k} FOREIGN DATA WRAPPER postgres_fdw OPTIONS (${server.foreign}, async_capable 'true')`,
    );
    await sql.unsafe(
      `CREATE USER MAPPING FOR ${server.user} SERVER node${k} OPTIONS (user '${server.user}', password '${server.password}')`,
    );
    await sql.unsafe(
      `CREATE FOREIGN TABLE ${
        quote(`part ${k}`)
      } PARTITION OF rows FOR VALUES IN (${k}) SERVER node${k} OPTIONS (table_name 'part')`,
    );
  }
  return {
    servers,
    sql,
    async [Symbol.asyncDispose]() {
      await sql.end({ timeout: 0 });
      for (const server of servers) await server[Symbol.asyncDispose]();
    },
  };
}

const formulas = [
  "y ~ x * f + (1 + x | g) + (1 | h)",
  "y ~ scale(x) + poly(o, 2) + I(log(x) > 7.603) + factor(k) + (1 | g:h)",
  "y ~ log(x) + b + (scale(x) | g)",
];

Deno.test("three servers: the model is that of one table in memory, and each server sums its part", async (t) => {
  await using all = await cluster();
  const { sql } = all, source = client(sql, { partition: "shard" });
  for (const formula of formulas) {
    const sent: [string, string][] = [];
    await t.step(formula, async () => {
      const onQuery = (what: string, text: string) => sent.push([what, text]);
      assertSame(await fitFrom(formula, source, { table: "rows", onQuery }), fit(formula, sharded));
    });
    await t.step(`what the servers are asked: ${formula}`, async () => {
      await sql.unsafe("SET enable_partitionwise_aggregate = on");
      const summed = sent.filter(([, text]) => /SUM\(/.test(text));
      assert.ok(summed.length >= 5);
      for (const [what, text] of summed) {
        const plan = (await sql.unsafe(`EXPLAIN (VERBOSE) ${text}`)).map((row) =>
          row["QUERY PLAN"]
        ) as string[];
        const remote = plan.filter((line) => line.includes("Remote SQL:"));
        assert.equal(remote.length, 3, what);
        for (const line of remote) assert.match(line, /GROUP BY/, `${what}: ${line}`);
      }
    });
  }
});

Deno.test("three servers: cells with bins are added up on each", async () => {
  await using all = await cluster();
  const sent: [string, string][] = [], onQuery = (what: string, text: string) => sent.push([what, text]);
  const formula = "k ~ scale(x) + (1 | g)", options = { family: "poisson" } as const;
  const source = client(all.sql, { partition: "shard" });
  const model = await fitFrom(formula, source, { ...options, table: "rows", bins: { x: 30 }, onQuery });
  assertWithin(model, fit(formula, sharded, options));
  await all.sql.unsafe("SET enable_partitionwise_aggregate = on");
  const [, text] = sent.find(([what]) => what === "the different rows")!;
  const plan = (await all.sql.unsafe(`EXPLAIN (VERBOSE) ${text}`)).map((row) =>
    row["QUERY PLAN"]
  ) as string[];
  const remote = plan.filter((line) => line.includes("Remote SQL:"));
  assert.equal(remote.length, 3);
  for (const line of remote) assert.match(line, /GROUP BY/);
});

Deno.test("three servers: one that is lost in the middle is said, and the fit ends", async () => {
  await using all = await cluster();
  let queries = 0;
  const source = client(all.sql, {
    partition: "shard",
    async *query(text) {
      if (++queries === 8) await all.servers[2].stop();
      yield* client(all.sql).query(text) as AsyncIterable<Record<string, unknown>[]>;
    },
  });
  await assert.rejects(
    fitFrom("y ~ x + (1 | g)", source, { table: "rows" }),
    /Cannot fit from this source: the query for .* failed: /,
  );
});
