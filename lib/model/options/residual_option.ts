/** The option `residual`: a covariance structure in the residual's place, as a term of the formula. */
import { parseExpression } from "../../formula/parse.ts";
import { type BinaryNode, deparse, type Node, unwrap } from "../../formula/tree.ts";
import type { FitOptions } from "./options.ts";

/** Structures over places or times: their positions are numbers. */
const OVER_NUMBERS = ["exp", "gau", "mat", "ou"];

/**
 * The formula with the term of the option as its last: `residual: "us(visit | subject)"` is `us(0 + factor(visit) | subject)` in the
 * residual's place: every row of a subject is a visit, and the residuals of its visits have the structure's covariance. Positions of
 * exp, gau, mat and ou are numbers, `exp(x + y | site)`.
 *
 * @throws {SyntaxError} where it is not a structure with one bar
 * @throws {RangeError} where the dispersion has a formula, too
 */
export function withResidual(formula: string, { residual, dispersion }: FitOptions): string {
  if (residual === undefined) return formula;
  if (dispersion !== undefined) {
    throw new RangeError(
      "Cannot use dispersion with residual: the structure's standard deviations are those of the residuals; leave one of the two out",
    );
  }
  return `${formula} + ${termOf(residual)}`;
}

function termOf(residual: string): string {
  const node = unwrap(parseExpression(residual.replace(/^\s*~/, "")));
  const bar = node.kind === "call" ? unwrap(node.arguments[0]?.value ?? node) : node;
  if (node.kind !== "call" || bar.kind !== "binary" || bar.operator !== "|") {
    throw new SyntaxError(
      `Cannot read residual: "${residual}": it has the form structure(positions | group), such as "us(visit | subject)" or "ar1(time | plot)"`,
    );
  }
  const more = node.arguments.slice(1).map(({ name, value }) =>
    name === null ? deparse(value) : `${name} = ${deparse(value)}`
  );
  const left = positions(bar, OVER_NUMBERS.includes(node.name));
  return `${node.name}(${[`0 + ${left} | ${deparse(bar.right)}`, ...more].join(", ")})`;
}

/** The factor of the positions: as written where it is a call, else made of what is named. */
function positions({ left }: BinaryNode, numbers: boolean): string {
  const names = summands(left).filter((node) => !(node.kind === "number" && node.value === 0));
  if (names.length === 1 && names[0].kind === "call") return deparse(names[0]);
  return `${numbers ? "numFactor" : "factor"}(${names.map(deparse).join(", ")})`;
}

function summands(node: Node): Node[] {
  const inner = unwrap(node);
  if (inner.kind !== "binary" || inner.operator !== "+") return [inner];
  return [...summands(inner.left), ...summands(inner.right)];
}
