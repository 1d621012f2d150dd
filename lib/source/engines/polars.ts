/** polars: a lazy frame, whose queries stream over files. */
import { frameColumn, lazyColumns, type LazyFrame, lazyQuery } from "../../frame.ts";
import { polars } from "../dialects/mod.ts";
import type { Engine } from "./engine.ts";

const TABLE = "rows";

/** A lazy frame. */
export async function polarsEngine(lazy: LazyFrame): Promise<Engine> {
  const columns = await lazyColumns(lazy), query = lazyQuery(lazy, columns, TABLE);
  return {
    dialect: polars,
    relation: polars.identifier(TABLE),
    partition: null,
    columns: () => Promise.resolve(columns),
    async *run(sql) {
      const frame = await query(sql);
      yield { rows: frame.height, column: (place) => frameColumn(frame, place) };
    },
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    cancel() {}, // a query of polars cannot be stopped; the fit ends when it is done
  };
}
