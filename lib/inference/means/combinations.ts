/** The contrasts of a method, which need not be part of the project: what is wrong with them is said by name. */
import { describe } from "../../check.ts";
import type { Combination, ContrastChoices, ContrastMethod } from "./contrasts/contrast_method.ts";

/**
 * The contrasts of a method among some means.
 *
 * @param labels names of the means
 * @throws {TypeError} when the method gives no array of combinations
 * @throws {RangeError} for a combination without name, of means that are not there or with coefficients that are no numbers or all
 *   0; for two of one name; for a method that is said to be pairwise and is not
 */
export function combinationsOf(
  method: ContrastMethod,
  labels: readonly string[],
  choices: ContrastChoices,
): readonly Combination[] {
  const made: unknown = method.combinations(labels, choices), called = `contrasts "${method.name}"`;
  if (!Array.isArray(made)) {
    throw new TypeError(
      `Cannot use ${called}: combinations() gave ${
        describe(made)
      }, it should give an array of { name, index, coefficient }`,
    );
  }
  for (const each of made as Combination[]) checkCombination(each, labels.length, called);
  const names = new Set<string>();
  const twice = (made as Combination[]).find(({ name }) => names.size === names.add(name).size)?.name;
  if (twice !== undefined && new Set(labels).size === labels.length) {
    throw new RangeError(`Cannot use ${called}: two of them are called "${twice}", names should differ`);
  }
  if (method.pairwise && !isPairwise(made as Combination[], labels.length)) {
    throw new RangeError(
      `Cannot use ${called}: the method says that they are pairwise, they should then be all ${
        labels.length * (labels.length - 1) / 2
      } differences of two of ${labels.length} means`,
    );
  }
  return made as Combination[];
}

function checkCombination(each: Combination | null, means: number, called: string) {
  const { name, index, coefficient } = each ?? {} as Partial<Combination>;
  if (typeof name !== "string" || name === "") {
    throw new RangeError(
      `Cannot use ${called}: the name of one of them is ${describe(name)}, it should be text`,
    );
  }
  const wrong = (is: string, should: string) =>
    new RangeError(`Cannot use ${called}: "${name}" has ${is}, it should have ${should}`);
  const isPosition = (k: unknown) => Number.isInteger(k) && (k as number) >= 0 && (k as number) < means;
  if (!Array.isArray(index) || !index.every(isPosition)) {
    throw wrong(`the index ${JSON.stringify(index)}`, `positions of means from 0 to ${means - 1}`);
  }
  if (
    !Array.isArray(coefficient) || coefficient.length !== index.length || !coefficient.every(Number.isFinite)
  ) {
    throw wrong(
      `the coefficients ${JSON.stringify(coefficient)}`,
      `one number for each of ${index.length} positions`,
    );
  }
  if (coefficient.every((c) => c === 0)) {
    throw new RangeError(`Cannot use ${called}: all coefficients of "${name}" are 0`);
  }
}

/** All k(k − 1)/2 differences of two means, each once. */
function isPairwise(made: readonly Combination[], k: number): boolean {
  const pairs = new Set(made.map(({ index, coefficient: [a, b] }) => {
    const [i, j] = [...index].sort((x, y) => x - y);
    return index.length === 2 && i !== j && Math.abs(a) === 1 && a + b === 0 ? i * k + j : -1;
  }));
  return !pairs.has(-1) && made.length === k * (k - 1) / 2 && pairs.size === made.length;
}
