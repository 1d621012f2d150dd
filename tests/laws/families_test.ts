/** What must hold for every family of the registry, with every link that suits it. A new family is tested by its line in mod.ts. */
import assert from "node:assert/strict";
import { seed } from "../../lib/math/random.ts";
import type { Family, Response } from "../../lib/model/families/family.ts";
import { Jets } from "../../lib/math/jets.ts";
import * as families from "../../lib/model/families/mod.ts";
import { inflateZeros } from "../../lib/model/families/zero_inflation.ts";
import type { Link } from "../../lib/model/links/link.ts";
import * as links from "../../lib/model/links/mod.ts";
import { suits } from "../../lib/model/links/resolve.ts";
import { combinations, derivatives, type Order, pipeline, worstDerivative } from "./pipeline.ts";

type Make = (link?: Link) => Family;
const registry = Object.entries(families) as unknown as [string, Make][];
const everyLink: readonly Link[] = Object.values(links);

/** Means inside the range of each scale, and η of the parts, from ordinary to extreme. */
const means = { identity: [-3, 0.2, 0.7, 4], log: [0.02, 0.6, 3, 40], logit: [0.01, 0.3, 0.6, 0.9] };
const extremeZeta = { identity: [-200, 300], log: [-20, 15], logit: [-25, 25] };
const parts = [-1.5, 0.4, 2.3], extremeParts = [-5, 9];
/** Responses by kind of support. */
const counts = [0, 1, 2, 5, 17, 60],
  proportions = [0.001, 0.3, 0.97],
  positives = [0.05, 1, 8],
  reals = [-2.5, 0.1, 30];

const valuesOf = (family: Family) =>
  family.discrete
    ? counts
    : family.support[1] === 1
    ? proportions
    : family.support[0] === 0
    ? positives
    : reals;
const trialsOf = (family: Family, y: number) => family.usesTrials ? y + [0, 1, 6][y % 3] || 1 : 1;

/** A response with these values, and trials for families that use them. */
function respond(family: Family, y: readonly number[], trials?: readonly number[]): Response {
  const sizes = Float64Array.from(trials ?? y.map((value) => trialsOf(family, value)));
  return { name: "y", y: Float64Array.from(y), trials: family.usesTrials ? sizes : null };
}

/** Log-densities of `y` at one mean (by its ζ) and one set of parts. */
function logDensity(
  family: Family,
  y: readonly number[],
  zeta: number,
  eta: readonly number[],
  trials: number,
) {
  const jets = new Jets(y.length, 1 + eta.length);
  const columns = [zeta, ...eta].map((value) => new Float64Array(y.length).fill(value));
  family.kernel(respond(family, y, y.map(() => trials)), columns.map(() => true)).evaluate(columns, 0, jets);
  return jets.value;
}

const zetaOf = (family: Family, mu: number) =>
  family.scale === "identity" ? mu : family.scale === "log" ? Math.log(mu) : Math.log(mu / (1 - mu));

