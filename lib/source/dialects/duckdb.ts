import type { Dialect } from "./dialect.ts";
import { digits, quoted, standard } from "./standard.ts";

const base = standard({
  name: "duckdb",
  quote: '"',
  double: "DOUBLE",
  varchar: "VARCHAR",
  notNaN: (sql) => `NULLIF(${sql}, CAST('NaN' AS DOUBLE))`,
  sampled: {
    // the rows of a table or of files have an order; TABLESAMPLE is repeatable in one thread only
    from: (relation, share, seed) =>
      `(SELECT * EXCLUDE "row number" FROM (SELECT *, row_number() OVER () AS "row number" FROM ${relation}) ` +
      `WHERE hash("row number", ${seed}) < CAST(${share} * 18446744073709551615 AS UBIGINT))`,
    repeatable: true,
  },
  columns: (path) =>
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${
      path.map(quoted('"')).join(".")
    })`,
});

/** DuckDB. A number with an exponent is a DOUBLE; names in quotes keep their letters. */
export const duckdb: Dialect = {
  ...base,
  number: digits,
  read(sql, type) {
    if (/^TIMESTAMP/i.test(type)) {
      const utc = /ZONE/i.test(type) ? `timezone('UTC', ${sql})` : `CAST(${sql} AS TIMESTAMP)`;
      return `CASE WHEN date_trunc('second', ${utc}) = ${utc} THEN strftime(${utc}, '%Y-%m-%d %H:%M:%S') ` +
        `ELSE strftime(${utc}, '%Y-%m-%d %H:%M:%S.%f') END`;
    }
    return base.read(sql, type);
  },
};
