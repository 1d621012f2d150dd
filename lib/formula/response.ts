/** The response and the weights on the rows used. */
import { ones } from "../math/shared_memory.ts";
import { quoteList } from "./errors.ts";
import { numberAdvice } from "./number_text.ts";
import { numbersOf } from "./transforms/transform.ts";
import { deparse } from "./tree.ts";
import { readCategories } from "./response_categories.ts";
import type { Options } from "./spec.ts";
import type { ModelFormulas, Use } from "./uses.ts";
import type { Value } from "./values.ts";
import type { Variables } from "./variables.ts";

/** Response, trials and weights. */
export interface ResponseData {
  readonly response: {
    readonly name: string;
    readonly y: Float64Array;
    readonly trials: Float64Array | null;
    readonly categories?: readonly string[] | null;
  };
  readonly weights: Float64Array | null;
  readonly precision: Float64Array | null;
  readonly messages: readonly string[];
}

/** A share times its number of trials is taken as a whole number when it is this near, relatively. */
const WHOLE = 1e-6;

/**
 * Reads the response: numbers, booleans (1 = TRUE), and for trials also a factor of two levels (1 = the second),
 * cbind(successes, failures), or shares with their numbers of trials as weights.
 *
 * @param rows Original numbers of the rows, for messages.
 * @param known Categories of the fit, where these are further rows of its data.
 * @throws {RangeError} When shares and trials do not give whole numbers, or weights are outside their range.
 * @throws {TypeError} When the response is not of a kind that the family takes.
 */
export function readResponse(
  model: Pick<ModelFormulas, "response" | "weights">,
  variables: Variables,
  rows: Int32Array,
  { usesTrials, categories }: Pick<Options, "usesTrials" | "categories">,
  known: readonly string[] | null = null,
): ResponseData {
  const name = deparse(model.response.node);
  const value = variables.value(model.response.node);
  const weight = (use: Use | undefined) => use ? weightValues(use, variables, rows) : null;
  const frequency = weight(model.weights.frequency), precision = weight(model.weights.precision);
  const given = weight(model.weights.trials);
  const messages: string[] = [];
  if (categories) {
    const read = readCategories(value, name, rows, known);
    return {
      response: { name, y: read.y, trials: null, categories: read.categories },
      weights: frequency,
      precision,
      messages: read.messages,
    };
  }
  let y: Float64Array, trials: Float64Array | null = null;
  if (value.kind === "matrix") {
    [y, trials] = successesAndTrials(value.columns, name, usesTrials, given !== null, rows);
  } else {
    y = responseNumbers(value, name, usesTrials, rows.length);
    if (value.kind === "factor" && !value.boolean) {
      messages.push(`The response ${name} counts "${value.levels[1]}" as 1 and "${value.levels[0]}" as 0`);
    }
    if (given) [y, trials] = [wholeSuccesses(y, given, name, rows), given];
    else if (usesTrials) trials = oneTrial(y, name, rows);
  }
  return { response: { name, y, trials }, weights: frequency, precision, messages };
}

function responseNumbers(value: Value, name: string, usesTrials: boolean, n: number): Float64Array {
  if (value.kind === "constant") {
    throw new TypeError(`Cannot use response "${name}": it is a constant, not a column`);
  }
  if (value.kind !== "factor" || value.boolean) return booleanAware(value, name, n);
  const { levels } = value;
  if (!usesTrials) {
    throw new TypeError(
      `Cannot use response "${name}": it ${value.from === "time" ? "holds dates or times" : "is text"} (${
        quoteList(levels, 3)
      }), it must be numbers${numberAdvice(name, value)}`,
    );
  }
  if (levels.length === 2) return Float64Array.from(value.codes);
  const count = levels.length === 1 ? "one level" : `${levels.length} levels`;
  throw new RangeError(
    `Cannot use response "${name}": it has ${count} (${
      quoteList(levels, 4)
    }), a response of categories has two; ` +
      `compare one of them with the rest: (${name} == "${levels[0]}") ~ …${numberAdvice(name, value)}`,
  );
}

