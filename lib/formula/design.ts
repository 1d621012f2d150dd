/** Formulas and data → response, X, Z, offsets, and the recipe that rebuilds them for new data. */
import type { Frame } from "../frame.ts";
import { checkNames } from "./check.ts";
import { completeRows } from "./complete_rows.ts";
import { DataColumns } from "./data_columns.ts";
import { describeColumns } from "./describe.ts";
import { quoteList } from "./errors.ts";
import { Evaluator } from "./evaluate.ts";
import { findGroups, groupNames } from "./grouping.ts";
import { type Layout, layOut } from "./layout.ts";
import { ModelMatrix } from "./model_matrix.ts";
import { independentColumns } from "./rank.ts";
import type { DesignRecipe, PartMemory, RandomMemory, VariableMemory } from "./recipe.ts";
import { readResponse } from "./response.ts";
import type { Options, Spec } from "./spec.ts";
import type { FixedSpec, RandomSpec } from "./terms.ts";
import { numbersOf } from "./transforms/transform.ts";
import { deparse, namesIn, type Node, unwrap } from "./tree.ts";
import type { Design, FixedTerm, PredictorDesign, RandomTerm } from "./types.ts";
import { type ModelFormulas, type PartFormula, readModel } from "./uses.ts";
import { Variables } from "./variables.ts";

export type { Options as DesignOptions, Spec as DesignSpec } from "./spec.ts";

/**
 * Builds everything that a fit needs from formulas and data.
 *
 * Rows with a missing value in any column used are left out and reported; factors lose levels that do not occur;
 * columns of X that are linear combinations of earlier ones are dropped and reported.
 *
 * @param spec The formula of the mean and those of the further linear predictors.
 * @param frame The data.
 * @param options How to read them.
 * @throws {SyntaxError} When a formula cannot be read; the message shows the place.
 * @throws {RangeError} When a column does not exist, a computed value is not finite, a factor has one level, no row is
 *   complete, or weights and trials are outside their range.
 * @throws {TypeError} When a column is of a kind that its place does not take.
 */
export function buildDesign(spec: Spec, frame: Frame, options: Options): Design {
  const columns = new DataColumns(frame, options.levels);
  const model = readModel(spec, frame, options);
  for (const { source, node } of model.uses) checkNames(source, node, columns);
  const names = [...new Set(model.uses.flatMap(({ node }) => namesIn(node)))].filter((name) =>
    columns.has(name)
  );
  const complete = completeRows(columns, names, options.missing ?? "omit");
  const evaluator = new Evaluator(columns);
  const variables = new Variables(evaluator, complete.rows, columns.n, options.contrasts ?? {});
  const response = readResponse(model, variables, complete.rows, options.usesTrials);
  const builder = new PartBuilder(variables, complete.rows.length);
  const parts = model.parts.map((part, k) =>
    builder.build(part, k === 0 ? model.offset?.node ?? null : null)
  );
  variables.assertContrastsUsed();
  const recipe: DesignRecipe = {
    version: 1,
    response: response.response.name,
    parts: parts.map(({ memory }) => memory),
    variables: rememberVariables(variables),
    states: evaluator.learned,
    columns: describeColumns(columns, model.uses, complete.rows),
  };
  return {
    n: complete.rows.length,
    response: response.response,
    predictors: parts.map(({ design }) => design),
    weights: response.weights,
    precision: response.precision,
    rows: complete.rows,
    rowsGiven: columns.n,
    messages: [
      ...readingMessages(model),
      ...complete.messages,
      ...variables.messages,
      ...response.messages,
      ...builder.messages,
    ],
    recipe,
  };
}

function readingMessages(model: ModelFormulas): string[] {
  return model.parts.flatMap(({ formula }) => formula.right.messages);
}

function rememberVariables(variables: Variables): Record<string, VariableMemory> {
  return Object.fromEntries(
    [...variables.model].map(([text, value]) => [
      text,
      value.kind === "factor"
        ? { kind: value.kind, levels: value.levels, coding: value.coding }
        : { kind: value.kind },
    ]),
  );
}

/** Builds the linear predictors; columns that several of them use are shared. */
class PartBuilder {
  readonly messages: string[] = [];
  private readonly matrix: ModelMatrix;
  private readonly ones: Float64Array;

  constructor(private readonly variables: Variables, private readonly n: number) {
    this.matrix = new ModelMatrix((text) => variables.model.get(text)!);
    this.ones = new Float64Array(n).fill(1);
  }

