/** Counts so large that rounding of their sums is more than a step of a difference: what they say of groups is what smaller ones say. */
import assert from "node:assert/strict";
import { frameOf } from "../../lib/frame.ts";
import { seed } from "../../lib/math/random.ts";
import { fit } from "../../lib/model/fit.ts";

const random = seed(9), rows = Array.from({ length: 100 }, (_, i) => i), x = rows.map(() => random.normal());
const u: number[] = [],
  level = rows.map((i) => 0.2 * x[i] + (u[i % 10] ??= 0.3 * random.normal()) + 0.1 * random.normal());

/** Standard errors of intercept and slope, counts being of that size. */
function errors(family: "poisson" | "nbinom2" | "binomial", size: number) {
  const y = level.map((v) => Math.round(size * Math.exp(v))), rest = y.map(() => Math.round(3 * size));
  const data = frameOf({ y, rest, x, g: rows.map((i) => `g${i % 10}`) });
  const model = fit(`${family === "binomial" ? "cbind(y, rest)" : "y"} ~ x + (1 | g)`, data, { family });
  assert.ok(model.converged, `${family} of ${size}`);
  return [0, 1].map((j) => Math.sqrt(model.covariance.get(j, j)));
}

for (const family of ["poisson", "nbinom2", "binomial"] as const) {
  Deno.test(`${family}: standard errors of counts of a billion are those of a million, or a root of a thousand smaller`, () => {
    const [intercept, slope] = errors(family, 1e6), [far, farSlope] = errors(family, 1e9);
    const root = family === "nbinom2" ? 1 : Math.sqrt(1000);
    assert.ok(Math.abs(far / intercept - 1) < 1e-3, `${far}, ${intercept}`); // differences of gradients that are off by 2e-5, over 3e-3 of it
    assert.ok(Math.abs(farSlope * root / slope - 1) < 1e-3, `${farSlope}, ${slope}`);
  });
}
