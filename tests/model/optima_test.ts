/**
 * The best optimum, not the first: inputs on which one descent ends elsewhere, at the edge or nowhere. Right values from
 * glmmTMB 1.1.5 and R's glm unless a closed form stands beside them.
 */
import assert from "node:assert/strict";
import { dataset, fit, type FitOptions, type Frame, gamma, pl } from "../../mod.ts";
import { seed } from "../../lib/math/random.ts";

const labels = (n: number, levels: number, letter = "g") =>
  Array.from({ length: n }, (_, i) => `${letter}${i % levels}`);

const counts = [
  ...[0, 0, 0, 0, 0, 0, 0, 0, 18, 11, 61, 57, 19, 0, 0, 0, 1, 37, 0, 16],
  ...[0, 0, 0, 0, 1, 0, 0, 1, 7, 58, 512, 225, 18, 1, 0, 0, 0, 60, 0, 17],
];
const covariate = [
  ...[
    0.555,
    -0.736,
    0.21,
    -0.325,
    -0.928,
    -0.499,
    -0.146,
    0.481,
    -0.465,
    -0.738,
    0.409,
    -0.46,
    -0.021,
    -0.362,
  ],
  ...[
    0.416,
    0.375,
    -0.79,
    1.238,
    -0.78,
    -0.203,
    -0.063,
    2.019,
    1.778,
    -0.159,
    0.911,
    -0.431,
    -0.363,
    1.424,
    0.832,
  ],
  ...[1.412, 2.222, 0.258, -2.014, 1.659, 0.48, -0.203, 1.337, -1.059, 2.124, 0.084],
];

Deno.test("optima: strong groups are not taken for overdispersion (nbinom2 at variance 0 is ten units too low)", () => {
  const d = pl.DataFrame({ y: counts, x: covariate, g: labels(40, 20) }),
    m = fit("y ~ x + (1 | g)", d, { family: "nbinom2" });
  assert.ok(m.logLik > -101.6 && m.converged, `logLik ${m.logLik}, glmmTMB -101.59`);
  assert.ok(Math.abs(Math.sqrt(m.random[0].covariance.get(0, 0)) - 3.85) < 0.02);
});

Deno.test("optima: effects of single rows beside a dispersion are no less likely than without it", () => {
  for (const s of [0, 3, 4, 11]) {
    const random = seed(s), n = 60 + 10 * (s % 4), x: number[] = [], y: number[] = [];
    for (let i = 0; i < n; i++) {
      x.push(random.normal());
      const mu = Math.exp(0.5 + 0.3 * x[i] + 1.2 * random.normal()), u = random.uniform();
      let count = 0;
      for (let p = Math.exp(-mu), sum = p; u > sum && count < 500; sum += p) p *= mu / ++count;
      y.push(count);
    }
    const d = pl.DataFrame({ x, y, row: labels(n, n), pair: labels(n, n / 2), v: labels(n, 2).toSorted() });
    for (const term of ["(1 | row)", "homcs(0 + v | pair)"]) {
      const [own, limit] = (["nbinom2", "poisson"] as const).map((family) =>
        fit(`y ~ x + ${term}`, d, { family })
      );
      assert.ok(
        own.converged && own.logLik > limit.logLik - 1e-4,
        `${s} ${term}: ${own.logLik}, ${limit.logLik}`,
      );
    }
  }
});

Deno.test("optima: Salamanders, zero-inflated nbinom2 with interactions in both parts", async () => {
  const d = await dataset("Salamanders");
  const m = fit("count ~ spp * mined + (1 | site)", d, { family: "nbinom2", zeroInflation: "~ spp * mined" });
  assert.ok(m.logLik > -804.839, `logLik ${m.logLik}, glmmTMB -804.838`);
});

