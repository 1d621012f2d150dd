/**
 * What the module says of coefficients and random effects two at a time, without a matrix of their number, against the matrix itself
 * (`dense_covariance.ts`). The module differences gradients over 3e-3 standard errors: good to 1e-4 of a standard deviation.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import type { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { engineOf, type Model } from "../../../lib/model/result/model.ts";
import { type EffectCombination, uncertaintyOf } from "../../../lib/model/result/uncertainty.ts";
import { gaussian, general } from "./dense_covariance.ts";
import { groupedData } from "./grouped_data.ts";
import * as densities from "../objective/densities.ts";

const frame = groupedData();
const CASES: readonly (readonly [string, FitOptions, densities.Density?])[] = [
  ["y ~ x + (x | g) + (1 | h)", {}],
  ["y ~ x + (x | g) + (1 | h)", { reml: false }],
  ["y ~ x + (x || g)", {}],
  ["y ~ x + (1 | g) + (x | h)", {}],
  ["series ~ x + ar1(0 + factor(t) | g)", {}],
  ["count ~ x + (x | g) + (1 | h)", { family: "poisson" }, densities.poisson],
  ["over ~ x + (1 | g) + (1 | h)", { family: "nbinom2" }, densities.nbinom2],
  ["share ~ x + (1 | g)", { family: "beta", dispersion: "~ x" }, densities.beta],
  ["extra ~ x + (1 | g)", { family: "poisson", zeroInflation: "~ x" }, densities.inflated(densities.poisson)],
];

/** Every effect on the scale of the data's columns as a combination of the engine's. */
function effectsOf(model: Model): EffectCombination[] {
  const uncertainty = uncertaintyOf(model), { design } = engineOf(model, "a test");
  return design.predictors.flatMap((p) => p.random).flatMap(({ levels, names }, k) => {
    const place = uncertainty.state.terms[k], { basis } = place, together = basis.rows < names.length;
    return levels.flatMap((_, l) =>
      names.map((_, i): EffectCombination => {
        const own = names.map((_, j) => j).filter((j) => together ? j === i : j >= i);
        return {
          index: own.map((j) => uncertainty.indexOf(place, l, j)),
          value: own.map((j) => together ? basis.get(0, 0) : basis.get(i, j)),
        };
      })
    );
  });
}

for (const [formula, options, density] of CASES) {
  Deno.test(`${formula} ${JSON.stringify(options)}: the covariance of all coefficients and effects is that of dense algebra`, () => {
    const model = fit(formula, frame, options),
      engine = engineOf(model, "a test"),
      { psi, fixed } = engine.optimum;
    assert.ok(model.converged && fixed.length === 0, model.certificate.text);
    const expected = density
      ? general(engine.objective as Laplace, psi, density)
      : gaussian(engine.design, psi, (engine.objective as ProfiledDeviance).reml);
    const uncertainty = uncertaintyOf(model), effects = effectsOf(model), none = { index: [], value: [] };
    const p = expected.rows - effects.length,
      unit = (k: number) => Float64Array.from({ length: uncertainty.fixed }, (_, j) => +(j === k));
    const all = Array.from({ length: expected.rows }, (_, k) => {
      const z = k < p ? none : effects[k - p];
      return { z, d: uncertainty.gradient(k < p ? unit(k) : unit(-1), z) };
    });
    all.forEach((a, i) =>
      all.slice(0, i + 1).forEach((b, j) => {
        const got = uncertainty.parameterCovariance(a.d, b.d) + uncertainty.conditionalCovariance(a.z, b.z);
        const size = Math.sqrt(expected.get(i, i) * expected.get(j, j)),
          error = Math.abs(got - expected.get(i, j)) / size;
        assert.ok(error < 1e-4, `${i}, ${j}: ${got}, dense ${expected.get(i, j)}`);
      })
    );
  });
}

Deno.test("effects whose variance is 0 have none, and the rest is as without them", () => {
  const y = Array.from({ length: 60 }, (_, i) => i % 3 + (i * 7 % 10) / 10); // groups of ten rows that are alike but for their order
  const own = frameOf({
    y,
    x: y.map((_, i) => Math.sin(i)),
    g: y.map((_, i) => `g${Math.floor(i / 30)}`),
    h: y.map((_, i) => `h${i % 3}`),
  });
  const [model, without] = ["y ~ x + (1 | g) + (1 | h)", "y ~ x + (1 | h)"].map((formula) =>
    fit(formula, own)
  );
  assert.equal(model.random[0].covariance.get(0, 0), 0);
  const [all, rest] = [model, without].map((m) => ({ u: uncertaintyOf(m), effects: effectsOf(m) })),
    [of, ofRest] = [all.u, rest.u];
  const variance = (u: typeof of, z: EffectCombination) => {
    const d = u.gradient(new Float64Array(u.fixed), z);
    return u.parameterCovariance(d, d) + u.conditionalCovariance(z, z);
  };
  all.effects.slice(0, 2).forEach((z) => assert.equal(variance(of, z), 0));
  all.effects.slice(2).forEach((z, l) => {
    const [got, expected] = [variance(of, z), variance(ofRest, rest.effects[l])];
    assert.ok(Math.abs(got / expected - 1) < 1e-4, `${got}, without the other factor ${expected}`);
  });
});

Deno.test("how a combination itself moves with θ is added to its gradient, and a form over the pattern takes its entries", () => {
  const uncertainty = uncertaintyOf(fit("y ~ x + (x | g) + (1 | h)", frame)),
    { state, fixed } = uncertainty,
    { G, scale } = state;
  const z = { index: [0, 1], value: [0.5, -2] },
    none = new Float64Array(fixed),
    before = uncertainty.gradient(none, z);
  const after = uncertainty.gradient(none, { ...z, slopes: [[2, 0.25]] });
  after.forEach((v, j) => assert.equal(v, before[j] + (j === fixed + 2 ? 0.25 : 0)));
  assert.ok(
    Math.abs(scale * uncertainty.onPattern(z, G) / uncertainty.conditionalCovariance(z, z) - 1) < 1e-12,
  );
});
