/**
 * Adaptive Gauss–Hermite quadrature against the integrals themselves, level by level, from densities written out: by the trapezoidal
 * rule over ±10 standard deviations, whose error is below rounding for such smooth integrands, and by three points written down.
 */
import { denseColumn } from "../../../lib/math/columns.ts";
import assert from "node:assert/strict";
import * as families from "../../../lib/model/families/mod.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { AdaptiveQuadrature } from "../../../lib/model/objective/quadrature.ts";
import { sameGradient } from "../../laws/differences.ts";
import { type Formulas, inflatedIf, smallDesign } from "../../laws/small_designs.ts";
import * as densities from "./densities.ts";

type Case = readonly [Family, Formulas, readonly number[]];
const CASES: readonly Case[] = [
  [families.poisson(), { cond: "x + (1 | g)" }, [1]],
  [families.poisson(), { cond: "x + (0 + x | h)" }, [1]],
  [families.poisson(), { cond: "x", zi: "~ w + (1 | g)" }, [1, -1]],
  [families.binomial(), { cond: "x + offset(off) + (1 | g)" }, [0.4]],
  [families.nbinom2(), { cond: "x + (1 | g)", disp: "~ w" }, [1, 0.8]],
  [families.beta(), { cond: "x", disp: "~ w + (1 | h)" }, [0.3, 1.5]],
  [families.gaussian(), { cond: "x + (1 | g)", disp: "~ x" }, [0.7, 0.2]],
];

/** The objectives, and h(b) = −Σ ℓ + ½b²/s² + ½ log 2πs² of every level at a point. */
function setUp([family, formulas, intercepts]: Case, points: number, weights?: { frequency: string }) {
  const design = smallDesign(family, formulas, { weights }),
    laplace = new Laplace(design, inflatedIf(family, formulas));
  const own = densities[family.name as "poisson"], density = formulas.zi ? densities.inflated(own) : own;
  const { bases, first, thetaAt, size } = laplace,
    { n, predictors, response: { y, trials } } = design,
    psi = new Float64Array(size);
  bases.forEach((basis, k) =>
    basis.onBasis(basis.origin.map((_, j) => j === 0 ? intercepts[k] : 0.3), psi, first[k])
  );
  psi[thetaAt] = 0.7;
  const part = predictors.findIndex(({ random }) => random.length > 0),
    [{ level, levels, columns: [z] }] = predictors[part].random;
  const size2 = z ? z.reduce((s, v) => s + v * v, 0) / n : 1; // θ is the deviation of the effect of a column of mean square 1
  const levelsAt = (psi: Float64Array) => {
    const sd = psi[thetaAt] * laplace.effects.unit(part) / Math.sqrt(size2);
    const eta = predictors.map(({ X, offset }, k) => {
      const beta = bases[k].coefficients(psi, first[k]);
      return Float64Array.from(
        { length: n },
        (_, i) => X.reduce((s, x, j) => s + denseColumn(x)[i] * beta[j], offset?.[i] ?? 0),
      );
    });
    return levels.map((_, l) => (b: number) => {
      let h = b * b / (2 * sd * sd) + Math.log(2 * Math.PI * sd * sd) / 2;
      for (let i = 0; i < n; i++) {
        if (level[i] !== l) continue;
        const at = eta.map((e, k) => e[i] + (k === part ? (z ? z[i] : 1) * b : 0));
        h -= (design.weights?.[i] ?? 1) * density(y[i], trials?.[i] ?? 1, at);
      }
      return h;
    });
  };
  return {
    laplace,
    quadrature: new AdaptiveQuadrature(laplace, points),
    psi,
    levelsAt,
    sd: 0.7 * laplace.effects.unit(part) / Math.sqrt(size2),
  };
}

/** −log ∫ e^−h db. */
function integral(h: (b: number) => number, reach: number): number {
  const steps = 400,
    step = 2 * reach / steps,
    values = Array.from({ length: steps + 1 }, (_, k) => -h(-reach + k * step));
  const most = Math.max(...values);
  return -(most + Math.log(step * values.reduce((s, v) => s + Math.exp(v - most), 0)));
}

