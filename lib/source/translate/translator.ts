/** Translates the expressions of a formula into those of a query, from their trees. */
import { constants, matchArguments } from "../../formula/evaluate.ts";
import { findTransform } from "../../formula/transforms/registry.ts";
import type { Inputs } from "../../formula/transforms/transform.ts";
import { type CallNode, deparse, type Node } from "../../formula/tree.ts";
import type { State } from "../../formula/values.ts";
import type { SqlInputs } from "./function.ts";
import { findFunction } from "./functions.ts";
import { sqlBinary, sqlUnary } from "./operators.ts";
import type { SqlValue } from "./value.ts";

/** Columns of the data as they stand in the query. */
export interface SqlColumns {
  has(name: string): boolean;
  read(name: string): SqlValue;
}

/** Translates every distinct expression once. */
export class Translator {
  private readonly done = new Map<string, SqlValue>();

  /** @param states what transforms remember, by the call's text */
  constructor(
    private readonly columns: SqlColumns,
    private readonly states: Readonly<Record<string, State>>,
  ) {}

  translate(node: Node): SqlValue {
    const text = deparse(node);
    let value = this.done.get(text);
    if (value === undefined) this.done.set(text, value = this.compute(node, text));
    return value;
  }

  /** The arguments of a call. */
  inputs(node: CallNode): SqlInputs {
    const transform = findTransform(node.name), text = deparse(node);
    if (transform === undefined) {
      throw new SyntaxError(`Cannot compute ${text}: there is no function ${node.name}`);
    }
    const { given, rest } = matchArguments(node, text, transform, (each) => this.translate(each));
    const fixed = [...given].filter((each): each is [string, Extract<SqlValue, { kind: "constant" }>] =>
      each[1].kind === "constant"
    );
    const options: Inputs = { text, n: 1, given: new Map(fixed), rest: [] };
    return { text, given, rest, options };
  }

  private compute(node: Node, text: string): SqlValue {
    switch (node.kind) {
      case "number":
      case "text":
        return { kind: "constant", items: [node.value] };
      case "name": {
        const constant = constants.get(node.name);
        if (constant === undefined || this.columns.has(node.name)) return this.columns.read(node.name);
        return { kind: "constant", items: [constant] };
      }
      case "group":
        return this.translate(node.inner);
      case "unary":
        return sqlUnary(node.operator, this.translate(node.operand), text);
      case "binary":
        return sqlBinary(node.operator, this.translate(node.left), this.translate(node.right), text);
      case "call":
        return findFunction(node.name, text).apply(this.inputs(node), this.states[text] ?? null);
    }
  }
}
