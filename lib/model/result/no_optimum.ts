/** Why a likelihood has no optimum that could be certified, where the fit can tell. */
import { largestOf } from "../../math/largest.ts";
import type { Design } from "../../formula/types.ts";
import { isInflated, isValid } from "../families/part.ts";
import type { Laplace } from "../objective/laplace.ts";
import type { ProfiledDeviance } from "../objective/linear.ts";
import type { Engine } from "../optimum/engine.ts";
import { tooManyCoefficients } from "./causes.ts";

/** A log-density that much above the median row's is that of a row which the model reproduces exactly. */
const EXACT = 10;
/** … and of most rows, beside one over the spread of the responses, that the family has become one of single points. */
const DENSE = 5;
/** Of one number, multiples up to this. */
const MOST_MULTIPLES = 1e6;
/** A remainder of rounding, beside the largest. */
const NONE_LEFT = 1e-10;
/** Rows that are met: they differ from their mean by that part of the spread of the responses. */
const MET = 1e-3;
/** Pivot of H below which random effects have (almost) two modes. */
const TWO_MODES = 0.2;
/** Share of a predictor that is little. */
const EDGE = 1e-3;
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
  const dense = family.discrete ? null : denseEverywhere(engine);
  if (dense) return dense;
  const edge = rowsAtEdge(objective);
  if (edge.length > 0) return atEdge(engine, edge);
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
  const middle = median(logDensity);
  return Array.from(logDensity.keys()).filter((i) => logDensity[i] > middle + EXACT);
}

/**
 * What makes most rows far denser than the responses lie themselves: a model that meets them all, or a density on single points, to which
 * a Poisson number of amounts comes as they cease to vary.
 */
function denseEverywhere(engine: General): string | null {
  const { design, objective } = engine,
    { response: { y } } = design,
    { eta, family, likelihood } = objective,
    centre = median(y);
  const spread = median(y.map((v) => Math.abs(v - centre)).filter((v) => v > 0)); // an outlier does not widen it
  if (!(median(likelihood.jets.value) + Math.log(spread) > DENSE)) return null;
  const off = y.map((v, i) => Math.abs(v - family.mean(eta.map((part) => part[i]))) / spread);
  if (median(off) < MET) return unbounded(engine, []);
  return family.mass(0) && !family.conditional && areMultiples(y) ? ON_POINTS : null;
}

function median(x: Float64Array): number {
  return x.slice().sort()[x.length >> 1];
}

/** Are all numbers multiples of one that is not much smaller (Euclid's algorithm)? */
function areMultiples(y: Float64Array): boolean {
  const largest = largestOf(y.map(Math.abs));
  const common = (a: number, b: number): number =>
    Math.abs(b) < NONE_LEFT * largest ? Math.abs(a) : common(b, a - b * Math.round(a / b));
  return y.reduce((unit, v) => common(unit, v), 0) > largest / MOST_MULTIPLES;
}

/** Rows whose mean would be impossible by a little more of its predictor, or less. */
function rowsAtEdge({ parts: [mean], eta: [eta] }: Laplace): number[] {
  return Array.from(eta.keys()).filter((i) => {
    const little = EDGE * Math.max(1, Math.abs(eta[i]));
    return !isValid(mean, eta[i] + little) || !isValid(mean, eta[i] - little);
  });
}

function atEdge({ design, objective }: General, rows: readonly number[]): string {
  const { family, parts: [{ link }] } = objective;
  return `The search ended at the edge of what the ${link.name} link allows for family "${family.name}": the mean of ${
    listed(design, rows)
  } can go no further, and the likelihood may be largest there, where no optimum can be certified. Use a link without such an edge, ` +
    `or start elsewhere (option start).`;
}

/** "row 3", "rows 1, 2, 5". */
function listed(design: Design, rows: readonly number[]): string {
  const more = rows.length > LISTED ? ` and ${rows.length - LISTED} more` : "";
  return `row${rows.length > 1 ? "s" : ""} ${
    rows.slice(0, LISTED).map((i) => design.rows[i]).join(", ")
  }${more}`;
}

/** Rows given exactly, and the dispersion that they share. @param rows none for almost all */
function unbounded({ design, objective }: General, rows: readonly number[]): string {
  const crowded = tooManyCoefficients(design, objective.parts[1]);
  if (crowded) return `The likelihood is unbounded: ${crowded}.`;
  const which = rows.length === 0 ? "almost every row" : listed(design, rows);
  const formula = design.predictors[1].names.length > 1;
  return `The likelihood is unbounded: the model reproduces ${which} exactly, so ${
    formula ? "the dispersion there" : "the dispersion"
  } runs to its limit and the likelihood with it. There is no maximum: ` +
    (formula
      ? "give the dispersion a formula whose cells have more rows than the mean can follow."
      : "use fewer terms, or a family without a shape.");
}
