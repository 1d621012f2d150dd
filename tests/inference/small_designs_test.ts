/**
 * Kenward–Roger F tests of designs with one to twelve denominator degrees of freedom: data and numbers of lmerTest and of the
 * strata of aov() by tests/reference/make/60_small_designs.R. F to 1e-5, p to 1e-4: lmer's optimiser stops at relative
 * precision 1e-6 of θ; df, which do not depend on θ in balanced designs, to 1e-6.
 */
import assert from "node:assert/strict";
import { anova } from "../../lib/inference/tests/anova.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { contrast, pairs } from "../../lib/inference/means/contrast.ts";
import { jointTests } from "../../lib/inference/means/joint_tests.ts";
import { fApproximation } from "../../lib/model/result/f_moments.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { frameOf } from "../../lib/frame.ts";
import { pf } from "../../lib/math/distributions.ts";
import { fit } from "../../lib/model/fit.ts";
import type { Model } from "../../lib/model/result/model.ts";

// deno-lint-ignore no-explicit-any
type Any = any;

const CASES: Any[] = JSON.parse(Deno.readTextFileSync(new URL("tables/small_designs.json", import.meta.url)));
/** pbkrtest 0.5.2 has F = 3e-12, p = 1 here: 0/0 in its scale factor. The strata of aov() are right. */
const PEER_IS_OFF = ["2 blocks x 3 whole x 3 whole"];

const relative = (a: number, b: number) => Math.abs(a / b - 1);

function model(c: Any): Model {
  return fit(c.formula[0], frameOf(c.data));
}

for (const c of CASES) {
  Deno.test(`F tests: ${c.name[0]}`, () => {
    const m = model(c), rows = anova(m, { type: 3, test: "F", df: "kenward-roger" }).toRecords() as Any[];
    const joint = jointTests(m).toRecords() as Any[];
    c.terms.forEach((term: string, i: number) => {
      const r = rows.find((row) => row.term === term), j = joint.find((row) => row.term === term);
      const F = c.exact?.[i] ?? c.F[i], p = pf(F, c.df1[i], r.df_residual, false);
      assert.equal(r.df, c.df1[i]);
      if (PEER_IS_OFF.includes(`${c.name[0]} ${term}`)) assert.ok(relative(c.F[i], F) > 0.5);
      else assert.ok(relative(r.df_residual, c.df2[i]) < 1e-6, `${term}: ${r.df_residual}, ${c.df2[i]}`);
      assert.ok(relative(r.statistic, F) < 1e-5, `${term}: F ${r.statistic}, ${F}`);
      assert.ok(relative(r.p_value, p) < 1e-4, `${term}: p ${r.p_value}, ${p}`);
      for (const key of ["statistic", "df_residual", "p_value"]) {
        assert.ok(relative(j[key], r[key]) < 1e-6, `${term}: jointTests ${key} ${j[key]}`);
      }
    });
  });
  Deno.test(`t² = F: ${c.name[0]}`, () => {
    const m = model(c), two = c.terms.filter((_: string, i: number) => c.df1[i] === 1);
    const rows = anova(m, { type: 3, test: "F" }).toRecords() as Any[];
    for (const term of two) {
      const r = rows.find((row) => row.term === term), means = emmeans(m, `~ ${term.replace(":", "*")}`);
      const t =
        (term.includes(":") ? contrast(means, "pairwise", { interaction: true }) : pairs(means)) as Any;
      const [only] = t.toRecords();
      assert.ok(
        relative(only.statistic ** 2, r.statistic) < 1e-8,
        `${term}: t² ${only.statistic ** 2}, F ${r.statistic}`,
      );
      assert.ok(relative(only.df, r.df_residual) < 1e-8);
      assert.ok(relative(only.p_value, r.p_value) < 1e-8);
    }
    // a covariate: its row in tidy() is the same test
    const n = c.data.y.length, x = Array.from({ length: n }, (_, i) => Math.sin(7 * i));
    const slope = fit(c.formula[0].replace("~", "~ x +"), frameOf({ ...c.data, x }));
    const [row] = (tidy(slope, { effects: "fixed", df: "kenward-roger" }).toRecords() as Any[]).filter((q) =>
      q.term === "x"
    );
    const [test] = (anova(slope, { test: "F" }).toRecords() as Any[]).filter((q) => q.term === "x");
    assert.ok(
      relative(row.statistic ** 2, test.statistic) < 1e-8 && relative(row.p_value, test.p_value) < 1e-8,
    );
  });
}

Deno.test("the F approximation is continuous where its formulas are 0/0, and exact in one stratum", () => {
  for (const q of [1, 2, 3, 5, 8]) {
    for (const m of [0.5, 1, 1.9, 2, 2 + 1e-12, 3, 4, 4 + 1e-12, 7.5, 1e6]) {
      const A2 = 2 * q / m; // one stratum with m df: A₁ = 2q²/m
      for (const noise of [-1e-12, 0, 1e-12]) {
        const { df, scale } = fApproximation(q, 2 * q * q / m * (1 + noise), A2);
        assert.ok(relative(df, m) < 1e-6 && Math.abs(scale - 1) < 1e-9, `q ${q}, m ${m}: ${df}, ${scale}`);
      }
    }
  }
  assert.deepEqual(fApproximation(3, 0, 0), { df: Infinity, scale: 1 }); // variances known
});

Deno.test("near the pole of two moments F stays a test: positive scale and df for any A₁, A₂", () => {
  for (let q = 2; q <= 6; q++) {
    for (let a = 0.02; a < 3; a += 0.0137) {
      for (const r of [0.3, 0.9, 0.99, 0.999, 1.001, 1.01, 1.2, 3]) {
        const { df, scale } = fApproximation(q, r * q * (a * q), a * q);
        assert.ok(
          df > 0 && scale > 0 && Number.isFinite(scale),
          `q ${q}, a ${a}, ratio ${r}: ${df}, ${scale}`,
        );
      }
    }
  }
});
