import assert from "node:assert/strict";
import { childSeed, seed, setSeed } from "../../lib/math/random.ts";
import { referenceCase, referenceData } from "../reference/load.ts";

Deno.test("uniforms and normals are R's", async () => {
  const reference = await referenceCase("rng_vectors");
  const seeds = Object.keys(reference).filter((key) => key.startsWith("seed_"));
  assert.ok(seeds.length > 0);
  for (const key of seeds) {
    const n = Number(key.slice(5)), r = reference[key]; // printed with 15 digits
    const same = (got: number[], expected: number[], what: string) =>
      expected.forEach((x, i) =>
        assert.equal(Number(got[i].toPrecision(15)), x, `${what} ${i} after set.seed(${n})`)
      );
    same(setSeed(n).runif(10), r.runif, "runif");
    same(setSeed(n).rnorm(10), r.rnorm, "rnorm");
    same(setSeed(n).rnorm(10, 5, 2), r["rnorm(10,5,2)"], "rnorm(10, 5, 2)");
    same(setSeed(n).runif(10, -1, 3), r["runif(-1,3)"], "runif(10, -1, 3)");
    const both = setSeed(n);
    same([...both.runif(5), ...both.rnorm(5)], r["runif then rnorm"], "runif then rnorm");
  }
});

Deno.test("set.seed(123) rebuilds the blood pressure data to the last printed digit", async () => {
  const { rnorm } = setSeed(123);
  const hospital = rnorm(10, 0, 2), patient = rnorm(100, 0, 1), noise = rnorm(500, 0, 5);
  const bp = (await referenceData("blood_pressure")).getColumn("bp").toArray() as number[];
  assert.equal(bp.length, 500);
  for (let i = 0; i < 500; i++) {
    const time = i % 5 + 1, drug = 0.5 * time;
    const value = 120 + hospital[Math.floor(i / 50)] + patient[Math.floor(i / 5)] + drug + noise[i];
    assert.equal(Number(value.toPrecision(15)), bp[i], `row ${i + 1}`);
  }
});

Deno.test("the hundred-thousandth numbers are R's too", () => {
  // R 4.2.2: set.seed(2024); u <- runif(1e5); z <- rnorm(1e5); print(c(u[1e5], z[1e5], sum(u), sum(z)), digits = 17)
  const random = setSeed(2024), u = random.runif(1e5), z = random.rnorm(1e5);
  const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);
  const got = [u.at(-1)!, z.at(-1)!, sum(u), sum(z)];
  const r = [0.81708134594373405, 1.079198012552586, 49991.001252147835, 317.33394224384398];
  // R adds in long double: sums agree to the rounding of 1e5 additions
  got.forEach((value, i) =>
    assert.ok(Math.abs(value - r[i]) <= (i < 2 ? 0 : 1e-8), `${i}: ${value}, ${r[i]}`)
  );
});

Deno.test("the same seed gives the same stream, another seed another one", () => {
  const draw = (n: number) => {
    const r = seed(n);
    return [
      r.uniform(),
      r.normal(),
      r.exponential(),
      r.gamma(0.4),
      r.beta(2, 3),
      r.poisson(50),
      r.binomial(99, 0.4),
      r.studentT(3),
    ];
  };
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.deepEqual(draw(-1), draw(2 ** 32 - 1)); // the same 32 bits
});

Deno.test("a seed that is not a whole number of 32 bits is refused", () => {
  for (const bad of [1.5, NaN, Infinity, 2 ** 32, -(2 ** 31) - 1]) {
    assert.throws(
      () => seed(bad),
      (e: Error) => e instanceof RangeError && e.message.includes(`seed is ${bad}`),
    );
  }
});

