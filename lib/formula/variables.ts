/** The variables of a model on the rows used: finite, with levels settled and a coding for every factor. */
import * as codings from "./codings/mod.ts";
import { quoteList } from "./errors.ts";
import type { Evaluator } from "./evaluate.ts";
import { assertFinite } from "./finite.ts";
import type { CodingName, ModelVariable } from "./model_matrix.ts";
import type { Options } from "./spec.ts";
import { deparse, namesIn, type Node } from "./tree.ts";
import { dropUnusedLevels, type FactorValue, takeRows, type Value } from "./values.ts";

/** Evaluates variables once each and keeps those of the rows used. */
export class Variables {
  /** Model variables (of fixed and random terms) by their text. */
  readonly model = new Map<string, ModelVariable>();
  /** Levels that occur only in rows left out. */
  readonly messages: string[] = [];
  private readonly taken = new Map<string, Value>();
  private readonly contrastsUsed = new Set<string>();

  constructor(
    protected readonly evaluator: Evaluator,
    private readonly rows: Int32Array,
    private readonly rowsGiven: number,
    private readonly contrasts: NonNullable<Options["contrasts"]>,
  ) {
    for (const [name, coding] of Object.entries(contrasts)) {
      if (coding in codings) continue;
      const known = quoteList(Object.keys(codings));
      throw new RangeError(`Cannot code "${name}" by contrasts "${coding}": the codings are ${known}`);
    }
  }

  /** The value of an expression in the rows used; a factor keeps only levels that occur. */
  value(node: Node): Value {
    const text = deparse(node);
    let value = this.taken.get(text);
    if (value === undefined) this.taken.set(text, value = this.take(node, text));
    return value;
  }

  /**
   * The value of a variable of a term.
   *
   * @throws {RangeError} For a factor with one level.
   * @throws {TypeError} For a constant.
   */
  variable(node: Node): ModelVariable {
    const text = deparse(node);
    const known = this.model.get(text);
    if (known !== undefined) return known;
    const value = this.value(node);
    if (value.kind === "constant") {
      throw new TypeError(`Cannot use ${text} as a term: it is a constant, and the intercept is written 1`);
    }
    const variable = value.kind === "factor" ? { ...value, coding: this.coding(node, text, value) } : value;
    if (value.kind === "factor" && value.levels.length < 2) throw this.oneLevel(text, value);
    this.model.set(text, variable);
    return variable;
  }

  /** @throws {RangeError} When the option contrasts names something that is not a factor of the model. */
  assertContrastsUsed(): void {
    const unused = Object.keys(this.contrasts).find((name) => !this.contrastsUsed.has(name));
    if (unused === undefined) return;
    const factors = [...this.model].filter(([, value]) => value.kind === "factor").map(([text]) => text);
    throw new RangeError(
      `Cannot apply contrasts to "${unused}": ` +
        (factors.length > 0
          ? `the factors of the model are ${quoteList(factors)}`
          : "the model has no factors") +
        (this.model.has(unused) ? `; a number becomes a factor by factor(${unused})` : ""),
    );
  }

  protected take(node: Node, text: string): Value {
    const value = this.evaluator.evaluate(node);
    assertFinite(node, value, this.rows, this.evaluator);
    const subset = this.rows.length < this.rowsGiven ? takeRows(value, this.rows) : value;
    if (subset.kind !== "factor") return subset;
    const used = dropUnusedLevels(subset);
    if (subset !== value) this.reportLevels(text, dropUnusedLevels(value as FactorValue), used);
    return used;
  }

  protected reportLevels(
    text: string,
    before: { readonly levels: readonly string[] },
    after: { readonly levels: readonly string[] },
  ): void {
    const lost = before.levels.filter((level) => !after.levels.includes(level));
    if (lost.length === 0) return;
    const noun = lost.length === 1 ? "level" : "levels";
    this.messages.push(
      `${text} loses the ${noun} ${quoteList(lost, 5)}, found only in rows with missing values`,
    );
  }

  private coding(node: Node, text: string, value: FactorValue): CodingName {
    const key = codingNames(node, text).find((name) => Object.hasOwn(this.contrasts, name));
    if (key === undefined) return value.ordered ? "poly" : "treatment";
    this.contrastsUsed.add(key);
    return this.contrasts[key];
  }

  protected get someLeftOut(): boolean {
    return this.rows.length < this.rowsGiven;
  }

  private oneLevel(text: string, value: FactorValue): RangeError {
    const left = this.someLeftOut ? " in the rows without missing values" : "";
    return new RangeError(
      `Cannot use factor "${text}" as a predictor: it has one level, "${value.levels[0]}"${left}, ` +
        "and at least two are needed to compare; leave it out of the formula",
    );
  }
}

/** By what a factor may be named in the option contrasts: its text, and the only column in that. */
export function codingNames(node: Node, text = deparse(node)): string[] {
  const names = namesIn(node);
  return [text, ...(names.length === 1 ? names : [])];
}
