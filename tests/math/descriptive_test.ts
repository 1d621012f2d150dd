/** Numbers of R 4.2.2: mean, sd, quantile(type = 7), density(bw = "nrd0") written out, e1071::skewness(type = 2). */
import assert from "node:assert/strict";
import * as d from "../../lib/math/descriptive.ts";

const x = [2.5, 3.1, 9.75, -4, 0, 0.125, 17, 3.1, 1e-3, 8];
/** Rounding of about ten operations in double precision. */
const close = (is: number, should: number) =>
  assert.ok(Math.abs(is - should) <= 4e-15 * Math.max(1, Math.abs(should)), `${is}, should be ${should}`);

Deno.test("means, spreads and shapes are R's", () => {
  close(d.mean(x), 3.9576);
  close(d.standardDeviation(x), 6.0820514485017485);
  close(d.variance(x), 36.991349822222219);
  close(d.median(x), 2.8);
  close(d.skewness(x), 1.1053211339618152);
  close(d.skewness([10, 11, 12, 40]), 1.981057658842434);
  close(d.bandwidth(x), 2.8575304749604098);
  const density = d.kernelDensity(x)!;
  close(density(0), 0.072453346131761839);
  close(density(5), 0.052859520881183127);
});

Deno.test("quantiles are R's, also between infinite values", () => {
  const p = [0, 0.025, 0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 1];
  const should = [-4, -3.1, -0.4, 0.032, 0.125, 2.8, 6.775, 10.475, 17];
  p.forEach((at, i) => close(d.quantile(x, at), should[i]));
  assert.equal(d.quantile([1, Infinity, Infinity], 0.75), Infinity);
  assert.equal(d.quantile([-Infinity, -Infinity, 3], 0.25), -Infinity);
  assert.equal(d.quantile([1, 2, Infinity], 0.75), Infinity);
  assert.equal(d.quantile([7], 0.3), 7);
});

Deno.test("sums carry their rounding, and infinite ones are infinite", () => {
  assert.equal(d.sum([1e16, 1, -1e16, 1]), 2);
  assert.equal(d.mean([Infinity, 1]), Infinity);
  assert.equal(d.sum([-Infinity, 1, 2]), -Infinity);
  assert.equal(d.variance([1e9 + 0.125, 1e9 + 0.25, 1e9 + 0.375]), 0.015625);
  assert.equal(d.sum(new Float64Array([0.1, 0.2, 0.3])), 0.6);
});

Deno.test("none, one and constant values have a number or NaN, and never throw", () => {
  for (const f of [d.mean, d.median, d.standardDeviation, d.variance, d.skewness, d.rootMeanSquare]) {
    assert.equal(f([]), NaN);
  }
  assert.deepEqual(d.extent([]), [NaN, NaN]);
  assert.equal(d.sum([]), 0);
  assert.equal(d.standardDeviation([3]), NaN);
  assert.equal(d.skewness([1, 2]), NaN);
  const same = new Array(7).fill(0.1); // whose sum is not 0.7: the spread is 0 all the same
  assert.equal(d.standardDeviation(same), 0);
  assert.equal(d.skewness(same), NaN);
  assert.equal(d.kernelDensity(same), null);
  close(d.bandwidth([1, 1, 1, 1, 1, 5]), 1.0270619156458229); // quartiles alike: the standard deviation
});