for (const [name, make] of registry) {
  const family = make();

  Deno.test(`${name}: derivatives equal differences, with every link, with and without zero inflation`, () => {
    for (const link of everyLink.filter((one) => suits(one, family.scale))) {
      const linked = make(link), mu = means[family.scale];
      const eta = mu.map(link.eta).filter((value) => link.valid(value, family.scale));
      assert.ok(eta.length > 0, `no test mean suits link ${link.name}`);
      for (const zero of [false, true]) {
        const y = zero ? [...new Set([0, ...valuesOf(family)])] : valuesOf(family);
        const grid = combinations([y, eta, ...family.parts.map(() => parts), ...zero ? [[-2, 0.5, 3]] : []]);
        const line = pipeline(linked, respond(family, grid.map((row) => row[0])), zero);
        const columns = grid[0].slice(1).map((_, k) => Float64Array.from(grid, (row) => row[k + 1]));
        const { excess, where } = worstDerivative((e) => line.evaluate(e, 3), columns);
        assert.ok(
          excess <= 1,
          `link ${link.name}, zero inflation ${zero}: ${excess} times the tolerance, ${where}`,
        );
      }
    }
  });

  Deno.test(`${name}: derivatives equal differences at extreme predictors`, () => {
    for (const zero of [false, true]) {
      const y = zero ? [...new Set([0, ...valuesOf(family)])] : valuesOf(family);
      const grid = combinations([
        y,
        extremeZeta[family.scale],
        ...family.parts.map(() => extremeParts),
        ...zero ? [[-30, 30]] : [],
      ]);
      const canonical = everyLink.find((link) => link.name === family.scale)!;
      const line = pipeline(make(canonical), respond(family, grid.map((row) => row[0])), zero);
      const columns = grid[0].slice(1).map((_, k) => Float64Array.from(grid, (row) => row[k + 1]));
      const { excess, where } = worstDerivative((e) => line.evaluate(e, 3), columns);
      assert.ok(excess <= 1, `zero inflation ${zero}: ${excess} times the tolerance, ${where}`);
    }
  });

  Deno.test(`${name}: lower orders agree with higher ones and leave the rest of the jets alone`, () => {
    const y = valuesOf(family), own = 1 + family.parts.length;
    const response = respond(family, y), mu = means[family.scale];
    const columns = Array.from(
      { length: own },
      (_, k) => Float64Array.from(y, (_, i) => k === 0 ? zetaOf(family, mu[i % mu.length]) : 0.4),
    );
    const full = new Jets(y.length, own + 1); // room for one more predictor, as under zero inflation
    const varying = new Array(own).fill(false), constant = varying.map((_, k) => k > 0);
    family.kernel(response, varying).evaluate(columns, 3, full);
    for (const flags of [varying, constant]) {
      for (const order of [0, 1, 2, 3] as Order[]) {
        const jets = new Jets(y.length, own);
        for (const array of [jets.value, ...jets.d1, ...jets.d2, ...jets.d3]) array.fill(NaN);
        family.kernel(response, flags).evaluate(columns, order, jets);
        const expect = (array: Float64Array, whole: Float64Array, at: number) => {
          for (let i = 0; i < y.length; i++) {
            if (at > order) {
              assert.ok(Number.isNaN(array[i]), `order ${order} writes derivatives of order ${at}`);
            } else {assert.ok(
                Math.abs(array[i] - whole[i]) <= 1e-14 * (1 + Math.abs(whole[i])),
                `order ${order}, ${at}`,
              );}
          }
        };
        expect(jets.value, full.value, 0);
        jets.d1.forEach((array, k) => expect(array, full.d1[k], 1));
        jets.d2.forEach((array, k) => expect(array, full.d2[k], 2));
        jets.d3.forEach((array, k) => expect(array, full.d3[k], 3));
      }
    }
  });

  Deno.test(`${name}: density, distribution function and quantile belong together`, () => {
    for (const mu of means[family.scale]) {
      for (const eta of combinations(family.parts.map(() => parts))) {
        if (family.discrete) discreteLaws(family, mu, eta);
        else continuousLaws(family, mu, eta);
      }
    }
  });

  Deno.test(`${name}: simulated responses follow the distribution, its mean and its variance`, () => {
    const random = seed(20240607), n = 20000, trials = family.usesTrials ? 12 : 1;
    for (const mu of means[family.scale]) {
      const phi = family.parts.map(() => Math.exp(2.3));
      const draws = Float64Array.from({ length: n }, () => family.simulate(random, mu, phi, trials) / trials);
      const mean = average(draws), centred = draws.map((x) => (x - mean) ** 2), variance = average(centred);
      const spread = Math.sqrt(average(centred.map((x) => (x - variance) ** 2)) / n);
      const expected = family.variance(mu, phi, trials);
      assert.ok(Math.abs(mean - mu) < 5 * Math.sqrt(expected / n), `mean ${mean}, expected ${mu}`);
      assert.ok(
        Math.abs(variance - expected) < 5 * spread + 1e-3 * expected,
        `variance ${variance}, expected ${expected}`,
      );
      for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
        const at = family.quantile(p, mu, phi, trials), expect = family.cdf(at, mu, phi, trials);
        const share = draws.filter((x) => x * trials <= at * (1 + 1e-12)).length / n;
        assert.ok(
          Math.abs(share - expect) < 5 * Math.sqrt(p * (1 - p) / n) + 1e-12,
          `P(Y <= ${at}): ${share}, ${expect}`,
        );
      }
    }
  });

  Deno.test(`${name}: the deviance is 2 (saturated − ℓ), up to the dispersion`, () => {
    const mu = means[family.scale], eta = family.parts.map(() => 0.4), phi = eta.map(Math.exp);
    for (const y of valuesOf(family)) {
      const trials = trialsOf(family, y);
      const logs = mu.map((m) => logDensity(family, [y], zetaOf(family, m), eta, trials)[0]);
      const deviances = mu.map((m) => family.unitDeviance(y, m, phi, trials));
      const scale = family.unitDeviance(y, mu[0], phi, trials) - family.unitDeviance(y, mu[1], phi, trials);
      const factor = scale / (2 * (logs[1] - logs[0]));
      for (let i = 0; i < mu.length; i++) {
        assert.ok(deviances[i] >= 0, `deviance ${deviances[i]} of y ${y}, mean ${mu[i]}`);
        const expected = deviances[0] + 2 * factor * (logs[0] - logs[i]);
        assert.ok(
          Math.abs(deviances[i] - expected) < 1e-9 * (1 + Math.abs(expected)),
          `y ${y}, mean ${mu[i]}`,
        );
      }
    }
  });

  Deno.test(`${name}: values outside the support are refused, with response, row and value`, () => {
    const [low, high] = family.support, rows = [4, 7, 16];
    const good = valuesOf(family).slice(0, 2);
    const bad = [
      NaN,
      Infinity,
      ...low > -Infinity ? [low - 1] : [],
      ...high < Infinity ? [high + 1] : [],
      ...family.discrete ? [1.5] : [],
    ];
    for (const value of bad) {
      const response = { ...respond(family, [...good, value]), name: "count" };
      if (response.trials !== null) response.trials.fill(family.usesTrials && value > high ? 1 : 2);
      assert.throws(
        () => family.check(response, rows, false),
        (error: Error) =>
          error instanceof RangeError &&
          error.message.startsWith(`Cannot fit family "${name}": response "count" must be `) &&
          error.message.includes(`but row 16 is ${value}`),
        `${value}`,
      );
    }
    family.check(respond(family, valuesOf(family)), valuesOf(family).map((_, i) => i), false);
    const zero = respond(family, [0], [1]);
    family.check(zero, [0], true);
    if (!family.discrete && low === 0) assert.throws(() => family.check(zero, [0], false), RangeError);
  });

  Deno.test(`${name}: starts are inside the range of the mean, and finite`, () => {
    for (const link of everyLink.filter((one) => suits(one, family.scale))) {
      const linked = make(link), y = valuesOf(family), response = respond(family, y);
      const mu = linked.startMean(response);
      for (const m of mu) {
        assert.ok(link.valid(link.eta(m), family.scale), `link ${link.name}: start mean ${m}`);
        assert.ok(
          Math.abs(link.mean(link.eta(m)) - m) < 1e-6 * Math.abs(m),
          `link ${link.name}: start mean ${m}`,
        );
      }
      const start = linked.startParts(response, mu.fill(average(mu)), new Float64Array(y.length).fill(1));
      assert.equal(start.length, family.parts.length);
      assert.ok(start.every(Number.isFinite), `${start}`);
    }
  });

  Deno.test(`${name}: an unknown link is refused with the possible ones`, () => {
    const possible = everyLink.filter((one) => suits(one, family.scale)).map((one) => `"${one.name}"`);
    assert.throws(
      () => make("cauchy" as unknown as Link),
      (error: Error) => error instanceof RangeError && possible.every((one) => error.message.includes(one)),
    );
  });
}

