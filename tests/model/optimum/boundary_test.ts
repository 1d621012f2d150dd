/**
 * Variances that are 0 at the optimum are set to exactly 0, and small ones that are not are left alone: where the optimum is, is known in
 * closed form (a balanced one-way layout) or by a dense profile over θ.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { fit, type FitOptions, planFit } from "../../../lib/model/fit.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { collapse } from "../../../lib/model/optimum/boundary.ts";
import { descend } from "../../../lib/model/optimum/descent.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";
import { DenseLaplace } from "../objective/dense_laplace.ts";
import { scattered } from "../objective/dense.ts";
import * as densities from "../objective/densities.ts";
import { Counted } from "./problems.ts";

const L = 8,
  m = 5,
  n = L * m,
  level = Array.from({ length: n }, (_, i) => i % L),
  x = level.map((_, i) => Math.floor(i / L) - 2);

/** A balanced one-way layout whose mean squares between and within groups are as F to 1. */
function layout(F: number) {
  const noise = scattered(n),
    far = scattered(L, 50),
    mean = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0) / x.length;
  const within = noise.map((v, i) => v - mean(noise.filter((_, k) => level[k] === level[i]))),
    between = far.map((v) => v - mean(far));
  const scale = (x: Float64Array, df: number) =>
    x.map((v) => v / Math.sqrt(x.reduce((s, v) => s + v * v, 0) / df));
  const [e, b] = [scale(within, n - L), scale(between, (L - 1) / m)];
  return Array.from(e, (v, i) => v + Math.sqrt(F) * b[level[i]]);
}

const frame = (y: ArrayLike<number>) => frameOf({ y: Array.from(y), x, g: level.map((l) => `g${l}`) });

/** θ̂ of a fit, and of those at their boundary. */
function estimate(formula: string, y: ArrayLike<number>, options: FitOptions = {}) {
  const { optimum, objective, design } = engineOf(fit(formula, frame(y), options), "a test");
  return {
    optimum,
    design,
    objective,
    theta: optimum.psi.slice("thetaAt" in objective ? objective.thetaAt : 0),
  };
}

for (const F of [0, 0.5, 0.99, 1]) {
  Deno.test(`mean squares of ${F} to 1: the deviance only rises from 0, and the estimate is exactly 0`, () => {
    const { theta, optimum, design } = estimate("y ~ 1 + (1 | g)", layout(F)),
      dense = new DenseDeviance(design, true);
    const profile = [0, 0.01, 0.03, 0.1, 0.3, 1].map((t) => dense.value([t]));
    assert.ok(profile.every((v, k) => k === 0 || v >= profile[k - 1] - 1e-10), `${profile}`);
    assert.deepEqual([theta[0], optimum.fixed, optimum.free], [0, [0], []]);
    assert.ok(optimum.converged);
  });
}

for (const theta of [0.01, 0.03, 0.049, 0.2]) {
  Deno.test(`an optimum at ${theta} times the residual's is not 0: θ̂² = (F − 1)/m`, () => {
    const { theta: [found], optimum, design } = estimate("y ~ 1 + (1 | g)", layout(1 + m * theta ** 2)),
      dense = new DenseDeviance(design, true);
    assert.ok(dense.value([theta]) < dense.value([0]) && dense.value([theta]) < dense.value([2 * theta]));
    assert.deepEqual(optimum.fixed, []);
    const error = Math.abs(Math.abs(found) - theta) / Math.sqrt(optimum.covariance.get(0, 0));
    assert.ok(error < 1e-4, `${found}, ${error} standard errors away`);
  });
}

Deno.test("slopes that do not vary beside intercepts that do: their column of T is 0, and the rest is the model of intercepts", () => {
  const y = layout(9); // rows of a level have x = −2, …, 2: take the slopes of every level out, and put one common slope in
  const slopes = Array.from(
    { length: L },
    (_, l) => y.reduce((s, v, i) => s + (level[i] === l ? v * x[i] : 0), 0) / 10,
  );
  const same = y.map((v, i) => v + (0.4 - slopes[level[i]]) * x[i]);
  const { theta, optimum } = estimate("y ~ x + (x | g)", same),
    [alone] = estimate("y ~ x + (1 | g)", same).theta;
  assert.equal(theta[2], 0);
  assert.ok(optimum.fixed.includes(2) && optimum.converged);
  assert.ok(
    Math.abs(Math.abs(theta[0]) - Math.abs(alone)) < 1e-4 && Math.abs(theta[1]) < 1e-4,
    `${theta}, without slopes ${alone}`,
  );
});

