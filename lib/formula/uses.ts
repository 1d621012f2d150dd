/** Every expression of a model with the role it plays, in the order in which people read the model. */
import { parseExpression } from "./parse.ts";
import { type Formula, readFormula, readPartFormula } from "./terms.ts";
import { namesIn, type Node } from "./tree.ts";
import type { Options, ResponseKind, Spec } from "./spec.ts";

/** What an expression is for. */
export type Role =
  | "response"
  | "fixed"
  | "random"
  | "group"
  | "offset"
  | "frequency"
  | "precision"
  | "trials";

/** One expression of the model. */
export interface Use {
  readonly node: Node;
  /** The text that places in `node` refer to. */
  readonly source: string;
  readonly part: string;
  readonly role: Role;
}

/** A predictor's formula. */
export interface PartFormula {
  readonly part: string;
  readonly formula: Formula;
  /** It has no intercept, because another part holds it. */
  readonly intercept?: "elsewhere";
}

/** The weights of a model by meaning. */
export type WeightUses = { readonly [meaning in "trials" | "frequency" | "precision"]?: Use };

/** A model's formulas and options, read. */
export interface ModelFormulas {
  readonly response: Use;
  readonly parts: readonly PartFormula[];
  /** The parts beyond the first, for a response of these categories. */
  further(kind: ResponseKind): PartFormula[];
  readonly weights: WeightUses;
  /** The option offset, added to the first part. */
  readonly offset: Use | null;
  readonly uses: readonly Use[];
  /** The uses with these parts beyond the first. */
  usesOf(further: readonly PartFormula[]): Use[];
}

/** The part that the formula with the response is of. */
export const MEAN = "cond";

/** Reads all formulas of a model of data with these columns, and lists what they use. */
export function readModel(spec: Spec, columns: readonly string[], options: Options): ModelFormulas {
  const optional = optionNames(options, columns);
  const main = readFormula(spec.formula, columns.filter((name) => !optional.has(name)));
  if (main.response === null) {
    throw new SyntaxError(
      `Cannot read formula: it has no response; write "response ~ terms"\n  ${spec.formula}`,
    );
  }
  const further = (kind: ResponseKind) => furtherParts(spec, kind, main);
  const parts = [{ part: MEAN, formula: main }, ...further({ categories: null })];
  const use = (text: string, role: Role): Use => ({ ...expression(text, columns), part: MEAN, role });
  const response: Use = { node: main.response, source: spec.formula, part: MEAN, role: "response" };
  const weights = weightUses(options, use);
  const offset = options.offset === undefined ? null : use(options.offset, "offset");
  const usesOf = (beyond: readonly PartFormula[]) => [
    response,
    ...[parts[0], ...beyond].flatMap(usesOfPart),
    ...Object.values(weights),
    ...(offset ? [offset] : []),
  ];
  return { response, parts, further, weights, offset, uses: usesOf(parts.slice(1)), usesOf };
}

function furtherParts({ predictors }: Spec, kind: ResponseKind, main: Formula): PartFormula[] {
  return (typeof predictors === "function" ? predictors(kind) : predictors).map((given) => ({
    ...given,
    formula: readPartFormula(given.part, given.formula, main.right),
  }));
}

/** Columns that the options mention: the dot does not stand for them. */
function optionNames(options: Options, columns: readonly string[]): Set<string> {
  const { weights, offset } = options;
  const texts = [offset, ...(typeof weights === "string" ? [weights] : Object.values(weights ?? {}))];
  return new Set(
    texts.filter((text) => text !== undefined).flatMap((text) => namesIn(expression(text, columns).node)),
  );
}

/** A column's name as it is, or an expression such as log(n). */
function expression(text: string, columns: readonly string[]): { node: Node; source: string } {
  const node: Node = columns.includes(text)
    ? { kind: "name", name: text, start: 0, end: text.length }
    : parseExpression(text);
  return { node, source: text };
}

function weightUses(options: Options, use: (text: string, role: Role) => Use): WeightUses {
  const { weights, usesTrials } = options;
  if (weights === undefined) return {};
  if (typeof weights === "string") {
    return usesTrials ? { trials: use(weights, "trials") } : { frequency: use(weights, "frequency") };
  }
  const unknown = Object.keys(weights).find((key) => !["trials", "precision", "frequency"].includes(key));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot read the option weights: its meanings are trials, precision and frequency, but one is "${unknown}"`,
    );
  }
  if (weights.trials !== undefined && !usesTrials) {
    throw new RangeError(
      "Cannot use weights as trials: only binomial families count trials; write { frequency: … } or { precision: … }",
    );
  }
  const meanings = (["trials", "precision", "frequency"] as const).filter((meaning) =>
    weights[meaning] !== undefined
  );
  return Object.fromEntries(meanings.map((meaning) => [meaning, use(weights[meaning]!, meaning)]));
}

function usesOfPart({ part, formula: { source, right } }: PartFormula): Use[] {
  const use = (role: Role) => (node: Node): Use => ({ node, source, part, role });
  return [
    ...right.fixed.variables.filter((_, v) => right.fixed.terms.some((t) => t.variables.includes(v))).map(
      use("fixed"),
    ),
    ...right.random.flatMap(({ fixed, components }) => [
      ...fixed.variables.map(use("random")),
      ...components.map(use("group")),
    ]),
    ...right.offsets.map(use("offset")),
  ];
}
