import assert from "node:assert/strict";
import { Matrix } from "../../lib/math/dense.ts";
import { LackingCurvature } from "../../lib/math/lacking_curvature.ts";
import { minimize } from "../../lib/math/minimize.ts";

const A = new Matrix([[4, 1, 0], [1, 3, 0.5], [0, 0.5, 2]]);
const lacking = new Matrix([[0.1, -0.03, 0.02], [-0.03, 0.05, 0], [0.02, 0, -0.04]]);
const H = Matrix.add(A, lacking);
const times = (M: Matrix, x: Float64Array) => Float64Array.from(M.mmul(Matrix.columnVector(x)).to1DArray());

Deno.test("after a step the curvature along it is that of the gradient, symmetric, and no other where nothing lacks", () => {
  const s = Float64Array.of(0.3, -0.2, 0.5), found = new LackingCurvature(A).added(A, s, times(H, s));
  times(found, s).forEach((v, i) => assert.ok(Math.abs(v - times(H, s)[i]) < 1e-15, `${v}`));
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) assert.ok(Math.abs(found.get(i, j) - found.get(j, i)) < 1e-15);
  }
  assert.deepEqual(new LackingCurvature(A).added(A, s, times(A, s)).to1DArray(), A.to1DArray());
});

Deno.test("where the curvature changes along a step by as much as it lacks there, or a tenth of it lacks, nothing is learned", () => {
  const s = Float64Array.of(1, 0, 0);
  const after = Matrix.mul(A, 1.02);
  assert.equal(new LackingCurvature(A).added(after, s, times(H, s)), after);
  assert.equal(new LackingCurvature(A).added(A, s, times(Matrix.mul(A, 1.2), s)), A);
});

Deno.test("a search by a curvature that lacks some hundredths takes steps that become exact", () => {
  const search = (own: () => Matrix) =>
    minimize({
      evaluate(x, g) {
        g.set(times(H, x));
        return 0.5 * x.reduce((sum, v, i) => sum + v * g[i], 0);
      },
      curvature: own,
    }, { start: Float64Array.of(3, -2, 4), tolerance: 1e-20, maxEvaluations: 50 });
  const found = search(() => A);
  assert.ok(found.converged);
  assert.ok(found.evaluations <= 6, `${found.evaluations} evaluations`); // 9 by A alone
});
