/**
 * The tile kernels in TypeScript: what lib/math/wasm/tiles.wat computes, operation by operation in the same order, so to the same
 * bits. For machines without WebAssembly, and matrices that its memory does not hold.
 */
import type { Product, Strips, TileKernels } from "./tiles.ts";

/** Kernels over an array of their own. @param length numbers of it */
export function referenceKernels(length: number): TileKernels {
  const memory = new Float64Array(length);
  return {
    memory,
    multiply: (product) => multiply(memory, product),
    solve: (b, l, m, n, first) => {
      for (let r = 0; r < m; r++) {
        solveStrip(memory, b.at + r * b.step, l, n, Math.max(0, first + r));
      }
    },
    factor: (l, n) => factor(memory, l, n),
  };
}

function multiply(x: Float64Array, { c, down, right, a, b, m, n, k, first, last, alpha, add }: Product) {
  for (let r = 0; r < m; r++) {
    const from = Math.min(k, Math.max(0, first + r)), end = Math.min(n, Math.max(0, last + r));
    for (let s = 0; s < end; s++) {
      const to = c + r * down + s * right,
        p = a.at + r * a.step + 16 * from,
        q = b.at + s * b.step + 16 * from;
      product(x, to, p, q, k - from, alpha, add);
    }
  }
}

/** A tile of sums: the product may take the place of one of its factors. */
const sums = new Float64Array(16);

/** Two columns of the tile at a time: eight sums are what a processor has room for. */
function product(
  x: Float64Array,
  c: number,
  p: number,
  q: number,
  tiles: number,
  alpha: number,
  add: boolean,
) {
  for (const j of [0, 2]) {
    let a0 = 0, a1 = 0, a2 = 0, a3 = 0, b0 = 0, b1 = 0, b2 = 0, b3 = 0;
    for (let u = p, v = q + j, end = p + 16 * tiles; u < end; u += 4, v += 4) {
      const f = x[v], g = x[v + 1], x0 = x[u], x1 = x[u + 1], x2 = x[u + 2], x3 = x[u + 3];
      a0 += x0 * f;
      a1 += x1 * f;
      a2 += x2 * f;
      a3 += x3 * f;
      b0 += x0 * g;
      b1 += x1 * g;
      b2 += x2 * g;
      b3 += x3 * g;
    }
    const o = 4 * j;
    sums[o] = a0;
    sums[o + 1] = a1;
    sums[o + 2] = a2;
    sums[o + 3] = a3;
    sums[o + 4] = b0;
    sums[o + 5] = b1;
    sums[o + 6] = b2;
    sums[o + 7] = b3;
  }
  for (let i = 0; i < 16; i++) x[c + i] = add ? x[c + i] + alpha * sums[i] : alpha * sums[i];
}

/** Column j of a tile minus those before it times row j of the tile at l. */
function reduce(x: Float64Array, tile: number, l: number, j: number) {
  for (let k = 0; k < j; k++) {
    const f = x[l + 4 * k + j];
    for (let i = 0; i < 4; i++) x[tile + 4 * j + i] -= x[tile + 4 * k + i] * f;
  }
}

/** Tile ← tile L⁻ᵀ for the lower triangle of the tile at l. */
function triangle(x: Float64Array, tile: number, l: number) {
  for (let j = 0; j < 4; j++) {
    reduce(x, tile, l, j);
    for (let i = 0; i < 4; i++) x[tile + 4 * j + i] /= x[l + 5 * j];
  }
}

/** Cholesky factor of a tile in place. @returns false where a pivot is not positive */
function root(x: Float64Array, tile: number): boolean {
  for (let j = 0; j < 4; j++) {
    reduce(x, tile, tile, j);
    const pivot = x[tile + 5 * j], l = Math.sqrt(pivot);
    if (!(pivot > 0)) return false;
    for (let i = 0; i < 4; i++) x[tile + 4 * j + i] /= l;
    x[tile + 5 * j] = l;
  }
  return true;
}

/** Tiles from … n of one strip ← what solves b Lᵀ = b. */
function solveStrip(x: Float64Array, b: number, l: Strips, n: number, from: number) {
  for (let s = from; s < n; s++) {
    const strip = l.at + s * l.step;
    product(x, b + 16 * s, b + 16 * from, strip + 16 * from, s - from, -1, true);
    triangle(x, b + 16 * s, strip + 16 * s);
  }
}

function factor(x: Float64Array, l: Strips, n: number): boolean {
  for (let r = 0; r < n; r++) {
    const strip = l.at + r * l.step;
    solveStrip(x, strip, l, r, 0);
    product(x, strip + 16 * r, strip, strip, r, -1, true);
    if (!root(x, strip + 16 * r)) return false;
  }
  return true;
}
