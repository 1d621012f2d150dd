/** Rebuilds X, Z and offsets for new data from the memory of a fit. */
import { ones } from "../math/shared_memory.ts";
import type { Frame } from "../frame.ts";
import { denseColumn } from "../math/columns.ts";
import { DataColumns, type NamedColumns } from "./data_columns.ts";
import { quoteList } from "./errors.ts";
import { Evaluator } from "./evaluate.ts";
import { assertFinite } from "./finite.ts";
import { groupNames, recallGroups } from "./grouping.ts";
import {
  type Block,
  ModelMatrix,
  type ModelVariable,
  type NamedColumn,
  variablesOf,
} from "./model_matrix.ts";
import { parseExpression } from "./parse.ts";
import { type DesignRecipe, designRecipe, type PartMemory, type RandomMemory } from "./recipe.ts";
import { asCategories } from "./transforms/factor.ts";
import { numbersOf } from "./transforms/transform.ts";
import { namesIn, type Node } from "./tree.ts";
import type { Positions, RandomTerm, Recipe } from "./types.ts";
import { withLevels } from "./values.ts";

/** What to rebuild. */
export interface RecipeOptions {
  /** Only these linear predictors; all when not given. */
  readonly parts?: readonly string[];
  /** Rebuild the random terms (the default) or leave them out, so that their columns are not needed. */
  readonly random?: boolean;
}

/** Positions in new data: among those of the fit, and as they are called here. */
export interface NewPositions extends Positions {
  readonly given: readonly string[];
  readonly givenCodes: Int32Array;
}

/** A random term in new data: level −1 where the group is missing or not given, −2 where the fit has not seen it. */
export interface NewRandomTerm extends RandomTerm {
  readonly position: NewPositions | null;
  /** Names of groups that the fit has not seen. */
  readonly unseen: readonly string[];
  /** The new data lack this term's columns ({@link NewRandomTerm.level} is −1 everywhere). */
  readonly absent: boolean;
}

/** One linear predictor in new data. */
export interface NewPredictor {
  readonly part: string;
  /** Columns as in the fit; NaN in rows with missing values. */
  readonly X: readonly Float64Array[];
  readonly random: readonly NewRandomTerm[];
  readonly offset: Float64Array | null;
}

/** A design for new data. */
export interface NewDesign {
  readonly n: number;
  readonly predictors: readonly NewPredictor[];
  /** Rows in which a column of a fixed term, a random slope or an offset is missing. */
  readonly missingRows: Int32Array;
  /** Columns that only random terms use and the new data lack. */
  readonly absentColumns: readonly string[];
}

/**
 * Rebuilds the linear predictors for new data with the levels, codings, centres, scales and polynomials of the fit.
 *
 * @param recipe From {@link Design.recipe}, also after a trip through JSON.
 * @param frame New data. Columns that only random terms use may be absent: those terms then have no level.
 * @returns X, random terms and offsets for every row of `frame`.
 * @throws {RangeError} When a column of a fixed term or an offset is absent, a fixed factor has a level that the fit
 *   has not seen, or a computed value is not finite.
 * @throws {TypeError} When a column is not of the kind that the fit saw.
 *
 * Source: Chambers & Hastie (1992), Statistical Models in S ("safe prediction").
 */
export function evaluateRecipe(recipe: Recipe, frame: Frame, options: RecipeOptions = {}): NewDesign {
  return evaluateColumns(recipe, newColumns(frame), options);
}

/** The same of columns that were read before. */
export function evaluateColumns(
  recipe: Recipe,
  columns: NamedColumns,
  options: RecipeOptions = {},
): NewDesign {
  return new RecipeReader(designRecipe(recipe), columns).read(options);
}

/**
 * The columns of the fixed effects of one part, term by term, all of them: also those that the fit dropped.
 * @param full code every factor by one indicator per level, in every term
 */
export function evaluateTerms(recipe: Recipe, frame: Frame, part: string, full = false): Block[] {
  return new RecipeReader(designRecipe(recipe), newColumns(frame)).terms(part, full);
}

const newColumns = (frame: Frame) => new DataColumns(frame, {}, "the new data");

/** Every entry of a column. */
const valuesOf = ({ values }: NamedColumn): Float64Array | null => values && denseColumn(values);

class RecipeReader {
  private readonly evaluator: Evaluator;
  private readonly missing: Uint8Array;
  private readonly absent = new Set<string>();
  private readonly variables = new Map<string, ModelVariable>();
  private readonly matrix = new ModelMatrix((text) => this.variable(text));

  constructor(private readonly recipe: DesignRecipe, private readonly columns: NamedColumns) {
    this.evaluator = new Evaluator(this.columns, recipe.states);
    this.missing = new Uint8Array(this.columns.n);
  }

  read({ parts, random = true }: RecipeOptions): NewDesign {
    const known = this.recipe.parts.map(({ part }) => part);
    const unknown = parts?.find((part) => !known.includes(part));
    if (unknown !== undefined) {
      throw new RangeError(
        `Cannot rebuild part "${unknown}": the parts of the model are ${quoteList(known)}`,
      );
    }
    const predictors = this.recipe.parts
      .filter(({ part }) => parts === undefined || parts.includes(part))
      .map((memory) => this.part(memory, random));
    const missingRows = Int32Array.from(this.missing.keys()).filter((row) => this.missing[row] === 1);
    return { n: this.columns.n, predictors, missingRows, absentColumns: [...this.absent] };
  }

