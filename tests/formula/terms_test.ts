import assert from "node:assert/strict";
import { readFormula, readPartFormula } from "../../lib/formula/terms.ts";

const labels = (formula: string, columns?: string[]) =>
  readFormula(formula, columns).right.fixed.terms.map(({ label }) => label);

/** y ~ . as R expands it for columns y, a, x, `p q`. */
const dots: [string, string[], string][] = [
  ["y ~ .", ["a", "x", "`p q`"], "a + x + `p q`"],
  ["y ~ . - x", ["a", "`p q`"], "(a + x + `p q`) - x"],
  ["y ~ .^2", ["a", "x", "`p q`", "a:x", "a:`p q`", "x:`p q`"], "(a + x + `p q`)^2"],
  ["y ~ a:.", ["a", "a:x", "a:`p q`"], "a:(a + x + `p q`)"],
  ["y ~ . * a", ["a", "x", "`p q`", "a:x", "a:`p q`"], "(a + x + `p q`) * a"],
  ["log(y) ~ . - a", ["x", "`p q`"], "(a + x + `p q`) - a"],
  ["y ~ (.)^2 - a:x", ["a", "x", "`p q`", "a:`p q`", "x:`p q`"], "(a + x + `p q`)^2 - a:x"],
  ["y ~ . + I(x^2)", ["a", "x", "`p q`", "I(x^2)"], "a + x + `p q` + I(x^2)"],
  ["y ~ . + (x | a)", ["x", "`p q`"], "x + `p q` + (x | a)"],
  ["y ~ . + offset(x)", ["a", "`p q`"], "a + `p q` + offset(x)"],
];
for (const [formula, expected, text] of dots) {
  Deno.test(`dot: ${formula}`, () => {
    const { right } = readFormula(formula, ["y", "a", "x", "p q"]);
    assert.deepEqual(right.fixed.terms.map(({ label }) => label), expected);
    assert.equal(right.text, text);
  });
}

/** Random part → label, structure, group of each term. */
const bars: [string, [string, string, string][]][] = [
  ["(x | g)", [["x | g", "us", "g"]]],
  ["(x || g)", [["x || g", "diag", "g"]]],
  ["(1 | a/b)", [["1 | b:a", "us", "b:a"], ["1 | a", "us", "a"]]],
  ["(1 | a/b/c)", [["1 | c:(b:a)", "us", "c:(b:a)"], ["1 | b:a", "us", "b:a"], ["1 | a", "us", "a"]]],
  ["(x || batch/cask)", [["x || cask:batch", "diag", "cask:batch"], ["x || batch", "diag", "batch"]]],
  ["(1 | a:b)", [["1 | a:b", "us", "a:b"]]],
  ["(1 | a + b)", [["1 | a", "us", "a"], ["1 | b", "us", "b"]]],
  ["(1 | a*b)", [["1 | a", "us", "a"], ["1 | b", "us", "b"], ["1 | a:b", "us", "a:b"]]],
  ["(x | 1)", [["x | 1", "us", "1"]]],
  ["(1 | g) + (0 + x | g)", [["1 | g", "us", "g"], ["0 + x | g", "us", "g"]]],
  ["ar1(0 + t | g)", [["0 + t | g", "ar1", "g"]]],
  ["us(x | g)", [["x | g", "us", "g"]]],
  ["diag(x | g)", [["x | g", "diag", "g"]]],
  ["cs(a | g/h)", [["a | h:g", "cs", "h:g"], ["a | g", "cs", "g"]]],
  ["exp(pos + 0 | g)", [["pos + 0 | g", "exp", "g"]]],
  ["unheardof(a | g)", [["a | g", "unheardof", "g"]]],
  ["(1 | factor(k))", [["1 | factor(k)", "us", "factor(k)"]]],
  ["((x | g))", [["x | g", "us", "g"]]],
];
for (const [text, expected] of bars) {
  Deno.test(`random terms: ${text}`, () => {
    const { random, fixed } = readFormula(`y ~ x + ${text}`).right;
    assert.deepEqual(random.map(({ label, structure, group }) => [label, structure, group]), expected);
    assert.deepEqual(fixed.terms.map(({ label }) => label), ["x"]);
  });
}

Deno.test("a structure keeps its further arguments", () => {
  const [term] = readFormula("y ~ rr(x | g, d = 2)").right.random;
  assert.equal(term.structure, "rr");
  assert.deepEqual(term.structureArguments.map(({ name }) => name), ["d"]);
});

Deno.test("a bar inside I() is logical or, not a random term", () => {
  const { random, fixed } = readFormula("y ~ I(a | b)").right;
  assert.equal(random.length, 0);
  assert.deepEqual(fixed.terms.map(({ label }) => label), ["I(a | b)"]);
});

Deno.test("terms with more than 31 variables", () => {
  const names = Array.from({ length: 40 }, (_, i) => `x${i}`);
  assert.deepEqual(labels(`y ~ ${names.join(" + ")} + ${names.join(":")}`), [...names, names.join(":")]);
});

