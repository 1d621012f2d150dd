/** Which levels of which grouping factors meet in the data: the pattern of ZᵀZ, and where each row falls in it. */
import { type BlockPattern, blockPattern } from "../../math/sparse.ts";
import type { GroupLayout } from "./group_layout.ts";

/** A range of blocks that couple the same two factors, and where each row of the data falls. */
export interface Coupling {
  readonly row: number;
  readonly col: number;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Position of every row's block in a value array. */
  readonly at: Int32Array;
}

/** Pattern of ZᵀZ and the block of every row, for each pair of factors. */
export function couple(
  groups: readonly GroupLayout[],
  n: number,
): { pattern: BlockPattern; couplings: Coupling[] } {
  const nodes = groups.reduce((s, g) => s + g.levels.length, 0), sizes = new Int32Array(nodes);
  for (const g of groups) sizes.fill(g.width, g.node, g.node + g.levels.length);
  const pairs: { row: number; col: number; id: Int32Array; rows: Int32Array; cols: Int32Array }[] = [];
  for (let row = 1; row < groups.length; row++) {
    for (let col = 0; col < row; col++) {
      pairs.push({ row, col, ...distinctPairs(groups[col], groups[row], n) });
    }
  }
  const pattern = blockPattern(sizes, concat(pairs.map((p) => p.rows)), concat(pairs.map((p) => p.cols)));
  const couplings: Coupling[] = groups.map((g, f) => {
    const at = new Int32Array(n), first = pattern.at[g.node], size = g.width * g.width;
    for (let i = 0; i < n; i++) at[i] = first + g.level[i] * size;
    return { row: f, col: f, firstBlock: g.node, blocks: g.levels.length, at };
  });
  let block = nodes;
  for (const { row, col, id, rows } of pairs) {
    const first = pattern.at[block], size = groups[row].width * groups[col].width, at = new Int32Array(n);
    for (let i = 0; i < n; i++) at[i] = first + id[i] * size;
    couplings.push({ row, col, firstBlock: block, blocks: rows.length, at });
    block += rows.length;
  }
  return { pattern, couplings };
}

/** Distinct (level of a, level of b) among the rows, by counting sort: id of each row's pair and the pairs' nodes. */
function distinctPairs(a: GroupLayout, b: GroupLayout, n: number) {
  const pointer = new Int32Array(a.levels.length + 1), byLevel = new Int32Array(n), id = new Int32Array(n);
  for (let i = 0; i < n; i++) pointer[a.level[i] + 1]++;
  for (let l = 0; l < a.levels.length; l++) pointer[l + 1] += pointer[l];
  const next = pointer.slice();
  for (let i = 0; i < n; i++) byLevel[next[a.level[i]]++] = i;
  const stamp = new Int32Array(b.levels.length).fill(-1), idOf = new Int32Array(b.levels.length);
  const rows: number[] = [], cols: number[] = [];
  for (let l = 0; l < a.levels.length; l++) {
    for (let p = pointer[l]; p < pointer[l + 1]; p++) {
      const i = byLevel[p], m = b.level[i];
      if (stamp[m] !== l) {
        stamp[m] = l;
        idOf[m] = rows.length;
        rows.push(b.node + m);
        cols.push(a.node + l);
      }
      id[i] = idOf[m];
    }
  }
  return { id, rows: Int32Array.from(rows), cols: Int32Array.from(cols) };
}

function concat(arrays: Int32Array[]): Int32Array {
  const out = new Int32Array(arrays.reduce((s, a) => s + a.length, 0));
  let at = 0;
  for (const a of arrays) {
    out.set(a, at);
    at += a.length;
  }
  return out;
}
