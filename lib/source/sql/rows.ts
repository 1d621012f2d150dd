/** The rows of a source in queries: the columns that are used under names of this module's own, read as the fit reads them. */
import { noColumn } from "../../formula/data_columns.ts";
import type { ColumnKind, ColumnType } from "../dialects/dialect.ts";
import { aggregate, choose, column, every, type Expr, isNull, not, number } from "../query/expression.ts";
import type { Query, Selected } from "../query/query.ts";
import { textFactor, truthFactor } from "../translate/factors.ts";
import type { SqlColumns } from "../translate/translator.ts";
import { numbers, type SqlValue } from "../translate/value.ts";
import { PART, type Runner } from "./runner.ts";

/** Whole numbers beyond this cannot be told apart as floating point numbers. */
const EXACT = 2 ** 53;

/** A column that is used. */
export interface UsedColumn extends ColumnType {
  readonly kind: ColumnKind;
  /** How it is called in queries. */
  readonly as: string;
  /** Whole numbers too long for numbers, which are identifiers. */
  readonly identifies: boolean;
}

/** Is the column read as numbers? */
export const isNumber = ({ kind, identifies }: UsedColumn): boolean =>
  kind === "real" || kind === "integer" || (kind === "long" && !identifies);

export class SqlRows implements SqlColumns {
  /** @param relation what stands behind FROM in the table's place */
  private constructor(
    readonly run: Runner,
    private readonly names: readonly string[],
    readonly used: readonly UsedColumn[],
    private readonly levels: (name: string) => readonly string[],
    private readonly relation?: string,
  ) {}

  /** The same columns of a part of the table. */
  of(relation: string): SqlRows {
    return new SqlRows(this.run, this.names, this.used, this.levels, relation);
  }

  /**
   * @param used columns of the model
   * @param levels levels of a column, once they are known
   * @throws {TypeError} For a column of a type that has no meaning in a model.
   */
  static async open(
    run: Runner,
    types: readonly ColumnType[],
    used: readonly string[],
    levels: (name: string) => readonly string[],
  ): Promise<SqlRows> {
    const { dialect } = run.engine;
    const columns = used.map((name, k): UsedColumn => {
      const { type } = types.find((each) => each.name === name)!, kind = dialect.kind(type);
      if (kind === "other") throw unusable(name, type);
      return { name, type, kind, as: `x${k}`, identifies: false };
    });
    const names = types.map(({ name }) => name), long = columns.filter(({ kind }) => kind === "long");
    if (long.length === 0) return new SqlRows(run, names, columns, levels);
    const plain = new SqlRows(run, names, columns, levels);
    const ends = await run.row("the range of whole numbers", {
      select: long.flatMap(({ as }) => [
        { name: `${as}_min`, of: aggregate("min", column(as)) },
        { name: `${as}_max`, of: aggregate("max", column(as)) },
      ]),
      from: plain.base(long),
    });
    const identify = new Set(long.filter((_, k) => !(ends[2 * k] > -EXACT && ends[2 * k + 1] < EXACT)));
    const settled = columns.map((each) =>
      identify.has(each) && !Number.isNaN(ends[2 * long.indexOf(each)]) ? { ...each, identifies: true } : each
    );
    return new SqlRows(run, names, settled, levels);
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  read(name: string): SqlValue {
    const found = this.used.find((each) => each.name === name);
    if (found === undefined) throw noColumn(name, "named in the formula", "the data", this.names);
    if (isNumber(found)) return numbers(column(found.as));
    if (found.kind === "boolean") return truthFactor(column(found.as));
    return textFactor(column(found.as), () => this.levels(name));
  }

  /** Rows with the columns under their names here. */
  base(columns: readonly UsedColumn[] = this.used, further: readonly Selected[] = []): Query {
    const { partition, dialect } = this.run.engine;
    const part = partition === null ? [] : [{ name: PART, of: column(partition) }];
    return {
      select: [
        ...part,
        ...columns.map(({ name, type, as, identifies }) => ({
          name: as,
          of: { kind: "read", name, type: identifies ? dialect.longType : type } satisfies Expr,
        })),
        ...further,
      ],
      from: null,
      ...(this.relation === undefined ? {} : { relation: this.relation }),
    };
  }

  /** The rows that have a value in every column, with further columns made of them. */
  complete(select: readonly Selected[]): Query {
    return { select: [...this.part, ...select], from: this.base(), where: this.isComplete };
  }

  /**
   * All rows with `c`, 1 where a row has a value in every column and else 0.
   * @param further columns made of these
   */
  marked(further: readonly Selected[] = [], base: Query = this.base()): Query {
    const own = base.select.map(({ name }) => ({ name, of: column(name) }));
    const mark = { name: "c", of: choose([[this.isComplete, number(1)]], number(0)) };
    const marked = { select: [...own, mark], from: base };
    return further.length === 0
      ? marked
      : { select: [...own, { name: "c", of: column("c") }, ...further], from: marked };
  }

  /** The column of the part, to be handed on from query to query. */
  get part(): readonly Selected[] {
    return this.run.engine.partition === null ? [] : [{ name: PART, of: column(PART) }];
  }

  private get isComplete(): Expr {
    return every(this.used.map(({ as }) => not(isNull(column(as)))));
  }
}

function unusable(name: string, type: string): TypeError {
  return new TypeError(
    `Cannot use column "${name}": its type is ${type}; numbers, text, booleans, dates and times can be used, ` +
      "make one of them in a view",
  );
}
