/** Functions that remember something of the rows, where a fit sees only the different ones: their means would weigh each of these once. */
import { parseExpression } from "../../formula/parse.ts";
import { constantInput } from "../../formula/transforms/transform.ts";
import { type CallNode, deparse } from "../../formula/tree.ts";
import { Translator } from "../translate/translator.ts";
import type { SqlRows } from "./rows.ts";
import { askStates } from "./states.ts";

/**
 * @param calls calls that remember something
 * @throws {RangeError} For scale() and poly(), with what to write instead.
 */
export async function assertNothingLearned(rows: SqlRows, calls: readonly string[]): Promise<void> {
  for (const text of calls) {
    const call = parseExpression(text) as CallNode, { options } = new Translator(rows, {}).inputs(call);
    const given = (name: string) => {
      const [item] = constantInput(options, name) ?? [true];
      return typeof item === "number" || item === false;
    };
    if (call.name === "poly" && constantInput(options, "raw")?.[0] !== true) {
      throw learned(text, `write ${text.slice(0, -1)}, raw = TRUE)`);
    }
    if (call.name !== "scale" || (given("center") && given("scale"))) continue;
    const { centre, scale } = (await askStates(rows, [text]))[text];
    const of = deparse(call.arguments[0].value);
    throw learned(text, `write scale(${of}, center = ${centre}, scale = ${scale}), the numbers of all rows`);
  }
}

function learned(text: string, remedy: string): RangeError {
  return new RangeError(
    `Cannot compute ${text} of the different rows of a source: what it remembers belongs to all rows; ${remedy}`,
  );
}
