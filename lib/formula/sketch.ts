/** Formulas that ask for a table or a picture of data before there is a model: `y ~ x`, `y ~ x | g`, `~ x`. */
import type { Frame } from "../frame.ts";
import { adviseBackticks } from "./backticks.ts";
import { checkNames } from "./check.ts";
import { DataColumns } from "./data_columns.ts";
import { expandDot } from "./dot.ts";
import { formulaError } from "./errors.ts";
import { Evaluator } from "./evaluate.ts";
import { parseFormula } from "./parse.ts";
import { type BinaryNode, type CallNode, deparse, isBar, type Node, unwrap } from "./tree.ts";
import type { FactorValue, NumericValue, Value } from "./values.ts";

/** A variable of the formula in all rows of the data. */
export interface SketchVariable {
  /** As the formula has it: "y", "log(y)". */
  readonly name: string;
  readonly value: NumericValue | FactorValue;
  /** Of a proportion: out of how many, row by row. */
  readonly trials: Float64Array | null;
}

/** The variables of a formula by their place. */
export interface Sketch {
  readonly n: number;
  /** Left of ~. */
  readonly left: readonly SketchVariable[];
  /** Right of ~, before the bar; every one once, whatever joins them. */
  readonly right: readonly SketchVariable[];
  /** After the bar, in front of a slash or a colon first; also of random terms, (x | g). */
  readonly groups: readonly SketchVariable[];
}

/**
 * Reads the variables of a formula, expressions of columns among them; an intercept and offsets are left out.
 *
 * @throws {SyntaxError} When the text is no formula.
 * @throws {RangeError} For a name that is no column.
 * @throws {TypeError} For a function that is given what it cannot take.
 */
export function readSketch(source: string, data: Frame): Sketch {
  const columns = new DataColumns(data), evaluator = new Evaluator(columns);
  return adviseBackticks([source], columns.names, () => {
    const { response, right } = parseFormula(source), parts = { right: [] as Node[], groups: [] as Node[] };
    sort(source, expandDot(right, response, columns.names), parts);
    const read = (nodes: readonly Node[], left: boolean) =>
      distinct(nodes).map((node) => {
        checkNames(source, node, columns);
        return variableOf(source, node, evaluator.evaluate(node), left);
      });
    return {
      n: columns.n,
      left: read(response ? summands(response) : [], true),
      right: read(parts.right, false),
      groups: read(parts.groups, false),
    };
  });
}

/** Operators that join variables on the right of ~. */
const JOINS = new Set(["+", "*", ":", "/"]);

/** What stands before and after the bar. */
function sort(source: string, node: Node, into: { right: Node[]; groups: Node[] }): void {
  const inner = unwrap(node);
  if (isBar(inner)) {
    const { left, right } = inner as BinaryNode;
    sort(source, left, into);
    const own = { right: [] as Node[], groups: [] as Node[] };
    sort(source, right, own);
    if (own.groups.length > 0) throw formulaError(source, right, "one bar divides a formula, not two");
    into.groups.push(...own.right);
  } else if (inner.kind === "binary" && JOINS.has(inner.operator)) {
    sort(source, inner.left, into);
    sort(source, inner.right, into);
  } else if (inner.kind === "binary" && inner.operator === "-") sort(source, inner.left, into);
  else if (inner.kind !== "number" && !(inner.kind === "call" && inner.name === "offset")) {
    into.right.push(inner);
  }
}

/** The variables on the left: those that plus signs join. */
function summands(node: Node): Node[] {
  const inner = unwrap(node);
  return inner.kind === "binary" && inner.operator === "+"
    ? [...summands(inner.left), ...summands(inner.right)]
    : [inner];
}

function distinct(nodes: readonly Node[]): Node[] {
  return [...new Map(nodes.map((node) => [deparse(node), node])).values()];
}

function variableOf(source: string, node: Node, value: Value, left: boolean): SketchVariable {
  const name = node.kind === "name" ? node.name : deparse(node);
  if (value.kind === "numeric" || value.kind === "factor") return { name, value, trials: null };
  if (value.kind === "constant") {
    throw formulaError(source, node, "it is a constant; the name of a column belongs here");
  }
  if (left && value.columns.length === 2 && node.kind === "call" && node.name === "cbind") {
    const [successes, failures] = value.columns, trials = successes.map((s, i) => s + failures[i]);
    return {
      name: shareName(node),
      value: { kind: "numeric", values: successes.map((s, i) => trials[i] > 0 ? s / trials[i] : NaN) },
      trials,
    };
  }
  throw formulaError(source, node, `it has ${value.columns.length} columns; one belongs here`);
}

/** "germ / n" of cbind(germ, n - germ); "proportion of s" of cbind(s, f). */
function shareName({ arguments: [successes, failures] }: CallNode): string {
  const [s, f] = [successes.value, unwrap(failures.value)].map((each) => unwrap(each)), text = deparse(s);
  const name = s.kind === "name" ? s.name : text;
  return f.kind === "binary" && f.operator === "-" && deparse(f.right) === text
    ? `${name} / ${f.left.kind === "name" ? f.left.name : deparse(f.left)}`
    : `proportion of ${name}`;
}
