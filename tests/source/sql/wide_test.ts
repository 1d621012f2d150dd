/** Factors of X with so many levels that cells by them and a grouping factor would be too many: sums of their columns, by conditions. */
import assert from "node:assert/strict";
import { fit, fitFrom, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { column, every, type Expr, total } from "../../../lib/source/query/expression.ts";
import { assertSame } from "../cases.ts";

const generator = seed(9), n = 24_000, rows = Array.from({ length: n }, (_, i) => i);
const data = pl.DataFrame({
  g: rows.map((i) => `g${i % 20_000}`),
  f: rows.map(() => `f${Math.floor(60 * generator.uniform())}`),
  k: rows.map(() => Math.floor(56 * generator.uniform()) / 4),
  x: rows.map(() => 10 + generator.normal()),
  y: rows.map((i) => (i % 20_000) / 9000 + generator.normal()),
});

for (const formula of ["y ~ f + (1 | g)", "y ~ factor(k) + x + (1 | g)", "y ~ f + x + (x | g)"]) {
  Deno.test(`factors of many levels are not keys of cells: ${formula}`, async () => {
    const sent: string[] = [];
    const model = await fitFrom(formula, data.lazy(), {
      onQuery: (what, sql) => what === "the sums by g" && sent.push(sql),
    });
    assertSame(model, fit(formula, data));
    assert.doesNotMatch(sent[0], /"k1"/);
    assert.match(sent[0], /CASE WHEN \(?\(?"x\d" [=>]/);
  });
}

Deno.test("X explains almost all: the residuals of many columns are formed where the rows are", async () => {
  const exact = data.withColumns(pl.col("x").mul(pl.lit(1e5)).add(pl.col("y")).alias("z"));
  let passes = 0;
  const model = await fitFrom("z ~ x + f + (1 | g)", exact.lazy(), {
    onQuery: (what) => passes += what === "the sums of X" ? 1 : 0,
  });
  assert.equal(passes, 2);
  const whole = fit("z ~ x + f + (1 | g)", exact);
  // 1e6 ± 1 holds the response to 1e-10 of its residuals, of which differences lose some more
  assert.ok(Math.abs(model.sigma / whole.sigma - 1) < 1e-7, `${model.sigma}, in memory ${whole.sigma}`);
});

Deno.test("sums of thousands of terms are balanced trees: parsers have a limit of depth", () => {
  const depth = (node: Expr): number =>
    node.kind === "binary" ? 1 + Math.max(depth(node.left), depth(node.right)) : 0;
  const terms = Array.from({ length: 5000 }, (_, i) => column(`x${i}`));
  assert.equal(depth(total(terms)), 13);
  assert.equal(depth(every(terms)), 13);
});
