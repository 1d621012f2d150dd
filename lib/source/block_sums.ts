/** Adds up the products of rows that come in blocks. */
import { ones } from "../math/shared_memory.ts";
import { crossProducts, sparseColumns } from "../math/columns.ts";
import { axpy, dot } from "../math/vectors.ts";
import type { Block } from "../formula/read_block.ts";
import type { DesignRecipe } from "../formula/recipe.ts";
import { leadingColumns } from "./leading.ts";
import { mean, minus } from "./centre.ts";
import { LevelSums } from "./level_sums.ts";
import { PairTable } from "./pair_table.ts";
import type { Sums } from "./source.ts";

/** Sums so far; what is taken off the columns is the mean of the first block. */
export class BlockSums {
  private rows = 0;
  private total = 0;
  private logWeights = 0;
  private centre: Float64Array | null = null;
  private readonly sums: Float64Array;
  private readonly products: Float64Array[];
  private factors: LevelSums[] | null = null;
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
    weighted.forEach((x, j) => this.sums[j] += dot(ones(n), x));
    this.factors ??= this.names.map((group) => new LevelSums(group, this.recipe, random, columns.length));
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