/** Counts of 60 rows; of level c's four rows the last zero is the mixture's, the others lie on a curve that falls to 0. */
const mixed = {
  y: [
    1,
    1,
    5,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    5,
    0,
    1,
    0,
    1,
    2,
    0,
    0,
    2,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    0,
    1,
    0,
    0,
    0,
    0,
    1,
    6,
    2,
    4,
    3,
    12,
    0,
    0,
    0,
    0,
    2,
    0,
    0,
    1,
    1,
    0,
    0,
    1,
    0,
    8,
    1,
    0,
    0,
    0,
    2,
  ],
  x: [
    0.267,
    0.865,
    0.984,
    -2.174,
    -0.102,
    -0.229,
    0.589,
    -0.091,
    -0.69,
    0.127,
    0.641,
    0.146,
    -0.679,
    -1.721,
    -1.116,
    0.135,
    0.285,
    -0.108,
    1.167,
    -0.424,
    0.844,
    0.56,
    -1.469,
    1.048,
    -1.036,
    -0.482,
    -0.333,
    0.34,
    0.124,
    -0.411,
    0.108,
    -0.435,
    -1.186,
    1.698,
    2.279,
    0.951,
    2.047,
    -0.593,
    -0.361,
    1.068,
    -0.502,
    -0.285,
    -1.525,
    0.535,
    2.44,
    -0.301,
    1.598,
    -1.747,
    -0.01,
    -0.51,
    1.902,
    -0.308,
    -0.395,
    0.504,
    -0.905,
    -0.408,
    -1.126,
    -0.083,
    -0.908,
    -0.596,
  ],
  f: [..."aaaaaabaabbaaaaabbacabbbbaaaaabbbaaaacbbbaaabacaaaaaaabbcaab"],
};

Deno.test("optima: zeros that are the mixture's leave the means of a level separated (nbinom1 half a unit too low)", () => {
  const m = fit("y ~ x * f", pl.DataFrame(mixed), { family: "nbinom1", zeroInflation: "~ 1" });
  assert.ok(m.logLik > -76.42395 && m.converged, `logLik ${m.logLik}, glmmTMB -76.42394`);
});

Deno.test("a level of the dispersion with one row: the unbounded likelihood is recognised, whatever the start", () => {
  for (let start = 1; start <= 8; start++) {
    const random = seed(start), n = 30, x = Array.from({ length: n }, () => random.normal());
    const data = {
      x,
      y: x.map((v) => v + random.normal()),
      f: x.map((_, i) => (i === 5 ? "c" : "ab"[i % 2])),
      g: x.map((_, i) => `g${(i * 7 + start) % 6}`),
    };
    const m = fit("y ~ x + f + (x | g)", pl.DataFrame(data), { reml: false, dispersion: "~ f" });
    assert.ok(!m.converged);
    assert.match(m.messages[0], /unbounded: the model reproduces row 5 exactly/);
  }
});

Deno.test("counts, whole or halved, in a Tweedie model: its density runs to infinity on multiples of one number, and the fit says so", () => {
  const random = seed(3), n = 200, x = Array.from({ length: n }, () => random.normal());
  for (const unit of [1, 0.5]) {
    const y = x.map((v) => unit * random.poisson(Math.exp(0.5 + 0.3 * v)));
    const m = fit("y ~ x", pl.DataFrame({ x, y }), { family: "tweedie" });
    assert.ok(!m.converged);
    assert.match(m.messages[0], /unbounded: all responses are multiples of one number/);
  }
});

Deno.test("responses that the mean meets in almost every row: the fit says so, and nothing of counts", () => {
  const random = seed(3),
    x = Array.from({ length: 100 }, () => random.normal()),
    y = x.map((v) => Math.exp(0.3 * v));
  for (const family of ["lognormal", "tweedie"] as const) {
    const m = fit("y ~ x", pl.DataFrame({ x, y }), { family });
    assert.ok(!m.converged);
    assert.match(m.messages[0], /unbounded: the model reproduces almost every row exactly/);
  }
});

Deno.test("a start whose weights are beyond all numbers is left: lognormal responses over many powers of ten", () => {
  for (const start of [2, 21]) {
    const random = seed(start), x = Array.from({ length: 120 }, () => random.normal());
    const y = x.map(() => Math.exp(4 * random.normal()));
    const logDensity = ([a, b, tau]: readonly number[]) =>
      // of E y = e^{a + bx} and standard deviation e^τ
      x.reduce((sum, v, i) => {
        const s2 = Math.log1p(Math.exp(2 * (tau - a - b * v))), r = Math.log(y[i]) - (a + b * v - s2 / 2);
        return sum - Math.log(2 * Math.PI * s2) / 2 - r * r / (2 * s2) - Math.log(y[i]);
      }, 0);
    const m = fit("y ~ x", pl.DataFrame({ x, y }), { family: "lognormal" });
    const at = [...m.parts[0].beta, m.parts[1].beta[0]], best = logDensity(at);
    assert.ok(m.converged && Math.abs(m.logLik - best) < 1e-8, `${m.logLik}, ${best}`);
    for (const k of [0, 1, 2]) {
      for (const h of [-1e-3, 1e-3]) assert.ok(logDensity(at.map((v, i) => v + (i === k ? h : 0))) < best);
    }
  }
});

