/** Λ, P and what is made of them, block by block, against the dense matrices; adjoints against differences. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { nbinom2 } from "../../../lib/model/families/nbinom2.ts";
import { RandomEffects } from "../../../lib/model/objective/random_effects.ts";
import { sameGradient } from "../../laws/differences.ts";
import { type Formulas, smallDesign } from "../../laws/small_designs.ts";
import { blockValues, form, logDeterminant, matrixOf, sameMatrix, scattered, whole } from "./dense.ts";

/** Sums of products of numbers of order 1. */
const ROUNDING = 1e-12;

const cases: Formulas[] = [
  { cond: "x + (1 | g) + (1 | h)" },
  { cond: "x + (x | g) + (1 | h)" },
  { cond: "x + (x | g) + (0 + w | g) + (1 | h)" },
  { cond: "x + (x || g)" },
  { cond: "x + ar1(0 + factor(t) | g) + (x | h)" },
  { cond: "x + ar1(0 + factor(p) | h) + (x | g)" },
  { cond: "x + exp(0 + numFactor(p) | h)" },
  { cond: "x + (x | g)", disp: "~ w + (1 | g)", zi: "~ 1 + (w | g) + (1 | h)" },
];

/** A map of q numbers to q numbers that writes its result. */
const mapped = (q: number, write: (x: Float64Array, out: Float64Array) => void) =>
  matrixOf(q, q, (x) => {
    const out = new Float64Array(q);
    write(x, out);
    return out;
  });

for (const formulas of cases) {
  const title = Object.values(formulas).join("; "),
    { n, predictors } = smallDesign(formulas.zi ? nbinom2() : gaussian(), formulas);
  const units = [0.5, 3, 1].slice(0, predictors.length),
    effects = RandomEffects.of(predictors, n, units),
    { q, pattern, valueCount } = effects;
  const theta = scattered(effects.thetas).map((v, j) => 0.8 + 0.1 * j + 0.4 * v),
    M = new Float64Array(valueCount);
  effects.crossProduct(() => null, M);

  /** Λ, P and ZᵀZ at θ. */
  const at = (theta: Float64Array) => {
    effects.setTheta(theta);
    return {
      Lambda: mapped(q, (x, out) => effects.apply(x, out)),
      P: mapped(q, (x, out) => effects.timesPrecision(x, out)),
      M: whole(pattern, M),
    };
  };
  const congruent = (A: Matrix, S: Matrix) => A.mmul(S).mmul(A.transpose());

  Deno.test(`${title}: Λᵀ is the transpose of Λ, which is lower triangular, and solving with it is its inverse`, () => {
    const { Lambda } = at(theta), v = scattered(q), w = new Float64Array(q), back = w.slice();
    assert.ok(Lambda.to2DArray().every((row, i) => row.every((x, j) => j <= i || x === 0)));
    sameMatrix(mapped(q, (x, out) => effects.applyTransposed(x, out)), Lambda.transpose(), ROUNDING, "Λᵀ");
    assert.ok(effects.solveTransposed(v, w, 1e-6));
    effects.applyTransposed(w, back);
    back.forEach((x, i) => assert.ok(Math.abs(x - v[i]) < 1e-12, `entry ${i}: ${x}, expected ${v[i]}`));
    assert.ok(
      !(effects.setTheta(theta.map(() => 0)), effects.solveTransposed(v, w, 1e-6)),
      "a singular Λ has no inverse",
    );
  });

  Deno.test(`${title}: H = ΛᵀMΛ + P, G = ΛSΛᵀ on the pattern, log|P| and uᵀPv`, () => {
    const { Lambda, P, M: full } = at(theta), H = new Float64Array(valueCount), G = H.slice();
    effects.sphere(M, H);
    sameMatrix(whole(pattern, H), congruent(Lambda.transpose(), full).add(P), ROUNDING, "H");
    effects.unsphere(H, G);
    const onPattern = whole(pattern, new Float64Array(valueCount).fill(1));
    sameMatrix(whole(pattern, G), congruent(Lambda, whole(pattern, H)).mul(onPattern), ROUNDING, "G");
    assert.ok(
      Math.abs(effects.logPrecision() - logDeterminant(P)) < 1e-10,
      `log|P| ${effects.logPrecision()}`,
    );
    const u = scattered(q), v = scattered(q, 500);
    assert.ok(Math.abs(effects.priorForm(u, v) - form(u, P, v)) < 1e-11, "uᵀPv");
  });

  Deno.test(`${title}: W and the precision's pullback are the gradient of ½ log|ΛᵀMΛ + P| − ½ log|P| + ½uᵀPu + 2wᵀΛv`, () => {
    const u = scattered(q), v = scattered(q, 300), w = scattered(q, 700);
    const value = (x: Float64Array) => {
      const { Lambda, P, M } = at(x), H = congruent(Lambda.transpose(), M).add(P);
      return (logDeterminant(H) - logDeterminant(P) + form(u, P, u)) / 2 + 2 * form(w, Lambda, v);
    };
    const { Lambda, P, M: full } = at(theta), H = congruent(Lambda.transpose(), full).add(P);
    const S = blockValues(pattern, positiveInverse(H)!), gradient = new Float64Array(theta.length);
    const W = effects.traceAdjoint(M, S);
    effects.addOuter(W, w, v, 2);
    effects.pullback(theta, 0, W, gradient);
    effects.pullbackPrecision(theta, 0, S, [{ x: u, y: u, factor: 0.5 }], gradient);
    sameGradient(value, gradient, theta, 1e-3, 1e-8, title);
  });

  Deno.test(`${title}: rescaling θ by f multiplies Λ by f, and units multiply effects of each predictor`, () => {
    const { Lambda, P } = at(theta), scaled = theta.slice();
    effects.rescale(scaled, 0, 3);
    const after = at(scaled);
    sameMatrix(after.Lambda, Matrix.mul(Lambda, 3), ROUNDING, "Λ");
    sameMatrix(after.P, P, ROUNDING, "P");
    const b = effects.inUnits(new Float64Array(q).fill(1));
    for (const g of effects.groups) {
      for (let l = 0; l < g.nodes; l++) {
        g.part.forEach((part, s) => assert.equal(b[g.start + l * g.width + s], units[part]));
      }
    }
  });
}