Deno.test("counts whose groups are alike: the profile by dense algebra rises, and the estimate is exactly 0", () => {
  for (const [extra, isZero] of [[0, true], [6, false]] as const) {
    const y = level.map((l, i) => 2 + ((i >> 3) * 3 + l) % 5 + extra * (l % 2)); // every level has the same five counts, or 6 more
    const { theta: [theta], objective, optimum: { psi } } = estimate("y ~ 1 + (1 | g)", y, {
      family: "poisson",
    });
    assert.ok("thetaAt" in objective);
    const dense = new DenseLaplace(objective, densities.poisson),
      at = (t: number) => dense.at(psi.map((v, i) => i === 1 ? t : v)).value;
    assert.equal(at(1e-3) > at(1e-4) && at(0.1) > at(0.01), isZero, "the profile from 0");
    assert.equal(theta === 0, isZero, `θ̂ ${theta}`);
  }
});

/** The random effects of a formula, for functions of their θ. */
const effectsOf = (formula: string) => {
  const { design: { predictors: [mean], n } } = planFit(formula, frame(layout(2)), {});
  return RandomEffects.of([mean], n);
};

Deno.test("a collapse is kept where the function does not rise, and never where a standard deviation is not small or is held", () => {
  const effects = effectsOf("y ~ 1 + (1 | g)"),
    least = (best: number) => new Counted((t) => (t[0] ** 2 - best) ** 2);
  const from = (objective: Counted, theta: number, free = [0]) =>
    collapse(
      objective,
      effects,
      0,
      Float64Array.of(theta),
      objective.evaluate(Float64Array.of(theta), new Float64Array(1)),
      free,
      [],
    );
  assert.deepEqual(from(least(-0.1), 0.04), { psi: Float64Array.of(0), free: [], evaluations: 1 });
  assert.deepEqual(from(least(0.0016), -0.04), { psi: Float64Array.of(-0.04), free: [0], evaluations: 1 }); // 0 is 2.6e-6 higher
  assert.deepEqual(from(least(-0.1), 0.06), { psi: Float64Array.of(0.06), free: [0], evaluations: 0 });
  assert.deepEqual(from(least(-0.1), 0.04, []), { psi: Float64Array.of(0.04), free: [], evaluations: 0 });
});

Deno.test("a structure's own parameter means nothing at a standard deviation of 0: it is 0 and fixed with it", () => {
  const effects = effectsOf("y ~ 1 + ar1(0 + factor(x) | g)"), square = new Counted((t) => t[0] ** 2);
  const { psi, free } = collapse(square, effects, 0, Float64Array.of(0.01, 0.7), 1e-4, [0, 1], []);
  assert.deepEqual([psi, free], [Float64Array.of(0, 0), []]);
});

Deno.test("what is held keeps its value where another standard deviation of the term becomes 0", () => {
  const effects = effectsOf("y ~ 1 + (x || g)"),
    square = new Counted((t) => t[0] ** 2),
    held = [{ at: 1, value: -0.02 }];
  const { psi, free } = collapse(square, effects, 0, Float64Array.of(0.01, -0.02), 1e-4, [0], held);
  assert.deepEqual([psi, free], [Float64Array.of(0, -0.02), []]);
});

Deno.test("a descent that is told to stop beside 0 stays where it is", () => {
  const effects = effectsOf("y ~ 1 + (1 | g)"),
    objective = new Counted((t, g) => (g[0] = 2 * t[0], t[0] ** 2));
  const problem = { objective, effects, thetaAt: 0, options: {}, held: [] }, start = Float64Array.of(0.08);
  const stopped = descend(problem, start, Matrix.eye(1).mul(4), () => true);
  assert.deepEqual([stopped.psi, stopped.free], [Float64Array.of(0.04), [0]]);
  assert.deepEqual(descend(problem, start, Matrix.eye(1).mul(4)).free, []);
});
