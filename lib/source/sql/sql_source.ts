/** A source whose rows an engine adds up: every question is a few queries. */
import type { Description, Question } from "../../formula/description.ts";
import type { Query } from "../query/query.ts";
import type { ColumnType } from "../dialects/dialect.ts";
import type { Source, Sums, SumsPlan } from "../source.ts";
import {
  collapse,
  type DistinctRows,
  estimateCells,
  MOST_CELLS,
  plannedCells,
  type RowCounts,
} from "./collapse.ts";
import { assertNothingLearned } from "./collapse_states.ts";
import { describeRows } from "./describe_rows.ts";
import { FetchedRows } from "./fetch_rows.ts";
import { SqlRows } from "./rows.ts";
import type { Runner } from "./runner.ts";
import type { PlannedQuery } from "./planned.ts";
import { plannedSums, sumsOf } from "./sql_sums.ts";
import { summarise } from "./summary.ts";

/** The query for the different rows, and what of them is known before. */
export interface PlannedRows extends RowCounts {
  readonly planned: PlannedQuery;
}

export class SqlSource implements Source {
  private types: readonly ColumnType[] | null = null;
  private described: Description["columns"] = {};
  private readonly opened = new Map<string, Promise<SqlRows>>();

  constructor(private readonly run: Runner) {}

  async columns(): Promise<readonly string[]> {
    this.types ??= await this.run.columns();
    return this.types.map(({ name }) => name);
  }

  async describe(question: Question): Promise<Description> {
    return describeRows(await this.rowsWith(question.used), question, (columns) => this.described = columns);
  }

  async crossProducts(plan: SumsPlan): Promise<Sums> {
    return sumsOf(plan, await this.rowsWith(plan.used));
  }

  /** The queries for the sums, none of which is run. */
  async plannedSums(plan: SumsPlan, n: number): Promise<PlannedQuery[]> {
    return plannedSums(plan, await this.rowsWith(plan.used), n);
  }

  /** The query for the different rows, which is not run; what comes before it is. */
  async plannedRows({ used, calls }: Pick<Question, "used" | "calls">): Promise<PlannedRows> {
    const rows = await this.rowsWith(used), { rows: n, rowsGiven, missing } = await summarise(rows, null);
    await assertNothingLearned(rows, calls);
    const few = { cells: n, continuous: [] };
    const estimate = n > MOST_CELLS ? await estimateCells(rows, n) : few;
    return { planned: plannedCells(rows, estimate, n), n, rowsGiven, missing };
  }

  /**
   * The different rows of these columns, and how many there are of each.
   * @throws {RangeError} Where they are too many, or a function remembers something of all rows.
   */
  async distinctRows(question: Pick<Question, "used" | "calls">): Promise<DistinctRows> {
    const { planned, ...counts } = await this.plannedRows(question);
    if (planned.obstacle !== null) throw new RangeError(planned.obstacle);
    return { ...await collapse(await this.rowsWith(question.used)), ...counts };
  }

  /** The rows that are complete in some columns, with further ones. */
  async fetched(used: readonly string[], further: readonly string[]): Promise<FetchedRows> {
    return new FetchedRows(await this.rowsWith([...used, ...further]), used);
  }

  /** The text of a query. */
  text(query: Query): string {
    return this.run.text(query);
  }

  get dialect(): string {
    return this.run.engine.dialect.name;
  }

  /** The rows with these columns; their types are looked at once. */
  private async rowsWith(used: readonly string[]): Promise<SqlRows> {
    await this.columns();
    const key = JSON.stringify(used), known = this.opened.get(key);
    if (known) return known;
    const opening = SqlRows.open(this.run, this.types!, used, (name) => this.levelsOf(name));
    this.opened.set(key, opening);
    return opening;
  }

  private levelsOf(name: string): readonly string[] {
    const column = this.described[name];
    return column?.kind === "factor" ? column.levels : [];
  }
}
