import assert from "node:assert/strict";
import {
  anova,
  dataset,
  drop1,
  fit,
  fitAsync,
  loadModel,
  logLik,
  refit,
  saveModel,
  summary,
  tidy,
} from "../../../mod.ts";
import type { FitOptions, Model } from "../../../mod.ts";

const sleep = await dataset("sleepstudy");

const written: [string, string][] = [
  ["ar1(Days | Subject)", "ar1(0 + factor(Days) | Subject)"],
  ["us(0 + factor(Days) | Subject)", "us(0 + factor(Days) | Subject)"],
  ["~ toep(factor(Days) | Subject)", "toep(0 + factor(Days) | Subject)"],
  ["exp(Days | Subject)", "exp(0 + numFactor(Days) | Subject)"],
  ["mat(Days | Subject, smoothness = 1.5)", "mat(0 + numFactor(Days) | Subject, smoothness = 1.5)"],
];

for (const [residual, term] of written) {
  Deno.test(`residual: "${residual}" is the term ${term} in the residual's place`, async () => {
    const short = fit("Reaction ~ Days", sleep, { residual });
    const long = fit(`Reaction ~ Days + ${term}`, sleep, { dispersion: "~ 0" });
    const numbers = (m: Model) => [m.logLik, m.npar, tidy(m).toRecords()];
    assert.deepEqual(numbers(short), numbers(long));
    assert.equal(short.formula, "Reaction ~ Days");
    assert.equal(short.formulas.residual, residual);
    assert.ok(summary(short).includes(`\nResidual:         ${residual}\n`));
    assert.deepEqual([short, long].map((m) => m.random[0].residual), ["errors", "effects"]);
    assert.deepEqual([short, long].map((m) => /^(Res|Ran).*:$/m.exec(summary(m))?.[0]), [
      "Residuals:",
      "Random effects:",
    ]);
    const off = await fitAsync("Reaction ~ Days", sleep, { residual });
    assert.deepEqual([summary(off), summary(loadModel(saveModel(short)))], [summary(short), summary(short)]);
  });
}

Deno.test("refit gives a model another residual covariance", () => {
  const plain = fit("Reaction ~ Days", sleep),
    ar1 = refit(plain, { options: { residual: "ar1(Days | Subject)" } });
  assert.ok(
    Math.abs(logLik(ar1) - logLik(fit("Reaction ~ Days", sleep, { residual: "ar1(Days | Subject)" }))) < 1e-8,
  );
});

Deno.test("refit keeps the covariance of the residuals, takes another one, or none", () => {
  const ar1 = fit("Reaction ~ Days", sleep, { residual: "ar1(Days | Subject)" });
  const same = (m: Model, formula: string, options: FitOptions) => {
    const expected = fit(formula, sleep, options);
    assert.ok(Math.abs(m.logLik - expected.logLik) < 1e-8, `${m.logLik}, expected ${expected.logLik}`);
  };
  same(refit(ar1, { formula: "Reaction ~ 1" }), "Reaction ~ 1", { residual: "ar1(Days | Subject)" });
  same(refit(ar1, { options: { residual: "homcs(Days | Subject)" } }), "Reaction ~ Days", {
    residual: "homcs(Days | Subject)",
  });
  same(refit(ar1, { options: { residual: undefined } }), "Reaction ~ Days", {});
});

Deno.test("tests of terms leave the covariance of the residuals as it is", () => {
  const [ar1, small] = ["Reaction ~ Days", "Reaction ~ 1"].map((formula) =>
    fit(formula, sleep, { residual: "ar1(Days | Subject)", reml: false })
  );
  const statistic = 2 * (ar1.logLik - small.logLik);
  for (const frame of [drop1(ar1), anova(ar1, { test: "LR" })]) {
    const found = frame.toRecords().find((r) => (r as { term: string }).term === "Days") as {
      statistic: number;
    };
    assert.ok(Math.abs(found.statistic - statistic) < 1e-7, `${found.statistic}, expected ${statistic}`);
  }
  assert.throws(() => drop1(ar1, { effects: "random" }), /^RangeError: Cannot drop random terms .* has none/);
});

const twice = sleep.vstack(sleep.head(1));
Deno.test("rows at one position of a group are named", () => {
  assert.throws(
    () => fit("Reaction ~ Days", twice, { residual: "ar1(Days | Subject)" }),
    /^RangeError: Cannot use residual: "ar1\(Days \| Subject\)": rows 0 and 180 of the data are both at "0" of Subject "308"/,
  );
});

const refused: [FitOptions, RegExp][] = [
  [
    { residual: "us(Days)" },
    /^SyntaxError: Cannot read residual: "us\(Days\)": it has the form structure\(positions \| group\)/,
  ],
  [{ residual: "Days | Subject" }, /^SyntaxError: Cannot read residual/],
  [{ residual: "" }, /^SyntaxError/],
  [
    { residual: "ar1(Days | Subject)", dispersion: "~ Days" },
    /^RangeError: Cannot use dispersion with residual/,
  ],
  [{ residual: 3 as unknown as string }, /^TypeError: Cannot use residual: it is 3/],
  [{ residual: "us(day | Subject)" }, /^RangeError: Cannot find column "day" .* did you mean "Days"/],
  [
    { residual: "us(Days | Subject)", family: "gamma" },
    /^RangeError: Cannot use residual: "us\(Days \| Subject\)" with family "gamma": .* Gaussian models/,
  ],
  [
    { residual: "ar1(Days | Subject)", weights: "Days" },
    /^RangeError: Cannot use weights with residual: "ar1/,
  ],
  [{ residual: "band(Days | Subject)" }, /covariance structure "band" is unknown/],
];
for (const [options, words] of refused) {
  Deno.test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(
      () => fit("Reaction ~ Days", sleep, options),
      (error) => words.test(String(error)) || assert.fail(String(error)),
    );
  });
}

Deno.test("a residual structure has no by = …", () => {
  assert.throws(
    () => fit("Reaction ~ Days", sleep, { residual: "us(factor(Days) | Subject, by = Subject)" }),
    /^RangeError: Cannot use residual: .* the residual structure is that of all groups, by = … is for random terms/,
  );
});
