/** What must hold for every covariance structure of the registry. A new structure is tested by its line in mod.ts. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse, symmetricEigen } from "../../lib/math/dense.ts";
import { seed } from "../../lib/math/random.ts";
import { valuesLength } from "../../lib/math/sparse.ts";
import { patternOf } from "../../lib/model/objective/node_precision.ts";
import type { Covariance, Structure, TermShape } from "../../lib/model/structures/structure.ts";
import * as structures from "../../lib/model/structures/mod.ts";
import { exchangeable } from "../extensions/exchangeable.ts";
import { difference } from "./differences.ts";

const SIZES = [1, 2, 3, 5], PAD = 2; // θ and gradient begin somewhere inside longer arrays
/** A walk needs steps. */
const FEWEST: Readonly<Record<string, number>> = { rw1: 2, rw2: 3 };
/** Positions enough for a structure that has a precision form to take it. */
const MANY = 15;

/** What propto is proportional to. */
const RELATION = {
  labels: Array.from({ length: MANY + 2 }, (_, k) => String(k)),
  covariance: Array.from(
    { length: MANY + 2 },
    (_, i) => Array.from({ length: MANY + 2 }, (_, j) => (1 + Math.min(i, j) / 9) * 0.7 ** Math.abs(i - j)),
  ),
};

/** A term with c coefficients, or positions on a line and in the plane. */
function shape(c: number, levels = 2): TermShape {
  const positions = Array.from({ length: c }, (_, k) => String(k));
  return {
    label: "0 + p | g",
    names: positions.map((p) => `p${p}`),
    levels: Array.from({ length: levels }, (_, l) => `g${l}`),
    positions,
    arguments: {},
    relation: RELATION,
    known: null,
  };
}

/** θ of a structure in general position, as part of a longer array. */
function parameters(s: Covariance, from = 3): Float64Array {
  const random = seed(from), theta = new Float64Array(PAD + s.thetas + 1).fill(NaN);
  for (let j = 0; j < s.thetas; j++) theta[PAD + j] = 0.5 * random.normal();
  return theta;
}

function template(s: Covariance, theta: Float64Array): Float64Array {
  const T = new Float64Array(s.width * s.width).fill(NaN);
  s.fill(theta, PAD, T);
  return T;
}

/** T Tᵀ. */
function within(s: Covariance, theta: Float64Array): Matrix {
  const T = template(s, theta), c = s.width, M = Matrix.zeros(c, c);
  for (let j = 0; j < c; j++) for (let i = 0; i < c; i++) M.set(i, j, T[j * c + i]);
  return M.mmul(M.transpose());
}

/** `us` where a correlation of the first two coefficients is held, and one of a pair that is not the first. */
const held = (fixed: Record<string, number>): Structure => ({
  ...structures.us,
  bind: (term) => structures.us.bind({ ...term, fixed }),
});
const ALL: [string, Structure][] = [
  ...Object.entries(structures) as [string, Structure][],
  ["us, held", held({ "cor__p0.p1": -0.4 })],
  ["us, another held", held({ "cor__p1.p2": 0.3 })],
  ["us, two held", held({ "cor__p0.p2": 0.8, "cor__p1.p2": 0.7 })],
  ["us, all but one held", held({ "cor__p0.p1": 0.5, "cor__p1.p2": -0.7 })],
  ["rr, one factor", {
    ...structures.rr,
    bind: (term) => structures.rr.bind({ ...term, arguments: { d: 1 } }),
  }],
  ["exchangeable", exchangeable], // the example of the guide
];

