/** Sums of squares where differences of cross-products would cancel, against dense V⁻¹ and against closed forms. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { congruence, Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { residualsBeyondModes } from "../../../lib/model/objective/stiff_rows.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { form, sameMatrix, scattered } from "./dense.ts";
import { DenseDeviance } from "./dense_deviance.ts";

/** H⁻¹ΛᵀZᵀWx of the response and every column of Q at θ, through the objective's own factor. */
function modesAt(objective: ProfiledDeviance, theta: Float64Array) {
  const { sums, effects, solver } = objective;
  objective.evaluate(theta);
  const [Sy, ...SQ] = [sums.Zty, ...sums.ZtQ].map((Ztx) => {
    const s = new Float64Array(effects.q);
    effects.applyTransposed(Ztx, s);
    solver.solve(s);
    return s;
  });
  return residualsBeyondModes(sums.rows!, Sy, SQ);
}

for (const cond of ["x + (1 | g)", "x + offset(off) + (x | g) + (1 | h)", "x + ar1(0 + factor(p) | h)"]) {
  for (const weights of [undefined, { precision: "wt" }]) {
    Deno.test(`${cond}${weights ? ", weighted" : ""}: A, c and yᵀV⁻¹y are those of dense V`, () => {
      const design = smallDesign(gaussian(), { cond }, { weights }), dense = new DenseDeviance(design, false);
      const objective = new ProfiledDeviance(rowSums(design), false), { basis, sums } = objective;
      const theta = scattered(objective.effects.thetas).map((v) => 0.8 + 0.3 * v),
        { inverse } = dense.at(theta);
      const { A, c, yy, squares } = modesAt(objective, theta), y = Float64Array.from(sums.rows!.y);
      const Q = dense.X.mmul(basis.inverse), WQ = inverse.mmul(Q);
      sameMatrix(A, Q.transpose().mmul(WQ), 1e-12, "QᵀV⁻¹Q");
      sameMatrix(Matrix.columnVector(c), WQ.transpose().mmul(Matrix.columnVector(y)), 1e-11, "QᵀV⁻¹y");
      assert.ok(Math.abs(yy / form(y, inverse, y) - 1) < 1e-12, `yᵀV⁻¹y ${yy}`);
      // (ỹ − Q̃s)ᵀW(ỹ − Q̃s) with x̃ = W⁻¹V⁻¹x
      const shift = [0.3, -0.2], r = Matrix.columnVector(y).sub(Q.mmul(Matrix.columnVector(shift)));
      const left = congruence(
        r.transpose().mmul(inverse),
        Matrix.diag(Array.from(design.precision ?? y, (w) => design.precision ? 1 / w : 1)),
      );
      assert.ok(
        Math.abs(squares(Float64Array.from(shift)) / left.get(0, 0) - 1) < 1e-11,
        "squares of residuals",
      );
    });
  }
}

Deno.test("groups that differ a million times more than the residuals: deviance, σ² and gradient keep their digits", () => {
  // balanced one-way layout: yᵀPy = SSW + SSB / (1 + mθ²), log|V| = L log(1 + mθ²), |XᵀV⁻¹X| = Lm / (1 + mθ²)
  const L = 8,
    m = 5,
    N = L * m,
    level = Array.from({ length: N }, (_, i) => i % L),
    noise = scattered(N),
    far = scattered(L, 99);
  for (const ratio of [1e3, 1e6, 1e8]) {
    const y = Float64Array.from(level, (l, i) => ratio * far[l] + noise[i]);
    const design = planFit("y ~ 1 + (1 | g)", frameOf({ y, g: level.map((l) => `g${l}`) }), {}).design;
    const objective = new ProfiledDeviance(rowSums(design), true),
      mean = (x: ArrayLike<number>) => Array.from(x).reduce((s, v) => s + v, 0) / x.length;
    const means = far.map((v, l) => mean(noise.filter((_, i) => level[i] === l)) + ratio * v),
      grand = mean(means);
    const within = noise.reduce((s, v, i) => s + (v - (means[level[i]] - ratio * far[level[i]])) ** 2, 0);
    const between = means.reduce((s, v) => s + m * (v - grand) ** 2, 0);
    for (const theta of [ratio, ratio / 30]) {
      const gradient = new Float64Array(1),
        got = objective.evaluate(Float64Array.of(theta), gradient),
        v = 1 + m * theta ** 2;
      const sigma2 = (within + between / v) / (N - 1),
        slope = m * theta / v * ((L - 1) - between / v / sigma2);
      const value = ((L - 1) * Math.log(v) + Math.log(N) + (N - 1) * (1 + Math.log(2 * Math.PI * sigma2))) /
        2;
      // y has its digits relative to the largest effect; down to a share of 1e-7 the sums are differences of cross-products
      const digits = 1e-15 * (ratio + (ratio ** -2 > 1e-7 ? ratio ** 2 : 0));
      assert.ok(
        Math.abs(objective.sigma2 / sigma2 - 1) < digits,
        `ratio ${ratio}, θ ${theta}: σ² ${objective.sigma2}, exactly ${sigma2}`,
      );
      assert.ok(
        Math.abs(got - value) < N * digits,
        `ratio ${ratio}, θ ${theta}: ${got}, exactly ${value}`,
      );
      assert.ok(
        Math.abs(gradient[0] - slope) * theta < 10 * N * digits,
        `ratio ${ratio}, θ ${theta}: slope ${gradient[0]}, exactly ${slope}`,
      );
    }
  }
});
