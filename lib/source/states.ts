/** What transforms remember, learned in passes over blocks. */
import type { DataColumns } from "../formula/data_columns.ts";
import { Evaluator } from "../formula/evaluate.ts";
import type { Inputs, Learner } from "../formula/transforms/transform.ts";
import { findTransform } from "../formula/transforms/registry.ts";
import type { State } from "../formula/values.ts";
import { learnInRounds } from "./rounds.ts";

/**
 * @param calls calls with a state
 * @param pass reads all blocks
 */
export function learnStates(
  calls: readonly string[],
  pass: (use: (columns: DataColumns) => void) => Promise<void>,
): Promise<Record<string, State>> {
  const learners = new Map<string, Learner>();
  return learnInRounds(calls, async (ready, states) => {
    const last = new Map<string, Inputs>(); // for the constants among them
    for (const { text, call } of ready) {
      if (!learners.has(text)) learners.set(text, findTransform(call.name)!.learn!());
    }
    await pass((columns) => {
      const evaluator = new Evaluator(columns, states);
      for (const { text, call } of ready) {
        const { inputs } = evaluator.inputs(call);
        last.set(text, inputs);
        learners.get(text)!.add(inputs);
      }
    });
    const found = ready.map(({ text }) => [text, learners.get(text)!.finish(last.get(text)!)] as const);
    return new Map(found.filter(([, state]) => state !== null));
  });
}
