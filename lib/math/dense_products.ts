/** Products of dense matrices wherever they lie: packed into strips of tiles (tiles.ts), multiplied, unpacked. */
import { scratchKernels } from "./tile_kernels.ts";
import { FROM_START, type Strips, type TileKernels, TO_END } from "./tiles.ts";

/** Entry (i, j) of a matrix is `x[at + i · row + j · column]`; columns of length n one after the other have row 1 and column n. */
export interface View {
  readonly x: Float64Array;
  readonly at: number;
  readonly row: number;
  readonly column: number;
}

/** Columns of length `rows` from `at` on. */
export function byColumns(x: Float64Array, rows: number, at = 0): View {
  return { x, at, row: 1, column: rows };
}

/** The transpose. */
export function transposed({ x, at, row, column }: View): View {
  return { x, at, row: column, column: row };
}

/** From how many rows and columns products are faster in tiles than in plain loops. */
export const WIDE = 48;

/** What is known of a product A Bᵀ: zeros of A above or below its diagonal, and that only the lower triangle is asked for. */
export interface Form {
  readonly zeros?: "above" | "below";
  readonly half?: boolean;
}

/**
 * out ← [out +] A Bᵀ for A (m × k) and B (n × k); of `half`, entries above the diagonal stay.
 * Zeros that the form tells of must be there.
 */
export function addProduct(
  a: View,
  b: View,
  [m, n, k]: readonly [number, number, number],
  form: Form,
  out: View,
  add: boolean,
): void {
  const [M, N, K] = [m, n, k].map((v) => Math.ceil(v / 4)), step = 16 * K;
  const kernels = scratchKernels((M + N) * step + 16 * M * N);
  const A = { at: 0, step }, B = { at: M * step, step }, C = { at: (M + N) * step, step: 16 * N };
  pack(kernels.memory, A, a, m, k);
  pack(kernels.memory, B, b, n, k);
  multiplyStrips(kernels, A, B, C, [M, N, K], form, false);
  unpack(kernels.memory, C, out, m, n, form.half === true, add);
}

/** Strips whose part of a sum stays in the second cache, and tiles of a sum for which one strip stays in the first. */
export const BLOCK = 16, DEPTH = 64;

/** C ← [C +] A Bᵀ, all counted in tiles. */
export function multiplyStrips(
  kernels: TileKernels,
  a: Strips,
  b: Strips,
  c: Strips,
  [m, n, k]: readonly number[],
  { zeros, half }: Form,
  add: boolean,
): void {
  for (let R = 0; R < m; R += BLOCK) {
    const w = Math.min(BLOCK, m - R), columns = half ? Math.min(n, R + w) : n;
    const from = zeros === "below" ? Math.min(R, k) : 0, to = zeros === "above" ? Math.min(k, R + w) : k;
    for (let K = from; K === from || K < to; K += DEPTH) {
      for (let S = 0; S < columns; S += BLOCK) {
        kernels.multiply({
          ...{ c: c.at + R * c.step + 16 * S, down: c.step, right: 16 },
          ...{ a: { at: a.at + R * a.step + 16 * K, step: a.step } },
          ...{ b: { at: b.at + S * b.step + 16 * K, step: b.step } },
          ...{ m: w, n: Math.min(BLOCK, columns - S), k: Math.min(DEPTH, to - K) },
          ...{ first: FROM_START, last: half && S === R ? 1 : TO_END, alpha: 1, add: add || K > from },
        });
      }
    }
  }
}

/** Strips from an m × n matrix; what fills the last tiles up is 0. */
export function pack(
  memory: Float64Array,
  { at, step }: Strips,
  { x, at: from, row, column }: View,
  m: number,
  n: number,
): void {
  for (let r = 0, strip = at; r < m; r += 4, strip += step) {
    const rows = Math.min(4, m - r);
    let to = strip;
    for (let j = 0, p = from + r * row; j < n; j++, p += column, to += 4) {
      memory[to] = x[p];
      memory[to + 1] = rows > 1 ? x[p + row] : 0;
      memory[to + 2] = rows > 2 ? x[p + 2 * row] : 0;
      memory[to + 3] = rows > 3 ? x[p + 3 * row] : 0;
    }
    memory.fill(0, to, strip + 16 * Math.ceil(n / 4));
  }
}

/** An m × n matrix, or its lower triangle, from strips. */
export function unpack(
  memory: Float64Array,
  { at, step }: Strips,
  { x, at: to, row, column }: View,
  m: number,
  n: number,
  half: boolean,
  add: boolean,
): void {
  for (let r = 0, strip = at; r < m; r += 4, strip += step) {
    const end = Math.min(4, m - r), columns = half ? Math.min(n, r + end) : n;
    for (let j = 0; j < columns; j++) {
      for (let i = half && j > r ? j - r : 0, p = to + (r + i) * row + j * column; i < end; i++, p += row) {
        const v = memory[strip + 4 * j + i];
        x[p] = add ? x[p] + v : v;
      }
    }
  }
}
