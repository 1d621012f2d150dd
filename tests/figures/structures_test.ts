import assert from "node:assert/strict";
import { type Covariance, dataset, fit, report, type Structure, summary, tidy, varCorr } from "../../mod.ts";
import { exchangeable } from "../extensions/exchangeable.ts";

Deno.test("coefficients: a correlation of neighbours and a range stand on axes of their own, not among standard deviations", async () => {
  const sleep = await dataset("sleepstudy");
  const figure = (formula: string) => String(tidy(fit(formula, sleep)).plot().outerHTML);
  assert.match(figure("Reaction ~ Days + ar1(0 + factor(Days) | Subject)"), /Random effects: correlations/);
  assert.match(figure("Reaction ~ Days + exp(0 + numFactor(Days) | Subject)"), /Random effects: range/);
});

Deno.test("parameters of a structure are read by what it says of them, whatever their names", async () => {
  const named: Structure = {
    ...exchangeable,
    bind(term): Covariance {
      const bound = exchangeable.bind(term), [sd, rho] = bound.shown;
      return {
        ...bound,
        shown: [{ ...sd, name: "spread", label: "all days" }, {
          ...rho as Extract<typeof rho, { kind: "own" }>,
          name: "alike",
          label: "likeness",
          meaning: "likeness of days",
          correlation: undefined,
        }],
      };
    },
  };
  const model = fit(
    "Reaction ~ Days + exchangeable(0 + factor(Days) | Subject)",
    await dataset("sleepstudy"),
    {
      structures: { exchangeable: named },
      dispersion: "~ 0",
    },
  );
  assert.match(summary(model), /all days over 10 positions .* likeness 0\.59/);
  assert.match(String(report(model)), /standard deviation 48\.4 \(all days\), likeness of days 0\.589/);
  assert.deepEqual((varCorr(model).toRecords() as { term: string }[]).map(({ term }) => term), [
    "all days",
    "alike",
  ]);
  const figure = String(tidy(model).plot().outerHTML);
  assert.match(figure, /Random effects: likeness/);
  assert.match(figure, /Subject: all days/);
});
