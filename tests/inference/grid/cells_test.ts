/** Columns of cells, which tables at the edge ask for again and again. */
import assert from "node:assert/strict";
import { fit, pl } from "../../../mod.ts";
import { estimableRows } from "../../../lib/inference/cells/estimability.ts";
import { linearPredictor } from "../../../lib/inference/cells/grid_values.ts";
import { derived, type Model } from "../../../lib/model/result/model.ts";

Deno.test("cells: columns are made once, for a model and those with other coefficients; values are their own", () => {
  const data = pl.DataFrame({ y: [1, 2, 4, 3, 5, 7], f: ["a", "a", "b", "b", "c", "c"] });
  const model = fit("y ~ f", data) as unknown as Model, [part] = model.parts;
  const moved = derived(model, { parts: [{ ...part, beta: part.beta.map((b) => 2 * b) }] });
  const cells = { f: ["b", "c", "a"] };
  const rows = estimableRows(model, part.part);
  assert.strictEqual(estimableRows(moved, part.part), rows);
  assert.strictEqual(rows.readCells(cells, 3, false), rows.readCells(cells, 3, false));
  const [own, other] = [model, moved].map((m) => linearPredictor(m, part.part).evaluate(cells, 3).value);
  own.forEach((v, i) =>
    assert.ok(Math.abs(v - [3.5, 6, 1.5][i]) < 1e-12 && Math.abs(other[i] - 2 * v) < 1e-12)
  );
  linearPredictor(model, part.part).evaluate(cells, 3).value.fill(0); // what callers do to it stays theirs
  assert.deepEqual(linearPredictor(model, part.part).evaluate(cells, 3).value, own);
});
