/** Profile intervals at the edge of the range and along flat directions, and intervals of bootstrapped statistics. */
import assert from "node:assert/strict";
import { dataset } from "../../lib/datasets.ts";
import { frameOf } from "../../lib/frame.ts";
import { bootstrap } from "../../lib/inference/intervals/bootstrap.ts";
import { confint } from "../../lib/inference/intervals/confint.ts";
import { choleskyFactor, Matrix } from "../../lib/math/dense.ts";
import { qchisq } from "../../lib/math/distributions.ts";
import { seed } from "../../lib/math/random.ts";
import { fit } from "../../lib/model/fit.ts";
import { records } from "./close.ts";

const n = 60, groups = 10;

/** Slopes that follow the intercepts exactly, so that the correlation is estimated as ±1. */
function data(start: number, sign: number) {
  const random = seed(start), u = Array.from({ length: groups }, () => random.normal());
  const x = Array.from({ length: n }, () => random.normal()), e = x.map(() => random.normal());
  return {
    x,
    y: x.map((v, i) => 1 + v + u[i % groups] * (1 + sign * 0.8 * v) + e[i]),
    g: x.map((_, i) => `g${i % groups}`),
  };
}

type Data = ReturnType<typeof data>;

/** −2 log-likelihood with β and σ profiled out, by dense algebra: V = I + Z Σ Zᵀ, Σ from relative deviations and correlation. */
function deviance({ x, y, g }: Data, s0: number, s1: number, r: number): number {
  const V = Matrix.eye(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (g[i] === g[j]) {
        V.set(i, j, V.get(i, j) + s0 * s0 + r * s0 * s1 * (x[i] + x[j]) + s1 * s1 * x[i] * x[j]);
      }
    }
  }
  const L = choleskyFactor(V);
  if (!L) return Infinity;
  const half = (v: number[]) => {
    const out = v.slice();
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) out[i] -= L.get(i, k) * out[k];
      out[i] /= L.get(i, i);
    }
    return out;
  };
  const [a, b, c] = [half(x.map(() => 1)), half(x), half(y)],
    dot = (p: number[], q: number[]) => p.reduce((s, v, i) => s + v * q[i], 0);
  const det = dot(a, a) * dot(b, b) - dot(a, b) ** 2, ya = dot(a, c), yb = dot(b, c);
  const b0 = (dot(b, b) * ya - dot(a, b) * yb) / det, b1 = (dot(a, a) * yb - dot(a, b) * ya) / det;
  const rss = c.reduce((s, v, i) => s + (v - b0 * a[i] - b1 * b[i]) ** 2, 0);
  let logDet = 0;
  for (let i = 0; i < n; i++) logDet += 2 * Math.log(L.get(i, i));
  return logDet + n * Math.log(rss / n);
}

/** Minimum over two variables by a shrinking pattern search. */
function lowest(f: (p: number[]) => number): number {
  let at = [0, 0], value = f(at), step = 1;
  while (step > 1e-6) {
    const tries = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]]
      .map(([a, b]) => [at[0] + step * a, at[1] + step * b]).map((p) => ({ p, v: f(p) }));
    const best = tries.reduce((a, b) => b.v < a.v ? b : a);
    if (best.v < value) [at, value] = [best.p, best.v];
    else step /= 2;
  }
  return value;
}

for (const [start, sign] of [[1, 1], [5, 1], [5, -1], [8, -1]]) {
  Deno.test(`a correlation estimated at ${sign}: its profile limit has a deviance of 3.84 (dense algebra), seed ${start}`, () => {
    const d = data(start, sign), m = fit("y ~ x + (x | g)", frameOf(d), { reml: false });
    const [row] = records(confint(m, { method: "profile", terms: ["cor__(Intercept).x"] }));
    if (!m.singular) throw new Error("this data set should be singular");
    const limit = sign > 0 ? row.conf_low : row.conf_high;
    assert.ok(Math.abs(limit) < 1 && (sign > 0 ? row.conf_high : row.conf_low) === sign);
    const at = (r: number) => lowest(([a, b]) => deviance(d, Math.exp(a), Math.exp(b), r));
    const rise = at(limit) - at(sign * (1 - 1e-12));
    assert.ok(Math.abs(rise - qchisq(0.95, 1)) < 1e-3, `${limit}: ${rise}`);
  });
}

