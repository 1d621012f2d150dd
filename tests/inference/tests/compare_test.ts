/** Likelihood-ratio tests: every `lrt` section of the reference cases, and what must be refused. */
import assert from "node:assert/strict";
import { metaOf } from "../../../lib/display.ts";
import { dataset } from "../../../lib/datasets.ts";
import { type Frame, pl } from "../../../lib/frame.ts";
import { anova } from "../../../lib/inference/tests/anova.ts";
import { compareModels } from "../../../lib/inference/tests/compare.ts";
import { aicc, modelSel } from "../../../lib/inference/describe/model_sel.ts";
import { refit as fitAgain } from "../../../lib/inference/simulate/refit.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { referenceCase, referenceCaseIds } from "../../reference/load.ts";
import { refit, waitsFor } from "../../reference/refit.ts";
import { fit } from "../../../lib/model/fit.ts";

// deno-lint-ignore no-explicit-any
const records = (frame: any): any[] => frame.toRecords();

/** The null model of a section: R's call with another formula, zero inflation or dispersion. */
function nullModel(call: string, m: Model): Model {
  const [, formula] = call.match(/^\w+\((.*?)(?:, (?:ziformula|dispformula|family|data|REML)=.*)\)$/)!;
  const zi = call.match(/ziformula=(~[^,]*)/)?.[1], disp = call.match(/dispformula=(~[^,]*)/)?.[1];
  return fitAgain(m, { formula, options: { zeroInflation: zi, dispersion: disp, reml: m.reml } });
}

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (waitsFor(c) || !c.lrt) continue;
  Deno.test(`anova(m0, m1): ${id}`, async () => {
    const m = await refit(c);
    for (const l of c.lrt) {
      const table = records(anova(nullModel(l.null_call, m), m)), [, row] = table;
      const own = table.find((r) => r.npar === l.npar1);
      // log-likelihoods agree to 1e-6 relative, so do their differences up to that of the parts
      assert.ok(
        Math.abs(row.statistic - l.chisq) < 1e-5 * Math.max(1, l.chisq),
        `${l.null_call}: ${row.statistic}, expected ${l.chisq}`,
      );
      assert.equal(row.df, l.df, l.null_call);
      assert.ok(
        Math.abs(row.p_value - l.p) < 1e-4 || Math.abs(Math.log(row.p_value / l.p)) < 1e-3,
        l.null_call,
      );
      assert.ok(Math.abs(own.aic - (-2 * l.logLik1 + 2 * l.npar1)) < 1e-4, l.null_call);
    }
  });
}

const sleep = await dataset("sleepstudy");
const days = fit("Reaction ~ Days + (1 | Subject)", sleep), none = fit("Reaction ~ 1 + (1 | Subject)", sleep);

Deno.test("REML fits: same fixed effects are compared as they are, others are fitted again by ML, and the note says which", () => {
  const slopes = fit("Reaction ~ Days + (Days | Subject)", sleep);
  const same = compareModels([days, slopes]), other = compareModels([none, days]);
  assert.match(metaOf(same)!.notes!.join(" "), /restricted likelihoods \(REML\) are compared/);
  assert.ok(Math.abs(records(same)[1].log_lik - slopes.logLik) < 1e-9);
  assert.match(metaOf(other)!.notes!.join(" "), /fitted again by maximum likelihood/);
  const ml = fit("Reaction ~ Days + (1 | Subject)", sleep, { reml: false });
  assert.ok(Math.abs(records(other)[1].log_lik - ml.logLik) < 1e-9);
});

Deno.test("a variance at its boundary: p-value of the half-and-half mixture", () => {
  const m0 = fit("Reaction ~ Days", sleep),
    m1 = fit("Reaction ~ Days + (1 | Subject)", sleep, { reml: false });
  const [, row] = records(anova(m0, m1));
  assert.ok(Math.abs(row.p_boundary - row.p_value / 2) < 1e-15);
});

Deno.test("models that cannot be compared are refused with the reason", () => {
  const fewer = fit("Reaction ~ Days + (1 | Subject)", sleep.filter(pl.col("Days").gt(0)) as Frame);
  assert.throws(() => anova(days, fewer), /RangeError.*different rows \(180 and 162\)/);
  assert.throws(
    () => anova(days, fit("log(Reaction) ~ Days + (1 | Subject)", sleep)),
    /RangeError.*different responses/,
  );
  const moved = sleep.withColumn(pl.col("Reaction").plus(1)) as Frame;
  assert.throws(() => anova(days, fit("Reaction ~ Days", moved)), /RangeError.*first difference at row 0/);
  assert.throws(() => anova(days, none, { type: 2 }), /TypeError/);
});

Deno.test("AICc and the model table: Akaike weights sum to one, best first", () => {
  const table = records(modelSel(none, days)),
    ml = fit("Reaction ~ Days + (1 | Subject)", sleep, { reml: false });
  assert.ok(Math.abs(table.reduce((s, r) => s + r.weight, 0) - 1) < 1e-12);
  assert.match(table[0].model, /Days/);
  assert.ok(Math.abs(table[0].aicc - aicc(ml)) < 1e-8);
  assert.ok(Math.abs(aicc(ml) - (-2 * ml.logLik + 2 * 4 + 2 * 4 * 5 / (180 - 4 - 1))) < 1e-9);
  assert.throws(() => modelSel(), RangeError);
  const named = records(modelSel({ none, "with days": days }));
  assert.deepEqual(named, table.map((r, i) => ({ ...r, model: ["with days", "none"][i] })));
});
