/** Where ranges of rows add up: to the common sums, or, where two would add to one entry, each to a place of its own, which are then added in order. */
import { besideRows } from "../../math/shared_memory.ts";
import type { CouplingRows, EffectData, GroupRows, Place, Places } from "./effect_rows.ts";

/** The first entry that each row of a range adds to, start + index · stride, and how many from there on. */
interface Touched {
  readonly index: Int32Array;
  readonly start: number;
  readonly stride: number;
  readonly span: number;
}

/** Entries that several ranges add to: the first adds to the common sums. */
interface Joint {
  readonly from: number;
  readonly others: readonly Float64Array[];
}

/** Where every range adds up, and how that becomes one sum. */
export class Sums {
  /** By range. */
  readonly places: readonly Places[];
  private readonly joint: readonly Joint[];

  /** @param touched by range, and by group or coupling there */
  private constructor(touched: readonly (readonly Touched[])[]) {
    const rows = touched.reduce((s, [first]) => s + (first?.index.length ?? 0), 0), joint: Joint[] = [];
    const own = touched[0].map((_, c) => {
      const ranges = touched.map((range) => range[c]);
      if (ranges.length === 1) return [null];
      if (areApart(ranges)) return ranges.map(() => null);
      const region = regionOf(ranges);
      const others = ranges.slice(1).map(() => besideRows(region.to - region.from, rows));
      joint.push({ from: region.from, others });
      return [null, ...others.map((values): Place => ({ values, from: region.from }))];
    });
    this.places = touched.map((_, s) => own.map((places) => places[s]));
    this.joint = joint;
  }

  /** Of Σ Z_kᵀ v_k. */
  static overEffects(ranges: readonly EffectData[]): Sums {
    return new Sums(ranges.map(({ groups }) => groups.map(ofGroup)));
  }

  /** Of Σ Z_kᵀ A_kl Z_l. */
  static overBlocks(ranges: readonly EffectData[]): Sums {
    return new Sums(ranges.map(({ groups, couplings }) => couplings.map((c) => ofCoupling(c, groups))));
  }

  /** Adds what ranges have by themselves. */
  complete(out: Float64Array) {
    for (const { from, others } of this.joint) for (const values of others) addFrom(from, values, out);
  }
}

function addFrom(from: number, values: Float64Array, out: Float64Array) {
  for (let i = 0; i < values.length; i++) out[from + i] += values[i];
}

function ofGroup({ index, start, stride, column }: GroupRows): Touched {
  return { index, start, stride, span: column.length };
}

function ofCoupling({ row, col, at }: CouplingRows, groups: readonly GroupRows[]): Touched {
  const a = groups[row], b = groups[col];
  return { index: at, start: 0, stride: 1, span: (b.column.length - 1) * a.width + a.column.length };
}

/** From the least to the largest index. */
function regionOf(ranges: readonly Touched[]): { from: number; to: number } {
  const [{ start, stride, span }] = ranges, least = ranges.map(({ index }) => leastOf(index));
  const largest = ranges.map(({ index }) => largestOf(index));
  return { from: start + stride * Math.min(...least), to: start + stride * Math.max(...largest) + span };
}

function leastOf(index: Int32Array): number {
  let least = index[0];
  for (let i = 1; i < index.length; i++) if (index[i] < least) least = index[i];
  return least;
}

function largestOf(index: Int32Array): number {
  let largest = index[0];
  for (let i = 1; i < index.length; i++) if (index[i] > largest) largest = index[i];
  return largest;
}

/** Does no index belong to two ranges? */
function areApart(ranges: readonly Touched[]): boolean {
  const owner = new Uint8Array(1 + Math.max(...ranges.map(({ index }) => largestOf(index))));
  return ranges.every(({ index }, s) => own(owner, index, s + 1));
}

/** Takes what a range touches; false where another has it. */
function own(owner: Uint8Array, index: Int32Array, range: number): boolean {
  for (let i = 0; i < index.length; i++) {
    const of = owner[index[i]];
    if (of !== 0 && of !== range) return false;
    owner[index[i]] = range;
  }
  return true;
}
