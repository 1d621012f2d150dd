/** Tokens → expression tree, with the precedence of R's operators. */
import { formulaError } from "./errors.ts";
import { type Token, tokenize } from "./tokenize.ts";
import { type Argument, type BinaryNode, isBar, type Node } from "./tree.ts";

/** A formula in two halves. */
export interface ParsedFormula {
  /** The text as given; places in the tree refer to it. */
  readonly source: string;
  /** Left of ~, or null for a one-sided formula. */
  readonly response: Node | null;
  /** Right of ~. */
  readonly right: Node;
}

/** Binding strength of the binary operators, weakest first (R's ?Syntax). */
// deno-fmt-ignore
const strength: Record<string, number> = {
  "~": 1, "|": 2, "||": 2, "&": 3, "&&": 3,
  "<": 5, ">": 5, "<=": 5, ">=": 5, "==": 5, "!=": 5,
  "+": 6, "-": 6, "*": 7, "/": 7, "%in%": 8, "%%": 8, "%/%": 8, ":": 9, "^": 11,
};
/** Strength of the prefix operators: ! is weaker than comparison, the sign is stronger than `:` but weaker than `^`. */
const prefix: Record<string, number> = { "~": 1, "!": 4, "-": 10, "+": 10 };

/**
 * Reads `response ~ terms` or `~ terms`.
 *
 * @throws {SyntaxError} When the text is not a formula; the message shows the place.
 */
export function parseFormula(source: string): ParsedFormula {
  const tree = new Parser(source).whole();
  if (tree.kind === "binary" && tree.operator === "~") {
    return { source, response: tree.left, right: tree.right };
  }
  if (tree.kind === "unary" && tree.operator === "~") return { source, response: null, right: tree.operand };
  const place = { start: 0, end: source.length };
  throw formulaError(source, place, `a formula has the form "response ~ terms", but there is no ~`);
}

/**
 * Reads one expression without ~, such as the text of the weights option or of a variable stored in a recipe.
 *
 * @throws {SyntaxError} When the text is not an expression.
 */
export function parseExpression(source: string): Node {
  return new Parser(source).whole();
}

/** Deepest nesting, and longest chain of operators at one level: beyond them the tree could not be walked. */
const DEEPEST = 500, LONGEST = 3000;

class Parser {
  private readonly tokens: Token[];
  private at = 0;
  private depth = 0;

  constructor(private readonly source: string) {
    this.tokens = tokenize(source);
  }

  whole(): Node {
    if (this.token.kind === "end") throw this.error(this.token, "it is empty");
    const tree = this.expression(0);
    if (this.at < this.tokens.length - 1) throw this.unexpected();
    return tree;
  }

  private get token(): Token {
    return this.tokens[this.at];
  }

  private isOperator(text: string): boolean {
    return this.token.kind === "operator" && this.token.text === text;
  }

  private error(place: { start: number; end: number }, problem: string): SyntaxError {
    return formulaError(this.source, place, problem);
  }

  /** Precedence climbing: an operand, then every operator that binds more strongly than `floor`. */
  private expression(floor: number): Node {
    if (++this.depth > DEEPEST) {
      throw this.error(this.token, `it is nested more than ${DEEPEST} deep here`);
    }
    const tree = this.chain(floor);
    this.depth--;
    return tree;
  }

