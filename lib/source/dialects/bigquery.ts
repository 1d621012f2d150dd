import { escaped } from "./backslashes.ts";
import type { Dialect } from "./dialect.ts";
import { byChance, digits, informationSchema, standard } from "./standard.ts";

const name = escaped("`"), text = escaped("'");

/** BigQuery. Its catalogue belongs to the data set; a number with an exponent is a FLOAT64. */
export const bigquery: Dialect = {
  ...standard({
    name: "bigquery",
    quote: "`",
    double: "FLOAT64",
    varchar: "STRING",
    notNaN: (sql) => `IF(IS_NAN(${sql}), NULL, ${sql})`,
    sampled: byChance("RAND()"),
    columns(path) {
      const dataset = path.slice(0, -1).map((part) => `${name(part)}.`).join("");
      return informationSchema(path.slice(-1), text, `${dataset}INFORMATION_SCHEMA.COLUMNS`);
    },
  }),
  identifier: name,
  text,
  number: digits,
  table: (path) => path.map(name).join("."),
};