for (const [name, structure] of ALL) {
  const bound = SIZES.filter((c) => c >= (FEWEST[name] ?? 1)).map((c) => structure.bind(shape(c))).filter((
    s,
  ) => s.width > 1 || s.precision === undefined);

  Deno.test(`${name}: is registered under its own name`, () => {
    assert.equal(structure.name, name.split(",")[0]);
    for (const s of bound) assert.equal(s.structure, structure.name);
  });

  Deno.test(`${name}: the template is lower triangular and T Tᵀ positive semi-definite`, () => {
    for (const s of bound) {
      const theta = parameters(s), T = template(s, theta), c = s.width;
      for (let j = 0; j < c; j++) {
        for (let i = 0; i < c; i++) {
          assert.ok(Number.isFinite(T[j * c + i]), `T[${i}, ${j}] is ${T[j * c + i]}`);
          if (i < j) assert.ok(T[j * c + i] === 0);
        }
      }
      const { values } = symmetricEigen(within(s, theta));
      assert.ok(Math.min(...values) > -1e-14, `eigenvalues ${values}`);
    }
  });

  Deno.test(`${name}: pullback is the adjoint of the differential of fill`, () => {
    for (const s of bound) {
      const theta = parameters(s), D = Float64Array.from({ length: s.width ** 2 }, (_, i) => Math.cos(i + 1));
      const gradient = theta.map(() => 1); // pullback adds
      s.pullback(theta, PAD, D, gradient);
      const value = (j: number) => (t: number) =>
        template(s, theta.map((v, i) => (i === PAD + j ? v + t : v))).reduce(
          (sum, v, i) => sum + v * D[i],
          0,
        );
      for (let j = 0; j < s.thetas; j++) {
        const expected = 1 + difference(value(j), 1e-3);
        assert.ok(
          Math.abs(gradient[PAD + j] - expected) < 1e-9,
          `width ${s.width}, θ${j}: ${gradient[PAD + j]}, difference ${expected}`,
        );
      }
      assert.deepEqual(
        [gradient[0], gradient[1], gradient.at(-1)],
        [1, 1, 1],
        "writes outside its parameters",
      );
    }
  });

  // the templates are compared: a single correlation does not tell a range from a smoothness. Minima found by values are good to the
  // root of the rounding error
  Deno.test(`${name}: near undoes fill, up to signs`, () => {
    for (const s of bound) {
      const theta = parameters(s), back = theta.slice(), near = s.near(template(s, theta));
      assert.equal(near.length, s.thetas);
      back.set(near, PAD);
      const S = within(s, theta), difference = within(s, back).sub(S).abs().max();
      assert.ok(difference < 1e-6 * (1 + S.abs().max()), `width ${s.width}: ${difference}`);
    }
  });

  Deno.test(`${name}: start has the standard deviations asked for`, () => {
    for (const s of bound) {
      const c = s.width,
        sd = Array.from({ length: c }, (_, j) => s.freedom === "scalar" ? 0.7 : 0.3 + 0.2 * j);
      const theta = parameters(s), start = s.start(sd), R = name === "propto" ? RELATION.covariance : null;
      assert.equal(start.length, s.thetas);
      theta.set(start, PAD);
      const S = within(s, theta);
      const mean = R ? sd.reduce((sum, _, i) => sum + R[i][i], 0) / c : 1; // of variances that are held in proportion
      sd.forEach((v, i) => {
        const own = Math.sqrt(S.get(i, i) / (R ? R[i][i] / mean : 1));
        assert.ok(Math.abs(own - v) < 1e-12, `sd ${i} is ${own}`);
      });
    }
  });

  Deno.test(`${name}: edges are standard deviations whose sign is free, and 0 leaves nothing of what they name`, () => {
    for (const s of bound) {
      for (const { at, column, idle } of s.edges) {
        assert.equal(column[0], at);
        const theta = parameters(s), flipped = theta.slice(), S = within(s, theta);
        for (const i of column) flipped[PAD + i] *= -1;
        const same = (A: Matrix, B: Matrix) => A.sub(B).abs().max() < 1e-14;
        assert.ok(same(S, within(s, flipped)), `θ${at}: the covariance depends on its sign`);
        if (s.edges.length > 1) continue;
        const zero = parameters(s), other = zero.slice();
        zero[PAD + at] = other[PAD + at] = 0;
        for (const i of idle) other[PAD + i] += 0.3;
        assert.ok(same(within(s, zero), within(s, other)), `θ${at} = 0 leaves ${idle}`);
      }
    }
  });

  Deno.test(`${name}: a correlation that is held stays, whatever the signs of θ`, () => {
    for (const s of bound.filter(({ width }) => width === 3)) {
      const theta = parameters(s),
        at = (values: Float64Array, i: number, j: number) => {
          const S = within(s, values);
          return S.get(i, j) / Math.sqrt(S.get(i, i) * S.get(j, j));
        };
      const values = [
        ["us, held", 0, 1, -0.4],
        ["us, another held", 1, 2, 0.3],
        ["us, two held", 0, 2, 0.8],
        ["us, two held", 1, 2, 0.7],
        ["us, all but one held", 0, 1, 0.5],
        ["us, all but one held", 1, 2, -0.7],
      ] as const;
      for (const [, i, j, expected] of values.filter(([which]) => which === name)) {
        for (let k = 0; k < 3; k++) {
          theta[PAD + k] *= -1;
          assert.ok(Math.abs(at(theta, i, j) - expected) < 1e-14, `${at(theta, i, j)}`);
        }
      }
    }
  });

  Deno.test(`${name}: linear says whether fill is linear`, () => {
    for (const s of bound) {
      const a = parameters(s), b = parameters(s, 4), both = a.map((v, i) => 2 * v - 3 * b[i]);
      const A = template(s, a), B = template(s, b), C = template(s, both);
      const linear = C.every((v, i) => Math.abs(v - 2 * A[i] + 3 * B[i]) < 1e-12);
      if (s.linear) assert.ok(linear, `width ${s.width}`);
      else if (s.width > 1) assert.ok(!linear, `width ${s.width}: is linear after all`);
    }
  });

  Deno.test(`${name}: own parameters are smooth monotone functions of one entry of θ, inside their range`, () => {
    for (const p of bound.flatMap(({ shown }) => shown)) {
      if (p.kind !== "own") continue;
      for (const t of [-2, -0.3, 0, 0.4, 1.7]) {
        const value = p.value(t);
        assert.ok(value > p.range[0] && value < p.range[1], `${p.name} is ${value}`);
        assert.ok(Math.abs(p.theta(value) - t) < 1e-12);
        assert.ok(Math.abs(p.slope(t) - difference((h) => p.value(t + h), 1e-3)) < 1e-9);
      }
    }
  });

  const many = structure.bind(shape(MANY)), few = { ...many };
  if (many.precision) {
    Deno.test(`${name}: the precision is the inverse of the covariance between positions, with its log-determinant`, () => {
      const { precision, cells } = many,
        theta = parameters(many),
        values = new Float64Array(valuesLength(patternOf(precision!)));
      const logDet = precision!.fill(theta, PAD, values),
        P = Matrix.zeros(precision!.nodes, precision!.nodes);
      for (let i = 0; i < precision!.nodes; i++) P.set(i, i, values[i]);
      precision!.rows.forEach((r, e) => {
        P.set(r, precision!.cols[e], values[precision!.nodes + e]);
        P.set(precision!.cols[e], r, values[precision!.nodes + e]);
      });
      const S = positiveInverse(P)!, sd2 = template(many, theta)[0] ** 2, at = cells!.position;
      at.forEach((i, k) =>
        at.forEach((j, m) => {
          const level = (cell: number) => Number(cell >= cells!.first[1]);
          const expected = level(k) === level(m) ? few.between!(theta, PAD, i, j) / sd2 : 0;
          assert.ok(Math.abs(S.get(k, m) - expected) < 1e-11, `${S.get(k, m)}, between ${expected}`);
        })
      );
      // of P with a unit diagonal, whose eigenvalues lose fewer digits where values and slopes have different units
      const unit = P.diagonal().map(Math.sqrt), scaled = P.clone();
      unit.forEach((a, i) => unit.forEach((b, j) => scaled.set(i, j, P.get(i, j) / (a * b))));
      const { values: eigen } = symmetricEigen(scaled);
      const found = eigen.reduce((s, v) => s + Math.log(v), 0) +
        2 * unit.reduce((s, v) => s + Math.log(v), 0);
      assert.ok(Math.abs(found - logDet) < 1e-10, `log-determinant ${found}, ${logDet}`);
    });

    Deno.test(`${name}: pullback of the precision is the adjoint of its differential`, () => {
      const { precision } = many, theta = parameters(many), size = precision!.nodes + precision!.rows.length;
      const D = Float64Array.from({ length: size }, (_, i) => Math.cos(i + 1)), gradient = theta.map(() => 1);
      precision!.pullback(theta, PAD, D, 0.7, gradient);
      for (let j = 0; j < many.thetas; j++) {
        const expected = 1 + difference((t) => {
          const values = new Float64Array(valuesLength(patternOf(precision!)));
          const logDet = precision!.fill(theta.map((v, i) => i === PAD + j ? v + t : v), PAD, values);
          return D.reduce((s, v, i) => s + v * values[i], 0) + 0.7 * logDet;
        }, 1e-3);
        assert.ok(
          Math.abs(gradient[PAD + j] - expected) < 1e-8,
          `θ${j}: ${gradient[PAD + j]}, difference ${expected}`,
        );
      }
    });
  }

  Deno.test(`${name}: a new position is predicted by the dense conditional expectation`, () => {
    for (const c of [3, MANY]) {
      const s = structure.bind(shape(c)), beyond = structure.bind(shape(c + 2));
      if (!s.extend) continue;
      const theta = parameters(s), same = theta.slice();
      for (const p of s.shown) { // the same parameters in the other term's θ
        const twin = beyond.shown.find(({ name }) => name === p.name);
        if (p.kind === "own" && twin?.kind === "own") {
          same[PAD + p.at] = twin.theta(p.value(theta[PAD + p.at]));
        }
        if (p.kind === "sd" && twin?.kind === "sd") same[PAD + p.at!] *= (p.factor ?? 1) / (twin.factor ?? 1);
      }
      if (s.cells) {
        extendsCells(
          s,
          theta,
          (i, j) => beyond.between?.(same, PAD, i, j) ?? within(beyond, same).get(i, j),
          c + 1,
        );
        continue;
      }
      const S = dense(beyond, same, c + 2);
      const { index, weight, variance } = s.extend(theta, PAD, String(c + 1)); // two beyond the last
      const full = new Float64Array(c);
      index.forEach((k, e) => full[k] = weight[e]);
      // S_oo w = s_o, and the variance that is left
      for (let i = 0; i < c; i++) {
        const left = full.reduce((sum, w, k) => sum + S.get(i, k) * w, 0);
        assert.ok(Math.abs(left - S.get(i, c + 1)) < 1e-12, `position ${i} of ${c}`);
      }
      const rest = S.get(c + 1, c + 1) - full.reduce((sum, w, k) => sum + w * S.get(k, c + 1), 0);
      assert.ok(Math.abs(variance - rest) < 1e-12, `variance ${variance}, dense ${rest}`);
    }
  });
}

