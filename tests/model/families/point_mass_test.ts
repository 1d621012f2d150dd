import assert from "node:assert/strict";
import { Jets, pair, triple } from "../../../lib/math/jets.ts";
import { pointMass } from "../../../lib/model/families/point_mass.ts";
import { close } from "../../math/close.ts";

/** Jets with two base predictors filled with made-up derivatives, room for a third, and zero inflation applied. */
function inflated(y: number, discrete: boolean, base: number, z: number): Jets {
  const jets = new Jets(1, 3);
  for (const array of [jets.value, ...jets.d1, ...jets.d2, ...jets.d3]) array.fill(0.5);
  jets.value[0] = base;
  pointMass(Float64Array.of(y), { at: 0, mixes: discrete })(jets, Float64Array.of(z), 3, 3);
  return jets;
}

const all = (jets: Jets) => [jets.value, ...jets.d1, ...jets.d2, ...jets.d3].map((array) => array[0]);

Deno.test("zero inflation mixes the densities", () => {
  const p = 0.3, z = Math.log(p / (1 - p)), base = Math.log(0.2);
  close(inflated(0, true, base, z).value[0], Math.log(p + (1 - p) * 0.2), 1e-14, 0, "count of 0");
  close(inflated(4, true, base, z).value[0], Math.log((1 - p) * 0.2), 1e-14, 0, "count above 0");
  close(inflated(0, false, NaN, z).value[0], Math.log(p), 1e-14, 0, "exact 0 of a continuous response");
  close(inflated(1.5, false, base, z).value[0], Math.log((1 - p) * 0.2), 1e-14, 0, "continuous response");
});

Deno.test("an exact zero of a continuous response forgets whatever the base family put there", () => {
  const jets = new Jets(1, 3);
  for (const array of [jets.value, ...jets.d1, ...jets.d2, ...jets.d3]) array.fill(NaN);
  pointMass(Float64Array.of(0), { at: 0, mixes: false })(jets, Float64Array.of(0.4), 3, 3);
  assert.ok(all(jets).every(Number.isFinite));
  const own = [jets.d1[2], jets.d2[pair(2, 2)], jets.d3[triple(2, 2, 2)]].map((array) => array[0]);
  assert.ok(own.every((value) => value !== 0));
  assert.equal(all(jets).filter((value) => value !== 0).length, 4); // value and the three derivatives in z
});

Deno.test("zero inflation stays finite far out, on both sides", () => {
  for (const z of [-745, -40, 40, 745]) {
    for (const base of [-1e-300, -1e-20, -0.5, -60, -2000, -Infinity]) {
      for (const [y, discrete] of [[0, true], [0, false], [3, true]] as const) {
        const jets = inflated(y, discrete, base, z);
        if (y === 3 && base === -Infinity) continue;
        const values = base === -Infinity ? all(jets).slice(1) : all(jets);
        assert.ok(values.every(Number.isFinite), `z ${z}, base ${base}, y ${y}: ${all(jets)}`);
        assert.ok(jets.value[0] <= 0);
      }
    }
  }
});

Deno.test("where the base family gives almost only zeros, derivatives in z keep their digits", () => {
  // log(p + (1 − p) e^ℓ) with ℓ = −ε is −ε (1 − p) + O(ε²): derivatives ε p(1 − p), ε p(1 − p)(1 − 2p), …
  const epsilon = 1e-13;
  for (const z of [-20, -1, 0.3, 20]) {
    const p = 1 / (1 + Math.exp(-z)), q = 1 / (1 + Math.exp(z)), pq = p * q;
    const jets = inflated(0, true, -epsilon, z);
    close(jets.d1[2][0], epsilon * pq, 1e-11, 0, `first at ${z}`);
    close(jets.d2[pair(2, 2)][0], epsilon * pq * (q - p), 1e-11, 0, `second at ${z}`);
    close(jets.d3[triple(2, 2, 2)][0], epsilon * pq * (1 - 6 * pq), 1e-11, 0, `third at ${z}`);
  }
});
