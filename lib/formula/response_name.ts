/** What a response counts, from its expression. */
import { parseExpression } from "./parse.ts";
import { deparse, type Node, unwrap } from "./tree.ts";

/** The successes of cbind(successes, failures) and of successes/trials; other responses as they are. Names without backticks. */
export function countedIn(response: string): string {
  const node = unwrap(parseExpression(response));
  if (node.kind === "call" && node.name === "cbind") return shown(node.arguments[0].value);
  return node.kind === "binary" && node.operator === "/" ? shown(node.left) : shown(node);
}

function shown(node: Node): string {
  return deparse(unwrap(node)).replaceAll("`", "");
}
