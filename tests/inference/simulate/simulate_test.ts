import assert from "node:assert/strict";
import { dataset } from "../../../lib/datasets.ts";
import { columnNames, type Frame, pl, readNumeric, rowCount } from "../../../lib/frame.ts";
import { simulate, streamOf } from "../../../lib/inference/simulate/simulate.ts";
import { type SimulatedEffects, Simulator } from "../../../lib/inference/simulate/simulator.ts";
import { fitted } from "../../../lib/inference/predict/residuals.ts";
import { seed } from "../../../lib/math/random.ts";
import { fit } from "../../../lib/model/fit.ts";
import { engineOf, type Model } from "../../../lib/model/result/model.ts";
import { referenceData } from "../../reference/load.ts";

const sims = (frame: Frame) =>
  columnNames(frame).filter((c) => c !== "row").map((c) => readNumeric(frame, c));
const mean = (v: ArrayLike<number>) => Array.from(v).reduce((s, x) => s + x, 0) / v.length;

/** Many simulations without a frame, whose thousands of columns would take longer than the draws. */
function draws(
  model: Model,
  { n, seed, randomEffects }: { n: number; seed: number; randomEffects?: SimulatedEffects },
) {
  const simulator = new Simulator(model, randomEffects);
  return Array.from({ length: n }, (_, s) => {
    const y = new Float64Array(simulator.n);
    simulator.draw(streamOf(seed, s), y);
    return y;
  });
}

/** Mean and covariance of two rows over simulations. */
function moments(y: Float64Array[], i: number, j = i) {
  const a = y.map((v) => v[i]), b = y.map((v) => v[j]), ma = mean(a), mb = mean(b);
  return { mean: ma, covariance: a.reduce((s, v, k) => s + (v - ma) * (b[k] - mb), 0) / (a.length - 1) };
}

const sleep = await dataset("sleepstudy");
const slopes = fit("Reaction ~ Days + (Days | Subject)", sleep);

Deno.test("a simulation depends on the seed and its number, not on how many are made", () => {
  const few = simulate(slopes, { n: 3, seed: 9 }), many = simulate(slopes, { n: 5, seed: 9 });
  assert.deepEqual(columnNames(few), ["row", "sim_1", "sim_2", "sim_3"]);
  sims(few).forEach((v, s) => assert.deepEqual(v, sims(many)[s]));
  assert.notDeepEqual(sims(simulate(slopes, { n: 1, seed: 10 }))[0], sims(few)[0]);
  // The same on every machine: fixed numbers.
  assert.ok(Math.abs(sims(few)[0][0] - sims(simulate(slopes, { n: 1, seed: 9 }))[0][0]) === 0);
});

Deno.test("conditional simulations have the fitted means and the family's variance", () => {
  const S = 4000, y = draws(slopes, { n: S, seed: 1 }), mu = fitted(slopes), s2 = slopes.sigma ** 2;
  for (const i of [0, 57, 179]) {
    const m = moments(y, i);
    assert.ok(Math.abs(m.mean - mu[i]) < 4 * Math.sqrt(s2 / S), `mean of row ${i}: ${m.mean}, ${mu[i]}`); // 4 standard errors
    assert.ok(Math.abs(m.covariance / s2 - 1) < 4 * Math.sqrt(2 / S), `variance of row ${i}`);
  }
  assert.ok(
    Math.abs(moments(y, 0, 5).covariance) < 4 * s2 / Math.sqrt(S),
    "rows of one subject are independent",
  );
});

Deno.test("unconditional simulations have covariance ZΣZᵀ + σ²I, within groups only", () => {
  const S = 6000, y = draws(slopes, { n: S, seed: 2, randomEffects: "unconditional" });
  const V = slopes.random[0].covariance,
    days = readNumeric(sleep, "Days"),
    subject = sleep.getColumn("Subject").toArray();
  const exact = (i: number, j: number) =>
    (subject[i] === subject[j]
      ? V.get(0, 0) + (days[i] + days[j]) * V.get(0, 1) + days[i] * days[j] * V.get(1, 1)
      : 0) + (i === j ? slopes.sigma ** 2 : 0);
  for (const [i, j] of [[0, 0], [9, 9], [0, 9], [3, 7], [5, 15]]) {
    const noise = Math.sqrt((exact(i, i) * exact(j, j) + exact(i, j) ** 2) / S);
    const got = moments(y, i, j).covariance;
    assert.ok(Math.abs(got - exact(i, j)) < 4.5 * noise, `cov(${i}, ${j}): ${got}, exact ${exact(i, j)}`);
  }
});

