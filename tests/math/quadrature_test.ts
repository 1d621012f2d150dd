import assert from "node:assert/strict";
import { gaussHermite } from "../../lib/math/quadrature.ts";

/** ∫ t^m e^{−t²} dt = Γ((m + 1)/2) for even m. */
function moment(m: number): number {
  if (m % 2 === 1) return 0;
  let value = Math.sqrt(Math.PI);
  for (let k = 1; k < m; k += 2) value *= k / 2;
  return value;
}

Deno.test("gaussHermite: exact for polynomials up to degree 2k − 1, and not for 2k", () => {
  for (const k of [1, 2, 3, 5, 9, 15, 25]) {
    const { nodes, weights } = gaussHermite(k);
    const integral = (m: number) => nodes.reduce((s, t, j) => s + weights[j] * t ** m, 0);
    for (let m = 0; m < Math.min(2 * k, 24); m++) {
      const scale = Math.max(1, moment(m + m % 2)); // odd moments cancel terms of this size
      assert.ok(Math.abs(integral(m) - moment(m)) < 1e-11 * scale, `k ${k}, degree ${m}: ${integral(m)}`);
    }
    if (k < 12) assert.ok(Math.abs(integral(2 * k) - moment(2 * k)) > 1e-3 * moment(2 * k), `k ${k}`);
  }
});

Deno.test("gaussHermite: nodes ascend and are symmetric, weights are positive; the tabulated rule of five points", () => {
  const { nodes, weights } = gaussHermite(5); // Abramowitz & Stegun (1964), table 25.10
  [-2.020182870456086, -0.9585724646138185, 0, 0.9585724646138185, 2.020182870456086].forEach((t, j) =>
    assert.ok(Math.abs(nodes[j] - t) < 1e-14, `node ${j}: ${nodes[j]}`)
  );
  [0.01995324205904591, 0.3936193231522412, 0.9453087204829419, 0.3936193231522412, 0.01995324205904591]
    .forEach((w, j) => assert.ok(Math.abs(weights[j] - w) < 1e-14, `weight ${j}: ${weights[j]}`));
  const many = gaussHermite(40);
  many.nodes.forEach((t, j) =>
    assert.ok(Math.abs(t + many.nodes[39 - j]) < 1e-12 && many.weights[j] > 0, `node ${j}: ${t}`)
  );
});
