/** What functions of the formula remember, learned from the engine. */
import type { State } from "../../formula/values.ts";
import { learnInRounds } from "../rounds.ts";
import { findFunction } from "../translate/functions.ts";
import { Translator } from "../translate/translator.ts";
import { EngineAsk } from "./ask.ts";
import type { SqlRows } from "./rows.ts";

/**
 * @param calls calls with a state
 */
export function askStates(rows: SqlRows, calls: readonly string[]): Promise<Record<string, State>> {
  const ask = new EngineAsk(rows);
  return learnInRounds(calls, async (ready, states) => {
    const translator = new Translator(rows, states);
    const learned = ready.map(async ({ text, call }) =>
      [text, await findFunction(call.name, text).learn!(translator.inputs(call), ask)] as const
    );
    return new Map(await Promise.all(learned));
  });
}
