import type { Dialect } from "./dialect.ts";
import { chosenBy, digits, quoted, standard, tableSample } from "./standard.ts";

const DOUBLE = "double precision", name = quoted('"'), plain = quoted("'");

/** With a backslash in it a text is written so that it means the same whatever standard_conforming_strings says. */
const literal = (value: string) =>
  value.includes("\\") ? `E${plain(value.replaceAll("\\", "\\\\"))}` : plain(value);

/** NaN equals itself there. By CASE, which foreign servers are sent; NULLIF they are not. */
const notNaN = (sql: string) => `CASE WHEN ${sql} <> CAST('NaN' AS ${DOUBLE}) THEN ${sql} END`;

/** Types by their attributes; "enum" where the type is one. */
const columns = (path: readonly string[]) =>
  "SELECT a.attname AS name, CASE WHEN t.typtype = 'e' THEN 'enum' ELSE format_type(a.atttypid, NULL) END AS type " +
  "FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid " +
  `WHERE a.attrelid = CAST(${
    literal(path.map(name).join("."))
  } AS regclass) AND a.attnum > 0 AND NOT a.attisdropped ` +
  "ORDER BY a.attnum";

/** Tables and parts of tables are sampled; views and tables of other servers are not. */
const isTable = (relation: string) =>
  "SELECT CASE WHEN c.relkind IN ('r', 'm') OR c.relkind = 'p' AND NOT EXISTS (SELECT 1 FROM pg_partition_tree(c.oid) t " +
  "JOIN pg_class p ON p.oid = t.relid WHERE p.relkind = 'f') THEN 1 ELSE 0 END AS possible FROM pg_class c " +
  `WHERE c.oid = CAST(${literal(relation)} AS regclass)`;

const base = standard({
  name: "postgres",
  quote: '"',
  double: DOUBLE,
  varchar: "text",
  notNaN,
  sampled: {
    ...tableSample((percent, seed) => `TABLESAMPLE BERNOULLI (${percent}) REPEATABLE (${seed})`),
    unless: { possible: isTable, otherwise: chosenBy("random()") },
  },
  columns,
});

/**
 * PostgreSQL, from 12 on. exp() below the smallest number is an error there, hence 0; powers of whole numbers go by the general power;
 * a NUMERIC can be NaN too.
 */
export const postgres: Dialect = {
  ...base,
  text: literal,
  number: (value) => `CAST(${digits(value)} AS ${DOUBLE})`,
  read(sql, type) {
    const double = `CAST(${sql} AS ${DOUBLE})`;
    if (/^timestamp/.test(type)) {
      const utc = /with time zone/.test(type) ? `(${sql} AT TIME ZONE 'UTC')` : sql;
      return `CASE WHEN date_trunc('second', ${utc}) = ${utc} THEN to_char(${utc}, 'YYYY-MM-DD HH24:MI:SS') ` +
        `ELSE to_char(${utc}, 'YYYY-MM-DD HH24:MI:SS.US') END`;
    }
    if (type === "date") return `to_char(${sql}, 'YYYY-MM-DD')`;
    return base.kind(type) === "real" ? notNaN(double) : base.read(sql, type);
  },
  transaction: { begin: ["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"], end: "COMMIT" },
  partwise: "SET LOCAL enable_partitionwise_aggregate = on",
};
