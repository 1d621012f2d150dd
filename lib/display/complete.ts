/** Results whose names a notebook can complete: it lists own properties, and sees none behind polars' proxy. */
import { columnNames, type Frame } from "../frame.ts";

/** What a reader may want of a data frame, after a dot and the Tab key. */
const METHODS =
  "clone columns describe drop dropNulls dtypes explode extend fillNull filter getColumn getColumns groupBy head height " +
  "hstack isDuplicated isEmpty isUnique join joinAsof limit map max mean median min nullCount partitionBy pivot quantile rename " +
  "row rows sample schema select shape slice sort std sum tail toObject toRecords toSeries toString transpose unique unpivot var " +
  "vstack width withColumn withColumnRenamed withColumns withRowIndex writeCSV writeIPC writeJSON writeParquet";

/**
 * The data frame, seen through an object with properties of its own: the columns, which are listed as on the data frame, and behind
 * them its methods. Everything else is asked of the data frame. A column "plot" gives way to the method of this name, which results
 * have; `getColumn("plot")` gives the column.
 */
export function completable(frame: Frame): Frame {
  const own = Object.create(frame) as Frame, columns = new Set(columnNames(frame));
  for (const name of columns) {
    if (name !== "plot") Object.defineProperty(own, name, property(frame, name, true));
  }
  for (const name of METHODS.split(" ")) {
    if (!columns.has(name)) Object.defineProperty(own, name, property(frame, name, false));
  }
  return own;
}

function property(frame: Frame, name: string, enumerable: boolean): PropertyDescriptor {
  return { get: () => Reflect.get(frame, name), enumerable, configurable: true };
}