Deno.test("no information on a correlation: all of [-1, 1], and never beyond", () => {
  for (let start = 20; start < 26; start++) {
    const random = seed(start), x = Array.from({ length: 40 }, () => random.normal());
    const m = fit(
      "y ~ x + (x | g)",
      frameOf({ x, y: x.map(() => random.normal()), g: x.map((_, i) => `g${i % 8}`) }),
    );
    for (const row of records(confint(m, { method: "profile" }))) {
      assert.ok(
        row.conf_low <= row.estimate && row.estimate <= row.conf_high,
        `${row.term}: ${row.conf_low}, ${row.conf_high}`,
      );
      if (row.term.startsWith("cor")) assert.ok(row.conf_low >= -1 && row.conf_high <= 1);
      if (row.term.startsWith("sd")) assert.ok(row.conf_low >= 0 && Number.isFinite(row.conf_high));
    }
  }
});

Deno.test("a level without successes: one-sided limits, the finite one where the deviance is 3.84", () => {
  const k = [0, 0, 0, 0, 3, 4, 2, 5, 1, 3, 6, 2], trials = k.map(() => 10), t = [..."aaaabbbbcccc"];
  const m = fit("cbind(k, n - k) ~ t", frameOf({ k, n: trials, t }), { family: "binomial" });
  const [intercept, b] = records(confint(m, { method: "profile", terms: ["(Intercept)", "tb"] }));
  // 0 of 40: −2 · 40 log(1 − p) = 3.84 at p = 0.0469
  const p = 1 - Math.exp(-qchisq(0.95, 1) / 80);
  assert.equal(intercept.conf_low, -Infinity);
  assert.ok(Math.abs(intercept.conf_high - Math.log(p / (1 - p))) < 1e-4, `${intercept.conf_high}`);
  assert.equal(b.conf_high, Infinity);
  assert.ok(b.conf_low > 1.5 && b.conf_low < 3);
});

Deno.test("bootstraps of statistics of one's own have intervals", async () => {
  const m = fit("y ~ x + (1 | g)", frameOf(data(3, 1)));
  const statistic = (model: typeof m) => ({
    "signal to noise": model.parts[0].beta[1] / model.sigma,
    x: model.parts[0].beta[1],
  });
  const draws = await bootstrap(m, { n: 80, seed: 2, statistic, workers: 1 });
  const rows = records(confint(m, { method: "bootstrap", draws }));
  assert.deepEqual(rows.map((r) => `${r.component} ${r.term}`), ["own signal to noise", "cond x"]);
  for (const r of rows) assert.ok(r.conf_low < r.estimate && r.estimate < r.conf_high, `${r.term}`);
  assert.equal(rows[0].estimate, statistic(m)["signal to noise"]);
  assert.throws(
    () => confint(m, { method: "bootstrap", draws: draws.select("draw") }),
    /RangeError.*no column of a statistic/,
  );
});

/** Singular fits: 9 groups that hardly differ, in x and in the levels of f. */
function hardlyDiffering(start: number) {
  const random = seed(start), rows = Array.from({ length: 72 }, (_, i) => i);
  const [x, e] = [rows.map(() => 0), rows.map(() => 0)];
  for (const i of rows) [x[i], e[i]] = [random.normal(), random.normal()];
  const u = Array.from({ length: 9 }, () => random.normal());
  const y = rows.map((i) => 1 + 0.2 * x[i] + 0.5 * u[i % 9] * (1 - 0.2 * x[i]) + e[i]);
  return frameOf({ x, y, g: rows.map((i) => `g${i % 9}`), f: rows.map((i) => "abc"[Math.floor(i / 9) % 3]) });
}

