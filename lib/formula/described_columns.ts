/** Columns, variables and facts of rows that stay elsewhere: they have kinds and levels, and no rows. */
import { noColumn } from "./data_columns.ts";
import type { NamedColumns } from "./data_columns.ts";
import type { Description } from "./description.ts";
import type { Independent, RowFacts } from "./predictor.ts";
import type { Node } from "./tree.ts";
import { MEAN } from "./uses.ts";
import { type FactorValue, type NumericValue, type Value, withLevels } from "./values.ts";
import { Variables } from "./variables.ts";

const NO_NUMBERS = new Float64Array(0), NO_CODES = new Int32Array(0);

/** The names alone: before anything was asked. */
export class NamesOnly implements NamedColumns {
  readonly n = 0;

  constructor(readonly names: readonly string[]) {}

  has(name: string): boolean {
    return this.names.includes(name);
  }

  read(name: string): NumericValue | FactorValue {
    if (!this.has(name)) throw this.missing(name, "named in the formula");
    return { kind: "numeric", values: NO_NUMBERS };
  }

  missing(name: string, where: string): RangeError {
    return noColumn(name, where, "the data", this.names);
  }
}

/** Columns as they were described. */
export class DescribedColumns extends NamesOnly {
  constructor(names: readonly string[], private readonly columns: Description["columns"]) {
    super(names);
  }

  override read(name: string): NumericValue | FactorValue {
    const column = Object.hasOwn(this.columns, name) ? this.columns[name] : undefined;
    if (column === undefined || column.kind === "numeric") return super.read(name);
    const { kind, levels, ordered, boolean, from } = column;
    return { kind, codes: NO_CODES, levels, ordered, boolean, from };
  }
}

/** Variables whose levels were described. */
export class DescribedVariables extends Variables {
  constructor(
    evaluator: ConstructorParameters<typeof Variables>[0],
    contrasts: ConstructorParameters<typeof Variables>[3],
    private readonly description: Description,
  ) {
    super(evaluator, NO_CODES, description.rowsGiven, contrasts);
  }

  protected override get someLeftOut(): boolean {
    return this.description.rows < this.description.rowsGiven;
  }

  protected override take(node: Node, text: string): Value {
    const value = this.evaluator.evaluate(node);
    const levels = Object.hasOwn(this.description.factors, text) ? this.description.factors[text] : undefined;
    if (value.kind !== "factor" || levels === undefined) return value;
    this.reportLevels(text, { levels: levels.occurring }, { levels: levels.used });
    return withLevels(value, levels.used);
  }
}

/** Facts of the rows: groups as described, and the columns of the mean that were found independent (all, before that is known). */
export function describedFacts(
  { groups }: Description,
  asked: readonly (readonly string[])[],
  independent: Independent | null,
): RowFacts {
  return {
    independent: (columns, part) =>
      part === MEAN && independent ? independent : { kept: [...columns.keys()], combinations: [], far: [] },
    groups(components) {
      const key = components.map(({ text }) => text).join("\n");
      const memory = components.length === 0
        ? { components: [], cells: null }
        : groups[asked.findIndex((texts) => texts.join("\n") === key)];
      return { level: NO_CODES, memory };
    },
  };
}
