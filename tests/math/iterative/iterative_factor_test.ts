/** Solves, roots, determinants and inverses without a factor, against Cholesky's. */
import assert from "node:assert/strict";
import { Cholesky } from "../../../lib/math/cholesky.ts";
import { dot } from "../../../lib/math/vectors.ts";
import { IterativeFactor } from "../../../lib/math/iterative/iterative_factor.ts";
import { seed } from "../../../lib/math/random.ts";
import { type BlockPattern, blockPattern, dimension } from "../../../lib/math/sparse.ts";
import { close } from "../close.ts";
import { type scattered, shapes } from "./scattered.ts";

const both = ({ pattern, values, ranges }: ReturnType<typeof scattered>) => {
  const exact = new Cholesky(pattern), iterative = new IterativeFactor(pattern, ranges);
  assert.ok(exact.factor(values) && iterative.factor(values));
  return { exact, iterative, q: dimension(pattern) };
};

for (const [name, shape] of Object.entries(shapes)) {
  Deno.test(`${name}: solves and roots are those of the factor, to rounding`, () => {
    const { exact, iterative, q } = both(shape), r = seed(5);
    const draw = () => Float64Array.from({ length: q }, () => r.normal());
    const x = draw(), z = draw(), solved = [x.slice(), x.slice()];
    exact.solve(solved[0]);
    iterative.solve(solved[1]);
    solved[0].forEach((v, i) => close(solved[1][i], v, 1e-11, 1e-12, `solution ${i}`));
    const halves = [x, z].map((v) =>
      [exact, iterative].map((by) => {
        const out = new Float64Array(q);
        by.halfSolve(v, out);
        return out;
      })
    );
    close(dot(halves[0][1], halves[0][1]), dot(halves[0][0], halves[0][0]), 1e-11, 0, "xᵀH⁻¹x");
    close(dot(halves[0][1], halves[1][1]), dot(halves[0][0], halves[1][0]), 1e-10, 1e-11, "xᵀH⁻¹z");
    const back = new Float64Array(q);
    iterative.backSolve(z, back); // Aᵀ, where halfSolve is A
    close(dot(x, back), dot(halves[0][1], z), 1e-10, 1e-11, "xᵀAᵀz");
  });

  Deno.test(`${name}: determinant and inverse are estimated as well as is said`, () => {
    const { exact, iterative } = both(shape), { pattern, values } = shape;
    const error = iterative.logDeterminantError;
    assert.ok(error < 0.05, `${error}`); // a log-likelihood to 0.025
    close(iterative.logDeterminant(), exact.logDeterminant(), 0, 4 * error + 1e-8, "log|H|");
    const [S, estimate] = [0, 1].map(() => new Float64Array(values.length));
    exact.selectedInverse(S);
    iterative.selectedInverse(estimate);
    S.forEach((v, i) => close(estimate[i], v, 0, 0.02, `entry ${i}`)); // 1 is no information at all
    const parts = Array.from({ length: 4 }, (_, number) => {
      const part = new Float64Array(values.length);
      iterative.part = { number, of: 4 };
      iterative.selectedInverse(part);
      return part;
    });
    iterative.part = null;
    estimate.forEach((v, i) =>
      close(parts.reduce((s, p) => s + p[i] / 4, 0), v, 1e-10, 1e-12, `mean of the parts, ${i}`)
    );
    const trace = (X: Float64Array) => traceOn(pattern, X, values), spread = parts.map(trace);
    const mean = spread.reduce((s, v) => s + v, 0) / 4;
    const standardError = Math.sqrt(spread.reduce((s, v) => s + (v - mean) ** 2, 0) / 12);
    close(trace(estimate), dimension(pattern), 0, 8 * standardError + 1e-8, "tr H⁻¹H"); // t of 3 degrees of freedom
  });
}

/** tr XY of symmetric matrices on the pattern. */
function traceOn({ nodes, row, at }: BlockPattern, X: Float64Array, Y: Float64Array): number {
  let sum = 0;
  for (let b = 0; b < row.length; b++) {
    for (let e = at[b]; e < at[b + 1]; e++) sum += (b < nodes ? 1 : 2) * X[e] * Y[e];
  }
  return sum;
}

Deno.test("the same vectors at every point: the estimates of two fits are the same bits", () => {
  const { pattern, values, ranges } = shapes["two crossed factors"];
  const [a, b] = [0, 1].map(() => {
    const factor = new IterativeFactor(pattern, ranges);
    factor.factor(values);
    return factor.logDeterminant();
  });
  assert.equal(a, b);
});

Deno.test("what is not positive definite has no factor, or no determinant", () => {
  const { pattern, values, ranges } = shapes["two crossed factors"],
    factor = new IterativeFactor(pattern, ranges);
  const negative = values.slice();
  negative[pattern.at[3]] = -1;
  assert.equal(factor.factor(negative), false);
  const indefinite = values.slice();
  for (let e = pattern.at[pattern.nodes]; e < indefinite.length; e++) indefinite[e] *= 3; // levels that agree more than they can
  if (factor.factor(indefinite)) {
    assert.ok(Number.isNaN(factor.logDeterminant()));
    const out = new Float64Array(values.length);
    factor.selectedInverse(out);
    assert.ok(out.every(Number.isNaN));
  }
  assert.ok(factor.factor(values) && Number.isFinite(factor.logDeterminant())); // and serves again
});

Deno.test("where no levels meet everything is exact", () => {
  const pattern = blockPattern([2, 1], new Int32Array(0), new Int32Array(0)),
    values = Float64Array.of(4, 1, 1, 3, 2);
  const exact = new Cholesky(pattern),
    factor = new IterativeFactor(pattern, [{ node: 0, nodes: 1 }, { node: 1, nodes: 1 }]);
  assert.ok(exact.factor(values) && factor.factor(values));
  close(factor.logDeterminant(), exact.logDeterminant(), 1e-14, 0, "log|H|");
  assert.equal(factor.logDeterminantError, 0);
  const [S, estimate] = [0, 1].map(() => new Float64Array(5));
  exact.selectedInverse(S);
  factor.selectedInverse(estimate);
  S.forEach((v, i) => close(estimate[i], v, 1e-14, 1e-15, `entry ${i}`));
});
