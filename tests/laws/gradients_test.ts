/**
 * The exact gradients of the three objectives against differences of their values, for every family of the registry, every
 * link that suits it and every kind of random-effects structure.
 *
 * Tolerance 1e-7 of the gradient's size: modes are found to 1e-9 and the value and the gradient are linear in their error, so
 * differences over a step of 1e-3 are good to about 1e-8.
 */
import assert from "node:assert/strict";
import * as families from "../../lib/model/families/mod.ts";
import type { Family } from "../../lib/model/families/family.ts";
import type { Link } from "../../lib/model/links/link.ts";
import { Laplace } from "../../lib/model/objective/laplace.ts";
import { ProfiledDeviance } from "../../lib/model/objective/linear.ts";
import { rowSums } from "../../lib/model/objective/row_sums.ts";
import { AdaptiveQuadrature } from "../../lib/model/objective/quadrature.ts";
import { MEANS, STRUCTURED } from "../catalogue.ts";
import { seed } from "../../lib/math/random.ts";
import { difference, sameGradient } from "./differences.ts";
import { isDispersion } from "../../lib/model/families/part.ts";
import { isThreshold, linksOf, ordinalVariants, shapeOf } from "./family_points.ts";
import { type Formulas, middle, middleOf, smallDesign, smallLaplace } from "./small_designs.ts";

const STEP = 1e-3, TOLERANCE = 1e-7;

const registry = [
  ...Object.values(families) as unknown as ((link?: Link) => Family)[],
  ...ordinalVariants.map(([, make]) => make),
];

/** Random-effects structures of the mean. */
const structures = [...Object.values(MEANS), ...STRUCTURED];
/** Structures with formulas of the other parts. */
const zeroInflated: Formulas[] = [
  { cond: "x", zi: "~ w" },
  { cond: "x + (1 | g)", zi: "~ w" },
  { cond: "x", zi: "~ w + (1 | g)" },
  { cond: "x + (x | g)", zi: "~ w + (1 | g)" },
  { cond: "x + (1 | g)", zi: "~ 1 + (w | h)" },
];
const dispersed: Formulas[] = [
  { cond: "x", disp: "~ w" },
  { cond: "x + (1 | g)", disp: "~ w" },
  { cond: "x", disp: "~ 1 + (1 | g)" },
  { cond: "x + (x | g)", disp: "~ w + (1 | g)" },
];

/** ψ with means in the middle of the range and effects that stay inside every link's domain. */
function point(objective: Laplace, family: Family): Float64Array {
  const random = seed(5), { eta, spread } = middle(family), psi = new Float64Array(objective.size);
  objective.design.predictors.forEach((p, k) => {
    const { R } = objective.bases[k], scale = k === 0 ? spread : 0.3;
    const beta = p.names.map((name) =>
      name === "(Intercept)"
        ? (k === 0 ? eta : isThreshold(objective.parts[k]) ? middleOf(objective.parts[k], k) : -0.2)
        : 0.2 * scale * random.normal()
    );
    beta.forEach((_, i) => {
      for (let j = i; j < beta.length; j++) psi[objective.first[k] + i] += R.get(i, j) * beta[j];
    });
  });
  for (const t of objective.effects.terms) {
    const scale = t.part === 0 ? spread / objective.effects.unit(0) : 0.5, { edges } = t.covariance;
    const sized = new Set(edges.flatMap(({ column }) => column));
    for (let j = 0; j < t.thetas; j++) {
      psi[objective.thetaAt + t.theta + j] = edges.some(({ at }) => at === j)
        ? scale * (0.4 + 0.1 * Math.min(j, 3)) / Math.max(1, Math.sqrt(edges.length / 2))
        : sized.has(j)
        ? -0.15 * scale
        : -0.3;
    }
  }
  return psi;
}

function checkLaplace(family: Family, formulas: Formulas, weights?: { frequency: string }) {
  const objective = smallLaplace(family, formulas, { weights });
  const psi = point(objective, family), gradient = new Float64Array(psi.length);
  assert.ok(Number.isFinite(objective.evaluate(psi, gradient)));
  const h = STEP * Math.min(1, middle(family).spread / objective.effects.unit(0));
  sameGradient((x) => objective.evaluate(x), gradient, psi, h, TOLERANCE, JSON.stringify(formulas));
}

