/** The sums that a fit needs, by a query for X, one for every grouping factor and one for every pair of them. */
import { leadingColumns } from "../leading.ts";
import { PairIndex } from "../pair_index.ts";
import { assertFewPairs } from "../pair_table.ts";
import type { FactorSums, PairSums, Sums, SumsPlan } from "../source.ts";
import type { CellColumn } from "./batch_cell.ts";
import { CellQuery } from "./cells.ts";
import { assertFiniteColumns } from "./finite.ts";
import type { ModelColumn } from "./model_columns.ts";
import { type GroupColumns, measureWeights, type ModelRows, modelRows } from "./model_rows.ts";
import { Monomials } from "./monomials.ts";
import type { SqlRows } from "./rows.ts";

/** A column of the model in one query. */
type Seen = readonly CellColumn[];

/** The queries of a model, before any is run but those that measure. */
export class SqlSums {
  private readonly monomials = new Monomials();
  private readonly y: number;
  private readonly leading: number;

  constructor(private readonly model: ModelRows, private readonly rows: SqlRows) {
    this.leading = leadingColumns(model.recipe.parts[0].layout, model.recipe);
    this.y = this.monomials.add("the response", () => model.response);
  }

  async sums(): Promise<Sums> {
    const { model, rows, monomials } = this, all = this.queries();
    const { rows: n, finite } = await monomials.measure(rows);
    await assertFiniteColumns(model, rows, n, finite);
    const weights = await measureWeights(model, rows);
    for (const { x, z } of all.seen) this.centre(x, z);
    const fixed = await this.fixed(all.fixed, all.x, n);
    const factors: FactorSums[] = [], pairs: PairSums[] = [];
    for (const each of all.factors) factors.push(await this.factor(each));
    for (const each of all.pairs) pairs.push(await this.pair(each));
    return { ...fixed, total: weights?.total ?? n, logWeights: weights?.logWeights ?? 0, factors, pairs };
  }

  /** Every query with its columns: the monomials of all of them are known before their means are asked for. */
  queries() {
    const { model, monomials } = this, { X, groups, weights } = model;
    const seen: { x: Seen | null; z: readonly { columns: Seen; of: GroupColumns }[] }[] = [];
    const make = (of: readonly GroupColumns[], withX: boolean) => {
      const columns: ModelColumn[] = [...of.flatMap(({ columns }) => columns), ...(withX ? X : [])];
      const query = new CellQuery(monomials, of.map(({ slot }) => slot), columns, weights);
      const z = of.map((each) => ({ columns: each.columns.map((c) => query.column(c)), of: each }));
      const x = withX
        ? [...X.map((c) => query.column(c)), { monomial: this.y, coded: [], plain: true, centre: 0 }]
        : null;
      seen.push({ x, z });
      return { query, x: x ?? [], z: z.map(({ columns }) => columns) };
    };
    const fixed = make([], true);
    fixed.query.want(fixed.x, fixed.x);
    const factors = groups.map((group) => {
      const { query, x, z: [z] } = make([group], true);
      query.want(z, [...z, ...x]);
      return { query, x, z, group };
    });
    const pairs = groups.flatMap((later, row) =>
      groups.slice(0, row).map((earlier, col) => {
        const { query, z: [a, b] } = make([later, earlier], false);
        query.want(a, b);
        return { query, a, b, row, col, later, earlier, names: [later.group, earlier.group] };
      })
    );
    return { fixed: fixed.query, x: fixed.x, factors, pairs, seen };
  }

  /** What is taken off: the means of plain numbers behind the columns that hold the constant. */
  private centre(x: Seen | null, z: readonly { columns: Seen; of: GroupColumns }[]): void {
    const { leading, monomials: { centre } } = this;
    const settle = (columns: Seen, constants: number) =>
      columns.forEach((column, j) => {
        column.centre = constants > 0 && j >= constants && column.plain ? centre[column.monomial] : 0;
      });
    if (x) settle(x, leading);
    for (const { columns, of: { terms } } of z) {
      let first = 0;
      for (const { count, leading } of terms) settle(columns.slice(first, first += count), leading);
    }
  }

  private async fixed(query: CellQuery, x: Seen, rows: number) {
    const sums = new Float64Array(x.length), products = x.map((_, j) => new Float64Array(j + 1));
    await query.each("the sums of X", this.rows, (cell) => {
      const here = x.flatMap((column, j) => cell.isZero(column) ? [] : [j]);
      for (const j of here) {
        sums[j] += cell.sum(x[j]);
        for (const k of here) {
          if (k > j) break;
          products[j][k] += cell.product(x[j], x[k]);
        }
      }
    });
    return {
      rows,
      centre: Float64Array.from(x, ({ centre }) => centre),
      leading: this.leading,
      sums,
      products,
    };
  }

  private async factor({ query, x, z, group }: {
    readonly query: CellQuery;
    readonly x: Seen;
    readonly z: Seen;
    readonly group: GroupColumns;
  }): Promise<FactorSums> {
    const c = z.length, { size } = group.slot;
    const rows = new Int32Array(size), own = new Float64Array(size * c * c);
    const products = x.map(() => new Float64Array(size * c));
    await query.each(`the sums by ${group.group}`, this.rows, (cell) => {
      const level = cell.level(0);
      rows[level] += cell.rows;
      for (let j = 0; j < c; j++) {
        if (cell.isZero(z[j])) continue;
        for (let k = 0; k < c; k++) own[level * c * c + j * c + k] += cell.product(z[j], z[k]);
        for (let m = 0; m < x.length; m++) products[m][level * c + j] += cell.product(z[j], x[m]);
      }
    });
    return {
      group: group.group,
      rows,
      centre: Float64Array.from(z, ({ centre }) => centre),
      leading: group.terms.map(({ leading }) => leading),
      own,
      products,
    };
  }

  private async pair({ query, a, b, row, col, names }: {
    readonly query: CellQuery;
    readonly a: Seen;
    readonly b: Seen;
    readonly row: number;
    readonly col: number;
    readonly names: readonly string[];
  }): Promise<PairSums> {
    const r = a.length, size = r * b.length, index = new PairIndex();
    let blocks = new Float64Array(1024 * size);
    await query.each(`the sums by pairs of ${names.join(" and ")}`, this.rows, (cell) => {
      const before = index.size, k = index.of(cell.level(0), cell.level(1));
      if (k === before) {
        assertFewPairs(k + 1, size);
        if ((k + 1) * size > blocks.length) blocks = grown(blocks);
      }
      for (let j = 0, p = k * size; j < b.length; j++) {
        for (let i = 0; i < r; i++, p++) blocks[p] += cell.product(a[i], b[j]);
      }
    });
    return { row, col, ...index.finish(), blocks: blocks.slice(0, index.size * size) };
  }
}

function grown(blocks: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * blocks.length);
  larger.set(blocks);
  return larger;
}

/** The sums of a plan. */
export function sumsOf({ recipe, less }: SumsPlan, rows: SqlRows): Promise<Sums> {
  return new SqlSums(modelRows(recipe, rows, less, leadingColumns), rows).sums();
}