  private chain(floor: number): Node {
    let left = this.operand();
    for (let links = 0; this.token.kind === "operator"; links++) {
      if (links === LONGEST) {
        throw this.error(this.token, `it has more than ${LONGEST} operators in a row; all columns are y ~ .`);
      }
      const operator = this.token.text;
      const power = strength[operator];
      if (power === undefined || power <= floor) break;
      if (operator === "~" && (floor > 0 || hasTilde(left))) {
        throw this.error(this.token, "a formula has only one ~, outside all parentheses");
      }
      this.at++;
      // `^` groups to the right (and allows x^-1); everything else to the left.
      const right = operator === "^" ? this.expression(power - 2) : this.expression(power);
      left = { kind: "binary", operator, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  private operand(): Node {
    const token = this.token;
    const { start, end } = token;
    if (token.kind === "operator") return this.prefixed(token);
    if (token.kind === "end") {
      throw this.error(token, "it ends too early: a variable, number or ( is missing");
    }
    this.at++;
    if (token.kind === "number") {
      return { kind: "number", value: parseFloat(token.text), long: token.text.endsWith("L"), start, end };
    }
    if (token.kind === "string") return { kind: "text", value: token.text, start, end };
    return this.isOperator("(") ? this.call(token) : { kind: "name", name: token.text, start, end };
  }

  private prefixed(token: Token): Node {
    if (token.text === "(") {
      this.at++;
      const inner = this.expression(1);
      if (this.isOperator(",") && isBar(inner)) return this.barWithArguments(token, inner as BinaryNode);
      const end = this.close(token);
      return { kind: "group", inner, start: token.start, end };
    }
    const power = prefix[token.text];
    if (power === undefined || (token.text === "~" && this.at > 0)) throw this.unexpected();
    this.at++;
    const operand = this.expression(token.text === "~" ? power : power - (token.text === "!" ? 1 : 0));
    return { kind: "unary", operator: token.text, operand, start: token.start, end: operand.end };
  }

  /** (x | g, by = f): the call us(x | g, by = f), (x || g, by = f) that of diag. */
  private barWithArguments(open: Token, bar: BinaryNode): Node {
    const args: Argument[] = [{ name: null, value: { ...bar, operator: "|" } }];
    while (this.isOperator(",")) {
      this.at++;
      args.push(this.argument());
    }
    const end = this.close(open);
    return {
      kind: "call",
      name: bar.operator === "|" ? "us" : "diag",
      arguments: args,
      start: open.start,
      end,
    };
  }

  private call(name: Token): Node {
    const open = this.token;
    this.at++;
    const args: Argument[] = [];
    while (!this.isOperator(")")) {
      if (args.length > 0) {
        if (!this.isOperator(",")) this.close(open);
        this.at++;
      }
      args.push(this.argument());
    }
    const end = this.close(open);
    return { kind: "call", name: name.text, arguments: args, start: name.start, end };
  }

  private argument(): Argument {
    const next = this.tokens[this.at + 1];
    const named = this.token.kind === "name" && next.kind === "operator" && next.text === "=";
    const name = named ? this.token.text : null;
    if (named) this.at += 2;
    return { name, value: this.expression(1) };
  }

  /** Steps over the parenthesis that closes `open`; returns its end. */
  private close(open: Token): number {
    if (this.isOperator(")")) return this.tokens[this.at++].end;
    if (this.token.kind === "end") throw this.error(open, "missing closing parenthesis for this (");
    if (this.isOperator("~")) {
      throw this.error(this.token, "a formula has only one ~, outside all parentheses");
    }
    throw this.unexpected();
  }

  private unexpected(): SyntaxError {
    const { kind, text } = this.token;
    if (text === ")" && kind === "operator") {
      const before = this.tokens[this.at - 1];
      const dangling = before?.kind === "operator" && before.text !== ")";
      return dangling && before.text !== "("
        ? this.error(before, `nothing follows ${before.text} here`)
        : this.error(
          this.token,
          before?.text === "(" ? "these parentheses are empty" : "this ) closes nothing",
        );
    }
    if (text === "=" && kind === "operator") {
      return this.error(
        this.token,
        "= only names an argument, as in poly(x, 2, raw = TRUE); use ~ or == here",
      );
    }
    if (kind === "operator" && text === "(") {
      return this.error(this.token, "an operator such as * or + is missing before this (");
    }
    if (kind === "operator") return this.error(this.token, `something is missing before ${text}`);
    return this.error(
      this.token,
      `an operator such as + is missing before ${kind === "string" ? `"${text}"` : text}`,
    );
  }
}

function hasTilde(node: Node): boolean {
  return (node.kind === "binary" || node.kind === "unary") && node.operator === "~";
}
