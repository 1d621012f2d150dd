/** Wilkinson–Rogers formulas: operators on model terms → an ordered list of terms. */
import { expandDot, expandMean } from "./dot.ts";
import { formulaError } from "./errors.ts";
import { parseFormula } from "./parse.ts";
import { cross, joined, MOST_TERMS, power, type Product, unique } from "./products.ts";
import { type BarSpec, isRandomTerm, readRandomTerm } from "./random_terms.ts";
import { deparse, isBar, type Node, unwrap } from "./tree.ts";

/** A fixed-effects term: the product of some variables. */
export interface Term {
  /** As R prints it: "a:b". */
  readonly label: string;
  /** Its variables' numbers in {@link FixedSpec.variables}, increasing. */
  readonly variables: readonly number[];
}

/** A sum of terms. */
export interface FixedSpec {
  readonly intercept: boolean;
  /** Variables in the order in which they are first written. */
  readonly variables: readonly Node[];
  /** Terms by degree, then in the order in which they are written. The intercept is not listed. */
  readonly terms: readonly Term[];
}

/** One random term with one grouping factor. */
export interface RandomSpec extends BarSpec {
  /** Its left side as terms, each in the levels of `by` where it has that. */
  readonly fixed: FixedSpec;
  /** Its left side as written. */
  readonly inner: FixedSpec;
}

/** The right-hand side of one formula. */
export interface PartSpec {
  /** The right-hand side with `.` written out. */
  readonly tree: Node;
  /** Its text as R prints it. */
  readonly text: string;
  readonly fixed: FixedSpec;
  readonly random: readonly RandomSpec[];
  /** Arguments of offset(). */
  readonly offsets: readonly Node[];
  /** Variables that are only taken away, by a `- x` that removes nothing. */
  readonly removed: readonly Node[];
  /** What the user should know about how the formula was read. */
  readonly messages: readonly string[];
}

/** A formula that has been read. */
export interface Formula {
  readonly source: string;
  readonly response: Node | null;
  readonly right: PartSpec;
}

/**
 * Reads a model formula.
 *
 * @param source The formula's text, such as "y ~ a * b + (x | g)".
 * @param columns Names of the data's columns, for `.`: all but the response, grouping factors and offsets.
 * @throws {SyntaxError} When it is not a formula, or an operator is used where it has no meaning; the message shows
 *   the place.
 *
 * Source: Wilkinson & Rogers (1973), Symbolic description of factorial models for analysis of variance;
 * Chambers & Hastie (1992), Statistical Models in S, section 2.4.
 */
export function readFormula(source: string, columns?: readonly string[]): Formula {
  const { response, right } = parseFormula(source);
  const expanded = columns ? expandDot(right, response, columns) : right;
  return { source, response, right: new TermReader(source, response).read(expanded) };
}

/**
 * Reads the formula of a part other than the mean: "~ terms", or "terms" alone. A dot stands for the formula of the mean.
 *
 * @throws {SyntaxError} As {@link readFormula}, and when it has a response.
 */
export function readPartFormula(part: string, given: string, mean: PartSpec): Formula {
  const source = given.includes("~") ? given : `~ ${given}`;
  const { response, right } = parseFormula(source);
  if (response !== null) {
    throw formulaError(source, response, `the formula of part "${part}" has no response; begin with ~`);
  }
  const expanded = expandMean(right, mean.tree);
  return { source, response, right: new TermReader(source, null).read(expanded) };
}