Deno.test("children of a seed are all different, and unlike each other", () => {
  const children = Array.from({ length: 20000 }, (_, i) => childSeed(123, i));
  assert.equal(new Set(children).size, 20000);
  assert.ok(children.every(Number.isInteger));
  // Neighbouring streams are uncorrelated: |r| of 2000 pairs is below 5/√2000.
  const [a, b] = [0, 1].map((i) => seed(childSeed(5, i))), n = 2000;
  let product = 0;
  for (let i = 0; i < n; i++) product += a.normal() * b.normal();
  assert.ok(Math.abs(product / n) < 5 / Math.sqrt(n));
});

/** Mean and variance of n draws lie within 5 standard errors of what they should be; kurtosis from the draws themselves. */
function agrees(draw: () => number, mean: number, variance: number, what: string): void {
  const n = 100000, x = Float64Array.from({ length: n }, draw);
  const average = x.reduce((s, v) => s + v, 0) / n;
  const squares = x.map((v) => (v - mean) ** 2), second = squares.reduce((s, v) => s + v, 0) / n;
  const spread = Math.sqrt(squares.reduce((s, v) => s + (v - second) ** 2, 0) / n / n);
  assert.ok(
    Math.abs(average - mean) < 5 * Math.sqrt(variance / n),
    `${what}: mean ${average}, expected ${mean}`,
  );
  assert.ok(Math.abs(second - variance) < 5 * spread, `${what}: variance ${second}, expected ${variance}`);
}

Deno.test("variates have their means and variances, on both sides of every change of algorithm", () => {
  const r = seed(31415);
  agrees(() => r.exponential(), 1, 1, "exponential");
  for (const a of [0.05, 0.9, 1, 3, 1000]) agrees(() => r.gamma(a, 2), 2 * a, 4 * a, `gamma ${a}`);
  for (const [a, b] of [[0.2, 0.3], [0.5, 4], [2, 3], [500, 10]]) {
    const s = a + b;
    agrees(() => r.beta(a, b), a / s, a * b / (s * s * (s + 1)), `beta ${a}, ${b}`);
  }
  for (const mu of [0.01, 3, 9.99, 10.01, 45, 1e4, 1e8]) agrees(() => r.poisson(mu), mu, mu, `poisson ${mu}`);
  for (const [n, p] of [[1, 0.3], [12, 0.5], [40, 0.24], [41, 0.25], [100, 0.7], [1e6, 0.5], [30, 0.99]]) {
    agrees(() => r.binomial(n, p), n * p, n * p * (1 - p), `binomial ${n}, ${p}`);
  }
  for (const [size, mu] of [[0.5, 3], [20, 40], [Infinity, 4]]) {
    agrees(() => r.negativeBinomial(size, mu), mu, mu + mu * mu / size, `negative binomial ${size}, ${mu}`);
  }
  agrees(() => r.chiSquare(7), 7, 14, "chi-square");
  agrees(() => r.studentT(9), 0, 9 / 7, "t");
  agrees(() => r.studentT(Infinity), 0, 1, "t with infinite df");
});

Deno.test("extreme parameters stay inside the support", () => {
  const r = seed(1);
  for (let i = 0; i < 2000; i++) {
    const b = r.beta(0.001, 0.002), g = r.gamma(0.0001);
    assert.ok(b > 0 && b < 1 && g > 0);
    assert.equal(r.poisson(0), 0);
    assert.equal(r.binomial(10, 0), 0);
    assert.equal(r.binomial(10, 1), 10);
    assert.equal(r.binomial(0, 0.4), 0);
  }
});

Deno.test("a draw with a parameter that is no number is none either, and comes back", () => {
  const random = seed(1);
  const draws = [random.poisson(NaN), random.gamma(NaN), random.binomial(1, NaN), random.binomial(100, NaN)];
  assert.deepEqual(
    [...draws, random.negativeBinomial(2, NaN), random.negativeBinomial(NaN, 2)],
    Array(6).fill(NaN),
  );
  assert.equal(random.poisson(Infinity), Infinity);
  assert.equal(random.gamma(Infinity), Infinity);
});
