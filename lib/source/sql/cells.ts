/**
 * Sums of products by cell. Within a cell, whose keys fix the levels of some factors, a column about its centre is
 * x̃ = α m̃ + β with a monomial m̃ about its mean and numbers α, β of the cell, so that
 * Σ w x̃ ỹ = α_x α_y Σ w m̃_x m̃_y + α_x β_y Σ w m̃_x + β_x α_y Σ w m̃_y + β_x β_y Σ w.
 */
import { column, count, type Expr, sum, times } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import type { ModelColumn } from "./model_columns.ts";
import type { Monomials } from "./monomials.ts";
import type { SqlRows } from "./rows.ts";
import { numbersOfColumn } from "./runner.ts";
import { factorSlot, type Slot, SlotReader } from "./slots.ts";

/** A column as the cells see it. */
export interface CellColumn {
  readonly monomial: number;
  /** Value by level of each factor that is a key. */
  readonly coded: readonly { readonly slot: number; readonly byLevel: readonly number[] }[];
  /** What is taken off it. */
  centre: number;
}

/** The sums of one cell: those of pairs of monomials, and how to read columns from them. */
export interface Cell {
  readonly rows: number;
  /** Levels of the slots. */
  readonly level: (slot: number) => number;
  /** Σ w x̃ ỹ. */
  readonly product: (x: CellColumn, y: CellColumn) => number;
  /** Σ w x̃. */
  readonly sum: (x: CellColumn) => number;
  /** Is the column 0 in all of the cell? */
  readonly isZero: (x: CellColumn) => boolean;
}

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

  /**
   * Runs the query.
   * @param use is given every cell; the object is the same each time
   * @throws {RangeError} For a level that was not there before.
   */
  async each(what: string, rows: SqlRows, use: (cell: Cell) => void): Promise<void> {
    const readers = this.slots.map((slot) => new SlotReader(slot)),
      width = this.slots.map(({ keys }) => keys.length);
    const first = width.reduce((s, w) => s + w, 0),
      place = new Map([...this.pairs.keys()].map((key, k) => [key, k]));
    const { centre } = this.monomials;
    for await (const batch of rows.run.batches(what, this.query(rows))) {
      let at = 0;
      const levels = readers.map((reader, k) => {
        const columns = Array.from({ length: width[k] }, () => batch.column(at++));
        const found = reader.read(columns, batch.rows);
        if (found.includes(-1)) throw changed(reader.slot.name);
        return found;
      });
      const counts = numbersOfColumn(batch.column(first), batch.rows);
      const sums = [...place.keys()].map((_, k) => numbersOfColumn(batch.column(first + 1 + k), batch.rows));
      const S = (a: number, b: number, i: number) => sums[place.get(this.key(a, b))!][i];
      let i = 0;
      const alpha = ({ coded }: CellColumn) => {
        let value = 1;
        for (const { slot, byLevel } of coded) value *= byLevel[levels[slot][i]];
        return value;
      };
      const beta = ({ monomial, centre: off }: CellColumn, a: number) =>
        monomial === 0 ? -off : a * centre[monomial] - off;
      const cell: Cell = {
        get rows() {
          return counts[i];
        },
        level: (slot) => levels[slot][i],
        isZero: (x) => alpha(x) === 0 && beta(x, 0) === 0,
        sum(x) {
          const a = alpha(x), b = beta(x, a);
          return a * S(x.monomial, 0, i) + (b === 0 ? 0 : b * S(0, 0, i));
        },
        product(x, y) {
          const a = alpha(x), c = alpha(y), b = beta(x, a), d = beta(y, c);
          let value = a === 0 || c === 0 ? 0 : a * c * S(x.monomial, y.monomial, i);
          if (d !== 0) value += a * d * S(x.monomial, 0, i);
          if (b !== 0) value += b * c * S(y.monomial, 0, i);
          return b !== 0 && d !== 0 ? value + b * d * S(0, 0, i) : value;
        },
      };
      for (; i < batch.rows; i++) use(cell);
    }
  }
}

function changed(group: string): RangeError {
  return new RangeError(
    `Cannot fit from this source: its rows have changed while they were read (a level of ${group} is new)`,
  );
}
