/** Which levels of which grouping factors meet in the data: the pattern of ZᵀZ, and where each row falls in it. */
import { rowIndices } from "../../math/shared_memory.ts";
import { type BlockPattern, blockPattern } from "../../math/sparse.ts";
import type { Tie } from "../../math/ties.ts";
import type { GroupLayout, RowGroup } from "./group_layout.ts";

/** A range of blocks that couple the same two factors. */
export interface Coupling {
  readonly row: number;
  readonly col: number;
  readonly firstBlock: number;
  readonly blocks: number;
}

/** A coupling, and where each row of the data falls. */
export interface RowCoupling extends Coupling {
  /** Where in a value array the first entry is that every row touches: of its block, or of its position there. */
  readonly at: Int32Array;
}

/** Blocks between nodes of one factor that only its precision couples: no row touches two of them. */
export interface Chain {
  readonly group: number;
  readonly firstBlock: number;
  readonly blocks: number;
}

/** Pattern of ZᵀZ + P with its blocks, factor by factor. */
export interface Meetings<C extends Coupling = Coupling> {
  readonly pattern: BlockPattern;
  /** Those of the factors themselves first. */
  readonly couplings: readonly C[];
  readonly chains: readonly Chain[];
}

/** The nodes of two factors that meet: node rows[k] of factor `row` with node cols[k] of factor `col`, all pairs of factors in order. */
export interface PairsMet {
  readonly row: number;
  readonly col: number;
  readonly rows: Int32Array;
  readonly cols: Int32Array;
}

/** Every pair of factors, each with those before it. */
export function pairsOfFactors<T>(count: number, make: (row: number, col: number) => T): T[] {
  const out: T[] = [];
  for (let row = 1; row < count; row++) for (let col = 0; col < row; col++) out.push(make(row, col));
  return out;
}

/** Pattern of ZᵀZ + P from the pairs of levels that meet. */
export function meet(groups: readonly GroupLayout[], pairs: readonly PairsMet[]): Meetings {
  const nodes = groups.reduce((s, g) => s + g.nodes, 0), sizes = new Int32Array(nodes);
  for (const g of groups) sizes.fill(g.width, g.node, g.node + g.nodes);
  const own = groups.map(({ precision, node }) => ({
    rows: precision ? precision.rows.map((v) => v + node) : new Int32Array(0),
    cols: precision ? precision.cols.map((v) => v + node) : new Int32Array(0),
  }));
  const all = [...pairs, ...own];
  const rows = concat(all.map((p) => p.rows)), cols = concat(all.map((p) => p.cols));
  const pattern = blockPattern(sizes, rows, cols, twofoldNodes(groups, nodes), tiesOf(groups));
  const couplings = groups.map((g, f): Coupling => ({
    row: f,
    col: f,
    firstBlock: g.node,
    blocks: g.nodes,
  }));
  let block = nodes;
  for (const { row, col, rows } of pairs) {
    couplings.push({ row, col, firstBlock: block, blocks: rows.length });
    block += rows.length;
  }
  const chains: Chain[] = [];
  own.forEach(({ rows }, group) => {
    if (rows.length > 0) chains.push({ group, firstBlock: block, blocks: rows.length });
    block += rows.length;
  });
  return { pattern, couplings, chains };
}

/** The nodes whose precision has twice the digits. */
function twofoldNodes(groups: readonly GroupLayout[], nodes: number): Uint8Array | null {
  const those = groups.filter(({ precision }) => precision?.twofold);
  if (those.length === 0) return null;
  const out = new Uint8Array(nodes);
  for (const g of those) out.fill(1, g.node, g.node + g.nodes);
  return out;
}

/** Sums of nodes that have a precision. */
function tiesOf(groups: readonly GroupLayout[]): Tie[] | null {
  const ties = groups.flatMap(({ precision, node }) =>
    (precision?.ties ?? []).map((tie): Tie => ({
      ...tie,
      nodes: tie.nodes.map((v) => v + node),
      pin: tie.pin + node,
    }))
  );
  return ties.length > 0 ? ties : null;
}

/** The pattern of the rows of the data, and the block of every row, for each pair of factors. */
export function couple(groups: readonly RowGroup[], n: number): Meetings<RowCoupling> {
  const pairs = pairsOfFactors(groups.length, (row, col) => ({
    row,
    col,
    ...distinctPairs(groups[col], groups[row], n),
  }));
  const { pattern, couplings, chains } = meet(groups, pairs);
  const withRows = couplings.map((coupling, k): RowCoupling => {
    const r = groups[coupling.row], c = groups[coupling.col], first = pattern.at[coupling.firstBlock];
    const at = rowIndices(n), size = r.width * c.width;
    if (k < groups.length) {
      const { level, slot } = r;
      for (let i = 0; i < n; i++) at[i] = first + level[i] * size + (slot ? slot[i] * (r.width + 1) : 0);
      return { ...coupling, at };
    }
    const { id } = pairs[k - groups.length];
    for (let i = 0; i < n; i++) {
      at[i] = first + id[i] * size + (r.slot ? r.slot[i] : 0) + (c.slot ? c.slot[i] * r.width : 0);
    }
    return { ...coupling, at };
  });
  return { pattern, couplings: withRows, chains };
}

/** Distinct (level of a, level of b) among the rows, by counting sort: id of each row's pair and the pairs' nodes. */
function distinctPairs(a: RowGroup, b: RowGroup, n: number) {
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
