/** Adjustment for multiplicity: against R's p.adjust and tables, and laws that all methods obey. */
import assert from "node:assert/strict";
import {
  ADJUSTMENTS,
  adjustmentText,
  adjustPValues,
  criticalValues,
  dunnettTail,
  type TestedTogether,
} from "../../../lib/inference/means/adjust.ts";
import { STEPWISE, stepwise } from "../../../lib/math/stepwise.ts";
import { referenceCase } from "../../reference/load.ts";

/** p.adjust() of R 4.2.2. */
const P = [0.01, 0.04, 0.03, 0.2, 0.5, 0.012, 0.049];
const R = {
  bonferroni: [0.07, 0.28, 0.21, 1, 1, 0.084, 0.343],
  holm: [0.07, 0.16, 0.15, 0.4, 0.5, 0.072, 0.16],
  hochberg: [0.07, 0.147, 0.147, 0.4, 0.5, 0.072, 0.147],
  hommel: [0.06, 0.12, 0.098, 0.4, 0.5, 0.072, 0.147],
  BH: [0.042, 0.0686, 0.0686, 0.233333333333333, 0.5, 0.042, 0.0686],
  fdr: [0.042, 0.0686, 0.0686, 0.233333333333333, 0.5, 0.042, 0.0686],
  BY: [0.1089, 0.17787, 0.17787, 0.605, 1, 0.1089, 0.17787],
};

for (const name of STEPWISE) {
  Deno.test(`${name} is R's`, () => {
    stepwise(name, P).forEach((p, i) =>
      assert.ok(Math.abs(p - R[name][i]) < 1e-14 * 100, `${p} ${R[name][i]}`)
    );
    assert.deepEqual(stepwise(name, [0.03]), [0.03]);
    assert.deepEqual(stepwise(name, []), []);
  });

  Deno.test(`${name}: tests without a p-value count as never rejected`, () => {
    const some = stepwise(name, P, 9), all = stepwise(name, [...P, 1, 1]);
    some.forEach((p, i) => assert.ok(Math.abs(p - all[i]) < 1e-14));
  });
}

Deno.test("dunnettx is emmeans' approximation", async () => {
  for (const { x, k, df, adjusted_p } of (await referenceCase("quantiles")).dunnettx.rows) {
    assert.ok(Math.abs(dunnettTail(x, k, df === "Inf" ? Infinity : df) / adjusted_p - 1) < 1e-10);
  }
});

/** Pairwise differences of four independent means. */
const rows = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]].map(([a, b]) =>
  Float64Array.from({ length: 4 }, (_, i) => i === a ? 1 : i === b ? -1 : 0)
);
const family: TestedTogether = { df: new Float64Array(6).fill(20), means: 4, factor: () => rows, side: 0 };

for (const adjust of ADJUSTMENTS) {
  Deno.test(`${adjust}: no p-value falls, none passes 1, order is kept`, () => {
    const t = Float64Array.of(0.1, 3.5, -2.4, 2.4, 1, -6), { values } = adjustPValues(adjust, t, family);
    const raw = adjustPValues("none", t, family).values, order = [5, 1, 2, 3, 4, 0];
    values.forEach((p, i) => assert.ok(p >= raw[i] - 1e-15 && p <= 1));
    for (let k = 1; k < order.length; k++) assert.ok(values[order[k]] >= values[order[k - 1]] - 1e-12);
  });

  const dual = ["none", "tukey", "dunnettx", "scheffe", "sidak", "mvt", "bonferroni"].includes(adjust);
  if (dual) {
    Deno.test(`${adjust}: an interval leaves out 0 exactly when p < 0.05`, () => {
      const { values: c } = criticalValues(adjust, 0.95, new Float64Array(6), family);
      // Either side of the critical value by more than the integration error of mvt (1e-4 in p is 1e-3 in t).
      const away = adjust === "mvt" ? 3e-3 : 1e-6;
      const above = adjustPValues(adjust, c.map((v) => v + away), family).values;
      const below = adjustPValues(adjust, c.map((v) => v - away), family).values;
      above.forEach((p, i) => assert.ok(p < 0.05 && below[i] > 0.05, `${p} ${below[i]}`));
    });
  }
}

Deno.test("one test is not adjusted; Tukey's method is for all pairs only", () => {
  const one: TestedTogether = { df: Float64Array.of(20), means: 0, factor: () => [rows[0]], side: 0 };
  for (const adjust of ADJUSTMENTS) {
    assert.equal(adjustPValues(adjust, Float64Array.of(2), one).note, null);
    assert.equal(criticalValues(adjust, 0.95, Float64Array.of(2), one).note, null);
  }
  const words = (tested: TestedTogether) =>
    adjustmentText(adjustPValues("tukey", new Float64Array(6).fill(2), tested).note!, "tests");
  assert.equal(words({ ...family, means: 0 }), "sidak method for 6 tests");
  assert.equal(words({ ...family, side: 1 }), "sidak method for 6 tests");
});

Deno.test("estimates that are missing stay missing and count", () => {
  for (const adjust of ADJUSTMENTS) {
    const { values } = adjustPValues(adjust, Float64Array.of(NaN, 3.5, -2.4, 2.4, NaN, -6), family);
    assert.deepEqual([...values].map((p) => p === p), [false, true, true, true, false, true]);
  }
});
