/**
 * Processes in time against what knows nothing of nodes and precisions: a Kalman filter, dense algebra, and the fit of fewer times.
 */
import { chainCells } from "../../../lib/model/structures/cells.ts";
import assert from "node:assert/strict";
import * as t from "../../../mod.ts";
import { choleskyFactor, Matrix, positiveInverse } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";
import { effectsOf } from "../../../lib/model/result/term_result.ts";
import { engineOf } from "../../../lib/model/result/model.ts";

const near = (got: number, expected: number, allowed: number, what: string) =>
  assert.ok(Math.abs(got - expected) <= allowed, `${what}: ${got}, expected ${expected} ± ${allowed}`);
const rowsOf = (table: unknown) => (table as { toRecords(): Record<string, number>[] }).toRecords();

/** Levels with times of their own, at irregular places, some twice. */
function irregular(levels: number, times: number, from = 3) {
  const random = seed(from), y: number[] = [], time: number[] = [], id: string[] = [], x: number[] = [];
  for (let l = 0; l < levels; l++) {
    let at = Math.round(8 * random.uniform()) / 4, w = random.normal();
    for (let k = 0; k < times + l; k++) {
      const gap = Math.ceil(8 * random.uniform()) / 4;
      at += k % 7 === 3 ? 0 : gap;
      w += 0.8 * Math.sqrt(gap) * random.normal();
      x.push(random.normal());
      y.push(2 + 0.5 * x.at(-1)! + w + 0.7 * random.normal());
      time.push(at);
      id.push(`s${l}`);
    }
  }
  return t.pl.DataFrame({ y, x, time, id });
}

type Kernel = (s: number, u: number) => number;
/** Restricted log-likelihood, β̂, and E and var of a predictor, all by dense algebra. */
function dense(data: t.Frame, columns: string[], kernel: Kernel, sigma2: number) {
  const of = (name: string) => data.getColumn(name).toArray() as number[];
  const y = of("y"), time = of("time"), id = of("id") as unknown as string[], n = y.length;
  const X = new Matrix(y.map((_, i) => [1, ...columns.map((c) => of(c)[i])])), Y = Matrix.columnVector(y);
  const C = (i: number, j: number) => id[i] === id[j] ? kernel(time[i], time[j]) : 0;
  const V = new Matrix(y.map((_, i) => y.map((_, j) => C(i, j) + (i === j ? sigma2 : 0)))),
    W = positiveInverse(V)!;
  const logDet = (M: Matrix) => 2 * choleskyFactor(M)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  const XWX = X.transpose().mmul(W).mmul(X), covariance = positiveInverse(XWX)!;
  const beta = covariance.mmul(X.transpose().mmul(W).mmul(Y)), r = Y.clone().sub(X.mmul(beta));
  const quadratic = r.transpose().mmul(W).mmul(r).get(0, 0), p = X.columns;
  return {
    beta: beta.to1DArray(),
    logLik: -((n - p) * Math.log(2 * Math.PI) + logDet(V) + logDet(XWX) + quadratic) / 2,
    /** E(x'β + b(at)) of a level, and its variance given the variance parameters. */
    predict(level: string, at: number, row: number[]) {
      const c = Matrix.columnVector(y.map((_, i) => id[i] === level ? kernel(time[i], at) : 0)),
        Wc = W.mmul(c);
      const x = Matrix.columnVector(row), d = x.clone().sub(X.transpose().mmul(Wc));
      return {
        estimate: x.transpose().mmul(beta).get(0, 0) + Wc.transpose().mmul(r).get(0, 0),
        variance: kernel(at, at) - c.transpose().mmul(Wc).get(0, 0) +
          d.transpose().mmul(covariance).mmul(d).get(0, 0),
      };
    },
  };
}

