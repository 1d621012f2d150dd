/** Sums over levels, and what is formed of a hundred of them together, against dense algebra of one level after the other: ZᵀV⁻¹x = (I + M T Tᵀ)⁻¹Zᵀx, M = ZᵀZ. */
import assert from "node:assert/strict";
import { pl } from "../../../mod.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { LevelSums } from "../../../lib/model/objective/level_sums.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";

const LEVELS = 150; // more than are taken together

/** Sums of y ~ x + (x | g), and what e = ZᵀP y and S = ZᵀV⁻¹Z of every level are at T and coefficients. */
function levelsAt(T: Float64Array, shift: Float64Array) {
  const random = seed(5), rows = Array.from({ length: 5 * LEVELS }, (_, i) => i);
  const frame = pl.DataFrame({
    y: rows.map(() => random.normal()),
    x: rows.map(() => random.normal()),
    g: rows.map((i) => i % LEVELS),
  });
  const sums = rowSums(planFit("y ~ x + (x | g)", frame, {}).design),
    template = new Matrix([[T[0], 0], [T[1], T[3]]]);
  const each = Array.from({ length: LEVELS }, (_, g) => {
    const at = sums.effects.diagonalBlock(0, g),
      M = new Matrix([[sums.M[at], sums.M[at + 1]], [sums.M[at + 1], sums.M[at + 3]]]);
    const left = sums.ZtQ.reduce(
      (z, column, r) => z.map((v, i) => v - shift[r] * column[2 * g + i]),
      [0, 1].map((i) => sums.Zty[2 * g + i]),
    );
    const inverse = inverseOf(Matrix.eye(2).add(M.mmul(template).mmul(template.transpose())));
    const e = inverse.mmul(Matrix.columnVector(left));
    return { e, S: inverse.mmul(M), u: template.transpose().mmul(e) }; // û = TᵀZᵀV⁻¹(y − Q shift)
  });
  return { sums, each };
}

function inverseOf(A: Matrix): Matrix {
  const [[a, b], [c, d]] = A.to2DArray();
  return new Matrix([[d, -b], [-c, a]]).mul(1 / (a * d - b * c));
}

const near = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).forEach((v, i) =>
    assert.ok(Math.abs(v - b[i]) <= 1e-12 * (1 + Math.abs(v)), `${i}: ${v}, ${b[i]}`)
  );

Deno.test("at given coefficients S and eeᵀ alone are summed, and are what they are with the others", () => {
  const T = Float64Array.of(0.8, 0.3, 0, 0.5),
    shift = Float64Array.of(0.2, -0.1),
    { sums, each } = levelsAt(T, shift);
  const levels = new LevelSums(sums), R = [Float64Array.of(2, 0), Float64Array.of(1, 3)];
  levels.slopes(T, shift);
  const { S, ee } = { S: levels.S.slice(), ee: levels.ee.slice() }, sum = () => Matrix.zeros(2, 2);
  near(S, each.reduce((all, v) => all.add(v.S), sum()).to1DArray());
  near(ee, each.reduce((all, { e }) => all.add(e.mmul(e.transpose())), sum()).to1DArray());
  for (const others of [levels.kk, levels.ke, levels.eeS]) assert.ok(others.every((v) => v === 0));
  levels.slopes(T, shift, R);
  assert.deepEqual([levels.S, levels.ee], [S, ee]);
  assert.ok(levels.kk.every((v) => v !== 0));
});

Deno.test("modes are TᵀZᵀV⁻¹ of what the coefficients leave", () => {
  const T = Float64Array.of(0.8, 0.3, 0, 0.5),
    shift = Float64Array.of(0.2, -0.1),
    { sums, each } = levelsAt(T, shift);
  const u = new Float64Array(2 * LEVELS);
  new LevelSums(sums).modes(T, shift, u);
  near(u, each.flatMap((level) => level.u.to1DArray()));
});
