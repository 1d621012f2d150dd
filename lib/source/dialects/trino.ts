import type { Dialect } from "./dialect.ts";
import { digits, informationSchema, quoted, standard, tableSample } from "./standard.ts";

/** Trino and Presto. A number with an exponent is a DOUBLE. NaN equals nothing there, itself neither. */
export const trino: Dialect = {
  ...standard({
    name: "trino",
    quote: '"',
    double: "DOUBLE",
    varchar: "VARCHAR",
    notNaN: (sql) => `IF(is_nan(${sql}), NULL, ${sql})`,
    sampled: { ...tableSample((percent) => `TABLESAMPLE BERNOULLI (${percent})`), repeatable: false },
    columns: (path) => informationSchema(path, quoted("'")),
  }),
  number: digits,
};
