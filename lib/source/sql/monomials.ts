/** The different numbers that columns are multiples of within a cell, and about what they are centred. */
import { aggregate, column, count, type Expr, minus, number, sum, times } from "../query/expression.ts";
import type { Selected } from "../query/query.ts";
import { type Coded, codedExpression, type ModelColumn } from "./model_columns.ts";
import type { SqlRows } from "./rows.ts";

/** A number of each row. */
export interface Monomial {
  readonly of: Expr;
  /** What it is called in queries. */
  readonly as: string;
}

/** All monomials of a model; number 0 is the constant 1. */
export class Monomials {
  private readonly found: Monomial[] = [];
  private readonly numbers = new Map<string, number>();
  /** Means over the rows. */
  readonly centre: number[] = [0];

  /** The monomial of a column of which these factors are not keys of the cells. */
  of({ numbers }: ModelColumn, coded: readonly Coded[]): number {
    const parts = [...numbers, ...coded.map((each) => ({ name: each.name, of: codedExpression(each) }))];
    if (parts.length === 0) return 0;
    return this.add(
      parts.map(({ name }) => name).sort().join("\n:\n"),
      () => parts.map(({ of }) => of).reduce(times),
    );
  }

  add(key: string, of: () => Expr): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    this.found.push({ of: of(), as: `m${this.found.length + 1}` });
    this.numbers.set(key, this.found.length);
    return this.found.length;
  }

  get size(): number {
    return this.found.length + 1;
  }

  /** The monomial about its mean, as a column of a query. */
  centred(number_: number): Selected {
    const { of, as } = this.found[number_ - 1];
    return { name: as, of: minus(of, number(this.centre[number_] ?? 0)) };
  }

  name(number: number): string {
    return this.found[number - 1].as;
  }

  /**
   * Asks for the means, and how many rows have a finite value.
   * @returns rows, and finite values of each monomial
   */
  async measure(rows: SqlRows): Promise<{ rows: number; finite: number[] }> {
    const names = this.found.map(({ as }) => as);
    const found = await rows.run.row("the means of the model's columns", {
      select: [
        { name: "n", of: count() },
        ...names.flatMap((name) => [
          { name: `n_${name}`, of: aggregate("count", column(name)) },
          { name: `s_${name}`, of: sum(column(name)) },
        ]),
      ],
      from: rows.complete(
        this.found.length === 0
          ? [{ name: "m0", of: number(1) }]
          : this.found.map(({ of, as }) => ({ name: as, of })),
      ),
    });
    const finite = [found[0]];
    this.found.forEach((_, k) => {
      finite.push(found[2 * k + 1]);
      this.centre[k + 1] = found[2 * k + 1] > 0 ? found[2 * k + 2] / found[2 * k + 1] : 0;
    });
    return { rows: found[0], finite };
  }
}
