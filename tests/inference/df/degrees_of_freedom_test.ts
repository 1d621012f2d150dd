/**
 * Degrees of freedom and adjusted covariances against lmerTest and pbkrtest: df 1e-3 relative (lmerTest differentiates
 * numerically), standard errors and covariances 1e-4 relative, p-values through tidy().
 */
import assert from "node:assert/strict";
import { dfMethod, type DfName } from "../../../lib/inference/df/degrees_of_freedom.ts";
import { anova } from "../../../lib/inference/tests/anova.ts";
import { tidy } from "../../../lib/inference/intervals/tidy.ts";
import { dataset } from "../../../lib/datasets.ts";
import { frameOf } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import { records } from "../close.ts";
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

Deno.test("F tests with several rows: df depend on the hypothesis, not on the order of levels or their coding", () => {
  const random = seed(11), n = 70, group = Array.from({ length: 9 }, () => random.normal());
  const rows = Array.from({ length: n }, () => ({
    g: Math.floor(9 * random.uniform() ** 1.5),
    a: Math.floor(4 * random.uniform() ** 1.4),
    b: Math.floor(3 * random.uniform()),
  }));
  const y = rows.map((r) => group[r.g] + 0.3 * r.a + random.normal());
  const data = (names: string) =>
    frameOf({
      y,
      a: rows.map((r) => names[r.a]),
      b: rows.map((r) => "uvw"[r.b]),
      g: rows.map((r) => `g${r.g}`),
    });
  const table = (names: string, contrasts: FitOptions["contrasts"], type: 1 | 2 | 3) =>
    records(anova(fit("y ~ a + b + (1 | g)", data(names), { contrasts }), { type, df: "satterthwaite" }))
      .filter((r) => r.term !== "(Intercept)").flatMap((r) => [r.statistic, r.df_residual]);
  for (const type of [1, 2, 3] as const) {
    const usual = table("pqrs", undefined, type);
    for (
      const [names, contrasts] of [["srqp", undefined], ["qspr", undefined], ["pqrs", {
        a: "sum",
        b: "helmert",
      }]] as const
    ) {
      table(names, contrasts, type).forEach((v, i) =>
        assert.ok(Math.abs(v / usual[i] - 1) < 1e-6, `type ${type}, ${names}: ${v}, ${usual[i]}`)
      );
    }
  }
});

Deno.test("methods that do not apply are refused with what does", async () => {
  const counts = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
  const ml = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"), { reml: false });
  assert.throws(() => dfMethod(counts, "satterthwaite"), /RangeError.*poisson.*"asymptotic"/);
  assert.throws(() => dfMethod(ml, "kenward-roger"), /RangeError.*reml: true.*"satterthwaite"/);
  assert.throws(() => dfMethod(ml, "exact" as DfName), /RangeError.*"exact".*"kenward-roger"/);
});
