/**
 * Fill-reducing elimination order: approximate minimum degree on the quotient graph
 * (Amestoy, Davis & Duff 1996, SIAM J. Matrix Anal. 17:886–905), with element absorption and mass elimination.
 * Own code because no maintained library offers it to JavaScript.
 */
import { adjacency, type BlockPattern } from "./sparse.ts";

/** Nodes in elimination order: `order[k]` is eliminated k-th. */
export function minimumDegree(pattern: BlockPattern): Int32Array {
  const n = pattern.nodes;
  const { pointer, neighbour } = adjacency(pattern);
  const weight = new Int32Array(n);
  for (let v = 0; v < n; v++) weight[v] = pattern.start[v + 1] - pattern.start[v];

  const variableEnd = pointer.slice(1, n + 1); // A_i = neighbour[pointer[i] … variableEnd[i])
  const elements: number[][] = Array.from({ length: n }, () => []); // E_i
  const members: (Int32Array | null)[] = new Array(n).fill(null); // L_e
  const size = new Float64Array(n); // Σ weights of L_e
  const done = new Uint8Array(n), degree = new Float64Array(n);
  const buckets = new Buckets(n);
  for (let v = 0; v < n; v++) {
    for (let p = pointer[v]; p < variableEnd[v]; p++) degree[v] += weight[neighbour[p]];
    buckets.insert(v, degree[v]);
  }

  const order = new Int32Array(n), mark = new Int32Array(n).fill(-1), outside = new Float64Array(n);
  const seen = new Int32Array(n).fill(-1), list = new Int32Array(n);
  let count = 0, remaining = pattern.start[n];
  while (count < n) {
    const pivot = buckets.takeSmallest();
    order[count++] = pivot;
    done[pivot] = 1;
    remaining -= weight[pivot];
    // L_p = (A_p ∪ ⋃ L_e) \ eliminated
    let length = 0, pivotSize = 0;
    const add = (v: number) => {
      if (done[v] || mark[v] === pivot) return;
      mark[v] = pivot;
      list[length++] = v;
      pivotSize += weight[v];
    };
    for (let p = pointer[pivot]; p < variableEnd[pivot]; p++) add(neighbour[p]);
    for (const e of elements[pivot]) {
      const inside = members[e];
      if (inside) { for (let i = 0; i < inside.length; i++) add(inside[i]); }
      members[e] = null;
    }
    elements[pivot] = [];
    // |L_e \ L_p| for every element that touches L_p
    for (let i = 0; i < length; i++) {
      const v = list[i];
      for (const e of elements[v]) {
        if (!members[e]) continue;
        if (seen[e] !== pivot) {
          seen[e] = pivot;
          outside[e] = size[e];
        }
        outside[e] -= weight[v];
      }
    }
    let kept = 0;
    for (let i = 0; i < length; i++) {
      const v = list[i];
      let variables = 0, end = pointer[v];
      for (let p = pointer[v]; p < variableEnd[v]; p++) {
        const u = neighbour[p];
        if (done[u] || mark[u] === pivot) continue;
        neighbour[end++] = u;
        variables += weight[u];
      }
      variableEnd[v] = end;
      let elementSum = 0;
      const alive: number[] = [];
      for (const e of elements[v]) {
        if (!members[e]) continue;
        if (outside[e] <= 0) { // covered by the new element: absorbed
          continue;
        }
        alive.push(e);
        elementSum += outside[e];
      }
      if (variables === 0 && alive.length === 0) { // indistinguishable from the pivot: eliminated with it
        buckets.remove(v);
        order[count++] = v;
        done[v] = 1;
        remaining -= weight[v];
        elements[v] = [];
        pivotSize -= weight[v];
        continue;
      }
      alive.push(pivot);
      elements[v] = alive;
      list[kept++] = v;
      degree[v] = elementSum + variables;
    }
    for (let i = 0; i < kept; i++) {
      const v = list[i];
      degree[v] = Math.min(remaining - weight[v], degree[v] + pivotSize - weight[v]);
      buckets.move(v, degree[v]);
    }
    if (kept > 0) {
      members[pivot] = list.slice(0, kept);
      size[pivot] = pivotSize;
    }
  }
  return order;
}

/** Doubly linked lists by degree (capped), for taking a node of smallest degree. */
class Buckets {
  private readonly head: Int32Array;
  private readonly next: Int32Array;
  private readonly previous: Int32Array;
  private readonly place: Int32Array;
  private smallest = 0;
  constructor(private readonly n: number) {
    this.head = new Int32Array(n + 1).fill(-1);
    this.next = new Int32Array(n).fill(-1);
    this.previous = new Int32Array(n).fill(-1);
    this.place = new Int32Array(n).fill(-1);
  }
  insert(v: number, degree: number) {
    const b = Math.min(this.n, Math.max(0, degree));
    this.place[v] = b;
    this.next[v] = this.head[b];
    this.previous[v] = -1;
    if (this.head[b] >= 0) this.previous[this.head[b]] = v;
    this.head[b] = v;
    if (b < this.smallest) this.smallest = b;
  }
  remove(v: number) {
    const b = this.place[v], next = this.next[v], previous = this.previous[v];
    if (next >= 0) this.previous[next] = previous;
    if (previous >= 0) this.next[previous] = next;
    else this.head[b] = next;
  }
  move(v: number, degree: number) {
    this.remove(v);
    this.insert(v, degree);
  }
  takeSmallest(): number {
    while (this.head[this.smallest] < 0) this.smallest++;
    const v = this.head[this.smallest];
    this.remove(v);
    return v;
  }
}
