/** What is asked for the different rows of a source. */
import type { Question } from "../formula/description.ts";
import { NamesOnly } from "../formula/described_columns.ts";
import { functionsAround, jumpIn } from "../formula/jumps.ts";
import { namesUsed, readChecked } from "../formula/read_model.ts";
import { rowlessDesign } from "../formula/rowless_design.ts";
import { deparse, namesIn } from "../formula/tree.ts";
import type { ResponseTexts } from "../source/sql/response_sums.ts";
import type { FitOptions } from "./options/options.ts";
import type { Family } from "./families/family.ts";
import { familyOf, partFormulas } from "./options/part_formulas.ts";
import { withResidual } from "./options/residual_option.ts";
import { settleOptions } from "./options/settle_options.ts";

/** What the formulas use. */
export function questionOf(formula: string, names: readonly string[], given: FitOptions): Question {
  const { spec, reading } = readingOf(formula, given);
  return rowlessDesign(spec, names, reading).question;
}

function readingOf(formula: string, given: FitOptions) {
  const options = settleOptions(given), family = familyOf(options);
  const { weights, offset, contrasts, levels, missing } = options,
    { usesTrials, categories, intercept } = family;
  const spec = { formula: withResidual(formula, given), predictors: partFormulas(family, {}, options) };
  const reading = { usesTrials, categories, intercept, weights, offset, contrasts, levels, missing };
  return { spec, reading };
}

/** Families whose log-likelihood is linear in the response but for a constant. */
const LINEAR = ["poisson", "binomial"];

/** The response, where sums of it over rows with equal predictors suffice for a fit; null elsewhere. */
export function sufficientResponse(
  formula: string,
  names: readonly string[],
  given: FitOptions,
): ResponseTexts | null {
  const { spec, reading } = readingOf(formula, given), family = familyOf(settleOptions(given));
  if (!LINEAR.includes(family.name) || family.made !== undefined || spec.predictors.length > 0) return null;
  const columns = new NamesOnly(names), { uses, response, weights } = readChecked(spec, columns, reading);
  const ofResponse = [response, ...Object.values(weights)];
  const elsewhere = new Set(
    uses.filter((use) => !ofResponse.includes(use)).flatMap(({ node }) => namesIn(node)),
  );
  const own = namesUsed({ ...readChecked(spec, columns, reading), uses: ofResponse }, columns).filter((
    name,
  ) => !elsewhere.has(name));
  const used = [...new Set([response, weights.trials].flatMap((use) => use ? namesIn(use.node) : []))];
  if (!used.filter((name) => columns.has(name)).every((name) => own.includes(name))) return null;
  if (own.some((name) => Object.hasOwn(reading.levels ?? {}, name))) return null; // what counts as 1 is settled by the reader
  return {
    response: deparse(response.node),
    trials: weights.trials ? deparse(weights.trials.node) : null,
    frequency: weights.frequency ? deparse(weights.frequency.node) : null,
    own,
    usesTrials: family.usesTrials,
  };
}

/** What may be binned. */
export interface Binnable {
  /** Columns that cannot be, with the reason: between two values of an interval the log-likelihood must be smooth. */
  readonly reasons: ReadonlyMap<string, string>;
  /** Columns of the response, which are binned only where they are named: a density may change by much near its ends. */
  readonly responses: readonly string[];
  /** Every expression that has the column. */
  readonly texts: (name: string) => readonly string[];
  /** The functions that it is the argument of, null where it is of none, wherever it stands. */
  readonly functions: (name: string) => readonly (string | null)[];
}

export function unbinnable(
  formula: string,
  names: readonly string[],
  given: FitOptions,
): Binnable {
  const { spec, reading } = readingOf(formula, given), family = familyOf(settleOptions(given));
  const { uses, response } = readChecked(spec, new NamesOnly(names), reading),
    found = new Map<string, string>();
  for (const name of Object.keys({ ...reading.levels, ...reading.contrasts })) {
    found.set(name, "it is a factor");
  }
  for (const { node, role } of uses) {
    for (const name of namesIn(node)) {
      const jump = jumpIn(node, name), whole = role === "response" && !isSmooth(family);
      const reason = role === "group"
        ? "it is a grouping factor"
        : role === "trials" || role === "frequency" || role === "precision"
        ? "it is a weight"
        : whole
        ? `it is the response of family "${family.name}", some of whose values have a probability of their own`
        : jump
        ? `${jump} jumps where it changes`
        : null;
      if (reason !== null && !found.has(name)) found.set(name, reason);
    }
  }
  const nodes = (name: string) => uses.map(({ node }) => node).filter((node) => namesIn(node).includes(name));
  return {
    reasons: found,
    responses: namesIn(response.node),
    texts: (name) => nodes(name).map(deparse),
    functions: (name) => nodes(name).flatMap((node) => functionsAround(node, name)),
  };
}

export function cannotBin(name: string, reason: string): RangeError {
  return new RangeError(`Cannot bin "${name}": ${reason}; leave it out of bins`);
}

/**
 * A model of rows that stand for others, whose binned columns it must be smooth in.
 * @throws {RangeError}
 */
export function assertSmooth(
  formula: string,
  names: readonly string[],
  given: FitOptions,
  binned: readonly string[],
): void {
  if (binned.length === 0) return;
  const { reasons } = unbinnable(formula, names, given), name = binned.find((each) => reasons.has(each));
  if (name !== undefined) throw cannotBin(name, reasons.get(name)!);
}

/** Has the response a density, without values that have a probability of their own? */
function isSmooth({ discrete, categories, usesTrials, mass }: Family): boolean {
  return !discrete && !categories && !usesTrials && !mass(0) && !mass(1);
}
