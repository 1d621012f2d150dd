/** What transforms remember, learned in passes over blocks. */
import type { DataColumns } from "../formula/data_columns.ts";
import { Evaluator } from "../formula/evaluate.ts";
import { parseExpression } from "../formula/parse.ts";
import type { Inputs, Learner } from "../formula/transforms/transform.ts";
import { findTransform } from "../formula/transforms/registry.ts";
import { type CallNode, deparse, walk } from "../formula/tree.ts";
import type { State } from "../formula/values.ts";

/** A call whose state is not known yet. */
interface Pending {
  readonly call: CallNode;
  readonly learner: Learner;
  /** Its last arguments, for the constants among them. */
  inputs: Inputs | null;
}

/**
 * @param calls calls with a state; what a call contains stands before it
 * @param pass reads all blocks
 */
export async function learnStates(
  calls: readonly string[],
  pass: (use: (columns: DataColumns) => void) => Promise<void>,
): Promise<Record<string, State>> {
  const states: Record<string, State> = {}, pending = new Map<string, Pending>();
  for (const text of calls) {
    const call = parseExpression(text) as CallNode;
    pending.set(text, { call, learner: findTransform(call.name)!.learn!(), inputs: null });
  }
  while (pending.size > 0) {
    const ready = [...pending].filter(([text, { call }]) =>
      inside(call, text).every((inner) => !pending.has(inner))
    );
    await pass((columns) => {
      const evaluator = new Evaluator(columns, states);
      for (const [, each] of ready) {
        each.inputs = evaluator.inputs(each.call).inputs;
        each.learner.add(each.inputs);
      }
    });
    for (const [text, { learner, inputs }] of ready) {
      const state = learner.finish(inputs!);
      if (state === null) continue;
      states[text] = state;
      pending.delete(text);
    }
  }
  return states;
}

/** Texts of the calls inside a call. */
function inside(call: CallNode, text: string): string[] {
  const found: string[] = [];
  walk(call, (node) => {
    if (node.kind === "call" && deparse(node) !== text) found.push(deparse(node));
  });
  return found;
}