class TermReader {
  private readonly variables: Node[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly random: RandomSpec[] = [];
  private readonly offsets: Node[] = [];
  private readonly messages: string[] = [];
  private readonly removed: Node[] = [];
  private intercept = true;
  /** Set while the operands of * : / ^ %in% and of - are read: there only fixed terms have a meaning. */
  private within: Node | null = null;

  constructor(private readonly source: string, private readonly response: Node | null) {}

  read(tree: Node): PartSpec {
    const products = this.sum(tree);
    const labels = this.variables.map(deparse);
    const terms = products
      .map((variables) => ({ variables, label: variables.map((v) => labels[v]).join(":") }))
      .sort((a, b) => a.variables.length - b.variables.length);
    const fixed = { intercept: this.intercept, variables: this.variables, terms };
    return {
      tree,
      text: deparse(tree),
      fixed,
      random: this.random,
      offsets: this.offsets,
      removed: this.removed,
      messages: this.messages,
    };
  }

  /** The terms of an expression in the order in which they are written. */
  private sum(node: Node): Product[] {
    switch (node.kind) {
      case "group":
        return isBar(unwrap(node)) ? this.randomTerm(unwrap(node)) : this.sum(node.inner);
      case "number":
        return this.constant(node, node.value === 1);
      case "name":
        return [this.variable(node)];
      case "call":
        return this.call(node);
      case "unary":
        if (node.operator === "-") return this.difference([], node.operand, node);
        if (node.operator === "+") return this.sum(node.operand);
        return [this.variable(node)];
      case "binary":
        return this.binary(node);
      case "text":
        throw this.error(node, `"${node.value}" is text: a column with such a name is written in backticks`);
    }
  }

  private binary(node: Node & { kind: "binary" }): Product[] {
    const { operator, left, right } = node;
    switch (operator) {
      case "+":
        return unique([...this.sum(left), ...this.sum(right)]);
      case "-":
        return this.difference(this.sum(left), right, node);
      case "|":
      case "||":
        throw this.error(
          node,
          `${operator} takes all of ${
            deparse(left)
          } as its left side here: a random term needs parentheses ` +
            "of its own, such as (1 | g)",
        );
      case "^":
        return this.power(node);
      case "*": {
        const [a, b] = this.operands(node);
        return unique([...a, ...b, ...this.cross(node, a, b)]);
      }
      case ":":
        return this.cross(node, ...this.operands(node));
      case "/": {
        const [a, b] = this.operands(node);
        return a.length === 0 ? [] : unique([...a, ...this.cross(node, [joined(a)], b)]);
      }
      case "%in%": {
        const [a, b] = this.operands(node);
        return this.cross(node, a, [joined(b)]);
      }
      default:
        return [this.variable(node)];
    }
  }

  private call(node: Node & { kind: "call" }): Product[] {
    if (isRandomTerm(node)) return this.randomTerm(node);
    if (node.name !== "offset") return [this.variable(node)];
    if (this.within) throw this.error(node, "offset() is added with +: it cannot be multiplied or removed");
    if (node.arguments.length !== 1) throw this.error(node, "offset() takes one expression");
    this.offsets.push(node.arguments[0].value);
    return [];
  }

  private randomTerm(node: Node): Product[] {
    if (this.within) {
      const operator = this.within.kind === "binary" ? this.within.operator : "-";
      throw this.error(
        node,
        `a random term can only be added with +, but here it stands next to ${operator}; ` +
          "a slope that varies between groups is written (x | g)",
      );
    }
    for (const bar of readRandomTerm(this.source, node)) {
      if (this.random.some(({ label, structure }) => label === bar.label && structure === bar.structure)) {
        this.messages.push(
          `The random term (${bar.label}) is written twice: the data do not tell the two apart, one is enough`,
        );
      }
      const inner = this.leftSide(bar.left);
      this.random.push({ ...bar, inner, fixed: bar.by ? this.inLevels(bar.by, inner) : inner });
    }
    return [];
  }

  /** What varies between groups is a sum of terms of its own, with an intercept of its own. */
  private leftSide(node: Node): FixedSpec {
    const { fixed, random, offsets } = new TermReader(this.source, null).read(node);
    if (random.length > 0) throw this.error(node, "a random term cannot stand inside a random term");
    if (offsets.length > 0) throw this.error(node, "offset() belongs outside the random terms");
    if (fixed.intercept || fixed.terms.length > 0) return fixed;
    throw this.error(node, "a random term without coefficients: write (1 | g), (x | g) or (0 + x | g)");
  }

  /** The terms of x in the levels of f: f, and f:x of every term. */
  private inLevels(by: Node, { intercept, variables, terms }: FixedSpec): FixedSpec {
    const text = deparse(by);
    if (variables.some((node) => deparse(node) === text)) {
      throw this.error(
        by,
        `${text} cannot vary within the groups of its own levels: leave it out before the bar`,
      );
    }
    return {
      intercept: false,
      variables: [by, ...variables],
      terms: [
        ...(intercept ? [{ label: text, variables: [0] }] : []),
        ...terms.map((t) => ({
          label: `${text}:${t.label}`,
          variables: [0, ...t.variables.map((v) => v + 1)],
        })),
      ],
    };
  }

  private variable(node: Node): Product {
    const text = deparse(node);
    if (this.response !== null && text === deparse(this.response)) {
      throw this.error(node, `the response ${text} cannot also be a predictor`);
    }
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.variables.push(node) - 1;
      this.numbers.set(text, number);
    }
    return [number];
  }

