/**
 * Symbolic analysis of a sparse Cholesky factorisation: elimination order, elimination tree, supernodes, and where every
 * entry of the matrix lands in the factor (Davis 2006, Direct Methods for Sparse Linear Systems, chapter 4).
 */
import { type NodeTree, rowsBelow, trailingBlock } from "./dense_block.ts";
import { denseLength, factorEntry, inverseEntry } from "./dense_factor.ts";
import { etree, factorSize, orderOf, postorder } from "./elimination_tree.ts";
import { analyseLone, areLone, WIDE } from "./lone_nodes.ts";
import type { Symbolic } from "./factor_structure.ts";
import { Remembered } from "./remembered.ts";
import { RowLists } from "./row_lists.ts";
import { type BlockPattern, dimension as scalarDimension, entriesOf } from "./sparse.ts";

/** Merging a supernode into its parent is allowed while the explicit zeros stay below this share of the panel. */
const ZERO_SHARE = 0.12;
/** Columns from which a supernode that others end in is in tiles: what they send to it is then summed for all of them at once. */
const WIDE_TAIL = 16;
/** Positions in the factor are 32-bit integers, which V8 adds without a detour through floating point: 16 GiB. */
const MOST = 2 ** 31;

const analysed = new Remembered<BlockPattern, Symbolic>();

/** Analyses a pattern. */
export function analyse(pattern: BlockPattern): Symbolic {
  return analysed.of(pattern, () => true, () => analyseAnew(pattern));
}

function analyseAnew(pattern: BlockPattern): Symbolic {
  if (!pattern.twofold && areLone(pattern, WIDE) && entriesOf(pattern) < MOST) return analyseLone(pattern);
  const { stored, widest } = factorSize(pattern);
  if (stored > MOST) throw new RangeError(tooLarge(stored, widest));
  const order = orderOf(pattern), post = postorder(etree(pattern, order).parent);
  const first = nodeTree(pattern, post.map((k) => order[k])), { tree, dense } = denseLast(pattern, first);
  return layOut(
    pattern,
    tree,
    supernodes(tree, dense),
    pattern.twofold ? [Infinity, Infinity] : [WIDE, WIDE_TAIL],
  );
}

function nodeTree(pattern: BlockPattern, order: Int32Array): NodeTree {
  const n = pattern.nodes, { position, parent, upper: { pointer, index } } = etree(pattern, order);
  const size = order.map((v) => pattern.start[v + 1] - pattern.start[v]);
  const lists = new RowLists(n, index.length);
  const child = new Int32Array(n).fill(-1), sibling = new Int32Array(n).fill(-1);
  for (let k = 0; k < n; k++) {
    lists.begin(k, child[k], sibling);
    lists.add(index, pointer[k], pointer[k + 1]);
    for (let c = child[k]; c >= 0; c = sibling[c]) lists.add(lists.rows, lists.from[c], lists.to[c]);
    lists.end();
    if (parent[k] < 0) continue;
    sibling[k] = child[parent[k]];
    child[parent[k]] = k;
  }
  const { rows, from, to } = lists;
  return { order, position, parent, size, rows, from, to };
}

/** First node of every supernode (and n at the end), by merging a node into the next when nearly no zeros are added. */
function supernodes(tree: NodeTree, dense: number): Int32Array {
  const { parent, size } = tree, n = parent.length, scalarRows = rowsBelow(tree);
  const starts: number[] = [];
  let width = 0, zeros = 0;
  for (let k = 0; k < n; k++) {
    const merge = k > 0 && (k > dense || (k !== dense && parent[k - 1] === k));
    if (merge) {
      // joining makes every earlier column of the supernode as long as this one's rows
      const added = width * Math.max(0, size[k] + scalarRows[k] - scalarRows[k - 1]);
      const w = width + size[k], area = w * (w + 1) / 2 + w * scalarRows[k];
      if (k > dense || added === 0 || zeros + added < ZERO_SHARE * area) {
        zeros += added;
        width = w;
        continue;
      }
    }
    starts.push(k);
    width = size[k];
    zeros = 0;
  }
  starts.push(n);
  return Int32Array.from(starts);
}

