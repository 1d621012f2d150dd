/** Functions of a matrix from its products alone, against its eigenvalues. */
import assert from "node:assert/strict";
import { ConjugateGradients } from "../../../lib/math/conjugate_gradients.ts";
import { Matrix, symmetricEigen } from "../../../lib/math/dense.ts";
import { dot } from "../../../lib/math/vectors.ts";
import { inverseRoot, Tridiagonal } from "../../../lib/math/iterative/lanczos.ts";
import { seed } from "../../../lib/math/random.ts";
import { close } from "../close.ts";

const N = 40, random = seed(9);

/** QDQᵀ with these eigenvalues, Q of a random symmetric matrix. */
function withEigenvalues(values: readonly number[]): Matrix {
  const A = Matrix.zeros(N, N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j <= i; j++) A.set(i, j, A.set(j, i, random.normal()).get(j, i));
  }
  const Q = symmetricEigen(A).vectors;
  return Q.mmul(Matrix.diag([...values])).mmul(Q.transpose());
}
const timesOf = (S: Matrix) => (v: Float64Array, out: Float64Array) => {
  for (let i = 0; i < N; i++) out[i] = S.getRow(i).reduce((s, x, j) => s + x * v[j], 0);
};
/** f(S)v. */
function apply(S: Matrix, f: (x: number) => number, v: Float64Array): Float64Array {
  const { values, vectors } = symmetricEigen(S), out = new Float64Array(N);
  values.forEach((x, k) => {
    const column = Float64Array.from(vectors.getColumn(k)), share = f(x) * dot(column, v);
    column.forEach((c, i) => out[i] += share * c);
  });
  return out;
}

const SPECTRA: Record<string, readonly number[]> = {
  "near 1": Array.from({ length: N }, (_, k) => 0.6 + 0.02 * k),
  "some near 0": Array.from({ length: N }, (_, k) => k < 2 ? 1e-4 * (1 + k) : 0.5 + 0.02 * k),
  "few different": Array.from({ length: N }, (_, k) => [0.2, 1, 1.7][k % 3]),
};

for (const [name, spectrum] of Object.entries(SPECTRA)) {
  const S = withEigenvalues(spectrum), v = Float64Array.from({ length: N }, () => random.normal());

  Deno.test(`eigenvalues ${name}: vᵀ log(S) v from the steps of conjugate gradients`, () => {
    const T = new Tridiagonal(), x = v.slice();
    assert.ok(
      new ConjugateGradients(N).solve(
        { times: timesOf(S), precondition() {} },
        x,
        () => 1e-24,
        20 * N,
        T.told,
      ),
    );
    // the error of the form is of second order in what the solve leaves
    close(dot(v, v) * T.form(Math.log), dot(v, apply(S, Math.log, v)), 1e-9, 0, "form");
  });

  Deno.test(`eigenvalues ${name}: S^{−1/2}v`, () => {
    const root = v.slice(), expected = apply(S, (x) => 1 / Math.sqrt(x), v);
    inverseRoot(timesOf(S), root, N);
    root.forEach((x, i) => close(x, expected[i], 1e-8, 1e-8, `${i}`));
  });
}

Deno.test("of nothing they are nothing", () => {
  const zero = new Float64Array(N);
  inverseRoot(() => assert.fail("no product is needed"), zero, N);
  assert.ok(zero.every((x) => x === 0));
  assert.equal(new Tridiagonal().form(Math.log), 0);
});
