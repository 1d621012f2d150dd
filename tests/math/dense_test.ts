import assert from "node:assert/strict";
import {
  choleskyFactor,
  copyOf,
  inverseLower,
  largestEntry,
  Matrix,
  positiveInverse,
  solveSafely,
  symmetricEigen,
} from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";

function positive(n: number): Matrix {
  const random = seed(n), B = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) B.set(i, j, random.normal());
  return B.mmul(B.transpose()).add(Matrix.eye(n));
}

function same(a: Matrix, b: Matrix, tolerance: number, what: string) {
  const far = Matrix.sub(a, b).abs().max();
  assert.ok(far < tolerance, `${what}: ${far}`);
}

Deno.test("choleskyFactor, inverseLower, positiveInverse, symmetricEigen agree", () => {
  for (const n of [1, 2, 5, 12]) {
    const A = positive(n),
      L = choleskyFactor(A)!,
      X = inverseLower(L),
      { values, vectors } = symmetricEigen(A);
    same(L.mmul(L.transpose()), A, 1e-12, "L Lᵀ");
    same(X.mmul(L), Matrix.eye(n), 1e-12, "L⁻¹ L");
    same(positiveInverse(A)!.mmul(A), Matrix.eye(n), 1e-11, "A⁻¹ A");
    same(vectors.mmul(Matrix.diag(values)).mmul(vectors.transpose()), A, 1e-11, "V D Vᵀ");
  }
});

Deno.test("a matrix that is not positive definite has no factor", () => {
  for (const a of [[[1, 2], [2, 1]], [[0]], [[-1]], [[NaN]], [[1, 1], [1, 1]]]) {
    assert.equal(choleskyFactor(new Matrix(a)), null);
    assert.equal(positiveInverse(new Matrix(a)), null);
  }
});

Deno.test("solveSafely: the solution where there is one, a descent direction where the matrix is indefinite or singular", () => {
  const A = positive(6), b = Float64Array.from({ length: 6 }, (_, i) => i - 2), x = solveSafely(A, b, 1e-12);
  A.mmul(Matrix.columnVector(x)).to1DArray().forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-11));
  for (const a of [[[1, 0], [0, -2]], [[1, 1], [1, 1]], [[0, 0], [0, 0]]]) {
    const s = solveSafely(new Matrix(a), [1, 3], 1e-6);
    assert.ok(s.every(Number.isFinite) && s[0] + 3 * s[1] > 0, `${s}`);
  }
});

Deno.test("copies are matrices of their own, and the largest entry is NaN where one is", () => {
  const A = new Matrix([[1, -4, 2], [0, 3, -1]]), copy = copyOf(A);
  copy.set(0, 0, 7);
  assert.equal(A.get(0, 0), 1);
  same(copyOf(A), A, 1e-300, "copy");
  assert.equal(largestEntry(A), 4);
  assert.ok([NaN, Infinity].every((v) => !(largestEntry(new Matrix([[1, v], [2, 3]])) < Infinity)));
  assert.equal(largestEntry(Matrix.zeros(0, 0)), 0);
});

Deno.test("symmetricEigen: entries whose squares overflow; solveSafely: entries that are no numbers", () => {
  const A = new Matrix([[2, 1], [1, -3]]),
    small = symmetricEigen(A),
    large = symmetricEigen(Matrix.mul(A, 1e250));
  large.values.forEach((v, i) => assert.ok(Math.abs(v / 1e250 - small.values[i]) < 1e-14));
  same(large.vectors.mmul(large.vectors.transpose()), Matrix.eye(2), 1e-14, "V Vᵀ");
  assert.deepEqual([...solveSafely(new Matrix([[Infinity, 0], [0, 1]]), [1, 1], 1e-9)], [NaN, NaN]);
});
