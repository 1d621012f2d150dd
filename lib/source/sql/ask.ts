/** Asks the engine on behalf of functions that remember something. */
import { column, type Expr, isNull, not } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import type { Ask } from "../translate/ask.ts";
import type { SqlFactor, SqlNumbers } from "../translate/value.ts";
import { FIRST } from "./levels.ts";
import type { SqlRows } from "./rows.ts";
import { keyOf, numberOf } from "./runner.ts";

interface Pending {
  readonly of: readonly Expr[];
  readonly done: (values: number[]) => void;
  readonly failed: (error: unknown) => void;
}

/** Questions over all rows, those that have missing values in other columns too. */
export class EngineAsk implements Ask {
  private waiting: Pending[] = [];

  constructor(private readonly rows: SqlRows) {}

  aggregates(of: readonly Expr[]): Promise<number[]> {
    if (this.waiting.length === 0) setTimeout(() => this.flush(), 0); // what others ask meanwhile goes along
    return new Promise((done, failed) => this.waiting.push({ of, done, failed }));
  }

  private async flush(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    const all = asked.flatMap(({ of }) => of);
    try {
      const found = await this.rows.run.row("what functions of the formula remember", {
        select: all.map((of, k) => ({ name: `a${k}`, of })),
        from: this.rows.base(),
      });
      let first = 0;
      for (const { of, done } of asked) done(found.slice(first, first += of.length));
    } catch (error) {
      for (const { failed } of asked) failed(error);
    }
  }

  async distinct({ of }: SqlNumbers, most: number): Promise<readonly number[] | null> {
    const values: Query = { select: [...this.rows.part, { name: "v", of }], from: this.rows.base() };
    const ask = async (from: Query) => {
      const query: Query = {
        select: [{ name: "v", of: column("v") }],
        from,
        where: not(isNull(column("v"))),
        groupBy: ["v"],
        ...(Number.isFinite(most) ? { limit: most + 1 } : {}),
      };
      const [found] = await this.rows.run.table("distinct values", query);
      return found.map(numberOf).sort((a, b) => a - b);
    };
    if (Number.isFinite(most) && (await ask({ ...values, limit: FIRST })).length > most) return null;
    const all = await ask(values);
    return all.length > most ? null : all;
  }

  async levels(factor: SqlFactor): Promise<readonly string[]> {
    const names = factor.keys.map((_, k) => `k${k}`);
    const keys = await this.rows.run.table("levels", {
      select: names.map((name) => ({ name, of: column(name) })),
      from: {
        select: [...this.rows.part, ...factor.keys.map((of, k) => ({ name: names[k], of }))],
        from: this.rows.base(),
      },
      groupBy: names,
    });
    const found = new Set<string>();
    for (let i = 0; i < keys[0].length; i++) {
      const row = keys.map((key) => key[i]);
      if (row.every((key) => key !== null)) found.add(factor.label(row.map(keyOf)));
    }
    return [...found];
  }
}
