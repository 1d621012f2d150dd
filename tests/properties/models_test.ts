/**
 * What may not change a fit: the order of rows and levels, units and origins of columns, how counts are written down, and what
 * must come back: predictions at the rows of the fit, and the parameters of simulated data.
 *
 * Two optima of one function agree in the log-likelihood to about 1e-8 and in the coefficients to about 1e-5 of a standard error
 * (the optimiser's certificate); the tolerances are ten times that.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  anova,
  emmeans,
  fit,
  type FitOptions,
  fitted,
  type Frame,
  type Model,
  pairs,
  pl,
  predict,
  ranef,
  setSeed,
  simulate,
  tidy,
} from "../../mod.ts";

const LOGLIK = 1e-7, SE = 1e-4;
const run = (numRuns: number) => ({ seed: 20261126, numRuns });
const seeds = fc.integer({ min: 1, max: 1e6 });
// deno-lint-ignore no-explicit-any
type Columns = Record<string, any[]>;

/** 60 rows in 10 groups with an effect of x, of f, and of the groups. */
function columns(seed: number): Columns {
  const { rnorm, runif } = setSeed(seed), n = 60, rows = Array.from({ length: n }, (_, i) => i);
  const x = rnorm(n), u = runif(n), b = rnorm(10, 0, 0.7), e = rnorm(n);
  const f = runif(n).map((v, i) => i < 3 ? "abc"[i] : "abc"[Math.floor(3 * v)]);
  const eta = rows.map((i) => 0.5 * x[i] + (f[i] === "b" ? 0.6 : 0) + b[i % 10]);
  return {
    x,
    f,
    g: rows.map((i) => `g${i % 10}`),
    y: eta.map((v, i) => 3 + v + e[i]),
    count: eta.map((v, i) => poissonQuantile(u[i], Math.exp(0.7 + 0.5 * v))),
    trials: rows.map((i) => 4 + i % 3),
    hits: eta.map((v, i) => binomialQuantile(u[i], 4 + i % 3, 1 / (1 + Math.exp(-v)))),
  };
}

function poissonQuantile(u: number, mu: number): number {
  let k = 0;
  for (let p = Math.exp(-mu), sum = p; u > sum && k < 200; sum += p) p *= mu / ++k;
  return k;
}

function binomialQuantile(u: number, n: number, p: number): number {
  let k = 0;
  for (let q = (1 - p) ** n, sum = q; u > sum && k < n; sum += q) q *= (n - k) / ++k * p / (1 - p);
  return k;
}

const frame = (c: Columns) => pl.DataFrame(c) as Frame;
/** Models that every law is tried on. */
const models: readonly (readonly [string, FitOptions])[] = [
  ["y ~ x + f + (1 | g)", {}],
  ["y ~ x * f", {}],
  ["count ~ x + f + (1 | g)", { family: "poisson" }],
  ["cbind(hits, trials - hits) ~ x + f + (1 | g)", { family: "binomial" }],
];
const cases = fc.tuple(seeds, fc.constantFrom(...models));

/** Same log-likelihood up to `shift`, and coefficients: those of `b` after `change`. */
function same(
  a: Model,
  b: Model,
  shift = 0,
  change: (beta: Record<string, number>) => Record<string, number> = (x) => x,
) {
  assert.ok(
    Math.abs(a.logLik - b.logLik - shift) < LOGLIK * (1 + Math.abs(a.logLik)),
    `logLik ${a.logLik}, ${b.logLik} + ${shift}`,
  );
  const wanted = change(coefficients(b)), found = coefficients(a), errors = standardErrors(a);
  assert.deepEqual(Object.keys(found).sort(), Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(found)) {
    assert.ok(
      Math.abs(value - wanted[name]) <= SE * errors[name] + 1e-12,
      `${name}: ${value}, ${wanted[name]}, SE ${errors[name]}`,
    );
  }
}

function coefficients(m: Model): Record<string, number> {
  return Object.fromEntries(m.parts[0].names.map((name, j) => [name, m.parts[0].beta[j]]));
}

function standardErrors(m: Model): Record<string, number> {
  return Object.fromEntries(m.parts[0].names.map((name, j) => [name, Math.sqrt(m.covariance.get(j, j))]));
}

const take = (c: Columns, order: readonly number[]): Columns =>
  Object.fromEntries(Object.entries(c).map(([name, values]) => [name, order.map((i) => values[i])]));

Deno.test("law: the order of the rows changes nothing", () => {
  fc.assert(
    fc.property(
      cases,
      fc.shuffledSubarray(Array.from({ length: 60 }, (_, i) => i), { minLength: 60 }),
      ([seed, [formula, options]], order) => {
        const c = columns(seed);
        same(fit(formula, frame(take(c, order)), options), fit(formula, frame(c), options));
      },
    ),
    run(40),
  );
});

