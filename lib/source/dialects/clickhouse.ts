import { escaped } from "./backslashes.ts";
import type { ColumnKind, Dialect } from "./dialect.ts";
import { byChance, digits, standard, standardKind } from "./standard.ts";

const name = escaped("`");

/** Nullable(Float64) and LowCardinality(String) are what is inside. */
const plain = (type: string): string => {
  const inside = /^(?:Nullable|LowCardinality)\((.*)\)$/.exec(type)?.[1];
  return inside === undefined ? type : plain(inside);
};

const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^U?Int(8|16|32)$/, "integer"],
  [/^U?Int(64|128|256)$/, "long"],
  [/^(Float(32|64)|Decimal.*)$/, "real"],
  [/^(String|FixedString.*|UUID)$/, "text"],
  [/^(Date|Date32|DateTime.*)$/, "time"],
  [/^Enum(8|16).*$/, "enum"],
];

const base = standard({
  name: "clickhouse",
  quote: "`",
  double: "Nullable(Float64)",
  varchar: "Nullable(String)",
  notNaN: (sql) => `if(isNaN(${sql}), NULL, ${sql})`,
  sampled: byChance("randCanonical()"),
  columns: (path) => `DESCRIBE TABLE ${path.map(name).join(".")}`,
});

/**
 * ClickHouse. Types are Nullable, because a column that is not cannot be made so by NULLIF alone; a name means the column before it
 * means the result of the same name.
 */
export const clickhouse: Dialect = {
  ...base,
  identifier: name,
  text: escaped("'"),
  number: digits,
  settings: "SETTINGS prefer_column_name_to_alias = 1",
  table: (path) => path.map(name).join("."),
  kind: (type) => KINDS.find(([pattern]) => pattern.test(plain(type)))?.[1] ?? standardKind(plain(type)),
  read: (sql, type) =>
    /^Float/.test(plain(type)) ? base.read(sql, "DOUBLE") : readAs(sql, clickhouse.kind(type)),
};

function readAs(sql: string, kind: ColumnKind): string {
  return base.read(
    sql,
    { boolean: "BOOLEAN", real: "DECIMAL", integer: "INT", long: "BIGINT" }[kind as "real"] ?? "TEXT",
  );
}