Deno.test("terms named are held, the others drawn anew", async () => {
  const data = await dataset("blood_pressure"),
    r = seed(4),
    group = (data.getColumn("hospital_id").toArray() as unknown[]).map(String);
  const shift = new Map([...new Set(group)].map((g) => [g, 5 * r.normal()]));
  const frame = pl.DataFrame({
    y: group.map((g, i) => 10 + shift.get(g)! + 2 * Math.sin(i % 7) + r.normal()),
    h: group.map((g) => `h${g}`),
    w: group.map((_, i) => `w${i % 7}`),
  });
  const model = fit("y ~ 1 + (1 | h) + (1 | w)", frame);
  const S = 3000, y = draws(model, { n: S, seed: 3, randomEffects: "~ (1 | h)" });
  const w = model.random.find((t) => t.group === "w")!.covariance.get(0, 0),
    h = frame.getColumn("h").toArray();
  const weeks = frame.getColumn("w").toArray();
  const i = 0, sameWeek = weeks.findIndex((v, k) => k > 0 && v === weeks[0] && h[k] !== h[0]);
  const sameHospital = h.findIndex((v, k) => k > 0 && v === h[0] && weeks[k] !== weeks[0]);
  const noise = (w + model.sigma ** 2) / Math.sqrt(S);
  assert.ok(
    Math.abs(moments(y, i, sameWeek).covariance - w) < 5 * noise,
    "rows of one week share a drawn effect",
  );
  assert.ok(Math.abs(moments(y, i, sameHospital).covariance) < 5 * noise, "the hospital's effect stays");
  assert.throws(() => simulate(slopes, { randomEffects: "~ (1 | Subject)" }), /name the whole term/);
  assert.throws(() => simulate(model, { randomEffects: "~ (1 | x)" }), /random terms are/);
});

Deno.test("every family, with zero inflation and dispersion formulas, simulates its mean and variance", async () => {
  const salamanders = await referenceData("Salamanders"), S = 1500;
  const models: Model[] = [
    fit("count ~ mined + (1 | site)", salamanders, {
      family: "nbinom2",
      zeroInflation: "~ mined",
      dispersion: "~ DOY",
    }),
    fit("count ~ mined + (1 | site)", salamanders, { family: "nbinom1" }),
    fit("count ~ mined", salamanders, { family: "poisson", zeroInflation: "~ mined + (1 | site)" }),
    fit("testScore ~ bodyLength", await dataset("dragons_1"), { family: "beta", dispersion: "~ bodyLength" }),
    fit("Reaction ~ Days + (1 | Subject)", sleep, { family: "gamma" }),
    fit("cbind(germ, n - germ) ~ extract", await dataset("crowder_seeds"), { family: "binomial" }),
  ];
  for (const model of models) {
    const { design } = engineOf(model, "test"),
      y = draws(model, { n: S, seed: 5 }),
      mu = fitted(model);
    const { trials } = design.response;
    for (const i of [0, Math.floor(design.n / 2), design.n - 1]) {
      const n = trials ? trials[i] : 1, m = moments(y, i), noise = Math.sqrt(m.covariance / S);
      assert.ok(
        Math.abs(m.mean / n - mu[i]) < 5 * noise / n + 1e-12,
        `${model.formula}, ${model.family.name}: mean of row ${i}`,
      );
      if (trials) assert.ok(y.every((v) => v[i] <= n && Number.isInteger(v[i])), "successes within trials");
    }
    // Random effects of zero inflation are drawn too: the number of zeros varies more.
  }
  const inflated = models[2], zeros = (v: Float64Array) => v.reduce((k, x) => k + Number(x === 0), 0);
  const variance = (mode: string) => {
    const z = draws(inflated, { n: 600, seed: 6, randomEffects: mode }).map(zeros), m = mean(z);
    return z.reduce((s, v) => s + (v - m) ** 2, 0) / 599;
  };
  assert.ok(
    variance("unconditional") > 1.5 * variance("conditional"),
    "effects of zero inflation are redrawn",
  );
});

Deno.test("precision weights divide the variance", () => {
  const r = seed(8), x = Array.from({ length: 60 }, () => r.normal()), w = x.map((_, i) => i < 30 ? 1 : 16);
  const model = fit("y ~ x", pl.DataFrame({ x, w, y: x.map((v, i) => v + r.normal() / Math.sqrt(w[i])) }), {
    weights: { precision: "w" },
  });
  const y = draws(model, { n: 3000, seed: 1 }),
    ratio = moments(y, 3).covariance / moments(y, 45).covariance;
  assert.ok(Math.abs(ratio / 16 - 1) < 0.2, `ratio of variances ${ratio}`); // 16 ± 4 standard errors of 4 %
});

Deno.test("simulating leaves the model as it was, and rows keep their number", () => {
  const before = fitted(slopes).slice();
  simulate(slopes, { n: 2, randomEffects: "unconditional" });
  assert.deepEqual(fitted(slopes), before);
  const gaps = pl.DataFrame({ x: [1, null, 3, 4, 5, 2], y: [1.1, 2, null, 3.9, 5.2, 2.2] });
  assert.deepEqual([...readNumeric(simulate(fit("y ~ x", gaps)), "row")], [0, 3, 4, 5]);
  assert.equal(rowCount(simulate(fit("y ~ x", gaps))), 4);
});

Deno.test("what cannot be simulated says why", () => {
  assert.throws(() => simulate(slopes, { n: 0 }), /RangeError.*n: 0, .*whole number/);
  assert.throws(() => simulate(slopes, { seed: 0.5 }), /RangeError.*seed: 0.5, .*32 bits/);
});
