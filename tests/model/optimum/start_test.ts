/** Starts: the model without random effects is at its maximum, known in closed form or by differences of densities; θ by moments. */
import { denseColumn } from "../../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { choleskyFactor, choleskySolve, Matrix } from "../../../lib/math/dense.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { fixedStart, project, thetaStart } from "../../../lib/model/optimum/start.ts";
import { difference } from "../../laws/differences.ts";
import { scattered } from "../objective/dense.ts";
import * as densities from "../objective/densities.ts";

const n = 48,
  L = 8,
  rows = Array.from({ length: n }, (_, i) => i),
  x = scattered(n),
  noise = scattered(n, 200);
const frame = frameOf({
  count: rows.map((i) => Math.round(Math.exp(1 + 0.8 * x[i] + noise[i]))),
  over: rows.map((i) => Math.round(Math.exp(1 + 0.8 * x[i] + 2 * noise[i]))),
  zeros: rows.map((i) => i % 4 === 0 ? 0 : Math.round(Math.exp(1 + 0.8 * x[i] + noise[i]))),
  share: rows.map((i) => 1 / (1 + Math.exp(-0.5 - x[i] - noise[i]))),
  yes: rows.map((i) => +(x[i] + noise[i] > 0)),
  real: rows.map((i) => 2 + 3 * x[i] + noise[i]),
  x,
  k: rows.map((i) => `k${i % 3}`),
  g: rows.map((i) => `g${i % L}`),
  w: rows.map((i) => 1 + i % 3),
});

const startOf = (formula: string, options: FitOptions) => {
  const { design, family } = planFit(formula, frame, options),
    objective = new Laplace(design, family).withoutEffects(),
    gamma = fixedStart(objective);
  return {
    gamma,
    objective,
    beta: objective.bases.map((basis, k) => basis.coefficients(gamma, objective.first[k])),
  };
};
const values = (name: string) => frame.getColumn(name).toArray() as number[];
const mean = (v: readonly number[], w: readonly number[] = v.map(() => 1)) =>
  v.reduce((s, y, i) => s + w[i] * y, 0) / w.reduce((s, y) => s + y, 0);

for (
  const [name, family, link] of [
    ["count", "poisson", Math.log],
    ["yes", "binomial", (p: number) => Math.log(p / (1 - p))],
    ["real", "gaussian", (m: number) => m],
  ] as const
) {
  Deno.test(`${family}: cell means are the maximum of a model with a mean for each cell, also of weighted rows`, () => {
    for (const weights of [undefined, { frequency: "w" }]) {
      const options = { family, weights };
      const { beta: [beta] } = startOf(`${name} ~ 0 + k`, options), y = values(name), w = values("w");
      beta.forEach((b, k) => {
        const own = rows.filter((i) => i % 3 === k),
          expected = link(mean(own.map((i) => y[i]), weights && own.map((i) => w[i])));
        assert.ok(
          Math.abs(b - expected) < 1e-5 * (1 + Math.abs(expected)),
          `k${k}: ${b}, by hand ${expected}`,
        );
      });
    }
  });
}

/** Formula, options, density of a row. */
const REGRESSIONS: readonly (readonly [string, FitOptions, densities.Density])[] = [
  ["count ~ x + k", { family: "poisson" }, densities.poisson],
  ["yes ~ x + k", { family: "binomial" }, densities.binomial],
  ["over ~ x", { family: "nbinom2" }, densities.nbinom2],
  ["over ~ x", { family: "nbinom2", dispersion: "~ x" }, densities.nbinom2],
  ["share ~ x + k", { family: "beta" }, densities.beta],
  ["real ~ x", { family: "gaussian", dispersion: "~ x" }, densities.gaussian],
  ["zeros ~ x", { family: "poisson", zeroInflation: "~ k" }, densities.inflated(densities.poisson)],
];

for (const [formula, options, density] of REGRESSIONS) {
  Deno.test(`${formula} ${JSON.stringify(options)}: the likelihood of densities written out is flat there, and falls on all sides`, () => {
    const { beta, objective: { design: { predictors, response } } } = startOf(formula, options),
      at = beta.flatMap((b) => [...b]);
    const logLik = (all: readonly number[]) => {
      let total = 0;
      for (let i = 0; i < n; i++) {
        let j = 0;
        const eta = predictors.map(({ X }) =>
          X.reduce((s, column) => s + denseColumn(column)[i] * all[j++], 0)
        );
        total += density(response.y[i], response.trials?.[i] ?? 1, eta);
      }
      return total;
    };
    at.forEach((_, j) => {
      const moved = (t: number) => logLik(at.map((v, i) => i === j ? v + t : v)), h = 1e-3;
      const slope = difference(moved, h), curvature = -(moved(h) - 2 * moved(0) + moved(-h)) / h ** 2;
      assert.ok(
        curvature > 0 && Math.abs(slope) / Math.sqrt(curvature) < 1e-3,
        `β${j}: slope ${slope}, curvature ${curvature}`,
      );
    });
  });
}

Deno.test("least squares onto a part leave the others as they are, and take its offset off", () => {
  const { design, family } = planFit("count ~ x + offset(w)", frame, {
      family: "nbinom2",
      dispersion: "~ k",
    }),
    objective = new Laplace(design, family);
  const gamma = scattered(objective.size), before = gamma.slice(), target = scattered(n, 900);
  project(objective, 0, target, gamma);
  const X = new Matrix(rows.map((i) => [1, x[i]])),
    w = values("w"),
    y = Matrix.columnVector(rows.map((i) => target[i] - w[i]));
  const expected = choleskySolve(choleskyFactor(X.transpose().mmul(X))!, X.transpose().mmul(y).to1DArray());
  objective.bases[0].coefficients(gamma).forEach((b, j) =>
    assert.ok(Math.abs(b - expected[j]) < 1e-10, `β${j}: ${b}, ${expected[j]}`)
  );
  assert.deepEqual(gamma.slice(2), before.slice(2));
});

Deno.test("θ of counts is √(Σ (r² − v) / Σ v²), r and v a group's score and information at one mean, within its ends", () => {
  for (const [spread, expectedEnd] of [[1.5, null], [0, 0.15]] as const) {
    const far = scattered(L, 77),
      y = rows.map((i) => 3 + (spread ? Math.round(4 + 4 * spread * far[i % L]) : Math.floor(i / L) % 2));
    const own = frameOf({ y, g: rows.map((i) => `g${i % L}`) }),
      { design, family } = planFit("y ~ 1 + (1 | g)", own, { family: "poisson" });
    const objective = new Laplace(design, family), bare = objective.withoutEffects();
    fixedStart(bare);
    const [theta] = thetaStart(objective.effects, bare);
    const mu = mean(y), v = mu * n / L; // every group
    const excess = Array.from(
      { length: L },
      (_, l) => y.reduce((s, value, i) => s + (i % L === l ? value - mu : 0), 0) ** 2 - v,
    ).reduce((s, e) => s + e, 0);
    const expected = Math.sqrt(expectedEnd === null ? excess / (L * v * v) : expectedEnd / v);
    assert.ok(Math.abs(theta / expected - 1) < 1e-6, `${theta}, by hand ${expected}`);
  }
});
