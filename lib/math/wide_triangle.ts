/** Triangular algebra of triangle.ts for orders from {@link WIDE} on, in strips of tiles. */
import { DenseFactor, denseLength } from "./dense_factor.ts";
import {
  addProduct,
  BLOCK,
  byColumns,
  DEPTH,
  pack,
  transposed,
  unpack,
  type View,
} from "./dense_products.ts";
import { scratchKernels } from "./tile_kernels.ts";
import { FROM_START, type Strips, type TileKernels, TO_END } from "./tiles.ts";

/** Cholesky factor in place of a lower triangle. @returns false where it is not positive definite; the matrix is then as it was */
export function wideCholesky(a: Float64Array, n: number): boolean {
  const kernels = scratchKernels(denseLength(n)),
    factor = new DenseFactor(kernels, 0, n),
    all = byColumns(a, n);
  factor.pack(all);
  if (!factor.factor()) return false;
  factor.unpack(all);
  return true;
}

/** T Tᵀ of a lower triangle, all of it. */
export function wideGram(T: Float64Array, n: number): Float64Array {
  const S = new Float64Array(n * n), all = byColumns(T, n);
  addProduct(all, all, [n, n, n], { zeros: "above", half: true }, byColumns(S, n), false);
  return mirrored(S, n);
}

/** The adjoint of {@link wideCholesky}: see triangle.ts. */
export function wideCholeskyAdjoint(L: Float64Array, onFactor: Float64Array, n: number): Float64Array {
  const P = new Float64Array(n * n), all = byColumns(P, n);
  const [left, right] = [L, onFactor].map((x) => transposed(byColumns(lower(x, n), n)));
  addProduct(left, right, [n, n, n], { zeros: "below", half: true }, all, false);
  mirrored(P, n); // Φ + Φᵀ
  const strips = Math.ceil(n / 4),
    step = 16 * strips,
    size = strips * step,
    kernels = scratchKernels(2 * size);
  const { memory } = kernels, factor = { at: 0, step }, sides = { at: size, step };
  // x L⁻¹ from its last entry on is x′ L′⁻ᵀ for x and the transpose of L read backwards
  pack(memory, factor, backwards(transposed(byColumns(lower(L, n), n)), n), n, n);
  for (let i = n; i < 4 * strips; i++) memory[(i >> 2) * step + (i & 3) + 4 * i] = 1;
  pack(memory, sides, backwards(all, n), n, n);
  solveStrips(kernels, sides, factor, strips, false);
  unpack(memory, sides, backwards(all, n), n, n, false, false); // P L⁻¹
  pack(memory, sides, backwards(transposed(all), n), n, n);
  solveStrips(kernels, sides, factor, strips, true);
  unpack(memory, sides, backwards(all, n), n, n, true, false); // (P L⁻¹)ᵀ L⁻¹ = L⁻ᵀ P L⁻¹
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) P[j * n + i] = P[i * n + j] = P[i * n + j] / 2; // backwards, the lower half is the upper
  }
  return P;
}

/** B ← B L⁻ᵀ, or what of it is in the lower triangle. */
function solveStrips(kernels: TileKernels, b: Strips, l: Strips, strips: number, half: boolean): void {
  for (let J = 0; J < strips; J += BLOCK) {
    const w = Math.min(BLOCK, strips - J), top = half ? J : 0, m = strips - top;
    const rows = { at: b.at + top * b.step, step: b.step }, columns = l.at + J * l.step;
    for (let K = 0; K < J; K += DEPTH) {
      kernels.multiply({
        ...{ c: rows.at + 16 * J, down: b.step, right: 16 },
        ...{ a: { at: rows.at + 16 * K, step: b.step }, b: { at: columns + 16 * K, step: l.step } },
        ...{ m, n: w, k: Math.min(DEPTH, J - K), first: FROM_START, last: TO_END, alpha: -1, add: true },
      });
    }
    const block = { at: rows.at + 16 * J, step: b.step };
    kernels.solve(block, { at: columns + 16 * J, step: l.step }, m, w, FROM_START);
  }
}

/** Rows and columns from the last to the first. */
function backwards({ x, at, row, column }: View, n: number): View {
  return { x, at: at + (n - 1) * (row + column), row: -row, column: -column };
}

/** The lower triangle with zeros above it. */
function lower(x: Float64Array, n: number): Float64Array {
  const out = x.slice(0, n * n);
  for (let j = 1; j < n; j++) out.fill(0, j * n, j * n + j);
  return out;
}

/** The lower triangle above the diagonal as well, in place. */
export function mirrored(x: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++) for (let i = j + 1; i < n; i++) x[i * n + j] = x[j * n + i];
  return x;
}
