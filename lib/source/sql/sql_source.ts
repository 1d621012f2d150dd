/** A source whose rows an engine adds up: every question is a few queries. */
import { quoteList } from "../../formula/errors.ts";
import type { Description, Question } from "../../formula/description.ts";
import type { ColumnType } from "../dialects/dialect.ts";
import type { Source, Sums, SumsPlan } from "../source.ts";
import { type CellEstimate, collapse, type DistinctRows, estimateCells, MOST_CELLS } from "./collapse.ts";
import { assertNothingLearned } from "./collapse_states.ts";
import { describeRows } from "./describe_rows.ts";
import { SqlRows } from "./rows.ts";
import type { Runner } from "./runner.ts";
import { sumsOf } from "./sql_sums.ts";
import { summarise } from "./summary.ts";

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
    return describeRows(await this.rows(question.used), question, (columns) => this.described = columns);
  }

  async crossProducts(plan: SumsPlan): Promise<Sums> {
    return sumsOf(plan, await this.rows(plan.used));
  }

  /**
   * The different rows of these columns, and how many there are of each.
   * @throws {RangeError} Where they are too many, or a function remembers something of all rows.
   */
  async distinctRows({ used, calls }: Pick<Question, "used" | "calls">): Promise<DistinctRows> {
    const rows = await this.rows(used), summary = await summarise(rows, null);
    await assertNothingLearned(rows, calls);
    if (summary.rows > MOST_CELLS) {
      const estimate = await estimateCells(rows, summary.rows);
      if (estimate.cells > MOST_CELLS) throw doesNotCollapse(estimate, summary.rows);
    }
    const { rows: n, rowsGiven, missing } = summary;
    return { ...await collapse(rows), n, rowsGiven, missing };
  }

  /** The rows with these columns; their types are looked at once. */
  private async rows(used: readonly string[]): Promise<SqlRows> {
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

/** Why other families than Gaussian ones cannot be fitted, and what can be done. */
function doesNotCollapse({ cells, continuous }: CellEstimate, n: number): RangeError {
  const about = Number(cells.toPrecision(2)).toLocaleString("en"), most = MOST_CELLS.toLocaleString("en");
  const cause = continuous.length > 0
    ? `${quoteList(continuous)} ${
      continuous.length === 1 ? "has" : "have"
    } nearly as many values as there are rows`
    : "the combinations of its columns are that many";
  return new RangeError(
    `Cannot fit from this source: of ${
      n.toLocaleString("en")
    } rows about ${about} are different in the columns of the model, ` +
      `and at most ${most} are fetched; ${cause}: round or bin it in a view (say, to 100 values), leave it out, or fit a sample of the rows`,
  );
}
