/** Levels of columns as the engine counts them, as values that a survey of blocks reads. */
import { frameOf, readColumn } from "../../frame.ts";
import { columnValue, type FactorValue, type NumericValue } from "../../formula/values.ts";
import {
  aggregate,
  choose,
  column,
  count,
  type Expr,
  isNull,
  not,
  number,
  sum,
} from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";
import { keyOf, numberOf } from "./runner.ts";

/** Distinct values of a column, with what their rows count. */
export interface CountedLevels {
  readonly value: NumericValue | FactorValue;
  /** 1 for those of complete rows. */
  readonly complete: Uint8Array;
  /** Frequencies of their complete rows. */
  readonly frequency: Float64Array;
}

/** What a complete row counts: its frequency, 1 without. */
export const weightOf = (frequency: Expr | null): Expr => choose([[isComplete, frequency ?? number(1)]]);

const isComplete: Expr = { kind: "binary", operator: "=", left: column("c"), right: number(1) };

/** Distinct values of the column and their counts, by `marked` rows. */
export async function countLevels(
  rows: SqlRows,
  used: UsedColumn,
  frequency: Expr | null,
): Promise<CountedLevels> {
  const { as, name, kind } = used, ordered = kind === "enum", raw = "r";
  const base = ordered ? rows.base(rows.used, [{ name: raw, of: column(name) }]) : rows.base();
  const query: Query = {
    select: [
      { name: "k", of: column(as) },
      { name: "n", of: count() },
      { name: "u", of: sum(column("c")) },
      { name: "f", of: sum(column("w")) },
    ],
    from: rows.marked([{ name: "w", of: weightOf(frequency) }], base),
    where: not(isNull(column(as))),
    groupBy: [as],
  };
  // the keys of the grouping are columns of the query below, so their order is asked for there
  const [keys, , complete, frequencies] = await rows.run.table(
    `the levels of ${name}`,
    ordered ? inOrder(query, as, raw) : query,
  );
  return {
    value: valueOf(used, keys.map(keyOf)),
    complete: Uint8Array.from(complete, (u) => numberOf(u) > 0 ? 1 : 0),
    frequency: Float64Array.from(frequencies, (f) => numberOf(f) || 0),
  };
}

/** The levels in the order of the type, which its text has not. */
function inOrder(query: Query, as: string, raw: string): Query {
  const [key, ...counts] = query.select;
  return {
    ...query,
    select: [key, ...counts, { name: raw, of: column(raw) }],
    groupBy: [as, raw],
    orderBy: [raw],
  };
}

function valueOf(used: UsedColumn, keys: readonly (number | string)[]): NumericValue | FactorValue {
  const { name, kind, identifies, type } = used;
  if (isNumber(used)) {
    return { kind: "numeric", values: Float64Array.from(keys, Number) };
  }
  const factor = { kind: "factor", ordered: false, boolean: false } as const;
  if (kind === "boolean") {
    return { ...factor, boolean: true, levels: ["FALSE", "TRUE"], codes: Int32Array.from(keys, Number) };
  }
  const texts = keys.map(String), each = Int32Array.from(texts.keys());
  if (identifies) return { ...factor, levels: texts, codes: each, from: "long" };
  if (kind === "enum") {
    return { ...factor, levels: texts, codes: each, places: [...each], ordered: type === "ORDERED ENUM" };
  }
  const value = columnValue(readColumn(frameOf({ [name]: texts }), name)) as FactorValue;
  return kind === "time" ? { ...value, from: "time" } : value;
}

/** Number of distinct values of numbers among the first rows. */
export async function fewDistinct(rows: SqlRows, columns: readonly UsedColumn[], most: number) {
  if (columns.length === 0) return [];
  const first = rows.complete(columns.map(({ as }) => ({ name: as, of: column(as) })));
  const counts = await rows.run.row("few distinct values", {
    select: columns.map(({ as }) => ({ name: `d_${as}`, of: aggregate("countDistinct", column(as)) })),
    from: { ...first, limit: FIRST },
  });
  return columns.filter((_, k) => counts[k] <= most);
}

/** A look at so many rows tells most columns that have many values. */
export const FIRST = 10_000;
