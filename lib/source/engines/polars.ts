/** polars: a lazy frame, whose queries stream over files. */
import { frameColumn, lazyColumns, type LazyFrame, lazyTables } from "../../frame.ts";
import { polars } from "../dialects/mod.ts";
import type { Engine } from "./engine.ts";

const TABLE = "rows", SAMPLE = "sample", SLICE = "slice";

/** A lazy frame. */
export async function polarsEngine(lazy: LazyFrame): Promise<Engine> {
  const columns = await lazyColumns(lazy), tables = lazyTables(lazy, columns, TABLE);
  return {
    dialect: polars,
    relation: polars.identifier(TABLE),
    partition: null,
    columns: () => Promise.resolve(columns),
    sample(share, seed) {
      tables.addSample(SAMPLE, share, seed);
      return Promise.resolve({ relation: polars.identifier(SAMPLE), repeatable: true });
    },
    slice(first, count) {
      tables.addSlice(SLICE, first, count);
      return polars.identifier(SLICE);
    },
    async *run(sql) {
      const frame = await tables.query(sql);
      yield { rows: frame.height, column: (place) => frameColumn(frame, place) };
    },
    begin: () => Promise.resolve(),
    end: () => Promise.resolve(),
    cancel() {}, // a query of polars cannot be stopped; the fit ends when it is done
  };
}
