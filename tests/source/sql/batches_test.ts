/** Results of clients in every form: columns, Arrow, rows as objects or arrays; numbers as numbers, long integers or text. */
import assert from "node:assert/strict";
import { batchOf } from "../../../lib/source/engines/batches.ts";
import { fit, fitFrom, pl, type QueryBatch, type SqlClient } from "../../../mod.ts";
import { polarsEngine } from "../../../lib/source/engines/polars.ts";
import { assertSame } from "../cases.ts";

const columns = { a: [1, null, 3], b: ["x", "y", null] };
const forms: Readonly<Record<string, QueryBatch>> = {
  "columns by name": columns,
  "typed arrays": { a: Float64Array.of(1, NaN, 3), b: ["x", "y", null] },
  "rows as objects": [{ a: 1, b: "x" }, { a: null, b: "y" }, { a: 3, b: null }],
  "rows as arrays": [[1, "x"], [null, "y"], [3, null]],
  "an Arrow table": { numRows: 3, getChildAt: (k) => ({ toArray: () => Object.values(columns)[k] }) },
};
for (const [what, given] of Object.entries(forms)) {
  Deno.test(`a batch: ${what}`, () => {
    const { rows, column } = batchOf(given);
    assert.equal(rows, 3);
    assert.deepEqual(Array.from(column(0), (v) => Number.isNaN(v) ? null : v), columns.a);
    assert.deepEqual([...column(1) as unknown[]], columns.b);
  });
}

Deno.test("a batch that is none", () => {
  for (const given of [null, undefined, 3, "x", {}, { a: 3 }]) {
    assert.throws(() => batchOf(given), /Cannot read the answer of query\(\)/);
  }
  assert.equal(batchOf([]).rows, 0);
});

const n = 90,
  data = pl.DataFrame({
    y: Array.from({ length: n }, (_, i) => Math.sin(i) + i % 5),
    x: Array.from({ length: n }, (_, i) => (i * i) % 11),
    g: Array.from({ length: n }, (_, i) => `g${i % 5}`),
  });

/** Answers of polars, each value as this client has it, a few rows at a time. */
async function clientOf(value: (v: unknown) => unknown): Promise<SqlClient> {
  const engine = await polarsEngine(data.lazy());
  return {
    dialect: "duckdb",
    async *query(sql) {
      if (sql.includes("DESCRIBE")) return yield [["y", "DOUBLE"], ["x", "DOUBLE"], ["g", "VARCHAR"]];
      const width = sql.slice(0, sql.indexOf("\nFROM")).split(/, (?=CAST|")/).length;
      const plain = sql.replaceAll('"t"', '"rows"').replace(
        /NULLIF\((.*?), CAST\('NaN' AS DOUBLE\)\)/g,
        "$1",
      );
      for await (const { rows, column } of engine.run(plain)) {
        const all = Array.from({ length: width }, (_, k) => column(k));
        for (let first = 0; first < rows; first += 2) {
          yield Array.from(
            { length: Math.min(2, rows - first) },
            (_, i) => all.map((each) => value(each[first + i])),
          );
        }
        yield [];
      }
    },
  };
}

for (
  const [what, value] of [
    ["text", (v: unknown) => typeof v === "number" ? String(v) : v],
    ["long integers", (v: unknown) => typeof v === "number" && Number.isInteger(v) ? BigInt(v) : v],
  ] as const
) {
  Deno.test(`numbers that come as ${what}`, async () => {
    const formula = "y ~ x + (1 | g)";
    assertSame(await fitFrom(formula, await clientOf(value), { table: "t" }), fit(formula, data));
  });
}
