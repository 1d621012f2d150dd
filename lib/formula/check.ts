/** Checks names and functions of an expression before anything is computed, so that errors can show the place. */
import { nearestName } from "../frame.ts";
import type { NamedColumns } from "./data_columns.ts";
import { formulaError } from "./errors.ts";
import { constants } from "./evaluate.ts";
import { isTransform, transformNames } from "./transforms/registry.ts";
import { type CallNode, type Node, walk } from "./tree.ts";

/** Functions of R that have a place of their own here, or none yet. */
const advice: Readonly<Record<string, string>> = {
  mean: "a column is centred by scale(x, scale = FALSE)",
  sd: "a column is standardised by scale(x)",
  lag:
    'make the lagged column in the data first, within each series, such as pl.col("y").shift(1).over("id")',
  lead: 'make the shifted column in the data first, such as pl.col("y").shift(-1).over("id")',
  diff: 'make the differences in the data first, such as pl.col("y").diff().over("id")',
  bs: "B-splines are not available; ns(x, df = 4) makes a natural spline",
  ti: "smooth terms are not available; ns(x, df = 4) makes a natural spline",
  t2: "smooth terms are not available; ns(x, df = 4) makes a natural spline",
  ifelse: "make the column in the data first: pl.when(…).then(…).otherwise(…)",
  round: 'make the rounded column in the data first: pl.col("x").round(0)',
  lm: "one formula is one model: give fit() only what stands inside",
  s: "smooth terms are not available; ns(x, df = 4) makes a natural spline",
  te: "smooth terms are not available; ns(x, df = 4) makes a natural spline",
  offset: "offset() is added with + as a term of its own",
  C: 'choose a coding with the option contrasts: { name: "sum" }',
  relevel: 'order the levels with the option levels: { name: ["first", "second"] }',
  ln: "the natural logarithm is log",
};

/**
 * @throws {SyntaxError} For a function that does not exist.
 * @throws {RangeError} For a name that is neither a column nor a constant such as pi.
 */
export function checkNames(source: string, node: Node, columns: NamedColumns): void {
  walk(node, (each) => {
    if (each.kind === "call" && !isTransform(each.name)) throw unknownFunction(source, each);
    if (each.kind !== "name" || columns.has(each.name) || constants.has(each.name)) return;
    if (each.name === ".") throw formulaError(source, each, "there is no column that this . could stand for");
    if (each.name === "NA") throw formulaError(source, each, "NA is not a value that a formula can use");
    throw columns.missing(each.name, "named in the formula");
  });
}

function unknownFunction(source: string, call: CallNode): SyntaxError {
  const place = { start: call.start, end: call.start + call.name.length };
  const letters = (name: string) => [...name].sort().join("");
  const near = nearestName(call.name, [...transformNames]) ??
    transformNames.find((name) => letters(name) === letters(call.name)) ?? null;
  const hint = advice[call.name] ??
    (near === null ? `the functions are ${transformNames.join(", ")}` : `did you mean \`${near}\`?`);
  return formulaError(source, place, `there is no function \`${call.name}\`; ${hint}`);
}
