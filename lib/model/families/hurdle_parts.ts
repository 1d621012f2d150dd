/** What the combinators that add a point mass have in common. */
import type { Family, Part } from "./family.ts";

/** Values with a point mass of their own say nothing about another part, so they do not count in its start. */
export function without(part: Part, value: number): Part {
  const { start } = part;
  if (!start) return part;
  return {
    ...part,
    start: (response, mu, weights) =>
      start(response, mu, weights.map((w, i) => response.y[i] === value ? 0 : w)),
  };
}

/** The predictor of a point mass, the last, has no mixed derivatives; the others are as in the family. */
export function apart(base: Family): Family["couples"] {
  const last = base.parts({}).length;
  return (k, l) => k !== last && l !== last && (base.couples?.(k, l) ?? true);
}

/** "c with probability p, else …", in LaTeX; a base family with a point mass goes on with its own lines. */
export function pointMassLatex(value: string, symbols: readonly string[], base: Family): string {
  const own = base.latex(symbols.slice(0, -1)),
    first = `${value} & \\text{with probability } ${symbols[symbols.length - 1]}`;
  const rest = own.startsWith(OPEN)
    ? own.slice(OPEN.length).replace("\\text{with", "\\text{else with")
    : `${own} & \\text{else} \\end{cases}`;
  return `${OPEN}${first} \\\\ ${rest}`;
}

const OPEN = "\\begin{cases} ";
