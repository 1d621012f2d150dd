/** The sums of cells with bins by what they are. */
import { type Moment, momentsOf } from "./bins.ts";
import type { Cells, CellValues } from "./collapse.ts";

export class Moments {
  /** Covariates that are binned. */
  readonly d: number;
  /** Rows, or what their frequencies add up to. */
  readonly n: Float64Array;
  /** What the covariates' moments are weighted by: trials where there are some, else the rows. */
  readonly mass: Float64Array;
  /** Σ y where the cells have it. */
  readonly y: Float64Array | null;
  readonly all: readonly Moment[];
  private readonly sums: ReadonlyMap<string, Float64Array>;

  constructor({ bins, sums: selected }: Cells, { sums }: CellValues) {
    this.d = bins.length;
    this.sums = new Map(selected.map(({ name }, k) => [name, sums[k]]));
    this.n = this.sums.get("n")!;
    this.mass = this.sums.get("st") ?? this.n;
    this.y = this.sums.get("sy") ?? null;
    this.all = momentsOf(this.d, this.y !== null);
  }

  /** Sum of a moment, by its name. */
  of(name: string): Float64Array {
    return this.sums.get(name)!;
  }
}
