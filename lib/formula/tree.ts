/** The expression tree of a formula, and its text as R prints it. */
import type { Place } from "./errors.ts";
import { formatNumber } from "./numbers.ts";

/** An argument of a call; `name` when written name = value. */
export interface Argument {
  readonly name: string | null;
  readonly value: Node;
}

export interface NumberNode extends Place {
  readonly kind: "number";
  readonly value: number;
  /** Written with R's suffix L. */
  readonly long: boolean;
}
export interface TextNode extends Place {
  readonly kind: "text";
  readonly value: string;
}
export interface NameNode extends Place {
  readonly kind: "name";
  readonly name: string;
}
export interface UnaryNode extends Place {
  readonly kind: "unary";
  readonly operator: string;
  readonly operand: Node;
}
export interface BinaryNode extends Place {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Node;
  readonly right: Node;
}
export interface CallNode extends Place {
  readonly kind: "call";
  readonly name: string;
  readonly arguments: readonly Argument[];
}
/** Parentheses are kept, because R prints them: I((x + 1)^2). */
export interface GroupNode extends Place {
  readonly kind: "group";
  readonly inner: Node;
}

export type Node = NumberNode | TextNode | NameNode | UnaryNode | BinaryNode | CallNode | GroupNode;

/** The node inside any number of parentheses. */
export function unwrap(node: Node): Node {
  while (node.kind === "group") node = node.inner;
  return node;
}

/** The nodes directly below a node, from left to right. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "unary":
      return [node.operand];
    case "binary":
      return [node.left, node.right];
    case "call":
      return node.arguments.map((argument) => argument.value);
    case "group":
      return [node.inner];
    default:
      return [];
  }
}

/** Is it x | g or x || g? */
export function isBar(node: Node): boolean {
  return node.kind === "binary" && (node.operator === "|" || node.operator === "||");
}

/** The names that an expression mentions (columns and constants, not functions), each once. */
export function namesIn(node: Node): string[] {
  const names = new Set<string>();
  walk(node, (each) => {
    if (each.kind === "name") names.add(each.name);
  });
  return [...names];
}

/** Calls `visit` for a node and all nodes below it, left to right. */
export function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const child of childrenOf(node)) walk(child, visit);
}

const tight = new Set(["^", ":", "/", "%%", "%/%"]);

/** The text of an expression as R's deparse() writes it: `log(x + 1)`, `I(x^2)`, `a:b`. */
export function deparse(node: Node): string {
  switch (node.kind) {
    case "number":
      return node.long ? `${node.value}L` : formatNumber(node.value);
    case "text":
      return `"${node.value.replace(/[\\"]/g, "\\$&")}"`;
    case "name":
      return quoteName(node.name);
    case "unary":
      return node.operator + deparse(node.operand);
    case "group":
      return `(${deparse(node.inner)})`;
    case "call":
      return `${quoteName(node.name)}(${node.arguments.map(deparseArgument).join(", ")})`;
    case "binary": {
      const operator = tight.has(node.operator) ? node.operator : ` ${node.operator} `;
      return deparse(node.left) + operator + deparse(node.right);
    }
  }
}

/** A column's name as it stands in a formula: in backticks unless it is an ordinary R name. */
function quoteName(name: string): string {
  return /^(?:\p{L}|\.(?!\d))[\p{L}\p{N}._]*$/u.test(name) ? name : `\`${name}\``;
}

function deparseArgument(argument: Argument): string {
  const value = deparse(argument.value);
  return argument.name === null ? value : `${quoteName(argument.name)} = ${value}`;
}
