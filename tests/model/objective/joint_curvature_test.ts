/**
 * Gradient and Hessian of h(û(ψ), ψ) − ½ log|P| against central differences over 1e-4 of its values and of that gradient: truncation is some
 * 1e-8 of third derivatives of order 1 to 100, so 2e-6 of a typical entry.
 */
import assert from "node:assert/strict";
import * as families from "../../../lib/model/families/mod.ts";
import type { Family } from "../../../lib/model/families/family.ts";
import { hessianFromGradient } from "../../../lib/math/differentiate.ts";
import { jointGradient, jointHessian } from "../../../lib/model/objective/joint_curvature.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { type Formulas, inflatedIf, smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";

const zi = "~ w + (1 | g)";
const CASES: readonly (readonly [Family, Formulas])[] = [
  [families.poisson(), { cond: "x + (x | g) + (1 | h)" }],
  [families.poisson(), { cond: "x + ar1(0 + factor(p) | h)" }],
  [families.binomial("cloglog"), { cond: "x + (x | g) + (1 | h)" }],
  [families.nbinom2(), { cond: "x + (x | g)", zi, disp: "~ w + (1 | g)" }],
  [families.beta(), { cond: "x + (1 | h)", disp: "~ w + (1 | h)" }],
  [families.gamma("log"), { cond: "x + exp(0 + factor(p) | g)" }],
];

const made = ([family, formulas]: (typeof CASES)[number]) =>
  new Laplace(smallDesign(family, formulas), inflatedIf(family, formulas));

for (const given of CASES) {
  const [{ name }, { cond }] = given;
  Deno.test(`the joint density at its modes: gradient and Hessian are those of its values: ${name}, ${cond}`, () => {
    const laplace = made(given), { size } = laplace, psi = scattered(size).map((v) => 0.2 + 0.1 * v);
    const moved = (j: number, h: number) => psi.map((v, i) => i === j ? v + h : v);
    const value = (at: Float64Array) => {
      assert.ok(Number.isFinite(laplace.evaluate(at, new Float64Array(size))));
      return laplace.jointValue - laplace.effects.logPrecision() / 2;
    };
    const gradient = (at: Float64Array) => {
      const out = new Float64Array(size);
      value(at);
      jointGradient(laplace, at, out);
      return out;
    };
    const here = gradient(psi),
      H = jointHessian(laplace, psi),
      h = 1e-4,
      information = laplace.fixedInformation();
    const close = (a: number, e: number, scale: number) => Math.abs(a - e) <= 2e-6 * (1 + scale);
    for (let j = 0; j < size; j++) {
      const up = gradient(moved(j, h)), down = gradient(moved(j, -h));
      const slope = (value(moved(j, h)) - value(moved(j, -h))) / (2 * h);
      assert.ok(close(here[j], slope, Math.abs(slope)), `gradient ${j}: ${here[j]}, ${slope}`);
      for (let i = 0; i < size; i++) {
        const expected = (up[i] - down[i]) / (2 * h),
          scale = Math.max(Math.abs(expected), Math.sqrt(Math.abs(H.get(i, i) * H.get(j, j))));
        assert.ok(close(H.get(i, j), expected, scale), `${i}, ${j}: ${H.get(i, j)}, ${expected}`);
        if (i >= laplace.thetaAt || j >= laplace.thetaAt) continue;
        assert.ok(
          Math.abs(H.get(i, j) - information.get(i, j)) <= 1e-10 * (1 + scale),
          "the information of γ",
        );
      }
    }
  });
}

/** Where the determinant has a good share of a curvature, as in θ, one-sided differences over 1e-3 standard errors would be off by 1e-4 to 1e-3 of it. */
for (const given of CASES) {
  const [{ name }, { cond }] = given;
  Deno.test(`the Hessian with the joint density's known is that by differences of the whole gradient: ${name}, ${cond}`, () => {
    const laplace = made(given), { size } = laplace, psi = scattered(size).map((v) => 0.2 + 0.1 * v);
    const gradient = (at: Float64Array, out: Float64Array) => {
      assert.ok(Number.isFinite(laplace.evaluate(at, out)));
    };
    const part = {
      gradient: (at: Float64Array, out: Float64Array) => jointGradient(laplace, at, out),
      hessian: (at: Float64Array) => {
        laplace.standAt(at);
        return jointHessian(laplace, at);
      },
    };
    const expected = hessianFromGradient(gradient, psi, new Float64Array(size).fill(1e-4));
    const scale = (i: number) => Math.sqrt(1 + Math.abs(expected.get(i, i)));
    const H = hessianFromGradient(gradient, psi, psi.map((_, i) => 1e-3 / scale(i)), undefined, part);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) { // a hundredth of a curvature may be off by some 1e-3
        const error = Math.abs(H.get(i, j) - expected.get(i, j)) / (scale(i) * scale(j));
        assert.ok(error < 3e-5, `${i}, ${j}: ${H.get(i, j)}, ${expected.get(i, j)}`);
      }
    }
  });
}
