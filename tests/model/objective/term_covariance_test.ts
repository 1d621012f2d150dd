/** The covariance of a term's effects on the scale of the data's columns against that by dense algebra, and rows of its factor. */
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { covarianceAt, factorRow } from "../../../lib/model/objective/term_covariance.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { denseEffects, sameMatrix, scattered } from "./dense.ts";

for (
  const [cond, unit] of [
    ["x + (1 | g) + (x | h)", 1],
    ["x + (x + w | g)", 4],
    ["x + (x || g) + (0 + w | h)", 0.5],
    ["x + ar1(0 + factor(t) | g)", 4],
    ["x + exp(0 + numFactor(p) | h)", 1],
  ] as const
) {
  const design = smallDesign(gaussian(), { cond }),
    { predictors, n } = design,
    effects = RandomEffects.of(predictors, n, [unit, 1]);
  const theta = scattered(effects.thetas).map((v) => 0.8 + 0.4 * v),
    G = denseEffects(design, (k) => k === 0 ? unit : 1).G(theta);

  Deno.test(`${cond}, in units of ${unit}: Σ of every term, and F with F Fᵀ = Σ`, () => {
    let first = 0;
    for (const { names, levels } of predictors[0].random) {
      const layout = effects.terms[predictors[0].random.findIndex((t) => t.names === names)],
        c = names.length;
      const expected = G.subMatrix(first, first + c - 1, first, first + c - 1);
      sameMatrix(covarianceAt(layout, theta, layout.theta, 1), expected, 1e-12, `Σ of ${layout.term.label}`);
      sameMatrix(
        covarianceAt(layout, theta, layout.theta, 2.5),
        Matrix.mul(expected, 2.5),
        1e-12,
        `2.5 Σ of ${layout.term.label}`,
      );
      const F = new Matrix(names.map((_, i) => Array.from(factorRow(layout, theta, layout.theta, i))));
      sameMatrix(F.mmul(F.transpose()), expected, 1e-12, `F Fᵀ of ${layout.term.label}`);
      first += c * levels.length;
    }
  });
}

Deno.test("θ may stand anywhere in a longer vector; a node of a position alone has the variance of one", () => {
  const { predictors, n } = smallDesign(gaussian(), { cond: "x + ar1(0 + factor(p) | h)" }),
    [layout] = RandomEffects.of(predictors, n).terms;
  assert.deepEqual(covarianceAt(layout, Float64Array.of(9, 9, 0.5, 0.3), 2, 1).to2DArray(), [[0.25]]);
});