/** Right: R's glm (poisson) and glmmTMB (the others). */
const skewed: [string, Record<string, number[]>, string, FitOptions, number][] = [
  ["poisson, one large count", { x: [...Array(10).keys()], y: [0, 0, 1, 0, 2, 0, 0, 3, 0, 4000] }, "y ~ x", {
    family: "poisson",
  }, -99.5292],
  [
    "nbinom1, one large count",
    { y: [0, 0, 1, 0, 2, 0, 0, 3, 0, 4000] },
    "y ~ 1",
    { family: "nbinom1" },
    -26.49869,
  ],
  [
    "gamma(log), 0.6 to 155",
    {
      x: [-0.16, 1.1, 1.12, 3.05, -0.05, 1.02, -1.95, 0.22, -0.32, -0.37, -0.36, 1.19],
      y: [1.57, 27.7, 2.22, 155, 23.1, 7.75, 36.6, 6.68, 1.86, 5.96, 0.614, 3.47],
    },
    "y ~ x",
    { family: gamma("log") },
    -46.01856,
  ],
  [
    "zero-inflated poisson, 4 of 200 are 100000",
    {
      y: Array.from({ length: 200 }, (_, i) => (i % 50 === 0 ? 100_000 : 0)),
    },
    "y ~ 1",
    { family: "poisson", zeroInflation: "~ 1" },
    -46.309,
  ],
];
for (const [name, columns, formula, options, right] of skewed) {
  Deno.test(`starts: ${name}`, () => {
    const m = fit(formula, pl.DataFrame(columns), options);
    assert.ok(Math.abs(m.logLik - right) < 1e-3, `logLik ${m.logLik}, right ${right}`);
  });
}

Deno.test("starts: no strongly skewed response is refused", () => {
  for (let s = 1; s <= 60; s++) {
    const r = seed(s),
      n = 40,
      eta = Array.from({ length: n }, () => 3 * r.normal()),
      x = eta.map(() => r.normal());
    const y = eta.map((e) => r.poisson(Math.min(1e7, Math.exp(e)))),
      positive = eta.map((e) => Math.exp(e) + 1e-9);
    const d = pl.DataFrame({
      y,
      positive,
      share: eta.map((e) => 1 / (1 + Math.exp(-2 * e))),
      x,
      g: labels(n, 8),
    });
    for (const family of ["poisson", "nbinom1", "nbinom2"] as const) {
      for (const formula of ["y ~ x", "y ~ x + (1 | g)"]) {
        const m = fit(formula, d, { family });
        assert.ok(
          Number.isFinite(m.logLik) && m.logLik > -1e9,
          `seed ${s}, ${family}, ${formula}: ${m.logLik}`,
        );
      }
    }
    assert.ok(Number.isFinite(fit("positive ~ x + (1 | g)", d, { family: gamma("log") }).logLik));
    assert.ok(Number.isFinite(fit("share ~ x + (1 | g)", d, { family: "beta" }).logLik));
  }
});

Deno.test("variance ratios: from 1e-6 to 1e6 a balanced one-way layout has its closed form", () => {
  const m = 5, groups = 12, r = seed(3), n = m * groups, b = Array.from({ length: groups }, () => r.normal());
  const e = Array.from({ length: n }, () => r.normal()), g = labels(n, groups);
  for (const ratio of [1e-6, 1e-3, 1, 1e3, 5e3, 1e5, 1e6]) {
    const y = e.map((v, i) => ratio * b[i % groups] + v);
    const means = b.map((_, l) => y.filter((_, i) => i % groups === l).reduce((s, v) => s + v, 0) / m);
    const grand = means.reduce((s, v) => s + v, 0) / groups;
    const within = y.reduce((s, v, i) => s + (v - means[i % groups]) ** 2, 0) / (n - groups);
    const between = m * means.reduce((s, v) => s + (v - grand) ** 2, 0) / (groups - 1);
    const model = fit("y ~ 1 + (1 | g)", pl.DataFrame({ y, g })), where = `ratio ${ratio}`;
    assert.ok(
      model.converged && model.certificate.evaluations < 60,
      `${where}: ${model.certificate.evaluations} evaluations`,
    );
    const tau = Math.max(0, (between - within) / m), sigma2 = tau > 0 ? within : undefined;
    // within itself is known to 1e-16 · ratio² relative
    const tolerance = 1e-6 + 1e-15 * ratio ** 2;
    if (sigma2) {
      assert.ok(
        Math.abs(model.sigma ** 2 / sigma2 - 1) < tolerance,
        `${where}: sigma ${model.sigma}, ${Math.sqrt(sigma2)}`,
      );
    }
    assert.ok(
      Math.abs(model.random[0].covariance.get(0, 0) - tau) <= 1e-5 * tau + 1e-12,
      `${where}: variance`,
    );
    if (tau > 0) assert.ok(Math.abs(model.covariance.get(0, 0) / (between / n) - 1) < 1e-5, `${where}: SE`);
  }
});

