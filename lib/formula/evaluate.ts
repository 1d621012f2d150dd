/** Evaluates the expressions of a formula on the columns of the data. */
import { applyBinary, applyUnary } from "./operators.ts";
import { findTransform } from "./transforms/registry.ts";
import type { Inputs, Transform } from "./transforms/transform.ts";
import { type CallNode, deparse, type Node } from "./tree.ts";
import type { ColumnSource, State, Value } from "./values.ts";

/** Names that stand for a value when no column is called so. */
export const constants: ReadonlyMap<string, number | boolean> = new Map<string, number | boolean>([
  ["pi", Math.PI],
  ["Inf", Infinity],
  ["TRUE", true],
  ["FALSE", false],
  ["T", true],
  ["F", false],
]);

/**
 * Evaluates expressions, each distinct one once. With `states` it uses what the fit's transforms remembered; without,
 * it collects that in {@link Evaluator.learned}.
 */
export class Evaluator {
  /** What each call must remember, by the call's text. */
  readonly learned: Record<string, State> = {};
  private readonly done = new Map<string, Value>();

  constructor(
    private readonly source: ColumnSource,
    private readonly states: Readonly<Record<string, State>> | null = null,
  ) {}

  /** What all calls remember: as given, or as learned. */
  get remembered(): Readonly<Record<string, State>> {
    return { ...this.states, ...this.learned };
  }

  /**
   * @throws {TypeError} When a function or operator is given what it cannot take.
   * @throws {RangeError} When an argument is outside its range.
   */
  evaluate(node: Node): Value {
    const text = deparse(node);
    let value = this.done.get(text);
    if (value === undefined) this.done.set(text, value = this.compute(node, text));
    return value;
  }

  private compute(node: Node, text: string): Value {
    switch (node.kind) {
      case "number":
        return { kind: "constant", items: [node.value] };
      case "text":
        return { kind: "constant", items: [node.value] };
      case "name":
        return this.name(node.name);
      case "group":
        return this.evaluate(node.inner);
      case "unary":
        return applyUnary(node.operator, this.evaluate(node.operand), this.source.n, text);
      case "binary":
        return applyBinary(
          node.operator,
          this.evaluate(node.left),
          this.evaluate(node.right),
          this.source.n,
          text,
        );
      case "call":
        return this.call(node, text);
    }
  }

  private name(name: string): Value {
    const constant = constants.get(name);
    if (constant === undefined || this.source.has(name)) return this.source.read(name);
    return { kind: "constant", items: [constant] };
  }

  /** The function of a call and its arguments. */
  inputs(node: CallNode): { readonly transform: Transform; readonly inputs: Inputs } {
    const transform = findTransform(node.name), text = deparse(node);
    if (transform === undefined) {
      throw new SyntaxError(`Cannot compute ${text}: there is no function ${node.name}`);
    }
    return { transform, inputs: this.match(node, text, transform) };
  }

  private call(node: CallNode, text: string): Value {
    const { transform, inputs } = this.inputs(node);
    const { value, state } = transform.apply(inputs, this.states?.[text] ?? null);
    if (state && !(this.states && Object.hasOwn(this.states, text))) {
      if (this.states && !transform.ofLevels) throw notRemembered(text);
      this.learned[text] = state;
    }
    return value;
  }

  private match(node: CallNode, text: string, transform: Transform): Inputs {
    return {
      text,
      n: this.source.n,
      ...matchArguments(node, text, transform, (each) => this.evaluate(each)),
    };
  }
}

function notRemembered(text: string): RangeError {
  return new RangeError(
    `Cannot compute ${text}: what it remembers was learned from no fit to all rows; of rows that are sums of others, ` +
      "fitFrom(formula, source) learns it anew",
  );
}

/** Named arguments first, then the others in order (what "..." follows has to be named), as R does. */
export function matchArguments<V>(
  node: CallNode,
  text: string,
  transform: Transform,
  evaluate: (node: Node) => V,
): { given: Map<string, V>; rest: { text: string; value: V }[] } {
  const { parameters } = transform;
  const variadic = parameters.at(-1) === "...";
  const given = new Map<string, V>();
  const rest: { text: string; value: V }[] = [];
  const unnamed = node.arguments.filter(({ name }) =>
    name === null || (variadic && !parameters.includes(name))
  );
  for (const { name, value } of node.arguments) {
    if (name === null || (variadic && !parameters.includes(name))) continue;
    if (!parameters.includes(name)) throw badArguments(text, transform, `it has no argument ${name}`);
    given.set(name, evaluate(value));
  }
  const open = variadic ? [] : parameters.filter((parameter) => !given.has(parameter));
  if (!variadic && unnamed.length > open.length) {
    throw badArguments(text, transform, "it has too many arguments");
  }
  unnamed.forEach(({ value }, i) => {
    if (variadic) rest.push({ text: deparse(value), value: evaluate(value) });
    else given.set(open[i], evaluate(value));
  });
  return { given, rest };
}

function badArguments(text: string, transform: Transform, problem: string): TypeError {
  const signature = `${transform.name}(${transform.parameters.join(", ")})`;
  return new TypeError(`Cannot compute ${text}: ${problem}; it is ${signature}`);
}
