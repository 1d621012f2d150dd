/** A query: columns of a table or of another query, grouped or not. */
import { aggregate, column, type Expr, sum } from "./expression.ts";

/** A column that a query gives. */
export interface Selected {
  readonly name: string;
  readonly of: Expr;
}

export interface Query {
  readonly select: readonly Selected[];
  /** Null for the table of the source. */
  readonly from: Query | null;
  /** What stands behind FROM in the table's place: a sample of it, a part. */
  readonly relation?: string;
  readonly where?: Expr;
  /** Columns of `from`. */
  readonly groupBy?: readonly string[];
  readonly orderBy?: readonly string[];
  readonly limit?: number;
}

/**
 * The same sums in two steps: by part of the table within the groups, then over the parts. An engine that keeps the parts on several
 * servers has each of them add up its own rows.
 *
 * @param part column of `from` that says in which part a row is
 */
export function byPart(query: Query, part: string): Query {
  const keys = query.groupBy ?? [];
  const inner: Query = {
    from: query.from,
    where: query.where,
    select: [{ name: part, of: column(part) }, ...query.select],
    groupBy: [part, ...keys],
  };
  // the outer query sees the keys under the names that the inner one gives them
  const nameOf = (key: string) =>
    query.select.find(({ of }) => of.kind === "column" && of.name === key)?.name ?? key;
  return {
    select: query.select.map((each) => ({
      name: each.name,
      of: each.of.kind === "column" ? column(each.name) : over(each),
    })),
    from: inner,
    groupBy: query.groupBy?.map(nameOf),
    orderBy: query.orderBy?.map(nameOf),
    limit: query.limit,
  };
}

/** What parts of an aggregate become when they are put together. */
function over({ name, of }: Selected): Expr {
  if (of.kind !== "aggregate" || of.name === "countDistinct") {
    throw new TypeError(`Cannot add up ${name} by parts`);
  }
  return of.name === "min" || of.name === "max" ? aggregate(of.name, column(name)) : sum(column(name));
}
