/**
 * Fill-reducing elimination order: approximate minimum degree on the quotient graph
 * (Amestoy, Davis & Duff 1996, SIAM J. Matrix Anal. 17:886–905), with element absorption and mass elimination.
 * Own code because no maintained library offers it to JavaScript.
 */
import { adjacency, type BlockPattern } from "./sparse.ts";

/**
 * A node with more than so many times √n neighbours, of n nodes, is a hub: a level that a good part of the data is in. Hubs come last, as they
 * would in any case; to know their own degree while others are eliminated would take time with the square of n.
 */
const HUB = 2, FEWEST = 64;

/** Share of the others that every node meets from which on no order saves anything to speak of: they become one dense block. */
const FULL = 0.75;

/** Nodes in elimination order: `order[k]` is eliminated k-th. */
export function minimumDegree(pattern: BlockPattern): Int32Array {
  return new QuotientGraph(pattern).order();
}

/** What is left to eliminate: variables i with their neighbours A_i and elements E_i, and each element e with its variables L_e. */
class QuotientGraph {
  private readonly n: number;
  private readonly weight: Int32Array;
  private readonly pointer: Int32Array;
  private readonly neighbour: Int32Array;
  /** A_i = neighbour[pointer[i] … variableEnd[i]). */
  private readonly variableEnd: Int32Array;
  /** E_i. */
  private readonly elements: number[][];
  /** L_e, and the sum of its weights, of what are hubs and of the others. */
  private readonly members: (Int32Array | null)[];
  private readonly isElement: Uint8Array;
  private readonly size: Float64Array;
  private readonly hubSize: Float64Array;
  private readonly done: Uint8Array;
  private readonly degree: Float64Array;
  /** At most so much of the degree is of hubs, beside those of L_p. */
  private readonly hubDegree: Float64Array;
  private readonly buckets: Buckets;
  /** Last pivot whose element holds a variable; last pivot for which an element was counted, and its weight outside. */
  private readonly mark: Int32Array;
  private readonly seen: Int32Array;
  private readonly outside: Float64Array;
  /** L_p of the pivot at hand: its variables, how many, their weight without hubs, that of the hubs. */
  private readonly list: Int32Array;
  private length = 0;
  private pivotSize = 0;
  private pivotHubs = 0;
  private readonly eliminated: Int32Array;
  private count = 0;
  private readonly hubs: Int32Array;
  private readonly isHub: Uint8Array;
  private readonly hubWeight: number;
  private remaining: number;

  constructor(pattern: BlockPattern) {
    const n = this.n = pattern.nodes, { pointer, neighbour } = adjacency(pattern);
    [this.pointer, this.neighbour] = [pointer, neighbour];
    this.weight = Int32Array.from({ length: n }, (_, v) => pattern.start[v + 1] - pattern.start[v]);
    this.variableEnd = pointer.slice(1, n + 1);
    this.elements = Array.from({ length: n }, () => []);
    this.members = new Array(n).fill(null);
    [this.size, this.hubSize, this.degree, this.hubDegree, this.outside] = [0, 0, 0, 0, 0].map(() =>
      new Float64Array(n)
    );
    [this.mark, this.seen] = [0, 0].map(() => new Int32Array(n).fill(-1));
    [this.list, this.eliminated] = [0, 0].map(() => new Int32Array(n));
    [this.done, this.isElement] = [0, 1].map(() => new Uint8Array(n));
    this.buckets = new Buckets(n);
    this.hubs = hubsOf(pointer);
    this.isHub = new Uint8Array(n);
    for (const v of this.hubs) this.isHub[v] = 1;
    this.hubWeight = this.hubs.reduce((s, v) => s + this.weight[v], 0);
    this.remaining = pattern.start[n] - this.hubWeight;
    for (let v = 0; v < n; v++) {
      if (this.isHub[v]) continue;
      for (let p = pointer[v]; p < this.variableEnd[v]; p++) this.degree[v] += this.weight[neighbour[p]];
      this.buckets.insert(v, this.degree[v]);
    }
  }

  order(): Int32Array {
    while (this.count < this.n - this.hubs.length) {
      const pivot = this.buckets.takeSmallest();
      if (this.isNearlyFull(pivot)) {
        for (let v = pivot; v >= 0; v = this.buckets.takeSmallest()) this.eliminate(v);
        break;
      }
      this.eliminate(pivot);
      this.formElement(pivot);
      this.measureOutside(pivot);
      const kept = this.update(pivot);
      for (let i = 0; i < kept; i++) {
        const v = this.list[i], others = this.pivotSize - this.weight[v];
        if (this.isHub[v]) continue;
        this.degree[v] = Math.min(this.remaining - this.weight[v], this.degree[v] + others) +
          Math.min(this.hubWeight, this.hubDegree[v] + this.pivotHubs);
        this.buckets.move(v, this.degree[v]);
      }
      if (kept === 0) continue;
      this.members[pivot] = this.list.slice(0, kept);
      this.isElement[pivot] = 1;
      this.size[pivot] = this.pivotSize;
      this.hubSize[pivot] = this.pivotHubs;
    }
    this.eliminated.set(this.hubs, this.count);
    return this.eliminated;
  }

