/** Which nodes at the end of an elimination are treated as one dense block: those that are nearly full, where that is less work. */

/** Elimination tree over nodes, with the structure of every column of nodes. */
export interface NodeTree {
  readonly order: Int32Array;
  readonly position: Int32Array;
  readonly parent: Int32Array;
  readonly size: Int32Array;
  /** Later nodes coupled to node k in the factor: rows[from[k] … to[k]), ascending positions. */
  readonly rows: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** Fewest nodes of a block, and the share of its later columns that each has to have. */
const FEWEST = 16, DENSE_SHARE = 0.65;
/**
 * Share of the block's rows from which a node before it is a column of it with zeros (full_panels.ts): at this share, products of tiles are as
 * fast as sums entry by entry, so those take 1/share² for a multiplication.
 */
export const FULL_SHARE = 0.25;
const SLOW = 1 / FULL_SHARE ** 2;
/** Blocks that are compared. */
const TRIED = 16;

/** Scalar rows below every node. */
export function rowsBelow({ size, rows, from, to }: NodeTree): Float64Array {
  const sums = new Float64Array(size.length);
  for (let k = 0; k < sums.length; k++) {
    for (let i = from[k]; i < to[k]; i++) sums[k] += size[rows[i]];
  }
  return sums;
}

/** 1 for every node of the block; null when there is none worth it. */
export function trailingBlock(tree: NodeTree): Uint8Array | null {
  const rows = rowsBelow(tree), full = nearlyFull(tree, rows);
  if (full.length < FEWEST) return null;
  let best = Infinity, inside: Uint8Array | null = null;
  for (const count of sizesWorthTrying(tree, full)) {
    const tried = new Uint8Array(rows.length);
    for (let i = 0; i < count; i++) tried[full[i]] = 1;
    const work = workWith(tree, rows, tried);
    if (work < best) [best, inside] = [work, tried];
  }
  return inside;
}

/** Nodes from the last one on that are coupled to most of those taken before them, and whose parent is taken. */
function nearlyFull({ parent, size }: NodeTree, rows: Float64Array): number[] {
  const taken: number[] = [], inside = new Uint8Array(size.length);
  let width = 0;
  for (let k = size.length - 1; k >= 0; k--) {
    if (rows[k] < DENSE_SHARE * width || (parent[k] >= 0 && !inside[parent[k]])) continue;
    inside[k] = 1;
    taken.push(k);
    width += size[k];
  }
  return taken;
}

/** All of them, or up to one on which many depend: levels that meet all of the block are nearly full, too, and better left before it. */
function sizesWorthTrying({ parent, size }: NodeTree, full: readonly number[]): number[] {
  const children = new Float64Array(size.length);
  parent.forEach((p, k) => p >= 0 && (children[p] += size[k]));
  const counts = full.map((_, i) => i + 1).filter((count) => count >= FEWEST);
  const branching = counts.sort((a, b) => children[full[b - 1]] - children[full[a - 1]]).slice(0, TRIED);
  return [full.length, ...branching];
}

/** Multiplications of tiles that a factor with this block takes. */
function workWith({ parent, size }: NodeTree, rows: Float64Array, inside: Uint8Array): number {
  const width = size.reduce((sum, v, k) => sum + v * inside[k], 0), whole = width ** 2;
  let work = width ** 3 / 3;
  for (let k = 0; k < size.length; k++) {
    if (inside[k]) continue;
    const ends = parent[k] >= 0 && inside[parent[k]] === 1 && rows[k] >= FULL_SHARE * width;
    work += size[k] * (ends ? whole : SLOW * rows[k] ** 2);
  }
  return work;
}
