/** What must hold for every family of the registry, with every link that suits it. A new family is tested by its line in mod.ts. */
import assert from "node:assert/strict";
import { truncatedGeometric } from "../extensions/truncated_geometric.ts";
import { weibull } from "../extensions/weibull.ts";
import { seed } from "../../lib/math/random.ts";
import { Jets } from "../../lib/math/jets.ts";
import type { Family } from "../../lib/model/families/family.ts";
import * as families from "../../lib/model/families/mod.ts";
import { isValid } from "../../lib/model/families/part.ts";
import { oneInflated } from "../../lib/model/families/one_inflated.ts";
import { zeroInflated } from "../../lib/model/families/zero_inflated.ts";
import type { Link } from "../../lib/model/links/link.ts";
import {
  canonical,
  extremeRows,
  isThreshold,
  linksOf,
  ordinalVariants,
  ordinaryRows,
  respond,
  shapeOf,
  trialsOf,
  valuesOf,
} from "./family_points.ts";
import { combinations, derivatives, type Order, pipeline, worstDerivative } from "./pipeline.ts";

type Make = (link?: Link) => Family;
const registry = Object.entries(families) as unknown as [string, Make][];

/** Shares strictly between 0 and 1 take ones too. */
const takesOnes = (make: Make) => make().support[1] === 1 && !make().usesTrials && !make().mass(1);

/** Every family, and with zero and one inflation where it can have one. */
const cases: [string, Make][] = [
  ...registry.flatMap(([name, make]): [string, Make][] =>
    make().categories
      ? [[name, make]]
      : [[name, make], [`${name} with zero inflation`, (link) => zeroInflated(make(link))]]
  ),
  ...registry.filter(([, make]) => takesOnes(make)).flatMap(([name, make]): [string, Make][] => [
    [`${name} with one inflation`, (link) => oneInflated(make(link))],
    [`${name} with zero and one inflation`, (link) => oneInflated(zeroInflated(make(link)))],
  ]),
  ...ordinalVariants,
  ["the guide's", () => truncatedGeometric()],
  ["the Weibull of the documentation", () => weibull()],
  ["its hurdle", () => zeroInflated(weibull())],
];
/** Their log-density at some extreme predictors is −exp(exp(9) · 20), which no number holds: −∞ there, never NaN, so that a step is refused. */
const beyondNumbers = ["the Weibull of the documentation", "its hurdle"];

/** Log-densities of `y` at one set of predictors. */
function logDensity(family: Family, y: readonly number[], eta: readonly number[], trials: number) {
  const line = pipeline(family, respond(family, y, y.map(() => trials)));
  return line.evaluate(eta.map((e) => new Float64Array(y.length).fill(e)), 0).value;
}

/**
 * All responses at all predictors: the excess of differences over their tolerance where the log-density is a number. Returns in how many
 * rows it is −∞; it may be nothing else.
 */
function checkDerivatives(family: Family, rows: readonly number[][], where: string): number {
  const all = combinations([valuesOf(family), rows.map((_, i) => i)]).map(([y, i]) => [y, ...rows[i]]);
  const of = (grid: readonly number[][]) => ({
    line: pipeline(family, respond(family, grid.map((row) => row[0]))),
    columns: grid[0].slice(1).map((_, k) => Float64Array.from(grid, (row) => row[k + 1])),
  });
  const whole = of(all), value = whole.line.evaluate(whole.columns, 0).value;
  value.forEach((v, i) => assert.ok(v < Infinity, `${where}: ${v} at ${all[i]}`));
  const { line, columns } = of(all.filter((_, i) => value[i] > -Infinity));
  const worst = worstDerivative((e) => line.evaluate(e, 3), columns);
  assert.ok(worst.excess <= 1, `${where}: ${worst.excess} times the tolerance, ${worst.where}`);
  return value.filter((v) => v === -Infinity).length;
}

