import assert from "node:assert/strict";
import { Matrix } from "../../../lib/math/dense.ts";
import type { Problem } from "../../../lib/model/optimum/optimum.ts";
import { Stretched } from "../../../lib/model/optimum/stretched.ts";
import { ar1 } from "../../../lib/model/structures/ar1.ts";
import { diag } from "../../../lib/model/structures/diagonal.ts";
import { exp } from "../../../lib/model/structures/exp.ts";
import { close } from "../../math/close.ts";

const shape = (positions: readonly string[]) => ({
  label: "0 + f | g",
  names: positions,
  levels: ["a"],
  positions,
  arguments: {},
  known: null,
});
const places = ["(0,0)", "(1,0)", "(0,2)"];
/** ψ = (a coefficient, σ, log r, σ, t, σ₁, σ₂, σ₃). */
const problem = {
  thetaAt: 1,
  effects: {
    thetas: 7,
    terms: [
      { covariance: exp.bind(shape(places)), theta: 0 },
      { covariance: ar1.bind(shape(["x", "y", "z"])), theta: 2 },
      { covariance: diag.bind(shape(places)), theta: 4 },
    ],
  },
} as unknown as Problem;
const free = [0, 1, 2, 3, 4, 5, 6, 7], start = Float64Array.of(1, 0.5, 0.3, -2, 0.1, 1, 2, 3);

Deno.test("standard deviations beside a range or a correlation are stretched, and correlations that near 1 as a power", () => {
  const at = Stretched.of(problem, free, start),
    theta = Float64Array.of(7, 0.9, -1, 4, 30, 5, 6, 7),
    x = at.to(theta);
  const moved = Array.from(x.keys()).filter((i) => x[i] !== theta[i]);
  assert.deepEqual(moved, [1, 3, 4]);
  close(x[1], Math.asinh(0.9 / 0.5), 1e-15, 0, "in units of the start");
  at.from(x).forEach((v, i) => close(v, theta[i], 1e-15, 0, `back ${i}`));
});

Deno.test("what is held is left out", () => {
  const at = Stretched.of(problem, [0, 2, 4], Float64Array.of(1, 0.3, 0.1));
  assert.deepEqual([...at.to(Float64Array.of(5, 5, 5))], [5, 5, Math.asinh(5)]);
});

Deno.test("gradients and Hessians over x are those of the function of x", () => {
  const A = Array.from(
    { length: 8 },
    (_, i) => Array.from({ length: 8 }, (_, j) => i === j ? 3 : 1 / (1 + i + j)),
  );
  const objective = { // a quadratic function about 0, where the gradient adds nothing to a Hessian
    evaluate(theta: Float64Array, gradient: Float64Array) {
      A.forEach((row, i) => gradient[i] = row.reduce((s, a, j) => s + a * theta[j], 0));
      return theta.reduce((s, v, i) => s + v * gradient[i], 0) / 2;
    },
    curvature: () => new Matrix(A),
  };
  const at = Stretched.of(problem, free, start), view = at.view(objective);
  const x = Float64Array.of(0.2, 1.1, -0.4, 2, -1.5, 0.3, 0.2, 0.1), gradient = new Float64Array(8), h = 1e-5;
  view.evaluate(x, gradient);
  const scratch = new Float64Array(8);
  x.forEach((_, i) => {
    const value = (d: number) => view.evaluate(x.map((v, k) => k === i ? v + d : v), scratch);
    close(gradient[i], (value(h) - value(-h)) / (2 * h), 1e-8, 1e-8, `slope ${i}`);
  });
  const zero = new Float64Array(8), up = new Float64Array(8), down = new Float64Array(8);
  view.evaluate(zero, scratch);
  const H = view.curvature!();
  for (let j = 0; j < 8; j++) {
    view.evaluate(zero.map((_, k) => k === j ? h : 0), up);
    view.evaluate(zero.map((_, k) => k === j ? -h : 0), down);
    for (let i = 0; i < 8; i++) {
      close(H.get(i, j), (up[i] - down[i]) / (2 * h), 1e-8, 1e-8, `curvature ${i} ${j}`);
    }
  }
  const back = at.overTheta({ gradient, hessian: at.scaledHessian(new Matrix(A), x, 1) }, x);
  objective.evaluate(at.from(x), scratch);
  scratch.forEach((v, i) => close(back.gradient[i], v, 1e-14, 0, `gradient ${i}`));
  for (let i = 0; i < 8; i++) {
    for (let j = 0; j < 8; j++) close(back.hessian.get(i, j), A[i][j], 1e-14, 0, "Hessian");
  }
});
