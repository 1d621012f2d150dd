/** Where ranges of rows add up: to the common sums, or, where two would add to one entry, each to a place of its own, which are then added in order. */
import { besideRows } from "../../math/shared_memory.ts";
import type { CouplingRows, EffectData, GroupRows, Place, Places } from "./effect_rows.ts";

/** The first entry that each row of a range adds to, and how many from there on. */
interface Touched {
  readonly rows: number;
  readonly at: (row: number) => number;
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
    const rows = touched.reduce((s, [first]) => s + (first?.rows ?? 0), 0), joint: Joint[] = [];
    const own = touched[0].map((_, c) => {
      const ranges = touched.map((range) => range[c]);
      if (ranges.length === 1) return [null];
      const region = regionOf(ranges);
      if (areApart(ranges, region)) return ranges.map(() => null);
      const others = ranges.slice(1).map(() => besideRows(region.to - region.from, rows));
      joint.push({ from: region.from, others });
      return [null, ...others.map((values): Place => ({ values, from: region.from }))];
    });
    this.places = touched.map((_, s) => own.map((places) => places[s]));
    this.joint = joint;
  }

  /** Of Σ Z_kᵀ v_k. */
  static overEffects(ranges: readonly EffectData[]): Sums {
    return new Sums(ranges.map(({ n, groups }) => groups.map((g) => ofGroup(g, n))));
  }

  /** Of Σ Z_kᵀ A_kl Z_l. */
  static overBlocks(ranges: readonly EffectData[]): Sums {
    return new Sums(ranges.map(({ n, groups, couplings }) => couplings.map((c) => ofCoupling(c, groups, n))));
  }

  /** Adds what ranges have by themselves. */
  complete(out: Float64Array) {
    for (const { from, others } of this.joint) {
      for (const values of others) for (let i = 0; i < values.length; i++) out[from + i] += values[i];
    }
  }
}

function ofGroup({ index, start, stride, column }: GroupRows, rows: number): Touched {
  return { rows, at: (i) => start + index[i] * stride, span: column.length };
}

function ofCoupling({ row, col, at }: CouplingRows, groups: readonly GroupRows[], rows: number): Touched {
  const a = groups[row], b = groups[col];
  return { rows, at: (i) => at[i], span: (b.column.length - 1) * a.width + a.column.length };
}

function regionOf(ranges: readonly Touched[]): { from: number; to: number } {
  let from = Infinity, to = 0;
  for (const { rows, at, span } of ranges) {
    for (let i = 0; i < rows; i++) {
      from = Math.min(from, at(i));
      to = Math.max(to, at(i) + span);
    }
  }
  return { from, to };
}

/** Does no entry belong to two ranges? */
function areApart(ranges: readonly Touched[], { from, to }: { from: number; to: number }): boolean {
  const owner = new Uint8Array(to - from);
  return ranges.every(({ rows, at }, s) => {
    for (let i = 0; i < rows; i++) {
      const of = owner[at(i) - from];
      if (of !== 0 && of !== s + 1) return false;
      owner[at(i) - from] = s + 1;
    }
    return true;
  });
}
