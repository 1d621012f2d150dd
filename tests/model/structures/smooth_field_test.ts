/** Smooth fields over many places: their correlation matrix has a factor in exact numbers, and none in 16 digits. */
import assert from "node:assert/strict";
import { fit, pl, predict, ranef } from "../../../mod.ts";
import { choleskyFactor, Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { close } from "../../math/close.ts";

const random = seed(12),
  plots = Array.from({ length: 120 }, (_, i) => {
    const col = i % 12, row = Math.floor(i / 12), x = random.normal();
    return {
      col,
      row,
      x,
      field: "A",
      y: 4 * Math.sin(col / 2.4) * Math.cos(row / 2.6) + x + 1.5 * random.normal(),
    };
  });
const data = pl.DataFrame(plots);

/** ℓ of y ~ N(μ, s² R + σ²), R_ij = exp(−(d_ij/r)²). */
function logLikelihood(mean: ArrayLike<number>, s: number, r: number, sigma: number): number {
  const n = plots.length, V = Matrix.zeros(n, n), z = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const d = Math.hypot(plots[i].col - plots[j].col, plots[i].row - plots[j].row);
      V.set(i, j, s * s * Math.exp(-((d / r) ** 2)) + (i === j ? sigma ** 2 : 0));
    }
  }
  const L = choleskyFactor(V)!;
  let sum = n * Math.log(2 * Math.PI);
  for (let i = 0; i < n; i++) {
    let v = plots[i].y - mean[i];
    for (let j = 0; j < i; j++) v -= L.get(i, j) * z[j];
    z[i] = v / L.get(i, i);
    sum += z[i] ** 2 + 2 * Math.log(L.get(i, i));
  }
  return -sum / 2;
}

for (
  const field of [
    "gau(0 + numFactor(col, row) | field)",
    "mat(0 + numFactor(col, row) | field, smoothness = 8)",
  ]
) {
  Deno.test(`${field} over 120 plots has an optimum, effects and predictions`, () => {
    const model = fit(`y ~ x + ${field}`, data, { reml: false });
    assert.ok(model.converged, model.certificate.text);
    const effects = ranef(model),
      at = predict(model, pl.DataFrame({ x: [0], col: [3.5], row: [2.5], field: ["A"] }));
    for (const table of [effects, at]) {
      for (const name of ["estimate", "std_error"]) {
        assert.ok((table.getColumn(name).toArray() as number[]).every(Number.isFinite), name);
      }
    }
    if (!field.startsWith("gau")) return;
    const [s, r] = model.random[0].parameters.map(({ estimate }) => estimate);
    const mean = predict(model, data, { randomEffects: "none" }).getColumn("estimate").toArray() as number[];
    close(model.logLik, logLikelihood(mean, s, r, model.sigma), 0, 1e-8, "log-likelihood");
    for (const f of [0.99, 1.01]) { // the maximum in the range, the others held
      assert.ok(logLikelihood(mean, s, f * r, model.sigma) < model.logLik);
    }
  });
}
