/**
 * Sums of the response by cell. The log-likelihood of Poisson and binomial rows with equal predictors is
 *
 *   Σ w (y a(η) − n b(η)) + Σ w c(y, n),
 *
 * n the trials (1 of Poisson rows): it knows the rows by Σ w, Σ w y and Σ w n, and Σ w c is a constant, which the numbers of rows with the
 * same y and n say.
 */
import { parseExpression } from "../../formula/parse.ts";
import { column, count, type Expr, number, plus, sum, times } from "../query/expression.ts";
import type { Query } from "../query/query.ts";
import { numbersIn } from "../translate/operators.ts";
import { Translator } from "../translate/translator.ts";
import type { Cells } from "./collapse.ts";
import { countLevels } from "./levels.ts";
import { isNumber, type SqlRows, type UsedColumn } from "./rows.ts";
import { numberOf } from "./runner.ts";

/** The response as the formula has it. */
export interface ResponseTexts {
  readonly response: string;
  /** Numbers of trials that are given as weights. */
  readonly trials: string | null;
  readonly frequency: string | null;
  /** Columns that nothing but these three use. */
  readonly own: readonly string[];
  /** The family counts successes out of trials. */
  readonly usesTrials: boolean;
}

/** Cells with Σw, Σwy and, of trials, Σwn. */
export interface ResponseCells extends Cells {
  /** A value of every own column with which the formula can be read: one of the first cell, one of the others. */
  readonly stand: readonly { readonly used: UsedColumn; readonly first: unknown; readonly others: unknown }[];
}

/** Distinct responses with what their rows count. */
export interface DistinctResponse {
  readonly y: number;
  readonly trials: number;
  readonly weight: number;
}

/** The cells; null where the response is no plain column of numbers, truth or two levels, nor two columns of successes and failures. */
export async function responseCells(rows: SqlRows, texts: ResponseTexts): Promise<ResponseCells | null> {
  const translator = new Translator(rows, {});
  const numbers = (text: string) => numbersIn(translator.translate(parseExpression(text)), text);
  const own = rows.used.filter(({ name }) => texts.own.includes(name));
  const read = await responseOf(rows, texts, own, translator);
  if (read === null) return null;
  const frequency = texts.frequency === null ? null : numbers(texts.frequency);
  const given = texts.trials === null ? read.trials : numbers(texts.trials);
  const y = texts.trials === null ? read.y : times(read.y, given!);
  const weighted = (name: string) => frequency === null ? column(name) : times(column("w"), column(name));
  const has = (name: string, of: Expr | null) => of === null ? [] : [{ name, of }];
  return {
    rows,
    keys: rows.used.filter((each) => !own.includes(each)),
    numbers: [{ name: "y", of: y }, ...has("t", given), ...has("w", frequency)],
    sums: [
      { name: "n", of: frequency === null ? count() : sum(column("w")) },
      { name: "sy", of: sum(weighted("y")) },
      ...(given === null ? [] : [{ name: "st", of: sum(weighted("t")) }]),
    ],
    bins: [],
    stand: own.map((used) => ({ used, ...read.stand(used) })),
  };
}

/** How many rows have which response. */
export async function* distinctResponses({ rows, numbers }: ResponseCells): AsyncGenerator<DistinctResponse> {
  const has = (name: string) => numbers.some((each) => each.name === name);
  const keys = has("t") ? ["y", "t"] : ["y"];
  const query: Query = {
    select: [
      ...keys.map((name) => ({ name, of: column(name) })),
      { name: "n", of: has("w") ? sum(column("w")) : count() },
    ],
    from: rows.complete(numbers),
    groupBy: keys,
  };
  for await (const batch of rows.run.batches("the different responses", query)) {
    const at = [...keys, "n"].map((_, k) => batch.column(k));
    for (let i = 0; i < batch.rows; i++) {
      yield {
        y: numberOf(at[0][i]),
        trials: has("t") ? numberOf(at[1][i]) : 1,
        weight: numberOf(at.at(-1)![i]),
      };
    }
  }
}

interface Read {
  readonly y: Expr;
  readonly trials: Expr | null;
  readonly stand: (used: UsedColumn) => { readonly first: unknown; readonly others: unknown };
}

async function responseOf(
  rows: SqlRows,
  { response, trials, usesTrials, own: names }: ResponseTexts,
  own: readonly UsedColumn[],
  translator: Translator,
): Promise<Read | null> {
  const node = parseExpression(response), ones = () => ({ first: 1, others: 1 });
  if (node.kind === "call" && node.name === "cbind" && usesTrials && trials === null) {
    const value = translator.translate(node);
    if (value.kind !== "matrix" || value.columns.length !== 2 || !own.every(isNumber)) return null;
    return { y: value.columns[0], trials: plus(value.columns[0], value.columns[1]), stand: ones };
  }
  if (node.kind !== "name" || !names.includes(node.name)) return null;
  const used = own.find(({ name }) => name === node.name)!;
  const others = own.filter((each) => each !== used);
  if (!others.every(isNumber)) return null;
  if (isNumber(used) || used.kind === "boolean") {
    const y = numbersIn(translator.translate(node), response);
    return { y, trials: null, stand: (each) => each === used ? { first: 1, others: 0 } : ones() };
  }
  if (used.kind !== "text" || !usesTrials || trials !== null) return null;
  const { value } = await countLevels(rows, used, null);
  if (value.kind !== "factor" || value.levels.length !== 2) return null;
  const [low, high] = value.levels, text = column(used.as);
  const is: Expr = { kind: "binary", operator: "=", left: text, right: { kind: "text", value: high } };
  const y: Expr = { kind: "case", cases: [[is, number(1)]], otherwise: number(0) };
  return { y, trials: null, stand: (each) => each === used ? { first: high, others: low } : ones() };
}
