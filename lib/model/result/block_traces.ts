/** Traces between the nodes of groups that are independent: Σ_m tr G_i K_ml G_j K_lm over the nodes m of one group, for one node l of another. */
import type { Matrix } from "../../math/dense.ts";
import type { GroupLayout } from "../objective/group_layout.ts";
import type { Block } from "./variance_directions.ts";

/** The block of a direction, and its place among all of them. */
export interface Placed {
  readonly block: Block;
  readonly place: number;
}

/**
 * traces[i, j] += ⟨G_i K_ml, K_ml G_j⟩ of the blocks K_ml that are not 0.
 * @param K columns of node l
 */
export function addBlockTraces(
  { start, nodes, width: r }: GroupLayout,
  K: readonly Float64Array[],
  left: readonly Placed[],
  right: readonly Placed[],
  traces: Matrix,
): void {
  const c = K.length, here = new Float64Array(r * c);
  const before = left.map(({ block }) => new Float64Array(block.rows.length * c));
  const after = right.map(({ block }) => new Float64Array(r * block.rows.length));
  for (let m = 0, at = start; m < nodes; m++, at += r) {
    if (!gather(K, at, r, here)) continue;
    left.forEach(({ block }, i) => timesLeft(block, r, here, c, before[i]));
    right.forEach(({ block }, j) => timesRight(here, r, block, c, after[j]));
    for (let i = 0; i < left.length; i++) {
      for (let j = 0; j < right.length; j++) {
        const { place, block: { rows } } = left[i], { rows: columns } = right[j].block;
        let sum = 0;
        for (let b = 0; b < columns.length; b++) {
          const x = columns[b] * rows.length, y = b * r;
          for (let a = 0; a < rows.length; a++) sum += before[i][x + a] * after[j][y + rows[a]];
        }
        traces.set(place, right[j].place, traces.get(place, right[j].place) + sum);
      }
    }
  }
}

/** The rows of one node, column-major; false where they are all 0. */
function gather(K: readonly Float64Array[], at: number, r: number, out: Float64Array): boolean {
  let any = false;
  for (let j = 0, k = 0; j < K.length; j++) {
    for (let i = 0; i < r; i++, k++) {
      out[k] = K[j][at + i];
      any ||= out[k] !== 0;
    }
  }
  return any;
}

/** Rows of G K that are not 0; G is symmetric. */
function timesLeft({ rows, values }: Block, r: number, K: Float64Array, c: number, out: Float64Array) {
  for (let j = 0, k = 0; j < c; j++) {
    for (let a = 0; a < rows.length; a++, k++) {
      let s = 0;
      for (let b = 0; b < rows.length; b++) s += values[rows[a] * r + rows[b]] * K[j * r + rows[b]];
      out[k] = s;
    }
  }
}

/** Columns of K G that are not 0. */
function timesRight(K: Float64Array, r: number, { rows, values }: Block, c: number, out: Float64Array) {
  out.fill(0);
  for (let b = 0; b < rows.length; b++) {
    for (let a = 0; a < rows.length; a++) {
      const f = values[rows[b] * c + rows[a]];
      if (f !== 0) { for (let i = 0; i < r; i++) out[b * r + i] += K[rows[a] * r + i] * f; }
    }
  }
}