/** Booleans whose unused level was dropped still count TRUE as 1. */
function booleanAware(value: Value, name: string, n: number): Float64Array {
  if (value.kind !== "factor") return numbersOf(value, n, `the response ${name}`).values;
  const truth = value.levels.map((level) => level === "TRUE" ? 1 : 0);
  return Float64Array.from(value.codes, (code) => truth[code]);
}

function successesAndTrials(
  columns: readonly Float64Array[],
  name: string,
  usesTrials: boolean,
  hasWeights: boolean,
  rows: Int32Array,
): [Float64Array, Float64Array] {
  if (!usesTrials) {
    throw new TypeError(
      `Cannot use response "${name}": two columns of successes and failures need a binomial family`,
    );
  }
  if (columns.length !== 2) {
    throw new TypeError(
      `Cannot use response "${name}": it has ${columns.length} columns, cbind(successes, failures) has two`,
    );
  }
  if (hasWeights) {
    throw new RangeError(
      `Cannot use weights as trials: the response ${name} already gives them; ` +
        "for frequencies write weights: { frequency: … }",
    );
  }
  const [successes, failures] = columns;
  for (let i = 0; i < successes.length; i++) {
    if (successes[i] >= 0 && failures[i] >= 0) continue;
    throw new RangeError(
      `Cannot use response "${name}": successes and failures must be >= 0, but row ${rows[i]} has ` +
        `${successes[i]} successes and ${failures[i]} failures`,
    );
  }
  return [successes, successes.map((value, i) => value + failures[i])];
}

function wholeSuccesses(
  share: Float64Array,
  trials: Float64Array,
  name: string,
  rows: Int32Array,
): Float64Array {
  const successes = new Float64Array(share.length);
  for (let i = 0; i < share.length; i++) {
    const product = share[i] * trials[i], whole = Math.round(product);
    if (share[i] < 0 || share[i] > 1) {
      throw new RangeError(
        `Cannot use response "${name}": with weights as trials it must be a share from 0 to 1, ` +
          `but row ${rows[i]} is ${share[i]}; counts are written cbind(successes, failures)`,
      );
    }
    if (Math.abs(product - whole) > WHOLE * Math.max(1, whole)) {
      throw new RangeError(
        `Cannot use response "${name}": share times trials must be a whole number of successes, ` +
          `but row ${rows[i]} is ${share[i]} × ${trials[i]} = ${product}`,
      );
    }
    successes[i] = whole;
  }
  return successes;
}

function oneTrial(y: Float64Array, name: string, rows: Int32Array): Float64Array {
  const i = y.findIndex((value) => value !== 0 && value !== 1);
  if (i < 0) return ones(y.length);
  throw new RangeError(
    `Cannot use response "${name}": without numbers of trials it must be 0 or 1, but row ${rows[i]} is ${
      y[i]
    }; ` +
      "give the trials as weights, or write cbind(successes, failures)",
  );
}

function weightValues(use: Use, variables: Variables, rows: Int32Array): Float64Array {
  const text = deparse(use.node);
  const { values } = numbersOf(variables.value(use.node), rows.length, `the weights ${text}`);
  checkWeightValues(values, text, use.role, (i) => `row ${rows[i]}`);
  return values;
}

/** @throws {RangeError} For a weight that its meaning does not allow. */
export function checkWeightValues(
  values: Float64Array,
  text: string,
  role: string,
  placeOf: (i: number) => string,
): void {
  const [rule, valid] = role === "precision"
    ? ["> 0", (x: number) => x > 0] as const
    : role === "trials"
    ? ["whole numbers >= 0", (x: number) => x >= 0 && Number.isInteger(x)] as const
    : [">= 0", (x: number) => x >= 0] as const;
  const i = values.findIndex((x) => !valid(x));
  if (i < 0) return;
  throw new RangeError(
    `Cannot use weights "${text}" as ${role}: they must be ${rule}, but ${placeOf(i)} is ${values[i]}`,
  );
}
