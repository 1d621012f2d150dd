/** The profiled deviance computes in storage of its own: nothing is left in it of points before, and evaluations make no new vectors. */
import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { gaussian } from "../../../lib/model/families/gaussian.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { rowSums } from "../../../lib/model/objective/row_sums.ts";
import { smallDesign } from "../../laws/small_designs.ts";
import { scattered } from "./dense.ts";

const FORMULAS = [
  "x + (x | g)",
  "x + (x || g) + (1 | h)",
  "x + (x | g) + (0 + w | g) + (1 | h)",
  "0 + (1 | g)",
  "x + ar1(0 + factor(p) | h) + (1 | g)",
];

for (const reml of [false, true]) {
  for (const cond of FORMULAS) {
    Deno.test(`${reml ? "REML" : "ML"}: ${cond}: wherever it stood before, an objective evaluates to the same bits as a new one`, () => {
      const sums = () => rowSums(smallDesign(gaussian(), { cond })),
        objective = new ProfiledDeviance(sums(), reml);
      const usual = scattered(objective.effects.thetas).map((v) => 0.8 + 0.3 * v);
      const places = [usual, usual.map((v) => 1e5 * v), usual.map((v, j) => j === 0 ? 0 : v), usual];
      for (const theta of places) {
        assert.deepEqual(at(objective, theta), at(new ProfiledDeviance(sums(), reml), theta));
      }
    });
  }
}

/** Everything that an evaluation leaves behind. */
function at(objective: ProfiledDeviance, theta: Float64Array) {
  const gradient = new Float64Array(theta.length), value = objective.evaluate(theta, gradient);
  const { sigma2, gamma, u, b, factor, relativeCovariance } = objective;
  return {
    value,
    gradient,
    curvature: objective.curvature?.().to2DArray(),
    sigma2,
    modes: [gamma, u, b].map((v) => Array.from(v)),
    matrices: [factor, relativeCovariance].map((M) => M.to2DArray()),
    conditional: objective.conditionalCovariance(),
  };
}

/** The longest Float64Array that is made while something runs, however it is made. */
function longestMade(run: () => void): number {
  const Own = Float64Array;
  let longest = 0;
  const counting = new Proxy(Own, {
    construct(target, args, newTarget) {
      const made = Reflect.construct(target, args, newTarget) as Float64Array;
      longest = Math.max(longest, made.length);
      return made;
    },
  });
  try {
    globalThis.Float64Array = counting;
    Object.defineProperty(Own, Symbol.species, { configurable: true, value: counting }); // of slice, map, …
    run();
  } finally {
    globalThis.Float64Array = Own;
    delete (Own as { [Symbol.species]?: unknown })[Symbol.species];
  }
  return longest;
}

for (const reml of [false, true]) {
  for (const random of ["(Days | Subject)", "(Days || Subject)", "(1 | Subject) + (1 | Days)"]) {
    Deno.test(`${reml ? "REML" : "ML"}: ${random}: an evaluation makes no vector as long as the effects or rows, but for the first`, async () => {
      const { design } = planFit(`Reaction ~ Days + ${random}`, await dataset("sleepstudy"), {});
      const objective = new ProfiledDeviance(rowSums(design), reml), { thetas, q } = objective.effects;
      const theta = scattered(thetas).map((v) => 0.8 + 0.3 * v), gradient = new Float64Array(thetas);
      const evaluate = (f: number) => {
        objective.evaluate(theta.map((v) => f * v), gradient);
        objective.curvature!();
      };
      assert.ok(longestMade(() => evaluate(1)) >= q); // it can tell: the first makes room for the curvature
      const made = longestMade(() => [1.1, 0.9, 1.3].forEach(evaluate));
      assert.ok(made <= thetas ** 2, `a vector of ${made}, of ${q} effects`);
    });
  }
}
