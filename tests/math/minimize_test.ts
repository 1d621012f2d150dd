import assert from "node:assert/strict";
import { Matrix } from "../../lib/math/dense.ts";
import { hessianFromGradient } from "../../lib/math/differentiate.ts";
import { minimize, type Objective } from "../../lib/math/minimize.ts";

const options = { tolerance: 1e-14, maxEvaluations: 500 };

/** ½ xᵀA x − bᵀx. */
function quadratic(A: number[][], b: number[]): Objective {
  return {
    evaluate(x, g) {
      let value = 0;
      A.forEach((row, i) => {
        g[i] = row.reduce((s, a, j) => s + a * x[j], 0) - b[i];
        value += 0.5 * x[i] * (g[i] - b[i]);
      });
      return value;
    },
  };
}

const rosenbrock: Objective = {
  evaluate([x, y], g) {
    g[0] = -2 * (1 - x) - 400 * x * (y - x * x);
    g[1] = 200 * (y - x * x);
    return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
  },
};

Deno.test("minimize: a quadratic with its own Hessian takes one step", () => {
  const A = [[4, 1], [1, 3]],
    found = minimize(quadratic(A, [1, 2]), {
      ...options,
      start: new Float64Array(2),
      hessian: new Matrix(A),
    });
  assert.ok(found.converged && found.evaluations === 2, `${found.evaluations} evaluations`);
  assert.ok(Math.abs(found.x[0] - 1 / 11) < 1e-12 && Math.abs(found.x[1] - 7 / 11) < 1e-12, `${found.x}`);
});

Deno.test("minimize: a Hessian that is far from positive definite is learned, and does not stay", () => {
  const A = [[4, 1], [1, 3]],
    hessian = new Matrix([[4, 0], [0, -5e4]]),
    found = minimize(quadratic(A, [1, 2]), { ...options, start: new Float64Array(2), hessian });
  assert.ok(found.converged && found.evaluations < 15, `${found.evaluations} evaluations`);
});

Deno.test("minimize: Rosenbrock's valley from (−1.2, 1)", () => {
  const found = minimize(rosenbrock, { ...options, start: Float64Array.of(-1.2, 1) });
  assert.ok(found.converged && found.evaluations < 100, `${found.evaluations} evaluations`);
  assert.ok(Math.hypot(found.x[0] - 1, found.x[1] - 1) < 1e-6, `${found.x}`);
});

Deno.test("minimize: walls (Infinity, NaN) only shorten the step", () => {
  for (const wall of [Infinity, NaN]) {
    const logBarrier: Objective = { // x − log x, defined for x > 0, minimum at 1
      evaluate([x], g) {
        g[0] = 1 - 1 / x;
        return x > 0 ? x - Math.log(x) : wall;
      },
    };
    const found = minimize(logBarrier, {
      ...options,
      start: Float64Array.of(5),
      hessian: new Matrix([[0.01]]),
    });
    assert.ok(found.converged && Math.abs(found.x[0] - 1) < 1e-6, `${found.x}`);
  }
});

Deno.test("minimize: says so when evaluations run out or the start is outside", () => {
  const few = minimize(rosenbrock, { ...options, start: Float64Array.of(-1.2, 1), maxEvaluations: 5 });
  assert.ok(!few.converged && few.evaluations <= 5);
  const outside = minimize({ evaluate: () => Infinity }, { ...options, start: Float64Array.of(0) });
  assert.ok(!outside.converged);
});

Deno.test("minimize: a wrong gradient ends without claiming convergence", () => {
  const wrong: Objective = {
    evaluate([x], g) {
      g[0] = -2 * x;
      return x * x;
    },
  };
  assert.ok(!minimize(wrong, { ...options, start: Float64Array.of(1) }).converged);
});

Deno.test("minimize: no variables, and steps no longer than maxStep or the variable's own size", () => {
  assert.ok(minimize({ evaluate: () => 3 }, { ...options, start: new Float64Array(0) }).converged);
  const visited: number[] = [];
  const line: Objective = {
    evaluate([x], g) {
      visited.push(x);
      g[0] = x - 10;
      return (x - 10) ** 2 / 2;
    },
  };
  minimize(line, { ...options, start: Float64Array.of(0), maxStep: 1 });
  visited.slice(1).forEach((x, i) =>
    assert.ok(Math.abs(x - visited[i]) <= Math.max(1, Math.abs(visited[i])) + 1e-12, `step to ${x}`)
  );
});

Deno.test("minimize: an objective's own curvature is used at every point", () => {
  let asked = 0, at = 0;
  const quartic: Objective = { // cosh x, Newton converges quadratically
    evaluate([x], g) {
      at = x;
      g[0] = Math.sinh(x);
      return Math.cosh(x);
    },
    curvature: () => (asked++, new Matrix([[Math.cosh(at)]])),
  };
  const found = minimize(quartic, { ...options, start: Float64Array.of(1) });
  assert.ok(
    found.converged && asked > 1 && found.evaluations <= 6,
    `${found.evaluations} evaluations, ${asked} curvatures`,
  );
});

Deno.test("minimize: curvature that overflows ends the search where it is", () => {
  for (const hessian of [[[1e200, 0], [0, 1]], [[NaN, 0], [0, 1]]]) {
    const start = Float64Array.of(1, 2), flat: Objective = { evaluate: (_, g) => (g.fill(1), 3) };
    const found = minimize(flat, { ...options, start, hessian: new Matrix(hessian) });
    assert.deepEqual([found.converged, found.value, found.x, found.evaluations], [false, 3, start, 1]);
  }
});

