import { escaped } from "./backslashes.ts";
import type { Dialect } from "./dialect.ts";
import { digits, informationSchema, standard, tableSample } from "./standard.ts";

const text = escaped("'");

const base = standard({
  name: "snowflake",
  quote: '"',
  double: "DOUBLE",
  varchar: "VARCHAR",
  notNaN: (sql) => `NULLIF(${sql}, CAST('NaN' AS DOUBLE))`,
  sampled: tableSample((percent, seed) => `TABLESAMPLE BERNOULLI (${percent}) SEED (${seed})`),
  columns: (path) => informationSchema(path, text),
});

/**
 * Snowflake. Names in quotes keep their letters, so those of unquoted tables are in capitals; NaN equals itself there. A NUMBER may be
 * whole and have 38 digits.
 */
export const snowflake: Dialect = {
  ...base,
  kind: (type) => /^(NUMBER|FIXED)/i.test(type) ? "long" : base.kind(type),
  text,
  number: (value) => `CAST(${digits(value)} AS DOUBLE)`,
};
