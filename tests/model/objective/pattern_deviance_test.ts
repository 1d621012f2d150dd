/** Sums over patterns of positions against the engine's own evaluation, which knows nothing of patterns. */
import assert from "node:assert/strict";
import { fit, type Frame, pl } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { ThetaDerivatives } from "../../../lib/model/objective/theta_derivatives.ts";

const random = seed(8);
const y: number[] = [], arm: string[] = [], visit: string[] = [], id: string[] = [], x: number[] = [];
for (let g = 0; g < 60; g++) {
  let carry = random.normal();
  const base = random.normal(), last = 2 + (g * 7) % 4, hole = g % 9 === 0 ? 1 : -1; // dropouts, and visits that were missed
  for (let k = 0; k < 5; k++) {
    carry = 0.6 * carry + 0.8 * random.normal();
    if (k > last || k === hole) continue;
    y.push(10 + k * (g % 2) / 2 + base + 2 * carry);
    arm.push("ab"[g % 2]);
    visit.push(`v${k}`);
    id.push(`i${g}`);
    x.push(base);
  }
}
const data: Frame = pl.DataFrame({ y, arm, visit, id, x });

for (const structure of ["us", "ar1", "toep", "cs", "homcs", "hetar1", "diag"]) {
  for (const reml of [true, false]) {
    Deno.test(`${structure}, ${reml ? "REML" : "ML"}: value, gradient, variance and information as without patterns`, () => {
      const { design } = planFit(`y ~ x + arm * visit + ${structure}(0 + visit | id)`, data, {
        dispersion: "~ 0",
        reml,
      });
      const whole = new ProfiledDeviance(rowSums(design), reml), { byPattern } = whole, start = whole.start();
      assert.ok(byPattern);
      for (const shift of [0, 0.3, -0.2]) {
        const theta = start.map((v, j) => v + shift * Math.cos(j)), [a, b] = [theta.slice(), theta.slice()];
        const value = whole.evaluate(theta, a), other = byPattern.evaluate(theta, b);
        assert.ok(Math.abs(value - other) < 1e-9 * Math.abs(value), `${value} ${other}`); // sums in another order
        a.forEach((v, j) =>
          assert.ok(Math.abs(v - b[j]) < 1e-8 * (1 + Math.abs(v)), `gradient ${j}: ${v}, ${b[j]}`)
        );
        assert.ok(Math.abs(whole.sigma2At(theta) / whole.sigma2 - 1) < 1e-10);
        const exact = new ThetaDerivatives(whole).ofInformation(0), size = exact.clone().abs().max();
        // a central difference with a step of 1e-4
        assert.ok(whole.informationDerivative(0).sub(exact).abs().max() < 1e-6 * (1 + size));
      }
    });
  }
}

Deno.test("other random effects, or rows that are all different, have no patterns", () => {
  const engine = (formula: string, frame = data) => {
    const { design } = planFit(formula, frame, { dispersion: "~ 0" });
    return new ProfiledDeviance(rowSums(design), true).byPattern;
  };
  const site = data.withColumn(pl.Series("site", id.map((v) => `s${Number(v.slice(1)) % 6}`)));
  assert.equal(engine("y ~ arm + (1 | site) + ar1(0 + visit | id)", site), null);
  // every level at its own occasions
  const own = data.withColumn(pl.Series("own", visit.map((v, i) => `${id[i]} ${v}`))) as Frame;
  assert.equal(engine("y ~ x * arm * I(x^2) + cs(0 + own | id)", own), null);
});

// one effect of a level is homcs with a correlation of 1 − 1e-10: differences of sums over patterns would have no digit left
Deno.test("levels that differ a hundred thousand times more than their rows are fitted as with a random effect", () => {
  const far = data.withColumn(
    pl.Series("far", id.map((v, i) => 1e5 * Math.sin(7 * Number(v.slice(1))) + x[i] + Math.cos(3 * i))),
  ) as Frame;
  const residual = fit("far ~ visit", far, { residual: "homcs(visit | id)" }),
    effect = fit("far ~ visit + (1 | id)", far);
  assert.ok(residual.converged, residual.certificate.text);
  assert.ok(
    Math.abs(residual.logLik - effect.logLik) < 1e-6 * Math.abs(effect.logLik),
    `${residual.logLik} ${effect.logLik}`,
  );
});

// Of R's nlme (gls, corSymm and varIdent) the answer is in the reference cases; here only that a search with patterns ends where one without does
Deno.test("a fit with patterns is the optimum", () => {
  const m = fit("y ~ x + arm * visit + us(0 + visit | id)", data, { dispersion: "~ 0" });
  const { design } = planFit("y ~ x + arm * visit + us(0 + visit | id)", data, { dispersion: "~ 0" });
  const whole = new ProfiledDeviance(rowSums(design), true), gradient = new Float64Array(14);
  const theta = m.random[0].theta.slice();
  assert.ok(m.converged);
  assert.ok(Math.abs(whole.evaluate(theta, gradient) + m.logLik) < 1e-8 * Math.abs(m.logLik));
  gradient.forEach((v) => assert.ok(Math.abs(v) < 1e-4));
});

Deno.test("where levels differ so much that the engine evaluates, a derivative leaves it where it stood", () => {
  const far = data.withColumn(
    pl.Series("far", id.map((v, i) => 1e5 * Math.sin(7 * Number(v.slice(1))) + x[i] + Math.cos(3 * i))),
  ) as Frame;
  const { design } = planFit("far ~ visit", far, { residual: "homcs(visit | id)" });
  const whole = new ProfiledDeviance(rowSums(design), true), theta = Float64Array.of(23); // 1 − ρ is 1e-10
  whole.evaluate(theta, theta.slice());
  const first = whole.informationDerivative(0);
  assert.deepEqual([...whole.theta], [...theta]);
  assert.deepEqual(whole.informationDerivative(0), first);
});

Deno.test("where rounding leaves positions that are all but alike no covariance matrix the engine evaluates", () => {
  const alike = data.withColumn(pl.Series("alike", id.map((v) => Math.sin(7 * Number(v.slice(1)))))) as Frame;
  const { design } = planFit("alike ~ 1", alike, { residual: "ar1(visit | id)" }),
    theta = Float64Array.of(1e8);
  const [whole, own] = [0, 1].map(() => new ProfiledDeviance(rowSums(design), true)); // 1 − ρ is 1e-16
  const value = own.evaluate(theta, theta.slice());
  assert.ok(Number.isFinite(value));
  assert.equal(whole.byPattern!.evaluate(theta, theta.slice()), value);
  whole.evaluate(theta, theta.slice());
  assert.ok(Number.isFinite(whole.informationDerivative(0).get(0, 0)));
});
