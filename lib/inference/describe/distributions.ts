/** Pictures of response distributions before there are data. */
import {
  type CurvesPlotOptions,
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { exactValues } from "../../model/families/exact_values.ts";
import { logDensity } from "./density.ts";
import { type DistributionCurve, distributionCurves, type DistributionGiven } from "./distribution_curves.ts";

/** What the figure knows. */
export interface DistributionsMeta extends FigureMeta {
  /** The distributions in their order. */
  readonly labels: readonly string[];
}

/** Distributions. */
export const DISTRIBUTIONS: ResultKind<DistributionsMeta> = resultKind("distributions");

/** Probability left out at either end, steps across, and numbers of trials up to which all numbers of successes are shown. */
const TAIL = 2e-3, STEPS = 240, FEW_TRIALS = 60;

/**
 * Distributions of families at given parameters: densities, of whole numbers probabilities. They draw themselves, one colour for each.
 *
 * ```ts
 * import { distributions, nbinom2, poisson } from "@tidyglmm/tidyglmm";
 *
 * distributions({ family: "gamma", mean: [1, 2, 4], disp: 4 }).plot(); //  disp of a gamma is its shape
 * distributions({ family: poisson(), mean: [2, 6] }, { family: nbinom2(), mean: 6, disp: 2 });
 * distributions({ family: "binomial", mean: [0.1, 0.5], trials: 20 });
 * ```
 *
 * @param given families, each with `mean` and its other parameters by the names of `tidy` (`disp`, `df`, `power`, `zi`), of families
 *   with trials `trials`; a list of values makes a distribution for each of them
 * @returns `distribution`, `family`, the parameters, `y` (of trials: the number of successes), `density` or `probability` (of single
 *   values), `cumulative` (probability of y or less); values in the outer 0.2 % at either end are left out
 * @throws {RangeError} for a parameter that is missing, unknown or impossible, and families of categories
 * @throws {TypeError} for what is no family
 * @category Families
 */
export function distributions(...given: DistributionGiven[]): ResultFrame<CurvesPlotOptions> {
  if (given.length === 0) {
    throw new RangeError(
      'Cannot use distributions() without families: give some, distributions({ family: "poisson", mean: 2 })',
    );
  }
  const { curves, notes } = distributionCurves(given), rows = rowsOf(curves);
  const numbers = (of: (row: Row) => number) => Float64Array.from(rows, of);
  const parameters = [...new Set(curves.flatMap(({ values }) => Object.keys(values)))];
  const single = rows.some((row) => row.single), dense = rows.some((row) => !row.single);
  return resultFrame(DISTRIBUTIONS, {
    distribution: rows.map(({ curve }) => curve.label),
    family: rows.map(({ curve }) => curve.family.name),
    ...Object.fromEntries(
      parameters.map((name) => [name, numbers(({ curve }) => curve.values[name] ?? NaN)]),
    ),
    y: numbers(({ y }) => y),
    ...(dense ? { density: numbers(({ height, single }) => single ? NaN : height) } : {}),
    ...(single ? { probability: numbers(({ height, single }) => single ? height : NaN) } : {}),
    cumulative: numbers(({ cumulative }) => cumulative),
  }, { title: "Distributions", labels: curves.map(({ label }) => label), notes }) as ResultFrame<
    CurvesPlotOptions
  >;
}

/** A value of a distribution. */
interface Row {
  readonly curve: DistributionCurve;
  readonly y: number;
  /** Density; probability of a single value. */
  readonly height: number;
  readonly single: boolean;
  readonly cumulative: number;
}

function rowsOf(curves: readonly DistributionCurve[]): Row[] {
  const ends = curves.map(endsOf),
    low = Math.min(...ends.map(([end]) => end)),
    high = Math.max(...ends.map(([, end]) => end));
  return curves.flatMap((curve) => {
    const { family, eta, trials } = curve, y = valuesOf(curve, low, high);
    const height = logDensity(family, y, eta, trials).map(Math.exp);
    return Array.from(y, (value, i): Row => ({
      curve,
      y: value,
      height: height[i],
      single: family.mass(value),
      cumulative: family.cdf(value, eta, trials ?? 1),
    }));
  });
}

/** Where a distribution is. */
function endsOf({ family, eta, trials }: DistributionCurve): readonly [number, number] {
  if (trials !== null && trials <= FEW_TRIALS) return [0, trials];
  return [family.quantile(TAIL, eta, trials ?? 1), family.quantile(1 - TAIL, eta, trials ?? 1)];
}

/** Whole numbers; else steps inside the support, and zero and the ends where they have a probability. */
function valuesOf({ family, trials }: DistributionCurve, low: number, high: number): Float64Array {
  const { support, discrete } = family, most = trials ?? support[1];
  if (discrete) {
    const first = Math.max(Math.floor(low), support[0]), last = Math.min(Math.ceil(high), most);
    return Float64Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  }
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => low + (high - low) * i / STEPS);
  const inside = steps.filter((y) => y > support[0] && y < support[1] && !family.mass(y));
  return Float64Array.from([...inside, ...exactValues(family)]).sort();
}
