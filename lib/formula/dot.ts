/** The dot of a formula: all other columns in y ~ ., the predictors of the mean in the formulas of other parts. */
import type { Place } from "./errors.ts";
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
  if (names.length === 0) return right;
  const leaves = names.map((name): Node => ({ kind: "name", name, start: 0, end: 0 }));
  return replaceDot(right, leaves.reduce(sum), true);
}

/**
 * Writes out every `.` in the formula of another part, where it stands for the formula of the mean without offsets, as in
 * glmmTMB: zeroInflation "~ ." has the predictors and random terms of the mean, "~ . - x" all of them but x.
 *
 * @param mean The mean's right-hand side, its own dots written out.
 */
export function expandMean(right: Node, mean: Node): Node {
  return replaceDot(
    right,
    withoutOffsets(mean) ?? { kind: "number", value: 1, long: false, start: 0, end: 0 },
    true,
  );
}

/** `bare`: the sum needs no parentheses where it stands. */
function replaceDot(node: Node, meaning: Node, bare: boolean): Node {
  if (node.kind === "name" && node.name === ".") {
    const moved = placed(meaning, node);
    return bare || moved.kind === "name" ? moved : { ...node, kind: "group", inner: moved };
  }
  if (node.kind === "group") return { ...node, inner: replaceDot(node.inner, meaning, true) };
  if (node.kind !== "binary" || isBar(node)) return node;
  const inSum = bare && node.operator === "+";
  const left = replaceDot(node.left, meaning, inSum);
  return { ...node, left, right: replaceDot(node.right, meaning, inSum && !hasMinus(meaning)) };
}

function sum(left: Node, right: Node): Node {
  return { kind: "binary", operator: "+", left, right, start: 0, end: 0 };
}

/** A sum without its offsets; null when nothing else is in it. */
function withoutOffsets(node: Node): Node | null {
  if (isOffset(node)) return null;
  if (node.kind !== "binary" || (node.operator !== "+" && node.operator !== "-")) return node;
  const left = withoutOffsets(node.left), right = withoutOffsets(node.right);
  if (right === null) return left;
  if (left !== null) return { ...node, left, right };
  return node.operator === "+" ? right : { ...node, kind: "unary", operand: right };
}

/** Behind a +, a - b needs parentheses. */
function hasMinus(node: Node): boolean {
  return node.kind === "binary" && (node.operator === "-" || (node.operator === "+" && hasMinus(node.left)));
}

/** The same expression standing where the dot stands, so that messages point there. */
function placed(node: Node, { start, end }: Place): Node {
  const move = (each: Node) => placed(each, { start, end });
  switch (node.kind) {
    case "unary":
      return { ...node, operand: move(node.operand), start, end };
    case "binary":
      return { ...node, left: move(node.left), right: move(node.right), start, end };
    case "group":
      return { ...node, inner: move(node.inner), start, end };
    case "call":
      return {
        ...node,
        arguments: node.arguments.map(({ name, value }) => ({ name, value: move(value) })),
        start,
        end,
      };
    default:
      return { ...node, start, end };
  }
}

function isOffset(node: Node): boolean {
  return node.kind === "call" && node.name === "offset";
}