  terms(part: string, full: boolean): Block[] {
    const { layout } = this.recipe.parts.find((p) => p.part === part)!;
    return this.matrix.blocks(
      full
        ? {
          ...layout,
          terms: layout.terms.map((t) => ({ ...t, variables: t.variables.map((v) => ({ ...v, full })) })),
        }
        : layout,
    );
  }

  private part(memory: PartMemory, random: boolean): NewPredictor {
    const all = this.matrix.blocks(memory.layout).flatMap(({ columns }) => columns);
    const X = memory.kept.map((j) => valuesOf(all[j]) ?? ones(this.columns.n));
    const terms = random ? memory.random.map((term) => this.random(term)) : [];
    return { part: memory.part, X, random: terms, offset: this.offset(memory.offsets) };
  }

  /** A variable of a term, evaluated with what the fit remembers and coded by the fit's levels. */
  private variable(text: string): ModelVariable {
    let variable = this.variables.get(text);
    if (variable === undefined) this.variables.set(text, variable = this.recall(text));
    return variable;
  }

  private recall(text: string): ModelVariable {
    const node = parseExpression(text);
    const value = this.finite(node);
    const memory = this.recipe.variables[text];
    if (memory.kind === "matrix") {
      if (value.kind === "matrix") return value;
      throw new TypeError(`Cannot rebuild ${text}: it is not a matrix as in the fit`);
    }
    if (memory.kind === "numeric") return numbersOf(value, this.columns.n, `${text} as in the fit`);
    const given = asCategories(value, text);
    const coded = withLevels(given, memory.levels);
    const row = coded.codes.indexOf(-2);
    if (row < 0) return { ...coded, coding: memory.coding };
    throw new RangeError(
      `Cannot predict for ${text} = "${given.levels[given.codes[row]]}" (row ${row} of the new data): ` +
        `the levels in the fit are ${quoteList(memory.levels)}`,
    );
  }

  /** Evaluates an expression; rows with a missing column are noted, elsewhere it must be finite. */
  private finite(node: Node) {
    const present: number[] = [];
    const incomplete = new Uint8Array(this.columns.n);
    for (const name of namesIn(node)) if (this.columns.has(name)) this.markMissing(name, incomplete);
    for (let i = 0; i < incomplete.length; i++) {
      if (incomplete[i] === 1) this.missing[i] = 1;
      else present.push(i);
    }
    const value = this.evaluator.evaluate(node);
    assertFinite(node, value, Int32Array.from(present), this.evaluator);
    return value;
  }

  private markMissing(name: string, incomplete: Uint8Array): void {
    const value = this.columns.read(name);
    for (let i = 0; i < incomplete.length; i++) {
      const absent = value.kind === "numeric" ? value.values[i] !== value.values[i] : value.codes[i] < 0;
      if (absent) incomplete[i] = 1;
    }
  }

  private random({ groups, layout, position, ...described }: RandomMemory): NewRandomTerm {
    const slopes = layout.terms.flatMap(({ variables }) => variables.map(({ variable }) => variable));
    const nodes = groups.components.map(({ text }) => parseExpression(text));
    const needed = [...slopes.map((text) => parseExpression(text)), ...nodes].flatMap(namesIn);
    const lacking = needed.filter((name) =>
      this.recipe.columns.some((column) => column.name === name) && !this.columns.has(name)
    );
    for (const name of lacking) this.absent.add(name);
    const levels = groupNames(groups);
    if (lacking.length > 0) return this.absentTerm(described, levels);
    const build = () => this.matrix.blocks(layout).flatMap((block) => block.columns);
    const blocks = position ? null : this.matrix.blocks(layout),
      columns = blocks?.flatMap((block) => block.columns);
    const values = nodes.map((node) => this.evaluator.evaluate(node));
    const { level, unseen } = recallGroups(groups, values, this.columns.n);
    return {
      ...described,
      names: columns?.map(({ name }) => name) ?? position!.labels.map((label) => position!.text + label),
      variables: blocks ? variablesOf(blocks) : position!.labels.map(() => [position!.text]),
      get columns() {
        return (columns ?? build()).map(valuesOf);
      },
      position: position && this.positions(position),
      level,
      levels,
      unseen,
      absent: false,
    };
  }

  /** Position of every row among those of the fit; −1 where it is missing, {@link UNSEEN} and named where the fit has no such position. */
  private positions({ text, labels }: NonNullable<RandomMemory["position"]>): NewPositions {
    const given = asCategories(this.evaluator.evaluate(parseExpression(text)), text);
    return {
      labels,
      codes: Int32Array.from(withLevels(given, labels).codes),
      given: given.levels,
      givenCodes: Int32Array.from(given.codes),
    };
  }

  /** No columns and no level: the term contributes nothing. */
  private absentTerm(
    described: Pick<RandomTerm, "label" | "structure" | "group">,
    levels: readonly string[],
  ): NewRandomTerm {
    const level = new Int32Array(this.columns.n).fill(-1);
    return {
      ...described,
      names: [],
      variables: [],
      columns: [],
      position: null,
      level,
      levels,
      unseen: [],
      absent: true,
    };
  }

  private offset(texts: readonly string[]): Float64Array | null {
    if (texts.length === 0) return null;
    const total = new Float64Array(this.columns.n);
    for (const text of texts) {
      const value = this.finite(parseExpression(text));
      const { values } = numbersOf(value, this.columns.n, `offset(${text})`);
      for (let i = 0; i < total.length; i++) total[i] += values[i];
    }
    return total;
  }
}
