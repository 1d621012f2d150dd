/**
 * An optimum at infinity says of what the data determine what the model says without the rows that vanish: its limit is their likelihood
 * (Albert & Anderson 1984; Geyer 2009). They have not vanished altogether where a search ends: 1e-4.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { congruence, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { hessianFromGradient } from "../../../lib/math/differentiate.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { NOT_FLAT } from "../../../lib/model/optimum/directions.ts";
import { flatFree, withSeparation } from "../../../lib/model/optimum/flatness.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import { form, sameMatrix } from "../objective/dense.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i), cell = rows.map((i) => i % 3);
const columns = {
  x: rows.map((i) => (i * 7) % 13 - 6),
  k: cell.map((v) => `k${v}`),
  g: rows.map((i) => `g${i % 10}`),
  yes: rows.map((i) => cell[i] === 2 ? 0 : +((i * 5) % 7 < 3)),
  yes0: rows.map((i) => cell[i] === 0 ? 0 : +((i * 5) % 7 < 3)),
  counts0: rows.map((i) => cell[i] === 0 ? 0 : (i * 5 + i % 10) % 4),
  counts: rows.map((i) => cell[i] === 2 ? 0 : (i * 5 + i % 10) % 4),
};
const taken = (keep: (i: number) => boolean) =>
  frameOf(
    Object.fromEntries(
      Object.entries(columns).map((
        [name, v],
      ) => [name, (v as (number | string)[]).filter((_, i) => keep(i))]),
    ) as Record<string, number[]>,
  );

/** The optimum, the coefficients of the mean, and their covariance. */
function fitted(formula: string, options: FitOptions, keep: (i: number) => boolean) {
  const { objective, optimum } = optimise(planFit(formula, taken(keep), options)),
    laplace = objective as Laplace,
    [basis] = laplace.bases;
  const covariance = congruence(
    basis.inverse,
    optimum.covariance.subMatrix(0, basis.size - 1, 0, basis.size - 1),
  );
  return { laplace, optimum, beta: Matrix.columnVector(basis.coefficients(optimum.psi)), covariance };
}

/** Coefficients that run off, and functions of all coefficients (rows) with what they are without the cell. */
const LAST = {
  gone: 2,
  runs: [3],
  all: [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]],
  rest: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
};
/** The reference cell: the others' means and their difference. */
const REFERENCE = {
  gone: 0,
  runs: [0, 2, 3],
  all: [[1, 0, 1, 0], [0, 1, 0, 0], [0, 0, -1, 1]],
  rest: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
};

for (
  const [formula, family, { gone, runs, ...functions }] of [
    ["yes ~ x + k", "binomial", LAST],
    ["yes ~ x + k + (1 | g)", "binomial", LAST],
    ["counts ~ x + k", "poisson", LAST],
    ["yes0 ~ x + k", "binomial", REFERENCE],
    ["counts0 ~ x + k", "poisson", REFERENCE],
  ] as const
) {
  Deno.test(`${formula}: what is estimable has the estimate and covariance of the rows that say something`, () => {
    const all = fitted(formula, { family }, () => true),
      rest = fitted(formula, { family }, (i) => cell[i] !== gone);
    const { flat, converged, gradient, smallestEigenvalue } = all.optimum;
    assert.ok(converged && gradient < 1e-3 && smallestEigenvalue > 0.01);
    assert.equal(flat.directions.length, 1);
    flat.directions[0].forEach((v, j) =>
      assert.equal(v !== 0, runs.some((r) => r === j), `coefficient ${j} moves by ${v}`)
    );
    const [A, B] = [functions.all, functions.rest].map((rows) => new Matrix(rows.map((row) => [...row])));
    sameMatrix(A.mmul(all.beta), B.mmul(rest.beta), 1e-3, "estimates");
    sameMatrix(congruence(A, all.covariance), congruence(B, rest.covariance), 1e-4, "covariance");
  });
}

Deno.test("where nothing runs off the optimum is the same, and the curved directions are all", () => {
  const { laplace, optimum } = fitted("yes ~ x + k", { family: "binomial" }, (i) => cell[i] !== 2);
  assert.equal(withSeparation(laplace, laplace, optimum), optimum);
  assert.deepEqual(flatFree(laplace, optimum.flat, optimum.free).to2DArray(), Matrix.eye(3).to2DArray());
});

Deno.test("the curved directions are orthonormal and orthogonal to what runs off, over ψ", () => {
  const { laplace, optimum } = fitted("yes ~ x + k", { family: "binomial" }, () => true),
    U = flatFree(laplace, optimum.flat, optimum.free);
  const product = U.transpose().mmul(U).sub(Matrix.eye(U.columns)), [direction] = optimum.flat.directions;
  assert.ok(U.columns === 3 && Matrix.abs(product).max() < 1e-12);
  const along = Matrix.rowVector(laplace.toPsi(direction)).mmul(U);
  assert.ok(
    Matrix.abs(along).max() < 1e-12 && positiveInverse(U.transpose().mmul(optimum.hessian).mmul(U)) !== null,
  );
});

Deno.test("on the way to infinity, too, distance and covariance are those of what is determined: nothing is left along the direction", () => {
  const { laplace, optimum } = fitted("yes ~ x + k", { family: "binomial" }, () => true),
    [basis] = laplace.bases,
    { psi, free } = optimum;
  const beta = basis.coefficients(psi),
    size = psi.length,
    there = new Float64Array(size),
    gradient = new Float64Array(size);
  beta[3] -= beta[0] + beta[3] + 11; // η about −11: slopes of 2e-5 in 20 rows
  basis.onBasis(beta, there);
  const value = laplace.evaluate(there, gradient), steps = new Float64Array(size).fill(1e-3);
  const hessian = hessianFromGradient((x, g) => void laplace.evaluate(x, g), there, steps);
  const plain = {
    ...optimum,
    psi: there,
    value,
    hessian,
    covariance: positiveInverse(hessian)!,
    flat: NOT_FLAT,
  };
  laplace.evaluate(there, gradient);
  const { covariance, flat, gradient: distance, converged } = withSeparation(laplace, laplace, plain),
    [direction] = flat.directions;
  const along = (C: Matrix) => Matrix.abs(C.mmul(Matrix.columnVector(laplace.toPsi(direction)))).max();
  assert.ok(
    along(plain.covariance) > 100 && along(covariance) < 1e-9,
    `${along(plain.covariance)}, then ${along(covariance)}`,
  );
  const before = Math.sqrt(form(gradient, plain.covariance, gradient));
  assert.ok(before > 0.01 && distance < 1e-3 && converged, `${before} standard errors, then ${distance}`);
  assert.deepEqual(free, [0, 1, 2, 3]);
});
