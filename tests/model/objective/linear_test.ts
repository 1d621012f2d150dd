/**
 * The profiled deviance of Gaussian models, and all that it leaves behind, against dense V, generalized least squares and log-determinants
 * (`dense_deviance.ts`). Both are closed forms: values agree to 1e-10, gradients to 1e-8, being differences of values over 1e-3.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { congruence, Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import type { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { sameGradient } from "../../laws/differences.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { sameMatrix, scattered } from "./dense.ts";
import { DenseDeviance } from "./dense_deviance.ts";

const FORMULAS = [
  "x + (1 | g)",
  "x + (x | g)",
  "x + (x || g)",
  "x + (1 | g) + (1 | h)",
  "x + (x | g) + (1 | h)",
  "x + (1 | g / k)",
  "x + offset(off) + (0 + x | h)",
  "x + I(2 * x) + factor(k) + (1 | g)", // rank-deficient: a column is dropped
  "0 + (1 | g)", // no fixed effects
  "x + us(0 + factor(k) | g)",
  "x + ar1(0 + factor(t) | g)",
  "x + ar1(0 + factor(p) | h) + (1 | g)",
  "x + exp(0 + numFactor(p) | h)",
];
const WEIGHTS = { "": undefined, ", frequencies": { frequency: "wt" }, ", precisions": { precision: "wt" } };

for (const reml of [false, true]) {
  for (const [kind, weights] of Object.entries(WEIGHTS)) {
    for (const cond of FORMULAS) {
      const title = `${reml ? "REML" : "ML"}${kind}: ${cond}`;

      Deno.test(`${title}: deviance, σ², β, their covariance, modes and gradient are those of dense algebra`, () => {
        const design = smallDesign(gaussian(), { cond }, { weights }),
          dense = new DenseDeviance(design, reml);
        const objective = new ProfiledDeviance(rowSums(design), reml), { basis, effects } = objective;
        const theta = scattered(effects.thetas).map((v, j) => (j % 2 ? -0.3 : 0.8) + 0.3 * v),
          gradient = theta.slice();
        const value = objective.evaluate(theta, gradient), expected = dense.at(theta);
        assert.ok(
          Math.abs(value - expected.value) < 1e-10 * Math.abs(value),
          `${value}, dense ${expected.value}`,
        );
        assert.ok(
          Math.abs(objective.sigma2 / expected.sigma2 - 1) < 1e-10,
          `σ² ${objective.sigma2}, dense ${expected.sigma2}`,
        );
        if (objective.p > 0) {
          sameMatrix(Matrix.columnVector(basis.coefficients(objective.gamma)), expected.beta, 1e-10, "β");
          const spread = congruence(basis.inverse, objective.relativeCovariance);
          sameMatrix(spread, expected.spread, 1e-10, "(XᵀV⁻¹X)⁻¹");
        }
        checkModes(objective, dense, expected);
        sameGradient((x) => dense.value(x), gradient, theta, 1e-3, 1e-8, title);
      });
    }
  }
}

/** Zb̂ row by row, and the variance of Zb given β. */
function checkModes(
  objective: ProfiledDeviance,
  dense: DenseDeviance,
  expected: ReturnType<DenseDeviance["at"]>,
) {
  const effects = objective.effects as RandomEffects,
    fitted = new Float64Array(effects.n),
    variance = fitted.slice();
  effects.gather(objective.b, [fitted]);
  effects.rows.quadraticForm(objective.conditionalCovariance(), 0, 0, variance);
  const size = Math.max(...expected.modes.to1DArray().map(Math.abs));
  dense.rows.forEach((row, i) => {
    const mode = expected.modes.get(i, 0), spread = expected.variances[i];
    assert.ok(Math.abs(fitted[row] - mode) < 1e-9 * size, `Zb̂ of row ${row}: ${fitted[row]}, dense ${mode}`);
    assert.ok(
      Math.abs(variance[row] - spread) < 1e-9,
      `var(Zb) of row ${row}: ${variance[row]}, dense ${spread}`,
    );
  });
}

