/** Sums over levels against the engine's own evaluation, which factors the random effects' system and knows nothing of levels. */
import assert from "node:assert/strict";
import { fit, type Frame, pl, tidy } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";
import { liveEngine } from "../../../lib/model/result/engines.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { LevelDeviance, levelDeviance } from "../../../lib/model/objective/level_deviance.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";

/** Groups of different sizes; 300 of them, more than are taken together. @param spread of the groups, beside residuals of 1 */
function grouped(groups: number, spread = 1, residual = 1): Frame {
  const random = seed(groups), rows: Record<string, number[]> = { y: [], x: [], z: [], w: [], g: [], h: [] };
  for (let g = 0; g < groups; g++) {
    const [a, b] = [spread * random.normal(), spread * random.normal() / 2];
    for (let k = 0; k < 3 + g % 5; k++) {
      const [x, z] = [random.normal(), k];
      rows.y.push(2 + x / 2 + a + b * x + residual * random.normal());
      rows.x.push(x);
      rows.z.push(z);
      rows.w.push(1 + k % 3);
      rows.g.push(g);
      rows.h.push(k);
    }
  }
  return pl.DataFrame(rows);
}

const engineOf = (formula: string, data: Frame, reml: boolean, options = {}) => {
  const { design } = planFit(formula, data, { ...options, reml });
  return new ProfiledDeviance(rowSums(design), reml);
};

const TERMS = [
  "(1 | g)",
  "(0 + x | g)",
  "(x | g)",
  "(x || g)",
  "(1 | g) + (0 + x | g)",
  "(x + z | g)",
  "(1 | g) + (0 + x + z | g)",
  "diag(x + z | g)",
  "diag(0 + factor(h) | g)",
];

const small = grouped(40), large = grouped(300);

for (const term of TERMS) {
  for (const reml of [true, false]) {
    Deno.test(`${term}, ${reml ? "REML" : "ML"}: value, gradient and curvature by levels as by the engine`, () => {
      for (const [data, options] of [[small, {}], [large, {}], [large, { weights: "w" }]] as const) {
        const whole = engineOf(`y ~ x + z + ${term}`, data, reml, options), levels = levelDeviance(whole)!;
        assert.ok(levels instanceof LevelDeviance);
        const start = whole.start();
        for (const factor of [1.2, 0.02, 20, 0]) {
          const theta = start.map((v, j) => factor * (v + 0.1 * Math.cos(j))),
            a = theta.slice(),
            b = theta.slice();
          const value = whole.evaluate(theta, a), curvature = whole.curvature!().clone();
          const other = levels.evaluate(theta, b);
          const rounding = 1e-15 * whole.sums.yty / (whole.N * whole.s2); // of a sum of squares of which groups leave that share
          near([value], [other], 1e-13 + rounding, 1e3 * whole.N); // N log r²/2, its sums in another order
          near(a, b, 1e-11 + 1e2 * rounding, value);
          // where a template is singular the engine takes D from one beside it, off by 1e-3 of what that adds
          near(
            curvature.to1DArray(),
            levels.curvature().to1DArray(),
            factor === 0 ? 1e-3 : 1e-11 + 1e3 * rounding,
            1,
          );
        }
      }
    });
  }
}

function near(a: ArrayLike<number>, b: ArrayLike<number>, tolerance: number, unit: number) {
  const size = Array.from(a).reduce((most, v) => Math.max(most, Math.abs(v)), Math.abs(unit) * 1e-3);
  Array.from(a).forEach((v, i) => assert.ok(Math.abs(v - b[i]) <= tolerance * size, `${i}: ${v}, ${b[i]}`));
}

Deno.test("the engine is left with the modes, coefficients and variances that an evaluation of its own finds", () => {
  for (const reml of [true, false]) {
    const formula = "y ~ x + z + (x | g)", whole = engineOf(formula, large, reml), theta = whole.start();
    const left = engineOf(formula, large, reml), levels = levelDeviance(left)!;
    whole.evaluate(theta);
    levels.evaluate(theta, theta.slice());
    levels.leaveEngineAt(theta);
    for (const key of ["u", "b", "gamma"] as const) near(whole[key], left[key], 1e-11, 1);
    near([whole.sigma2], [left.sigma2], 1e-12, 1);
    near(whole.relativeCovariance.to1DArray(), left.relativeCovariance.to1DArray(), 1e-11, 0);
    near(whole.conditionalCovariance(), (left.standAt(theta), left.conditionalCovariance()), 1e-10, 0);
  }
});

Deno.test("where groups differ ten million times more than residuals the engine evaluates, by the rows", () => {
  for (const formula of ["y ~ x + z + (x | g)", "y ~ z + (1 | g)"]) {
    const data = grouped(40, formula.includes("x |") ? 1e7 : 1, 1e-7), whole = engineOf(formula, data, true);
    const levels = levelDeviance(whole)!,
      theta = whole.start().map((v) => 1e5 * (v + 0.1)),
      a = theta.slice(),
      b = theta.slice();
    const own = engineOf(formula, data, true), value = own.evaluate(theta, a);
    assert.equal(levels.evaluate(theta, b), value);
    assert.deepEqual(b, a);
    assert.deepEqual(levels.curvature(), own.curvature!());
    levels.leaveEngineAt(theta);
    assert.equal(whole.sigma2, own.sigma2);
  }
});