  /** 1 and 0 switch the intercept on and off; other numbers have no meaning as terms. */
  private constant(node: Node & { kind: "number" }, on: boolean): Product[] {
    if (node.value !== 0 && node.value !== 1) {
      throw this.error(
        node,
        "a number is not a term; for arithmetic use I(), such as I(2 * x) or I(x / 100)",
      );
    }
    if (this.within && this.within.kind === "binary" && this.within.operator !== "-") {
      const operator = this.within.operator;
      throw this.error(node, `${node.value} cannot be an operand of ${operator}; for arithmetic use I()`);
    }
    this.intercept = on;
    return [];
  }

  private difference(from: Product[], removed: Node, node: Node): Product[] {
    const inner = unwrap(removed);
    if (inner.kind === "number") return this.constant(inner, inner.value === 0), from;
    const gone = this.inside(node, removed), there = new Set(from.map(String));
    const absent = gone.filter((product) => !there.has(String(product)));
    if (absent.length > 0) this.nothingRemoved(removed, absent, from);
    const removes = new Set(gone.map(String));
    return from.filter((product) => !removes.has(String(product)));
  }

  /** R too lets it pass, but silently, and who writes it often means arithmetic. */
  private nothingRemoved(removed: Node, absent: readonly Product[], from: readonly Product[]): void {
    const label = (product: Product) => product.map((v) => deparse(this.variables[v])).join(":");
    this.removed.push(...absent.flat().map((v) => this.variables[v]));
    this.messages.push(
      `"- ${deparse(removed)}" in ${this.source} removes nothing: there is no term ${
        absent.map(label).join(", ")
      } ` +
        (from.length === 0 ? "before it" : `among ${from.map(label).join(", ")}`) +
        "; arithmetic goes in I(), and scale(x, scale = FALSE) centres x",
    );
  }

  private power(node: Node & { kind: "binary" }): Product[] {
    const exponent = unwrap(node.right);
    if (exponent.kind !== "number" || !Number.isInteger(exponent.value) || exponent.value < 1) {
      throw this.error(
        node.right,
        "the power of a sum of terms is a whole number >= 1; for arithmetic use I()",
      );
    }
    const base = this.inside(node, node.left);
    if (base.length === 1 && exponent.value > 1) {
      const text = deparse(node);
      this.messages.push(
        `${text} in a formula means crossing a term with itself, which is the term ` +
          `${deparse(node.left)} alone; the arithmetic power is I(${text})`,
      );
    }
    return power(base, exponent.value) ?? this.tooMany(node);
  }

  private cross(node: Node, a: readonly Product[], b: readonly Product[]): Product[] {
    return cross(a, b) ?? this.tooMany(node);
  }

  private tooMany(node: Node): never {
    throw this.error(node, `this makes more than ${MOST_TERMS} terms`);
  }

  private operands(node: Node & { kind: "binary" }): [Product[], Product[]] {
    return [this.inside(node, node.left), this.inside(node, node.right)];
  }

  private inside(operator: Node, operand: Node): Product[] {
    const outer = this.within;
    this.within = operator;
    const products = this.sum(operand);
    this.within = outer;
    return products;
  }

  private error(node: Node, problem: string): SyntaxError {
    return formulaError(this.source, node, problem);
  }
}