Deno.test("at the boundary: standard deviations of 0 leave the model without them, where the deviance is even in them", () => {
  for (const reml of [false, true]) {
    for (
      const [cond, theta] of [["x + (1 | g) + (1 | h)", [0, 0.7]], ["x + (x | g)", [0.8, -0.4, 0]], [
        "x + (x | g)",
        [0, 0, 0],
      ]] as const
    ) {
      const design = smallDesign(gaussian(), { cond }), dense = new DenseDeviance(design, reml);
      const objective = new ProfiledDeviance(rowSums(design), reml),
        at = Float64Array.from(theta),
        gradient = at.slice();
      const value = objective.evaluate(at, gradient), expected = dense.value(at);
      assert.ok(Math.abs(value - expected) < 1e-10 * Math.abs(value), `${cond}: ${value}, dense ${expected}`);
      sameGradient((x) => dense.value(x), gradient, at, 1e-3, 1e-8, cond);
      at.forEach((v, j) => {
        if (v === 0 && j !== 1) {
          assert.ok(Math.abs(gradient[j]) < 1e-10, `${cond}, θ${j} = 0: slope ${gradient[j]}`);
        }
      });
    }
  }
});

Deno.test("where all levels meet, the gradient is that of the deviance, whether ZᵀV⁻¹x is from the precision or, near a boundary, from cross-products", () => {
  const r = seed(4), rows = Array.from({ length: 60 * 90 }, (_, i) => ({ g: i % 60, h: Math.floor(i / 60) }));
  const frame = frameOf({
    y: rows.map(({ g, h }) => Math.sin(g) + Math.cos(3 * h) + r.normal()),
    x: rows.map(() => r.normal()),
    g: rows.map(({ g }) => g),
    h: rows.map(({ h }) => h),
  });
  const objective = objectiveOf(
    planFit("y ~ x + (x | g) + (1 | h)", frame, {}),
    undefined,
  ) as ProfiledDeviance;
  for (const theta of [[0.9, 0.2, 0.4, 0.6], [0.9, 0.2, 1e-4, 0.6], [0.9, 0.2, 0, 0.6]]) {
    const at = Float64Array.from(theta), gradient = at.slice();
    objective.evaluate(at, gradient);
    sameGradient((x) => objective.evaluate(x), gradient, at, 1e-3, 1e-8, theta.join(" "));
  }
});

Deno.test("a point that was evaluated elsewhere is taken over without another evaluation", () => {
  const make = () => new ProfiledDeviance(rowSums(smallDesign(gaussian(), { cond: "x + (x | g)" })), true);
  const [one, other] = [make(), make()], theta = Float64Array.of(0.8, -0.2, 0.4);
  one.evaluate(theta);
  other.resume(theta, one.standing());
  for (const field of ["gamma", "u", "b"] as const) assert.deepEqual(other[field], one[field]);
  assert.deepEqual([other.sigma2, other.relativeCovariance], [one.sigma2, one.relativeCovariance]);
});

Deno.test("a value makes wide templates once, and by sums over levels, which move them, once more to return them", () => {
  const random = seed(6),
    rows = Array.from({ length: 360 }, (_, i) => ({ g: i % 15, p: Math.floor(i / 15) % 12 }));
  const frame = frameOf({
    y: rows.map(() => random.normal()),
    x: rows.map(() => random.normal()),
    g: rows.map(({ g }) => g),
    p: rows.map(({ p }) => p),
  });
  const cases = [["rr(0 + factor(p) | g, d = 2)", 1], ["us(0 + factor(p) | g)", 1], ["(x | g)", 2]] as const;
  for (const [term, times] of cases) {
    const objective = new ProfiledDeviance(rowSums(planFit(`y ~ x + ${term}`, frame, {}).design), false);
    const { effects, p } = objective, here = objective.start(), other = here.map((v) => v + 0.1);
    objective.evaluate(here);
    objective.valueAt(here); // what evaluates by levels is made here
    const setTheta = effects.setTheta.bind(effects);
    let made = 0;
    effects.setTheta = (theta, at) => (made++, setTheta(theta, at));
    const madeBy = (run: () => void) => (made = 0, run(), made);
    assert.equal(madeBy(() => objective.valueAt(other, other.slice())), times, `valueAt, ${term}`);
    const gamma = objective.gamma.slice(), gradient = new Float64Array(p + 1 + other.length);
    assert.equal(
      madeBy(() => objective.evaluateAt(gamma, 0.1, other, gradient)),
      times,
      `evaluateAt, ${term}`,
    );
  }
});
