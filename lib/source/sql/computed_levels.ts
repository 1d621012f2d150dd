/** Levels of what the formula computes, and combinations of grouping factors, from the keys that occur. */
import type { FactorLevels } from "../../formula/description.ts";
import type { GroupMemory } from "../../formula/grouping.ts";
import { parseExpression } from "../../formula/parse.ts";
import type { Value } from "../../formula/values.ts";
import { GroupSurvey, LevelSurvey } from "../level_survey.ts";
import { aggregate, column, type Expr } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import { numbersIn } from "../translate/operators.ts";
import type { Translator } from "../translate/translator.ts";
import type { SqlValue } from "../translate/value.ts";
import type { SqlRows } from "./rows.ts";
import { keyOf, numberOf } from "./runner.ts";

/** @param known the expression without rows, which says what it is and in which order its levels are */
export async function askLevels(
  rows: SqlRows,
  translator: Translator,
  text: string,
  known: Value,
): Promise<FactorLevels> {
  const survey = new LevelSurvey(), value = translator.translate(parseExpression(text));
  await eachKeys(rows, `the levels of ${text}`, [value], [text], ([keys], complete) => {
    survey.add(valueOf(value, keys, known), text, complete);
  });
  return survey.finish();
}

/** The groups of complete rows. */
export async function askGroups(
  rows: SqlRows,
  translator: Translator,
  texts: readonly string[],
  known: readonly Value[],
): Promise<GroupMemory> {
  const survey = new GroupSurvey(texts),
    values = texts.map((text) => translator.translate(parseExpression(text)));
  await eachKeys(rows, `the groups of ${texts.join(":")}`, values, texts, (keys, complete) => {
    survey.add(values.map((value, k) => valueOf(value, keys[k], known[k])), complete);
  });
  return survey.finish();
}

/** Keys of the rows of a batch, column by column. */
type Keys = readonly ArrayLike<unknown>[];

/** Every combination of keys, with 1 where a complete row has it. */
async function eachKeys(
  rows: SqlRows,
  what: string,
  values: readonly SqlValue[],
  texts: readonly string[],
  use: (keys: readonly Keys[], complete: Uint8Array) => void,
): Promise<void> {
  const keys = values.map((value, k) => keysOf(value, texts[k])), names = keys.flat().map((_, k) => `k${k}`);
  const query: Query = {
    select: [
      ...names.map((name) => ({ name, of: column(name) })),
      { name: "u", of: aggregate("max", column("c")) },
    ],
    from: rows.marked(keys.flat().map((of, k) => ({ name: names[k], of }))),
    groupBy: names,
  };
  for await (const batch of rows.run.batches(what, query)) {
    const all = names.map((_, k) => batch.column(k)), used = batch.column(names.length);
    const complete = Uint8Array.from({ length: batch.rows }, (_, i) => numberOf(used[i]) > 0 ? 1 : 0);
    let first = 0;
    use(keys.map(({ length }) => all.slice(first, first += length)), complete);
  }
}

/** Keys of a factor; a number is its own. */
export function keysOf(value: SqlValue, text: string): readonly Expr[] {
  return value.kind === "factor" ? value.keys : [numbersIn(value, `the grouping factor ${text}`)];
}

function valueOf(value: SqlValue, keys: Keys, known: Value): Value {
  const n = keys[0].length;
  if (value.kind !== "factor" || known.kind !== "factor") {
    return { kind: "numeric", values: Float64Array.from({ length: n }, (_, i) => numberOf(keys[0][i])) };
  }
  const at = new Map(known.levels.map((level, k) => [level, k])), levels = [...known.levels];
  const codes = Int32Array.from({ length: n }, (_, i) => {
    const row = keys.map((key) => key[i]);
    if (row.some((key) => key === null || key === undefined)) return -1;
    return at.get(value.label(row.map(keyOf))) ?? -1;
  });
  return { ...known, codes, levels };
}