function average(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value, 0) / x.length;
}

function discreteLaws(family: Family, mu: number, eta: number[]): void {
  const phi = eta.map(Math.exp), trials = family.usesTrials ? 12 : 1;
  const last = family.usesTrials ? trials : family.quantile(1 - 1e-13, mu, phi, trials);
  const y = Array.from({ length: last + 1 }, (_, k) => k);
  const density = logDensity(family, y, zetaOf(family, mu), eta, trials).map(Math.exp);
  const total = density.reduce((sum, d) => sum + d, 0);
  // 1e-13 is beyond `last`; the rest is rounding of some thousand terms.
  assert.ok(Math.abs(total - 1) < 1e-11, `sum ${total} at mean ${mu}, parts ${phi}`);
  const mean = density.reduce((sum, d, k) => sum + d * k, 0) / trials;
  const variance = density.reduce((sum, d, k) => sum + d * (k / trials - mean) ** 2, 0);
  const expected = family.variance(mu, phi, trials);
  assert.ok(Math.abs(mean - mu) < 1e-8 * mu, `mean ${mean}, expected ${mu}`);
  assert.ok(Math.abs(variance - expected) < 1e-6 * expected, `variance ${variance}, expected ${expected}`);
  let below = 0;
  for (const k of y) {
    below += density[k];
    const p = family.cdf(k, mu, phi, trials);
    assert.ok(Math.abs(p - below) < 1e-11, `P(Y <= ${k}) is ${p}, summed ${below}`);
    if (p < 1 - 1e-10 && density[k] > 1e-12) assert.equal(family.quantile(p, mu, phi, trials), k);
  }
  assert.equal(family.cdf(-1, mu, phi, trials), 0);
  // Zero inflation keeps the sum.
  const jets = new Jets(y.length, eta.length + 2);
  jets.value.set(density.map(Math.log));
  inflateZeros(jets, Float64Array.from(y), true, new Float64Array(y.length).fill(0.3), eta.length + 2, 0);
  assert.ok(Math.abs(jets.value.reduce((sum, l) => sum + Math.exp(l), 0) - 1) < 1e-11);
}

