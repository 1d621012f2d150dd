/** Pairs of levels that meet, numbered in the order in which they appear: a hash table of numbers, for a Map takes ten times as long for millions. */
export class PairIndex {
  private row = new Int32Array(512);
  private col = new Int32Array(512);
  /** Number of the pair that is there, + 1. */
  private places = new Int32Array(1024);
  private used = 0;

  get size(): number {
    return this.used;
  }

  /** The number of a pair, which is new where it is the size that was before. */
  of(row: number, col: number): number {
    const { places } = this, last = places.length - 1;
    for (let place = hash(row, col) & last;; place = (place + 1) & last) {
      const k = places[place] - 1;
      if (k < 0) return this.add(row, col, place);
      if (this.row[k] === row && this.col[k] === col) return k;
    }
  }

  private add(row: number, col: number, place: number): number {
    const k = this.used++;
    if (k === this.row.length) this.grow();
    this.row[k] = row;
    this.col[k] = col;
    if (2 * this.used > this.places.length) this.spread();
    else this.places[place] = k + 1;
    return k;
  }

  private grow(): void {
    [this.row, this.col] = [this.row, this.col].map((levels) => {
      const larger = new Int32Array(2 * levels.length);
      larger.set(levels);
      return larger;
    });
  }

  /** At most half of the places are taken. */
  private spread(): void {
    const places = this.places = new Int32Array(2 * this.places.length), last = places.length - 1;
    for (let k = 0; k < this.used; k++) {
      let place = hash(this.row[k], this.col[k]) & last;
      while (places[place] > 0) place = (place + 1) & last;
      places[place] = k + 1;
    }
  }

  /** Levels of all pairs. */
  finish(): { rows: Int32Array; cols: Int32Array } {
    return { rows: this.row.slice(0, this.used), cols: this.col.slice(0, this.used) };
  }
}

/** MurmurHash3's finalizer of both, so that neighbouring levels are not neighbours. */
function hash(row: number, col: number): number {
  let h = Math.imul(row, 0x9e3779b1) ^ col;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
