/** What must hold for every covariance structure of the registry. A new structure is tested by its line in mod.ts. */
import assert from "node:assert/strict";
import { Matrix, symmetricEigen } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import type { Covariance } from "../../lib/model/structures/covariance.ts";
import * as covariances from "../../lib/model/structures/mod.ts";
import { difference } from "./differences.ts";

const SIZES = [1, 2, 3, 5], PAD = 2; // θ and gradient begin somewhere inside longer arrays

/** θ of a structure in general position, as part of a longer array. */
function parameters(s: Covariance, c: number, from = 3): Float64Array {
  const random = seed(from), theta = new Float64Array(PAD + s.count(c) + 1).fill(NaN);
  for (let j = 0; j < s.count(c); j++) theta[PAD + j] = 0.5 * random.normal();
  return theta;
}

function template(s: Covariance, theta: Float64Array, c: number): Float64Array {
  const T = new Float64Array(c * c).fill(NaN);
  s.fill(theta, PAD, c, T);
  return T;
}

for (const [name, s] of Object.entries(covariances) as [string, Covariance][]) {
  Deno.test(`${name}: is registered under its own name`, () => assert.equal(s.name, name));

  Deno.test(`${name}: the template is lower triangular and T Tᵀ positive semi-definite`, () => {
    for (const c of SIZES) {
      const T = template(s, parameters(s, c), c), M = Matrix.zeros(c, c);
      for (let j = 0; j < c; j++) {
        for (let i = 0; i < c; i++) {
          assert.ok(Number.isFinite(T[j * c + i]), `T[${i}, ${j}] is ${T[j * c + i]}`);
          if (i < j) assert.equal(T[j * c + i], 0);
          M.set(i, j, T[j * c + i]);
        }
      }
      const { values } = symmetricEigen(M.mmul(M.transpose()));
      assert.ok(Math.min(...values) > -1e-14, `eigenvalues ${values}`);
    }
  });

  Deno.test(`${name}: pullback is the adjoint of the differential of fill`, () => {
    for (const c of SIZES) {
      const theta = parameters(s, c), D = parameters(s, c * c).slice(0, c * c).map((_, i) => Math.cos(i + 1));
      const gradient = theta.map(() => 1); // pullback adds
      s.pullback(theta, PAD, c, D, gradient);
      const value = (j: number) => (t: number) =>
        template(s, theta.map((v, i) => (i === PAD + j ? v + t : v)), c).reduce(
          (sum, v, i) => sum + v * D[i],
          0,
        );
      for (let j = 0; j < s.count(c); j++) {
        const expected = 1 + difference(value(j), 1e-3);
        assert.ok(
          Math.abs(gradient[PAD + j] - expected) < 1e-10,
          `c ${c}, θ${j}: ${gradient[PAD + j]}, difference ${expected}`,
        );
      }
      assert.deepEqual(
        [gradient[0], gradient[1], gradient.at(-1)],
        [1, 1, 1],
        "writes outside its parameters",
      );
    }
  });

  Deno.test(`${name}: fromTemplate undoes fill`, () => {
    for (const c of SIZES) {
      const theta = parameters(s, c);
      for (const d of s.diagonal(c)) theta[PAD + d] = Math.abs(theta[PAD + d]);
      const back = s.fromTemplate(template(s, theta, c), c);
      assert.equal(back.length, s.count(c));
      back.forEach((v, j) =>
        assert.ok(Math.abs(v - theta[PAD + j]) < 1e-12, `c ${c}, θ${j}: ${v}, was ${theta[PAD + j]}`)
      );
    }
  });

  Deno.test(`${name}: start has the standard deviations asked for and no correlation`, () => {
    for (const c of SIZES) {
      const sd = Array.from({ length: c }, (_, j) => s.freedom === "scalar" ? 0.7 : 0.3 + 0.2 * j),
        theta = parameters(s, c);
      const start = s.start(sd);
      assert.equal(start.length, s.count(c));
      theta.set(start, PAD);
      const T = template(s, theta, c);
      for (let j = 0; j < c; j++) {
        for (let i = 0; i < c; i++) {
          assert.ok(
            Math.abs(T[j * c + i] - (i === j ? sd[i] : 0)) < 1e-12,
            `T[${i}, ${j}] = ${T[j * c + i]}`,
          );
        }
      }
    }
  });

  Deno.test(`${name}: diagonal() names the parameters that are diagonal entries of T`, () => {
    for (const c of SIZES) {
      const theta = parameters(s, c), diagonal = s.diagonal(c), T = template(s, theta, c);
      diagonal.forEach((d, j) => assert.equal(T[j * c + j], theta[PAD + d], `c ${c}, T[${j}, ${j}]`));
    }
  });

  Deno.test(`${name}: linear says whether fill is linear`, () => {
    for (const c of SIZES) {
      const a = parameters(s, c), b = parameters(s, c, 4), both = a.map((v, i) => 2 * v - 3 * b[i]);
      const A = template(s, a, c), B = template(s, b, c), C = template(s, both, c);
      const linear = C.every((v, i) => Math.abs(v - 2 * A[i] + 3 * B[i]) < 1e-12);
      if (s.linear) assert.ok(linear, `c ${c}`);
      else if (c > 1) assert.ok(!linear, `c ${c}: is linear after all`);
    }
  });
}