for (const [name, make] of cases) {
  const family = make(), parts = family.parts(shapeOf(family));

  Deno.test(`${name}: derivatives equal differences, with every link`, () => {
    for (const link of linksOf(make)) {
      const linked = make(link), rows = ordinaryRows(linked);
      assert.ok(rows.length > 0, `no test mean suits link ${link.name}`);
      assert.equal(checkDerivatives(linked, rows, `link ${link.name}`), 0);
    }
  });

  Deno.test(`${name}: derivatives equal differences at extreme predictors`, () => {
    const link = family.categories ? undefined : canonical(String(parts[0].scale)), linked = make(link);
    const rows = extremeRows(family), impossible = checkDerivatives(linked, rows, "canonical link");
    assert.equal(impossible > 0, beyondNumbers.includes(name), `${impossible} rows have no log-density`);
  });

  Deno.test(`${name}: lower orders agree with higher ones and leave the rest of the jets alone`, () => {
    const y = valuesOf(family), response = respond(family, y), K = parts.length, rows = ordinaryRows(family);
    const zeta = Array.from(
      { length: K },
      (_, k) =>
        Float64Array.from(y, (_, i) => k === 0 ? natural(family, rows[i % rows.length][0]) : rows[0][k]),
    );
    const full = new Jets(y.length, K, family.couples);
    const varying = new Array(K).fill(false), constant = varying.map((_, k) => k > 0);
    family.kernel(response, varying).evaluate(zeta, 3, full);
    for (const flags of [varying, constant]) {
      for (const order of [0, 1, 2, 3] as Order[]) {
        const jets = new Jets(y.length, K, family.couples);
        const all = [jets.value, ...jets.d1, ...jets.d2, ...jets.d3].filter((array) => array !== jets.zero);
        for (const array of all) array.fill(NaN);
        family.kernel(response, flags).evaluate(zeta, order, jets);
        const expect = (array: Float64Array, whole: Float64Array, at: number) => {
          for (let i = 0; i < y.length && array !== jets.zero; i++) {
            if (at > order) {
              assert.ok(Number.isNaN(array[i]), `order ${order} writes derivatives of order ${at}`);
              continue;
            }
            const off = Math.abs(array[i] - whole[i]);
            assert.ok(off <= 1e-14 * (1 + Math.abs(whole[i])), `order ${order}, ${at}`);
          }
        };
        expect(jets.value, full.value, 0);
        jets.d1.forEach((array, k) => expect(array, full.d1[k], 1));
        jets.d2.forEach((array, k) => expect(array, full.d2[k], 2));
        jets.d3.forEach((array, k) => expect(array, full.d3[k], 3));
        assert.ok(jets.zero.every((v) => v === 0), "what is declared zero is written to");
      }
    }
  });

  Deno.test(`${name}: density, distribution function and quantile belong together`, () => {
    for (const eta of ordinaryRows(family)) {
      if (family.discrete || family.categories) discreteLaws(family, eta);
      else continuousLaws(family, eta);
    }
  });

  Deno.test(`${name}: the mean's slopes are its derivatives`, () => {
    const out = new Float64Array(parts.length), depends = family.meanParts?.(parts.length) ?? [0];
    for (const eta of ordinaryRows(family)) {
      family.meanSlopes(eta, out);
      out.forEach((slope, k) => {
        const h = 1e-3 * Math.max(0.005, Math.min(1, Math.abs(eta[k])));
        const at = (t: number) => family.mean(eta.map((e, j) => j === k ? e + t * h : e));
        const difference = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
        const off = Math.abs(slope - difference), size = Math.abs(slope) + Math.abs(family.mean(eta));
        assert.ok(off <= 1e-8 * size, `η_${k} at ${eta}: ${slope}, difference ${difference}`);
        assert.ok(
          depends.includes(k) || slope === 0,
          `the mean does not say that it depends on predictor ${k}`,
        );
      });
    }
  });

  Deno.test(`${name}: simulated responses follow the distribution, its mean and its variance`, () => {
    const random = seed(20240607), n = 20000, trials = family.usesTrials ? 12 : 1;
    const seen = new Set<number>();
    for (const eta of ordinaryRows(family)) {
      if (
        seen.has(eta[0]) ||
        eta.slice(1).some((e, k) => !isThreshold(parts[k + 1]) && e !== 2.3 && e !== 0.5 && e !== 0.7)
      ) {
        continue;
      }
      seen.add(eta[0]);
      const draws = Float64Array.from({ length: n }, () => family.simulate(random, eta, trials) / trials);
      const mean = average(draws), centred = draws.map((x) => (x - mean) ** 2), variance = average(centred);
      const spread = Math.sqrt(average(centred.map((x) => (x - variance) ** 2)) / n);
      const expected = family.variance(eta, trials), mu = family.mean(eta);
      if (isSampled(family, eta, trials)) {
        assert.ok(
          Math.abs(mean - mu) < 5 * Math.sqrt(expected / n),
          `mean ${mean}, expected ${mu} at ${eta}`,
        );
        assert.ok(
          Math.abs(variance - expected) < 5 * spread + 1e-3 * expected,
          `variance ${variance}, expected ${expected}`,
        );
      }
      for (const p of [0.05, 0.25, 0.5, 0.75, 0.95]) {
        const at = family.quantile(p, eta, trials), expect = family.cdf(at, eta, trials);
        const share = draws.filter((x) => x * trials <= at * (1 + 1e-12)).length / n;
        assert.ok(
          Math.abs(share - expect) < 5 * Math.sqrt(expect * (1 - expect) / n) + 1e-12,
          `P(Y <= ${at}): ${share}, ${expect}`,
        );
      }
    }
    assert.ok(seen.size > 0);
  });

  if (family.unitDeviance) {
    const { unitDeviance } = family;
    Deno.test(`${name}: the deviance is 2 (saturated − ℓ), up to the dispersion`, () => {
      const rows = ordinaryRows(family).filter((eta) => eta.slice(1).every((e) => e === 0.4));
      for (const y of valuesOf(family)) {
        const trials = trialsOf(family, y);
        const logs = rows.map((eta) => logDensity(family, [y], eta, trials)[0]);
        const deviances = rows.map((eta) => unitDeviance(y, eta, trials));
        const factor = (deviances[0] - deviances[1]) / (2 * (logs[1] - logs[0]));
        rows.forEach((eta, i) => {
          assert.ok(deviances[i] >= 0, `deviance ${deviances[i]} of y ${y}, predictors ${eta}`);
          const expected = deviances[0] + 2 * factor * (logs[0] - logs[i]);
          const off = Math.abs(deviances[i] - expected);
          assert.ok(off < 1e-9 * (1 + Math.abs(expected)), `y ${y}, predictors ${eta}`);
        });
      }
    });
  }

  Deno.test(`${name}: values outside the support are refused, with response, row and value`, () => {
    const [low, high] = family.support, rows = [4, 7, 16], good = valuesOf(family).slice(0, 2);
    if (family.categories) return; // the formula reads categories from any values
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
          error.message.startsWith(`Cannot fit family "${family.name}": response "count" must be `) &&
          error.message.includes(`but row 16 is ${value}`),
        `${value}`,
      );
    }
    family.check(respond(family, valuesOf(family)), valuesOf(family).map((_, i) => i), false);
    const zero = respond(family, [0], [1]);
    family.check(zero, [0], true);
    if (low === 0 && !family.mass(0)) assert.throws(() => family.check(zero, [0], false), RangeError);
  });

  Deno.test(`${name}: starts are inside the range of the mean, and finite`, () => {
    for (const link of linksOf(make)) {
      const linked = make(link), y = valuesOf(family), response = respond(family, y);
      const own = linked.parts(response), mu = linked.startMean(response);
      for (const m of mu) {
        const eta = own[0].link.eta(m), back = own[0].link.mean(eta);
        assert.ok(isValid(own[0], eta), `link ${link.name}: start mean ${m}`);
        assert.ok(Math.abs(back - m) <= 1e-6 * Math.abs(m), `link ${link.name}: start mean ${m}`);
      }
      const ones = new Float64Array(y.length).fill(1);
      for (const part of own.slice(1)) {
        const start = part.start!(response, mu.fill(average(mu)), ones);
        assert.ok(isValid(part, start), `link ${link.name}: start of ${part.name} ${start}`);
      }
    }
  });

  // A loop that waits for a comparison waits for ever where one side is not a number; a likelihood of +∞ would be the optimum.
  Deno.test(`${name}: far beyond its parameters everything comes back, NaN of what is no number, and nothing is of infinite likelihood`, () => {
    const y = valuesOf(family), line = pipeline(family, respond(family, y)), random = seed(5);
    const middle = parts.map((part) => part.link.eta(part.link.mean(0))), size = trialsOf(family, 3);
    for (const [k] of parts.entries()) {
      for (const far of [NaN, Infinity, -Infinity, 1e3, -1e3, 30, -30]) {
        const eta = middle.map((e, i) => (i === k ? far : e));
        const { value } = line.evaluate(eta.map((e) => new Float64Array(y.length).fill(e)), 3);
        for (const v of value) assert.ok(!(v === Infinity), `log-density at ${eta}`);
        if (Math.abs(far) === 1e3) continue; // responses of 1e300
        const said = [
          ...y.slice(0, 3).map((v) => family.cdf(v, eta, size)),
          ...[0.1, 0.999].map((p) => family.quantile(p, eta, size)),
          family.simulate(random, eta, size),
        ];
        if (Number.isNaN(far)) assert.ok(said.every(Number.isNaN), `${said} at ${eta}`);
      }
    }
  });
}