const first = (data: t.Frame) => Math.min(...data.getColumn("time").toArray() as number[]);
const KERNELS: Record<string, (data: t.Frame, sd: number, own: number) => Kernel> = {
  rw1: (data, sd) => (s, u) => {
    const a = s - first(data), b = u - first(data);
    return a * b <= 0 ? 0 : sd ** 2 * Math.min(Math.abs(a), Math.abs(b));
  },
  rw2: (data, sd) => (s, u) => {
    const a = s - first(data), b = u - first(data), low = Math.min(Math.abs(a), Math.abs(b));
    return a * b <= 0 ? 0 : sd ** 2 * low ** 2 * (3 * Math.max(Math.abs(a), Math.abs(b)) - low) / 6;
  },
  ou: (_, sd, range) => (s, u) => sd ** 2 * Math.exp(-Math.abs(s - u) / range),
};

for (const structure of Object.keys(KERNELS)) {
  const data = irregular(5, 14), formula = `y ~ x + time + ${structure}(0 + numFactor(time) | id)`;
  const model = t.fit(formula, data), [sd, own] = model.random[0].parameters;
  const kernel = KERNELS[structure](data, sd.estimate, own?.estimate),
    truth = dense(data, ["x", "time"], kernel, model.sigma ** 2);

  Deno.test(`${structure}: levels with times of their own are nodes for these alone, and the likelihood is that of dense algebra`, () => {
    const { objective } = engineOf(model, "a test"), nodes = objective.effects.groups[0].nodes;
    const distinct = new Set(rowsOf(data).map((r) => `${r.id} ${r.time}`)).size;
    const all = structure === "ou"; // few effects are told at every time
    assert.ok(all || nodes <= distinct * (structure === "rw2" ? 2 : 1), `${nodes} nodes, ${distinct} times`);
    near(model.logLik, truth.logLik, 1e-7, "log-likelihood");
    model.parts[0].beta.forEach((b, j) => near(b, truth.beta[j], 1e-7, `coefficient ${j}`));
    const found = t.fit(formula, data, { fixed: { [`${sd.name} | id`]: 1.1 * sd.estimate } });
    assert.ok(found.logLik < t.fit(formula, data, { reml: false }).logLik);
  });

  Deno.test(`${structure}: predictions at times of the level, of other levels, between, before and after are conditional expectations`, () => {
    const times = data.getColumn("time").toArray() as number[], own = times.at(-1)!;
    for (const at of [own, times[2], 3.3, own + 2.5, first(data) - 1.5, first(data)]) {
      const grid = t.pl.DataFrame({ x: [0.4], time: [at], id: ["s4"] });
      const [found] = rowsOf(t.predict(model, grid)), expected = truth.predict("s4", at, [1, 0.4, at]);
      near(found.estimate, expected.estimate, 1e-6, `estimate at ${at}`);
      assert.ok(found.std_error ** 2 > expected.variance * (1 - 1e-6), `variance at ${at}`); // and that of θ
      assert.ok(
        found.std_error ** 2 < 2.5 * expected.variance,
        `variance at ${at}: ${found.std_error ** 2}, ${expected.variance}`,
      );
      const stranger = t.predict(model, t.pl.DataFrame({ x: [0.4], time: [at], id: ["new"] }), {
        newLevels: "population",
      });
      const typical = t.predict(model, grid, { randomEffects: "none" });
      const fixed = rowsOf(typical)[0].std_error ** 2, whole = rowsOf(stranger)[0].std_error ** 2;
      // beside the walk's own variance the stranger's holds what θ adds to that of the fixed effects
      near(
        whole - fixed,
        kernel(at, at),
        2e-2 * (kernel(at, at) + fixed),
        `variance of a new group at ${at}`,
      );
    }
  });

  Deno.test(`${structure}: ranef has the modes of the times that a level has, with their conditional standard deviations`, () => {
    const found = rowsOf(t.ranef(model)), { levels, positions } = model.random[0];
    const effects = [...effectsOf(model.random[0])];
    assert.equal(found.length, effects.length);
    effects.forEach(({ j, l }, k) => {
      const at = Number(positions![j].slice(1, -1)), whole = truth.predict(levels[l], at, [0, 0, 0]);
      near(found[k].estimate, whole.estimate, 1e-6, `${levels[l]} at ${at}`);
    });
  });

  Deno.test(`${structure}: saved and loaded it predicts the same`, () => {
    const again = t.loadModel(t.saveModel(model));
    const grid = t.pl.DataFrame({ x: [0, 0, 0], time: [3.3, 40, 2], id: ["s1", "s2", "new"] });
    const options = { newLevels: "population" } as const;
    assert.deepEqual(rowsOf(t.predict(again, grid, options)), rowsOf(t.predict(model, grid, options)));
    assert.deepEqual(rowsOf(t.ranef(again)), rowsOf(t.ranef(model)));
  });
}

