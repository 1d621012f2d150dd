/** Expressions of formulas with the values that the formula language gives them, for every engine to compute. */
import assert from "node:assert/strict";
import { type Frame, pl } from "../../../mod.ts";
import { DataColumns } from "../../../lib/formula/data_columns.ts";
import { Evaluator } from "../../../lib/formula/evaluate.ts";
import { parseExpression } from "../../../lib/formula/parse.ts";
import type { Engine } from "../../../lib/source/engines/engine.ts";
import { askStates } from "../../../lib/source/sql/states.ts";
import { SqlRows } from "../../../lib/source/sql/rows.ts";
import { numberOf, Runner } from "../../../lib/source/sql/runner.ts";
import { numbersIn } from "../../../lib/source/translate/operators.ts";
import { Translator } from "../../../lib/source/translate/translator.ts";
import { type CallNode, deparse, walk } from "../../../lib/formula/tree.ts";
import { findTransform } from "../../../lib/formula/transforms/registry.ts";

const x = [-2.5, -1, -1e-7, 0, 1e-9, 1e-4, 0.3, 1, 2, 3.75, 10, 709, 720, -800, 1e15, null];
const n = x.length;

/** Numbers of all sizes, whole numbers, booleans, text and missing values. */
export const values: Frame = pl.DataFrame({
  row: x.map((_, i) => i),
  x,
  k: x.map((_, i) => i % 5 - 1),
  z: x.map((_, i) => i === 3 ? null : 1 + (i * 7 % 11) / 4),
  b: x.map((_, i) => i % 4 === 2 ? null : i % 3 === 0),
  f: x.map((_, i) => i % 6 === 1 ? null : ["a", 'it\'s "quoted"', "back\\slash", "ä"][i % 4]),
});

/** Numbers, or TRUE and FALSE. */
export const expressions: readonly string[] = [
  "x + 1",
  "x - k * 2 / z",
  "-x",
  "!b",
  "x / k",
  "k %% 3",
  "k %/% 2",
  "x %% 0.7",
  "x^2",
  "x^3",
  "x^-1",
  "row^0",
  "x^0.5",
  "x^2.5",
  "z^k",
  "k^k",
  "k^9",
  "2^k",
  "abs(x)",
  "cos(z)",
  "sin(z)",
  "tan(z)",
  "exp(x)",
  "expm1(x)",
  "log(x)",
  "log(x, 10)",
  "log(z, base = 3)",
  "log10(z)",
  "log2(z)",
  "log1p(x)",
  "sqrt(x)",
  "I(x + k)",
  "x > 1",
  "k <= 1",
  "k == 2",
  "k != 2",
  "k > 0 & b",
  "k > 0 | b",
  "b == TRUE",
  'f == "it\'s \\"quoted\\""',
  'f != "ä"',
  'f %in% c("a", "back\\\\slash")',
  'f == "nothing"',
  "k %in% c(1, 3)",
  "factor(k) == 2",
  "pi * z",
  "scale(z)",
  "scale(z, scale = FALSE)",
  "scale(z, center = FALSE)",
  "scale(log(z))",
  "poly(z, 2)",
  "poly(z, 4)",
  "poly(z, 3, raw = TRUE)",
  "poly(scale(z), 3)",
  "cbind(x, z)",
  "ns(z)",
  "ns(z, df = 4)",
  "ns(log(z), df = 2, intercept = TRUE)",
  "ns(z, knots = c(2, 3), Boundary.knots = c(1.5, 3.4))",
  "cut(z, c(0, 2, 3, 5))",
  "cut(z, 3)",
  "cut(z, c(1, 2, 3.5), include.lowest = TRUE)",
  "cut(z, c(1, 2, 3.75), right = FALSE)",
  "cut(x, c(-Inf, 0, 1, 709, Inf), dig.lab = 2)",
];

/** What the engine computes is what the formula says: the same digits but for rounding, missing where that is missing or not finite. */
export function expressionTests(
  what: string,
  withEngine: (frame: Frame, use: (engine: Engine) => Promise<void>) => Promise<void>,
) {
  Deno.test(`${what}: expressions have the formula's values`, async (t) => {
    await withEngine(values, async (engine) => {
      const used = values.columns as string[];
      const rows = await SqlRows.open(
        new Runner(engine),
        await engine.columns(),
        used,
        (name) => name === "f" ? levels : [],
      );
      for (const text of expressions) await t.step(text, () => compare(rows, text));
    });
  });
}

const levels = ["a", "ä", "back\\slash", 'it\'s "quoted"'];

async function compare(rows: SqlRows, text: string): Promise<void> {
  const node = parseExpression(text), calls: string[] = [];
  walk(node, (each) => {
    if (each.kind === "call" && findTransform((each as CallNode).name)?.learn) calls.unshift(deparse(each));
  });
  const expected = columnsOf(new Evaluator(new DataColumns(values)).evaluate(node));
  const value = new Translator(rows, await askStates(rows, calls)).translate(node);
  const asked = value.kind === "matrix"
    ? value.columns
    : value.kind === "factor" && !value.boolean
    ? value.keys // the number of the interval
    : [numbersIn(value, text)];
  const [order, ...found] = await rows.run.table(text, {
    select: [
      { name: "row", of: { kind: "column", name: "x0" } },
      ...asked.map((of, k) => ({ name: `v${k}`, of })),
    ],
    from: rows.base(),
  });
  assert.equal(order.length, n);
  assert.equal(found.length, expected.length);
  expected.forEach((column, k) =>
    order.forEach((row, i) => {
      const v = column[Number(row)], is = numberOf(found[k][i]), where = `row ${row}: ${is}, formula ${v}`;
      if (!Number.isFinite(v)) return assert.ok(Number.isNaN(is), where);
      assert.ok(Math.abs(is - v) <= 1e-12 * Math.max(Math.abs(v), 1e-4 * (k + 1)), where);
    })
  );
}

function columnsOf(value: ReturnType<Evaluator["evaluate"]>): number[][] {
  if (value.kind === "numeric") return [[...value.values]];
  if (value.kind === "matrix") return value.columns.map((column) => [...column]);
  if (value.kind === "factor") return [[...value.codes].map((code) => code < 0 ? NaN : code)];
  throw new TypeError("a constant");
}
