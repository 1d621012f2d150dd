/** I + K, CK and |K|² against K as a dense matrix, K = CᵀC − A off the diagonal blocks; entries are at most 1. */
import assert from "node:assert/strict";
import { Elimination } from "../../../lib/math/iterative/elimination.ts";
import { Products } from "../../../lib/math/iterative/products.ts";
import { split } from "../../../lib/math/iterative/split.ts";
import { close } from "../close.ts";
import { shapes } from "./scattered.ts";

/** C by columns of R, and K. */
function dense({ split: s, C, A }: Elimination) {
  const {
    pattern: { start, row, col },
    inner,
    outer,
    outerSize,
    pointer,
    column,
    panel,
    among,
    amongAt,
    offset,
  } = s;
  const size = (v: number) => start[v + 1] - start[v], columns = () => new Float64Array(s.innerSize);
  const Cd = Array.from({ length: outerSize }, columns);
  inner.forEach((node, i) => {
    for (let l = pointer[i]; l < pointer[i + 1]; l++) {
      for (let a = 0; a < size(node); a++) {
        Cd[column[l]][offset[node] + a] = C[panel[i] + (l - pointer[i]) * size(node) + a];
      }
    }
  });
  const K = Cd.map((x) => Float64Array.from(Cd, (y) => x.reduce((sum, v, i) => sum + v * y[i], 0)));
  among.forEach((b, k) => {
    for (let j = 0, at = amongAt[k]; j < size(col[b]); j++) {
      for (let i = 0; i < size(row[b]); i++, at++) {
        const o = offset[row[b]] + i, u = offset[col[b]] + j;
        K[o][u] -= A[at];
        K[u][o] -= A[at];
      }
    }
  });
  for (const node of outer) {
    for (let i = 0; i < size(node); i++) K[offset[node] + i].fill(0, offset[node], offset[node] + size(node));
  }
  return { Cd, K };
}

for (const [name, { pattern, values, ranges }] of Object.entries(shapes)) {
  Deno.test(`products with K that need no solve are those of dense algebra: ${name}`, () => {
    const elimination = new Elimination(split(pattern, ranges)), products = new Products(elimination);
    assert.ok(elimination.set(values));
    products.set();
    products.set(); // nothing of the last time is left
    const { split: { inner, pointer, column, panel, among, amongAt, offset } } = elimination;
    const { Cd, K } = dense(elimination), size = (v: number) => pattern.start[v + 1] - pattern.start[v];
    close(products.squares, K.reduce((sum, k) => k.reduce((s, v) => s + v * v, sum), 0), 1e-12, 0, "|K|²");
    among.forEach((b, k) => {
      const { row, col } = pattern;
      for (let j = 0, at = amongAt[k]; j < size(col[b]); j++) {
        for (let i = 0; i < size(row[b]); i++, at++) {
          close(products.among[at], K[offset[row[b]] + i][offset[col[b]] + j], 0, 1e-13, "K");
        }
      }
    });
    inner.forEach((node, i) => {
      for (let l = pointer[i]; l < pointer[i + 1]; l++) {
        for (let a = 0; a < size(node); a++) {
          const at = offset[node] + a, expected = Cd.reduce((sum, c, k) => sum + c[at] * K[k][column[l]], 0);
          close(products.panels[panel[i] + (l - pointer[i]) * size(node) + a], expected, 0, 1e-13, "CK");
        }
      }
    });
  });
}
