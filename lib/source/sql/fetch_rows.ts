/** Rows of a table as they are, in blocks: all of them one after the other, or a random sample. */
import { type Frame, frameOf } from "../../frame.ts";
import { column, count, every, type Expr, isNull, not, number } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import { frameTypes, valuesOf } from "./fetched.ts";
import type { SqlRows } from "./rows.ts";

const WHAT = "the rows";

/** The rows that have a value in every required column, with all columns. */
export class FetchedRows {
  /**
   * @param rows with all columns that are wanted
   * @param required names of those that must have a value
   */
  constructor(private readonly rows: SqlRows, private readonly required: readonly string[]) {}

  /** How many there are, and how many rows in all. */
  async count(): Promise<{ readonly complete: number; readonly all: number }> {
    const { rows } = this, from = rows.base(), one = { name: "n", of: count() };
    const [all] = await rows.run.row("the number of rows", { select: [one], from });
    const [complete] = await rows.run.row("the number of complete rows", {
      select: [one],
      from: { select: [...rows.part, { name: "one", of: number(1) }], from, where: this.isComplete },
    });
    return { complete, all };
  }

  /** All of them, in blocks of about that many. */
  async *blocks(size: number): AsyncGenerator<Frame> {
    const { rows } = this, { slice } = rows.run.engine, typed = await frameTypes(rows);
    if (slice === undefined || size === Infinity) {
      yield* this.read(rows, size, typed);
      return;
    }
    const { all } = await this.count();
    for (let first = 0; first < all; first += size) {
      yield* this.read(rows.of(slice(first, size)), size, typed);
    }
  }

  /** Each with that probability, in one frame. */
  async sample(
    share: number,
    seed: number,
  ): Promise<{ readonly frame: Frame; readonly repeatable: boolean }> {
    const { rows } = this, typed = await frameTypes(rows);
    const { relation, repeatable } = await rows.run.sample(share, seed);
    for await (const frame of this.read(rows.of(relation), Infinity, typed)) return { frame, repeatable };
    return { frame: typed(this.frame(rows.used.map(() => []))), repeatable };
  }

  private async *read(rows: SqlRows, size: number, typed: (frame: Frame) => Frame): AsyncGenerator<Frame> {
    let values: unknown[][] = rows.used.map(() => []);
    const query: Query = {
      select: rows.used.map(({ as }) => ({ name: as, of: column(as) })),
      from: rows.base(),
      where: this.isComplete,
    };
    for await (const batch of rows.run.batches(WHAT, query)) {
      values.forEach((all, k) => {
        const given = batch.column(k);
        for (let i = 0; i < batch.rows; i++) all.push(given[i]);
      });
      while (values[0].length >= size) {
        const rest = values.map((all) => all.splice(size));
        yield typed(this.frame(values));
        values = rest;
      }
    }
    if (values[0].length > 0) yield typed(this.frame(values));
  }

  private frame(values: readonly (readonly unknown[])[]): Frame {
    return frameOf(
      Object.fromEntries(this.rows.used.map((each, k) => [each.name, valuesOf(each, values[k])])),
    );
  }

  private get isComplete(): Expr {
    const needed = this.rows.used.filter(({ name }) => this.required.includes(name));
    return every(needed.map(({ as }) => not(isNull(column(as)))));
  }
}
