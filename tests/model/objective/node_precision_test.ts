/** A precision across nodes, P ⊗ I_c, against the dense matrix: products, sums, adjoints and draws. */
import assert from "node:assert/strict";
import { Matrix, positiveInverse, symmetricEigen } from "../../../lib/math/dense.ts";
import { blockPattern } from "../../../lib/math/sparse.ts";
import type { GroupLayout } from "../../../lib/model/objective/group_layout.ts";
import { NodePrecision } from "../../../lib/model/objective/node_precision.ts";
import type { Precision } from "../../../lib/model/structures/structure.ts";
import { sameGradient } from "../../laws/differences.ts";
import { blockValues, form, logDeterminant, matrixOf, sameMatrix, scattered, whole } from "./dense.ts";

const NODES = 5, WIDTH = 2, ROWS = Int32Array.of(1, 3, 4, 4), COLS = Int32Array.of(0, 1, 2, 3);
/** Nodes of another factor before it. */
const BEFORE = 3;

/** P(ρ) = D + ρC on a tree-like graph: diagonal 3 + node + ρ², couplings ρ(1 + e/2). */
function dense(rho: number): Matrix {
  const P = Matrix.diag(Array.from({ length: NODES }, (_, i) => 3 + i + rho ** 2));
  ROWS.forEach((r, e) => [[r, COLS[e]], [COLS[e], r]].forEach(([a, b]) => P.set(a, b, rho * (1 + e / 2))));
  return P;
}

const precision: Precision = {
  nodes: NODES,
  rows: ROWS,
  cols: COLS,
  unequal: true,
  fill(theta, at, values) {
    const P = dense(theta[at + 1]);
    for (let i = 0; i < NODES; i++) values[i] = P.get(i, i);
    ROWS.forEach((r, e) => values[NODES + e] = P.get(r, COLS[e]));
    return logDeterminant(P);
  },
  pullback(theta, at, D, logDet, gradient) {
    const rho = theta[at + 1], inverse = positiveInverse(dense(rho))!;
    const slope = (i: number, j: number) => D[i === j ? i : NODES + j] * (i === j ? 2 * rho : 1 + j / 2);
    for (let i = 0; i < NODES; i++) gradient[at + 1] += slope(i, i) + logDet * inverse.get(i, i) * 2 * rho;
    ROWS.forEach((r, e) =>
      gradient[at + 1] += slope(-1, e) + logDet * 2 * inverse.get(r, COLS[e]) * (1 + e / 2)
    );
  },
};

const sizes = [...new Array(BEFORE).fill(1), ...new Array(NODES).fill(WIDTH)], q = BEFORE + NODES * WIDTH;
const pattern = blockPattern(sizes, ROWS.map((r) => r + BEFORE), COLS.map((c) => c + BEFORE));
const group = {
  width: WIDTH,
  node: BEFORE,
  start: BEFORE,
  precisionAt: 1,
  terms: [{ thetas: 2 }],
} as unknown as GroupLayout;
const chain = { group: 0, firstBlock: BEFORE + NODES, blocks: ROWS.length };
const theta = Float64Array.of(9, 9, 0.7), at = (rho: number) => Float64Array.of(9, 9, rho);

function make(rho = theta[2]): NodePrecision {
  const own = new NodePrecision(group, precision, pattern, chain);
  own.set(at(rho), 0);
  return own;
}

/** P ⊗ I at the places of the factor, I at those before it. */
function expected(rho = theta[2], others = 1): Matrix {
  const out = Matrix.eye(q, q).mul(others), P = dense(rho);
  for (let i = 0; i < NODES; i++) {
    for (let j = 0; j < NODES; j++) {
      for (let k = 0; k < WIDTH; k++) out.set(BEFORE + i * WIDTH + k, BEFORE + j * WIDTH + k, P.get(i, j));
    }
  }
  return out;
}

Deno.test("Pu, H + P and log|P ⊗ I| are those of the dense matrix", () => {
  const own = make(),
    H = new Float64Array(pattern.at[pattern.row.length]),
    pivots = symmetricEigen(dense(theta[2])).values;
  const product = matrixOf(q, q, (u) => {
    const out = u.slice();
    own.times(u, out);
    return out;
  });
  sameMatrix(product, expected(), 1e-14, "P");
  own.addTo(H);
  sameMatrix(whole(pattern, H), expected(theta[2], 0), 1e-14, "H");
  assert.ok(Math.abs(own.logDet - WIDTH * logDeterminant(dense(theta[2]))) < 1e-12);
  assert.ok(
    own.leastPivot >= pivots[0] &&
      own.leastPivot <= dense(theta[2]).diagonal().reduce((a, b) => Math.min(a, b)),
  );
});

Deno.test("the pullback is the gradient of ½⟨S, P⟩ + Σ f xᵀPy − ½ log|P|", () => {
  const x = scattered(q), y = scattered(q, 50), random = scattered(q * q, 90), full = Matrix.zeros(q, q);
  for (let i = 0; i < q; i++) {
    for (let j = 0; j < q; j++) full.set(i, j, random[Math.max(i, j) * q + Math.min(i, j)]);
  }
  const S = blockValues(pattern, full);
  const value = ([, , rho]: Float64Array) => {
    const P = expected(rho);
    return Matrix.mul(full, P).sum() / 2 + 0.5 * form(x, P, x) - 2 * form(x, P, y) - logDeterminant(P) / 2;
  };
  const gradient = new Float64Array(3);
  make().pullback(theta, 0, S, [{ x, y: x, factor: 0.5 }, { x, y, factor: -2 }], gradient);
  sameGradient(value, gradient, theta, 1e-3, 1e-9, "∂/∂ρ");
});

Deno.test("draws have the covariance P⁻¹ ⊗ I, also after ρ has moved", () => {
  const own = make(0.2);
  own.correlate(scattered(q));
  own.set(theta, 0);
  const A = matrixOf(q, q, (u) => (own.correlate(u), u));
  sameMatrix(A.mmul(A.transpose()), positiveInverse(expected())!, 1e-13, "A Aᵀ");
});
