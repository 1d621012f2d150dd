/**
 * The Laplace approximation, its gradient and what is read off it against the definition by dense algebra (`dense_laplace.ts`).
 * Its derivatives of ℓ are good to 1e-11, so values agree to 1e-9; what moves with the modes to 1e-8; gradients, which are
 * differences of values over 1e-3, to 1e-7.
 */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { hessianFromGradient } from "../../../lib/math/differentiate.ts";
import * as families from "../../../lib/model/families/mod.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { sameGradient } from "../../laws/differences.ts";
import { type Formulas, inflatedIf, smallDesign } from "../../laws/small_designs.ts";
import { sameMatrix, scattered } from "./dense.ts";
import { DenseLaplace } from "./dense_laplace.ts";
import * as densities from "./densities.ts";

/** Family, formulas, intercepts of the parts. */
type Case = readonly [Family, Formulas, readonly number[]];

const crossed = "x + (x | g) + (1 | h)", zi = "~ w + (1 | g)";
const CASES: readonly Case[] = [
  [families.poisson(), { cond: crossed }, [1]],
  [families.poisson(), { cond: "x + offset(off) + (1 | g / k)" }, [1]],
  [families.poisson(), { cond: "x + ar1(0 + factor(p) | h)" }, [1]],
  [families.poisson(), { cond: "x + (x | g)", zi }, [1, -1]],
  [families.binomial(), { cond: crossed }, [0.4]],
  [families.binomial(), { cond: "x + (x || g)" }, [-0.4]],
  [families.nbinom2(), { cond: crossed }, [1, 0.5]],
  [families.nbinom2(), { cond: "x + (1 | g)", disp: "~ w" }, [1, 0.8]],
  [families.nbinom2(), { cond: "x + (x | g)", zi, disp: "~ w + (1 | g)" }, [1, 0.5, -1]],
  [families.beta(), { cond: crossed }, [0.3, 1.5]],
  [families.beta(), { cond: "x + (1 | g)", disp: "~ w + (1 | h)" }, [0.3, 1.5]],
  [families.gaussian(), { cond: "x + (x | g)", disp: "~ x + (1 | h)" }, [0.7, 0.2]],
];

/** The objective, its definition, and a point that is no optimum of it. */
function setUp([family, formulas, intercepts]: Case, weights?: { frequency: string }) {
  const objective = new Laplace(smallDesign(family, formulas, { weights }), inflatedIf(family, formulas));
  const own = densities[family.name as "poisson"], { bases, first, effects, size, thetaAt } = objective;
  const dense = new DenseLaplace(objective, formulas.zi ? densities.inflated(own) : own),
    psi = new Float64Array(size);
  bases.forEach((basis, k) => {
    const beta = basis.origin.map((_, j) => j === 0 ? intercepts[k] : 0.3 - 0.2 * j);
    basis.onBasis(beta, psi, first[k]);
  });
  psi.set(scattered(effects.thetas).map((v, j) => (j % 2 ? -0.3 : 0.5) + 0.2 * v), thetaAt);
  return { objective, dense, psi };
}

function checkValue({ objective, dense, psi }: ReturnType<typeof setUp>) {
  const expected = dense.at(psi), value = objective.evaluate(psi);
  assert.ok(
    Math.abs(value - expected.value) < 1e-9 * (1 + Math.abs(value)),
    `${value}, dense ${expected.value}`,
  );
  objective.eta.forEach((eta, k) =>
    eta.forEach((v, i) => assert.ok(Math.abs(v - expected.eta[k][i]) < 1e-8, `η${k}, row ${i}: ${v}`))
  );
}

