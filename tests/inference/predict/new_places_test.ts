/** Predictions at many places that the fit has not seen: the factor of the fit's places is made for each step in θ, not for each row. */
import assert from "node:assert/strict";
import { fit, pl, predict, range } from "../../../mod.ts";
import { seed } from "../../../lib/math/random.ts";

Deno.test("400 new places of a field of 150 take no more than thirty fits", () => {
  const random = seed(3),
    plots = Array.from({ length: 150 }, (_, i) => {
      const col = i % 15, row = Math.floor(i / 15);
      return { col, row, field: "A", y: 3 * Math.sin(col / 3) * Math.cos(row / 4) + random.normal() };
    });
  const began = performance.now();
  const model = fit("y ~ 1 + mat(0 + numFactor(col, row) | field, smoothness = 1.5)", pl.DataFrame(plots));
  predict(model); // what is made once
  const fitted = performance.now(), table = predict(model, { col: range(20), row: range(20), field: true });
  const ratio = (performance.now() - fitted) / (fitted - began);
  assert.equal(table.getColumn("std_error").nullCount(), 0);
  assert.ok(ratio < 30, `${ratio.toFixed(1)} times the fit`); // 2 to 6; a factor for each row takes 150 times the fit
});
