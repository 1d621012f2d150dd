/** The queries that add up products by cell. */
import { column, count, type Expr, sum, times } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import { BatchCell, type Cell, type CellColumn } from "./batch_cell.ts";
import type { ModelColumn } from "./model_columns.ts";
import type { Monomials } from "./monomials.ts";
import type { SqlRows } from "./rows.ts";
import { numbersOfColumn } from "./runner.ts";
import { factorSlot, type Slot, SlotReader } from "./slots.ts";

/** More cells than these are not asked for; factors of X are then no keys but sums of their own. */
const MOST_CELLS = 1 << 20;

/** One query: its keys and the products that are wanted. */
export class CellQuery {
  readonly slots: Slot[];
  private readonly pairs = new Map<number, string>();

  /**
   * @param groups slots of grouping factors
   * @param columns columns whose factors become keys where the cells stay few
   */
  constructor(
    private readonly monomials: Monomials,
    groups: readonly Slot[],
    columns: readonly ModelColumn[],
    private readonly weights: Expr | null,
  ) {
    this.slots = [...groups];
    const factors = new Map(columns.flatMap(({ coded }) => coded.map(({ of }) => [of.text, of] as const)));
    let cells = groups.reduce((product, { size }) => product * size, 1);
    for (const factor of [...factors.values()].sort((a, b) => a.levels.length - b.levels.length)) {
      if (cells * factor.levels.length > Math.max(MOST_CELLS, 2 * factor.levels.length)) continue;
      cells *= factor.levels.length;
      this.slots.push(factorSlot(factor));
    }
  }

  /** The column as these cells see it. */
  column(of: ModelColumn): CellColumn {
    const slotOf = (text: string) => this.slots.findIndex(({ name }) => name === text);
    const coded = of.coded.filter((each) => slotOf(each.of.text) >= 0);
    const monomial = this.monomials.of(of, of.coded.filter((each) => !coded.includes(each)));
    return {
      monomial,
      coded: coded.map((each) => ({ slot: slotOf(each.of.text), byLevel: each.byLevel })),
      plain: of.coded.length === 0,
      centre: 0,
    };
  }

  /** Wants Σ w x̃ ỹ of every x and y. */
  want(left: readonly CellColumn[], right: readonly CellColumn[]): void {
    const of = (
      columns: readonly CellColumn[],
    ) => [...new Set([0, ...columns.map(({ monomial }) => monomial)])];
    for (const a of of(left)) {
      for (const b of of(right)) {
        const key = this.key(a, b);
        if (!this.pairs.has(key)) this.pairs.set(key, `s${this.pairs.size}`);
      }
    }
  }

  private key(a: number, b: number): number {
    return Math.max(a, b) * (1 << 20) + Math.min(a, b);
  }

  /** How many cells are to be expected of so many rows: all combinations of levels, of which some do not occur where rows are few. */
  expected(rows: number): number {
    const all = this.slots.reduce((product, { size }) => product * size, 1);
    return Math.round(all * -Math.expm1(-rows / all));
  }

  /** Values of each cell that come back: keys, number of rows and sums. */
  get width(): number {
    return this.slots.reduce((s, { keys }) => s + keys.length, 0) + 1 + this.pairs.size;
  }

  /** Monomials of the products. */
  private get used(): number[] {
    const all = [...this.pairs.keys()].flatMap((key) => [Math.floor(key / (1 << 20)), key % (1 << 20)]);
    return [...new Set(all)].filter((m) => m > 0).sort((a, b) => a - b);
  }

  query(rows: SqlRows): Query {
    const keys = this.slots.flatMap(({ keys }) => keys), names = keys.map((_, k) => `k${k}`);
    const { monomials, weights } = this;
    const weighted = (of: Expr | null) =>
      weights === null ? of : of === null ? column("w") : times(column("w"), of);
    const factor = (m: number) => m === 0 ? null : column(monomials.name(m));
    const sums = [...this.pairs].map(([key, name]) => {
      const a = factor(Math.floor(key / (1 << 20))), b = factor(key % (1 << 20));
      const of = weighted(a && b ? times(a, b) : a ?? b);
      return { name, of: of === null ? count() : sum(of) };
    });
    const own = [
      ...keys.map((of, k) => ({ name: names[k], of })),
      ...this.used.map((m) => monomials.centred(m)),
      ...(weights === null ? [] : [{ name: "w", of: weights }]),
    ];
    return {
      select: [...names.map((name) => ({ name, of: column(name) })), { name: "n", of: count() }, ...sums],
      from: rows.complete(own.length > 0 ? own : [{ name: "one", of: { kind: "number", value: 1 } }]),
      ...(names.length > 0 ? { groupBy: names } : {}),
    };
  }

  /** Which sum is that of monomials a and b. */
  private places(): (a: number, b: number) => number {
    const all = 1 + Math.max(0, ...this.used), table = new Int32Array(all * all).fill(-1);
    for (const [k, key] of [...this.pairs.keys()].entries()) {
      const a = Math.floor(key / (1 << 20)), b = key % (1 << 20);
      table[a * all + b] = table[b * all + a] = k;
    }
    return (a, b) => table[a * all + b];
  }

  /**
   * Runs the query.
   * @param use is given every cell; the object is the same each time
   * @throws {RangeError} For a level that was not there before.
   */
  async each(what: string, rows: SqlRows, use: (cell: Cell) => void): Promise<void> {
    const readers = this.slots.map((slot) => new SlotReader(slot)),
      width = this.slots.map(({ keys }) => keys.length);
    const first = width.reduce((s, w) => s + w, 0), sumAt = this.places();
    for await (const { rows: n, column } of rows.run.batches(what, this.query(rows))) {
      let at = 0;
      const levels = readers.map((reader, k) => {
        const found = reader.read(Array.from({ length: width[k] }, () => column(at++)), n);
        if (found.includes(-1)) throw changed(reader.slot.name);
        return found;
      });
      const counts = numbersOfColumn(column(first), n);
      const sums = Array.from(
        { length: this.pairs.size },
        (_, k) => numbersOfColumn(column(first + 1 + k), n),
      );
      const cell = new BatchCell(levels, counts, sums, sumAt, this.monomials.centre);
      for (cell.row = 0; cell.row < n; cell.row++) use(cell);
    }
  }
}

function changed(group: string): RangeError {
  return new RangeError(
    `Cannot fit from this source: its rows have changed while they were read (a level of ${group} is new)`,
  );
}
