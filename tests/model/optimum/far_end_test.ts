/** Coefficients that run to infinity are at the end of their way, within what the log-likelihood shows, without a Hessian at every step there. */
import assert from "node:assert/strict";
import { binomial, dataset, fit, type FitOptions, type Frame, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

const random = seed(21);
/** Levels a and b are as others, c has nothing but zeros, or nothing but ones. */
const rows = Array.from({ length: 240 }, (_, i) => {
  const f = "abc"[i % 3], g = `g${Math.floor(i / 3) % 10}`, u = random.uniform();
  return {
    f,
    g,
    none: f === "c" ? 0 : Number(u < 0.4),
    all: f === "c" ? 1 : Number(u < 0.6),
    x: random.normal(),
  };
});
const frame = (kept: typeof rows) =>
  pl.DataFrame({
    f: kept.map((r) => r.f),
    g: kept.map((r) => r.g),
    x: kept.map((r) => r.x),
    none: kept.map((r) => r.none),
    all: kept.map((r) => r.all),
  }) as Frame;

const cases: readonly [string, FitOptions][] = [
  ["none", { family: "binomial" }],
  ["none", { family: binomial("probit") }],
  ["all", { family: binomial("cloglog") }],
];
for (const [y, options] of cases) {
  const { link } = fit(`${y} ~ x`, frame(rows), options).family;
  Deno.test(`${y}, ${link.name}: the likelihood is that of the rows whose means are not certain`, () => {
    const formula = `${y} ~ f + x + (1 | g)`, model = fit(formula, frame(rows), options);
    const others = fit(formula, frame(rows.filter(({ f }) => f !== "c")), options);
    assert.ok(model.converged && others.converged);
    assert.ok(Math.abs(model.logLik - others.logLik) < 1e-8, `${model.logLik}, ${others.logLik}`);
    assert.ok(model.certificate.evaluations < 60, `${model.certificate.evaluations} evaluations`);
  });
}

Deno.test("zero inflation that is certain in some cells costs one Hessian for each start that is looked at to the end, not a dozen", async () => {
  const model = fit("count ~ spp * mined + (1 | site)", await dataset("Salamanders"), {
    family: "nbinom2",
    zeroInflation: "~ spp * mined",
  });
  assert.ok(model.converged && model.flat.directions.length > 0);
  assert.ok(Math.abs(model.logLik + 804.8382822) < 1e-6, `${model.logLik}`); // glmmTMB's, to what it prints
  assert.ok(model.certificate.evaluations < 500, `${model.certificate.evaluations} evaluations`);
});