/**
 * The same tree with the nodes of a nearly full trailing block at the end, and where that begins; n when there is none worth it.
 * A postorder leaves sparse nodes among them, which have to be eliminated before their parent only.
 */
function denseLast(pattern: BlockPattern, tree: NodeTree): { tree: NodeTree; dense: number } {
  const inside = trailingBlock(tree), { order } = tree, n = order.length;
  if (!inside) return { tree, dense: n };
  const late = order.filter((_, k) => inside[k]), early = order.filter((_, k) => !inside[k]);
  if (inside.subarray(early.length).every((v) => v === 1)) return { tree, dense: early.length };
  return { tree: nodeTree(pattern, Int32Array.from([...early, ...late])), dense: early.length };
}

/**
 * Scalar rows, panels, and the map from block values to the factor.
 * @param columns from which a dense supernode is in tiles: a lone one, and one that others end in
 */
function layOut(
  pattern: BlockPattern,
  tree: NodeTree,
  starts: Int32Array,
  [lone, tail]: readonly [number, number],
): Symbolic {
  const { order, position, size, rows, from, to } = tree, nodes = pattern.nodes, count = starts.length - 1;
  const dimension = scalarDimension(pattern);
  const nodeFirst = new Int32Array(nodes + 1);
  for (let k = 0; k < nodes; k++) nodeFirst[k + 1] = nodeFirst[k] + size[k];
  const scalarOrder = new Int32Array(dimension);
  for (let k = 0; k < nodes; k++) {
    for (let i = 0; i < size[k]; i++) scalarOrder[nodeFirst[k] + i] = pattern.start[order[k]] + i;
  }
  const first = new Int32Array(count + 1), owner = new Int32Array(dimension);
  const rowPointer = new Int32Array(count + 1), panel = new Int32Array(count + 1);
  const dense = new Int32Array(count).fill(-1);
  const ends = new Uint8Array(nodes); // 1 for nodes in which an earlier supernode ends
  let largestWidth = 1, largestPanel = 1, tiles = 0;
  for (let s = 0; s < count; s++) {
    const last = starts[s + 1], node = last - 1; // which has the later rows of all before it, whose parents lead to it
    let count = 0;
    for (let i = from[node]; i < to[node]; i++) count += size[rows[i]];
    first[s] = nodeFirst[starts[s]];
    const width = nodeFirst[last] - first[s];
    owner.fill(s, first[s], first[s] + width);
    rowPointer[s + 1] = rowPointer[s] + count;
    if (count > 0) ends[rows[to[node] - 1]] = 1;
    const wide = count === 0 && width >= (ends.subarray(starts[s], last).includes(1) ? tail : lone);
    const end = panel[s] + (wide ? 0 : (width + count) * width);
    if (wide) {
      dense[s] = tiles;
      tiles += denseLength(width);
    }
    if (end >= MOST || tiles >= MOST) throw new RangeError(tooLarge(Math.max(end, tiles), width + count));
    panel[s + 1] = end;
    if (wide) continue;
    largestWidth = Math.max(largestWidth, width);
    largestPanel = Math.max(largestPanel, count * width);
  }
  first[count] = dimension;
  const rowIndex = new Int32Array(rowPointer[count]);
  for (let s = 0, at = 0; s < count; s++) {
    const node = starts[s + 1] - 1;
    for (let i = from[node]; i < to[node]; i++) {
      for (let c = nodeFirst[rows[i]]; c < nodeFirst[rows[i] + 1]; c++) rowIndex[at++] = c;
    }
  }
  const layout = { position, nodeFirst, first, owner, rowPointer, rowIndex, panel, dense };
  return {
    dimension,
    scalarOrder,
    count,
    first,
    rowPointer,
    rowIndex,
    panel,
    owner,
    dense,
    tiles,
    ...targets(pattern, layout, tiles > 0),
    ...work(first, rowPointer),
    largestUpdate: largestUpdate(rowPointer, rowIndex, owner),
    largestWidth,
    largestPanel,
  };
}

