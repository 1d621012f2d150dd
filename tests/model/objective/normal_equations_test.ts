/** The normal equations by what defines their solution and inverse; 1e-12: matrices of condition 10. */
import assert from "node:assert/strict";
import { Matrix, matrixOf } from "../../../lib/math/dense.ts";
import { NormalEquations } from "../../../lib/model/objective/normal_equations.ts";
import { sameMatrix, scattered } from "./dense.ts";

/** A positive definite matrix of order p. */
function positive(p: number, from: number): Matrix {
  const B = Matrix.from1DArray(p, p, [...scattered(p * p, from)]);
  return B.mmul(B.transpose()).add(Matrix.eye(p));
}

Deno.test("one matrix after the other: factor, solution, inverse and what is left of the columns", () => {
  const p = 5, normal = new NormalEquations(p), QtQ = Matrix.eye(p).mul(4);
  for (const from of [1, 40, 90]) {
    const A = positive(p, from), c = scattered(p, from + 7);
    normal.set({ A, c, yy: 3 });
    assert.ok(normal.factor());
    const L = matrixOf(normal.L), x = c.slice();
    sameMatrix(L.mmul(L.transpose()), A, 1e-12, "L Lᵀ");
    normal.solve(x);
    sameMatrix(A.mmul(Matrix.columnVector(x)), Matrix.columnVector(c), 1e-12, "A A⁻¹c");
    sameMatrix(A.mmul(matrixOf(normal.inverse)), Matrix.eye(p), 1e-12, "A A⁻¹");
    const left = Math.min(...A.diagonal()) / 4, pivot = Math.min(...L.diagonal().map((v) => v * v)) / 4;
    assert.equal(normal.weakest(QtQ), left);
    assert.equal(normal.weakestPivot(QtQ), pivot);
    const again = new NormalEquations(p);
    again.takeFactor(L.to2DArray());
    assert.deepEqual(again.inverse, normal.inverse);
  }
});

Deno.test("a matrix that is not positive definite has no factor, and the next one has", () => {
  const normal = new NormalEquations(2), c = new Float64Array(2);
  normal.set({ A: new Matrix([[1, 2], [2, 1]]), c, yy: 1 });
  assert.equal(normal.factor(), false);
  normal.set({ A: new Matrix([[2, 1], [1, 2]]), c, yy: 1 });
  assert.equal(normal.factor(), true);
  sameMatrix(matrixOf(normal.inverse), new Matrix([[2 / 3, -1 / 3], [-1 / 3, 2 / 3]]), 1e-15, "A⁻¹");
});