/** Mode of h and 1/√h″ there, by Newton's method on differences. */
function modeOf(h: (b: number) => number, scale: number): { mode: number; s: number } {
  const e = 0.02 * scale;
  for (let mode = 0, k = 0;; k++) {
    const at = [-3, -2, -1, 0, 1, 2, 3].map((j) => h(mode + j * e));
    const slope = (45 * (at[4] - at[2]) - 9 * (at[5] - at[1]) + (at[6] - at[0])) / (60 * e);
    const curvature = (270 * (at[4] + at[2]) - 27 * (at[5] + at[1]) + 2 * (at[6] + at[0]) - 490 * at[3]) /
      (180 * e * e);
    if (k === 30) return { mode, s: 1 / Math.sqrt(curvature) };
    mode -= Math.max(-scale, Math.min(scale, slope / Math.abs(curvature)));
  }
}

for (const given of CASES) {
  const [family, formulas] = given, title = `${family.name}, ${Object.values(formulas).join("; ")}`;

  Deno.test(`${title}: many points give the integral, and its gradient`, () => {
    for (const weights of family.usesTrials ? [undefined] : [undefined, { frequency: "wt" }]) {
      const { quadrature, psi, levelsAt, sd } = setUp(given, 35, weights), gradient = psi.slice();
      const value = (x: Float64Array) => levelsAt(x).reduce((s, h) => s + integral(h, 10 * sd), 0);
      const got = quadrature.evaluate(psi, gradient), expected = value(psi);
      assert.ok(Math.abs(got - expected) < 1e-8 * Math.abs(expected), `${got}, integral ${expected}`);
      sameGradient(value, gradient, psi, 1e-3, 1e-6, title);
    }
  });

  Deno.test(`${title}: three points are those written down, one is the Laplace approximation`, () => {
    const { quadrature, psi, levelsAt, sd } = setUp(given, 3),
      nodes = [-Math.sqrt(1.5), 0, Math.sqrt(1.5)],
      weights = [1 / 6, 2 / 3, 1 / 6];
    const expected = levelsAt(psi).reduce((sum, h) => {
      const { mode, s } = modeOf(h, sd); // ∫ f = √2 s Σ w e^{t²} f(mode + √2 s t), w over √π
      const terms = nodes.map((t, j) =>
        weights[j] * Math.exp(t * t - h(mode + Math.SQRT2 * s * t) + h(mode))
      );
      return sum + h(mode) - Math.log(Math.sqrt(2 * Math.PI) * s * terms.reduce((a, b) => a + b));
    }, 0);
    const got = quadrature.evaluate(psi);
    assert.ok(Math.abs(got - expected) < 1e-9 * Math.abs(expected), `${got}, by hand ${expected}`);
    const { quadrature: one, laplace } = setUp(given, 1), value = one.evaluate(psi);
    assert.ok(
      Math.abs(value - laplace.evaluate(psi)) < 1e-10 * Math.abs(value),
      `${value}, Laplace ${laplace.evaluate(psi)}`,
    );
  });
}

Deno.test("the modes and derivatives that stand afterwards are those of the Laplace approximation there", () => {
  const { quadrature, laplace, psi } = setUp(CASES[0], 7);
  laplace.evaluate(psi);
  const eta = laplace.eta[0].slice(), slopes = laplace.likelihood.jets.d1[0].slice();
  for (const gradient of [undefined, new Float64Array(psi.length)]) {
    quadrature.evaluate(psi, gradient);
    eta.forEach((v, i) => assert.ok(Math.abs(laplace.eta[0][i] - v) < 1e-10, `η of row ${i}`));
    slopes.forEach((v, i) =>
      assert.ok(Math.abs(laplace.likelihood.jets.d1[0][i] - v) < 1e-9, `slope of row ${i}`)
    );
  }
});

Deno.test("it is refused where the integral of a level is not one over one number", () => {
  for (const cond of ["x", "x + (x | g)", "x + (1 | g) + (1 | h)", "x + ar1(0 + factor(p) | h)"]) {
    const laplace = new Laplace(smallDesign(families.poisson(), { cond }), families.poisson());
    assert.throws(
      () => new AdaptiveQuadrature(laplace, 5),
      /Cannot use quadrature: 5, it needs exactly one random intercept/,
    );
  }
});
