/** Likelihood-ratio tests of terms: car::Anova(type = 2, test = "LR"), anova(test = "LRT") and lme4's anova to 1e-8. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { metaOf } from "../../../lib/display.ts";
import { frameOf } from "../../../lib/frame.ts";
import { anova, type AnovaOptions } from "../../../lib/inference/tests/anova.ts";
import { drop1 } from "../../../lib/inference/tests/compare.ts";
import { refit } from "../../../lib/inference/simulate/refit.ts";
import { fit } from "../../../lib/model/fit.ts";
import type { Model } from "../../../lib/model/result/model.ts";
import { records } from "../close.ts";

/** Level a has 0 successes of 40. */
const separated = frameOf({
  k: [0, 0, 0, 0, 3, 4, 2, 5, 1, 3, 6, 2],
  n: new Array(12).fill(10),
  t: [..."aaaabbbbcccc"],
  x: [0.3, -0.8, 1.2, 0.5, -0.4, 0.9, -1.1, 0.7, 0, 1.5, -0.6, 0.2],
});
const sleep = await dataset("sleepstudy"), teeth = await dataset("ToothGrowth");
const binomial = (right: string) => fit(`cbind(k, n - k) ~ ${right}`, separated, { family: "binomial" });

const cases: [string, Model, AnovaOptions, [string, number, number][]][] = [
  ["a separated level and an interaction", binomial("t * x"), {}, [
    ["t", 24.9349066, 2],
    ["x", 0.1654487, 1],
    ["t:x", 2.5723949, 2],
  ]],
  ["the same in sequence", binomial("t * x"), { type: 1 }, [
    ["t", 24.7727039, 2],
    ["x", 0.1654487, 1],
    ["t:x", 2.5723949, 2],
  ]],
  ["a REML fit", fit("Reaction ~ Days + (Days | Subject)", sleep), {}, [["Days", 23.53654, 1]]],
  ["least squares", fit("len ~ supp * factor(dose)", teeth), {}, [
    ["supp", 13.40287229, 1],
    ["supp:factor(dose)", 8.495743316, 2],
  ]],
];

for (const [name, model, options, expected] of cases) {
  Deno.test(`likelihood-ratio tests of terms: ${name}`, () => {
    const rows = records(anova(model, { test: "LR", ...options }));
    for (const [term, statistic, df] of expected) {
      const row = rows.find((r) => r.term === term)!;
      assert.equal(row.df, df);
      assert.ok(Math.abs(row.statistic / statistic - 1) < 1e-6, `${term}: ${row.statistic}, R ${statistic}`);
    }
  });
}

Deno.test("a Wald test of a separated term points to the likelihood-ratio test, which tests all of it", () => {
  const m = binomial("t + x"), wald = anova(m);
  assert.equal(records(wald)[0].df, 1);
  assert.match(
    metaOf(wald)!.notes!.join(" "),
    /t \(1 of 2\)\. anova\(model, \{ test: "LR" \}\) tests the whole/,
  );
  assert.equal(records(anova(m, { test: "LR" }))[0].df, 2);
});

Deno.test("likelihood-ratio tests: what terms cannot answer is refused with what does", () => {
  const m = binomial("t + x");
  assert.throws(
    () => anova(m, { test: "LR", type: 3 }),
    /of type 3: they drop terms of the mean.*anova\(m0, m1\)/,
  );
  const inflated = fit("k ~ x", separated, { family: "poisson", zeroInflation: "~ 1" });
  assert.throws(() => anova(inflated, { test: "LR", component: "zi" }), /of component "zi"/);
});

Deno.test("dropping a variable with missing values keeps to the rows of the fit", () => {
  const x = [0.3, null, 1.2, 0.5, -0.4, 0.9, -1.1, null, 0, 1.5] as number[],
    z = [1, 2, 3, 4, 5, 6, 7, 9, 8, 0];
  const y = [1, 3, 2, 4, 3, 6, 5, 9, 7, 1];
  const m = fit("y ~ x + z", frameOf({ x, y, z })), complete = x.map((v) => v !== null);
  const only = (v: number[]) => v.filter((_, i) => complete[i]);
  const same = fit("y ~ x + z", frameOf({ x: only(x), y: only(y), z: only(z) }));
  assert.deepEqual(records(drop1(m)), records(drop1(same)));
  assert.deepEqual(records(anova(m, { test: "LR" })), records(anova(same, { test: "LR" })));
});

Deno.test("drop1 of random terms needs some", () => {
  assert.throws(
    () => drop1(binomial("t"), { effects: "random" }),
    /Cannot drop random terms.*~ t has none; effects: "fixed"/,
  );
});

Deno.test("terms with a coding of their own are tested as with any other, and refits without them need no option taken out", async () => {
  const yarn = await dataset("warpbreaks"), right = "wool + tension", by = { family: "poisson" } as const;
  const plain = fit(`breaks ~ ${right}`, yarn, by);
  const coded = fit(`breaks ~ ${right}`, yarn, { ...by, contrasts: { tension: "poly", wool: "sum" } });
  for (const test of [(m: Model) => drop1(m), (m: Model) => anova(m, { test: "LR" })]) {
    records(test(coded)).forEach((row, i) => {
      const expected = records(test(plain))[i].statistic;
      assert.ok(row.statistic === expected || Math.abs(row.statistic / expected - 1) < 1e-8, row.term); // ends of searches
    });
  }
  const without = refit(coded, { formula: "breaks ~ wool" });
  assert.deepEqual(without.options.contrasts, { wool: "sum" });
  const contrasts = { tension: "sum" } as const;
  assert.throws(
    () => refit(coded, { formula: "breaks ~ wool", options: { contrasts } }),
    /Cannot apply contrasts to "tension"/,
  );
});

Deno.test("a refit without a group needs no precision of its levels", () => {
  const labels = [...new Set(sleep.getColumn("Subject").toArray().map(String))];
  const covariance = labels.map((_, i) => labels.map((_, j) => i === j ? 1 : 0.1));
  const related = fit("Reaction ~ Days + (1 | Subject)", sleep, {
    known: { Subject: { labels, covariance } },
  });
  const without = refit(related, { formula: "Reaction ~ Days" });
  assert.equal(without.logLik, fit("Reaction ~ Days", sleep).logLik);
  assert.deepEqual(
    refit(related, { formula: "Reaction ~ 1 + (1 | Subject)" }).options.known,
    related.options.known,
  );
});