Deno.test("law: names of groups change nothing but names", () => {
  fc.assert(
    fc.property(
      cases,
      fc.shuffledSubarray([..."abcdefghij"], { minLength: 10 }),
      ([seed, [formula, options]], names) => {
        const c = columns(seed), a = fit(formula, frame(c), options);
        const b = fit(formula, frame({ ...c, g: c.g.map((g) => names[Number(g.slice(1))]) }), options);
        same(b, a);
        if (a.random.length === 0) return;
        const modes = (m: Model, name: (level: string) => string) =>
          new Map(
            (ranef(m).toRecords() as Record<string, unknown>[]).map((
              r,
            ) => [name(String(r.level)), r.estimate as number]),
          );
        const before = modes(a, (level) => names[Number(level.slice(1))]), after = modes(b, (level) => level);
        for (const [level, mode] of before) assert.ok(Math.abs(mode - after.get(level)!) < 1e-4, level);
      },
    ),
    run(40),
  );
});

Deno.test("law: a predictor in another unit and from another origin has another coefficient, and nothing else changes", () => {
  fc.assert(
    fc.property(
      cases,
      fc.double({ min: -6, max: 6, noNaN: true }),
      fc.integer({ min: -50, max: 50 }),
      ([seed, [formula, options]], power, origin) => {
        const c = columns(seed), unit = 10 ** power, moved = { ...c, x: c.x.map((v) => (v + origin) * unit) };
        const a = fit(formula, frame(moved), options), b = fit(formula, frame(c), options);
        // The restricted likelihood holds −½ log |XᵀV⁻¹X|, as lmer's does.
        const slopes = a.reml ? a.parts[0].names.filter((each) => /^x/.test(each)).length : 0;
        same(a, b, -slopes * Math.log(unit), (beta) => {
          const out: Record<string, number> = { ...beta };
          for (const name of Object.keys(beta)) {
            const slope = name === "x" ? "(Intercept)" : /^x:/.test(name) ? name.slice(2) : null;
            if (slope === null) continue;
            out[name] = beta[name] / unit;
            out[slope] -= beta[name] * origin;
          }
          return out;
        });
      },
    ),
    run(40),
  );
});

Deno.test("law: a Gaussian response in another unit and from another origin shifts the log-likelihood by the Jacobian", () => {
  const gaussian = fc.constantFrom<[string, boolean]>(["y ~ x + f + (1 | g)", true], [
    "y ~ x + f + (1 | g)",
    false,
  ], ["y ~ x + f", false]);
  fc.assert(
    fc.property(
      seeds,
      gaussian,
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.integer({ min: -20, max: 20 }),
      (seed, [formula, reml], power, origin) => {
        const c = columns(seed), unit = 10 ** power, moved = { ...c, y: c.y.map((v) => (v + origin) * unit) };
        const a = fit(formula, frame(moved), { reml }), b = fit(formula, frame(c), { reml });
        const rows = reml ? a.nobs - a.parts[0].beta.length : a.nobs;
        same(a, b, -rows * Math.log(unit), (beta) =>
          Object.fromEntries(
            Object.entries(beta).map(([name, v]) => [name, (name === "(Intercept)" ? v + origin : v) * unit]),
          ));
      },
    ),
    run(40),
  );
});

Deno.test("law: rows written twice are rows with a weight of 2", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.constantFrom<[string, FitOptions]>(["y ~ x + f", {}], ["y ~ x + f + (1 | g)", { reml: false }], [
        "count ~ x + f + (1 | g)",
        { family: "poisson" },
      ], ["count ~ x", { family: "nbinom2" }]),
      (seed, [formula, options]) => {
        const c = columns(seed), rows = Array.from({ length: 60 }, (_, i) => i);
        const twice = fit(formula, frame(take(c, [...rows, ...rows])), options);
        const weighted = fit(formula, frame({ ...c, two: rows.map(() => 2) }), {
          ...options,
          weights: { frequency: "two" },
        });
        same(weighted, twice);
      },
    ),
    run(40),
  );
});

Deno.test("law: successes out of trials are as many zeros and ones, up to the binomial coefficients", () => {
  const logChoose = (n: number, k: number) => {
    let sum = 0;
    for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
    return sum;
  };
  fc.assert(
    fc.property(seeds, fc.constantFrom("x + f", "x + f + (1 | g)"), (seed, terms) => {
      const c = columns(seed), rows = c.trials.flatMap((n, i) => Array.from({ length: n }, () => i));
      const ones = c.trials.flatMap((n, i) => Array.from({ length: n }, (_, k) => k < c.hits[i] ? 1 : 0));
      const single = fit(`one ~ ${terms}`, frame({ ...take(c, rows), one: ones }), { family: "binomial" });
      const constant = c.trials.reduce((sum, n, i) => sum + logChoose(n, c.hits[i]), 0);
      const grouped = fit(`cbind(hits, trials - hits) ~ ${terms}`, frame(c), { family: "binomial" });
      same(grouped, single, constant);
      const share = fit(`share ~ ${terms}`, frame({ ...c, share: c.hits.map((k, i) => k / c.trials[i]) }), {
        family: "binomial",
        weights: "trials",
      });
      same(share, grouped);
    }),
    run(40),
  );
});

