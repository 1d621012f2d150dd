/**
 * A design whose rows stay where they are: first what has to be asked of them, then, from the answer, the recipe and everything
 * of a design that is not a row.
 */
import { largestOf } from "../math/largest.ts";
import { absentColumns, withAbsent } from "./absent_rows.ts";
import { reportIncomplete } from "./complete_rows.ts";
import { namesMadeFactors, rolesOf } from "./describe.ts";
import { DescribedColumns, describedFacts, DescribedVariables, NamesOnly } from "./described_columns.ts";
import type { Description, Question } from "./description.ts";
import { Evaluator } from "./evaluate.ts";
import { checkNumberText } from "./number_text.ts";
import { type Independent, PredictorBuilder } from "./predictor.ts";
import { namesUsed, readChecked, readingMessages } from "./read_model.ts";
import type { RecipeVariable } from "./recipe.ts";
import { remember } from "./remember.ts";
import { readResponse } from "./response.ts";
import type { Options, Spec } from "./spec.ts";
import { findTransform } from "./transforms/registry.ts";
import { deparse, type Node, walk } from "./tree.ts";
import type { Design, PredictorDesign } from "./types.ts";
import type { ModelFormulas } from "./uses.ts";

/** A design in the making. */
export interface RowlessDesign {
  readonly question: Question;
  /**
   * The design, all of whose rows are absent; without `independent` with every column of X.
   * @param rowsPerLevel rows of the levels of every grouping factor
   * @throws what {@link buildDesign} throws of the same data
   */
  design(
    description: Description,
    independent?: Independent,
    rowsPerLevel?: Readonly<Record<string, Int32Array>>,
  ): Design;
}

/**
 * Reads the formulas against the names of the columns.
 * @throws {SyntaxError | RangeError} as {@link buildDesign}
 */
export function rowlessDesign(spec: Spec, names: readonly string[], options: Options): RowlessDesign {
  const known = new NamesOnly(names), listed = Object.keys(options.levels ?? {}).find((n) => !known.has(n));
  if (listed !== undefined) throw known.missing(listed, "in levels");
  const model = readChecked(spec, known, options), question = ask(model, namesUsed(model, known), options);
  return {
    question,
    design(description, independent, rowsPerLevel = {}) {
      return answer(model, question, names, options, description, {
        independent: independent ?? null,
        rowsPerLevel,
      });
    },
  };
}

function ask(model: ModelFormulas, used: readonly string[], options: Options): Question {
  const nodes = model.uses.map(({ node }) => node), calls: string[] = [];
  for (const node of nodes) statefulCalls(node, calls);
  const groups = model.parts.flatMap(({ formula }) => formula.right.random)
    .map(({ components }) => components.map(deparse)).filter((texts) => texts.length > 0);
  return {
    used,
    levels: options.levels ?? {},
    frequency: model.weights.frequency ? deparse(model.weights.frequency.node) : null,
    categories: [...new Set(nodes.flatMap(namesMadeFactors))],
    calls: [...new Set(calls)],
    factors: [
      ...new Set(
        model.uses.filter(({ role }) => role === "fixed" || role === "random" || role === "response").map((
          { node },
        ) => deparse(node)),
      ),
    ],
    groups: [...new Map(groups.map((texts) => [texts.join("\n"), texts])).values()],
  };
}

/** Calls that remember something, those inside before those around them. */
function statefulCalls(node: Node, found: string[]): void {
  const inside: string[] = [];
  walk(node, (each) => {
    if (each.kind === "call" && findTransform(each.name)?.learn) inside.push(deparse(each));
  });
  found.push(...inside.reverse()); // walk meets the outer call first
}

function answer(
  model: ModelFormulas,
  question: Question,
  names: readonly string[],
  options: Options,
  description: Description,
  { independent, rowsPerLevel }: Summed,
): Design {
  const columns = new DescribedColumns(names, description.columns), { rows, rowsGiven } = description;
  const incomplete = incompleteRows(question, description, options),
    text = checkNumberText(columns, model.uses, options.contrasts ?? {});
  const evaluator = new Evaluator(columns, description.states),
    variables = new DescribedVariables(evaluator, options.contrasts ?? {}, description);
  const { response, messages } = readResponse(model, variables, new Int32Array(0), options);
  const facts = describedFacts(description, question.groups, independent),
    builder = new PredictorBuilder(variables, 0, facts);
  const parts = [model.parts[0], ...model.further({ categories: null })].map((part, k) =>
    builder.build(part, k === 0 ? model.offset?.node ?? null : null)
  );
  variables.assertContrastsUsed();
  const memory = parts.map((part) => part.memory),
    used = question.used.map((name) => describedVariable(name, model, description)),
    recipe = remember(model, { name: response.name, categories: null }, memory, variables, evaluator, used);
  return withAbsent({
    n: rows,
    response: withAbsent(response, "y"),
    predictors: parts.map(({ design }) => withoutRows(design, rowsPerLevel)),
    weights: null,
    precision: null,
    rows: new Int32Array(0),
    rowsGiven,
    messages: [
      ...readingMessages(model),
      ...text,
      ...incomplete,
      ...variables.messages,
      ...messages,
      ...builder.messages,
    ],
    recipe,
  }, "rows");
}

function incompleteRows({ used }: Question, { rows, rowsGiven, missing }: Description, options: Options) {
  const counts = used.map((name) => ({ name, count: missing[name] ?? 0 })).filter(({ count }) => count > 0);
  return reportIncomplete(rowsGiven, rows, counts, options.missing ?? "omit");
}

/** What only the sums can say. */
interface Summed {
  readonly independent: Independent | null;
  readonly rowsPerLevel: Readonly<Record<string, Int32Array>>;
}

function withoutRows(predictor: PredictorDesign, rowsPerLevel: Summed["rowsPerLevel"]): PredictorDesign {
  const bare = {
    ...predictor,
    X: absentColumns(predictor.X.length),
    random: predictor.random.map((term) =>
      withAbsent({ ...term, rowsPerLevel: rowsPerLevel[term.group] }, "level", "columns")
    ),
  };
  return predictor.offset ? withAbsent(bare, "offset") : bare;
}

function describedVariable(name: string, { uses }: ModelFormulas, { columns }: Description): RecipeVariable {
  const column = columns[name], roles = rolesOf(name, uses);
  const asFactor = uses.some(({ node }) => namesMadeFactors(node).includes(name));
  if (column.kind === "numeric") {
    const { kind, mean, min, max, values } = column;
    const none = { levels: null, mostCommon: null, ordered: false, boolean: false };
    return { name, kind, ...none, mean, min, max, values, asFactor, roles };
  }
  const { kind, levels, counts, ordered, boolean } = column, most = largestOf(counts);
  const none = { mean: null, min: null, max: null, values: null, asFactor: false };
  return {
    name,
    kind,
    levels: levels.filter((_, k) => counts[k] > 0),
    mostCommon: levels[counts.indexOf(most)],
    ordered,
    boolean,
    ...none,
    roles,
  };
}
