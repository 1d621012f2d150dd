/** What random effects leave of y and the columns against dense V = I + ZΛ(ZΛ)ᵀ, Z and Λ column by column. */
import assert from "node:assert/strict";
import { choleskyFactor, choleskySolve, Matrix } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { EliminatedEffects } from "../../../lib/model/objective/eliminated_effects.ts";
import { exactly } from "../../../lib/model/objective/make_factor.ts";
import { NormalEquations } from "../../../lib/model/objective/normal_equations.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";

const near = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  const size = Array.from(b).reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  Array.from(a).forEach((v, i) => assert.ok(Math.abs(v - b[i]) < 1e-11 * size, `${i}: ${v}, ${b[i]}`));
};

for (const cond of ["x + (x | g) + (1 | h)", "x + (1 | g / k)", "x + us(0 + factor(k) | g)"]) {
  Deno.test(`${cond}: A, c, yᵀV⁻¹y, ZᵀV⁻¹x and log|V| are those of dense algebra, from cross-products and from rows`, () => {
    const sums = rowSums(smallDesign(gaussian(), { cond })), { rows, effects, basis: { size: p } } = sums;
    effects.setTheta(scattered(effects.thetas).map((v, j) => (j % 2 ? -0.3 : 0.8) + 0.3 * v));
    const { y, basis } = rows!, n = y.length;
    const unit = (k: number) => Float64Array.from({ length: effects.q }, (_, i) => +(i === k));
    const Z = Array.from({ length: effects.q }, (_, k) => {
      const column = new Float64Array(n);
      rows!.effects.gather(unit(k), [column]);
      return column;
    });
    const ZL = new Matrix(Array.from({ length: effects.q }, (_, k) => {
      const b = new Float64Array(effects.q), column = new Float64Array(n);
      effects.apply(unit(k), b);
      rows!.effects.gather(b, [column]);
      return [...column];
    })).transpose();
    const L = choleskyFactor(Matrix.eye(n).add(ZL.mmul(ZL.transpose())))!;
    const columns = [
      ...Array.from({ length: p }, (_, j) => {
        const q = new Float64Array(n);
        basis.addColumn(1, j, q);
        return q;
      }),
      y,
    ];
    const solved = columns.map((x) => choleskySolve(L, x)),
      product = (a: ArrayLike<number>, b: ArrayLike<number>) =>
        Array.from(a).reduce((s, v, i) => s + v * b[i], 0);
    const eliminated = new EliminatedEffects(sums, exactly), normal = new NormalEquations(p);
    assert.ok(eliminated.solve());
    const check = () => {
      for (let j = 0; j < p; j++) near(normal.A[j], columns.slice(0, p).map((x) => product(x, solved[j])));
      near(normal.c, columns.slice(0, p).map((x) => product(x, solved[p])));
      near([normal.yy], [product(y, solved[p])]);
    };
    assert.equal(eliminated.form(normal), null); // much is left
    check();
    const residuals = eliminated.formFromRows(normal),
      shift = Float64Array.from({ length: p }, (_, j) => 0.1 * (j + 1));
    check();
    near([eliminated.halfLogDet], [L.diagonal().reduce((s, v) => s + Math.log(v), 0)]);
    const e = y.map((v, i) => v - columns.slice(0, p).reduce((s, x, j) => s + shift[j] * x[i], 0)),
      u = new Float64Array(effects.q);
    eliminated.modes(shift, u);
    near([residuals.squares(shift) + effects.priorForm(u, u)], [product(e, choleskySolve(L, e))]); // r² = ‖y − Qγ − ZΛû‖² + ‖û‖²
    const out = new Float64Array(effects.q);
    eliminated.marginal(sums.Zty, eliminated.Sy, out);
    near(out, Z.map((z) => product(z, solved[p])));
    eliminated.marginal(sums.ZtQ[1], eliminated.SQ[1], out);
    near(out, Z.map((z) => product(z, solved[1])));
  });
}