Deno.test("factors that cross or nest, templates that bend or leave effects out, and wide ones are the engine's", () => {
  for (
    const term of [
      "(1 | g) + (1 | h)",
      "(1 | w/g)",
      "ar1(0 + factor(h) | g)",
      "rr(0 + factor(h) | g, d = 1)",
      "diag(0 + factor(g) | h)",
    ]
  ) {
    const whole = engineOf(`y ~ x + ${term}`, small, true);
    assert.equal(levelDeviance(whole), null, term);
  }
  assert.equal(levelDeviance(engineOf("y ~ x", small, true)), null);
});

Deno.test("a fit by levels is the engine's optimum", () => {
  for (const reml of [true, false]) {
    const formula = "y ~ x + z + (x | g)", model = fit(formula, large, { reml }), engine = liveEngine(model)!;
    assert.ok(model.certificate.converged && engine.kind === "gaussian");
    const { psi } = engine.optimum, whole = engineOf(formula, large, reml), gradient = psi.slice();
    near([-whole.evaluate(psi, gradient)], [model.logLik], 1e-12, 1);
    // 1.4e-6 standard errors, where the search ends; of curvatures of some hundreds
    assert.ok(gradient.every((v) => Math.abs(v) < 1e-4), gradient.join(" "));
  }
});

Deno.test("an evaluation by levels makes no vectors", () => {
  const levels = levelDeviance(engineOf("y ~ x + z + (x | g)", large, true))!,
    theta = Float64Array.of(1, 0.2, 0.5);
  const gradient = theta.slice(), Own = Float64Array;
  let made = 0;
  levels.evaluate(theta, gradient);
  try {
    globalThis.Float64Array = new Proxy(Own, {
      construct: (target, given, self) => (made++, Reflect.construct(target, given, self)),
    });
    levels.evaluate(theta.map((v) => 1.1 * v), gradient);
  } finally {
    globalThis.Float64Array = Own;
  }
  assert.equal(made, 0);
});

Deno.test("nothing profiled out: likelihood and gradient by levels as by the engine, and its gradient as differences", () => {
  for (const term of ["(1 | g)", "(x | g)"]) {
    const formula = `y ~ x + z + ${term}`,
      byLevel = engineOf(formula, large, false),
      alone = engineOf(formula, large, false);
    Object.defineProperty(alone, "byLevel", { value: null });
    const theta = byLevel.start(), gamma = Float64Array.of(1.5, 0.4, 0.1), size = 4 + theta.length;
    for (const logSigma of [-0.5, 0.4]) {
      const a = new Float64Array(size), b = new Float64Array(size);
      const value = byLevel.evaluateAt(gamma, logSigma, theta, a);
      near([value], [alone.evaluateAt(gamma, logSigma, theta, b)], 1e-13, 1e3 * byLevel.N);
      near(a, b, 1e-11, value);
      theta.forEach((v, j) => {
        const [up, down] = [1e-4, -1e-4].map((h) =>
          byLevel.evaluateAt(gamma, logSigma, theta.with(j, v + h))
        );
        near([a[4 + j]], [(up - down) / 2e-4], 1e-6, 1e3 * Math.max(1, Math.abs(a[4 + j]))); // the step squared
      });
    }
  }
});

Deno.test("values elsewhere leave the engine where it stands", () => {
  const whole = engineOf("y ~ x + z + (x | g)", large, true),
    theta = whole.start(),
    other = theta.map((v) => 2 * v);
  whole.evaluate(theta, theta.slice());
  const [conditional, sigma2] = [whole.conditionalCovariance(), whole.sigma2];
  const value = whole.valueAt(other, theta.slice()), own = engineOf("y ~ x + z + (x | g)", large, true);
  near([value], [own.evaluate(other)], 1e-13, 1e3 * own.N);
  near([whole.sigma2At(other)], [own.sigma2], 1e-12, 0);
  whole.standAt(theta);
  assert.deepEqual(whole.conditionalCovariance(), conditional);
  assert.equal(whole.sigma2, sigma2);
});

Deno.test("groups that reproduce the response: the mean of their means, and a likelihood that has no maximum", () => {
  const random = seed(12), means = Array.from({ length: 12 }, () => random.normal());
  const rows = Array.from({ length: 60 }, (_, i) => i), mean = means.reduce((s, v) => s + v, 0) / 12;
  const exact = pl.DataFrame({ y: rows.map((i) => means[i % 12]), g: rows.map((i) => i % 12) });
  const model = fit("y ~ 1 + (1 | g)", exact), [intercept] = tidy(model, { effects: "fixed" }).toRecords();
  // what is left of y, 1e-13 of it, is the square root of a difference of squares
  assert.ok(Math.abs(Number(intercept.estimate) - mean) < 1e-4, `${intercept.estimate} ${mean}`);
  assert.equal(model.certificate.converged, false);
  assert.ok(model.messages[0].startsWith("The likelihood grows without bound"), model.messages.join("\n"));
  assert.ok(model.messages[1].startsWith("The model reproduces the response y exactly"));
  assert.equal(model.messages.length, 2);
});
