/**
 * Rows below every node of an elimination tree, one list after the other: those of its children beyond the node, and its own. Where one child
 * has all of them, as along a dense block, the list is the end of that child's.
 */
export class RowLists {
  rows: Int32Array;
  /** Node k has rows[from[k] … to[k]), ascending. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  private readonly stamp: Int32Array;
  private readonly found: Int32Array;
  private count = 0;
  private used = 0;
  private node = 0;

  /** @param expected rows of all nodes, where no more come from children */
  constructor(nodes: number, expected: number) {
    this.rows = new Int32Array(expected);
    [this.from, this.to, this.found] = [0, 1, 2].map(() => new Int32Array(nodes));
    this.stamp = new Int32Array(nodes).fill(-1);
  }

  /** Begins the list of a node with that of the child that has most; the first row of a child is its parent. */
  begin(node: number, child: number, sibling: Int32Array): void {
    const { from, to, stamp } = this;
    this.node = node;
    this.count = from[node] = to[node] = 0;
    stamp[node] = node;
    for (let c = child; c >= 0; c = sibling[c]) {
      if (to[c] - from[c] - 1 > to[node] - from[node]) [from[node], to[node]] = [from[c] + 1, to[c]];
    }
    for (let i = from[node]; i < to[node]; i++) stamp[this.rows[i]] = node;
  }

  /** Adds index[start … end). */
  add(index: Int32Array, start: number, end: number): void {
    const { stamp, found, node } = this;
    for (let i = start; i < end; i++) {
      const row = index[i];
      if (stamp[row] === node) continue;
      stamp[row] = node;
      found[this.count++] = row;
    }
  }

  /** Merges what was added into the list, in a place of its own. */
  end(): void {
    const { from, to, found, node, count, used } = this;
    if (count === 0) return;
    sort(found, count);
    let i = from[node], j = 0;
    const last = to[node], length = last - i + count;
    if (used + length > this.rows.length) this.grow(used + length);
    const { rows } = this;
    for (let at = used; at < used + length; at++) {
      rows[at] = j === count || (i < last && rows[i] < found[j]) ? rows[i++] : found[j++];
    }
    from[node] = used;
    this.used = to[node] = used + length;
  }

  private grow(least: number): void {
    const rows = new Int32Array(Math.max(least, 2 * this.rows.length));
    rows.set(this.rows.subarray(0, this.used));
    this.rows = rows;
  }
}

/** Lists up to this long are sorted by insertion: a view of an array takes longer to make. */
const SHORT = 16;

/** The first `count` numbers, ascending. */
function sort(list: Int32Array, count: number): void {
  if (count > SHORT) {
    list.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const v = list[i];
    let j = i;
    for (; j > 0 && list[j - 1] > v; j--) list[j] = list[j - 1];
    list[j] = v;
  }
}
