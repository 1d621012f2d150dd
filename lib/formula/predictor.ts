/** One linear predictor: X, random terms and offset from a formula's terms and the variables. */
import { denseColumn, type DesignColumn } from "../math/columns.ts";
import { ones } from "../math/shared_memory.ts";
import { quoteList } from "./errors.ts";
import { findGroups, groupNames, type Groups } from "./grouping.ts";
import { type Layout, layOut } from "./layout.ts";
import { ModelMatrix, variablesOf } from "./model_matrix.ts";
import { type Combination, type Dependence, dependence, farFromZero } from "./rank.ts";
import type { AliasMemory, PartMemory, RandomMemory } from "./recipe.ts";
import type { FixedSpec, RandomSpec } from "./terms.ts";
import { numbersOf } from "./transforms/transform.ts";
import { deparse, type Node, unwrap } from "./tree.ts";
import type { ByLevel, FixedTerm, Positions, PredictorDesign, RandomTerm } from "./types.ts";
import { MEAN, type PartFormula } from "./uses.ts";
import type { Value } from "./values.ts";
import type { Variables } from "./variables.ts";

/** Columns of X that are no combinations of earlier ones, and what the others are. */
export interface Independent extends Dependence {
  /** Left out only because their values lie far from 0. */
  readonly far: readonly number[];
}

/** What only the rows can say. */
export interface RowFacts {
  /** Which columns of X are no combinations of earlier ones, and what the others are. */
  independent(columns: readonly DesignColumn[], part: string): Independent;
  /** The groups that occur. */
  groups(components: readonly { readonly text: string; readonly value: Value }[], n: number): Groups;
}

/** The rows themselves. */
export const ROWS_AT_HAND: RowFacts = {
  groups: findGroups,
  independent(columns) {
    const { kept, combinations } = dependence(columns);
    return { kept, combinations, far: kept.length < columns.length ? farFromZero(columns, kept) : [] };
  },
};

/** Builds the linear predictors; columns that several of them use are shared. */
export class PredictorBuilder {
  readonly messages: string[] = [];
  private readonly matrix: ModelMatrix;
  private readonly ones: Float64Array;

  constructor(
    private readonly variables: Variables,
    private readonly n: number,
    private readonly facts: RowFacts,
  ) {
    this.matrix = new ModelMatrix((text) => variables.model.get(text)!, true);
    this.ones = ones(n);
  }