Deno.test("hessianFromGradient, to one side: one evaluation for every variable and one in the middle, off by the step", () => {
  let evaluations = 0;
  const gradient = (x: Float64Array, g: Float64Array) => { // of x³ + x²y + y⁴
    evaluations++;
    g[0] = 3 * x[0] ** 2 + 2 * x[0] * x[1];
    g[1] = x[0] ** 2 + 4 * x[1] ** 3;
  };
  const H = hessianFromGradient(
    gradient,
    Float64Array.of(2, 1),
    Float64Array.of(1e-4, 1e-4),
    undefined,
    undefined,
    true,
  );
  assert.equal(evaluations, 3);
  [[0, 0, 14], [0, 1, 4], [1, 0, 4], [1, 1, 12]].forEach(([i, j, exact]) => {
    const off = Math.abs(H.get(i, j) - exact);
    assert.ok(off > 1e-6 && off < 2e-3, `${i} ${j}: ${off}`); // half the third derivative, 3 to 12, times the step
  });
});

Deno.test("hessianFromGradient: exact for cubics but for h², symmetric", () => {
  const gradient = (x: Float64Array, g: Float64Array) => { // of x²y + y³
    g[0] = 2 * x[0] * x[1];
    g[1] = x[0] ** 2 + 3 * x[1] ** 2;
  };
  const H = hessianFromGradient(gradient, Float64Array.of(2, 5), Float64Array.of(1e-3, 1e-3));
  const expected = [[10, 4], [4, 30]];
  expected.forEach((row, i) =>
    row.forEach((v, j) => assert.ok(Math.abs(H.get(i, j) - v) < 1e-9, `[${i}, ${j}] ${H.get(i, j)}`))
  );
});

Deno.test("hessianFromGradient: with a part of which the Hessian is known the rest is differenced to one side, from half as many gradients", () => {
  // x³y + 1e-3 exp(x + 2y), the first term known: an error of h/2 times the third derivatives of the second
  const dear = (x: Float64Array) => 1e-3 * Math.exp(x[0] + 2 * x[1]);
  const known = (x: Float64Array, g: Float64Array) => g.set([3 * x[0] ** 2 * x[1], x[0] ** 3]);
  const part = {
    gradient: known,
    hessian: (x: Float64Array) => new Matrix([[6 * x[0] * x[1], 3 * x[0] ** 2], [3 * x[0] ** 2, 0]]),
  };
  const at = Float64Array.of(1.3, 0.4), e = dear(at), h = 1e-4;
  let gradients = 0;
  const gradient = (x: Float64Array, g: Float64Array) => {
    known(x, g);
    g[0] += dear(x);
    g[1] += 2 * dear(x);
    gradients++;
  };
  const H = hessianFromGradient(gradient, at, Float64Array.of(h, h), undefined, part);
  [[0, 0, 6 * at[0] * at[1] + e], [1, 0, 3 * at[0] ** 2 + 2 * e], [1, 1, 4 * e]].forEach(
    ([i, j, expected]) => {
      assert.ok(
        Math.abs(H.get(i, j) - expected) < 1e-7 + 4 * h * e,
        `${i}, ${j}: ${H.get(i, j)}, ${expected}`,
      );
      assert.equal(H.get(i, j), H.get(j, i));
    },
  );
  assert.equal(
    gradients,
    4,
    "in y, of which the known part has no curvature, the rest is differenced to both sides",
  );
  assert.ok(Math.abs(H.get(1, 1) - 4 * e) < 1e-8, `${H.get(1, 1)}`);
});

Deno.test("minimize: values that may be off by something are so far from the minimum, and those of its last point are not", () => {
  const told: number[] = [], offs: number[] = [];
  let off = 0;
  const vague: Objective = {
    evaluate(x, gradient, slack = 0) {
      told.push(slack);
      offs.push(off = slack);
      const value = rosenbrock.evaluate(x, gradient) + 0.01 * slack; // of the worst there could be
      for (let i = 0; i < 2; i++) gradient[i] += 0.01 * slack;
      return value;
    },
    get off() {
      return off;
    },
  };
  const found = minimize(vague, { ...options, start: Float64Array.of(-1.2, 1) });
  assert.ok(found.converged && offs.at(-1) === 0);
  assert.ok(Math.abs(found.x[0] - 1) < 1e-6 && Math.abs(found.x[1] - 1) < 2e-6, `${found.x}`); // √(2 · 1e-14) over the least curvature, 0.4
  assert.ok(told.filter((slack) => slack > 0).length > told.length / 2);
  const exact = minimize(rosenbrock, { ...options, start: Float64Array.of(-1.2, 1) });
  // errors of a millionth of the slope turn hardly a step: the way is the same, give or take the last ones
  assert.ok(
    Math.abs(found.evaluations - exact.evaluations) <= 2,
    `${found.evaluations}, ${exact.evaluations}`,
  );
});

Deno.test("minimize: where no step leads down, it is the value where it stands that is made exact", () => {
  const start = Float64Array.of(3), exact: number[] = [];
  let off = 0;
  const edge: Objective = { // nothing is defined but the start, whose steps come to be shorter than its value is known for
    evaluate(x, gradient, slack = 0) {
      off = x[0] === start[0] ? slack : 0;
      if (slack === 0) exact.push(x[0]);
      gradient[0] = 1;
      return x[0] === start[0] ? slack : Infinity;
    },
    curvature: () => Matrix.eye(1),
    get off() {
      return off;
    },
  };
  const found = minimize(edge, { ...options, start });
  assert.ok(!found.converged && found.value === 0, `${found.value}`);
  assert.deepEqual(exact, [3]);
});
