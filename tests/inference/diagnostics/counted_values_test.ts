/** The number of zeros and of ones among the tests of residuals: by the family, whatever option or combinator gave it to them. */
import assert from "node:assert/strict";
import {
  beta,
  checkModel,
  cumulative,
  fit,
  type FitOptions,
  gamma,
  hurdle,
  nbinom2,
  orderedBeta,
  pl,
  simulateResiduals,
  testGeneric,
  testResiduals,
  truncatedPoisson,
  tweedie,
  zeroInflated,
} from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

// deno-lint-ignore no-explicit-any
type Any = any;
const r = seed(20261127);

Deno.test("zeros and ones are tested wherever the family gives them a probability, and nowhere else", () => {
  const n = 200, u = Array.from({ length: n }, () => r.uniform()), g = u.map((_, i) => `g${i % 8}`);
  const share = u.map((v, i) => i % 5 === 0 ? 0 : i % 7 === 0 ? 1 : Math.min(0.99, Math.max(0.01, v)));
  const data = pl.DataFrame({
    amount: u.map((v, i) => i % 4 === 0 ? 0 : 0.2 + 3 * v),
    share,
    below: share.map((v) => v === 1 ? 0.5 : v),
    count: u.map((v) => Math.floor(1 + 4 * v)),
    some: u.map((v, i) => i % 3 === 0 ? 0 : Math.floor(1 + 4 * v)),
    class: u.map((v) => "abc"[Math.floor(3 * v)]),
    g,
  });
  const tested = (formula: string, options: FitOptions) =>
    (testResiduals(simulateResiduals(fit(formula, data, options), { n: 100 })) as Any).toRecords().map((
      row: { test: string },
    ) => row.test).filter((test: string) => /^(zero|one) inflation/.test(test));
  const zeros = "zero inflation (zeros against simulations)",
    ones = "one inflation (ones against simulations)";
  for (
    const [formula, options, expected] of [
      ["some ~ 1", { family: "poisson" }, [zeros]],
      ["some ~ 1", { family: hurdle(nbinom2()) }, [zeros]],
      ["count ~ 1", { family: truncatedPoisson() }, []],
      ["amount ~ 1", { family: hurdle(gamma("log")) }, [zeros]],
      ["amount ~ 1", { family: gamma("log"), zeroInflation: "~ 1" }, [zeros]],
      ["amount ~ 1", { family: tweedie() }, [zeros]],
      ["amount ~ 1", {}, []],
      ["share ~ 1", { family: orderedBeta() }, [zeros, ones]],
      ["share ~ 1", { family: beta(), zeroInflation: "~ 1", oneInflation: "~ 1" }, [zeros, ones]],
      ["below ~ 1", { family: zeroInflated(beta()) }, [zeros]],
      ["class ~ 1", { family: cumulative() }, []],
    ] as [string, FitOptions, string[]][]
  ) assert.deepEqual(tested(formula, options), expected, `${formula} ${JSON.stringify(options)}`);
  const check = checkModel(fit("amount ~ 1", data, { family: hurdle(gamma("log")) }), { n: 100 });
  assert.ok((check.getColumn("check").toArray() as string[]).includes("zero inflation"));
});

Deno.test("the numbers of zeros and ones are those counted", () => {
  const share = Array.from(
    { length: 300 },
    (_, i) => i % 3 === 0 ? 1 : i % 10 === 0 ? 0 : 0.1 + 0.8 * r.uniform(),
  );
  const x = share.map((y) => (y === 1 ? 1 : 0) + 0.3 * r.normal()), data = pl.DataFrame({ share, x });
  const model = fit("share ~ 1", data, { family: beta(), zeroInflation: "~ 1", oneInflation: "~ 1" });
  const residuals = simulateResiduals(model, { n: 200, seed: 4 });
  const rows = (testResiduals(residuals) as Any).toRecords() as Any[];
  const generic = (of: number) =>
    (testGeneric(residuals, { summary: (y) => y.reduce((k, v) => k + Number(v === of), 0) }) as Any)
      .toRecords()[0];
  [0, 1].forEach((of) => {
    const row = rows.find(({ test }) => test.startsWith(of === 0 ? "zero" : "one"));
    assert.equal(row.statistic, generic(of).statistic);
    assert.equal(row.p_value, generic(of).p_value);
  });
});
