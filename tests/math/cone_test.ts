import assert from "node:assert/strict";
import { acute, inCone, spanning } from "../../lib/math/cone.ts";
import { largestOf } from "../../lib/math/largest.ts";

const v = (...x: number[]) => Float64Array.from(x);

Deno.test("a vector in a cone is a non-negative combination of its generators", () => {
  const g = [v(1, 0, 0), v(1, 1, 0), v(1, 1, 1)];
  assert.equal(inCone(g, v(3, 2, 1)), true);
  assert.equal(inCone(g, v(1, 0, 0)), true); // on an edge
  assert.equal(inCone(g, v(1, 2, 0)), false); // 2·(1,1,0) − (1,0,0)
  assert.equal(inCone(g, v(-1, 0, 0)), false);
  assert.equal(inCone([], v(1)), false);
  assert.equal(inCone([v(2), v(-3)], v(-1)), true); // a line
});

Deno.test("membership agrees with Farkas' lemma in random cones", () => {
  let state = 7, inside = 0;
  const next = () => (state = (state * 16807) % 2147483647) / 2147483647 - 0.5;
  for (let run = 0; run < 300; run++) {
    const g = Array.from({ length: 5 }, () => v(next(), next(), next())), t = v(next(), next(), next());
    // Caratheodory: t is in the cone if and only if it is in that of some three generators, found by Cramer's rule
    const det = (a: Float64Array, b: Float64Array, c: Float64Array) =>
      a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) +
      a[2] * (b[0] * c[1] - b[1] * c[0]);
    let expected = false;
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < i; j++) {
        for (let k = 0; k < j; k++) {
          const D = det(g[i], g[j], g[k]);
          const share = [det(t, g[j], g[k]), det(g[i], t, g[k]), det(g[i], g[j], t)].map((x) => x / D);
          expected ||= share.every((x) => x >= 0);
        }
      }
    }
    assert.equal(inCone(g, t), expected, `run ${run}`);
    inside += Number(expected);
  }
  assert.ok(inside > 50 && inside < 250);
});

Deno.test("acute: the shortest direction at an acute angle with all generators, or none", () => {
  const d = acute([v(1, 0), v(0, 2)])!;
  assert.ok(Math.abs(d[0] - 1) < 1e-9 && Math.abs(d[1] - 1) < 1e-9);
  const e = acute([v(1, 1), v(1, -1), v(3, 0)])!;
  assert.ok(Math.abs(e[0] - Math.SQRT2) < 1e-9 && Math.abs(e[1]) < 1e-9);
  assert.equal(acute([v(1, 0), v(-1, 0)]), null);
  assert.equal(acute([v(1, 0), v(-1, 1), v(-1, -1)]), null);
});

Deno.test("cones of very many generators: a few of them say which", () => {
  const n = 200_000; // more than fit on the stack, in order of their direction
  const fan = Array.from({ length: n }, (_, i) => v(Math.cos(i / n), Math.sin(i / n))), few = spanning(fan);
  assert.ok(few.length < 50, `${few.length}`);
  for (const angle of [-0.01, 0.001, 0.5, 0.99, 1.01]) {
    assert.equal(inCone(few, v(Math.cos(angle), Math.sin(angle))), angle > 0 && angle < 1, `${angle}`);
  }
  assert.equal(largestOf(fan.map(([x]) => x)), 1);
});

Deno.test("a cone whose generators are nearly alike: what lies between them is in it", () => {
  const generators = [
    v(-1, 0.9987325252794333, 0, 0),
    v(-1, 0.9994045534387949, 0, 0),
    v(-1, 0.9997826749632672, 0, -1),
    v(-1, 0.999883368653237, -1, 0),
  ];
  assert.equal(inCone(generators, v(-1, 0.9988268719418358, 0, 0)), true);
  assert.equal(inCone(generators, v(-1, 0.9998, 0, 0)), false);
});
