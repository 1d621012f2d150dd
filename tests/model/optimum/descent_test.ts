/** The search for an optimum and its certificate: functions whose minima are known, and models from many starts. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { certified, descend, embed, findOptimum } from "../../../lib/model/optimum/descent.ts";
import type { Optimum } from "../../../lib/model/optimum/optimum.ts";
import { dataOf, type ModelName, MODELS, type Named } from "../../catalogue.ts";
import { sameMatrix, scattered } from "../objective/dense.ts";
import { Counted, ofModel, plain, quadratic, valley } from "./problems.ts";

const H = new Matrix([[4, 1, 0.5], [1, 3, 0.2], [0.5, 0.2, 2]]);

function near(got: ArrayLike<number>, expected: readonly number[], tolerance: number) {
  expected.forEach((v, i) =>
    assert.ok(Math.abs(got[i] - v) < tolerance, `x${i}: ${got[i]}, minimum at ${v}`)
  );
}

Deno.test("the minimum of a quadratic function, its curvature, and the inverse of that", () => {
  const objective = quadratic(H, [1, -2, 3]),
    optimum = findOptimum(plain(objective), Float64Array.of(0, 0, 0), Matrix.eye(3));
  near(optimum.psi, [1, -2, 3], 1e-6);
  sameMatrix(optimum.hessian, H, 1e-6, "curvature");
  sameMatrix(optimum.covariance, positiveInverse(H)!, 1e-6, "covariance");
  assert.ok(optimum.converged && optimum.gradient < 1e-6 && optimum.value < 1e-12);
  assert.deepEqual([optimum.free, optimum.fixed, optimum.held, optimum.flat.directions], [
    [0, 1, 2],
    [],
    [],
    [],
  ]);
  assert.ok(
    objective.evaluations <= optimum.evaluations,
    `${objective.evaluations} evaluations, told ${optimum.evaluations}`,
  );
});

Deno.test("a curved valley is followed to its end from wherever the search starts", () => {
  for (const start of [[-1.2, 1, 0.5], [3, -2, 1], [0, 0, 0], [1.5, 4, -3]]) {
    const optimum = findOptimum(plain(valley()), Float64Array.from(start), Matrix.eye(3));
    near(optimum.psi, [1, 1, 1], 1e-5);
    assert.ok(optimum.converged, `${start}`);
  }
});

Deno.test("a flat direction is named, and the covariance is that of what is curved", () => {
  const objective = new Counted((x, gradient) => { // (x + y − 1)² + z²/2
    const s = x[0] + x[1] - 1;
    gradient.set([2 * s, 2 * s, x[2]]);
    return s * s + x[2] ** 2 / 2;
  });
  const { psi, covariance, flat, converged } = findOptimum(
    plain(objective),
    Float64Array.of(3, 1, 2),
    Matrix.eye(3),
  );
  near([psi[0] + psi[1], psi[2]], [1, 0], 1e-4); // as far as quasi-Newton goes: √2e-9 standard errors
  assert.ok(converged);
  assert.equal(flat.directions.length, 1);
  const [d] = flat.directions;
  assert.ok(Math.abs(d[0] + d[1]) < 1e-6 && Math.abs(d[2]) < 1e-6 && Math.abs(d[0]) > 0.1, `direction ${d}`);
  const ofSum = covariance.get(0, 0) + 2 * covariance.get(0, 1) + covariance.get(1, 1);
  assert.ok(Math.abs(ofSum - 0.5) < 1e-6, `var(x + y) ${ofSum}, 1/2`);
});

/** x⁴/4 − x²/2 + y²/2: minima at x = ±1 with value −1/4, a saddle at 0. */
const wells = () =>
  new Counted((x, gradient) => {
    gradient.set([x[0] ** 3 - x[0], x[1]]);
    return x[0] ** 4 / 4 - x[0] ** 2 / 2 + x[1] ** 2 / 2;
  });

Deno.test("a saddle is no optimum: the search leaves it along the direction in which the function falls", () => {
  const { psi, value, converged, hessian } = findOptimum(
    plain(wells()),
    Float64Array.of(0, 1),
    Matrix.eye(2),
  );
  near([Math.abs(psi[0]), psi[1]], [1, 0], 1e-5);
  assert.ok(converged && Math.abs(value + 0.25) < 1e-9);
  sameMatrix(hessian, Matrix.diag([2, 1]), 1e-4, "curvature");
  const left = certified(
    plain(wells(), { moreDescents: 0 }),
    descend(plain(wells()), Float64Array.of(0, 1), Matrix.eye(2)),
  );
  assert.ok(
    !left.converged && Math.abs(left.smallestEigenvalue + 1) < 1e-4,
    "not left: no optimum, scaled curvature −1",
  );
});

