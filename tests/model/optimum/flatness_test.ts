/**
 * An optimum at infinity says of what the data determine what the model says without the rows that vanish: its limit is their likelihood
 * (Albert & Anderson 1984; Geyer 2009). They have not vanished altogether where a search ends: 1e-4 of a standard error.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { planFit } from "../../../lib/model/fit.ts";
import type { FitOptions } from "../../../lib/model/options/options.ts";
import type { Laplace } from "../../../lib/model/objective/laplace.ts";
import { flatFree, withSeparation } from "../../../lib/model/optimum/flatness.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i), cell = rows.map((i) => i % 3);
const columns = {
  x: rows.map((i) => (i * 7) % 13 - 6),
  k: cell.map((v) => `k${v}`),
  g: rows.map((i) => `g${i % 10}`),
  yes: rows.map((i) => cell[i] === 2 ? 0 : +((i * 5) % 7 < 3)),
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

/** Coefficients of the mean and the covariance of those with these names. */
function fitted(
  formula: string,
  options: FitOptions,
  keep: (i: number) => boolean,
  names: readonly string[],
) {
  const { objective, optimum } = optimise(planFit(formula, taken(keep), options)),
    laplace = objective as Laplace,
    [basis] = laplace.bases;
  const at = names.map((name) => laplace.design.predictors[0].names.indexOf(name)),
    beta = basis.coefficients(optimum.psi);
  const covariance = basis.inverse.mmul(optimum.covariance.subMatrix(0, basis.size - 1, 0, basis.size - 1))
    .mmul(basis.inverse.transpose());
  return { laplace, optimum, beta: at.map((j) => beta[j]), covariance: covariance.selection(at, at) };
}

for (
  const [formula, family] of [["yes ~ x + k", "binomial"], ["yes ~ x + k + (1 | g)", "binomial"], [
    "counts ~ x + k",
    "poisson",
  ]] as const
) {
  Deno.test(`${formula}: what is estimable has the covariance of the rows that say something`, () => {
    const names = ["(Intercept)", "x", "kk1"],
      all = fitted(formula, { family }, () => true, names),
      rest = fitted(formula, { family }, (i) => cell[i] !== 2, names);
    const { flat, converged, gradient, smallestEigenvalue } = all.optimum;
    assert.ok(converged && gradient < 1e-3 && smallestEigenvalue > 0.01);
    assert.equal(flat.directions.length, 1);
    flat.directions[0].forEach((v, j) => assert.equal(v !== 0, j === 3, `coefficient ${j} moves by ${v}`));
    names.forEach((name, i) => {
      const se = Math.sqrt(rest.covariance.get(i, i));
      assert.ok(
        Math.abs(all.beta[i] - rest.beta[i]) < 1e-3 * se,
        `${name}: ${all.beta[i]}, without the cell ${rest.beta[i]}`,
      );
      names.forEach((_, j) => {
        const size = Math.sqrt(rest.covariance.get(i, i) * rest.covariance.get(j, j)),
          error = all.covariance.get(i, j) - rest.covariance.get(i, j);
        assert.ok(
          Math.abs(error) < 1e-3 * size,
          `${name}, ${j}: ${all.covariance.get(i, j)}, without the cell ${rest.covariance.get(i, j)}`,
        );
      });
    });
  });
}

Deno.test("where nothing runs off the optimum is the same, and the curved directions are all", () => {
  const { laplace, optimum } = fitted("yes ~ x + k", { family: "binomial" }, (i) => cell[i] !== 2, ["x"]);
  assert.equal(withSeparation(laplace, laplace, optimum), optimum);
  assert.deepEqual(flatFree(laplace, optimum.flat, optimum.free).to2DArray(), Matrix.eye(3).to2DArray());
});

Deno.test("the curved directions are orthonormal and orthogonal to what runs off, over ψ", () => {
  const { laplace, optimum } = fitted("yes ~ x + k", { family: "binomial" }, () => true, ["x"]),
    U = flatFree(laplace, optimum.flat, optimum.free);
  const product = U.transpose().mmul(U).sub(Matrix.eye(U.columns)), [direction] = optimum.flat.directions;
  assert.ok(U.columns === 3 && Matrix.abs(product).max() < 1e-12);
  const along = Matrix.rowVector(laplace.toPsi(direction)).mmul(U);
  assert.ok(
    Matrix.abs(along).max() < 1e-12 && positiveInverse(U.transpose().mmul(optimum.hessian).mmul(U)) !== null,
  );
});
