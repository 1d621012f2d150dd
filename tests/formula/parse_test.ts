import assert from "node:assert/strict";
import { parseExpression, parseFormula } from "../../lib/formula/parse.ts";
import { formatNumber } from "../../lib/formula/numbers.ts";
import { deparse, type Node } from "../../lib/formula/tree.ts";

/** Expression → R's deparse(), and the tree with every operation in brackets. */
const expressions: [string, string, string][] = [
  ["-x^2", "-x^2", "(-(x ^ 2))"],
  ["2^-1", "2^-1", "(2 ^ (-1))"],
  ["2^-x+1", "2^-x + 1", "((2 ^ (-x)) + 1)"],
  ["x^-2:3", "x^-2:3", "((x ^ (-2)) : 3)"],
  ["a^b^c", "a^b^c", "(a ^ (b ^ c))"],
  ["-1:3", "-1:3", "((-1) : 3)"],
  ["a:b %in% c*d", "a:b %in% c * d", "(((a : b) %in% c) * d)"],
  ["a - b - c", "a - b - c", "((a - b) - c)"],
  ["a/b/c", "a/b/c", "((a / b) / c)"],
  ["a+b*c:d^2", "a + b * c:d^2", "(a + (b * (c : (d ^ 2))))"],
  ["!a == b & c", "!a == b & c", "((!(a == b)) & c)"],
  ["a | b & c", "a | b & c", "(a | (b & c))"],
  ["x > 3 | y <= 2", "x > 3 | y <= 2", "((x > 3) | (y <= 2))"],
  ["a + b | g", "a + b | g", "((a + b) | g)"],
  ["x %% 2 * 3", "x%%2 * 3", "((x %% 2) * 3)"],
  ["((x))", "((x))", "x"],
  ["I((x + 1)**2)", "I((x + 1)^2)", "I(((x + 1) ^ 2))"],
  ["poly( x ,2,raw=TRUE )", "poly(x, 2, raw = TRUE)", "poly(x, 2, raw = TRUE)"],
  ["1e5 + 100000 + 123456 + 0.10 + .5 + 1e-4 + 5L", "1e+05 + 1e+05 + 123456 + 0.1 + 0.5 + 1e-04 + 5L", ""],
  ["f('it\\'s', \"a\\\"b\")", 'f("it\'s", "a\\"b")', ""],
  ["`dose mg` + `x` + .hidden + x_1.y", "`dose mg` + x + .hidden + x_1.y", ""],
  ["größe + 体重", "größe + 体重", "(größe + 体重)"],
  ["- - x", "--x", "(-(-x))"],
];

function bracketed(node: Node): string {
  switch (node.kind) {
    case "binary":
      return `(${bracketed(node.left)} ${node.operator} ${bracketed(node.right)})`;
    case "unary":
      return `(${node.operator}${bracketed(node.operand)})`;
    case "group":
      return bracketed(node.inner);
    case "call": {
      const args = node.arguments.map(({ name, value }) => (name ? `${name} = ` : "") + bracketed(value));
      return `${node.name}(${args.join(", ")})`;
    }
    default:
      return deparse(node);
  }
}

for (const [text, printed, brackets] of expressions) {
  Deno.test(`expression ${text}`, () => {
    const tree = parseExpression(text);
    assert.equal(deparse(tree), printed);
    assert.equal(deparse(parseExpression(printed)), printed);
    if (brackets !== "") assert.equal(bracketed(tree), brackets);
  });
}

/** Formula → what the message must say, and the line of carets. */
const errors: [string, RegExp, string][] = [
  ["y ~ log(x + 1", /missing closing parenthesis/, "       ^"],
  ["y ~ (a + (b)", /missing closing parenthesis/, "    ^"],
  ["y ~ x +", /ends too early/, "       ^"],
  ["y ~", /ends too early/, "   ^"],
  ["y ~ (x + ) + z", /nothing follows \+/, "       ^"],
  ["y ~ x)", /closes nothing/, "     ^"],
  ["y ~ a b", /an operator such as \+ is missing before b/, "      ^"],
  ["y ~ 2(x)", /an operator such as \* or \+ is missing/, "     ^"],
  ["y = x", /use ~ or ==/, "  ^"],
  ["y ~ x ~ z", /only one ~/, "      ^"],
  ["y ~ (a ~ b)", /only one ~/, "       ^"],
  ["", /it is empty/, "^"],
  ["  ", /it is empty/, "  ^"],
  ["yield", /there is no ~/, "^^^^^"],
  ["y ~ d$x", /write the name of the column alone/, "     ^"],
  ["y ~ x[1]", /make a new column/, "     ^"],
  ["y ~ _x", /backticks/, "    ^"],
  ["y ~ 'abc", /has no closing '/, "    ^"],
  ["y ~ `dose mg", /has no closing `/, "    ^"],
  ["y ~ ()", /parentheses are empty/, "     ^"],
  ["y ~ poly(x,,2)", /missing before ,/, "           ^"],
  ["y ~ * x", /missing before \*/, "    ^"],
  ["y ~ a %of% b", /only %…% operators/, "      ^"],
  ["y ~ x\n + (z", /missing closing/, "   ^"],
];

for (const [text, message, carets] of errors) {
  Deno.test(`error shows the place: ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseFormula(text), (error: unknown) => {
      assert.ok(error instanceof SyntaxError);
      const lines = error.message.split("\n");
      assert.match(lines[0], /^Cannot read formula: /);
      assert.match(lines[0], message);
      assert.equal(lines[2], `  ${carets}`);
      return true;
    });
  });
}

Deno.test("numbers print as R's as.character()", () => {
  // deno-fmt-ignore
  const printed: [number, string][] = [
    [1, "1"], [100000, "1e+05"], [123456, "123456"], [1e15, "1e+15"], [1e-4, "1e-04"], [0.00012345, "0.00012345"],
    [0.1 + 0.2, "0.3"], [1 / 3, "0.333333333333333"], [1234567.1, "1234567.1"], [3e10, "3e+10"], [100000.1, "100000.1"],
    [1e-15, "1e-15"], [1200000, "1200000"], [-2.5, "-2.5"], [0, "0"], [-100000, "-1e+05"], [NaN, "NaN"], [Infinity, "Inf"],
  ];
  for (const [value, text] of printed) assert.equal(formatNumber(value), text);
});
