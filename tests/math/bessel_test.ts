import assert from "node:assert/strict";
import { logBesselK } from "../../lib/math/bessel.ts";
import values from "./bessel_values.json" with { type: "json" };

// Made by bessel_values.py: [ν, x, log K_ν(x), its derivative in ν]
Deno.test("log K and its derivative in the order agree with 40 digits", () => {
  const out = new Float64Array(2);
  for (const [nu, x, value, slope] of values) {
    logBesselK(nu, x, out);
    assert.ok(
      Math.abs(out[0] - value) <= 4e-15 * Math.max(1, Math.abs(value)),
      `K of ${nu} at ${x}: ${out[0]}`,
    );
    assert.ok(Math.abs(out[1] - slope) <= 1e-12 * Math.abs(slope), `slope of ${nu} at ${x}: ${out[1]}`);
  }
});

Deno.test("order ½ is elementary, negative orders are the positive ones, and what is no number ends", () => {
  const out = new Float64Array(2), other = new Float64Array(2);
  for (const x of [1e-8, 0.3, 5, 600]) {
    logBesselK(0.5, x, out);
    assert.ok(Math.abs(out[0] - (Math.log(Math.PI / (2 * x)) / 2 - x)) < 1e-14 * Math.max(1, x));
    logBesselK(-0.5, x, other);
    assert.deepEqual([other[0], other[1]], [out[0], -out[1]]);
  }
  logBesselK(NaN, 1, out);
  assert.ok(Number.isNaN(out[0]));
});
