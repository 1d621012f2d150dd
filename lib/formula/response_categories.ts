/** A response of ordered categories. */
import { formatNumber } from "./numbers.ts";
import type { FactorValue, Value } from "./values.ts";

/** Numbers of the categories from 1 on, and their names. */
export interface Categories {
  readonly y: Float64Array;
  readonly categories: readonly string[];
  readonly messages: readonly string[];
}

/** More distinct whole numbers than this are measurements or counts. */
const MOST = 50;

/**
 * The categories that occur, in the order of the levels (text: alphabetical, or as the option levels says) or of whole numbers.
 * @param rows Original numbers of the rows, for messages.
 * @param known Those of the fit, some of which these rows may not have.
 * @throws {TypeError} When the response is neither text nor numbers.
 * @throws {RangeError} When a number is not whole, or there are too few or too many categories.
 */
export function readCategories(
  value: Value,
  name: string,
  rows: Int32Array,
  known: readonly string[] | null = null,
): Categories {
  if (value.kind === "matrix" || value.kind === "constant") {
    throw new TypeError(
      `Cannot use response "${name}": ordered categories are one column of levels or whole numbers`,
    );
  }
  const read = value.kind === "factor" ? ofFactor(value, name) : ofNumbers(value.values, name, rows);
  const { categories } = read;
  if (known) {
    const place = categories.map((category) => known.indexOf(category) + 1);
    return { y: read.y.map((k) => place[k - 1]), categories: known, messages: [] };
  }
  if (categories.length >= 2 && categories.length <= MOST) return read;
  throw new RangeError(
    `Cannot use response "${name}": it has ${categories.length} ${
      categories.length === 1 ? `category, "${categories[0]}"` : "categories"
    }, an ordered response has 2 to ${MOST}`,
  );
}

function ofFactor({ codes, levels, ordered, boolean, from }: FactorValue, name: string): Categories {
  const messages = ordered || boolean || from === undefined ? [] : [
    `The response ${name} has the ordered categories ${levels.join(" < ")}; another order is given by ` +
    `levels: { ${name}: [ … ] }`,
  ];
  return { y: Float64Array.from(codes, (code) => code + 1), categories: levels, messages };
}

function ofNumbers(values: Float64Array, name: string, rows: Int32Array): Categories {
  const i = values.findIndex((v) => !Number.isInteger(v));
  if (i >= 0) {
    throw new RangeError(
      `Cannot use response "${name}": ordered categories are levels or whole numbers, but row ${rows[i]} is ${
        values[i]
      }`,
    );
  }
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const position = new Map(distinct.map((v, k) => [v, k + 1]));
  return { y: values.map((v) => position.get(v)!), categories: distinct.map(formatNumber), messages: [] };
}