Deno.test("law: predictions at the rows of the fit are the fitted values", () => {
  fc.assert(
    fc.property(cases, ([seed, [formula, options]]) => {
      const data = frame(columns(seed)), m = fit(formula, data, options), mu = fitted(m);
      const p = predict(m, data, { interval: "none" }).getColumn("estimate").toArray() as number[];
      p.forEach((v, i) =>
        assert.ok(Math.abs(v - mu[i]) <= 1e-9 * (1 + Math.abs(mu[i])), `row ${i}: ${v}, ${mu[i]}`)
      );
    }),
    run(40),
  );
});

Deno.test("law: the order of a factor's levels leaves tests of terms and comparisons of levels", () => {
  fc.assert(
    fc.property(
      cases,
      fc.shuffledSubarray(["a", "b", "c"], { minLength: 3 }),
      fc.constantFrom<1 | 2 | 3>(2, 3),
      ([seed, [formula, options]], levels, type) => {
        const data = frame(columns(seed)),
          a = fit(formula, data, options),
          b = fit(formula, data, { ...options, levels: { f: levels } });
        assert.ok(Math.abs(a.logLik - b.logLik) < LOGLIK * (1 + Math.abs(a.logLik)));
        const table = (m: Model) =>
          new Map(
            (anova(m, { type }).toRecords() as Record<string, number | string>[]).map((
              r,
            ) => [r.term, Number(r.statistic)]),
          );
        const [first, second] = [table(a), table(b)];
        for (const [term, statistic] of first) {
          // Type 3 keeps the intercept's test, which is about whatever level comes first under treatment coding of a covariate.
          assert.ok(
            Math.abs(statistic - second.get(term)!) <= 1e-4 * (1 + statistic),
            `${term}: ${statistic}, ${second.get(term)}`,
          );
        }
        const differences = (m: Model) =>
          new Map(
            (pairs(emmeans(m, "~ f"), { adjust: "none" }).toRecords() as Record<string, number | string>[])
              .map((r) => {
                const [left, right] = String(r.contrast).split(/ [-/] /), sign = left < right ? 1 : -1;
                return [[left, right].sort().join(), [sign * Number(r.estimate), Number(r.std_error)]];
              }),
          );
        const [of, against] = [differences(a), differences(b)];
        for (const [pair, [estimate, error]] of of) {
          const [other, otherError] = against.get(pair)!;
          assert.ok(Math.abs(estimate - other) <= SE * error, `${pair}: ${estimate}, ${other}`);
          assert.ok(Math.abs(error / otherError - 1) < 1e-4, `${pair}: SE ${error}, ${otherError}`);
        }
      },
    ),
    run(40),
  );
});

Deno.test("law: a fit to data simulated from a model recovers it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(...models), (seed, [formula, options]) => {
      const c = columns(seed), rows = Array.from({ length: 600 }, (_, i) => i % 60);
      // Ten copies of the rows, in groups of their own, so that 100 groups tell the variance too.
      const many: Columns = { ...take(c, rows), g: rows.map((i, k) => `g${i % 10}_${Math.floor(k / 60)}`) };
      const truth = fit(formula, frame(many), options),
        drawn = simulate(truth, { n: 1, seed, randomEffects: "unconditional" });
      const y = drawn.getColumn("sim_1").toArray() as number[];
      const response = formula.startsWith("cbind") ? { hits: y } : { [formula.split(" ")[0]]: y };
      const again = fit(formula, frame({ ...many, ...response }), options), errors = standardErrors(again);
      const [beta, found] = [coefficients(truth), coefficients(again)];
      for (const name of Object.keys(beta)) {
        // Normal deviates beyond 4.5 have a probability of 7e-6.
        assert.ok(
          Math.abs(found[name] - beta[name]) < 4.5 * errors[name],
          `${name}: ${found[name]}, true ${beta[name]}, SE ${errors[name]}`,
        );
      }
      const sd = (m: Model) =>
        (tidy(m, { effects: "ran_pars" }).toRecords() as Record<string, number | string>[]).map((r) =>
          Number(r.estimate)
        );
      // The SD of 100 groups, or of 600 residuals, is known to about 10 %, with the noise of the modes to 20 %: three times that.
      // A variance of 0 is estimated with a standard error of √(2/99)/6 = 0.024 (6 rows in a group, residual SD 1): SD up to 0.3.
      sd(truth).forEach((s, k) =>
        assert.ok(Math.abs(sd(again)[k] - s) < 0.6 * s + 0.3, `${s}, ${sd(again)[k]}`)
      );
    }),
    run(40),
  );
});