  build(
    { part, formula, intercept }: PartFormula,
    extraOffset: Node | null,
  ): { design: PredictorDesign; memory: PartMemory } {
    const { text, fixed, random: randomSpecs, offsets: offsetNodes } = formula.right;
    if (intercept && !fixed.intercept && (part === MEAN || fixed.terms.length > 0)) {
      this.reportIntercept(text, part);
    }
    const layout = this.layout(intercept ? { ...fixed, intercept: true } : fixed, intercept);
    const { X, names, terms, kept, aliased, dropped, far } = this.fixed(layout, part, intercept);
    this.reportDropped(part, dropped.filter((name) => !far.includes(name)));
    this.reportFar(part, far);
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
        aliased,
        ...(intercept ? { intercept } : {}),
        random: random.map(({ memory }) => memory),
        offsets: offsets.map(deparse),
      },
    };
  }

  /** Codings as the terms have them, and whether there is a column for the intercept. */
  private layout(spec: FixedSpec, intercept?: "elsewhere"): Layout {
    const inTerms = new Set(spec.terms.flatMap(({ variables }) => variables));
    const factors = new Set<string>();
    spec.variables.forEach((node, v) => {
      if (inTerms.has(v) && this.variables.variable(node).kind === "factor") factors.add(deparse(node));
    });
    const layout = layOut(spec, (variable) => factors.has(variable));
    return intercept ? { ...layout, intercept: false } : layout;
  }

  private reportIntercept(text: string, part: string): void {
    this.messages.push(
      part === MEAN
        ? `The formula ~ ${text} leaves out an intercept that the thresholds hold: it is as with one`
        : `The formula ~ ${text} of part "${part}" leaves out an intercept that this part has not: it is as with one`,
    );
  }

  private fixed(layout: Layout, part: string, intercept?: "elsewhere"): {
    X: DesignColumn[];
    names: string[];
    terms: FixedTerm[];
    kept: number[];
    aliased: AliasMemory[];
    dropped: string[];
    far: string[];
  } {
    const blocks = this.matrix.blocks(layout);
    const all = blocks.flatMap(({ columns }) => columns);
    const columns = all.map(({ values }) => values ?? this.ones);
    const before = intercept ? [this.ones] : [],
      found = this.facts.independent([...before, ...columns], part);
    const own = (numbers: readonly number[]) => numbers.map((j) => j - before.length).filter((j) => j >= 0);
    const kept = own(found.kept);
    const isKept = new Set(kept), isFar = new Set(found.far);
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
      aliased: found.combinations.filter(({ column }) => !isFar.has(column))
        .map((each) => aliasOf(each, before.length)),
      dropped: all.filter((_, j) => !isKept.has(j)).map(({ name }) => name),
      far: own(found.far).map((j) => all[j].name),
    };
  }

  /** Dropped for where they lie: what would keep them. */
  private reportFar(part: string, far: readonly string[]): void {
    if (far.length === 0) return;
    this.messages.push(
      `${far.length === 1 ? "Column" : "Columns"} ${quoteList(far)}${
        part === MEAN ? "" : ` of part "${part}"`
      } dropped from the ` +
        "fixed effects: the values lie so far from 0, for their spread, that beside the other columns less than 1e-7 is left; " +
        "scale(x) in the formula, or poly(x, 2) for powers, keeps them",
    );
  }

  private reportDropped(part: string, dropped: readonly string[]): void {
    if (dropped.length === 0) return;
    const noun = dropped.length === 1 ? "Column" : "Columns";
    const verb = dropped.length === 1 ? "it is a linear combination" : "they are linear combinations";
    const where = part === MEAN ? "" : ` of part "${part}"`;
    this.messages.push(
      `${noun} ${quoteList(dropped)}${where} dropped from the fixed effects: ${verb} of earlier columns ` +
        "(or a combination of levels that does not occur)",
    );
  }

  private random(spec: RandomSpec): { term: RandomTerm; memory: RandomMemory } {
    const { label, structure, group } = spec;
    const layout = this.layout(spec.fixed), position = spec.by ? null : this.position(layout);
    const build = () => this.matrix.blocks(layout).flatMap((block) => block.columns);
    const blocks = position ? null : this.matrix.blocks(layout),
      columns = blocks?.flatMap((block) => block.columns);
    if (!spec.by) this.reportIndependentDummies(spec, layout);
    const components = spec.components.map((node) => ({
      text: deparse(node),
      value: this.variables.value(node),
    }));
    const { level, memory: groups } = this.facts.groups(components, this.n);
    const structureArguments = Object.fromEntries(
      spec.structureArguments.map((
        { name, value },
        i,
      ) => [
        name ?? String(i + 1),
        name === null ? nameOrConstant(value, structure) : constantOf(value, structure),
      ]),
    );
    return {
      term: {
        label,
        structure,
        structureArguments,
        group,
        names: columns?.map(({ name }) => name) ?? position!.labels.map((level) => position!.text + level),
        variables: blocks ? variablesOf(blocks) : position!.labels.map(() => [position!.text]),
        get columns() { // indicators of positions, which a structure over positions does without
          return (columns ?? build()).map(({ values }) => values && denseColumn(values));
        },
        position: position && { labels: position.labels, codes: position.codes },
        level,
        levels: groupNames(groups),
        ...(spec.by ? { by: this.levelsBy(spec, spec.by, level, groupNames(groups)) } : {}),
      },
      memory: {
        label,
        structure,
        structureArguments,
        group,
        layout,
        groups,
        position: position && { text: position.text, labels: position.labels },
      },
    };
  }

  /** The level of f that every group has. @throws RangeError where a group has several */
  private levelsBy(
    { inner, group }: RandomSpec,
    by: Node,
    level: Int32Array,
    levels: readonly string[],
  ): ByLevel {
    const text = deparse(by), value = this.variables.model.get(text)!;
    if (value.kind !== "factor") {
      throw new TypeError(
        `Cannot use by = ${text}: it is a number, and a factor is needed; write by = factor(${text})`,
      );
    }
    const of = new Array<number>(levels.length).fill(-1), { codes, levels: labels } = value;
    level.forEach((l, i) => {
      if (of[l] >= 0 && of[l] !== codes[i]) {
        throw groupInBoth({ text, group }, levels[l], labels[of[l]], labels[codes[i]]);
      }
      of[l] = codes[i];
    });
    return { text, labels, of, positions: this.position(this.layout(inner))?.labels ?? null };
  }

  /** The factor f of a left side 0 + f: its levels are positions. */
  private position({ intercept, terms }: Layout): (Positions & { text: string }) | null {
    const [variable, ...more] = terms.flatMap(({ variables }) => variables);
    if (intercept || terms.length !== 1 || more.length > 0) return null;
    const value = this.variables.model.get(variable.variable);
    return value?.kind === "factor" && variable.full
      ? { text: variable.variable, labels: value.levels, codes: value.codes }
      : null;
  }

  /** (f || g): lme4 keeps the levels of a factor correlated there, so its users expect that. */
  private reportIndependentDummies({ label, structure, fixed, group }: RandomSpec, layout: Layout): void {
    const isFactor = (variable: string) => this.variables.model.get(variable)?.kind === "factor";
    const coded = layout.terms.flatMap(({ variables }) => variables).filter(({ variable }) =>
      isFactor(variable)
    );
    if (structure !== "diag" || !label.includes("||") || coded.length === 0) return;
    const names = [...new Set(coded.map(({ variable }) => variable))], all = coded.every(({ full }) => full);
    this.messages.push(
      `(${label}): || makes the ${all ? "levels" : "contrasts"} of the factor ${
        quoteList(names)
      } independent of each other, ` +
        "as in glmmTMB, while lme4 keeps them correlated" +
        (all ? "" : "; so the fit depends on which level is the reference") +
        `. With correlations it is (${fixedText(fixed)} | ${group})` +
        (all ? "" : `, one independent effect per level is (0 + ${names.join(" + ")} || ${group})`) + ".",
    );
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

/** A group that does not lie within a level of `by = text`. */
export function groupInBoth(
  { text, group }: { readonly text: string; readonly group: string },
  level: string,
  one: string,
  other: string,
): RangeError {
  return new RangeError(
    `Cannot use by = ${text}: the groups of ${group} have to lie within its levels, but "${level}" is in "${one}" and in "${other}"; ` +
      `effects that differ within a group are (0 + ${text} | ${group})`,
  );
}

function fixedText({ intercept, terms }: FixedSpec): string {
  return [...(intercept ? [] : ["0"]), ...terms.map(({ label }) => label)].join(" + ") || "1";
}

/** V in propto(0 + f | g, V), or a constant. */
function nameOrConstant(argument: Node, structure: string): number | string | boolean {
  const node = unwrap(argument);
  return node.kind === "name" && node.name !== "TRUE" && node.name !== "FALSE"
    ? node.name
    : constantOf(node, structure);
}

function constantOf(argument: Node, structure: string): number | string | boolean {
  const node = unwrap(argument);
  if (node.kind === "number" || node.kind === "text") return node.value;
  if (node.kind === "name" && (node.name === "TRUE" || node.name === "FALSE")) return node.name === "TRUE";
  throw new TypeError(
    `Cannot read ${structure}(…): its argument ${deparse(argument)} must be a number, text or TRUE/FALSE`,
  );
}

/** A combination in the numbers of the layout's columns, with the constant that another part holds set apart. */
function aliasOf({ column, at, value, size }: Combination, before: number): AliasMemory {
  return {
    column: column - before,
    constant: value.find((_, k) => at[k] < before) ?? 0,
    at: at.filter((j) => j >= before).map((j) => j - before),
    value: value.filter((_, k) => at[k] >= before),
    size,
  };
}
