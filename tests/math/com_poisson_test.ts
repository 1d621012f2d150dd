/**
 * Conway-Maxwell-Poisson sums against all terms in 40 digits (com_poisson_values.py): log λ, the normalising constant and probabilities to
 * 1e-12 of their own size; where means are large, against the normalising constant's expansion.
 */
import assert from "node:assert/strict";
import { logFactorialExcess } from "../../lib/math/binet.ts";
import { ComPoisson } from "../../lib/math/com_poisson.ts";
import { log1pmx } from "../../lib/math/special.ts";
import { close } from "./close.ts";

interface Case {
  readonly lambda: string;
  readonly nu: number;
  readonly zeta: number;
  readonly log_lambda: string;
  readonly log_z: string;
  readonly variance: string;
  readonly k30: string;
  readonly log_p: readonly (readonly [number, string])[];
}
const cases: Case[] = JSON.parse(
  await Deno.readTextFile(new URL("./com_poisson_values.json", import.meta.url)),
);

const solver = new ComPoisson();

for (const c of cases) {
  Deno.test(`Conway-Maxwell-Poisson: λ = ${c.lambda}, ν = ${c.nu}`, () => {
    solver.solve(c.zeta, c.nu);
    // e^ζ is rounded, which moves log λ by μ/V times as much
    const rounding = 1e-15 * Math.exp(c.zeta) / Number(c.variance);
    const size = 1e-12 * (1 + Math.abs(Number(c.log_lambda)) + c.nu * Math.abs(c.zeta)) + rounding;
    close(solver.tau + c.nu * Math.max(0, c.zeta), Number(c.log_lambda), 0, size, "log λ");
    const logZ = Number(c.log_z);
    close(-solver.logProbability(0, 0), logZ, 1e-12, (logZ < 1 ? 1e-15 : 1e-12) + rounding, "log Z");
    close(solver.variance, Number(c.variance), 1e-11 + rounding, 0, "variance");
    close(solver.k30, Number(c.k30), 1e-9 + rounding, 1e-13 * Number(c.variance) ** 1.5, "third cumulant");
    for (const [y, logP] of c.log_p) {
      const found = solver.logProbability(y, logFactorialExcess(y));
      close(found, Number(logP), 1e-12, 1e-12 + Math.abs(y - Math.exp(c.zeta)) * rounding, `log P(Y = ${y})`);
    }
  });
}

Deno.test("Conway-Maxwell-Poisson: means from 1e5 to 1e11 have the expansion's normalising constant", () => {
  for (const zeta of [11.6, 15, 20, 25.3]) {
    for (const nu of [0.02, 0.3, 1, 2.7, 30]) {
      solver.solve(zeta, nu);
      const mu = Math.exp(zeta);
      if (mu * nu < 1e4) continue;
      // Gaunt et al. (2019): Z = e^{νx} x^{−(ν−1)/2} (2π)^{−(ν−1)/2} ν^{−1/2} (1 + c₁/(νx) + …), written about x = λ^{1/ν}
      const a = (nu - 1) / (2 * nu), b = (nu * nu - 1) / (24 * nu * nu), x = mu + a + b / (mu + a);
      close(solver.tau, nu * Math.log1p((x - mu) / mu), 1e-10, 1e-12, `τ at ${zeta}, ${nu}`);
      const y = Math.round(mu), u = 1 / (nu * x), c1 = (nu * nu - 1) / 24, c2 = c1 * (nu * nu + 23) / 48;
      const logFactorial = Math.log(2 * Math.PI * y) / 2 + 1 / (12 * y); // beyond y log y − y
      const logP = nu * (y * log1pmx((x - y) / y) - logFactorial) +
        ((nu - 1) / 2) * Math.log(2 * Math.PI * x) + Math.log(nu) / 2 - Math.log1p(c1 * u + c2 * u * u);
      close(solver.logProbability(y, logFactorialExcess(y)), logP, 1e-11, 1e-11, `${zeta}, ${nu}`);
    }
  }
});

Deno.test("Conway-Maxwell-Poisson: the same question has the same answer whatever was asked before", () => {
  solver.solve(1.3, 0.7);
  const first = [solver.tau, solver.logSum, solver.variance];
  for (const [zeta, nu] of [[14, 2], [-8, 100], [3, 0.7]]) solver.solve(zeta, nu);
  solver.solve(1.3, 0.7);
  assert.deepEqual([solver.tau, solver.logSum, solver.variance], first);
});