Deno.test("x^2 is the term x, and says so", () => {
  const { fixed, messages } = readFormula("y ~ x^2").right;
  assert.deepEqual(fixed.terms.map(({ label }) => label), ["x"]);
  assert.match(messages[0], /x\^2.*I\(x\^2\)/);
});

/** Formula → message and the line of carets. */
const errors: [string, RegExp, string][] = [
  ["y ~ x | g", /random term needs parentheses/, "    ^^^^^"],
  ["y ~ x + 1 | g", /all of x \+ 1 as its left side/, "    ^^^^^^^^^"],
  ["y ~ x * (1 | g)", /only be added with \+.*next to \*/, "         ^^^^^"],
  ["y ~ (1 | g):x", /only be added with \+.*next to :/, "     ^^^^^"],
  ["y ~ x - (1 | g)", /only be added with \+.*next to -/, "         ^^^^^"],
  ["y ~ x / ar1(t | g)", /only be added with \+/, "        ^^^^^^^^^^"],
  ["y ~ ((1 | g) | h)", /cannot stand inside a random term/, "     ^^^^^^^"],
  ["y ~ (0 | g)", /without coefficients/, "     ^"],
  ["y ~ (1 | 2)", /a column, or 1/, "         ^"],
  ["y ~ (1 | g - h)", /- has no meaning in a grouping factor/, "         ^^^^^"],
  ["y ~ (1 | 'g')", /not text/, "         ^^^"],
  ["y ~ ar1(x || g)", /write a single \|/, "        ^^^^^^"],
  ["y ~ x/100", /I\(x \/ 100\)/, "      ^^^"],
  ["y ~ 2*x", /I\(2 \* x\)/, "    ^"],
  ["y ~ x*1", /cannot be an operand of \*/, "      ^"],
  ["y ~ (a + b)^c", /whole number >= 1/, "            ^"],
  ["y ~ (a + b)^1.5", /whole number >= 1/, "            ^^^"],
  ["y ~ y + x", /response y cannot also be a predictor/, "    ^"],
  ["y ~ x*offset(z)", /added with \+/, "      ^^^^^^^^^"],
  ["y ~ offset(a, b)", /takes one expression/, "    ^^^^^^^^^^^^"],
  ["y ~ 'a'", /is text/, "    ^^^"],
  ["y ~ (offset(a) | g)", /outside the random terms/, "     ^^^^^^^^^"],
];
for (const [formula, message, carets] of errors) {
  Deno.test(`error shows the place: ${formula}`, () => {
    assert.throws(() => readFormula(formula), (error: unknown) => {
      assert.ok(error instanceof SyntaxError);
      const lines = error.message.split("\n");
      assert.match(lines[0], message);
      assert.equal(lines[2], `  ${carets}`);
      return true;
    });
  });
}

/** Mean, formula of another part → its text: the dot is the mean's formula without offsets, as glmmTMB's ziformula = ~. */
const partDots: [string, string, string][] = [
  ["y ~ x + (1 | g)", "~ .", "x + (1 | g)"],
  ["y ~ x", ".", "x"],
  ["y ~ x * z + offset(o)", "~ .", "x * z"],
  ["y ~ x + offset(o) + (1 | g)", "~ . - x", "(x + (1 | g)) - x"],
  ["y ~ offset(o)", "~ .", "1"],
  ["y ~ 0 + x", "~ . + z", "0 + x + z"],
  ["y ~ a * b - a", "~ z + .", "z + (a * b - a)"],
  ["y ~ .", "~ .", "a + b"],
  ["y ~ offset(o) - 1", "~ . + z", "-1 + z"],
];
for (const [mean, part, text] of partDots) {
  Deno.test(`dot of another part: ${mean}, ${part}`, () => {
    const { right } = readFormula(mean, ["y", "a", "b"]);
    assert.equal(readPartFormula("zi", part, right).right.text, text);
  });
}

Deno.test("a message points at the dot that stands for what it is about", () => {
  const { right } = readFormula("y ~ x + (1 | g)");
  assert.throws(() => readPartFormula("zi", "~ z * .", right), /next to \*[^]*\n {2}~ z \* \.\n {8}\^/);
});

/** Formula → terms, and the removed term that the message names. */
const removals: [string, string[], string][] = [
  ["y ~ x - z", ["x"], "z"],
  ["y ~ a * b - a:c", ["a", "b", "a:b"], "a:c"],
  ["y ~ x - log(x)", ["x"], "log(x)"],
  ["y ~ x + -z", ["x"], "z"],
  ["y ~ -a + b + a", ["b", "a"], "a"],
];
for (const [formula, expected, named] of removals) {
  Deno.test(`nothing to remove: ${formula}`, () => {
    const { fixed, messages, removed } = readFormula(formula).right;
    assert.deepEqual(fixed.terms.map(({ label }) => label), expected);
    assert.match(
      messages[0],
      new RegExp(`removes nothing: there is no term ${named.replace(/[()]/g, "\\$&")}`),
    );
    assert.ok(removed.length > 0);
  });
}
