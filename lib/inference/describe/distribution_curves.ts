/** Which distributions are asked for: families at values of their parameters. */
import { describe } from "../../check.ts";
import { nearestName } from "../../frame.ts";
import type { Family, Part } from "../../model/families/family.ts";
import { isFamily } from "../../model/families/family_argument.ts";
import * as families from "../../model/families/mod.ts";

/**
 * A family, and values of its parameters: several values make several curves.
 *
 * @category Families
 */
export interface DistributionGiven {
  /** The family, or its name. */
  readonly family: Family | string;
  /** Its mean; of families with trials the probability of a success. */
  readonly mean: number | readonly number[];
  /** Number of trials, of families that have some. */
  readonly trials?: number | readonly number[];
  /** Its other parameters as `tidy` and `predict` name them: `disp` (dispersion, precision, shape), `df`, `power`, `zi`. */
  readonly [parameter: string]: Family | string | number | readonly number[] | undefined;
}

/** One distribution. */
export interface DistributionCurve {
  readonly label: string;
  readonly family: Family;
  /** By name: mean, the other parameters, trials. */
  readonly values: Readonly<Record<string, number>>;
  /** η of every part. */
  readonly eta: readonly number[];
  readonly trials: number | null;
}

const TRIALS = "trials";

/** The distributions, in the order given, with labels that tell them apart, and what their families have in common, in sentences. */
export function distributionCurves(given: readonly DistributionGiven[]): {
  curves: DistributionCurve[];
  notes: string[];
} {
  const bare = given.flatMap(oneFamily);
  const labels = bare.map(({ family, values }) => {
    const alike = bare.filter((other) => other.family.name === family.name);
    return [
      family.noun,
      ...Object.keys(values).filter((name) => differs(name, name === "mean" ? bare : alike)).map((name) =>
        written(family, name, values[name])
      ),
    ].join(", ");
  });
  const twice = labels.find((label, k) => labels.indexOf(label) !== k);
  if (twice) throw new RangeError(`Cannot draw the distribution "${twice}" twice: give different parameters`);
  const notes = [...Map.groupBy(bare, ({ family }) => family.noun)].map(([noun, own]) => {
    const common = Object.keys(own[0].values).filter((name) => !differs(name, name === "mean" ? bare : own));
    const said = common.map((name) => written(own[0].family, name, own[0].values[name])).join(", ");
    return said === "" ? "" : `${noun}: ${said}.`;
  });
  return { curves: bare.map((curve, k) => ({ ...curve, label: labels[k] })), notes: notes.filter(Boolean) };
}

type Bare = Omit<DistributionCurve, "label">;

const differs = (name: string, curves: readonly Bare[]) =>
  new Set(curves.map(({ values }) => values[name])).size > 1;

/** "mean 2", "20 trials", "shape = 4". */
function written(family: Family, name: string, value: number): string {
  if (name === TRIALS) return `${value} trials`;
  const [mean, ...others] = family.parts({});
  return name === "mean"
    ? `${mean.meaning} ${value}`
    : `${others.find((part) => part.name === name)!.meaning} = ${value}`;
}

/** Every combination of the values of a family's parameters. */
function oneFamily(given: DistributionGiven): Bare[] {
  const family = familyOf(given?.family), parts = family.parts({});
  const names = ["mean", ...parts.slice(1).map(({ name }) => name), ...(family.usesTrials ? [TRIALS] : [])];
  const unknown = Object.keys(given).find((name) => name !== "family" && !names.includes(name));
  if (unknown !== undefined) throw unknownParameter(unknown, family, names);
  const ranges = [...parts.map(({ range }) => range), [0, Infinity] as const];
  const values = names.map((name, k) => valuesOf(given, name, family, ranges[k], parts[k]));
  const all = values.reduce<number[][]>(
    (rows, own) => rows.flatMap((row) => own.map((value) => [...row, value])),
    [[]],
  );
  return all.map((row) => ({
    family,
    values: Object.fromEntries(names.map((name, k) => [name, row[k]])),
    eta: parts.map(({ link }, k) => link.eta(row[k])),
    trials: family.usesTrials ? row[row.length - 1] : null,
  }));
}

/** @throws {TypeError} Unless it is a family, or the name of one that has a mean. */
function familyOf(given: unknown): Family {
  const known: Readonly<Record<string, () => Family>> = families;
  const family = typeof given === "string" && Object.hasOwn(known, given) ? known[given]() : given;
  if (!isFamily(family)) {
    const near = typeof given === "string" ? nearestName(given, Object.keys(known)) : null;
    throw new TypeError(
      `Cannot draw a distribution of ${
        describe(given)
      }: it should be a family such as poisson(), or its name` +
        (near ? `; did you mean "${near}"?` : ""),
    );
  }
  if (!family.categories) return family;
  throw new RangeError(
    `Cannot draw the distribution of family "${family.name}": it has categories, whose probabilities predict() gives, and no mean`,
  );
}

function valuesOf(
  given: DistributionGiven,
  name: string,
  family: Family,
  [low, high]: readonly [number, number],
  part: Part | undefined,
): number[] {
  const own = given[name], list = [own].flat() as unknown[], what = part ? part.meaning : "number of trials";
  if (own === undefined || list.length === 0) {
    throw new RangeError(
      `Cannot draw family "${family.name}" without ${name} (its ${what}): give ${name}: a number, or several`,
    );
  }
  const fits = (value: unknown): value is number =>
    typeof value === "number" && value >= low && value <= high &&
    (part ? Number.isFinite(part.link.eta(value)) : Number.isInteger(value) && value > 0);
  const wrong = list.find((value) => !fits(value));
  if (wrong === undefined) return list as number[];
  throw new RangeError(
    `Cannot use ${name}: ${describe(wrong)} of family "${family.name}", it should be ${
      part ? `a number between ${low} and ${high}` : "a whole number, 1 or more"
    }`,
  );
}

function unknownParameter(name: string, family: Family, names: readonly string[]): RangeError {
  const near = nearestName(name, [...names]);
  return new RangeError(
    `Cannot find parameter "${name}" of family "${family.name}": it has ${
      names.map((each) => `"${each}"`).join(", ")
    }` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}
