/** The SQL that is spoken. A new dialect is one file and one line here. */
export { bigquery } from "./bigquery.ts";
export { clickhouse } from "./clickhouse.ts";
export { duckdb } from "./duckdb.ts";
export { polars } from "./polars.ts";
export { postgres } from "./postgres.ts";
export { snowflake } from "./snowflake.ts";
export { spark } from "./spark.ts";
export { trino } from "./trino.ts";
