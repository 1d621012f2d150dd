import type { Dialect } from "./dialect.ts";
import { byChance, digits, standard } from "./standard.ts";

const base = standard({
  name: "polars",
  quote: '"',
  double: "DOUBLE",
  varchar: "VARCHAR",
  notNaN: (sql) => sql, // the engine has made them null
  sampled: byChance("0"), // the engine draws them
  columns: () => {
    throw new TypeError("Cannot ask polars for columns by SQL");
  },
});

/** The SQL of polars' own context. Its columns are told from the frame, its texts and dates are made of expressions. */
export const polars: Dialect = { ...base, number: digits };