/** What a factor would need that has no room, and what can be done. */
function tooLarge(numbers: number, widest: number): string {
  return `Cannot factor the random effects' covariance: where their levels cross, ${
    widest.toLocaleString("en")
  } effects depend on ` +
    `each other, and the factor would need ${Math.ceil(8 * numbers / 2 ** 30)} GiB of at most ${
      8 * MOST / 2 ** 30
    }; ` +
    'fit with the option control: { crossed: "iterative" }, which makes no factor and says how far its estimates can be off, ' +
    "or leave one of the crossed factors out, make it coarser, or fit a sample of its levels";
}

/** A column with r rows below it takes r² to factor and 4(r + 1) to solve with. */
function work(first: Int32Array, rowPointer: Int32Array) {
  let factorWork = 0, solveWork = 0;
  for (let s = 0; s + 1 < first.length; s++) {
    const below = rowPointer[s + 1] - rowPointer[s];
    for (let r = below + first[s + 1] - first[s] - 1; r >= below; r--) {
      factorWork += r * r;
      solveWork += 4 * (r + 1);
    }
  }
  return { factorWork, solveWork };
}

/** Size of the largest dense update that one supernode sends to another. */
function largestUpdate(rowPointer: Int32Array, rowIndex: Int32Array, owner: Int32Array): number {
  let largest = 1;
  for (let s = 0; s + 1 < rowPointer.length; s++) {
    const end = rowPointer[s + 1];
    for (let from = rowPointer[s], to = from; from < end; from = to) {
      while (to < end && owner[rowIndex[to]] === owner[rowIndex[from]]) to++;
      largest = Math.max(largest, (end - from) * (to - from));
    }
  }
  return largest;
}

interface FactorLayout {
  position: Int32Array;
  nodeFirst: Int32Array;
  first: Int32Array;
  owner: Int32Array;
  rowPointer: Int32Array;
  rowIndex: Int32Array;
  panel: Int32Array;
  dense: Int32Array;
}

function targets(pattern: BlockPattern, layout: FactorLayout, inTiles: boolean) {
  const { position, nodeFirst, first, owner, rowPointer, rowIndex, panel, dense } = layout;
  const target = new Int32Array(pattern.at[pattern.row.length]);
  const inverseTarget = inTiles ? new Int32Array(target.length) : target;
  for (let b = 0; b < pattern.row.length; b++) {
    const rows = pattern.start[pattern.row[b] + 1] - pattern.start[pattern.row[b]];
    const cols = pattern.start[pattern.col[b] + 1] - pattern.start[pattern.col[b]];
    const r0 = nodeFirst[position[pattern.row[b]]], c0 = nodeFirst[position[pattern.col[b]]];
    for (let c = 0; c < cols; c++) {
      for (let r = 0; r < rows; r++) {
        const lo = Math.min(r0 + r, c0 + c), hi = Math.max(r0 + r, c0 + c);
        const s = owner[lo], width = first[s + 1] - first[s], below = rowPointer[s + 1] - rowPointer[s];
        const entry = pattern.at[b] + c * rows + r;
        if (dense[s] >= 0) {
          const i = hi - first[s], j = lo - first[s];
          target[entry] = ~(dense[s] + factorEntry(width, i, j));
          inverseTarget[entry] = ~(dense[s] + inverseEntry(width, i, j));
          continue;
        }
        const row = hi < first[s + 1]
          ? hi - first[s]
          : width + find(rowIndex, rowPointer[s], rowPointer[s + 1], hi);
        target[entry] = inverseTarget[entry] = panel[s] + (lo - first[s]) * (width + below) + row;
      }
    }
  }
  return { target, inverseTarget };
}

/** Offset of value in the ascending slice index[from … to). */
function find(index: Int32Array, from: number, to: number, value: number): number {
  const near = from + value - index[from]; // where all up to it are there
  if (near < to && index[near] === value) return near - from;
  let lo = from, hi = to - 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (index[mid] < value) lo = mid + 1;
    else hi = mid;
  }
  return lo - from;
}