Deno.test("a function without a minimum is not certified", () => {
  const slope = new Counted((x, gradient) => (gradient.set([-1, x[1]]), -x[0] + x[1] ** 2 / 2));
  assert.ok(
    !findOptimum(plain(slope, { maxEvaluations: 60 }), Float64Array.of(0, 1), Matrix.eye(2)).converged,
  );
});

Deno.test("entries that are held stay where the caller has them, and the others are at the minimum beside them", () => {
  const held = [{ at: 1, value: 0.5 }],
    optimum = findOptimum(plain(quadratic(H, [1, -2, 3]), {}, held), Float64Array.of(0, 9, 0), Matrix.eye(3));
  assert.deepEqual([optimum.psi[1], optimum.free, optimum.fixed, optimum.held], [0.5, [0, 2], [1], [1]]);
  // H_ff (x_f − c_f) = −H_fh (0.5 + 2)
  const move = positiveInverse(H.selection([0, 2], [0, 2]))!.mmul(
    Matrix.columnVector([1, 0.2].map((h) => -2.5 * h)),
  );
  near(optimum.psi, [1 + move.get(0, 0), 0.5, 3 + move.get(1, 0)], 1e-6);
  assert.ok(optimum.covariance.getRow(1).every((v) => v === 0));
});

Deno.test("a descent ends where it is told to, at its limit of evaluations, and tells of every step", () => {
  const start = Float64Array.of(-1.2, 1), steps: number[] = [];
  const onProgress = (value: number) => steps.push(value);
  let asked = 0;
  const stopped = descend(plain(valley(), { onProgress }), start, Matrix.eye(2), () => ++asked === 3);
  assert.equal(steps.length, 4); // the start and three steps
  assert.equal(stopped.value, steps[3]);
  assert.ok(steps.every((v, k) => k === 0 || v <= steps[k - 1]) && stopped.value > 0.01);
  const limited = new Counted(valley().evaluate.bind(valley()));
  descend(plain(limited, { maxEvaluations: 7 }), start, Matrix.eye(2));
  assert.equal(limited.evaluations, 7);
});

Deno.test("a Hessian over free parameters stands among ones", () => {
  assert.deepEqual(embed(new Matrix([[4, 1], [1, 3]]), [0, 2], 3).to2DArray(), [[4, 0, 1], [0, 1, 0], [
    1,
    0,
    3,
  ]]);
});

/** What a certificate says, computed once more at its point. */
function checkCertificate(
  { psi, gradient, covariance, converged }: Optimum,
  problem: ReturnType<typeof ofModel>,
) {
  const slope = new Float64Array(psi.length);
  problem.objective.evaluate(psi, slope);
  const distance = Math.sqrt(
    slope.reduce((s, g, i) => s + slope.reduce((t, h, j) => t + g * covariance.get(i, j) * h, 0), 0),
  );
  assert.ok(converged && gradient < 1e-4 && distance < 1e-4, `${distance} standard errors, told ${gradient}`);
}

for (
  const name of [
    "sleep, REML",
    "sleep, ML",
    "dragons, ranges",
    "counts, Poisson",
  ] as const satisfies ModelName[]
) {
  Deno.test(`${name}: whatever the start, the search ends in one optimum, where the gradient is negligible`, async () => {
    const { formula, options }: Named = MODELS[name], data = await dataOf(name);
    let best: Optimum | null = null;
    for (let k = 0; k < 4; k++) {
      const problem = ofModel(formula, data, options),
        { thetaAt, effects } = problem,
        size = thetaAt + effects.thetas;
      const start = scattered(size, 1 + 31 * k).map((v, j) => j < thetaAt ? 0.5 * v : 0.6 + 0.5 * v);
      const optimum = findOptimum(problem, start, Matrix.eye(size));
      checkCertificate(optimum, problem);
      best ??= optimum;
      assert.ok(
        Math.abs(optimum.value - best.value) < 1e-8 * Math.abs(best.value),
        `start ${k}: ${optimum.value}, ${best.value}`,
      );
      sameMatrix(Matrix.abs(optimum.covariance), Matrix.abs(best.covariance), 1e-3, "covariance"); // up to signs of columns
    }
  });
}