/**
 * A Hessian by differences to one side over 1e-5 of a standard error has gradients to be quiet, to 1e-11 of what they change by within one: by
 * differences over that step the Hessian is then symmetric to 1e-6 of √(H_ii H_jj). Where H_jj happens to be small, steps are of 1e-5 itself.
 */
function checkQuiet(family: Family, formulas: Formulas, points = 1) {
  const laplace = smallLaplace(family, formulas), psi = point(laplace, family), p = psi.length;
  const objective = points === 1 ? laplace : new AdaptiveQuadrature(laplace, points);
  const gradientAt = (j: number, by: number) => {
    const out = new Float64Array(p);
    assert.ok(Number.isFinite(objective.evaluate(psi.map((v, i) => i === j ? v + by : v), out)));
    return out;
  };
  const column = (j: number, h: number) => {
    const up = gradientAt(j, h), down = gradientAt(j, -h);
    return up.map((v, i) => (v - down[i]) / (2 * h));
  };
  gradientAt(0, 0);
  if (objective.quieten!(psi, Infinity) === null) { // nearly singular correlations; steps of second order: differenced to both sides, over more
    assert.match(formulas.cond, /gau|rw2/);
    return;
  }
  const size = Array.from(psi, (_, j) => Math.max(1, Math.abs(column(j, 1e-6)[j])));
  const H = size.map((s, j) => column(j, 1e-5 / Math.sqrt(s)));
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < j; i++) {
      const apart = Math.abs(H[i][j] - H[j][i]) / Math.sqrt(size[i] * size[j]);
      assert.ok(apart <= 1e-6, `${JSON.stringify(formulas)}, ${i} ${j}: ${H[i][j]} and ${H[j][i]}`);
    }
  }
}

for (const make of registry) {
  const { name: own, variant = {} } = make(), suitable = linksOf(make);
  for (const link of suitable) {
    const name = [own, ...Object.entries(variant).map(([key, value]) => `${key} ${value}`)].join(", ");
    const family = make(link), title = `${name}(${link.name})`;

    Deno.test(`${title}: gradient of the Laplace approximation`, () => {
      for (const cond of structures) checkLaplace(family, { cond });
      if (!family.usesTrials) checkLaplace(family, { cond: MEANS.slopes }, { frequency: "wt" });
      if (!family.categories) zeroInflated.forEach((formulas) => checkLaplace(family, formulas));
      if (family.variant?.nominal) {
        checkLaplace(family, { cond: "w + (1 | g)", nominal: "~ x", disp: "~ w" });
      }
      if (family.parts(shapeOf(family)).some(isDispersion)) {
        dispersed.forEach((formulas) => checkLaplace(family, formulas));
        if (!family.categories) {
          checkLaplace(family, { cond: "x + (1 | g)", disp: "~ w + (1 | g)", zi: "~ w + (1 | g)" });
        }
      }
    });

    Deno.test(`${title}: gradients are quiet`, () => {
      for (const cond of [MEANS["slopes and crossed"], ...STRUCTURED]) checkQuiet(family, { cond });
      if (!family.categories) checkQuiet(family, zeroInflated[3]);
      if (family.parts(shapeOf(family)).some(isDispersion)) checkQuiet(family, dispersed[3]);
    });

    Deno.test(`${title}: gradient under quadrature`, () => {
      const cases: Formulas[] = [{ cond: "x + (1 | g)" }, { cond: "x + (0 + x | g)" }];
      if (!family.categories) cases.push({ cond: "x", zi: "~ 1 + (1 | g)" });
      if (family.parts(shapeOf(family)).some(isDispersion)) cases.push({ cond: "x", disp: "~ 1 + (1 | g)" });
      for (const formulas of cases) {
        checkQuiet(family, formulas, 5);
        const laplace = smallLaplace(family, formulas),
          objective = new AdaptiveQuadrature(laplace, 5);
        const psi = point(laplace, family), gradient = new Float64Array(psi.length);
        assert.ok(Number.isFinite(objective.evaluate(psi, gradient)));
        const h = STEP * Math.min(1, middle(family).spread / laplace.effects.unit(0));
        sameGradient((x) => objective.evaluate(x), gradient, psi, h, TOLERANCE, JSON.stringify(formulas));
      }
    });

    Deno.test(`${title}: derivative of the modes`, () => {
      for (const formulas of [{ cond: MEANS["slopes and crossed"] }, zeroInflated[3]]) {
        if (formulas.zi && family.categories) continue; // which have no zeros
        const objective = smallLaplace(family, formulas),
          psi = point(objective, family);
        const derivative = psi.map(() => 0), out = new Float64Array(objective.effects.q);
        const h = STEP * Math.min(1, middle(family).spread / objective.effects.unit(0));
        for (let j = 0; j < derivative.length; j++) {
          objective.evaluate(psi, new Float64Array(psi.length));
          objective.modeDerivative(psi, j, out);
          const modes = (t: number) => {
            objective.evaluate(psi.map((v, i) => (i === j ? v + t : v)));
            return objective.u.slice();
          };
          const at = [h, -h, 2 * h, -2 * h].map(modes), size = 1 + Math.max(...out.map(Math.abs));
          out.forEach((d, i) => {
            const expected = (8 * (at[0][i] - at[1][i]) - (at[2][i] - at[3][i])) / (12 * h);
            // modes are good to 1e-9, so their differences to 1e-9/h
            assert.ok(
              Math.abs(d - expected) <= 1e-9 / h * size,
              `${formulas.cond}, ψ${j}, û${i}: ${d}, difference ${expected}`,
            );
          });
        }
      }
    });
  }
}

