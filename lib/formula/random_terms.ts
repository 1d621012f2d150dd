/** Random terms: (x | g), (x || g), ar1(0 + t | g), with nested grouping factors written out. */
import { formulaError } from "./errors.ts";
import { type Argument, type BinaryNode, deparse, isBar, type Node, unwrap } from "./tree.ts";

/** One random term with one grouping factor. */
export interface BarSpec {
  /** "Days | Subject", "1 | cask:batch". */
  readonly label: string;
  /** "us" for |, "diag" for ||, else the name that stands before the parentheses. */
  readonly structure: string;
  /** Further arguments of the structure, such as d = 2 in rr(x | g, d = 2). */
  readonly structureArguments: readonly Argument[];
  /** The factor f of (x | g, by = f), whose levels have covariances of their own. */
  readonly by: Node | null;
  /** What varies between the groups, a sum of terms. */
  readonly left: Node;
  /** Grouping factor as lme4 prints it: "Subject", "cask:batch". */
  readonly group: string;
  /** The factors whose combinations are the groups; none for (x | 1), which has one group. */
  readonly components: readonly Node[];
}

/** A grouping factor: combinations of the levels of `components`. */
interface Grouping {
  readonly label: string;
  readonly components: readonly Node[];
}

/** Functions that take the logical "or" of two columns; before other names x | g is a random term, as in exp(x | g). */
const logical = new Set(["I", "factor", "as.factor", "ordered", "interaction"]);

/** Structures that run along one variable: rw1(time | g) is short for rw1(0 + numFactor(time) | g). */
const alongVariable = new Set(["rw1", "rw2"]);

/** Is it a call such as ar1(0 + t | g)? */
export function isRandomTerm(node: Node): boolean {
  return node.kind === "call" && !logical.has(node.name) &&
    node.arguments.length > 0 && isBar(unwrap(node.arguments[0].value));
}

/**
 * Reads `x | g`, `x || g` or `structure(x | g, …)`.
 *
 * @returns One term per grouping factor: (x | a/b) gives x | b:a and x | a.
 * @throws {SyntaxError} When the right side is not a grouping factor.
 */
export function readRandomTerm(source: string, node: Node): BarSpec[] {
  const call = node.kind === "call" ? node : null;
  const bar = unwrap(call ? call.arguments[0].value : node) as BinaryNode;
  if (call && bar.operator === "||") {
    throw formulaError(source, bar, `inside ${call.name}() write a single |`);
  }
  const structure = call?.name ?? (bar.operator === "|" ? "us" : "diag");
  const given = call?.arguments.slice(1) ?? [], by = given.find(({ name }) => name === "by")?.value ?? null;
  const structureArguments = given.filter(({ name }) => name !== "by"), left = leftSide(structure, bar.left);
  return groupings(source, bar.right).map(({ label: group, components }) => {
    const label = `${deparse(left)} ${bar.operator} ${group}${by ? `, by = ${deparse(by)}` : ""}`;
    return { label, structure, structureArguments, by, left, group, components };
  });
}

/** What varies, with the positions of a variable written out. */
function leftSide(structure: string, left: Node): Node {
  if (!alongVariable.has(structure) || unwrap(left).kind !== "name") return left;
  const { start, end } = left;
  const positions: Node = {
    kind: "call",
    name: "numFactor",
    arguments: [{ name: null, value: left }],
    start,
    end,
  };
  return {
    kind: "binary",
    operator: "+",
    left: { kind: "number", value: 0, long: false, start, end },
    right: positions,
    start,
    end,
  };
}

/** Grouping factors of the right side of a bar; a/b is b within a, and a. */
function groupings(source: string, node: Node): Grouping[] {
  if (node.kind === "group") return groupings(source, node.inner);
  if (node.kind === "number") {
    if (node.value === 1) return [{ label: "1", components: [] }];
    throw formulaError(source, node, "a grouping factor is a column, or 1 for a single group");
  }
  if (node.kind === "text") throw formulaError(source, node, "a grouping factor is a column, not text");
  if (node.kind !== "binary") return [{ label: deparse(node), components: [node] }];
  const [left, right] = [groupings(source, node.left), groupings(source, node.right)];
  switch (node.operator) {
    case "+":
      return [...left, ...right];
    case ":":
      return left.flatMap((a) => right.map((b) => product(a, b)));
    case "/":
      if (left.some((a) => a.components.some((c) => !left[0].components.includes(c)))) {
        throw formulaError(
          source,
          node.left,
          "nesting within several factors has to be written out term by term",
        );
      }
      return [...right.map((b) => product(b, left[0])), ...left];
    case "*":
      return [...left, ...right, ...left.flatMap((a) => right.map((b) => product(a, b)))];
    default:
      throw formulaError(
        source,
        node,
        `${node.operator} has no meaning in a grouping factor: use a column, a:b, a/b or factor(...)`,
      );
  }
}

function product(a: Grouping, b: Grouping): Grouping {
  const compound = b.components.length > 1;
  return {
    label: `${a.label}:${compound ? `(${b.label})` : b.label}`,
    components: [...a.components, ...b.components],
  };
}
