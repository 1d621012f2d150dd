/** Wald intervals; R's are in the reference cases. */
import assert from "node:assert/strict";
import { confint } from "../../../lib/inference/intervals/confint.ts";
import { referenceCase } from "../../reference/load.ts";
import { refit } from "../../reference/refit.ts";

// deno-lint-ignore no-explicit-any
type Row = any;

for (const id of ["cbpp_tmb", "dragons_glmm1", "Salamanders_zinb", "sleepstudy_lmer"]) {
  Deno.test(`Wald intervals of the fixed effects are R's: ${id}`, async () => {
    const c = await referenceCase(id), model = await refit(c);
    const rows: Row[] = (confint(model, { method: "wald", df: "asymptotic" }) as Row).toRecords();
    const { names, lower, upper } = c.confint.wald;
    let compared = 0;
    for (const row of rows) {
      const k = names.findIndex((name: string) =>
        name === row.term || name === `${row.component}.${row.term}`
      );
      if (k < 0 || row.group) continue;
      const width = upper[k] - lower[k];
      assert.ok(
        Math.abs(row.conf_low - lower[k]) < 1e-4 * width,
        `${row.term}: ${row.conf_low}, R ${lower[k]}`,
      );
      assert.ok(
        Math.abs(row.conf_high - upper[k]) < 1e-4 * width,
        `${row.term}: ${row.conf_high}, R ${upper[k]}`,
      );
      assert.equal(row.method, "wald");
      compared++;
    }
    assert.ok(compared >= c.fixef.names.length, `${compared} compared`);
  });
}

Deno.test("columns and level", async () => {
  const model = await refit(await referenceCase("cbpp_tmb")),
    frame = confint(model, { method: "wald", level: 0.5 });
  assert.deepEqual(frame.columns, [
    "component",
    "group",
    "term",
    "estimate",
    "conf_low",
    "conf_high",
    "method",
  ]);
  const [row]: Row[] = (frame as Row).toRecords(), [wide]: Row[] = (confint(model) as Row).toRecords();
  assert.ok(row.conf_high < wide.conf_high && row.conf_low > wide.conf_low);
});

Deno.test("methods and levels that do not exist", async () => {
  const model = await refit(await referenceCase("cbpp_tmb"));
  assert.throws(() => confint(model, { method: "exact" as "wald" }), /RangeError.*"exact".*"wald"/);
  for (const level of [0, 1, 95, NaN]) {
    assert.throws(() => confint(model, { level }), /RangeError.*level.*0\.95/);
  }
});
