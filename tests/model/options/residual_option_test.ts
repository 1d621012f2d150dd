import assert from "node:assert/strict";
import { dataset, fit, fitAsync, loadModel, logLik, refit, saveModel, summary } from "../../../mod.ts";
import type { FitOptions } from "../../../mod.ts";

const sleep = await dataset("sleepstudy");

const written: [string, string][] = [
  ["ar1(Days | Subject)", "ar1(0 + factor(Days) | Subject)"],
  ["us(0 + factor(Days) | Subject)", "us(0 + factor(Days) | Subject)"],
  ["~ toep(factor(Days) | Subject)", "toep(0 + factor(Days) | Subject)"],
  ["exp(Days | Subject)", "exp(0 + numFactor(Days) | Subject)"],
  ["mat(Days | Subject, smoothness = 1.5)", "mat(0 + numFactor(Days) | Subject, smoothness = 1.5)"],
];

for (const [residual, term] of written) {
  Deno.test(`residual: "${residual}" is the term ${term} without another residual`, async () => {
    const short = fit("Reaction ~ Days", sleep, { residual });
    const long = fit(`Reaction ~ Days + ${term}`, sleep, { dispersion: "~ 0" });
    assert.equal(short.formula, long.formula);
    assert.equal(summary(short), summary(long));
    assert.equal(summary(loadModel(saveModel(short))), summary(long));
    assert.equal((await fitAsync("Reaction ~ Days", sleep, { residual })).formula, long.formula);
  });
}

Deno.test("refit gives a model another residual covariance", () => {
  const plain = fit("Reaction ~ Days", sleep),
    ar1 = refit(plain, { options: { residual: "ar1(Days | Subject)" } });
  assert.ok(
    Math.abs(logLik(ar1) - logLik(fit("Reaction ~ Days", sleep, { residual: "ar1(Days | Subject)" }))) < 1e-8,
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
  [{ residual: "us(Days | Subject)", family: "gamma" }, /^RangeError: Cannot use/],
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
