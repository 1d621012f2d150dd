/** Computed values must be finite: otherwise say which expression, and of what values. */
import { parseExpression } from "../../formula/parse.ts";
import { childrenOf, deparse, namesIn, type Node } from "../../formula/tree.ts";
import type { State } from "../../formula/values.ts";
import { aggregate, column, count, every, type Expr, isNull, not } from "../query/expression.ts";
import { Translator } from "../translate/translator.ts";
import type { ModelRows } from "./model_rows.ts";
import type { SqlRows } from "./rows.ts";

/**
 * @param rows rows that count
 * @param finite finite values of every column of the model
 * @throws {RangeError} Naming the innermost expression that is not finite, and the values it is computed from.
 */
export async function assertFiniteColumns(
  { recipe, weights }: ModelRows,
  rows: SqlRows,
  n: number,
  finite: readonly number[],
): Promise<void> {
  if (weights === null && finite.every((count) => count === n)) return;
  const [mean] = recipe.parts;
  const texts = [
    recipe.response,
    ...mean.offsets,
    ...Object.keys(recipe.variables),
    ...(recipe.weights ? [recipe.weights.text] : []),
  ];
  await assertFiniteValues(texts, rows, recipe.states);
}

/**
 * @param texts expressions
 * @param states what their functions remember
 * @throws {RangeError} As {@link assertFiniteColumns}.
 */
export async function assertFiniteValues(
  texts: readonly string[],
  rows: SqlRows,
  states: Readonly<Record<string, State>>,
): Promise<void> {
  const translator = new Translator(rows, states);
  const nodes = texts.flatMap((text) => computed(parseExpression(text)));
  const distinct = [...new Map(nodes.map((node) => [deparse(node), node])).values()];
  const asked = distinct.flatMap((node) => {
    const value = translator.translate(node);
    return value.kind === "numeric"
      ? [{ node, of: value.of }]
      : value.kind === "matrix"
      ? [{ node, of: value.columns[0] }]
      : [];
  });
  if (asked.length === 0) return;
  const [all, ...counts] = await rows.run.row("values that are not finite", {
    select: [
      { name: "n", of: count() },
      ...asked.map((_, k) => ({ name: `n${k}`, of: aggregate("count", column(`v${k}`)) })),
    ],
    from: rows.complete(asked.map(({ of }, k) => ({ name: `v${k}`, of }))),
  });
  const guilty = asked.findIndex((_, k) => counts[k] < all); // those inside come first
  if (guilty >= 0) throw await notFinite(asked[guilty], all - counts[guilty], rows);
}

/** The expression and those in it, innermost first; without names and constants. */
function computed(node: Node): Node[] {
  const inside = childrenOf(node).flatMap(computed);
  return node.kind === "name" || node.kind === "number" || node.kind === "text" ? [] : [...inside, node];
}

async function notFinite(
  { node, of }: { node: Node; of: Expr },
  bad: number,
  rows: SqlRows,
): Promise<RangeError> {
  const names = namesIn(node).filter((name) => rows.has(name) && rows.read(name).kind === "numeric");
  const from = rows.complete([
    { name: "v", of },
    ...names.map((name, k) => ({ name: `c${k}`, of: (rows.read(name) as { of: Expr }).of })),
  ]);
  const values = names.length === 0 ? [] : await rows.run.row("values that are not finite", {
    select: names.map((_, k) => ({ name: `c${k}`, of: column(`c${k}`) })),
    from,
    where: every([isNull(column("v")), ...names.map((_, k) => not(isNull(column(`c${k}`))))]),
    limit: 1,
  });
  const where = values.map((v, k) => `${names[k]} = ${v}`).join(", ");
  return new RangeError(
    `Cannot use ${deparse(node)}: it is not finite in ${bad} ${bad === 1 ? "row" : "rows"}` +
      `${where && `, as where ${where}`}, but values must be finite`,
  );
}
