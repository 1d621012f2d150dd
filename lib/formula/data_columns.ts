/** The data's columns for a formula: read once each, with clear words for what is missing. */
import { columnNames, type Frame, type Levels, nearestName, readColumn, rowCount } from "../frame.ts";
import { quoteList } from "./errors.ts";
import { type ColumnSource, columnValue, type FactorValue, type NumericValue, takeRows } from "./values.ts";

/**
 * Levels that the user lists for some columns, or the one to come first.
 *
 * @category Extend
 */
export type LevelOrders = Readonly<Record<string, Levels>>;

/** The columns of some data, by name. */
export interface NamedColumns extends ColumnSource {
  readonly names: readonly string[];
  /** @throws {RangeError} When there is no such column. */
  read(name: string): NumericValue | FactorValue;
  /** The error for a name that is no column. */
  missing(name: string, where: string): RangeError;
}

/** Columns of a data frame as values. */
export class DataColumns implements NamedColumns {
  readonly n: number;
  readonly names: readonly string[];
  private readonly values = new Map<string, NumericValue | FactorValue>();

  /** @param subject What messages call the data: "the data", "the new data". */
  constructor(
    private readonly frame: Frame,
    private readonly levels: LevelOrders = {},
    private readonly subject = "the data",
  ) {
    this.n = rowCount(frame);
    this.names = columnNames(frame);
    for (const name of Object.keys(levels)) if (!this.has(name)) throw this.missing(name, "in levels");
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  read(name: string): NumericValue | FactorValue {
    let value = this.values.get(name);
    if (value === undefined) {
      if (!this.has(name)) throw this.missing(name, "named in the formula");
      value = columnValue(
        readColumn(this.frame, name, Object.hasOwn(this.levels, name) ? this.levels[name] : undefined),
      );
      this.values.set(name, value);
    }
    return value;
  }

  missing(name: string, where: string): RangeError {
    return noColumn(name, where, this.subject, this.names);
  }
}

/** Some rows of the columns. */
export class SelectedColumns implements NamedColumns {
  readonly n: number;
  private readonly taken = new Map<string, NumericValue | FactorValue>();

  constructor(private readonly columns: NamedColumns, private readonly rows: Int32Array) {
    this.n = rows.length;
  }

  get names(): readonly string[] {
    return this.columns.names;
  }

  has(name: string): boolean {
    return this.columns.has(name);
  }

  read(name: string): NumericValue | FactorValue {
    let value = this.taken.get(name);
    if (value === undefined) this.taken.set(name, value = takeRows(this.columns.read(name), this.rows));
    return value;
  }

  missing(name: string, where: string): RangeError {
    return this.columns.missing(name, where);
  }
}

/** The error for a name that is none of the columns. */
export function noColumn(name: string, where: string, subject: string, names: readonly string[]): RangeError {
  const near = nearestName(name, [...names]);
  const hint = near === null ? "" : `; did you mean "${near}"?`;
  const have = names.length === 0 ? "no columns" : quoteList(names, 30);
  return new RangeError(`Cannot find column "${name}" ${where}: ${subject} have ${have}${hint}`);
}
