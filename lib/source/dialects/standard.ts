/** What most engines have in common: ISO SQL. */
import type { ColumnKind, Dialect } from "./dialect.ts";

/** A name in quotes, which are doubled inside. */
export const quoted = (quote: string) => (name: string): string =>
  quote + name.replaceAll(quote, quote + quote) + quote;

/** Digits that determine a number, with point and exponent: "2.5e0", "1.0e0". */
export function digits(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`Cannot write ${value} in a query: it is not finite`);
  const [digits, exponent] = value.toExponential().replace("e+", "e").split("e");
  const written = `${digits.includes(".") ? digits : `${digits}.0`}e${exponent}`;
  return value < 0 || Object.is(value, -0) ? `(${written})` : written;
}

const AGGREGATES = { count: "COUNT", countDistinct: "COUNT", max: "MAX", min: "MIN", sum: "SUM" } as const;

/** Kinds by the first word of a type, in capital letters. */
const KINDS: readonly (readonly [RegExp, ColumnKind])[] = [
  [/^(BOOL|BOOLEAN)$/, "boolean"],
  [/^(TINYINT|SMALLINT|INT|INTEGER|INT2|INT4|UTINYINT|USMALLINT|UINTEGER|BYTE|SHORT)$/, "integer"],
  [/^(BIGINT|INT8|HUGEINT|UBIGINT|UHUGEINT|LONG|INT64|INT128)$/, "long"],
  [
    /^(DOUBLE|DOUBLE PRECISION|REAL|FLOAT|FLOAT4|FLOAT8|FLOAT64|DECIMAL|NUMERIC|DEC|NUMBER|BIGNUMERIC)$/,
    "real",
  ],
  [/^(VARCHAR|CHAR|CHARACTER|CHARACTER VARYING|TEXT|STRING|BPCHAR|UUID|NAME|CITEXT)$/, "text"],
  [/^(DATE|DATETIME|TIME|TIMESTAMP.*|TIME WITH.*)$/, "time"],
  [/^(ORDERED )?ENUM$/, "enum"],
];

/** The kind of a type of the standard; arrays, structures, intervals and the like are "other". */
export function standardKind(type: string): ColumnKind {
  if (/\[\d*\]$/.test(type)) return "other";
  const word = type.toUpperCase().replace(/\s*\(.*\)/, "").trim();
  return KINDS.find(([pattern]) => pattern.test(word))?.[1] ?? "other";
}

/** Numbers that may be no number. */
const FLOATING = /^(DOUBLE|REAL|FLOAT)/i;

/** The ways of the standard with what is the engine's own. */
export function standard(own: {
  readonly name: string;
  readonly quote: string;
  readonly double: string;
  readonly varchar: string;
  /** Missing where the number is NaN. */
  readonly notNaN: (sql: string) => string;
  readonly columns: Dialect["columns"];
  readonly sampled: Dialect["sampled"];
}): Dialect {
  const identifier = quoted(own.quote), as = (sql: string, type: string) => `CAST(${sql} AS ${type})`;
  const dialect: Dialect = {
    name: own.name,
    identifier,
    text: quoted("'"),
    number: (value) => as(digits(value), own.double),
    call: (name, args) => `${name.toUpperCase()}(${args.join(", ")})`,
    aggregate: (name, of) =>
      as(`${AGGREGATES[name]}(${name === "countDistinct" ? "DISTINCT " : ""}${of ?? "*"})`, own.double),
    kind: standardKind,
    read(sql, type) {
      const kind = dialect.kind(type);
      if (kind === "boolean") return `CASE WHEN ${sql} THEN 1 WHEN NOT ${sql} THEN 0 END`;
      if (kind === "real") return FLOATING.test(type) ? own.notNaN(as(sql, own.double)) : as(sql, own.double);
      return as(sql, kind === "integer" || kind === "long" ? own.double : own.varchar);
    },
    longType: "TEXT",
    table: (path) => path.map(identifier).join("."),
    columns: own.columns,
    sampled: own.sampled,
    transaction: null,
  };
  return dialect;
}

/** Rows by a random number of each, as the engine writes one. */
export const chosenBy = (random: string) => (relation: string, share: number): string =>
  `(SELECT * FROM ${relation} WHERE ${random} < ${share})`;

/** The same where the engine has no seed. */
export const byChance = (random: string): Dialect["sampled"] => ({
  from: chosenBy(random),
  repeatable: false,
});

/** Rows by TABLESAMPLE, as the engine has it. */
export const tableSample = (clause: (percent: number, seed: number) => string): Dialect["sampled"] => ({
  from: (relation, share, seed) => `${relation} ${clause(100 * share, seed)}`,
  repeatable: true,
});

/** Columns by the catalogue that the standard has, of a table [schema, name] or [catalogue, schema, name]. */
export function informationSchema(
  path: readonly string[],
  text: Dialect["text"],
  at = "information_schema.columns",
): string {
  const [table, schema, catalogue] = [...path].reverse();
  const where = [`table_name = ${text(table)}`];
  if (schema !== undefined) where.push(`table_schema = ${text(schema)}`);
  if (catalogue !== undefined) where.push(`table_catalog = ${text(catalogue)}`);
  return `SELECT column_name AS name, data_type AS type FROM ${at} WHERE ${
    where.join(" AND ")
  } ORDER BY ordinal_position`;
}
