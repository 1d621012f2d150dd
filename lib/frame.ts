/** The door to polars: data frames in, typed columns out, and data frames of results back. */
export { assertFrame, type Frame, pl, type Series } from "./frame/polars.ts";
export {
  type Column,
  columnNames,
  type FactorColumn,
  type NumericColumn,
  readColumn,
  readNumeric,
  rowCount,
} from "./frame/columns.ts";
export { collator, compareLevels } from "./frame/factors.ts";
export { withLevels } from "./frame/categories.ts";
export { type ColumnValues, frameOf } from "./frame/build.ts";
export { nearestName } from "./frame/names.ts";
export { keepRows, withSeries } from "./frame/select.ts";
