import { factorOfNumbers, type FactorValue, type Value, withLevels } from "../values.ts";
import { formatNumber } from "../numbers.ts";
import { constantInput, type Inputs, type Learner, requiredInput, type Transform } from "./transform.ts";

/** factor(x, levels, labels): a categorical variable; numbers become levels in increasing order. */
export const factor: Transform = categorical("factor", false);
/** as.factor(x), the same as factor(x). */
export const asFactor: Transform = categorical("as.factor", false);
/** ordered(x, levels, labels): a categorical variable whose levels are ordered, so it is coded by polynomials. */
export const ordered: Transform = categorical("ordered", true);

function categorical(name: string, isOrdered: boolean): Transform {
  return {
    name,
    parameters: name === "as.factor" ? ["x"] : ["x", "levels", "labels"],
    learn: () => new Categories(),
    ofLevels: true,
    apply(inputs, state) {
      const plain = asCategories(requiredInput(inputs, "x"), inputs.text);
      const known = state ? state.levels as string[] : levelsOf(inputs, plain.levels);
      const labels = labelsOf(inputs, known);
      if (state === null) assertListed(inputs, plain, known);
      // Values that the fit has not seen become levels behind the known ones.
      const seen = new Set(known), unseen = plain.levels.filter((level) => !seen.has(level));
      const coded = known === plain.levels ? plain : withLevels(plain, [...known, ...unseen]);
      const value = {
        ...coded,
        levels: [...labels, ...unseen],
        ordered: isOrdered || plain.ordered,
        from: undefined,
      };
      return { value, state: { levels: known } };
    },
  };
}

/** Any value with one entry per row as a factor. */
export function asCategories(value: Value, user: string): FactorValue {
  if (value.kind === "factor") return value;
  if (value.kind === "numeric") return factorOfNumbers(value.values);
  const found = value.kind === "matrix" ? "a matrix" : "a constant";
  throw new TypeError(`Cannot compute ${user}: it needs a column, but is given ${found}`);
}

/** Levels of all blocks: of a factor those of any block, of numbers the distinct ones. */
class Categories implements Learner {
  private readonly numbers = new Set<number>();
  private levels: readonly string[] = [];

  add(inputs: Inputs): void {
    const value = requiredInput(inputs, "x");
    if (value.kind === "numeric") {
      for (let i = 0; i < value.values.length; i++) {
        if (value.values[i] === value.values[i]) this.numbers.add(value.values[i]);
      }
    } else this.levels = asCategories(value, inputs.text).levels;
    const given = constantInput(inputs, "levels");
    if (given !== null) {
      assertListed(inputs, asCategories(value, inputs.text), levelsOf(inputs, []));
    }
  }

  finish(inputs: Inputs) {
    const found = this.numbers.size > 0
      ? factorOfNumbers(Float64Array.from(this.numbers)).levels
      : this.levels;
    return { levels: levelsOf(inputs, found) };
  }
}

export function levelsOf(inputs: Inputs, found: readonly string[]): readonly string[] {
  const given = constantInput(inputs, "levels");
  if (given === null) return found;
  return given.map((level) => typeof level === "number" ? formatNumber(level) : text(level));
}

export function labelsOf(inputs: Inputs, levels: readonly string[]): readonly string[] {
  const given = constantInput(inputs, "labels");
  if (given === null) return levels;
  if (given.length === levels.length) return given.map(text);
  throw new RangeError(
    `Cannot compute ${inputs.text}: it has ${given.length} labels, but there are ${levels.length} levels`,
  );
}

/** R makes values outside the listed levels missing without a word; here they are an error. */
function assertListed(inputs: Inputs, plain: FactorValue, levels: readonly string[]): void {
  const listed = new Set(levels), outside = plain.levels.findIndex((level) => !listed.has(level));
  if (outside < 0) return;
  const row = plain.codes.indexOf(outside);
  throw new RangeError(
    `Cannot compute ${inputs.text}: row ${row} is "${plain.levels[outside]}", which is not among the levels`,
  );
}

/** The same where no row is at hand. */
export function assertLevelsListed(
  call: string,
  occurring: readonly string[],
  levels: readonly string[],
): void {
  const listed = new Set(levels), outside = occurring.find((level) => !listed.has(level));
  if (outside === undefined) return;
  throw new RangeError(`Cannot compute ${call}: there is "${outside}", which is not among the levels`);
}

function text(item: number | string | boolean): string {
  return typeof item === "boolean" ? (item ? "TRUE" : "FALSE") : String(item);
}
