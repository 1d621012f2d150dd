/** A source whose rows an engine adds up: every question is a few queries. */
import type { Description, Question } from "../../formula/description.ts";
import type { ColumnType } from "../dialects/dialect.ts";
import type { Source, Sums, SumsPlan } from "../source.ts";
import { describeRows } from "./describe_rows.ts";
import { SqlRows } from "./rows.ts";
import type { Runner } from "./runner.ts";
import { sumsOf } from "./sql_sums.ts";

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
