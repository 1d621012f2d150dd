/** Products with wide blocks against plain loops: a node with itself (diagonal or full) and two nodes, at odd orders. */
import assert from "node:assert/strict";
import { addAdjoint, fromSphere, toSphere } from "../../../lib/model/objective/wide_blocks.ts";
import { seed } from "../../../lib/math/random.ts";

type Dense = (i: number, j: number) => number;
const AT = 3;

/** Σ_k a_ik b_kj */
const times = (a: Dense, b: Dense, inner: number): Dense => (i, j) => {
  let s = 0;
  for (let k = 0; k < inner; k++) s += a(i, k) * b(k, j);
  return s;
};
const turned = (a: Dense): Dense => (i, j) => a(j, i);

/** Random numbers in columns; triangles have zeros above the diagonal, and the others are symmetric or diagonal where asked. */
function columns(r: number, c: number, kind: "full" | "lower" | "symmetric" | "diagonal", at = 0) {
  const random = seed(r * 7 + c), x = new Float64Array(at + r * c);
  for (let j = 0; j < c; j++) {
    for (let i = 0; i < r; i++) {
      if (kind === "diagonal" && i !== j || kind === "lower" && i < j) continue;
      x[at + j * r + i] = kind === "symmetric" && i < j ? x[at + i * r + j] : random.normal();
    }
  }
  return { x, entry: ((i, j) => x[at + j * r + i]) as Dense };
}

/** Each product is evaluated once per entry, so that three factors cost no more than two. */
function table(r: number, c: number, f: Dense): Dense {
  const x = Array.from({ length: r }, (_, i) => Float64Array.from({ length: c }, (_, j) => f(i, j)));
  return (i, j) => x[i][j];
}

function check(
  got: Float64Array,
  at: number,
  r: number,
  c: number,
  expected: Dense,
  lower: boolean,
  what: string,
) {
  for (let j = 0; j < c; j++) {
    for (let i = lower ? j : 0; i < r; i++) {
      const off = Math.abs(got[at + j * r + i] - expected(i, j));
      assert.ok(off < 1e-11, `${what}: [${i}, ${j}] off by ${off}`); // sums of 5,000 products of numbers near 1
    }
  }
}

const CASES = [
  { r: 50, c: 50, own: true, kind: "diagonal" },
  { r: 67, c: 67, own: true, kind: "symmetric" },
  { r: 66, c: 49, own: false, kind: "full" },
] as const;

for (const { r, c, own, kind } of CASES) {
  Deno.test(`wide blocks: ${r} × ${c}, ${kind}`, () => {
    const Tr = columns(r, r, "lower"), Tc = own ? Tr : columns(c, c, "lower"), half = new Float64Array(r * c);
    const X = columns(r, c, kind, AT), S = columns(r, c, own ? "symmetric" : "full", AT);
    const block = { at: AT, r, c, Tr: Tr.x, Tc: Tc.x, own }, Y = new Float64Array(AT + r * c).fill(7);

    toSphere(block, X.x, half, Y);
    const XT = table(r, c, times(X.entry, Tc.entry, c));
    check(Y, AT, r, c, times(turned(Tr.entry), XT, r), false, "Tᵀ X T");
    fromSphere(block, S.x, half, Y);
    check(Y, AT, r, c, times(table(r, c, times(Tr.entry, S.entry, r)), turned(Tc.entry), c), false, "T S Tᵀ");
    assert.deepEqual([...Y.slice(0, AT)], [7, 7, 7], "writes before the block");

    for (const lower of [true, false]) {
      const Wr = new Float64Array(r * r).fill(2), Wc = own ? Wr : new Float64Array(c * c).fill(2);
      addAdjoint(block, [X.x, S.x], half, [Wr, Wc], lower);
      const onRow = times(XT, turned(S.entry), c);
      check(Wr, 0, r, r, (i, j) => 2 + onRow(i, j), lower, "M T Sᵀ");
      if (own) continue;
      const onColumn = times(table(c, r, times(turned(X.entry), Tr.entry, r)), S.entry, r);
      check(Wc, 0, c, c, (i, j) => 2 + onColumn(i, j), lower, "Mᵀ T S");
    }
  });
}
