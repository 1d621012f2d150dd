/** How a formula uses a column: where it tells values apart that lie next to each other, and the functions that it is the argument of. */
import { childrenOf, deparse, namesIn, type Node, unwrap } from "./tree.ts";

const FACTORS = new Set(["factor", "as.factor", "ordered", "cut", "interaction", "numFactor"]);
const OPERATORS = new Set(["<", ">", "<=", ">=", "==", "!=", "%in%", "%%", "%/%", "&", "&&", "|", "||", "!"]);

/** The outermost expression that jumps where the column changes; null where all is continuous in it. */
export function jumpIn(node: Node, name: string): string | null {
  if (!namesIn(node).includes(name)) return null;
  const jumps = node.kind === "call"
    ? FACTORS.has(node.name)
    : (node.kind === "binary" || node.kind === "unary") && OPERATORS.has(node.operator);
  if (jumps) return deparse(node);
  for (const child of childrenOf(node)) {
    const found = jumpIn(child, name);
    if (found !== null) return found;
  }
  return null;
}

/** The functions that a column is the argument of, wherever it stands; null where it is of none. */
export function functionsAround(node: Node, name: string): (string | null)[] {
  const is = (each: Node) => each.kind === "name" && each.name === name;
  if (is(node)) return [null];
  return childrenOf(node).flatMap((child) => {
    if (!is(unwrap(child))) return functionsAround(child, name);
    return [node.kind === "call" && node.arguments.length === 1 ? node.name : null];
  });
}
