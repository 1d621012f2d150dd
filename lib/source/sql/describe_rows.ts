/** Answers the questions about levels, ranges and states by queries. */
import type { ColumnDescription, Description, FactorLevels, Question } from "../../formula/description.ts";
import { DescribedColumns } from "../../formula/described_columns.ts";
import { Evaluator } from "../../formula/evaluate.ts";
import { groupFactor } from "../../formula/grouping.ts";
import { parseExpression } from "../../formula/parse.ts";
import { namesIn } from "../../formula/tree.ts";
import type { State, Value } from "../../formula/values.ts";
import { ColumnSurvey } from "../column_survey.ts";
import { numbersIn } from "../translate/operators.ts";
import { Translator } from "../translate/translator.ts";
import { askGroups, askLevels } from "./computed_levels.ts";
import { countLevels, fewDistinct } from "./levels.ts";
import { isNumber, type SqlRows } from "./rows.ts";
import { askStates } from "./states.ts";
import { summarise, type Summary } from "./summary.ts";

/** Up to this many distinct values of a number are listed. */
const FEW = 10;

/**
 * @param told is told the columns as soon as they are known, from which on `rows` knows their levels
 */
export async function describeRows(
  rows: SqlRows,
  question: Question,
  told: (columns: Description["columns"]) => void,
): Promise<Description> {
  const { used, frequency } = question, translator = new Translator(rows, {});
  const weights = frequency === null
    ? null
    : numbersIn(translator.translate(parseExpression(frequency)), `the weights ${frequency}`);
  const summary = await summarise(rows, weights);
  const surveys = await survey(rows, question, summary, weights);
  const columns: Record<string, ColumnDescription> = Object.fromEntries(
    used.map((name) => [name, surveys.get(name)?.describe() ?? summary.numbers[name]]),
  );
  told(columns);
  const states = await askStates(rows, question.calls);
  const { factors, groups } = await levels(rows, question, columns, surveys, states);
  const { rowsGiven, missing } = summary;
  return { rows: summary.rows, rowsGiven, missing, columns, states, factors, groups };
}

function isName(text: string, name: string): boolean {
  const node = parseExpression(text);
  return node.kind === "name" && node.name === name;
}

/** Columns whose levels, or few numbers, are wanted. */
async function survey(
  rows: SqlRows,
  { levels, categories, groups }: Question,
  { missing, rowsGiven }: Summary,
  weights: Parameters<typeof countLevels>[2],
): Promise<Map<string, ColumnSurvey>> {
  const grouping = new Set(groups.flat().flatMap((text) => namesIn(parseExpression(text))));
  const own = (name: string) => Object.hasOwn(levels, name) ? levels[name] : undefined;
  const all = (name: string) => own(name) !== undefined || categories.includes(name) || grouping.has(name);
  const few = await fewDistinct(rows, rows.used.filter((each) => isNumber(each) && !all(each.name)), FEW);
  const surveys = new Map<string, ColumnSurvey>();
  for (const each of rows.used) {
    const { name } = each, whole = all(name);
    if (missing[name] === rowsGiven || (isNumber(each) && !whole && !few.includes(each))) continue;
    const found = new ColumnSurvey(name, whole, categories.includes(name), own(name));
    const { value, complete, frequency } = await countLevels(rows, each, weights);
    if (groups.some((texts) => texts.length === 1 && isName(texts[0], name))) groupFactor(name, value); // no fractions
    found.add(value, complete, frequency);
    surveys.set(name, found);
  }
  return surveys;
}

async function levels(
  rows: SqlRows,
  { factors, groups, used }: Question,
  columns: Description["columns"],
  surveys: ReadonlyMap<string, ColumnSurvey>,
  states: Readonly<Record<string, State>>,
): Promise<Pick<Description, "factors" | "groups">> {
  const plain = (text: string) => {
    const node = parseExpression(text);
    return node.kind === "name" ? surveys.get(node.name) : undefined;
  };
  const kinds = new Evaluator(new DescribedColumns(used, columns), states),
    translator = new Translator(rows, states);
  const known = (text: string): Value => kinds.evaluate(parseExpression(text));
  const found: Record<string, FactorLevels> = {};
  for (const text of factors) {
    const survey = plain(text);
    if (survey) found[text] = survey.factorLevels();
    else if (known(text).kind === "factor") {
      found[text] = await askLevels(rows, translator, text, known(text));
    }
  }
  const memories: Description["groups"][number][] = [];
  for (const texts of groups) {
    const survey = texts.length === 1 ? plain(texts[0]) : undefined;
    memories.push(
      survey
        ? { components: [{ text: texts[0], levels: survey.factorLevels().used }], cells: null }
        : await askGroups(rows, translator, texts, texts.map(known)),
    );
  }
  return { factors: found, groups: memories };
}
