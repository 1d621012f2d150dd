import assert from "node:assert/strict";
import { dataset, fit, tidy } from "../../mod.ts";

Deno.test("coefficients: a correlation of neighbours and a range stand on axes of their own, not among standard deviations", async () => {
  const sleep = await dataset("sleepstudy");
  const figure = (formula: string) => String(tidy(fit(formula, sleep)).plot().outerHTML);
  assert.match(figure("Reaction ~ Days + ar1(0 + factor(Days) | Subject)"), /Random effects: correlations/);
  assert.match(figure("Reaction ~ Days + exp(0 + numFactor(Days) | Subject)"), /Random effects: range/);
});