/** The rest is uncorrelated with the effects of all positions, and has the variance stated. */
function extendsCells(
  s: Covariance,
  theta: Float64Array,
  covariance: (i: number, j: number) => number,
  at: number,
) {
  const { nodes, rows, cols } = s.precision!,
    values = new Float64Array(valuesLength(patternOf(s.precision!))),
    P = Matrix.zeros(nodes, nodes);
  s.precision!.fill(theta, PAD, values);
  for (let i = 0; i < nodes; i++) P.set(i, i, values[i]);
  rows.forEach((r, e) => {
    P.set(r, cols[e], values[nodes + e]);
    P.set(cols[e], r, values[nodes + e]);
  });
  const S = positiveInverse(P)!.mul(template(s, theta)[0] ** 2), { position, first } = s.cells!;
  const { index, weight, variance } = s.extend!(theta, PAD, String(at), 0);
  for (let k = 0; k < first[1]; k++) {
    const found = index.reduce((sum, i, e) => sum + weight[e] * S.get(k, i), 0);
    assert.ok(Math.abs(found - covariance(position[k], at)) < 1e-11, `position ${position[k]}: ${found}`);
  }
  const explained = index.reduce(
    (sum, i, a) => sum + index.reduce((t, j, b) => t + weight[a] * weight[b] * S.get(i, j), 0),
    0,
  );
  assert.ok(Math.abs(explained + variance - covariance(at, at)) < 1e-11, `${explained} + ${variance}`);
}

/** Covariance of the positions of one level, in either form. */
function dense(s: Covariance, theta: Float64Array, c: number): Matrix {
  if (s.width === c) return within(s, theta);
  const S = Matrix.zeros(c, c);
  for (let i = 0; i < c; i++) for (let j = 0; j < c; j++) S.set(i, j, s.between!(theta, PAD, i, j));
  return S;
}
