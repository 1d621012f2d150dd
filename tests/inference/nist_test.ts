/**
 * NIST's Statistical Reference Datasets: linear regression and one-way analysis of variance. The data and certified values in
 * tables/nist.json were confirmed to 14 digits in rational arithmetic (tests/reference/make/nist.py); here to 9 digits, or to
 * what double precision leaves of them, which is stated with the reason:
 *
 * - Wampler4 and 5: coefficients of 1 with standard errors of 2e5 and 2e7. Their rounding error is 1e-14 of a standard error.
 * - Wampler1 and 2 are exact polynomials: all certified deviations are 0, ours are rounding of y.
 * - SmLs07 to 09: 1000000000000.4 is stored to 1.2e-4, and the data vary by 0.1. SmLs04 to 06: 1e-10, so 9 digits are just there.
 * - Filip: x¹⁰ is a combination of the lower powers to 1e-9 of itself and is left out with a message, as R's lm does; with the
 *   orthogonal polynomials of poly(x, 10) the certified residual deviation comes out.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../lib/frame.ts";
import { anova } from "../../lib/inference/tests/anova.ts";
import { tidy } from "../../lib/inference/intervals/tidy.ts";
import { fit } from "../../lib/model/fit.ts";
import { records } from "./close.ts";
import NIST from "./tables/nist.json" with { type: "json" };

/** Correct digits: −log₁₀ of the relative error (of the absolute one where the certified value is 0). */
function digits(ours: number, certified: number): number {
  const error = certified === 0 ? Math.abs(ours) : Math.abs(ours / certified - 1);
  return error === 0 ? 16 : -Math.log10(error);
}

/** Digits of coefficients where these are fewer than nine. */
const FEWER: Record<string, number> = { Wampler4: 8, Wampler5: 6 };

for (const c of NIST.regression) {
  Deno.test(`NIST ${c.name}`, () => {
    const { data, formula } = problem(c);
    if (c.name === "Filip") return filip(data, c.sigma);
    const m = fit(formula, frameOf(data)), rows = records(tidy(m, { effects: "fixed" }));
    assert.equal(rows.length, c.estimate.length);
    rows.forEach((r, i) => {
      assert.ok(
        digits(r.estimate, c.estimate[i]) >= (FEWER[c.name] ?? 9),
        `${r.term}: ${r.estimate}, ${c.estimate[i]}`,
      );
      assert.ok(digits(r.std_error, c.se[i]) >= 9, `${r.term}: ${r.std_error}, ${c.se[i]}`);
      if (c.se[i] > 0) assert.ok(Math.abs(r.estimate - c.estimate[i]) < 1e-9 * c.se[i], `${r.term}`);
    });
    assert.ok(digits(m.sigma, c.sigma) >= 9, `sigma ${m.sigma}, ${c.sigma}`);
  });
}

function problem(
  { name, y, x, estimate }: typeof NIST.regression[number],
): { data: Record<string, number[]>; formula: string } {
  if (name === "Longley") {
    const columns = x as number[][];
    const predictors = Object.fromEntries(
      columns[0].map((_, j) => [`x${j + 1}`, columns.map((row) => row[j])]),
    );
    return { data: { y, ...predictors }, formula: `y ~ ${Object.keys(predictors).join(" + ")}` };
  }
  const power = Array.from({ length: estimate.length - 1 }, (_, k) => k === 0 ? "x" : `I(x^${k + 1})`);
  return { data: { y, x: x as number[] }, formula: `y ~ ${power.join(" + ") || "0 + x"}` };
}

function filip(data: Record<string, number[]>, sigma: number) {
  const powers = Array.from({ length: 10 }, (_, k) => `I(x^${k + 1})`).join(" + ");
  assert.match(fit(`y ~ ${powers}`, frameOf(data)).messages.join(" "), /I\(x\^10\).* dropped/);
  assert.ok(digits(fit("y ~ poly(x, 10)", frameOf(data)).sigma, sigma) >= 9);
}

function oneWay(
  name: string,
  groups: number[][],
  certified: { F: number; sigma: number; within: number },
  least: number,
) {
  Deno.test(`NIST ${name}`, () => {
    const g = groups.flatMap((values, k) => values.map(() => `g${k}`));
    const m = fit("y ~ g", frameOf({ y: groups.flat(), g })), [row] = records(anova(m));
    assert.equal(row.df, groups.length - 1);
    for (
      const [ours, theirs] of [
        [row.statistic, certified.F],
        [m.sigma, certified.sigma],
        [m.sigma ** 2 * row.df_residual, certified.within],
      ]
    ) assert.ok(digits(ours, theirs) >= least, `${ours}, ${theirs}`);
  });
}

for (const c of NIST.anova) oneWay(c.name, c.groups, c, 9);

/** Nine groups around c + 0.3, 0.4 or 0.5; a first value at the centre, then 0.1 below and above by turns. */
for (const [k, [leading, least]] of ([["1", 9], ["1000000", 9], ["1000000000000", 4]] as const).entries()) {
  for (const [l, size] of [21, 201, 2001].entries()) {
    const tenth = (i: number) => i === 0 ? 4 : i % 2 === 1 ? 3 : 5;
    const groups = Array.from(
      { length: 9 },
      (_, g) =>
        Array.from(
          { length: size },
          (_, i) => Number(`${leading}.${tenth(g) + (i === 0 ? 0 : i % 2 === 1 ? -1 : 1)}`),
        ),
    );
    const certified = { F: size, sigma: 0.1, within: 0.09 * (size - 1) };
    oneWay(`SmLs0${3 * k + l + 1}`, groups, certified, least);
  }
}
