/** Calls that remember something, one round after the other: what a call contains is learned before it. */
import { parseExpression } from "../formula/parse.ts";
import { type CallNode, deparse, walk } from "../formula/tree.ts";
import type { State } from "../formula/values.ts";

/** A call that is to be learned. */
export interface CallToLearn {
  readonly text: string;
  readonly call: CallNode;
}

/**
 * @param round learns what it can of calls whose inner calls are known: their states, null for calls that remember nothing; calls that it
 *   leaves out come again
 */
export async function learnInRounds(
  calls: readonly string[],
  round: (
    ready: readonly CallToLearn[],
    states: Readonly<Record<string, State>>,
  ) => Promise<ReadonlyMap<string, State | null>>,
): Promise<Record<string, State>> {
  const states: Record<string, State> = {};
  let pending = calls.map((text): CallToLearn => ({ text, call: parseExpression(text) as CallNode }));
  while (pending.length > 0) {
    const waits = new Set(pending.map(({ text }) => text));
    const learned = await round(
      pending.filter((each) => !inside(each).some((inner) => waits.has(inner))),
      states,
    );
    for (const [text, state] of learned) if (state !== null) states[text] = state;
    pending = pending.filter(({ text }) => !learned.has(text));
  }
  return states;
}

/** Texts of the calls inside a call. */
function inside({ call, text }: CallToLearn): string[] {
  const found: string[] = [];
  walk(call, (node) => {
    if (node.kind === "call" && deparse(node) !== text) found.push(deparse(node));
  });
  return found;
}