Deno.test("rw1(time | g) is short for rw1(0 + numFactor(time) | g)", () => {
  const data = irregular(3, 14);
  const short = t.fit("y ~ rw1(time | id) + (1 | id)", data),
    long = t.fit("y ~ rw1(0 + numFactor(time) | id) + (1 | id)", data);
  assert.equal(short.logLik, long.logLik);
});

/** Diffuse level (and slope) by (X'V⁻¹X)⁻¹ from a Kalman filter of y and of the columns, of one series. */
function kalman(y: number[], time: number[], order: 1 | 2, sd: number, sigma: number): number {
  const columns = [y, y.map(() => 1), ...(order === 2 ? [time] : [])], K = columns.length;
  const state = columns.map(() => [0, 0]), G = Matrix.zeros(K, K);
  let [p, q, r] = [0, 0, 0], log = 0;
  y.forEach((_, i) => {
    const h = i > 0 ? time[i] - time[i - 1] : 0, v = sd * sd;
    if (order === 1) p += v * h;
    else {
      [p, q, r] = [p + 2 * h * q + h * h * r + v * h ** 3 / 3, q + h * r + v * h * h / 2, r + v * h];
      for (const s of state) s[0] += h * s[1];
    }
    const F = p + sigma * sigma, e = columns.map((c, k) => c[i] - state[k][0]), gain = [p / F, q / F];
    for (let a = 0; a < K; a++) for (let b = 0; b < K; b++) G.set(a, b, G.get(a, b) + e[a] * e[b] / F);
    log += Math.log(F);
    state.forEach((s, k) => gain.forEach((g, j) => s[j] += g * e[k]));
    [p, q, r] = [p - gain[0] * p, q - gain[1] * p, r - gain[1] * q];
  });
  const own = G.subMatrix(1, K - 1, 1, K - 1), c = G.subMatrix(1, K - 1, 0, 0);
  const quadratic = G.get(0, 0) - c.transpose().mmul(positiveInverse(own)!).mmul(c).get(0, 0);
  const logDet = 2 * choleskyFactor(own)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  return -((y.length - K + 1) * Math.log(2 * Math.PI) + log + logDet + quadratic) / 2;
}

/** Steps of 1, one of 0.5 and one of 5. */
function series(n: number) {
  const random = seed(8), y: number[] = [], time: number[] = [];
  let w = 0;
  for (let i = 0; i < n; i++) {
    time.push(i + (i > 3 ? -0.5 : 0) + (i > 40 ? 4 : 0));
    w += 0.4 * random.normal();
    y.push(w + random.normal());
  }
  return { y, time, data: t.pl.DataFrame({ y, time, one: y.map(() => "a") }) };
}

// smooth walks over more times: long_walks_test.ts
for (
  const [formula, order, n, allowed] of [["y ~ rw1(time | one)", 1, 100_000, 1e-4], [
    "y ~ time + rw2(time | one)",
    2,
    400,
    1e-6,
  ]] as const
) {
  Deno.test(`${formula}: over ${n} times the likelihood is that of a Kalman filter with a diffuse start`, () => {
    const { y, time, data } = series(n), model = t.fit(formula, data);
    near(
      model.logLik,
      kalman(y, time, order, model.random[0].parameters[0].estimate, model.sigma),
      allowed,
      "log-likelihood",
    );
    const { sigma } = model,
      at = (f: number) => kalman(y, time, order, f * model.random[0].parameters[0].estimate, sigma);
    assert.ok(at(1.02) < at(1) && at(0.98) < at(1));
  });
}

