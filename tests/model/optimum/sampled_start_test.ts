/** Starts from a part of the rows: near the optimum of all, the same optimum as without, and none where a part says too little. */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit, type FitOptions, planFit } from "../../../lib/model/fit.ts";
import * as families from "../../../lib/model/families/mod.ts";
import { Laplace } from "../../../lib/model/objective/laplace.ts";
import { tidy } from "../../../mod.ts";
import { optimise } from "../../../lib/model/optimum/optimise.ts";
import { sampledStart } from "../../../lib/model/optimum/sampled_start.ts";

const n = 44_000, L = 900, r = seed(4);
const column = (f: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i));
const b = Float64Array.from({ length: L }, () => 0.5 * r.normal()),
  g = column(() => Math.floor(L * r.uniform())),
  x = column(() => r.normal()),
  eta = column((i) => 0.5 + 0.3 * x[i] + b[g[i]]);
type Name = "poisson" | "nbinom2" | "studentT" | "binomial";
const drawn = (name: Name, others: readonly number[]) => {
  const family = families[name]();
  return column((i) => family.simulate(r, [eta[i], ...others], 1));
};
const frame = frameOf({
  count: drawn("poisson", []),
  over: drawn("nbinom2", [0.5]),
  inflated: drawn("poisson", []).map((v) => r.uniform() < 0.2 ? 0 : v),
  heavy: drawn("studentT", [0, 1.5]),
  yes: drawn("binomial", []),
  few: column((i) => g[i] === 1 ? 1 : 0),
  rarely: column((i) => i === 0 ? 3 : 1 + (i % 2)),
  x,
  g,
  h: column((i) => i % 300),
  t: column((i) => i % 3),
  same: column(() => families.poisson().simulate(r, [0.5], 1)),
});
const objectiveOf = (formula: string, options: FitOptions) => {
  const { design, family } = planFit(formula, frame, options);
  return new Laplace(design, family);
};

for (
  const [formula, options, tried] of [
    ["count ~ x + (1 | g)", { family: "poisson" }, undefined],
    ["over ~ x + (x | g)", { family: "nbinom2", dispersion: "~ x" }, undefined],
    ["inflated ~ x + (1 | g)", { family: "poisson", zeroInflation: "~ x" }, 3],
    ["heavy ~ x + (1 | g)", { family: "studentT" }, 2],
    ["yes ~ x + (1 | g)", { family: "binomial" }, undefined],
    ["same ~ x + (1 | g)", { family: "poisson" }, undefined],
  ] as const
) {
  Deno.test(`${formula} ${options.family}: a few standard errors from the optimum, which is that of a search without it`, () => {
    const plan = planFit(formula, frame, options), start = sampledStart(objectiveOf(formula, options))!;
    const { optimum } = optimise(plan), { psi, covariance, starts } = optimum;
    start.psi.forEach((v, i) => {
      const away = Math.abs(v - psi[i]) / Math.sqrt(covariance.get(i, i));
      assert.ok(away < 8, `parameter ${i} is ${away} standard errors away`); // of a quarter of the rows: twice as many of all
    });
    assert.equal(starts?.tried, tried);
    assert.equal(starts?.rows !== undefined, tried !== undefined);
    const given = { x: 0.3 },
      model = fit(formula, frame, options),
      without = fit(formula, frame, { ...options, start: given }); // a start of the caller's is not mixed with another
    assert.ok(model.certificate.converged && without.certificate.converged);
    assert.ok(Math.abs(model.logLik - without.logLik) < 1e-6, `${model.logLik}, ${without.logLik}`);
    const numbers = (m: typeof model, name: string) => tidy(m).getColumn(name).toArray() as (number | null)[];
    const estimates = numbers(model, "estimate"),
      others = numbers(without, "estimate"),
      errors = numbers(model, "std_error");
    errors.forEach((se, j) => {
      const away = se === null ? 0 : Math.abs(estimates[j]! - others[j]!) / se;
      assert.ok(away < 1e-3, `${away} standard errors`); // a certificate's tolerance
    });
  });
}

for (
  const [what, formula, options] of [
    ["a column of one group", "count ~ x + few + (1 | g)", { family: "poisson" }],
    ["a category of one row", "rarely ~ x + (1 | g)", { family: "cumulative" }],
    ["separation", "yes ~ I(yes) + (1 | g)", { family: "binomial" }],
    ["few groups", "count ~ x + (1 | t)", { family: "poisson" }],
    ["two large factors that cross", "count ~ x + (1 | g) + (1 | h)", { family: "poisson" }],
    ["another structure", "count ~ x + cs(0 + factor(t) | g)", { family: "poisson" }],
    ["no groups", "count ~ x", { family: "poisson" }],
  ] as const
) {
  Deno.test(`${what}: no start from a part of the rows`, () => {
    assert.equal(sampledStart(objectiveOf(formula, options)), null);
  });
}

Deno.test("a search of a part of the rows keeps to the evaluations that are allowed", () => {
  const objective = objectiveOf("over ~ x + (x | g)", { family: "nbinom2" }),
    { evaluate } = Laplace.prototype;
  const spent = (most: number) => {
    let count = 0;
    Laplace.prototype.evaluate = function (...at) {
      count++;
      return evaluate.apply(this, at);
    };
    try {
      sampledStart(objective, objective, { maxEvaluations: most });
    } finally {
      Laplace.prototype.evaluate = evaluate;
    }
    return count;
  };
  const all = spent(500), few = spent(2);
  assert.ok(few < all, `${few} where 2 are allowed, ${all} where 500 are`);
});

Deno.test("a search that is watched tells of the steps over a part of the rows", () => {
  const told: [number, number][] = [], none = () => {};
  const plan = planFit("over ~ x + (x | g)", frame, { family: "nbinom2" });
  optimise({
    ...plan,
    watch: { step: none, part: (rows, steps) => told.push([rows, steps]), standardErrors: none },
  });
  assert.ok(told.length > 2);
  told.forEach(([rows, steps], k) => {
    assert.ok(rows > 9_000 && rows < frame.height / 3, `${rows} of ${frame.height} rows`);
    assert.equal(steps, k + 1);
  });
});
