/** Adds up the products of the columns of one grouping factor, level by level. */
import { ones } from "../math/shared_memory.ts";
import { groupNames } from "../formula/grouping.ts";
import type { Block } from "../formula/read_block.ts";
import type { DesignRecipe } from "../formula/recipe.ts";
import { mean, minus } from "./centre.ts";
import { leadingColumns } from "./leading.ts";
import type { FactorSums } from "./source.ts";

/** What the rows of a block have of one factor. */
export interface FactorRows {
  readonly level: Int32Array;
  readonly columns: readonly Float64Array[];
}

/** Sums by level of one factor. */
export class LevelSums implements FactorSums {
  readonly rows: Int32Array;
  readonly own: Float64Array;
  readonly products: Float64Array[];
  readonly centre: Float64Array;
  readonly leading: readonly number[];
  /** Numbers of its terms among the random terms. */
  private readonly terms: readonly number[];
  private readonly width: number;

  constructor(readonly group: string, recipe: DesignRecipe, first: Block["random"], columns: number) {
    const { random } = recipe.parts[0];
    this.terms = [...first.keys()].filter((k) => random[k].group === group);
    const levels = groupNames(random[this.terms[0]].groups).length;
    this.leading = this.terms.map((k) => leadingColumns(random[k].layout, recipe));
    this.centre = Float64Array.from(
      this.terms.flatMap((k, t) =>
        first[k].columns.map((z, j) => z && this.leading[t] > 0 && j >= this.leading[t] ? mean(z) : 0)
      ),
    );
    this.width = this.centre.length;
    this.rows = new Int32Array(levels);
    this.own = new Float64Array(levels * this.width ** 2);
    this.products = Array.from({ length: columns }, () => new Float64Array(levels * this.width));
  }

  /** Adds a block; gives its columns, less their centre. */
  add(random: Block["random"], weighted: readonly Float64Array[], w: Float64Array | null): FactorRows {
    const terms = this.terms.map((k) => random[k]), { level } = terms[0], n = level.length, c = this.width;
    if (level.some((l) => l < 0)) throw changed(this.group);
    const columns = terms.flatMap((term) => term.columns).map((z, k) =>
      z === null ? ones(n) : minus(z, this.centre[k])
    );
    const { own, rows } = this;
    for (let i = 0; i < n; i++) rows[level[i]]++;
    columns.forEach((a, j) => {
      columns.forEach((b, k) => {
        for (let i = 0; i < n; i++) own[level[i] * c * c + j * c + k] += (w ? w[i] : 1) * a[i] * b[i];
      });
      weighted.forEach((x, m) => {
        const out = this.products[m];
        for (let i = 0; i < n; i++) out[level[i] * c + j] += a[i] * x[i];
      });
    });
    return { level, columns };
  }
}

function changed(group: string): RangeError {
  return new RangeError(
    `Cannot fit from this source: its rows have changed while they were read (a level of ${group} is new); ` +
      "every pass must give the same rows",
  );
}
