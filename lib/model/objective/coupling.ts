/** Which levels of which grouping factors meet in the data: the pattern of ZᵀZ, and where each row falls in it. */
import { type BlockPattern, blockPattern } from "../../math/sparse.ts";
import type { GroupLayout } from "./group_layout.ts";

/** A range of blocks that couple the same two factors, and where each row of the data falls. */
export interface Coupling {
  readonly row: number;
  readonly col: number;
  readonly firstBlock: number;
  readonly blocks: number;
  /** Where in a value array the first entry is that every row touches: of its block, or of its position there. */
  readonly at: Int32Array;
}

/** Blocks between nodes of one factor that only its precision couples: no row touches two of them. */
export interface Chain {
  readonly group: number;
  readonly firstBlock: number;
  readonly blocks: number;
}

/** Pattern of ZᵀZ + P and the block of every row, for each pair of factors. */
export function couple(
  groups: readonly GroupLayout[],
  n: number,
): { pattern: BlockPattern; couplings: Coupling[]; chains: Chain[] } {
  const nodes = groups.reduce((s, g) => s + g.nodes, 0), sizes = new Int32Array(nodes);
  for (const g of groups) sizes.fill(g.width, g.node, g.node + g.nodes);
  const pairs: { row: number; col: number; id: Int32Array; rows: Int32Array; cols: Int32Array }[] = [];
  for (let row = 1; row < groups.length; row++) {
    for (let col = 0; col < row; col++) {
      pairs.push({ row, col, ...distinctPairs(groups[col], groups[row], n) });
    }
  }
  const own = groups.map(({ precision, node }) => ({
    rows: precision ? precision.rows.map((v) => v + node) : new Int32Array(0),
    cols: precision ? precision.cols.map((v) => v + node) : new Int32Array(0),
  }));
  const all = [...pairs, ...own];
  const pattern = blockPattern(sizes, concat(all.map((p) => p.rows)), concat(all.map((p) => p.cols)));
  const couplings: Coupling[] = groups.map((g, f) => {
    const at = new Int32Array(n), first = pattern.at[g.node], size = g.width * g.width, { level, slot } = g;
    for (let i = 0; i < n; i++) at[i] = first + level[i] * size + (slot ? slot[i] * (g.width + 1) : 0);
    return { row: f, col: f, firstBlock: g.node, blocks: g.nodes, at };
  });
  let block = nodes;
  for (const { row, col, id, rows } of pairs) {
    const r = groups[row], c = groups[col], first = pattern.at[block], at = new Int32Array(n);
    for (let i = 0; i < n; i++) {
      at[i] = first + id[i] * r.width * c.width + (r.slot ? r.slot[i] : 0) +
        (c.slot ? c.slot[i] * r.width : 0);
    }
    couplings.push({ row, col, firstBlock: block, blocks: rows.length, at });
    block += rows.length;
  }
  const chains: Chain[] = [];
  own.forEach(({ rows }, group) => {
    if (rows.length > 0) chains.push({ group, firstBlock: block, blocks: rows.length });
    block += rows.length;
  });
  return { pattern, couplings, chains };
}

/** Distinct (level of a, level of b) among the rows, by counting sort: id of each row's pair and the pairs' nodes. */
function distinctPairs(a: GroupLayout, b: GroupLayout, n: number) {
  const pointer = new Int32Array(a.nodes + 1), byLevel = new Int32Array(n), id = new Int32Array(n);
  for (let i = 0; i < n; i++) pointer[a.level[i] + 1]++;
  for (let l = 0; l < a.nodes; l++) pointer[l + 1] += pointer[l];
  const next = pointer.slice();
  for (let i = 0; i < n; i++) byLevel[next[a.level[i]]++] = i;
  const stamp = new Int32Array(b.nodes).fill(-1), idOf = new Int32Array(b.nodes);
  const rows: number[] = [], cols: number[] = [];
  for (let l = 0; l < a.nodes; l++) {
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