for (const given of CASES) {
  const [family, formulas] = given, title = `${family.name}, ${Object.values(formulas).join("; ")}`;

  Deno.test(`${title}: the value and the predictors at the modes are those of the definition`, () => {
    const at = setUp(given), { objective, psi } = at;
    checkValue(at);
    objective.evaluate(psi.map((v, j) => v + (j < objective.thetaAt ? 0.2 : 0.1)));
    checkValue(at); // from modes elsewhere
    if (!family.usesTrials) checkValue(setUp(given, { frequency: "wt" }));
  });

  Deno.test(`${title}: the gradient is that of the definition`, () => {
    const { objective, dense, psi } = setUp(given), gradient = new Float64Array(psi.length);
    objective.evaluate(psi, gradient);
    sameGradient((x) => dense.at(x).value, gradient, psi, 1e-3, 1e-7, title);
  });

  Deno.test(`${title}: the effects' covariance is the inverse of the joint curvature, that of γ its Schur complement`, () => {
    const { objective, dense, psi } = setUp(given),
      { bases, first, thetaAt, effects, design: { n } } = objective;
    objective.evaluate(psi);
    const { A, H } = dense.at(psi),
      { Z } = dense.effects,
      inverse = positiveInverse(H)!,
      variance = new Float64Array(n);
    for (const k of effects.parts) {
      effects.rows.quadraticForm(objective.conditionalCovariance(), k, k, variance);
      const unit = effects.unit(k), expected = Z[k].mmul(inverse).mmul(Z[k].transpose()).diagonal();
      expected.forEach((v, i) => {
        assert.ok(
          Math.abs(unit ** 2 * variance[i] - v) < 1e-8 * v,
          `var(η${k}), row ${i}: ${variance[i]}, dense ${v}`,
        );
      });
    }
    const Q = bases.map((basis, k) => {
      const out = Matrix.zeros(n, thetaAt), column = new Float64Array(n);
      for (let j = 0; j < basis.size; j++) {
        basis.weighColumn(j, null, column);
        out.setColumn(first[k] + j, Array.from(column, (v) => basis.unit * v));
      }
      return out;
    });
    const cross = dense.between(Q, A, Z);
    const expected = dense.between(Q, A, Q).sub(cross.mmul(inverse).mmul(cross.transpose()));
    sameMatrix(objective.fixedInformation(), expected, 1e-8, title);
  });
}

Deno.test("at standard deviations of 0 the value is that of the model without random effects, and flat in them", () => {
  const { objective, psi } = setUp([families.poisson(), { cond: "x + (1 | g) + (1 | h)" }, [1]]);
  const bare = new Laplace(smallDesign(families.poisson(), { cond: "x" }), families.poisson());
  const at = psi.fill(0, objective.thetaAt),
    gradient = new Float64Array(psi.length),
    without = new Float64Array(bare.size);
  const value = objective.evaluate(at, gradient), expected = bare.evaluate(at.slice(0, bare.size), without);
  assert.ok(Math.abs(value - expected) < 1e-12 * Math.abs(expected), `${value}, without effects ${expected}`);
  assert.deepEqual(Array.from(gradient.subarray(objective.thetaAt)), [0, 0]);
  without.forEach((g, j) =>
    assert.ok(Math.abs(gradient[j] - g) < 1e-10 * (1 + Math.abs(g)), `γ${j}: ${gradient[j]}, ${g}`)
  );
});

Deno.test("directions over ψ and φ are each other's inverse, and what one evaluation found stands in another objective", () => {
  const given = CASES[8], { objective, psi } = setUp(given), { objective: other } = setUp(given);
  objective.toPsi(objective.toPhi(psi)).forEach((v, j) =>
    assert.ok(Math.abs(v - psi[j]) < 1e-12, `ψ${j}: ${v}`)
  );
  objective.evaluate(psi);
  other.resume(psi, objective.standing());
  assert.deepEqual(other.eta, objective.eta);
  other.modesAt(psi);
  assert.equal(other.passes, 0);
});

for (const given of CASES) {
  Deno.test(`${given[0].name} ${JSON.stringify(given[1])}: beside the last point modes are predicted`, () => {
    const { objective, psi } = setUp(given), { objective: other } = setUp(given), size = psi.length;
    const at = (target: Laplace, to: Float64Array) => {
      const before = target.passes, gradient = new Float64Array(size), value = target.evaluate(to, gradient);
      return { passes: target.passes - before, value, gradient };
    };
    at(objective, psi);
    for (let j = 0; j < size; j++) { // as a Hessian asks: predicted so well that the next step has nothing to do
      const { passes } = at(objective, psi.map((v, i) => v + (i === j ? 1e-5 : 0)));
      assert.equal(passes, 1, `ψ${j}: ${passes} passes over the rows`);
    }
    const beside = psi.map((v, i) => v + 0.01 * Math.sin(i)),
      near = at(objective, beside),
      far = at(other, beside);
    assert.ok(
      Math.abs(near.value - far.value) < 1e-11 * (1 + Math.abs(far.value)),
      `${near.value}, ${far.value}`,
    );
    near.gradient.forEach((g, j) =>
      assert.ok(Math.abs(g - far.gradient[j]) < 1e-7 * (1 + Math.abs(g)), `ψ${j}: ${g}, ${far.gradient[j]}`)
    );
  });
}

