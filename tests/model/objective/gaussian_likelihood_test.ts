/** −ℓ(γ, log σ, θ) with nothing profiled out against the dense normal density N(Xβ, ZGZᵀ + σ²W⁻¹). */
import assert from "node:assert/strict";
import { Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { GaussianLikelihood } from "../../../lib/model/objective/gaussian_likelihood.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { sameGradient } from "../../laws/differences.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { logDeterminant, scattered } from "./dense.ts";
import { DenseDeviance } from "./dense_deviance.ts";

const FORMULAS = [
  "x + (1 | g)",
  "x + offset(off) + (x | g) + (1 | h)",
  "x + ar1(0 + factor(t) | g)",
  "x + ar1(0 + factor(p) | h) + (x || g)",
  "x + exp(0 + numFactor(p) | h)",
];
/** Entries of θ that are no standard deviations or columns of them: the correlation of neighbours, the range. */
const OWN = [[], [], [1], [1], [1]];

function setUp(cond: string, weights?: { frequency: string } | { precision: string }) {
  const design = smallDesign(gaussian(), { cond }, { weights });
  return { design, likelihood: new GaussianLikelihood(new ProfiledDeviance(rowSums(design), false)) };
}

for (const [k, cond] of FORMULAS.entries()) {
  for (const weights of [undefined, { frequency: "wt" }, { precision: "wt" }]) {
    const title = `${cond}${weights ? `, ${Object.keys(weights)[0]} weights` : ""}`;
    const { design, likelihood } = setUp(cond, weights), { deviance, sigmaAt, thetaAt, size } = likelihood;
    const dense = new DenseDeviance(design, false), { X, y, N } = dense;

    /** −log N(y; Xβ, σ²V) where the standard deviations among θ are σ times those of V. */
    const value = (psi: Float64Array) => {
      const sigma = Math.exp(psi[sigmaAt]),
        theta = psi.slice(thetaAt).map((v, j) => OWN[k].includes(j) ? v : v / sigma);
      const V = dense.covariance(theta).mul(sigma ** 2), beta = deviance.basis.coefficients(psi);
      const r = Matrix.sub(y, X.mmul(Matrix.columnVector(beta))),
        form = r.transpose().mmul(positiveInverse(V)!).mmul(r);
      return (N * Math.log(2 * Math.PI) + logDeterminant(V) + form.get(0, 0)) / 2;
    };
    const psi = scattered(size).map((v, j) =>
      j < sigmaAt ? 0.3 * v : j === sigmaAt ? -0.4 : (j % 2 ? -0.3 : 0.6) + 0.2 * v
    );

    Deno.test(`${title}: value and gradient are those of the normal density`, () => {
      const gradient = new Float64Array(size),
        got = likelihood.evaluate(psi, gradient),
        expected = value(psi);
      assert.ok(Math.abs(got - expected) < 1e-10 * Math.abs(expected), `${got}, dense ${expected}`);
      sameGradient(value, gradient, psi, 1e-3, 1e-8, title);
    });

    Deno.test(`${title}: where β and σ are profiled out it is the deviance, and flat in them`, () => {
      const theta = psi.slice(thetaAt), at = likelihood.at(theta), gradient = new Float64Array(size);
      const profiled = deviance.evaluate(theta), got = likelihood.evaluate(at, gradient);
      assert.ok(Math.abs(got - profiled) < 1e-10 * Math.abs(profiled), `${got}, profiled ${profiled}`);
      const slopes = likelihood.toRelative(gradient, at).slice(0, thetaAt); // σ moves alone where θ is relative to it
      slopes.forEach((g, j) => assert.ok(Math.abs(g) < 1e-9 * N, `ψ${j}: slope ${g}`));
    });

    Deno.test(`${title}: a gradient over relative standard deviations is that by the chain rule`, () => {
      const gradient = new Float64Array(size);
      likelihood.evaluate(psi, gradient);
      const sigma = Math.exp(psi[sigmaAt]),
        relative = psi.map((v, j) => j < thetaAt || OWN[k].includes(j - thetaAt) ? v : v / sigma);
      const ofRelative = (x: Float64Array) =>
        value(x.map((v, j) => j < thetaAt || OWN[k].includes(j - thetaAt) ? v : v * Math.exp(x[sigmaAt])));
      sameGradient(ofRelative, likelihood.toRelative(gradient, psi), relative, 1e-3, 1e-8, title);
    });
  }
}
