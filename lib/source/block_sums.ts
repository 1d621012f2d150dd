/** Adds up the products of rows that come in blocks. */
import { crossProducts, sparseColumns } from "../math/columns.ts";
import { axpy, dot } from "../math/dense.ts";
import type { Block } from "../formula/read_block.ts";
import type { DesignRecipe } from "../formula/recipe.ts";
import { groupNames } from "../formula/grouping.ts";
import { leadingColumns } from "./leading.ts";
import { PairTable } from "./pair_table.ts";
import type { FactorSums, Sums } from "./source.ts";

/** Sums so far; what is taken off the columns is the mean of the first block. */
export class BlockSums {
  private rows = 0;
  private total = 0;
  private logWeights = 0;
  private centre: Float64Array | null = null;
  private readonly sums: Float64Array;
  private readonly products: Float64Array[];
  private factors: Factor[] | null = null;
  private readonly pairs: PairTable[] = [];

  private readonly names: readonly string[];
  private readonly leading: number;

  /** @param recipe with all columns of X kept */
  constructor(private readonly recipe: DesignRecipe, private readonly less: Float64Array | null) {
    const [memory] = recipe.parts, p = memory.kept.length;
    this.sums = new Float64Array(p + 1);
    this.products = Array.from({ length: p + 1 }, (_, j) => new Float64Array(j + 1));
    const names = this.names = [...new Set(memory.random.map(({ group }) => group))];
    for (let row = 1; row < names.length; row++) {
      for (let col = 0; col < row; col++) this.pairs.push(new PairTable(row, col));
    }
    this.leading = leadingColumns(memory.layout, recipe);
  }

  add({ n, y, weights: w, X, random }: Block): void {
    if (n === 0) return;
    const response = y.slice();
    this.less?.forEach((b, j) => axpy(-b, X[j], response));
    const columns = [...X, response];
    this.centre ??= centres(columns, this.leading);
    const centred = columns.map((x, j) => minus(x, this.centre![j]));
    this.rows += n;
    for (let i = 0; i < n; i++) {
      this.total += w ? w[i] : 1;
      if (w) this.logWeights += Math.log(w[i]);
    }
    crossProducts(centred, sparseColumns(centred), w).forEach((row, j) => axpy(1, row, this.products[j]));
    const weighted = centred.map((x) => (w ? x.map((v, i) => v * w[i]) : x));
    const ones = new Float64Array(n).fill(1);
    weighted.forEach((x, j) => this.sums[j] += dot(ones, x));
    this.factors ??= this.names.map((group) => new Factor(group, this.recipe, random, columns.length));
    const z = this.factors.map((factor) => factor.add(random, weighted, w));
    for (const pair of this.pairs) pair.add(z[pair.row], z[pair.col], w);
  }

  finish(): Sums {
    return {
      rows: this.rows,
      total: this.total,
      logWeights: this.logWeights,
      centre: this.centre ?? new Float64Array(this.sums.length),
      leading: this.leading,
      sums: this.sums,
      products: this.products,
      factors: this.factors ?? [],
      pairs: this.pairs.map((pair) => pair.finish()),
    };
  }
}

/** Means of the columns behind the leading ones that are not mostly zeros; none where nothing holds the constant. */
function centres(columns: readonly Float64Array[], leading: number): Float64Array {
  const sparse = sparseColumns(columns);
  return Float64Array.from(columns, (x, j) => leading === 0 || j < leading || sparse[j] ? 0 : mean(x));
}

function mean(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] / x.length;
  return sum;
}

function minus(x: Float64Array, constant: number): Float64Array {
  return constant === 0 ? x : x.map((v) => v - constant);
}

/** What the rows of a block have of one factor. */
export interface FactorRows {
  readonly level: Int32Array;
  readonly columns: readonly Float64Array[];
}

/** Sums by level of one factor. */
class Factor implements FactorSums {
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
      z === null ? new Float64Array(n).fill(1) : minus(z, this.centre[k])
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
