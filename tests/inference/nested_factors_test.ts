/** Joint tests with nested factors against emmeans (tests/reference/make/62_nested_factors.R), 1e-6 relative. */
import assert from "node:assert/strict";
import { frameOf } from "../../lib/frame.ts";
import { jointTests } from "../../lib/inference/means/joint_tests.ts";
import { fit } from "../../lib/model/fit.ts";
import { records } from "./close.ts";
import R from "./tables/nested_factors.json" with { type: "json" };

const data = frameOf(R.data as Record<string, (string | number)[]>);

for (const c of R.cases) {
  Deno.test(`joint tests: ${c.formula}`, () => {
    const rows = records(jointTests(fit(c.formula, data)));
    const sorted = (term: string) => term.split(":").sort().join(":");
    assert.deepEqual(rows.map((r) => sorted(r.term)), c.term.map(sorted));
    rows.forEach((r, i) => {
      assert.equal(r.df, c.df[i]);
      assert.equal(r.df_residual, c.df_residual[i]);
      // emmeans rounds F to three decimals
      assert.ok(
        Math.abs(r.statistic - c.statistic[i]) < 5.1e-4,
        `${r.term}: F ${r.statistic}, ${c.statistic[i]}`,
      );
      assert.ok(Math.abs(r.p_value / c.p_value[i] - 1) < 1e-6, `${r.term}: p ${r.p_value}, ${c.p_value[i]}`);
    });
  });
}

Deno.test("nested factors within by, and with a third factor crossed", () => {
  const m = fit("y ~ (route + drug) * z", data), rows = records(jointTests(m));
  assert.deepEqual(rows.map((r) => `${r.term} ${r.df}`), [
    "route 1",
    "z 1",
    "route:drug 3",
    "route:z 1",
    "route:drug:z 3",
  ]);
  const by = records(jointTests(m, { by: "route" }));
  assert.deepEqual(by.map((r) => `${r.route} ${r.term} ${r.df}`), [
    "inj drug 1",
    "oral drug 2",
    "inj z 1",
    "oral z 1",
    "inj drug:z 1",
    "oral drug:z 2",
  ]);
});
