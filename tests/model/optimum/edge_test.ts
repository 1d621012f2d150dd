/** Likelihoods that are largest at the edge of what a link allows: against a scan of that edge, on which one coefficient is left. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit, type FitOptions } from "../../../lib/model/fit.ts";
import * as families from "../../../lib/model/families/mod.ts";

const random = seed(3), n = 100, x = Array.from({ length: n }, () => random.uniform());
const hit = x.map((v) => Number(random.uniform() < Math.min(1, 0.3 + 0.75 * v)));
const count = x.map((v) => random.poisson(Math.max(0.02, 3 * v - 0.4)));
const data = frameOf({ x, hit, count, g: x.map((_, i) => `g${i % 10}`) });
const [least, most] = [Math.min(...x), Math.max(...x)];

/** The largest of a function on a grid made finer. */
function largest(f: (b: number) => number): { b: number; value: number } {
  let [low, high] = [-5, 5], best = { b: 0, value: -Infinity };
  for (let round = 0; round < 8; round++) {
    const step = (high - low) / 200;
    for (let b = low; b <= high; b += step) if (f(b) > best.value) best = { b, value: f(b) };
    [low, high] = [best.b - 2 * step, best.b + 2 * step];
  }
  return best;
}

const logFactorial = (k: number) =>
  Array.from({ length: k }, (_, j) => Math.log(j + 1)).reduce((s, v) => s + v, 0);
const CASES: readonly (readonly [string, string, FitOptions, (b: number) => number])[] = [
  [
    "risks of a log-binomial model that come to 1",
    "hit",
    { family: families.binomial("log") },
    (b) =>
      x.reduce(
        (sum, v, i) => sum + (hit[i] ? b * (v - most) : Math.log(-Math.expm1(b * (v - most) - 1e-12))),
        0,
      ),
  ],
  [
    "Poisson means of an identity link that come to 0",
    "count",
    { family: families.poisson("identity") },
    (b) =>
      x.reduce((sum, v, i) => {
        const mu = b * (v - least) + 1e-12;
        return sum + (count[i] > 0 ? count[i] * Math.log(mu) : 0) - mu - logFactorial(count[i]);
      }, 0),
  ],
];

for (const [what, response, options, onEdge] of CASES) {
  for (const term of ["", " + (1 | g)"]) {
    Deno.test(`${what}${term}: the largest likelihood there is, which cannot be certified, and says why`, () => {
      const model = fit(`${response} ~ x${term}`, data, options), expected = largest(onEdge);
      // a barrier of 1e-8 for each row at the edge; a variance may add to it
      assert.ok(model.logLik > expected.value - 1e-5, `${model.logLik}, ${expected.value}`);
      if (term !== "") return;
      assert.ok(model.logLik < expected.value + 1e-5, `${model.logLik}, ${expected.value}`);
      assert.ok(
        Math.abs(model.parts[0].beta[1] - expected.b) < 1e-3,
        `${model.parts[0].beta[1]}, ${expected.b}`,
      );
      assert.ok(!model.converged);
      assert.match(
        model.messages.join(" "),
        /The search ended at the edge of what the (log|identity) link allows .*: the mean of rows? \d+/,
      );
    });
  }
}
