/** The dot of a formula: y ~ . */
import { type BinaryNode, isBar, namesIn, type Node, walk } from "./tree.ts";

/**
 * Writes out every `.` that stands as a term: the sum of the columns that are not in the response, grouping factors or
 * in an offset.
 */
export function expandDot(right: Node, response: Node | null, columns: readonly string[]): Node {
  const used = new Set(response ? namesIn(response) : []);
  walk(right, (node) => {
    // A slope that varies between groups is usually wanted as a fixed term too; a grouping factor is not.
    const elsewhere = isBar(node) ? (node as BinaryNode).right : isOffset(node) ? node : null;
    if (elsewhere !== null) { for (const name of namesIn(elsewhere)) used.add(name); }
  });
  const names = columns.filter((name) => !used.has(name));
  return names.length === 0 ? right : replaceDot(right, names, true);
}

/** `bare`: the sum needs no parentheses where it stands. */
function replaceDot(node: Node, names: readonly string[], bare: boolean): Node {
  if (node.kind === "name" && node.name === ".") {
    const { start, end } = node;
    const leaves: Node[] = names.map((name) => ({ kind: "name", name, start, end }));
    const sum = leaves.reduce((left, right) => ({ kind: "binary", operator: "+", left, right, start, end }));
    return bare || names.length === 1 ? sum : { kind: "group", inner: sum, start, end };
  }
  if (node.kind === "group") return { ...node, inner: replaceDot(node.inner, names, true) };
  if (node.kind !== "binary" || isBar(node)) return node;
  const left = replaceDot(node.left, names, bare && node.operator === "+");
  return { ...node, left, right: replaceDot(node.right, names, bare && node.operator === "+") };
}

function isOffset(node: Node): boolean {
  return node.kind === "call" && node.name === "offset";
}
