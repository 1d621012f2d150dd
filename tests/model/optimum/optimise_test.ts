/** From a plan to its optimum: however the search begins, it ends where dense algebra says that nothing is better. */
import assert from "node:assert/strict";
import type { Objective } from "../../../lib/math/minimize.ts";
import { type FitOptions, planFit } from "../../../lib/model/fit.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { startHessian } from "../../../lib/model/optimum/cold_start.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import { optimumWhereStopped, type Step } from "../../../lib/model/optimum/stopped.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";
import { DenseLaplace } from "../objective/dense_laplace.ts";
import * as densities from "../objective/densities.ts";
import { sameMatrix } from "../objective/dense.ts";
import { groupedData } from "../result/grouped_data.ts";

const frame = groupedData();

interface Case {
  readonly formula: string;
  readonly options: FitOptions;
  readonly density?: densities.Density;
}

const CASES: readonly Case[] = [
  { formula: "y ~ x + (x | g) + (1 | h)", options: {} },
  { formula: "series ~ x + ar1(0 + factor(t) | g)", options: { reml: false } },
  { formula: "count ~ x + (x | g) + (1 | h)", options: { family: "poisson" }, density: densities.poisson },
  { formula: "over ~ x + (1 | g) + (1 | h)", options: { family: "nbinom2" }, density: densities.nbinom2 },
  { formula: "share ~ x + (1 | g)", options: { family: "beta", dispersion: "~ x" }, density: densities.beta },
];

const plan = ({ formula, options }: Case) => planFit(formula, frame, options);

/** The dense value of a model as a function of ψ. */
function denseValue(
  { options, density }: Case,
  { objective, design }: ReturnType<typeof optimise>,
): (psi: Float64Array) => number {
  if (density) {
    const dense = new DenseLaplace(objective as Laplace, density);
    return (psi) => dense.at(psi).value;
  }
  const dense = new DenseDeviance(design, options.reml ?? true);
  return (psi) => dense.value(psi);
}

for (const given of CASES) {
  const title = `${given.formula} ${JSON.stringify(given.options)}`;

  Deno.test(`${title}: no step in any parameter makes the dense value smaller`, () => {
    const engine = optimise(plan(given)),
      { psi, value, covariance, converged, fixed } = engine.optimum,
      dense = denseValue(given, engine);
    assert.ok(converged && fixed.length === 0);
    assert.ok(Math.abs(dense(psi) - value) < 1e-9 * Math.abs(value), `${value}, dense ${dense(psi)}`);
    psi.forEach((_, j) => {
      const h = 0.03 * Math.sqrt(covariance.get(j, j)),
        [up, down] = [h, -h].map((t) => dense(psi.map((v, i) => i === j ? v + t : v)) - value);
      // ½ (0.03)² times the precision left when the others stay: at least that of a standard error
      assert.ok(Math.min(up, down) > 4e-4, `ψ${j}: ${up}, ${down}`);
      assert.ok(Math.abs(up - down) < 0.2 * (up + down), `ψ${j}: ${up} to one side, ${down} to the other`);
    });
  });

  Deno.test(`${title}: from its own optimum, and from one elsewhere, the search comes back to it`, () => {
    const { optimum } = optimise(plan(given)), { psi, value, hessian } = optimum;
    const warm = optimise({ ...plan(given), warm: { psi, hessian } }).optimum;
    const elsewhere = optimise({ ...plan(given), warm: { psi: psi.map((v) => v + 0.2), hessian } }).optimum;
    for (const other of [warm, elsewhere]) {
      assert.ok(other.converged && Math.abs(other.value - value) < 1e-8 * Math.abs(value));
    }
    assert.ok(warm.evaluations <= optimum.evaluations);
  });
}

Deno.test("steps tell where the search is; the best of them is what a stopped search leaves", () => {
  for (const given of CASES) {
    const steps: Step[] = [], counts: number[] = [];
    const { optimum } = optimise({
      ...plan(given),
      watch: {
        step: (s) => steps.push(s),
        part: () => {},
        standardErrors: (done, of) => counts.push(done / of),
      },
    });
    const objective: Objective = objectiveOf(plan(given));
    assert.ok(steps.length > 2);
    assert.equal(counts.at(-1), objective.curvature ? undefined : 1, given.formula); // of differences
    const best = steps.reduce((a, b) => b.logLik > a.logLik ? b : a);
    for (const { psi, logLik } of [steps[0], best]) {
      const value = objective.evaluate(psi, new Float64Array(psi.length));
      assert.ok(Math.abs(value + logLik) < 1e-8 * Math.abs(value), `${-logLik}, at the step ${value}`);
    }
    assert.ok(-best.logLik - optimum.value < 1e-6 && optimumWhereStopped(best).stopped);
  }
});

Deno.test("the first guess of the Hessian holds the information of γ, and is positive definite", () => {
  for (const given of CASES.filter(({ density }) => density)) {
    const { objective, optimum: { psi } } = optimise(plan(given)), laplace = objective as Laplace;
    laplace.evaluate(psi, new Float64Array(psi.length));
    const H = startHessian(laplace, psi), { thetaAt } = laplace, p = thetaAt - 1;
    sameMatrix(H.subMatrix(0, p, 0, p), laplace.fixedInformation(), 0, given.formula);
    for (let i = thetaAt; i < psi.length; i++) {
      assert.ok(H.get(i, i) > 0);
      for (let j = 0; j < psi.length; j++) if (i !== j) assert.equal(H.get(i, j), 0);
    }
  }
});

Deno.test("a start at which the likelihood is not defined is refused", () => {
  const start = [{ kind: "coefficient", part: 0, index: 0, value: 1e6 } as const];
  assert.throws(
    () => optimise({ ...planFit("count ~ x + (1 | g)", frame, { family: "poisson" }), start }),
    /Cannot start there: the likelihood is not defined/,
  );
});
