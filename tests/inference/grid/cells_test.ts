/** Columns of cells, which tables at the edge ask for again and again. */
import assert from "node:assert/strict";
import { fit, pl } from "../../../mod.ts";
import { averageCells } from "../../../lib/inference/cells/averages.ts";
import { cellRows } from "../../../lib/inference/cells/estimability.ts";
import { gridDimensions } from "../../../lib/inference/grid/reference_grid.ts";
import { linearPredictor } from "../../../lib/inference/cells/grid_values.ts";
import { derived, type Model } from "../../../lib/model/result/model.ts";

Deno.test("cells: columns are made once, for a model and those with other coefficients; values are their own", () => {
  const data = pl.DataFrame({ y: [1, 2, 4, 3, 5, 7], f: ["a", "a", "b", "b", "c", "c"] });
  const model = fit("y ~ f", data) as unknown as Model, [part] = model.parts;
  const moved = derived(model, { parts: [{ ...part, beta: part.beta.map((b) => 2 * b) }] });
  const cells = { f: ["b", "c", "a"] };
  const rows = cellRows(model, part.part, cells, 3, false);
  assert.strictEqual(cellRows(moved, part.part, cells, 3, false), rows);
  const [own, other] = [model, moved].map((m) => linearPredictor(m, part.part).evaluate(cells, 3).value);
  own.forEach((v, i) =>
    assert.ok(Math.abs(v - [3.5, 6, 1.5][i]) < 1e-12 && Math.abs(other[i] - 2 * v) < 1e-12)
  );
  linearPredictor(model, part.part).evaluate(cells, 3).value.fill(0); // what callers do to it stays theirs
  assert.deepEqual(linearPredictor(model, part.part).evaluate(cells, 3).value, own);
});

Deno.test("cells: averages of another quantity have the cells of the first", () => {
  const data = pl.DataFrame({ y: [1, 2, 4, 3, 5, 7], f: ["a", "a", "b", "b", "c", "c"] });
  const model = fit("y ~ f", data) as unknown as Model, [part] = model.parts;
  const dimensions = gridDimensions(model, [part.part]);
  let made = 0;
  const averages = averageCells({
    dimensions,
    kept: dimensions,
    nests: [],
    weights: "equal",
    counts: () => assert.fail("equal weights count nothing"),
    cell: linearPredictor(model, part.part),
    extra: () => (made++, {}),
  });
  const again = averages.again(linearPredictor(model, part.part, { offset: 1 }));
  assert.equal(made, 1);
  again.constant.forEach((v, i) => assert.ok(Math.abs(v - averages.constant[i] - 1) < 1e-12));
  assert.deepEqual(again.rows.row(1), averages.rows.row(1));
});
