/** Weights count wherever a number is made of rows: means of covariates, averaging, prediction intervals, simulations. */
import assert from "node:assert/strict";
import { type Frame, frameOf } from "../../lib/frame.ts";
import { emmeans } from "../../lib/inference/means/emmeans.ts";
import { dataGrid } from "../../lib/inference/grid/grids.ts";
import { predict } from "../../lib/inference/predict/predict.ts";
import { simulate } from "../../lib/inference/simulate/simulate.ts";
import { metaOf } from "../../lib/display.ts";
import { qt } from "../../lib/math/distributions.ts";
import { seed } from "../../lib/math/random.ts";
import { fit, type FitOptions } from "../../lib/model/fit.ts";
import { loadModel, saveModel } from "../../lib/model/result/save.ts";
import { records } from "./close.ts";

const random = seed(21), n = 48;
const draw = <T>(f: (i: number) => T) => Array.from({ length: n }, (_, i) => f(i));
const columns = {
  x: draw(() => 3 * random.uniform()),
  a: draw((i) => "uvw"[i * 7 % 3]),
  b: draw((i) => i % 5 < 2 ? "p" : "q"),
  g: draw((i) => `g${i % 6}`),
  w: draw((i) => 1 + i * 5 % 4),
  y: draw(() => random.normal()),
  size: draw((i) => 5 + i % 20),
};
const data = frameOf({ ...columns, k: columns.size.map((s, i) => Math.round(s * (0.3 + 0.1 * (i % 4)))) });
const rows = columns.w.flatMap((w, i) => new Array<number>(w).fill(i));
const repeated = frameOf(
  Object.fromEntries(Object.entries(columns).map(([name, v]) => [name, rows.map((i) => v[i])])) as Record<
    string,
    number[]
  >,
);

function near(a: Frame, b: Frame, tolerance = 1e-6) {
  const [ours, theirs] = [a.toRecords(), b.toRecords()] as unknown as Record<string, number>[][];
  assert.equal(ours.length, theirs.length);
  ours.forEach((r, i) => {
    for (const [name, v] of Object.entries(r)) {
      if (typeof v !== "number" || v === Infinity) assert.equal(v, theirs[i][name]);
      else {assert.ok(
          Math.abs(v - theirs[i][name]) < tolerance * Math.max(1, Math.abs(v)),
          `${name}: ${v}, ${theirs[i][name]}`,
        );}
    }
  });
}

const models: [string, string, FitOptions][] = [
  ["linear model", "y ~ a * b + x", {}],
  ["mixed model", "y ~ a * b + x + (1 | g)", {}],
  ["Poisson", "size ~ a * b + x", { family: "poisson" }],
];
for (const [name, formula, options] of models) {
  Deno.test(`frequency weights are repeated rows: ${name}`, () => {
    const m = fit(formula, data, { ...options, weights: { frequency: "w" } }),
      r = fit(formula, repeated, options);
    for (const weights of ["equal", "proportional", "outer", "cells", "flat"] as const) {
      near(emmeans(m, "~ a", { weights }), emmeans(r, "~ a", { weights }));
    }
    near(dataGrid(m, { a: ["u"] }), dataGrid(r, { a: ["u"] }));
    const [one, other] = [m, r].map((each) => dataGrid(each, { a: ["u", "v"], b: ["p", "q"] })); // x: its mean
    near(predict(m, one, { randomEffects: "none" }), predict(r, other, { randomEffects: "none" }));
  });
}

Deno.test("precision weights: the variance of a new observation is σ²/w", () => {
  for (const formula of ["y ~ x", "y ~ x + (1 | g)"]) {
    const m = fit(formula, data, { weights: { precision: "w" } });
    const p = records(predict(m, data, { interval: "prediction", randomEffects: "none" }));
    const se = records(predict(m, data, { randomEffects: "none" })).map((r) => r.std_error);
    p.forEach((r, i) => {
      const half = (r.conf_high - r.conf_low) / 2, sd = Math.hypot(se[i], m.sigma / Math.sqrt(columns.w[i]));
      const [low, high] = formula === "y ~ x"
        ? [qt(0.975, n - 2), qt(0.975, n - 2)]
        : [1.9599, qt(0.975, 20)];
      assert.ok(half / sd > low - 1e-8 && half / sd < high + 1e-8, `${formula} row ${i}: ${half / sd}`);
    });
    const without = predict(m, data.drop("w") as Frame, { interval: "prediction" });
    assert.match(metaOf(without)!.notes!.join(" "), /observation with weight 1: the new data do not have w/);
    near(
      predict(loadModel(saveModel(m)), data, { interval: "prediction" }),
      predict(m, data, { interval: "prediction" }),
      1e-12,
    );
    const y = simulate(m, { n: 500, seed: 8 }),
      mu = records(predict(m, data, { interval: "none" })).map((r) => r.estimate);
    let squares = 0; // Σ w (y − μ)² has mean nσ²
    for (let s = 1; s <= 500; s++) {
      (y.getColumn(`sim_${s}`).toArray() as number[]).forEach((v, i) =>
        squares += columns.w[i] * (v - mu[i]) ** 2
      );
    }
    assert.ok(Math.abs(squares / (500 * n * m.sigma ** 2) - 1) < 4 * Math.sqrt(2 / (500 * n)));
  }
});

Deno.test("trials of a row: read from the columns that the fit read them from", () => {
  const two = fit("cbind(k, size - k) ~ x + (1 | g)", data, { family: "binomial" });
  const share = fit("k / size ~ x + (1 | g)", data, { family: "binomial", weights: "size" });
  const interval = { interval: "prediction" as const };
  for (const m of [two, share]) {
    const p = records(predict(m, undefined, interval));
    near(predict(m, undefined, interval), predict(m, data, interval), 1e-12);
    p.forEach((r, i) => { // one row at a time with its trials given
      if (i % 11 > 0) return;
      const [one] = records(
        predict(m, data.slice({ offset: i, length: 1 }) as Frame, { ...interval, trials: columns.size[i] }),
      );
      assert.deepEqual([one.conf_low, one.conf_high], [r.conf_low, r.conf_high]);
      assert.ok(r.conf_high - r.conf_low < 1);
    });
    const bare = predict(m, data.select("x", "g").head(2) as Frame, interval);
    assert.match(metaOf(bare)!.notes!.join(" "), /of one trial: the new data do not have/);
  }
});
