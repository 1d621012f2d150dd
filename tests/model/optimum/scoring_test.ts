/** Guarded steps for the coefficients of the mean against weighted least squares by hand. */
import assert from "node:assert/strict";
import { scoreMean } from "../../../lib/model/optimum/scoring.ts";
import { byHand, CASES, objectiveOf } from "./regressions.ts";

for (const given of CASES) {
  const { formula, options } = given,
    title = `${formula}, ${typeof options.family === "string" ? options.family : "gamma"}`;

  Deno.test(`${title}: guarded steps never end less likely than they began, and end within one unit of the best`, () => {
    const objective = objectiveOf(formula, options),
      [basis] = objective.bases,
      best = new Float64Array(objective.size);
    basis.onBasis(byHand(given), best);
    for (const far of [-3, 0, 3]) {
      const start = new Float64Array(objective.size);
      basis.onBasis([far, ...new Array(basis.origin.length - 1).fill(far / 3)], start);
      const end = scoreMean(objective, start, (gamma) => gamma),
        [from, to, least] = [start, end, best].map((g) => objective.evaluate(g));
      assert.ok(to <= from && to < least + 1, `from ${from} to ${to}, least ${least}`);
    }
  });
}

Deno.test("another choice of the other parts is taken where it is more likely, and only there", () => {
  const objective = objectiveOf("count ~ x", { family: "nbinom2" }), start = new Float64Array(objective.size);
  const at = (value: number) => (gamma: Float64Array) =>
    gamma.map((v, j) => j === objective.first[1] ? value : v);
  objective.bases[0].onBasis([4, 0], start);
  const [plain, worse, better] = [(g: Float64Array) => g, at(-9), at(1.5)].map((withParts) =>
    scoreMean(objective, start, withParts)
  );
  assert.equal(worse[objective.first[1]], 0);
  assert.equal(better[objective.first[1]], 1.5);
  assert.ok(objective.evaluate(better) < objective.evaluate(plain));
});

Deno.test("a single response that is far out does not let them run away", () => {
  const objective = objectiveOf("far ~ x + k", { family: "poisson" }),
    start = new Float64Array(objective.size);
  const from = objective.evaluate(start), end = objective.evaluate(scoreMean(objective, start, (g) => g));
  assert.ok(end < from && Number.isFinite(end), `from ${from} to ${end}`);
});
