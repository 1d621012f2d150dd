/** Residuals as such; their values against R are in tests/reference. */
import assert from "node:assert/strict";
import { type Frame, frameOf, pl } from "../../../lib/frame.ts";
import { dataset } from "../../../lib/datasets.ts";
import { fit } from "../../../lib/model/fit.ts";
import { augment, fitted, residuals, type ResidualType } from "../../../lib/inference/predict/residuals.ts";

const counts = frameOf({
  y: [0, 2, 5, 1, 9, 3, 4, 0],
  x: [1, 2, 3, 4, 5, 6, 7, 8],
  w: [1, 2, 1, 3, 1, 1, 2, 1],
});

function close(a: ArrayLike<number>, b: ArrayLike<number>, tolerance = 1e-12) {
  assert.equal(a.length, b.length);
  for (let i = 0; i < a.length; i++) {
    assert.ok(Math.abs(a[i] - b[i]) <= tolerance, `row ${i}: ${a[i]}, expected ${b[i]}`);
  }
}

Deno.test("Poisson: response, Pearson, working and deviance residuals by their definitions", () => {
  const model = fit("y ~ x", counts, { family: "poisson" }),
    mu = fitted(model),
    y = counts.getColumn("y").toArray() as number[];
  close(residuals(model), y.map((v, i) => v - mu[i]));
  close(residuals(model, { type: "pearson" }), y.map((v, i) => (v - mu[i]) / Math.sqrt(mu[i])));
  close(residuals(model, { type: "working" }), y.map((v, i) => (v - mu[i]) / mu[i]));
  const unit = y.map((v, i) => 2 * ((v > 0 ? v * Math.log(v / mu[i]) : 0) - (v - mu[i])));
  close(
    residuals(model, { type: "deviance" }),
    y.map((v, i) => Math.sign(v - mu[i]) * Math.sqrt(unit[i])),
    1e-7,
  ); // √ of a difference
});

Deno.test("weights enter Pearson and deviance residuals as their square root", () => {
  const model = fit("y ~ x", counts, { family: "poisson", weights: "w" }),
    w = counts.getColumn("w").toArray() as number[];
  const mu = fitted(model), y = counts.getColumn("y").toArray() as number[];
  close(residuals(model, { type: "pearson" }), y.map((v, i) => Math.sqrt(w[i] / mu[i]) * (v - mu[i])));
});

Deno.test("an intercept and the canonical link make response residuals sum to zero", async () => {
  const seeds = await dataset("crowder_seeds");
  const models = [
    fit("y ~ x", counts, { family: "poisson" }),
    fit("y ~ x", counts),
    fit("germ/n ~ gen", seeds, { family: "binomial", weights: "n" }),
  ];
  const trials = seeds.getColumn("n").toArray() as number[];
  models.forEach((model, k) => {
    const sum = residuals(model).reduce((s, r, i) => s + r * (k === 2 ? trials[i] : 1), 0);
    assert.ok(Math.abs(sum) < 1e-6, `${model.family.name}: ${sum}`); // the optimum is found to 1e-7 standard errors
  });
});

Deno.test("zero inflation: the mean counts the zeros, deviance is refused", () => {
  const model = fit("y ~ 1", counts, { family: "poisson", zeroInflation: "~ 1" }), mean = fitted(model)[0];
  assert.ok(Math.abs(mean - 3) < 1e-6, `${mean}: the mean of a zero-inflated Poisson sample is its mean`);
  assert.throws(
    () => residuals(model, { type: "deviance" }),
    /RangeError: Cannot compute deviance.*"pearson"/,
  );
});

Deno.test("unknown types are refused by name", () => {
  const model = fit("y ~ x", counts);
  assert.throws(
    () => residuals(model, { type: "student" as ResidualType }),
    /RangeError.*"student".*"response", "pearson"/,
  );
});

Deno.test("augment: the rows used with their place in the data, fitted values and residuals", () => {
  const holes = counts.withColumns(pl.Series("x", [1, null, 3, 4, 5, null, 7, 8], pl.Float64)) as Frame;
  const model = fit("y ~ x", holes, { family: "poisson" }), frame = augment(model);
  assert.deepEqual(frame.columns, ["y", "x", "w", "row", "fitted", "residual", "pearson"]);
  assert.deepEqual(frame.getColumn("row").toArray(), [0, 2, 3, 4, 6, 7]);
  close(frame.getColumn("fitted").toArray() as number[], fitted(model));
  close(frame.getColumn("residual").toArray() as number[], residuals(model));
  close(frame.getColumn("pearson").toArray() as number[], residuals(model, { type: "pearson" }));
  assert.equal(
    augment(fit("y ~ fitted", holes.rename({ x: "fitted" }) as Frame)).columns.filter((c) => c === "fitted")
      .length,
    1,
  );
});
