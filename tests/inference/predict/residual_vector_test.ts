/** `residuals(model)` is what it was, a Float64Array, and draws itself. */
import assert from "node:assert/strict";
import { DISPLAY } from "../../../lib/display.ts";
import { localRegression } from "../../../lib/math/local_regression.ts";
import { augment, dataset, fit, pl, residuals } from "../../../mod.ts";

const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));

Deno.test("residuals are numbers as before", () => {
  const values = residuals(model);
  assert.ok(values instanceof Float64Array);
  assert.equal(Object.prototype.toString.call(values), "[object Float64Array]");
  assert.deepEqual([...values], augment(model).getColumn("residual").toArray());
  assert.deepEqual(Object.keys(values), Object.keys(new Float64Array(180)), "nothing of its own is listed");
  assert.deepEqual(values, Float64Array.from(values));
  assert.equal(JSON.stringify(values), JSON.stringify(Float64Array.from(values)));
  assert.ok(!("plot" in values.map((r) => r * r)));
  assert.equal(pl.Series("r", values).length, 180);
  assert.ok(Math.abs(values.reduce((s, r) => s + r, 0)) < 1e-6);
});

for (const kind of ["fitted", "qq", "scale-location", "histogram"] as const) {
  Deno.test(`residuals draw themselves: ${kind}`, () => {
    const svg = residuals(model).plot(kind, { width: 321, title: "mine" }).outerHTML;
    assert.match(svg, /^<svg[^>]* width="321"/);
    assert.equal(svg.match(/<svg/g)!.length, 2, "one panel in a figure");
    assert.ok(svg.includes("mine"));
  });
}

Deno.test("residuals draw themselves: all four, of every type, along a column", () => {
  assert.equal(residuals(model).plot().outerHTML.match(/<svg/g)!.length, 5);
  assert.ok(
    residuals(model, "pearson").plot("fitted", { along: "Days" }).outerHTML.includes("Pearson residual"),
  );
  assert.ok(residuals(model).plot({ kind: "fitted", along: "Subject" }).outerHTML.includes(">372<"));
  const bundle = (residuals(model) as unknown as { [DISPLAY](): Record<string, string> })[DISPLAY]();
  assert.match(bundle["text/html"], /data:image\/svg\+xml/);
});

Deno.test("what residuals cannot draw is refused", () => {
  const values = residuals(model);
  assert.throws(
    () => values.plot("leverage" as never),
    /RangeError: Cannot use kind: "leverage", known are "fitted"/,
  );
  assert.throws(() => values.plot("qq", { along: "Dayz" }), /did you mean "Days"/);
  assert.throws(() => values.plot("qq", { colour: 1 } as never), /"colour"/);
});

Deno.test("a model whose residuals need not be normal says so", async () => {
  const counts = fit("count ~ mined", await dataset("Salamanders"), { family: "poisson" });
  assert.match(residuals(counts).plot("qq").outerHTML, /need not be normal/);
  assert.doesNotMatch(residuals(model).plot("qq").outerHTML, /need not be normal/);
});

/** R 4.2.2: loess(y ~ x, degree = 1, control = loess.control(surface = "direct")), up to rounding. */
Deno.test("local regression is R's loess of degree 1, with weights and without", () => {
  const x = Float64Array.of(1.2, 2.5, 3.1, 4.4, 5.0, 6.3, 7.7, 8.1, 9.6, 10.4, 11.2, 12.9, 14.1, 15.5, 17.0);
  const y = Float64Array.of(3.1, 2.2, 4.8, 5.9, 4.1, 7.7, 8.2, 6.6, 9.1, 8.0, 7.2, 6.1, 5.5, 4.2, 4.9);
  const weights = Float64Array.of(1, 4, 2, 7, 1, 1, 3, 2, 5, 1, 2, 6, 1, 1, 2), at = [1.2, 5, 8.88, 14, 17];
  const close = (is: readonly { y: number }[], should: readonly number[]) =>
    is.forEach((p, k) => assert.ok(Math.abs(p.y - should[k]) < 1e-12, `${p.y} ${should[k]}`));
  // deno-fmt-ignore
  close(localRegression(x, y, { at }), [2.59305828203379, 5.50129407406237, 7.50099116634199, 5.72542126855028, 4.28538656130003]);
  // deno-fmt-ignore
  close(localRegression(x, y, { at, span: 0.4, weights }), [1.57912452081078, 6.07214587043965, 8.30961580898742, 5.45877825600949, 4.60392321914284]);
});

Deno.test("local regression where x has few values: the mean there", () => {
  const x = Float64Array.of(1, 1, 1, 1, 2, 2, 2, 2), y = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  assert.deepEqual(localRegression(x, y, { span: 0.5, at: [1, 2] }).map((p) => p.y), [2.5, 6.5]);
});