for (
  const [formula, start] of [["y ~ x + (x | g)", 1], ["y ~ x + (x || g)", 1], ["y ~ x + (x | g)", 10], [
    "y ~ f + (f | g)",
    5,
  ], [
    "y ~ f + (f | g)",
    8,
  ]] as const
) {
  Deno.test(`at a profile limit of a singular fit half the deviance is 1.92: ${formula}, ${start}`, () => {
    const data = hardlyDiffering(start), model = fit(formula, data, { reml: false });
    const rows = records(confint(model, { method: "profile", df: "asymptotic" }));
    for (const { component, term, group, conf_low, conf_high } of rows) {
      assert.ok(conf_low !== null && conf_high !== null, `${term}: ${conf_low}, ${conf_high}`);
      const ends = [conf_low, conf_high].filter((end) =>
        component === "cond" && end !== 0 && Math.abs(end) !== 1
      );
      for (const end of ends) { // by a fit that holds the parameter there, whose search is another
        const held = fit(formula, data, { reml: false, fixed: { [group ? `${term}|${group}` : term]: end } });
        const half = model.logLik - held.logLik;
        assert.ok(Math.abs(half - qchisq(0.95, 1) / 2) < 1e-3, `${term} ${end}: ${half}`); // a limit is found to 1e-5 of its root
      }
    }
  });
}

Deno.test("a correlation of what does not vary has no estimate, and can be anything", () => {
  const model = fit("y ~ x + (x | g)", hardlyDiffering(10), { reml: false });
  const row = records(confint(model, { method: "profile" })).find(({ term }) =>
    term === "cor__(Intercept).x"
  )!;
  assert.deepEqual([row.estimate, row.conf_low, row.conf_high], [null, -1, 1]);
});

Deno.test("where only the sum of two variances is determined, coefficients have the limits that they have with one", async () => {
  const sleep = await dataset("sleepstudy"), by = { method: "profile", df: "asymptotic" } as const;
  const limits = (term: string) => {
    const rows = records(confint(fit(`Reaction ~ Days + ${term}`, sleep, { reml: false }), by));
    return rows.filter(({ group }) => group === null).map(({ conf_low, conf_high }) => [conf_low, conf_high]);
  };
  const one = limits("(1 | Subject)"), two = limits("homcs(0 + factor(Days) | Subject)");
  one.forEach((ends, j) =>
    ends.forEach((end, k) => assert.ok(Math.abs(end - two[j][k]) < 1e-4 * Math.abs(end)))
  ); // found to 1e-5 of the root
  const sd = records(
    confint(fit("Reaction ~ Days + homcs(0 + factor(Days) | Subject)", sleep, { reml: false }), by),
  ).at(-1)!;
  assert.ok(sd.conf_low === 0 && Math.abs(sd.conf_high - 34.591) < 1e-3, `${sd.conf_low}, ${sd.conf_high}`); // that of one: all of it may be elsewhere
});

Deno.test("a correlation of neighbours that runs to 1 has its other limit where the likelihood says, and 1", () => {
  const random = seed(2),
    rows = Array.from({ length: 120 }, (_, i) => i),
    u = rows.map(() => random.normal());
  const y = rows.map((i) => random.poisson(Math.exp(0.3 + 0.8 * u[i % 12])));
  const data = frameOf({
    y,
    g: rows.map((i) => `g${i % 12}`),
    t: rows.map((i) => `t${Math.floor(i / 12) % 5}`),
  });
  const formula = "y ~ 1 + ar1(0 + t | g)",
    by = { family: "poisson" } as const,
    model = fit(formula, data, by);
  const row = records(confint(model, { method: "profile" })).find(({ term }) => term === "rho__ar1")!;
  assert.ok(row.estimate > 0.9999 && row.conf_high === 1, `${row.estimate}, ${row.conf_high}`);
  const held = fit(formula, data, { ...by, fixed: { "rho__ar1|g": row.conf_low } });
  const half = model.logLik - held.logLik;
  assert.ok(Math.abs(half - qchisq(0.95, 1) / 2) < 1e-3, `${row.conf_low}: ${half}`);
});
