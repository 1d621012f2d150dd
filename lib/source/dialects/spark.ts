import { escaped } from "./backslashes.ts";
import type { Dialect } from "./dialect.ts";
import { digits, quoted, standard, tableSample } from "./standard.ts";

const name = quoted("`");

/** Spark SQL. A literal with D is a DOUBLE; NaN equals itself; division by 0 is never asked for. */
export const spark: Dialect = {
  ...standard({
    name: "spark",
    quote: "`",
    double: "DOUBLE",
    varchar: "STRING",
    notNaN: (sql) => `NULLIF(${sql}, CAST('NaN' AS DOUBLE))`,
    sampled: tableSample((percent, seed) => `TABLESAMPLE (${percent} PERCENT) REPEATABLE (${seed})`),
    columns: (path) => `DESCRIBE TABLE ${path.map(name).join(".")}`,
  }),
  text: escaped("'"),
  number: (value) => digits(value).replace(/\)?$/, (end) => `D${end}`),
};
