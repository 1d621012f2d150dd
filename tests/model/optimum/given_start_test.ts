/** ψ at values that the caller gives, against what ψ means by dense algebra: coefficients β, and the covariance of every term. */
import assert from "node:assert/strict";
import type { Matrix } from "../../../lib/math/dense.ts";
import { frameOf } from "../../../lib/frame.ts";
import * as families from "../../../lib/model/families/mod.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { objectiveOf } from "../../../lib/model/optimum/engine.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { withStart } from "../../../lib/model/optimum/given_start.ts";
import type { StartValue } from "../../../lib/model/options/start_values.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { denseEffects, scattered } from "../objective/dense.ts";
import { DenseDeviance } from "../objective/dense_deviance.ts";

const general = (cond: string, disp?: string) =>
  new Laplace(smallDesign(families.nbinom2(), { cond, disp }), families.nbinom2());
const linear = (cond: string) => {
  const design = smallDesign(families.gaussian(), { cond });
  return { design, objective: new ProfiledDeviance(rowSums(design), true) };
};

/** A value of a term by its name. */
const term = (k: number, name: string, value: number): StartValue => ({ kind: "term", term: k, name, value });

/** Covariance of the first level of the first term of a general objective. */
function covariance({ design, effects, thetaAt }: Laplace, psi: Float64Array, c: number): Matrix {
  return denseEffects(design, (k) => effects.unit(k)).G(psi.subarray(thetaAt)).subMatrix(0, c - 1, 0, c - 1);
}

function close(got: number, expected: number, what: string) {
  assert.ok(
    Math.abs(got - expected) < 1e-10 * Math.max(1, Math.abs(expected)),
    `${what}: ${got}, given ${expected}`,
  );
}

Deno.test("coefficients are those given, of every part, and the others stay", () => {
  const objective = general("x + w + (1 | g)", "~ x"),
    { bases, first, thetaAt } = objective,
    psi = scattered(objective.size);
  const before = bases.map((basis, k) => basis.coefficients(psi, first[k]));
  const out = withStart(psi, objective, [
    { kind: "coefficient", part: 0, index: 1, value: 3 },
    { kind: "coefficient", part: 1, index: 0, value: -2 },
  ]);
  const [mean, dispersion] = bases.map((basis, k) => basis.coefficients(out, first[k]));
  [before[0][0], 3, before[0][2]].forEach((v, j) => close(mean[j], v, `β${j}`));
  [-2, before[1][1]].forEach((v, j) => close(dispersion[j], v, `dispersion ${j}`));
  assert.deepEqual(out.subarray(thetaAt), psi.subarray(thetaAt));
});

const CASES:
  readonly (readonly [string, readonly StartValue[], (S: Matrix) => readonly [number, number][]])[] = [
    ["x + (1 | g)", [term(0, "sd__(Intercept)", 0.7)], (S) => [[S.get(0, 0), 0.49]]],
    ["x + (0 + x | h)", [term(0, "sd__x", 0.7)], (S) => [[S.get(0, 0), 0.49]]],
    [
      "x + (x || g)",
      [term(0, "sd__x", 0.3), term(0, "sd__(Intercept)", 2)],
      (S) => [[S.get(0, 0), 4], [S.get(1, 1), 0.09], [S.get(0, 1), 0]],
    ],
    [
      "x + (x | g)",
      [term(0, "sd__(Intercept)", 2), term(0, "sd__x", 0.3), term(0, "cor__(Intercept).x", -0.8)],
      (S) => [[S.get(0, 0), 4], [S.get(1, 1), 0.09], [S.get(0, 1), -0.48]],
    ],
    [
      "x + (x | g)",
      [term(0, "cor__(Intercept).x", 0.5)], // the standard deviations stay
      (S) => [[S.get(0, 1) / Math.sqrt(S.get(0, 0) * S.get(1, 1)), 0.5]],
    ],
    [
      "x + ar1(0 + factor(t) | g)",
      [term(0, "sd__ar1", 1.5), term(0, "rho__ar1", 0.6)],
      (S) => [[S.get(0, 0), 2.25], [S.get(0, 1), 1.35], [S.get(0, 2), 0.81]],
    ],
    [
      "x + exp(0 + numFactor(t) | g)",
      [term(0, "sd__exp", 1.5), term(0, "range__exp", 2)],
      (S) => [[S.get(1, 1), 2.25], [S.get(0, 3), 2.25 * Math.exp(-3 / 2)]],
    ],
    [
      "x + homtoep(0 + factor(t) | g)",
      [term(0, "sd__homtoep", 1.5), term(0, "cor__homtoep.1", 0.6), term(0, "cor__homtoep.2", 0.4)],
      (
        S,
      ) => [[S.get(0, 0), 2.25], [S.get(0, 1), 1.35], [S.get(1, 2), 1.35], [S.get(0, 2), 0.9], [
        S.get(1, 3),
        0.9,
      ]],
    ],
    [
      "x + toep(0 + factor(t) | g)",
      [term(0, "cor__toep.1", -0.5)], // the standard deviations stay; the other correlations, which cannot, make way
      (S) => [1, 2, 3].map((i) => [S.get(i - 1, i) / Math.sqrt(S.get(i - 1, i - 1) * S.get(i, i)), -0.5]),
    ],
  ];

