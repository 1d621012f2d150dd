/** The sums over rows of all random effects against dense Z, Λ and P. */
import assert from "node:assert/strict";
import type { Cholesky } from "../../../lib/math/cholesky.ts";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { nbinom2 } from "../../../lib/model/families/nbinom2.ts";
import { poisson } from "../../../lib/model/families/poisson.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { type Formulas, smallDesign } from "../../laws/small_designs.ts";
import { denseEffects, matrixOf, sameMatrix, scattered, whole } from "./dense.ts";

/** Sums of about 50 products of numbers of order 1. */
const ROUNDING = 1e-12;

const cases: Record<string, Formulas> = {
  "one factor": { cond: "x + (1 | g)" },
  "slopes": { cond: "x + (x | g)" },
  "three correlated columns": { cond: "x + (x + w | g)" },
  "independent slopes": { cond: "x + (x || g)" },
  "a slope alone": { cond: "x + (0 + x | h)" },
  "crossed": { cond: "x + (1 | g) + (1 | h)" },
  "nested": { cond: "x + (1 | g / k)" },
  "two terms on one factor": { cond: "x + (x | g) + (0 + w | g) + (1 | h)" },
  "positions, correlated": { cond: "x + us(0 + factor(t) | g)" },
  "positions, independent": { cond: "x + diag(0 + factor(t) | g) + (1 | h)" },
  "few occasions": { cond: "x + ar1(0 + factor(t) | g) + (1 | h)" },
  "so many occasions that each is a node": { cond: "x + ar1(0 + factor(p) | h) + (x | g)" },
  "distances": { cond: "x + exp(0 + numFactor(p) | h) + (1 | g)" },
  "the same factor in three predictors": {
    cond: "x + (x | g)",
    disp: "~ w + (1 | g)",
    zi: "~ 1 + (w | g) + (1 | h)",
  },
};

for (const [name, formulas] of Object.entries(cases)) {
  const design = smallDesign(formulas.zi ? nbinom2() : gaussian(), formulas), { n, predictors } = design;
  const K = predictors.length,
    units = [0.5, 3, 1].slice(0, K),
    dense = denseEffects(design, (k) => units[k]);
  const effects = RandomEffects.of(predictors, n, units), { q } = effects;
  const theta = scattered(effects.thetas).map((v, j) => 0.7 + 0.1 * j + 0.5 * v);
  effects.setTheta(theta);

  /** All predictors one below the other. */
  const predictorsOf = (x: Float64Array, add: (x: Float64Array, eta: Float64Array[]) => void) => {
    const eta = predictors.map(() => new Float64Array(n));
    add(x, eta);
    return Float64Array.from(eta.flatMap((e) => [...e]));
  };
  const gathered = () => matrixOf(q, n * K, (b) => predictorsOf(b, (x, eta) => effects.gather(x, eta)));
  const rows = (k: number) => gathered().subMatrix(k * n, (k + 1) * n - 1, 0, q - 1);

  Deno.test(`${name}: Zb has the covariance Z G(θ) Zᵀ of the terms as they are written down`, () => {
    const effect = matrixOf(q, n * K, (u) => {
      const b = new Float64Array(q);
      effects.apply(u, b);
      return predictorsOf(b, (x, eta) => effects.addTo(x, eta));
    });
    const precision = matrixOf(q, q, (u) => {
      const out = new Float64Array(q);
      effects.timesPrecision(u, out);
      return out;
    });
    const Z = Matrix.zeros(n * K, dense.count);
    dense.Z.forEach((own, k) => Z.setSubMatrix(own, k * n, 0));
    const expected = Z.mmul(dense.G(theta)).mmul(Z.transpose());
    sameMatrix(effect.mmul(positiveInverse(precision)!).mmul(effect.transpose()), expected, ROUNDING, name);
  });

  Deno.test(`${name}: sums over rows are the adjoint of Zb`, () => {
    const transposed = matrixOf(n * K, q, (v) => {
      const out = new Float64Array(q);
      effects.transposeTimes(predictors.map((_, k) => v.subarray(k * n, (k + 1) * n)), out);
      return out;
    });
    sameMatrix(transposed, gathered().transpose(), ROUNDING, name);
  });

  Deno.test(`${name}: weighted cross-products are Σ Z_kᵀ A_kl Z_l`, () => {
    const A = predictors.map((_, k) =>
      predictors.map((_, l) => scattered(n, 1 + Math.min(k, l) + 5 * Math.max(k, l)))
    );
    for (const weight of [(k: number, l: number) => A[k][l], () => null]) {
      const M = new Float64Array(effects.valueCount), expected = Matrix.zeros(q, q);
      effects.crossProduct(weight, M);
      for (let k = 0; k < K; k++) {
        for (let l = 0; l < K; l++) {
          const weighed = rows(l), a = weight(k, l);
          for (let i = 0; a && i < n; i++) weighed.mulRow(i, a[i]);
          expected.add(rows(k).transpose().mmul(weighed));
        }
      }
      sameMatrix(whole(effects.pattern, M), expected, ROUNDING, name);
    }
  });

  Deno.test(`${name}: row-wise quadratic forms are the diagonals of Z_k G Z_lᵀ`, () => {
    const values = scattered(effects.valueCount), { pattern } = effects;
    for (let b = 0; b < pattern.nodes; b++) {
      symmetrise(values, pattern.at[b], pattern.start[b + 1] - pattern.start[b]);
    }
    const G = whole(pattern, values), out = new Float64Array(n);
    for (let k = 0; k < K; k++) {
      for (let l = 0; l <= k; l++) {
        effects.rows.quadraticForm(values, k, l, out);
        const expected = rows(k).mmul(G).mmul(rows(l).transpose()).diagonal();
        expected.forEach((v, i) =>
          assert.ok(Math.abs(out[i] - v) < 1e-11, `${k}, ${l}, row ${i}: ${out[i]}, dense ${v}`)
        );
      }
    }
  });
}

function symmetrise(values: Float64Array, at: number, c: number) {
  for (let j = 0; j < c; j++) for (let i = 0; i < j; i++) values[at + j * c + i] = values[at + i * c + j];
}

Deno.test("objectives of one design share its layout, and nothing that an evaluation changes", () => {
  const design = smallDesign(poisson(), { cond: "x + (x | g) + (1 | h)" });
  const other = { ...design, response: { ...design.response, y: design.response.y.map((v) => v + 1) } };
  const [a, b] = [design, other].map((d) => new Laplace(d, poisson()));
  assert.equal(a.effects.pattern, b.effects.pattern);
  assert.equal((a.solver as Cholesky).symbolic, (b.solver as Cholesky).symbolic);
  assert.notEqual(a.effects.template(0), b.effects.template(0));
  const psi = new Float64Array(a.size).fill(0.3), elsewhere = psi.map((v, j) => v + 0.1 * (j % 3));
  const alone = new Laplace(smallDesign(poisson(), { cond: "x + (x | g) + (1 | h)" }), poisson()).evaluate(
    psi,
  );
  a.evaluate(psi);
  b.evaluate(elsewhere, new Float64Array(a.size));
  a.standAt(elsewhere);
  b.evaluate(psi);
  assert.ok(Math.abs(a.evaluate(psi) - alone) < 1e-9 * (1 + Math.abs(alone)));
});
