/** The door to polars: data frames in, typed columns out, and data frames of results back. */
export { assertFrame, copyOfFrame, type Frame, pl, type Series, typeAt } from "./frame/polars.ts";
export type { Column, FactorColumn, FactorOrigin, NumericColumn } from "./frame/column.ts";
export { columnNames, numbersOfTimes, readColumn, readNumeric, rowCount } from "./frame/columns.ts";
export { collator, compareLevels, type Levels } from "./frame/factors.ts";
export { withLevels } from "./frame/categories.ts";
export { type ColumnValues, frameOf } from "./frame/build.ts";
export { nearestName } from "./frame/names.ts";
export { keepRows, takeRows, withSeries } from "./frame/select.ts";
export {
  findStyle,
  MISSING,
  MISSING_NUMBER,
  type NumberStyle,
  parseNumber,
  perfectStyle,
  SPACES,
  stylesWith,
} from "./frame/number_text.ts";
export {
  frameColumn,
  isLazyFrame,
  type LazyColumn,
  lazyColumns,
  type LazyFrame,
  type LazyTables,
  lazyTables,
} from "./frame/lazy.ts";