Deno.test("where differences of gradients begin modes are exact: found anew where they are of another point, or less so", () => {
  const { objective, psi } = setUp(CASES[8]), gradient = new Float64Array(psi.length);
  const distance = () => objective["modes"]["left"]; // squared, as the last step towards them left it
  objective.evaluate(psi.map((v) => v + 0.1), gradient);
  assert.equal(objective.quieten!(psi, 1e-6), true, "it stood elsewhere");
  assert.ok(distance() < 1e-23);
  const passes = objective.passes;
  assert.equal(objective.quieten!(psi, 1e-6), false, "it stands there");
  assert.equal(objective.passes, passes);
  Object.assign(objective["modes"], { left: 5e-19 }); // enough for a value
  assert.equal(objective.quieten!(psi, 1e-6), true);
  assert.ok(distance() < 1e-23 && objective.passes === passes + 1);
});

/** Value and gradient at a case's ψ, coming from elsewhere, and the looks at the rows that they took. */
function comingFromElsewhere({ objective, psi }: ReturnType<typeof setUp>, slack: number) {
  objective.evaluate(psi.map((v) => v + 1));
  const gradient = new Float64Array(psi.length), before = objective.passes;
  return { value: objective.evaluate(psi, gradient, slack), gradient, passes: objective.passes - before };
}

for (const given of CASES) {
  Deno.test(`${given[0].name} ${JSON.stringify(given[1])}: a value may be off by what it is told, and is made exact where one stands`, () => {
    const at = setUp(given), { objective, psi } = at;
    const exact = comingFromElsewhere(at, 0), near = comingFromElsewhere(at, 0.1);
    assert.ok(near.passes <= exact.passes, "passes");
    assert.ok(objective.off <= 0.1 && Math.abs(near.value - exact.value) <= objective.off + 1e-9); // rounding of some hundreds
    objective.standAt(psi, 0.1);
    const stood = objective.passes;
    objective.standAt(psi);
    const differs = near.gradient.some((g, j) => g !== exact.gradient[j]);
    assert.ok(objective.off === 0 && (objective.passes > stood) === differs);
  });
}

Deno.test("a value that may be off takes fewer looks at the rows", () => {
  const looks = (slack: number) =>
    CASES.map((given) => comingFromElsewhere(setUp(given), slack).passes).reduce((sum, n) => sum + n, 0);
  assert.ok(looks(0.1) < looks(0), `${looks(0.1)}, exactly ${looks(0)}`);
});

for (
  const family of [
    families.poisson(),
    families.gamma("log"),
    families.nbinom2(),
    families.beta(),
    families.binomial(),
  ]
) {
  Deno.test(`${family.name}: from effects of 0 the modes are five looks at the rows away, however strong the groups`, () => {
    for (const theta of [0.5, 2, 5]) { // where Newton's own steps take up to seven
      const objective = new Laplace(smallDesign(family, { cond: "x + (1 | g) + (1 | h)" }), family);
      const psi = new Float64Array(objective.size).fill(0.3);
      psi.fill(theta, objective.thetaAt);
      assert.ok(Number.isFinite(objective.evaluate(psi, new Float64Array(psi.length))));
      assert.ok(objective.passes <= 5, `θ ${theta}: ${objective.passes} passes`);
    }
  });
}

for (
  const [what, family, formulas, names] of [
    ["a hurdle", families.gamma("log"), { cond: "x + (1 | g)", zi: "~ w" }, ["zi"]],
    [
      "a hurdle with groups of its own",
      families.gamma("log"),
      { cond: "x + (1 | g)", zi: "~ w + (1 | g)" },
      [],
    ],
    ["a mixture", families.poisson(), { cond: "x + (1 | g)", zi: "~ w" }, []],
    ["a dispersion", families.nbinom2(), { cond: "x + (1 | g)", disp: "~ w" }, []],
  ] as const
) {
  Deno.test(`${what}: the curvature of parts that stand apart is known, and that of differences`, () => {
    const objective = new Laplace(smallDesign(family, formulas), inflatedIf(family, formulas)),
      { size } = objective;
    const psi = scattered(size).map((v) => 0.4 + 0.3 * v);
    objective.evaluate(psi, new Float64Array(size));
    const { at, curvature } = objective.known(), { predictors } = objective.design;
    const expected = predictors.flatMap(({ part, names: columns }, k) =>
      (names as readonly string[]).includes(part) ? columns.map((_, j) => objective.first[k] + j) : []
    );
    assert.deepEqual(at, expected);
    const differenced = hessianFromGradient(
      (x, g) => objective.evaluate(x, g),
      psi,
      new Float64Array(size).fill(1e-4),
    );
    const scale = curvature.rows > 0 ? curvature.max() : 1;
    at.forEach((i, a) => {
      for (let j = 0; j < size; j++) {
        const known = at.includes(j) ? curvature.get(a, at.indexOf(j)) : 0;
        assert.ok(Math.abs(differenced.get(i, j) - known) < 1e-6 * scale, `${i}, ${j}: ${known}`); // of a step of 1e-4
      }
    });
  });
}
