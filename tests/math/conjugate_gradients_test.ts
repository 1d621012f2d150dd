/** Conjugate gradients against Cholesky's factor, and what they refuse. */
import assert from "node:assert/strict";
import { ConjugateGradients } from "../../lib/math/conjugate_gradients.ts";
import { choleskyFactor, choleskySolve, Matrix } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { close } from "./close.ts";

const N = 60, random = seed(3);
const A = Matrix.zeros(N, N), b = Float64Array.from({ length: N }, () => random.normal());
for (let i = 0; i < N; i++) {
  for (let j = 0; j <= i; j++) {
    A.set(i, j, i === j ? 4 + i : random.normal() / 4);
    A.set(j, i, A.get(i, j));
  }
}
const timesOf = (S: Matrix) => (v: Float64Array, out: Float64Array) => {
  for (let i = 0; i < N; i++) out[i] = v.reduce((s, x, j) => s + S.get(i, j) * x, 0);
};
const byDiagonal = (v: Float64Array) => {
  for (let i = 0; i < N; i++) v[i] /= A.get(i, i);
};

Deno.test("conjugate gradients solve what a factor solves, to the length asked for", () => {
  const exact = choleskySolve(choleskyFactor(A)!, b);
  for (const [tolerance, error] of [[1e-4, 1e-1], [1e-12, 1e-5], [1e-26, 1e-12]]) {
    const x = b.slice(), system = { times: timesOf(A), precondition: byDiagonal };
    assert.ok(new ConjugateGradients(N).solve(system, x, () => tolerance, N));
    x.forEach((v, i) => close(v, exact[i], error, error, `to ${tolerance}, ${i}`));
  }
});

Deno.test("a preconditioner that is the inverse needs one step, a right side of zeros none", () => {
  const L = choleskyFactor(A)!, x = b.slice(), zero = new Float64Array(N);
  const system = { times: timesOf(A), precondition: (v: Float64Array) => v.set(choleskySolve(L, v)) };
  const gradients = new ConjugateGradients(N);
  assert.ok(gradients.solve(system, x, () => 1e-20, 1));
  choleskySolve(L, b).forEach((v, i) => close(x[i], v, 1e-12, 1e-12, `${i}`));
  assert.ok(gradients.solve(system, zero, () => 1e-20, 0));
  assert.ok(zero.every((v) => v === 0));
});

Deno.test("an indefinite matrix, and too few steps, leave the right side as it was", () => {
  const indefinite = A.clone();
  for (let i = 0; i < N; i += 2) indefinite.set(i, i, -A.get(i, i));
  const gradients = new ConjugateGradients(N), x = b.slice();
  assert.ok(!gradients.solve({ times: timesOf(indefinite), precondition: byDiagonal }, x, () => 1e-12, N));
  assert.ok(!gradients.solve({ times: timesOf(A), precondition: byDiagonal }, x, () => 1e-12, 2));
  assert.deepEqual(x, b);
});

Deno.test("where all steps are taken, what is acceptable is taken over", () => {
  const exact = choleskySolve(choleskyFactor(A)!, b),
    x = b.slice(),
    system = { times: timesOf(A), precondition: byDiagonal };
  const gradients = new ConjugateGradients(N);
  assert.ok(!gradients.solve(system, x, () => 1e-30, 6, undefined, 1e-12), "six steps leave more than that");
  assert.deepEqual(x, b);
  assert.ok(gradients.solve(system, x, () => 1e-30, 6, undefined, 1e-2));
  x.forEach((v, i) => close(v, exact[i], 0, 0.1, `${i}`));
});