/** Gauss–Legendre nodes and weights of five points on [−1, 1] (Abramowitz & Stegun 25.4.30). */
const nodes = [-0.906179845938664, -0.5384693101056831, 0, 0.5384693101056831, 0.906179845938664];
const weights = [
  0.2369268850561891,
  0.4786286704993665,
  0.5688888888888889,
  0.4786286704993665,
  0.2369268850561891,
];

function continuousLaws(family: Family, mu: number, eta: number[]): void {
  const phi = eta.map(Math.exp), [low, high] = family.support;
  assert.equal(family.cdf(low, mu, phi, 1), 0);
  assert.equal(family.cdf(high, mu, phi, 1), 1);
  for (const p of [1e-6, 0.01, 0.2, 0.5, 0.9, 0.999]) {
    const at = family.quantile(p, mu, phi, 1), back = family.cdf(at, mu, phi, 1);
    if (at < 1e-300 && low === 0) continue; // with a tiny shape the quantile is below the smallest number
    // A quantile next to 1 has lost digits of 1 − y: then only as many can come back.
    const lost = high === 1 ? 1e-16 / (1 - at + 1e-300) : 0;
    if (lost < 1e-6) assert.ok(Math.abs(back - p) < 1e-11 * p + lost, `cdf(quantile(${p})) is ${back}`);
  }
  // The density integrates to differences of the distribution function: on an axis where its tails are straight.
  const axis = high === 1
    ? {
      to: (y: number) => Math.log(y / (1 - y)),
      from: (u: number) => 1 / (1 + Math.exp(-u)),
      slope: (y: number) => y * (1 - y),
    }
    : low === 0
    ? { to: Math.log, from: Math.exp, slope: (y: number) => y }
    : {
      to: (y: number) => Math.asinh((y - mu) / phi[0]),
      from: (u: number) => mu + phi[0] * Math.sinh(u),
      slope: (y: number) => Math.hypot(y - mu, phi[0]),
    };
  for (const [p, q] of [[0.001, 0.3], [0.3, 0.9]]) {
    const from = axis.to(Math.max(family.quantile(p, mu, phi, 1), low + 1e-290)),
      to = axis.to(Math.min(family.quantile(q, mu, phi, 1), high - 1e-6));
    if (!(to > from)) continue;
    const panels = 2000, step = (to - from) / panels, y: number[] = [], factor: number[] = [];
    for (let k = 0; k < panels; k++) {
      for (let j = 0; j < 5; j++) {
        y.push(axis.from(from + step * (k + 0.5 + nodes[j] / 2)));
        factor.push(weights[j] * step / 2 * axis.slope(y.at(-1)!));
      }
    }
    const density = logDensity(family, y, zetaOf(family, mu), eta, 1);
    const integral = density.reduce((sum, log, k) => sum + factor[k] * Math.exp(log), 0);
    const expected = family.cdf(axis.from(to), mu, phi, 1) - family.cdf(axis.from(from), mu, phi, 1);
    assert.ok(
      Math.abs(integral - expected) < 1e-9,
      `integral ${integral}, expected ${expected}, mean ${mu}, parts ${phi}`,
    );
  }
}

Deno.test("the derivative check itself fails when a derivative is wrong", () => {
  const family = families.poisson(), line = pipeline(family, respond(family, [3, 4]), false);
  const broken = (eta: readonly Float64Array[]) => {
    const jets = line.evaluate(eta, 3);
    jets.d3[0][1] *= 1 + 1e-5;
    return jets;
  };
  assert.ok(worstDerivative(broken, [Float64Array.of(0.5, 1)]).excess > 1);
  assert.equal(derivatives(line.evaluate([Float64Array.of(0.5, 1)], 3)).length, 3);
});
