/** Plain steps for the coefficients of the mean against weighted least squares by hand. */
import assert from "node:assert/strict";
import { reweighted } from "../../../lib/model/optimum/reweighted.ts";
import { byHand, CASES, objectiveOf } from "./regressions.ts";

for (const given of CASES) {
  const { formula, options } = given,
    title = `${formula}, ${typeof options.family === "string" ? options.family : "gamma"}`;

  Deno.test(`${title}: plain steps settle where weighted least squares by hand do`, () => {
    const objective = objectiveOf(formula, options),
      [basis] = objective.bases,
      start = new Float64Array(objective.size);
    basis.onBasis([1, ...new Array(basis.origin.length - 1).fill(0)], start);
    const beta = basis.coefficients(reweighted(objective, start));
    // it ends when no η moves by more than 1e-3, and a step is quadratic
    byHand(given).forEach((v, j) =>
      assert.ok(Math.abs(beta[j] - v) < 1e-3, `β${j}: ${beta[j]}, by hand ${v}`)
    );
  });
}
