/** Prints queries in a dialect. */
import type { Dialect } from "../dialects/dialect.ts";
import type { Expr } from "./expression.ts";
import type { Query } from "./query.ts";

/**
 * @param relation the source's table, as it stands behind FROM
 */
export function printQuery(query: Query, dialect: Dialect, relation: string): string {
  const text = new Printer(dialect, relation).query(query, "");
  return dialect.settings === undefined ? text : `${text}\n${dialect.settings}`;
}

class Printer {
  private subqueries = 0;

  constructor(private readonly dialect: Dialect, private readonly relation: string) {}

  query({ select, from, relation, where, groupBy, orderBy, limit }: Query, indent: string): string {
    const { dialect } = this, names = (list: readonly string[]) => list.map(dialect.identifier).join(", ");
    const columns = select.map(({ name, of }) => {
      const same = of.kind === "column" && of.name === name;
      return same ? dialect.identifier(name) : `${this.expression(of)} AS ${dialect.identifier(name)}`;
    });
    const lines = [`SELECT ${columns.join(", ")}`, `FROM ${this.from(from, relation, indent)}`];
    if (where) lines.push(`WHERE ${this.expression(where)}`);
    if (groupBy && groupBy.length > 0) lines.push(`GROUP BY ${names(groupBy)}`);
    if (orderBy) lines.push(`ORDER BY ${names(orderBy)}`);
    if (limit !== undefined) lines.push(`LIMIT ${limit}`);
    return lines.join(`\n${indent}`);
  }

  private from(from: Query | null, relation: string | undefined, indent: string): string {
    if (from === null) return relation === undefined ? this.relation : this.named(relation);
    const inner = this.query(from, `${indent}  `);
    return `(\n${indent}  ${inner}\n${indent}) AS q${++this.subqueries}`;
  }

  /** A query needs a name. */
  private named(relation: string): string {
    return relation.startsWith("(") ? `${relation} AS q${++this.subqueries}` : relation;
  }

  private expression(node: Expr): string {
    const { dialect } = this, of = (each: Expr) => this.expression(each);
    switch (node.kind) {
      case "column":
        return dialect.identifier(node.name);
      case "number":
        return dialect.number(node.value);
      case "text":
        return dialect.text(node.value);
      case "null":
        return "NULL";
      case "binary":
        return `(${of(node.left)} ${node.operator.toUpperCase()} ${of(node.right)})`;
      case "not":
        return node.of.kind === "isNull" ? `${of(node.of.of)} IS NOT NULL` : `(NOT ${of(node.of)})`;
      case "isNull":
        return `${of(node.of)} IS NULL`;
      case "call":
        return dialect.call(node.name, node.of.map(of));
      case "read":
        return dialect.read(dialect.identifier(node.name), node.type);
      case "case": {
        const cases = node.cases.map(([when, then]) => `WHEN ${of(when)} THEN ${of(then)}`);
        const rest = node.otherwise.kind === "null" ? "" : ` ELSE ${of(node.otherwise)}`;
        return `CASE ${cases.join(" ")}${rest} END`;
      }
      case "aggregate":
        return dialect.aggregate(node.name, node.of === null ? null : of(node.of));
    }
  }
}
