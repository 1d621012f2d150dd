/**
 * Second derivatives of the profiled deviance against dense algebra. V is quadratic in θ where templates are linear, so that differences
 * over a step of 1 are its exact derivatives V_j and V_jk; rounding alone is left, 1e-9 of the largest entry.
 */
import assert from "node:assert/strict";
import { congruence, Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { ThetaDerivatives } from "../../../lib/model/objective/theta_derivatives.ts";
import { difference } from "../../laws/differences.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { sameMatrix, scattered } from "./dense.ts";
import { DenseDeviance } from "./dense_deviance.ts";

const LINEAR = [
  "x + (1 | g)",
  "x + (x | g)",
  "x + (x || g) + (1 | h)",
  "x + (x | g) + (0 + w | g) + (1 | h)",
  "x + (1 | g / k)",
];
const CURVED = [
  "x + ar1(0 + factor(t) | g)",
  "x + ar1(0 + factor(p) | h) + (1 | g)",
  "x + exp(0 + numFactor(p) | h)",
];

function setUp(cond: string, reml: boolean) {
  const design = smallDesign(gaussian(), { cond }, { weights: { precision: "wt" } });
  const objective = new ProfiledDeviance(rowSums(design), reml);
  const theta = scattered(objective.effects.thetas).map((v, j) => (j % 2 ? -0.3 : 0.8) + 0.3 * v);
  return { objective, theta, dense: new DenseDeviance(design, reml) };
}

/** Σ_ij A_ij B_ij of symmetric matrices: tr AB. */
const trace = (A: Matrix, B: Matrix) => Matrix.mul(A, B).sum();

/** ½[yᵀPV_jPV_kPy/σ² − (yᵀPV_jPy)(yᵀPV_kPy)/Nσ⁴] + ½[tr(KV_jk) − yᵀPV_jkPy/σ²], K = V⁻¹ (ML) or P (REML). */
function averageInformation(dense: DenseDeviance, theta: Float64Array, reml: boolean): Matrix {
  const { P, inverse, sigma2: s2 } = dense.at(theta),
    { N, y } = dense,
    K = reml ? P : inverse,
    Py = P.mmul(y);
  const V = (...moves: [number, number][]) =>
    dense.covariance(moves.reduce((at, [j, h]) => (at[j] += h, at), theta.slice()));
  const first = Array.from(theta, (_, j) => V([j, 1]).sub(V([j, -1])).mul(0.5)),
    out = Matrix.zeros(theta.length, theta.length);
  const form = (S: Matrix) => Py.transpose().mmul(S).mmul(Py).get(0, 0);
  for (let j = 0; j < theta.length; j++) {
    for (let k = 0; k < theta.length; k++) {
      const second = V([j, 1], [k, 1]).sub(V([j, 1], [k, -1])).sub(V([j, -1], [k, 1])).add(
        V([j, -1], [k, -1]),
      ).mul(0.25);
      const average = form(first[j].mmul(P).mmul(first[k])) / s2 -
        form(first[j]) * form(first[k]) / (N * s2 ** 2);
      out.set(j, k, (average + trace(K, second) - form(second) / s2) / 2);
    }
  }
  return out;
}

for (const reml of [false, true]) {
  for (const cond of LINEAR) {
    Deno.test(`${reml ? "REML" : "ML"}: ${cond}: the curvature is the average information and the exact term in ∂²V`, () => {
      const { objective, theta, dense } = setUp(cond, reml);
      objective.evaluate(theta, theta.slice());
      sameMatrix(objective.curvature!(), averageInformation(dense, theta, reml), 1e-9, cond);
    });
  }

  for (const cond of [...LINEAR, ...CURVED]) {
    Deno.test(`${reml ? "REML" : "ML"}: ${cond}: the derivatives of QᵀV⁻¹Q are those of XᵀV⁻¹X on the basis`, () => {
      const { objective, theta, dense } = setUp(cond, reml), onBasis = objective.basis.inverse.transpose();
      objective.evaluate(theta, theta.slice());
      theta.forEach((_, j) => {
        const expected = Matrix.zeros(objective.p, objective.p);
        const information = (t: number) => {
          const { X } = dense, { inverse } = dense.at(theta.map((v, i) => i === j ? v + t : v));
          return congruence(onBasis, X.transpose().mmul(inverse).mmul(X));
        };
        const at = new Map([1e-3, -1e-3, 2e-3, -2e-3].map((t) => [t, information(t)]));
        for (let r = 0; r < expected.rows; r++) {
          for (let s = 0; s < expected.rows; s++) {
            expected.set(
              r,
              s,
              difference((t) => at.get(t)!.get(r, s), 1e-3),
            );
          }
        }
        // differences here: rounding of 1e-14 over 1e-3; there, of what is curved in θ: 1e-4 squared times third derivatives
        const tolerance = CURVED.includes(cond) ? 1e-7 : 1e-9;
        sameMatrix(new ThetaDerivatives(objective).ofInformation(j), expected, tolerance, `${cond}, θ${j}`);
      });
    });
  }
}

Deno.test("at a standard deviation of 0 the curvature is that of the dense formula, to the 1e-3 beside it where it is taken", () => {
  for (const [cond, at] of [["x + (1 | g) + (1 | h)", [0, 0.7]], ["x + (x | g)", [0.8, -0.4, 0]]] as const) {
    const { objective, dense } = setUp(cond, true), theta = Float64Array.from(at);
    objective.evaluate(theta, theta.slice());
    sameMatrix(objective.curvature!(), averageInformation(dense, theta, true), 1e-3, cond);
    assert.deepEqual(objective.theta, theta); // and the objective stands where it was
  }
});
