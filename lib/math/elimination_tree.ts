/** The order in which nodes are eliminated, the tree that this makes of them, and the size of the factor (Davis 2006, chapter 4). */
import { largestFirst } from "./largest_first.ts";
import { minimumDegree } from "./ordering.ts";
import { Remembered } from "./remembered.ts";
import type { BlockPattern } from "./sparse.ts";

const orders = new Remembered<BlockPattern, Int32Array>(), sizes = new Remembered<BlockPattern, FactorSize>();

/** Nodes in elimination order. */
export function orderOf(pattern: BlockPattern): Int32Array {
  return orders.of(pattern, () => true, () => largestFirst(pattern) ?? minimumDegree(pattern));
}

/** What a factor takes. */
export interface FactorSize {
  /** Numbers that are stored: its lower triangle, and the upper one of its widest block, which is dense, for the inverse. */
  readonly stored: number;
  /** Multiplications and additions of a factorisation. */
  readonly work: number;
  /** Most effects that depend on each other when one of them is eliminated. */
  readonly widest: number;
}

/** The size of a factor from its row subtrees, without its structure: time with its nodes, memory with those of the pattern. */
export function factorSize(pattern: BlockPattern): FactorSize {
  return sizes.of(pattern, () => true, () => {
    const { nodes, start } = pattern, order = orderOf(pattern), { parent, lower } = etree(pattern, order);
    const size = order.map((v) => start[v + 1] - start[v]),
      below = new Float64Array(nodes),
      mark = new Int32Array(nodes);
    for (let k = 0; k < nodes; k++) {
      mark[k] = k;
      for (let p = lower.pointer[k]; p < lower.pointer[k + 1]; p++) {
        for (let j = lower.index[p]; mark[j] !== k; j = parent[j]) {
          mark[j] = k;
          below[j] += size[k];
        }
      }
    }
    let numbers = 0, widest = 0, work = 0;
    for (let k = 0; k < nodes; k++) {
      numbers += size[k] * (size[k] + below[k]);
      widest = Math.max(widest, size[k] + below[k]);
      for (let r = below[k]; r < below[k] + size[k]; r++) work += r * r;
    }
    return { stored: numbers + widest ** 2 / 2, work, widest };
  });
}

/** Elimination tree for a given order; `upper` lists for each position the later positions it is coupled to. */
export function etree(pattern: BlockPattern, order: Int32Array) {
  const n = pattern.nodes, position = new Int32Array(n);
  for (let k = 0; k < n; k++) position[order[k]] = k;
  const pointer = new Int32Array(n + 1), lowerPointer = new Int32Array(n + 1);
  for (let b = n; b < pattern.row.length; b++) {
    const i = position[pattern.row[b]], j = position[pattern.col[b]];
    pointer[Math.min(i, j) + 1]++;
    lowerPointer[Math.max(i, j) + 1]++;
  }
  for (let k = 0; k < n; k++) {
    pointer[k + 1] += pointer[k];
    lowerPointer[k + 1] += lowerPointer[k];
  }
  const next = pointer.slice(), lowerNext = lowerPointer.slice();
  const index = new Int32Array(pointer[n]), lower = new Int32Array(pointer[n]);
  for (let b = n; b < pattern.row.length; b++) {
    const i = position[pattern.row[b]], j = position[pattern.col[b]];
    index[next[Math.min(i, j)]++] = Math.max(i, j);
    lower[lowerNext[Math.max(i, j)]++] = Math.min(i, j);
  }
  const parent = new Int32Array(n).fill(-1), ancestor = new Int32Array(n).fill(-1);
  for (let k = 0; k < n; k++) {
    for (let p = lowerPointer[k]; p < lowerPointer[k + 1]; p++) {
      for (let j = lower[p]; j !== -1 && j < k;) {
        const up = ancestor[j];
        ancestor[j] = k;
        if (up === -1) parent[j] = k;
        j = up;
      }
    }
  }
  return { position, parent, upper: { pointer, index }, lower: { pointer: lowerPointer, index: lower } };
}

/** Postorder of a forest, without recursion. */
export function postorder(parent: Int32Array): Int32Array {
  const n = parent.length, head = new Int32Array(n).fill(-1), next = new Int32Array(n).fill(-1);
  for (let k = n - 1; k >= 0; k--) {
    if (parent[k] < 0) continue;
    next[k] = head[parent[k]];
    head[parent[k]] = k;
  }
  const post = new Int32Array(n), stack = new Int32Array(n);
  let count = 0;
  for (let root = 0; root < n; root++) {
    if (parent[root] >= 0) continue;
    let top = 0;
    stack[0] = root;
    while (top >= 0) {
      const v = stack[top], child = head[v];
      if (child >= 0) {
        head[v] = next[child];
        stack[++top] = child;
      } else {
        post[count++] = v;
        top--;
      }
    }
  }
  return post;
}