  build(
    { part, formula }: PartFormula,
    extraOffset: Node | null,
  ): { design: PredictorDesign; memory: PartMemory } {
    const { text, fixed, random: randomSpecs, offsets: offsetNodes } = formula.right;
    const layout = this.layout(fixed);
    const { X, names, terms, kept, dropped } = this.fixed(layout);
    if (dropped.length > 0) this.reportDropped(part, dropped);
    const random = randomSpecs.map((each) => this.random(each));
    const offsets = extraOffset === null ? offsetNodes : [...offsetNodes, extraOffset];
    return {
      design: {
        part,
        formula: text,
        X,
        names,
        terms,
        random: random.map(({ term }) => term),
        offset: this.offset(offsets),
        dropped,
      },
      memory: {
        part,
        formula: text,
        layout,
        kept,
        random: random.map(({ memory }) => memory),
        offsets: offsets.map(deparse),
      },
    };
  }

  private layout(spec: FixedSpec): Layout {
    const inTerms = new Set(spec.terms.flatMap(({ variables }) => variables));
    const factors = new Set<string>();
    spec.variables.forEach((node, v) => {
      if (inTerms.has(v) && this.variables.variable(node).kind === "factor") factors.add(deparse(node));
    });
    return layOut(spec, (variable) => factors.has(variable));
  }

  private fixed(layout: Layout): {
    X: Float64Array[];
    names: string[];
    terms: FixedTerm[];
    kept: number[];
    dropped: string[];
  } {
    const blocks = this.matrix.blocks(layout);
    const all = blocks.flatMap(({ columns }) => columns);
    const columns = all.map(({ values }) => values ?? this.ones);
    const kept = independentColumns(columns);
    const isKept = new Set(kept);
    const terms: FixedTerm[] = [];
    let first = 0, start = 0;
    for (const { label, factors, columns } of blocks) {
      const count = columns.filter((_, j) => isKept.has(first + j)).length;
      terms.push({ label, factors, start, count });
      first += columns.length;
      start += count;
    }
    return {
      X: kept.map((j) => columns[j]),
      names: kept.map((j) => all[j].name),
      terms,
      kept,
      dropped: all.filter((_, j) => !isKept.has(j)).map(({ name }) => name),
    };
  }

  private reportDropped(part: string, dropped: readonly string[]): void {
    const noun = dropped.length === 1 ? "Column" : "Columns";
    const verb = dropped.length === 1 ? "it is a linear combination" : "they are linear combinations";
    const where = part === "cond" ? "" : ` of part "${part}"`;
    this.messages.push(
      `${noun} ${quoteList(dropped)}${where} dropped from the fixed effects: ${verb} of earlier columns ` +
        "(or a combination of levels that does not occur)",
    );
  }

  private random(spec: RandomSpec): { term: RandomTerm; memory: RandomMemory } {
    const { label, structure, group } = spec;
    const layout = this.layout(spec.fixed);
    const columns = this.matrix.blocks(layout).flatMap((block) => block.columns);
    const components = spec.components.map((node) => ({
      text: deparse(node),
      value: this.variables.value(node),
    }));
    const { level, memory: groups } = findGroups(components, this.n);
    const structureArguments = Object.fromEntries(
      spec.structureArguments.map((
        { name, value },
        i,
      ) => [name ?? String(i + 1), constantOf(value, structure)]),
    );
    return {
      term: {
        label,
        structure,
        structureArguments,
        group,
        names: columns.map(({ name }) => name),
        columns: columns.map(({ values }) => values),
        level,
        levels: groupNames(groups),
      },
      memory: { label, structure, structureArguments, group, layout, groups },
    };
  }

  private offset(nodes: readonly Node[]): Float64Array | null {
    if (nodes.length === 0) return null;
    const total = new Float64Array(this.n);
    for (const node of nodes) {
      const text = `offset(${deparse(node)})`;
      const { values } = numbersOf(this.variables.value(node), this.n, text);
      for (let i = 0; i < total.length; i++) total[i] += values[i];
    }
    return total;
  }
}

function constantOf(argument: Node, structure: string): number | string | boolean {
  const node = unwrap(argument);
  if (node.kind === "number" || node.kind === "text") return node.value;
  if (node.kind === "name" && (node.name === "TRUE" || node.name === "FALSE")) return node.name === "TRUE";
  throw new TypeError(
    `Cannot read ${structure}(…): its argument ${deparse(argument)} must be a number, text or TRUE/FALSE`,
  );
}
