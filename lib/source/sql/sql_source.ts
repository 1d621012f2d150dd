/** A source whose rows an engine adds up: every question is a few queries. */
import type { Description, Question } from "../../formula/description.ts";
import { parseExpression } from "../../formula/parse.ts";
import { findTransform } from "../../formula/transforms/registry.ts";
import type { CallNode } from "../../formula/tree.ts";
import type { State } from "../../formula/values.ts";
import type { Query } from "../query/query.ts";
import type { ColumnType } from "../dialects/dialect.ts";
import type { Source, Sums, SumsPlan } from "../source.ts";
import {
  type Cells,
  differentRows,
  estimateCells,
  MOST_CELLS,
  plannedCells,
  type RowCounts,
  withBins,
} from "./collapse.ts";
import { binOf, type BinPlan } from "./bins.ts";
import { describeRows } from "./describe_rows.ts";
import { FetchedRows } from "./fetch_rows.ts";
import { assertFiniteValues } from "./finite.ts";
import { SqlRows } from "./rows.ts";
import type { Runner } from "./runner.ts";
import type { PlannedQuery } from "./planned.ts";
import { type ResponseCells, responseCells, type ResponseTexts } from "./response_sums.ts";
import { type PlannedSums, plannedSums } from "./planned_sums.ts";
import { sumsOf } from "./sql_sums.ts";
import { askStates } from "./states.ts";
import { numbersIn } from "../translate/operators.ts";
import { Translator } from "../translate/translator.ts";
import { summarise, type Summary } from "./summary.ts";

/** The query for the different rows, and what of them is known before. */
export interface PlannedCells extends RowCounts {
  readonly planned: PlannedQuery;
  readonly cells: Cells;
  /** The same where sums of the response suffice. */
  readonly sums: ResponseCells | null;
  /** What functions of the formula remember of all rows. */
  readonly states: Readonly<Record<string, State>>;
  /** Columns of numbers over all rows. */
  readonly numbers: Summary["numbers"];
}

/** What remembers levels learns them of the different rows. */
function learnsNumbers(text: string): boolean {
  return findTransform((parseExpression(text) as CallNode).name)?.ofLevels !== true;
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
  async plannedSums(plan: SumsPlan, n: number): Promise<PlannedSums> {
    return plannedSums(plan, await this.rowsWith(plan.used), n);
  }

  /**
   * The query for the different rows, which is not run; what comes before it is.
   * @param texts the response, where sums of it suffice; the different values of it are asked for elsewhere
   * @param plans columns that are binned
   */
  async plannedCells(
    { used, calls, frequency }: Pick<Question, "used" | "calls" | "frequency">,
    texts: ResponseTexts | null,
    plans: Readonly<Record<string, BinPlan>> = {},
  ): Promise<PlannedCells> {
    const rows = await this.rowsWith(used),
      binned = rows.used.filter(({ name }) => Object.hasOwn(plans, name));
    const counts = frequency !== null
      ? numbersIn(new Translator(rows, {}).translate(parseExpression(frequency)), `the weights ${frequency}`)
      : null;
    const { rows: n, rowsGiven, missing, numbers } = await summarise(rows, counts);
    const bins = binned.map((used) => {
      const { min, max } = numbers[used.name];
      return binOf(used, plans[used.name], min!, max!);
    });
    const responses = texts === null ? null : await responseCells(rows, texts);
    const sums = responses && withBins(responses, bins),
      cells = sums ?? withBins(differentRows(rows), bins);
    const few = { cells: n, continuous: [] };
    const estimate = n > MOST_CELLS || sums || bins.length > 0 ? await estimateCells(cells, n) : few;
    return {
      cells,
      sums,
      planned: plannedCells(cells, estimate, n),
      states: await askStates(rows, calls.filter(learnsNumbers)),
      n,
      rowsGiven,
      missing,
      numbers,
    };
  }

  /** @throws {RangeError} Where one of the expressions is not finite in a row. */
  async assertFinite(
    used: readonly string[],
    texts: readonly string[],
    states: Readonly<Record<string, State>>,
  ): Promise<void> {
    await assertFiniteValues(texts, await this.rowsWith(used), states);
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
