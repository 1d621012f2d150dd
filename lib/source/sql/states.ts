/** What functions of the formula remember, learned from the engine. */
import { parseExpression } from "../../formula/parse.ts";
import { type CallNode, deparse, walk } from "../../formula/tree.ts";
import type { State } from "../../formula/values.ts";
import { findFunction } from "../translate/functions.ts";
import { Translator } from "../translate/translator.ts";
import { EngineAsk } from "./ask.ts";
import type { SqlRows } from "./rows.ts";

/**
 * @param calls calls with a state; what a call contains stands before it
 */
export async function askStates(rows: SqlRows, calls: readonly string[]): Promise<Record<string, State>> {
  const states: Record<string, State> = {}, ask = new EngineAsk(rows);
  let pending = calls.map((text) => ({ text, call: parseExpression(text) as CallNode }));
  while (pending.length > 0) {
    const waits = new Set(pending.map(({ text }) => text));
    const ready = pending.filter(({ text, call }) => !inside(call, text).some((inner) => waits.has(inner)));
    const translator = new Translator(rows, states);
    const learned = await Promise.all(
      ready.map(({ text, call }) => findFunction(call.name, text).learn!(translator.inputs(call), ask)),
    );
    learned.forEach((state, k) => {
      if (state !== null) states[ready[k].text] = state;
    });
    pending = pending.filter((each) => !ready.includes(each));
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