const gaussian = families.gaussian();

for (const reml of [false, true]) {
  for (const weights of [undefined, { frequency: "wt" }, { precision: "wt" }]) {
    const title = `${reml ? "REML" : "ML"}${weights ? `, ${Object.keys(weights)[0]} weights` : ""}`;

    Deno.test(`profiled deviance, ${title}: gradient, and derivative of the information`, () => {
      for (const cond of structures) {
        const objective = new ProfiledDeviance(rowSums(smallDesign(gaussian, { cond }, { weights })), reml);
        const theta = objective.start().map((v, j) => v + 0.1 * (j + 1)), gradient = theta.slice();
        objective.evaluate(theta, gradient);
        sameGradient((x) => objective.evaluate(x), gradient, theta, STEP, 1e-8, cond); // no inner iteration: rounding, 1e-14/h of the value
        for (let j = 0; j < theta.length; j++) {
          objective.evaluate(theta, gradient);
          const found = objective.informationDerivative(j).get(1, 1);
          const information = (t: number) => {
            objective.evaluate(theta.map((v, i) => (i === j ? v + t : v)));
            const { relativeCovariance: C } = objective,
              determinant = C.get(0, 0) * C.get(1, 1) - C.get(0, 1) * C.get(1, 0);
            return C.get(0, 0) / determinant; // (C⁻¹)₂₂
          };
          const expected = difference(information, STEP);
          assert.ok(
            Math.abs(found - expected) <= 1e-7 * (1 + Math.abs(expected)),
            `${cond}, θ${j}: ${found}, difference ${expected}`,
          );
        }
      }
    });
  }
}

Deno.test("the two objectives are one: for Gaussian models the Laplace approximation is exact", () => {
  for (const cond of structures) {
    for (const weights of [undefined, { frequency: "wt" }]) {
      const design = smallDesign(gaussian, { cond }, { weights });
      const linear = new ProfiledDeviance(rowSums(design), false), general = new Laplace(design, gaussian);
      const theta = linear.start().map((v) => v + 0.2), psi = new Float64Array(general.size);
      const value = linear.evaluate(theta), sigma = Math.sqrt(linear.sigma2);
      const { unit } = general.bases[0];
      psi.set(linear.gamma.map((v) => v / unit));
      psi[general.first[1]] = Math.log(sigma);
      psi.set(theta, general.thetaAt);
      general.effects.rescale(psi, general.thetaAt, sigma / unit);
      const other = general.evaluate(psi), error = Math.abs(other - value);
      assert.ok(error <= 1e-10 * Math.abs(value), `${cond}: ${value}, Laplace ${other}`);
      linear.b.forEach((b, i) => assert.ok(Math.abs(b - unit * general.b[i]) < 1e-7, `${cond}: modes`));
    }
  }
});