/** Families that have but one link may take none. */
const linkable = registry.filter(([, make]) => linksOf(make).length > 1);

for (const [name, make] of linkable) {
  Deno.test(`${name}: an unknown link is refused with the possible ones`, () => {
    const possible = linksOf(make).map((one) => `"${one.name}"`);
    assert.throws(
      () => make("cauchy" as unknown as Link),
      (error: Error) => error instanceof RangeError && possible.every((one) => error.message.includes(one)),
    );
  });
}

/** What the kernel takes of the first predictor. */
function natural(family: Family, eta: number): number {
  const [{ link, scale }] = family.parts(shapeOf(family)), out = new Float64Array(4);
  const composition = scale === "own" ? null : link.onto(scale);
  if (!composition) return eta;
  composition(eta, out);
  return out[0];
}

/** Does a sample see what makes the variance? The upper tail of a lognormal with a variance of log y above some four does not occur. */
function isSampled(family: Family, eta: readonly number[], trials: number): boolean {
  const mu = family.mean(eta), sd = Math.sqrt(family.variance(eta, trials));
  return family.quantile(1 - 1e-9, eta, trials) / trials < mu + 200 * sd;
}

function average(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value, 0) / x.length;
}

function discreteLaws(family: Family, eta: readonly number[]): void {
  const trials = family.usesTrials ? 12 : 1;
  const first = family.mass(0) ? 0 : 1;
  const last = family.usesTrials ? trials : family.quantile(1 - 1e-13, eta, trials);
  const y = Array.from({ length: last + 1 - first }, (_, k) => k + first);
  const density = logDensity(family, y, eta, trials).map(Math.exp);
  const total = density.reduce((sum, d) => sum + d, 0);
  // 1e-13 is beyond `last`; the rest is rounding of some thousand terms.
  assert.ok(Math.abs(total - 1) < 1e-11, `sum ${total} at ${eta}`);
  const mean = density.reduce((sum, d, k) => sum + d * y[k], 0) / trials, mu = family.mean(eta);
  const variance = density.reduce((sum, d, k) => sum + d * (y[k] / trials - mean) ** 2, 0);
  const expected = family.variance(eta, trials);
  const beyond = 1e-13 * last; // what the mean lacks of the values beyond `last`
  assert.ok(Math.abs(mean - mu) < 1e-8 * mu + beyond, `mean ${mean}, expected ${mu} at ${eta}`);
  assert.ok(
    Math.abs(variance - expected) < 1e-6 * expected + beyond * last,
    `variance ${variance}, expected ${expected} at ${eta}`,
  );
  let below = 0;
  y.forEach((value, k) => {
    below += density[k];
    const p = family.cdf(value, eta, trials);
    assert.ok(Math.abs(p - below) < 1e-11, `P(Y <= ${value}) is ${p}, summed ${below}`);
    if (p < 1 - 1e-10 && density[k] > 1e-12) assert.equal(family.quantile(p, eta, trials), value);
  });
  assert.equal(family.cdf(first - 1, eta, trials), 0);
  if (family.probabilities) {
    family.probabilities(eta).forEach((p, k) =>
      assert.ok(Math.abs(p - density[k]) < 1e-12, `P(Y = ${k + 1})`)
    );
  }
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

/** An axis on which the tails of the density are straight. */
function axisOf(family: Family, eta: readonly number[]) {
  const [low, high] = family.support;
  if (high === 1) {
    return {
      to: (y: number) => Math.log(y / (1 - y)),
      from: (u: number) => 1 / (1 + Math.exp(-u)),
      slope: (y: number) => y * (1 - y),
    };
  }
  if (low === 0) return { to: Math.log, from: Math.exp, slope: (y: number) => y };
  const mu = family.mean(eta), unit = Math.exp(eta[1]);
  return {
    to: (y: number) => Math.asinh((y - mu) / unit),
    from: (u: number) => mu + unit * Math.sinh(u),
    slope: (y: number) => Math.hypot(y - mu, unit),
  };
}

function continuousLaws(family: Family, eta: readonly number[]): void {
  const [low, high] = family.support,
    atom = family.mass(0) ? Math.exp(logDensity(family, [0], eta, 1)[0]) : 0;
  const below = low < 0 ? family.cdf(-1e-300, eta, 1) : 0; // P(Y < 0)
  if (low < 0 || atom === 0) assert.equal(family.cdf(low, eta, 1), 0);
  else {assert.ok(
      Math.abs(family.cdf(0, eta, 1) - atom) < 1e-11,
      `P(Y = 0) is ${family.cdf(0, eta, 1)}, mass ${atom}`,
    );}
  assert.equal(family.cdf(high, eta, 1), 1);
  const top = Number.isFinite(high) && family.mass(high)
    ? Math.exp(logDensity(family, [high], eta, 1)[0])
    : 0;
  for (const p of [1e-6, 0.01, 0.2, 0.5, 0.9, 0.999]) {
    const at = family.quantile(p, eta, 1), back = family.cdf(at, eta, 1);
    if (at < 1e-300 && low === 0 && p > atom) continue; // with a tiny shape the quantile is below the smallest number
    if (atom > 0 && p > below && p < below + atom) {
      assert.equal(at, 0);
      continue;
    }
    if (p > 1 - top) {
      assert.equal(at, high);
      continue;
    }
    // A quantile next to 1 has lost digits of 1 − y: then only as many can come back.
    const lost = high === 1 ? 1e-16 / (1 - at + 1e-300) : 0;
    if (lost < 1e-6) {
      assert.ok(Math.abs(back - p) < 1e-11 * p + lost + 1e-15, `cdf(quantile(${p})) is ${back} at ${eta}`);
    }
  }
  // The density integrates to differences of the distribution function.
  const axis = axisOf(family, eta);
  for (const [p, q] of [[0.001, 0.3], [0.3, 0.9]]) {
    const [start, share] = below > 0 && atom > 0 ? [0, below] : [atom, 1 - atom - top]; // on one side of the atom
    const ends = [start + p * share, start + q * share];
    const from = axis.to(Math.max(family.quantile(ends[0], eta, 1), low + 1e-290)),
      to = axis.to(Math.min(family.quantile(ends[1], eta, 1), high - 1e-6));
    if (!(to > from)) continue;
    const panels = 2000, step = (to - from) / panels, y: number[] = [], factor: number[] = [];
    for (let k = 0; k < panels; k++) {
      for (let j = 0; j < 5; j++) {
        y.push(axis.from(from + step * (k + 0.5 + nodes[j] / 2)));
        factor.push(weights[j] * step / 2 * axis.slope(y.at(-1)!));
      }
    }
    const density = logDensity(family, y, eta, 1);
    const integral = density.reduce((sum, log, k) => sum + factor[k] * Math.exp(log), 0);
    const expected = family.cdf(axis.from(to), eta, 1) - family.cdf(axis.from(from), eta, 1);
    assert.ok(
      Math.abs(integral - expected) < 1e-9,
      `integral ${integral}, expected ${expected} at ${eta}`,
    );
  }
}

Deno.test("the derivative check itself fails when a derivative is wrong", () => {
  const family = families.poisson(), line = pipeline(family, respond(family, [3, 4]));
  const broken = (eta: readonly Float64Array[]) => {
    const jets = line.evaluate(eta, 3);
    jets.d3[0][1] *= 1 + 1e-5;
    return jets;
  };
  assert.ok(worstDerivative(broken, [Float64Array.of(0.5, 1)]).excess > 1);
  assert.equal(derivatives(line.evaluate([Float64Array.of(0.5, 1)], 3)).length, 3);
});