  /** Do all that remain meet most of the others, if the pivot, which meets fewest, does? */
  private isNearlyFull(pivot: number): boolean {
    const others = this.remaining - this.weight[pivot] + this.hubWeight;
    return others >= FEWEST && this.degree[pivot] >= FULL * others;
  }

  private eliminate(v: number): void {
    this.eliminated[this.count++] = v;
    this.done[v] = 1;
    this.remaining -= this.weight[v];
  }

  /** L_p = (A_p ∪ ⋃ L_e) \ eliminated; the elements of the pivot are absorbed. */
  private formElement(pivot: number): void {
    this.length = this.pivotSize = this.pivotHubs = 0;
    for (let p = this.pointer[pivot]; p < this.variableEnd[pivot]; p++) this.add(this.neighbour[p], pivot);
    for (const e of this.elements[pivot]) {
      const inside = this.members[e];
      if (inside) { for (let i = 0; i < inside.length; i++) this.add(inside[i], pivot); }
      this.members[e] = null;
      this.isElement[e] = 0;
    }
    this.elements[pivot] = [];
  }

  private add(v: number, pivot: number): void {
    if (this.done[v] || this.mark[v] === pivot) return;
    this.mark[v] = pivot;
    this.list[this.length++] = v;
    if (this.isHub[v]) this.pivotHubs += this.weight[v];
    else this.pivotSize += this.weight[v];
  }

  /** |L_e \ L_p| for every element that touches L_p. */
  private measureOutside(pivot: number): void {
    const { seen, outside, isElement } = this;
    for (let i = 0; i < this.length; i++) {
      const v = this.list[i], own = this.elements[v]; // a hub's are not known
      for (let k = 0; k < own.length; k++) {
        const e = own[k];
        if (isElement[e] === 0) continue;
        if (seen[e] !== pivot) {
          seen[e] = pivot;
          outside[e] = this.size[e];
        }
        outside[e] -= this.weight[v];
      }
    }
  }

  /** New neighbours and elements of L_p; those that are nothing beside it are eliminated with the pivot. Returns how many are left. */
  private update(pivot: number): number {
    const { isElement, outside, hubSize } = this;
    let kept = 0;
    for (let i = 0; i < this.length; i++) {
      const v = this.list[i];
      if (this.isHub[v]) {
        this.list[kept++] = v;
        continue;
      }
      const variables = this.pruned(v, pivot), own = this.elements[v];
      let elementSum = 0, hubSum = this.hubDegree[v], alive = 0;
      for (let k = 0; k < own.length; k++) {
        const e = own[k];
        if (isElement[e] === 0) continue;
        if (outside[e] <= 0 && hubSize[e] === 0) continue; // absorbed by the new element, which covers it
        own[alive++] = e;
        elementSum += outside[e];
        hubSum += hubSize[e];
      }
      this.hubDegree[v] = hubSum;
      if (variables === 0 && hubSum === 0 && alive === 0) {
        this.buckets.remove(v);
        this.eliminate(v);
        this.elements[v] = [];
        this.pivotSize -= this.weight[v];
        continue;
      }
      own.length = alive;
      own.push(pivot);
      this.list[kept++] = v;
      this.degree[v] = elementSum + variables;
    }
    return kept;
  }

  /** Takes out of A_v what is eliminated or in L_p; the weight of what stays, beside that of hubs. */
  private pruned(v: number, pivot: number): number {
    const { neighbour } = this;
    let variables = 0, hubs = 0, end = this.pointer[v];
    for (let p = this.pointer[v]; p < this.variableEnd[v]; p++) {
      const u = neighbour[p];
      if (this.done[u] || this.mark[u] === pivot) continue;
      neighbour[end++] = u;
      if (this.isHub[u]) hubs += this.weight[u];
      else variables += this.weight[u];
    }
    this.variableEnd[v] = end;
    this.hubDegree[v] = hubs;
    return variables;
  }
}

/** Hubs, those with most neighbours last. */
function hubsOf(pointer: Int32Array): Int32Array {
  const n = pointer.length - 1, neighbours = (v: number) => pointer[v + 1] - pointer[v];
  const many = Math.max(FEWEST, HUB * Math.sqrt(n));
  return Int32Array.from({ length: n }, (_, v) => v).filter((v) => neighbours(v) > many)
    .sort((a, b) => neighbours(a) - neighbours(b));
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
  /** −1 where none is left. */
  takeSmallest(): number {
    while (this.smallest <= this.n && this.head[this.smallest] < 0) this.smallest++;
    if (this.smallest > this.n) return -1;
    const v = this.head[this.smallest];
    this.remove(v);
    return v;
  }
}