Deno.test("a walk of first order in time and a chain of one series: the intercept takes what the start leaves open", () => {
  const { y, time, data } = series(30), model = t.fit("y ~ rw1(time | one)", data), n = y.length;
  // centred instead of begun at 0: K = (I − J/n) min(s, t) (I − J/n) has the same restricted likelihood and the same fitted values
  const J = Matrix.eye(n).sub(Matrix.zeros(n, n).fill(1 / n)), sd = model.random[0].parameters[0].estimate;
  const M = new Matrix(time.map((s) => time.map((u) => sd ** 2 * Math.min(s, u))));
  const V = J.mmul(M).mmul(J).add(Matrix.eye(n).mul(model.sigma ** 2)), W = positiveInverse(V)!;
  const one = Matrix.columnVector(time.map(() => 1)),
    Y = Matrix.columnVector(y),
    XWX = one.transpose().mmul(W).mmul(one).get(0, 0);
  const beta = one.transpose().mmul(W).mmul(Y).get(0, 0) / XWX, r = Y.clone().sub(one.clone().mul(beta));
  const logDet = 2 * choleskyFactor(V)!.diagonal().reduce((s, v) => s + Math.log(v), 0);
  const quadratic = r.transpose().mmul(W).mmul(r).get(0, 0);
  near(
    model.logLik,
    -((n - 1) * Math.log(2 * Math.PI) + logDet + Math.log(XWX) + quadratic) / 2,
    1e-8,
    "log-likelihood",
  );
  const smooth = J.mmul(M).mmul(J).mmul(W).mmul(r).to1DArray();
  t.fitted(model).forEach((v, i) => near(v, beta + smooth[i], 1e-7, `fitted ${i}`));
});

for (
  const [formula, what] of [
    ["y ~ rw1(x + time | id)", /one factor without an intercept/],
    ["y ~ rw1(0 + numFactor(time, x) | id)", /2 coordinates/],
    ["y ~ rw1(0 + id | id)", /does not say where it is/],
    ["y ~ rw2(pair | id)", /at least 3 times, but there are 2/],
    ["y ~ rw1(one | id)", /it has one level/],
    ["y ~ rw1(time | id, d = 2)", /takes no arguments/],
    ["y ~ rw2(close | id)", /lie so close together/],
  ] as const
) {
  Deno.test(`refused: ${formula}`, () => {
    const data = irregular(3, 14).withColumns(
      t.pl.lit(1).alias("one"),
      t.pl.col("time").gt(5).cast(t.pl.Float64).alias("pair"),
      t.pl.col("time").mul(1e-9).add(t.pl.col("x").gt(0).cast(t.pl.Float64)).alias("close"),
    );
    assert.throws(
      () => t.fit(formula, data),
      (error: Error) => error instanceof RangeError && what.test(error.message) || assert.fail(error.message),
    );
  });
}

Deno.test("a walk does not stand in the residual's place", () => {
  const y = Array.from({ length: 15 }, (_, i) => Math.sin(i)), time = y.map((_, i) => i % 5);
  const data = t.pl.DataFrame({ y, time, id: y.map((_, i) => `s${Math.floor(i / 5)}`) });
  assert.throws(
    () => t.fit("y ~ rw1(time | id)", data, { dispersion: "~ 0" }),
    /residual's place: at its first time a walk is 0/,
  );
});

Deno.test("beyond 10,000 effects a level of a chain has its own times only", () => {
  const labels = Array.from({ length: 2000 }, (_, i) => `${i}`);
  const cells = { first: Int32Array.of(0, 1, 2, 3, 4, 5, 6), position: Int32Array.of(0, 5, 9, 11, 40, 70) };
  const of = (levels: number) =>
    chainCells({ cells, levels: labels.slice(0, levels) }, labels.length).position.length;
  assert.deepEqual([of(5), of(6)], [10_000, 6]);
});
