/** Printer and parser of formulas are inverse, and what is written out is read as what it stands for. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseFormula } from "../../lib/formula/parse.ts";
import { readFormula, readPartFormula } from "../../lib/formula/terms.ts";
import { deparse, type Node } from "../../lib/formula/tree.ts";

const run = { seed: 20261126, numRuns: 400 };
const name = fc.constantFrom("a", "b", "x1", "y.2", "`my column`", "`2nd`", "été", "`a+b`", "`__proto__`");
const number = fc.constantFrom("1", "0", "2.5", "1e-05", "1e+20", "3L", ".5");
const spaces = fc.constantFrom("", " ", "  ", "\n");
const operator = fc.constantFrom(
  "+",
  "-",
  "*",
  ":",
  "/",
  "^",
  "%in%",
  "%%",
  "%/%",
  "<",
  ">=",
  "==",
  "!=",
  "&",
  "|",
  "||",
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 4, depthSize: "small", withCrossShrink: true },
    name,
    number,
    fc.constantFrom('"text"', "'it''s'".replace("''", "\\'"), '"a \\"b\\" c"'),
    fc.tuple(tie("expression"), spaces, operator, spaces, tie("expression")).map(([a, s, o, t, b]) =>
      a + s + o + t + b
    ),
    tie("expression").map((inner) => `(${inner})`),
    fc.tuple(fc.constantFrom("-", "!", "+"), tie("expression")).map(([sign, inner]) => sign + inner),
    fc.tuple(fc.constantFrom("log", "I", "poly", "ar1"), tie("expression")).map(([f, inner]) =>
      `${f}(${inner})`
    ),
    fc.tuple(tie("expression"), tie("expression")).map(([a, b]) => `f(${a}, raw = ${b})`),
  ),
}));

/** The tree without the places in the text. */
function shape(node: Node): unknown {
  return JSON.parse(
    JSON.stringify(node, (key, value) => key === "start" || key === "end" ? undefined : value),
  );
}

Deno.test("what is printed reads as the same tree", () => {
  fc.assert(
    fc.property(expression, (text) => {
      const tree = parseFormula(`y ~ ${text}`).right, printed = deparse(tree);
      const again = parseFormula(`y ~ ${printed}`).right;
      assert.deepEqual(shape(again), shape(tree));
      assert.equal(deparse(again), printed);
    }),
    run,
  );
});

const variable = fc.constantFrom("a", "b", "c", "log(a)", "I(b^2)");
const { terms } = fc.letrec<{ terms: string }>((tie) => ({
  terms: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    variable,
    fc.constant("."),
    fc.tuple(tie("terms"), fc.constantFrom(" + ", " * ", ":", " - ", "/"), tie("terms")).map(([a, o, b]) =>
      `(${a})${o}(${b})`
    ),
    fc.tuple(tie("terms"), fc.constantFrom("2", "3")).map(([a, k]) => `(${a})^${k}`),
  ),
}));
const random = fc.constantFrom("", " + (1 | g)", " + (b || g/h)", " + offset(c)", " - 1");

/** Labels of everything that a right-hand side means. */
function meaning({ right }: ReturnType<typeof readFormula>) {
  const { fixed, random, offsets } = right;
  return [
    fixed.intercept,
    fixed.terms.map(({ label }) => label.split(":").sort().join(":")).sort(),
    random.map(({ label, structure }) => `${structure} ${label}`),
    offsets.map(deparse),
  ];
}

Deno.test("a formula with its dots written out means the same when it is read again", () => {
  fc.assert(
    fc.property(terms, random, (text, more) => {
      const formula = readFormula(`y ~ ${text}${more}`, ["y", "a", "b", "d", "g", "h"]);
      assert.deepEqual(meaning(readFormula(`y ~ ${formula.right.text}`)), meaning(formula));
    }),
    run,
  );
});

Deno.test("the dot of another part means the terms of the mean, wherever it stands in a sum", () => {
  fc.assert(
    fc.property(terms.filter((text) => !text.includes(".")), random, (text, more) => {
      const mean = readFormula(`y ~ ${text}${more}`);
      const [intercept, fixed, groups] = meaning(mean);
      const alone = readPartFormula("zi", "~ .", mean.right);
      assert.deepEqual(meaning(alone), [intercept, fixed, groups, []]);
      assert.deepEqual(meaning(readFormula(`y ~ ${alone.right.text}`)), meaning(alone));
      const second = readPartFormula("zi", "~ zz + .", mean.right);
      assert.deepEqual(meaning(second)[1], [...fixed as string[], "zz"].sort());
    }),
    run,
  );
});