for (const [cond, values, check] of CASES) {
  const title = `${cond}: ${values.map((v) => v.kind === "term" ? `${v.name} = ${v.value}` : "").join(", ")}`;

  Deno.test(`${title}: the covariance of a level has them`, () => {
    const objective = general(cond),
      psi = scattered(objective.size).map((v) => 0.8 + 0.2 * v),
      out = withStart(psi, objective, values);
    const { names } = objective.design.predictors[0].random[0];
    check(covariance(objective, out, names.length)).forEach(([got, expected], k) =>
      close(got, expected, `${k}`)
    );
    assert.deepEqual(
      out.subarray(0, objective.thetaAt),
      withStart(psi, objective, []).subarray(0, objective.thetaAt),
    );
  });

  Deno.test(`${title}: in a Gaussian model they are relative to σ, given or as it is at the start`, () => {
    const { design, objective } = linear(cond),
      theta = scattered(objective.effects.thetas).map((v) => 0.8 + 0.2 * v);
    const { names } = design.predictors[0].random[0],
      c = names.length,
      sigma = Math.sqrt(new DenseDeviance(design, true).at(theta).sigma2);
    for (
      const [own, by] of [[[{ kind: "coefficient", part: 1, index: 0, value: Math.log(2) } as const], 2], [
        [],
        sigma,
      ]] as const
    ) {
      const out = withStart(theta, objective, [...values, ...own]),
        S = denseEffects(design).G(out).subMatrix(0, c - 1, 0, c - 1);
      check(S.mul(by ** 2)).forEach(([got, expected], k) => close(got, expected, `${k}`));
    }
  });
}

Deno.test("values are those of the term that they name", () => {
  const objective = general("x + (1 | h) + (1 | g)"), psi = new Float64Array(objective.size).fill(0.3);
  const out = withStart(psi, objective, [term(1, "sd__(Intercept)", 0.9)]);
  assert.deepEqual(Array.from(out.subarray(objective.thetaAt)), [0.3, 0.9]);
});

Deno.test("correlations that are not given stay as they are where a covariance has them all", () => {
  const objective = general("x + toep(0 + factor(t) | g)"), { size, thetaAt } = objective;
  const psi = scattered(size).map((v) => 0.2 * v).fill(0.7, thetaAt, thetaAt + 4);
  const lags = (at: Float64Array) =>
    [1, 2, 3].map((k) => covariance(objective, at, 4).get(0, k) / covariance(objective, at, 4).get(0, 0));
  const [, second, third] = lags(psi), out = lags(withStart(psi, objective, [term(0, "cor__toep.1", 0.15)]));
  out.forEach((v, k) => close(v, [0.15, second, third][k], `lag ${k + 1}`));
});

Deno.test("correlations that no covariance has together are refused", () => {
  for (
    const [cond, values] of [
      ["x + homtoep(0 + factor(t) | g)", [term(0, "cor__homtoep.1", 0.9), term(0, "cor__homtoep.2", -0.9)]],
      ["x + (x + w | g)", [
        term(0, "cor__(Intercept).x", 0.9),
        term(0, "cor__(Intercept).w", 0.9),
        term(0, "cor__x.w", -0.9),
      ]],
    ] as const
  ) {
    const objective = general(cond);
    assert.throws(
      () => withStart(new Float64Array(objective.size).fill(0.5), objective, values),
      /contradict each other/,
    );
  }
});

Deno.test("of a structure in the residual's place they are those of the residuals", () => {
  const frame = frameOf({
    y: scattered(40),
    id: Array.from({ length: 40 }, (_, i) => `s${Math.floor(i / 4)}`),
    v: Array.from({ length: 40 }, (_, i) => `v${i % 4}`),
  });
  const objective = objectiveOf(planFit("y ~ 1", frame, { residual: "toep(v | id)" })) as ProfiledDeviance;
  const { effects, effects: { terms: [{ covariance, term: { names } }] } } = objective;
  const theta = new Float64Array(effects.thetas);
  theta.set(covariance.start([1, 1, 1, 1]));
  const out = withStart(theta, objective, [
    { kind: "coefficient", part: 1, index: 0, value: Math.log(2) },
    term(0, `sd__${names[1]}`, 3),
    term(0, "cor__toep.1", 0.6),
  ]);
  const before = covariance.relative!(theta, 0),
    C = covariance.relative!(out, 0),
    at = (i: number, j: number) => C[4 * j + i];
  close(
    at(1, 1) / at(0, 0),
    (3 / 2) ** 2 / before[0],
    "variance of the second to that of the first, which stays",
  );
  [1, 2, 3].forEach((i) =>
    close(at(i - 1, i) / Math.sqrt(at(i - 1, i - 1) * at(i, i)), 0.6, `correlation ${i}`)
  );
});
