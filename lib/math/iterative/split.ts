/** Which nodes of a block pattern are eliminated exactly, and where everything is for that (elimination.ts). */
import type { BlockPattern } from "../sparse.ts";

/** Consecutive nodes of one kind: the levels of a grouping factor. */
export interface NodeRange {
  readonly node: number;
  readonly nodes: number;
}

/** Where everything is: of the pattern alone. */
export interface Split {
  readonly pattern: BlockPattern;
  /** 1 for the nodes of I, and the first scalar of every node among those of its own set. */
  readonly isInner: Uint8Array;
  readonly offset: Int32Array;
  readonly inner: Int32Array;
  readonly outer: Int32Array;
  readonly innerSize: number;
  readonly outerSize: number;
  /** Scalars of R that the nodes of I meet: column[pointer[i] … pointer[i + 1]), and where their panels of C begin, one column per scalar. */
  readonly pointer: Int32Array;
  readonly column: Int32Array;
  readonly panel: Int32Array;
  /** Blocks that couple I with R: their number, node of I (by its place in `inner`), and first column. */
  readonly across: readonly Int32Array[];
  /** Blocks that couple nodes of R. */
  readonly among: Int32Array;
  /** Where the diagonal blocks of I and of R begin, by their places, and the blocks among R. */
  readonly innerAt: Int32Array;
  readonly outerAt: Int32Array;
  readonly amongAt: Int32Array;
}

/** Splits the nodes: whole ranges are eliminated, the largest first, as long as they meet neither themselves nor each other. */
export function split(pattern: BlockPattern, ranges: readonly NodeRange[]): Split {
  const { nodes, start, row, col } = pattern, isInner = independent(pattern, ranges);
  const size = (v: number) => start[v + 1] - start[v];
  const inner: number[] = [],
    outer: number[] = [],
    offset = new Int32Array(nodes),
    place = new Int32Array(nodes);
  let innerSize = 0, outerSize = 0;
  for (let v = 0; v < nodes; v++) {
    const own = isInner[v] ? inner : outer;
    place[v] = own.length;
    own.push(v);
    offset[v] = isInner[v] ? innerSize : outerSize;
    if (isInner[v]) innerSize += size(v);
    else outerSize += size(v);
  }
  const acrossBlocks: number[] = [], among: number[] = [], amongAt = [0];
  const pointer = new Int32Array(inner.length + 1), panel = new Int32Array(inner.length + 1);
  for (let b = nodes; b < row.length; b++) {
    const [i, j] = isInner[row[b]] ? [row[b], col[b]] : [col[b], row[b]];
    if (!isInner[i]) {
      among.push(b);
      amongAt.push(amongAt[amongAt.length - 1] + size(i) * size(j));
      continue;
    }
    acrossBlocks.push(b);
    pointer[place[i] + 1] += size(j);
  }
  inner.forEach((v, i) => {
    panel[i + 1] = panel[i] + pointer[i + 1] * size(v);
    pointer[i + 1] += pointer[i];
  });
  const next = pointer.slice(0, inner.length), column = new Int32Array(pointer[inner.length]);
  const across = [0, 1, 2].map(() => new Int32Array(acrossBlocks.length));
  acrossBlocks.forEach((b, k) => {
    const [v, j] = isInner[row[b]] ? [row[b], col[b]] : [col[b], row[b]], i = place[v];
    across[0][k] = b;
    across[1][k] = i;
    across[2][k] = next[i];
    for (let c = 0; c < size(j); c++) column[next[i]++] = offset[j] + c;
  });
  return {
    pattern,
    isInner,
    offset,
    inner: Int32Array.from(inner),
    outer: Int32Array.from(outer),
    innerSize,
    outerSize,
    pointer,
    column,
    panel,
    across,
    among: Int32Array.from(among),
    innerAt: squares(inner.map(size)),
    outerAt: squares(outer.map(size)),
    amongAt: Int32Array.from(amongAt),
  };
}

function squares(sizes: readonly number[]): Int32Array {
  const at = new Int32Array(sizes.length + 1);
  sizes.forEach((n, k) => at[k + 1] = at[k] + n * n);
  return at;
}

/** 1 for the nodes of the ranges that are taken. */
function independent({ nodes, row, col }: BlockPattern, ranges: readonly NodeRange[]): Uint8Array {
  const kind = new Int32Array(nodes),
    k = ranges.length,
    meets = new Uint8Array(k * k),
    out = new Uint8Array(nodes);
  ranges.forEach(({ node, nodes: n }, r) => kind.fill(r, node, node + n));
  for (let b = nodes; b < row.length; b++) {
    meets[kind[row[b]] * k + kind[col[b]]] = meets[kind[col[b]] * k + kind[row[b]]] = 1;
  }
  const taken: number[] = [];
  for (const r of [...ranges.keys()].sort((x, y) => ranges[y].nodes - ranges[x].nodes)) {
    if (meets[r * k + r] || taken.some((t) => meets[r * k + t])) continue;
    taken.push(r);
    out.fill(1, ranges[r].node, ranges[r].node + ranges[r].nodes);
  }
  return out;
}

/** Scalars of a node. */
export function width({ start }: BlockPattern, node: number): number {
  return start[node + 1] - start[node];
}
