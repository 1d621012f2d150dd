/** Searches whose data drive a range to infinity: they end there, in a few dozen evaluations, and say so. */
import assert from "node:assert/strict";
import { fit, type Frame, pl } from "../../../mod.ts";
import { choleskyFactor, Matrix } from "../../../lib/math/dense.ts";
import { seed } from "../../../lib/math/random.ts";

/** Below so much of the limit a search ends, and rounding errors. */
const LEFT = 5e-5;
/** Searches that crept took 500 and more. */
const EVALUATIONS = 60;

const frame = (rows: readonly Record<string, unknown>[]) =>
  pl.DataFrame(Object.fromEntries(Object.keys(rows[0]).map((k) => [k, rows.map((r) => r[k])]))) as Frame;

/** Restricted log-likelihood of y = μ + s·(intrinsic field with semivariogram d) + e at its best s²: that of contrasts, dense. */
function intrinsic(y: readonly number[], distance: (i: number, j: number) => number): number {
  const n = y.length, at = (k: number, i: number) => i < k ? 1 : i === k ? -k : 0; // Helmert contrasts
  const A = new Matrix(
    Array.from({ length: n - 1 }, (_, k) => {
      const scale = 1 / Math.sqrt((k + 1) * (k + 2));
      return Array.from({ length: n }, (_, i) => at(k + 1, i) * scale);
    }),
  );
  const D = new Matrix(
    Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => -distance(i, j))),
  );
  const field = A.mmul(D).mmul(A.transpose()), z = A.mmul(Matrix.columnVector([...y])).to1DArray(), m = n - 1;
  const value = (logS: number) => {
    const V = Matrix.add(Matrix.mul(field, Math.exp(logS)), Matrix.eye(m)), L = choleskyFactor(V)!;
    const half = new Float64Array(m);
    let squares = 0, logDet = 0;
    for (let i = 0; i < m; i++) {
      let v = z[i];
      for (let j = 0; j < i; j++) v -= L.get(i, j) * half[j];
      half[i] = v / L.get(i, i);
      squares += half[i] ** 2;
      logDet += 2 * Math.log(L.get(i, i));
    }
    return -(m * (Math.log(2 * Math.PI * squares / m) + 1) + logDet + Math.log(n)) / 2;
  };
  let [low, high] = [-12, 12];
  for (let k = 0; k < 60; k++) {
    const a = low + 0.382 * (high - low), b = low + 0.618 * (high - low);
    if (value(a) > value(b)) high = b;
    else low = a;
  }
  return value((low + high) / 2);
}

const random = seed(3);
const places = Array.from({ length: 60 }, () => ({ u: random.uniform(), v: random.uniform() }));
const surface = [...places, ...places].map(({ u, v }) => ({
  u,
  v,
  g: "one",
  y: Math.sin(5 * u) + Math.cos(4 * v) + 0.3 * random.normal(),
}));
const ramp = Array.from({ length: 30 }, (_, i) => {
  const t = i % 10;
  return { t, step: `t${t}`, g: "one", y: 0.6 * t + 0.3 * random.normal() };
});

const cases: readonly [string, readonly Record<string, unknown>[], (i: number, j: number) => number][] = [
  [
    "exp(0 + numFactor(u, v) | g)",
    surface,
    (i, j) => Math.hypot(surface[i].u - surface[j].u, surface[i].v - surface[j].v),
  ],
  ["ou(0 + numFactor(t) | g)", ramp, (i, j) => Math.abs(ramp[i].t - ramp[j].t)],
  ["ar1(0 + step | g)", ramp, (i, j) => Math.abs(ramp[i].t - ramp[j].t)],
];

for (const [term, rows, distance] of cases) {
  Deno.test(`${term}: where it runs away it is an intrinsic field, and the search ends`, () => {
    const model = fit(`y ~ 1 + ${term}`, frame(rows));
    assert.ok(model.converged, model.certificate.text);
    assert.ok(model.certificate.evaluations < EVALUATIONS, `${model.certificate.evaluations} evaluations`);
    const limit = intrinsic(rows.map(({ y }) => y as number), distance);
    assert.ok(
      model.logLik < limit + 1e-6 && model.logLik > limit - LEFT,
      `${model.logLik}, in the limit ${limit}`,
    );
    assert.match(model.certificate.text, /flat/);
    const [message, ...others] = model.messages;
    assert.match(message, /runs to (infinity|1): .* So does its standard deviation/);
    assert.deepEqual(others, []);
  });
}

Deno.test("where levels differ and their positions do not, an infinite range is one effect for all of them", () => {
  const random = seed(8);
  const rows = Array.from({ length: 60 }, (_, g) => {
    const level = 2 * random.normal();
    return Array.from({ length: 6 }, (_, i) => {
      const e = i % 2 === 0 ? 1 : -1; // twice at each of three places: what is left for their differences is less than rounding allows
      return { g: `g${g}`, u: i >> 1, y: level + e * (0.5 + 0.1 * Math.abs(random.normal())) };
    });
  }).flat();
  const model = fit("y ~ 1 + exp(0 + numFactor(u) | g)", frame(rows)),
    plain = fit("y ~ 1 + (1 | g)", frame(rows));
  assert.ok(model.converged && model.certificate.evaluations < EVALUATIONS, model.certificate.text);
  assert.ok(Math.abs(model.logLik - plain.logLik) < LEFT, `${model.logLik}, ${plain.logLik}`);
  assert.ok(
    Math.abs(model.random[0].parameters[0].estimate / plain.random[0].parameters[0].estimate - 1) < 1e-3,
  );
  assert.match(model.messages[0], /runs to infinity: .* as good as one for all its positions, \(1 \| g\)/);
});

Deno.test("neighbours that are as good as alike, and a correlation that the data know", () => {
  const random = seed(1);
  let height = 0;
  const rows = Array.from({ length: 400 }, (_, k) => {
    height += 0.2 * random.normal();
    return { step: `t${String(k).padStart(3, "0")}`, g: "one", y: height + 0.3 * random.normal() };
  });
  const model = fit("y ~ 1 + ar1(0 + step | g)", frame(rows)), [, rho] = model.random[0].parameters;
  assert.ok(rho.estimate > 0.98 && rho.estimate < 0.9999, `${rho.estimate}`);
  assert.match(model.certificate.text, /curved in every direction \(/);
  assert.deepEqual(model.messages, []);
});
