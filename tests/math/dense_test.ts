import assert from "node:assert/strict";
import { orthogonalColumns } from "../../lib/math/orthogonal_columns.ts";
import {
  axpy,
  choleskyFactor,
  dot,
  inverseLower,
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

Deno.test("orthogonalBasis: X = Q R, QᵀQ = n I, also where columns differ by 1e6 and nearly coincide", () => {
  const n = 50, random = seed(3), one = new Float64Array(n).fill(1), x = one.map(() => 200 + random.normal());
  const X = [one, x, x.map((v) => 1e6 * v * v), x.map((v) => v + 1e-4 * random.normal())];
  const { Q, R, inverse } = orthogonalColumns(X);
  Q.forEach((q, j) =>
    Q.forEach((p, k) =>
      assert.ok(Math.abs(dot(q, p) / n - +(j === k)) < 1e-11, `Q[${j}]·Q[${k}] = ${dot(q, p) / n}`)
    )
  );
  X.forEach((column, j) => {
    const rebuilt = new Float64Array(n);
    Q.forEach((q, k) => axpy(R.get(k, j), q, rebuilt));
    column.forEach((v, i) =>
      assert.ok(Math.abs(rebuilt[i] - v) < 1e-13 * Math.abs(v) + 1e-13, `X[${i}, ${j}]`)
    );
  });
  same(R.mmul(inverse), Matrix.eye(4), 1e-6, "R R⁻¹"); // condition number 1e12
  assert.equal(orthogonalColumns([]).Q.length, 0);
});

Deno.test("symmetricEigen: entries whose squares overflow; solveSafely: entries that are no numbers", () => {
  const A = new Matrix([[2, 1], [1, -3]]),
    small = symmetricEigen(A),
    large = symmetricEigen(Matrix.mul(A, 1e250));
  large.values.forEach((v, i) => assert.ok(Math.abs(v / 1e250 - small.values[i]) < 1e-14));
  same(large.vectors.mmul(large.vectors.transpose()), Matrix.eye(2), 1e-14, "V Vᵀ");
  assert.deepEqual([...solveSafely(new Matrix([[Infinity, 0], [0, 1]]), [1, 1], 1e-9)], [NaN, NaN]);
});

Deno.test("dot: even and odd lengths", () => {
  for (const n of [0, 1, 2, 3, 8, 9]) {
    const x = Float64Array.from({ length: n }, (_, i) => i + 1);
    assert.equal(dot(x, x), n * (n + 1) * (2 * n + 1) / 6);
  }
});