Deno.test("many indicators: sparse columns give what dense ones do", () => {
  const r = seed(9), n = 900, level = Array.from({ length: n }, () => Math.floor(40 * r.uniform()));
  const name = (v: number) => `L${String(v).padStart(2, "0")}`;
  const d = pl.DataFrame({
    y: level.map((l) => r.poisson(Math.exp(0.5 + 0.02 * l))),
    x: level.map(() => r.normal()),
    f: level.map(name),
    g: labels(n, 9),
  }) as Frame;
  for (const formula of ["y ~ f + x", "y ~ f + x + (1 | g)"]) {
    const sparse = fit(formula, d, { family: "poisson" }),
      dense = fit(formula, d, { family: "poisson", contrasts: { f: "helmert" } });
    const at = (m: typeof sparse) => m.parts[0].names.indexOf("x");
    assert.ok(Math.abs(sparse.logLik - dense.logLik) < 1e-7, formula);
    const se = (m: typeof sparse) => Math.sqrt(m.covariance.get(at(m), at(m)));
    assert.ok(
      Math.abs(sparse.parts[0].beta[at(sparse)] - dense.parts[0].beta[at(dense)]) < 1e-6 * se(dense),
      formula,
    );
    assert.ok(Math.abs(se(sparse) / se(dense) - 1) < 1e-5, formula);
  }
  const line = fit("y ~ f + x + (1 | g)", d),
    other = fit("y ~ f + x + (1 | g)", d, { contrasts: { f: "helmert" } });
  // REML: log|XᵀX| of the coding, which is the same matrix in other coordinates, moves the criterion by a constant
  assert.ok(Math.abs(line.sigma / other.sigma - 1) < 1e-9);
});

Deno.test("a singular covariance of a Gaussian model does not take hundreds of evaluations", () => {
  for (let s = 1; s <= 12; s++) {
    const r = seed(s), n = 60, x = Array.from({ length: n }, () => r.normal()), g = labels(n, 6);
    const f = x.map((_, i) => "abc"[Math.floor(i / 6) % 3]),
      y = x.map((v, i) => 0.3 * v + 0.4 * Math.sin(i % 6) + r.normal());
    const m = fit("y ~ x + (f | g)", pl.DataFrame({ y, x, f, g }));
    assert.ok(
      m.converged && m.certificate.evaluations < 80,
      `seed ${s}: ${m.certificate.evaluations} evaluations`,
    );
  }
});

Deno.test("no fixed effects: a balanced one-way layout about zero has its closed form, by REML and by ML", () => {
  const m = 6, groups = 8, r = seed(12), b = Array.from({ length: groups }, () => 2 * r.normal());
  const y = Array.from({ length: m * groups }, (_, i) => b[i % groups] + r.normal()),
    g = labels(y.length, groups);
  const means = b.map((_, l) => y.filter((_, i) => i % groups === l).reduce((s, v) => s + v, 0) / m);
  const within = y.reduce((s, v, i) => s + (v - means[i % groups]) ** 2, 0) / (y.length - groups);
  const tau = means.reduce((s, v) => s + v * v, 0) / groups - within / m;
  for (const reml of [true, false]) {
    const model = fit("y ~ 0 + (1 | g)", pl.DataFrame({ y, g }), { reml });
    assert.ok(Math.abs(model.sigma ** 2 / within - 1) < 1e-7 && model.converged);
    assert.ok(Math.abs(model.random[0].covariance.get(0, 0) / tau - 1) < 1e-6);
    assert.equal(model.parts[0].beta.length, 0);
  }
});
