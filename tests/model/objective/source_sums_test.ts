/**
 * Cross-products from the sums of a source, columns about their centres, against the same rows written down: the deviance at any θ, β
 * and σ² are those of dense algebra. Sums keep 1e-9 of what is left beside columns far from 0.
 */
import assert from "node:assert/strict";
import { frameOf } from "../../../lib/frame.ts";
import { planFit } from "../../../lib/model/fit.ts";
import { fitFrom, type FitFromOptions } from "../../../lib/model/fit_from.ts";
import { Matrix } from "../../../lib/math/dense.ts";
import { ProfiledDeviance } from "../../../lib/model/objective/linear.ts";
import { engineOf } from "../../../lib/model/result/model.ts";
import { inBlocks } from "../../source/data.ts";
import { sameMatrix, scattered } from "./dense.ts";
import { DenseDeviance } from "./dense_deviance.ts";

const n = 60, rows = Array.from({ length: n }, (_, i) => i), far = scattered(10, 90), noise = scattered(n);
const frame = frameOf({
  x: scattered(n, 400).map((v) => 200 + 3 * v),
  y: rows.map((i) => 1000 + far[i % 10] + noise[i] + (i % 3)),
  k: rows.map((i) => `k${i % 3}`),
  g: rows.map((i) => `g${i % 10}`),
  h: rows.map((i) => `h${(i + Math.floor(i / 10)) % 6}`),
  w: rows.map((i) => 1 + i % 2),
});

const CASES: readonly (readonly [string, FitFromOptions])[] = [
  ["y ~ x + k + (1 | g)", {}],
  ["y ~ x + k + (x | g) + (1 | h)", {}],
  ["y ~ 0 + k + x + (x || g)", { weights: { frequency: "w" } }],
  ["y ~ x + (0 + x | h) + (1 | g)", { weights: { precision: "w" } }],
  ["y ~ x * k + I(2 * x) + (1 | h)", {}], // a column is dropped
];

for (const [formula, options] of CASES) {
  Deno.test(`${formula} ${JSON.stringify(options)}: deviance, β and σ² at any θ are those of the rows`, async () => {
    const model = await fitFrom(formula, inBlocks(frame, 17), options),
      { objective } = engineOf(model, "a test");
    assert.ok(objective instanceof ProfiledDeviance && objective.sums.rows === null);
    const { design } = planFit(formula, frame, options),
      dense = new DenseDeviance(design, true, design.weights ?? design.precision ?? undefined);
    for (const from of [1, 30]) {
      const theta = scattered(objective.effects.thetas, from).map((v) => 0.8 + 0.5 * v),
        value = objective.evaluate(theta),
        expected = dense.at(theta);
      assert.ok(
        Math.abs(value - expected.value) < 1e-9 * Math.abs(value),
        `${value}, dense ${expected.value}`,
      );
      assert.ok(
        Math.abs(objective.sigma2 / expected.sigma2 - 1) < 1e-9,
        `σ² ${objective.sigma2}, dense ${expected.sigma2}`,
      );
      sameMatrix(
        Matrix.columnVector(objective.basis.coefficients(objective.gamma)),
        expected.beta,
        1e-9,
        "β",
      );
    }
  });
}

Deno.test("variances over the rows are those of the columns", async () => {
  const { objective } = engineOf(await fitFrom("y ~ x + (x | g)", inBlocks(frame, 17)), "a test"),
    { moments } = (objective as ProfiledDeviance).sums;
  const x = frame.getColumn("x").toArray() as number[],
    mean = x.reduce((s, v) => s + v / n, 0),
    square = x.reduce((s, v) => s + v * v / n, 0);
  const variance = x.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1);
  assert.ok(Math.abs(moments!.fixed(Float64Array.of(7, 0.5)) / (0.25 * variance) - 1) < 1e-10);
  sameMatrix(moments!.terms[0], new Matrix([[1, mean], [mean, square]]), 1e-10, "mean of zzᵀ");
});
