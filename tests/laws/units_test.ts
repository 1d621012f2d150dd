/**
 * The answer does not depend on the unit of the response: y → cy moves the log-likelihood by −n log c, multiplies what is
 * measured in units of y and changes nothing else, from 1e-150 to 1e150. Every family that declares `unitShift`, its links
 * with units, with and without random effects, dispersion formula, REML.
 *
 * Tolerance 2e-5 relative to a standard error: what the second-order certificate leaves open, and the differenced Hessian.
 */
import assert from "node:assert/strict";
import { fit, type FitOptions, gamma, gaussian, type Model, pl, studentT } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

const n = 160, random = seed(23);
const effects = Array.from({ length: 16 }, () => random.normal());
const rows = Array.from({ length: n }, (_, i) => ({ g: i % 16, x: random.normal(), e: random.normal() }));
const real = rows.map(({ g, x, e }) => 3 + 0.5 * x + 0.6 * effects[g] + 0.4 * e);
const positive = rows.map(({ g, x, e }) => 1 / (1 + 0.1 * x + 0.08 * effects[g]) * Math.exp(0.3 * e));

const cases: { name: string; y: number[]; formula: string; options: FitOptions; link: number }[] = [
  { name: "gaussian, REML", y: real, formula: "y ~ x + (x | g)", options: {}, link: 1 },
  { name: "gaussian, ML", y: real, formula: "y ~ x + (1 | g)", options: { reml: false }, link: 1 },
  {
    name: "gaussian, dispersion",
    y: real,
    formula: "y ~ x + (1 | g)",
    options: { dispersion: "~ x" },
    link: 1,
  },
  {
    name: "gaussian(log)",
    y: positive,
    formula: "y ~ x + (1 | g)",
    options: { family: gaussian("log") },
    link: 0,
  },
  { name: "studentT", y: real, formula: "y ~ x", options: { family: studentT({ df: 6 }) }, link: 1 },
  {
    name: "studentT, mixed",
    y: real,
    formula: "y ~ x + (1 | g)",
    options: { family: studentT({ df: 6 }) },
    link: 1,
  },
  { name: "gamma(inverse)", y: positive, formula: "y ~ x + (1 | g)", options: { family: gamma() }, link: -1 },
  { name: "gamma(log)", y: positive, formula: "y ~ x + (1 | g)", options: { family: gamma("log") }, link: 0 },
  { name: "gamma(identity)", y: positive, formula: "y ~ x", options: { family: gamma("identity") }, link: 1 },
];

const at = (c: number, { y, formula, options }: typeof cases[number]): Model =>
  fit(
    formula,
    pl.DataFrame({ y: y.map((v) => c * v), x: rows.map((r) => r.x), g: rows.map((r) => `g${r.g}`) }),
    options,
  );

for (const example of cases) {
  Deno.test(`units: ${example.name} gives the same answer in any unit of the response`, () => {
    const one = at(1, example), { link } = example;
    for (const c of [1e-150, 1e-6, 1e3, 300_000, 1e150]) {
      const other = at(c, example), where = `${example.name}, y times ${c}`, f = c ** link;
      assert.ok(other.converged, `${where}: not certified`);
      const p = one.reml ? n - one.parts[0].beta.length : n; // REML: log|XᵀV⁻¹X| takes p of the n factors back
      assert.ok(
        Math.abs(other.logLik + p * Math.log(c) - one.logLik) < 1e-7 * n,
        `${where}: logLik ${other.logLik}`,
      );
      one.parts[0].beta.forEach((b, j) => {
        const se = Math.sqrt(one.covariance.get(j, j)), moved = link === 0 && j === 0 ? Math.log(c) : 0;
        const found = (other.parts[0].beta[j] - moved) / f,
          foundSe = Math.sqrt(other.covariance.get(j, j)) / f;
        assert.ok(Math.abs(found - b) < 2e-5 * se, `${where}: coefficient ${j} is ${found}, should be ${b}`);
        assert.ok(
          Math.abs(foundSe / se - 1) < 1e-4,
          `${where}: standard error ${j} is ${foundSe}, should be ${se}`,
        );
      });
      one.random.forEach((t, k) =>
        t.names.forEach((_, i) => {
          const sd = Math.sqrt(t.covariance.get(i, i)),
            got = Math.sqrt(other.random[k].covariance.get(i, i)) / f;
          assert.ok(Math.abs(got / sd - 1) < 1e-4, `${where}: sd ${got}, should be ${sd}`);
        })
      );
    }
  });
}

Deno.test("units: a shift of the response moves the intercept of location families alone", () => {
  for (const example of cases.filter(({ name }) => /REML|ML|dispersion|studentT/.test(name))) {
    const one = at(1, example);
    for (const shift of [-50, 1e4, 1e7]) {
      const other = at(1, { ...example, y: example.y.map((v) => v + shift) }),
        where = `${example.name} + ${shift}`;
      assert.ok(other.converged, where);
      // y itself has lost 1e-16 · shift of its digits
      assert.ok(
        Math.abs(other.logLik - one.logLik) < 1e-7 * n + 1e-9 * Math.abs(shift),
        `${where}: ${other.logLik}`,
      );
      const se = Math.sqrt(one.covariance.get(1, 1));
      assert.ok(Math.abs(other.parts[0].beta[1] - one.parts[0].beta[1]) < 1e-4 * se, `${where}: slope`);
    }
  }
});
