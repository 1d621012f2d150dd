/** Why a likelihood has no optimum that could be certified, where the fit can tell. */
import { variance } from "../../math/descriptive.ts";
import { largestOf } from "../../math/largest.ts";
import { isInflated } from "../families/part.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { Engine } from "../optimum/engine.ts";
import { tooManyCoefficients } from "./causes.ts";

/** A log-density that much above the median row's is that of a row which the model reproduces exactly. */
const EXACT = 10;
/** … and of most rows, beside one over the standard deviation of the responses, that the family has become one of single points. */
const DENSE = 5;
/** Of one number, multiples up to this. */
const MOST_MULTIPLES = 1e6;
/** Pivot of H below which random effects have (almost) two modes. */
const TWO_MODES = 0.2;
/** Rows that a message lists. */
const LISTED = 5;

const REPRODUCED =
  "The likelihood grows without bound: the random effects reproduce the response, so that their variance has no estimate beside the residual one.";
const ALIKE =
  "The likelihood grows without bound: the rows of a level differ by the fixed effects alone, so that their correlation has no estimate below 1.";

const ON_POINTS =
  "The likelihood is unbounded: all responses are multiples of one number, as counts are, and the family puts ever more of its density on those alone. " +
  "There is no maximum: use a family of counts, such as poisson or nbinom2.";

/** The engine of the general objective. */
type General = Extract<Engine, { readonly kind: "general" }>;

/** One sentence on the cause, null where none of the known ones applies. */
export function causeOfFailure(engine: Engine): string | null {
  if (engine.kind === "gaussian") return unboundedGaussian(engine.objective);
  const { objective, optimum } = engine, { family } = objective;
  objective.standAt(optimum.psi);
  if (optimum.starts?.agreeing === 0) {
    return "The Laplace approximation breaks down wherever the search went: these are the estimates without random effects.";
  }
  const rows = family.discrete ? [] : exactRows(objective.likelihood.jets.value);
  if (rows.length > 0) return unbounded(engine, rows);
  if (!family.discrete && isOnPoints(engine)) return ON_POINTS;
  if (objective.effects.q === 0 || objective.solver.smallestPivot() > TWO_MODES) return null;
  return `The Laplace approximation breaks down here: given the data, some random effect has two likely values (a group that is ` +
    `either mostly extra zeros or not, or an outlier or not), and the approximated likelihood grows without limit. ` +
    `Simplify the random effects${isInflated(objective.parts) ? " or the zero inflation" : ""}.`;
}

function unboundedGaussian({ reproduces, effects: { terms } }: ProfiledDeviance): string | null {
  if (!reproduces) return null;
  return terms.some(({ term }) => term.residual) ? ALIKE : REPRODUCED;
}

function exactRows(logDensity: Float64Array): number[] {
  const median = logDensity.slice().sort()[logDensity.length >> 1];
  return Array.from(logDensity.keys()).filter((i) => logDensity[i] > median + EXACT);
}

/** Are the responses where a density that runs to infinity on single points has them: most rows far denser than the responses lie themselves? */
function isOnPoints({ design: { response: { y } }, objective }: General): boolean {
  const logDensity = objective.likelihood.jets.value.slice().sort();
  return logDensity[logDensity.length >> 1] + Math.log(variance(y)) / 2 > DENSE && areMultiples(y);
}

/** Are all numbers multiples of one that is not much smaller (Euclid's algorithm)? */
function areMultiples(y: Float64Array): boolean {
  const least = largestOf(y.map(Math.abs)) / MOST_MULTIPLES;
  const common = (
    a: number,
    b: number,
  ): number => (Math.abs(b) < least ? Math.abs(a) : common(b, a - b * Math.round(a / b)));
  return y.reduce(common, 0) > least;
}

/** Rows given exactly, and the dispersion that they share. */
function unbounded({ design, objective }: General, rows: readonly number[]): string {
  const crowded = tooManyCoefficients(design, objective.parts[1]);
  if (crowded) return `The likelihood is unbounded: ${crowded}.`;
  const listed = rows.slice(0, LISTED).map((i) => design.rows[i]).join(", ");
  const which = rows.length > LISTED ? `${listed} and ${rows.length - LISTED} more` : listed;
  const formula = design.predictors[1].names.length > 1;
  return `The likelihood is unbounded: the model reproduces row${
    rows.length > 1 ? "s" : ""
  } ${which} exactly, so ${
    formula ? "the dispersion there" : "the dispersion"
  } runs to its limit and the likelihood with it. There is no maximum: ` +
    (formula
      ? "give the dispersion a formula whose cells have more rows than the mean can follow."
      : "use fewer terms, or a family without a shape.");
}
