/** Cross-products of Z, X and y against sums written down: what {@link CrossProducts} says of itself. */
import { denseColumn } from "../../../lib/math/columns.ts";
import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import type { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { matrixOf, sameMatrix, whole } from "./dense.ts";

for (
  const cond of [
    "x + (x | g) + (1 | h)",
    "x + offset(off) + (1 | g / k)",
    "x + ar1(0 + factor(p) | h)",
    "0 + (1 | g)",
    "x",
  ]
) {
  for (const weights of [undefined, { frequency: "wt" }, { precision: "wt" }]) {
    const title = `${cond}${weights ? `, ${Object.keys(weights)[0]} weights` : ""}`;

    Deno.test(`${title}: the sums are those over rows, and y is what least squares leave over`, () => {
      const design = smallDesign(gaussian(), { cond }, { weights }),
        sums = rowSums(design),
        { basis, unit } = sums;
      const { n, response: { y }, predictors: [{ X, offset }] } = design,
        effects = sums.effects as RandomEffects,
        { q } = effects;
      const w = design.weights ?? design.precision ?? new Float64Array(n).fill(1),
        W = Matrix.diag(Array.from(w));
      const Z = matrixOf(q, n, (b) => {
        const eta = new Float64Array(n);
        effects.gather(b, [eta]);
        return eta;
      });
      const raw = Matrix.zeros(n, X.length);
      X.forEach((x, j) => raw.setColumn(j, Array.from(denseColumn(x))));
      const Q = basis.size > 0 ? raw.mmul(basis.inverse) : raw;
      const r = Matrix.columnVector(y.map((v, i) => (v - (offset?.[i] ?? 0)) / unit)).sub(
        Q.mmul(Matrix.columnVector(sums.origin)),
      );
      sameMatrix(sums.QtQ, Q.transpose().mmul(W).mmul(Q), 1e-12, "QᵀWQ");
      const products = (T: Matrix) => (S: Matrix) => T.transpose().mmul(W).mmul(S), ofZ = products(Z);
      if (q > 0) {
        sameMatrix(whole(effects.pattern, sums.M), ofZ(Z), 1e-12, "ZᵀWZ");
        sameMatrix(Matrix.columnVector(sums.Zty), ofZ(r), 1e-11, "ZᵀWy");
        sums.ZtQ.forEach((own, j) =>
          sameMatrix(Matrix.columnVector(own), ofZ(Q.getColumnVector(j)), 1e-12, `ZᵀWQ${j}`)
        );
      }
      assert.ok(Math.abs(sums.yty / products(r)(r).get(0, 0) - 1) < 1e-12, `yᵀWy ${sums.yty}`);
      sums.Qty.forEach((v) =>
        assert.ok(Math.abs(v) < 1e-12 * n, `a column of Q is not orthogonal to y: ${v}`)
      );
      assert.equal(sums.total, design.weights ? w.reduce((s, v) => s + v, 0) : n);
      const logs = design.precision ? w.reduce((s, v) => s + Math.log(v), 0) : 0;
      assert.ok(Math.abs(sums.logPrecision - logs) < 1e-12, `Σ log w ${sums.logPrecision}`);
    });
  }
}
