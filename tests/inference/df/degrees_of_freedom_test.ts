/**
 * Degrees of freedom and adjusted covariances against lmerTest and pbkrtest: df 1e-3 relative (lmerTest differentiates
 * numerically), standard errors and covariances 1e-4 relative, p-values through tidy().
 */
import assert from "node:assert/strict";
import { dfMethod, type DfName } from "../../../lib/inference/df/degrees_of_freedom.ts";
import { tidy } from "../../../lib/inference/intervals/tidy.ts";
import { dataset } from "../../../lib/datasets.ts";
import { fit } from "../../../lib/model/fit.ts";
import { referenceCase, referenceCaseIds } from "../../reference/load.ts";
import { refit, waitsFor } from "../../reference/refit.ts";

/** pbkrtest 0.5.2 leaves prior weights out of the residual covariance: its df exceed the number of rows. */
const WITHOUT_WEIGHTS = new Set(["hetero_lmer_weights kenward-roger"]);

for (const id of referenceCaseIds()) {
  const c = await referenceCase(id);
  if (waitsFor(c) || !(c.coef_satterthwaite || c.coef_kenward_roger)) continue;
  Deno.test(`degrees of freedom: ${id}`, async () => {
    const m = await refit(c);
    for (
      const [section, name] of [["coef_satterthwaite", "satterthwaite"], [
        "coef_kenward_roger",
        "kenward-roger",
      ]] as const
    ) {
      const expected = c[section];
      if (!expected?.df) continue;
      // deno-lint-ignore no-explicit-any
      const rows = tidy(m, { effects: "fixed", df: name }).toRecords() as any[];
      const gaps = expected.names.map((term: string, j: number) => {
        const row = rows.find((r) => r.term === term);
        const p = Math.abs(row.p_value - expected.p[j]) < 1e-6
          ? 0
          : Math.abs(row.p_value / expected.p[j] - 1);
        return Math.max(
          Math.abs(row.df / expected.df[j] - 1) / 1e-3,
          Math.abs(row.std_error / expected.se[j] - 1) / 1e-4,
          p / 1e-2,
        );
      });
      const same = gaps.every((g: number) => g < 1);
      assert.equal(same, !WITHOUT_WEIGHTS.has(`${id} ${name}`), `${name}: ${gaps}`);
      if (same && name === "kenward-roger" && c.vcov_kenward_roger) {
        checkCovariance(dfMethod(m, name).covariance.to2DArray(), c.vcov_kenward_roger);
      }
    }
  });
}

function checkCovariance(mine: number[][], expected: number[][]) {
  expected.forEach((row, i) =>
    row.forEach((v, j) => {
      const scale = Math.sqrt(expected[i][i] * expected[j][j]);
      assert.ok(
        Math.abs(mine[i][j] - v) < 1e-6 * scale,
        `covariance ${i}, ${j}: ${mine[i][j]}, expected ${v}`,
      );
    })
  );
}

Deno.test("methods that do not apply are refused with what does", async () => {
  const counts = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
  const ml = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"), { reml: false });
  assert.throws(() => dfMethod(counts, "satterthwaite"), /RangeError.*poisson.*"asymptotic"/);
  assert.throws(() => dfMethod(ml, "kenward-roger"), /RangeError.*reml: true.*"satterthwaite"/);
  assert.throws(() => dfMethod(ml, "exact" as DfName), /RangeError.*"exact".*"kenward-roger"/);
});
