/** The response's distribution against that of simulated responses: rootogram of whole numbers, density of others, binned residuals of 0 and 1. */
import { bandwidth, extent, mean, quantileSorted } from "../../math/descriptive.ts";
import { exactValues } from "../../model/families/exact_values.ts";
import { fitted } from "../predict/residuals.ts";
import type { ResidualState } from "./state.ts";
import { responseOf } from "./state.ts";

/** Observed frequencies or densities, and the middle and the ends of 95 % of the simulated ones. */
export interface PredictiveCheck {
  readonly kind: "rootogram" | "density" | "binned";
  /** Values of the response: bin centres or whole numbers. */
  readonly at: Float64Array;
  /** Width of a bin. */
  readonly step: number;
  readonly observed: Float64Array;
  readonly median: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Shares of values that have probabilities of their own, such as exact zeros; the density is of the others, with their share as its area. */
  readonly exact: readonly ExactShare[];
}

/** The share of one value, observed and simulated. */
export interface ExactShare {
  readonly value: number;
  readonly observed: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const BINS = 120, MOST_BARS = 40;

/**
 * Posterior-predictive check of the marginal distribution, of all rows or some.
 *
 * @param rows places of the rows
 * Source: Kleiber & Zeileis (2016), Am. Stat. 70:296–303 (rootograms); Gelman et al. (1996).
 */
export function predictiveCheck(
  state: ResidualState,
  rows: Rows = allOf(state),
): PredictiveCheck {
  return predictiveChecks(state, [rows])[0];
}

/** Places of rows. */
type Rows = ArrayLike<number> & Iterable<number>;

/** The check of each of some sets of rows, in one pass over the simulations. */
export function predictiveChecks(state: ResidualState, sets: readonly Rows[]): PredictiveCheck[] {
  const make = isBinary(state) ? binnedCheck : distributionCheck;
  const checks = sets.map((rows) => ({ ...make(state, rows), simulated: [] as Float64Array[] }));
  state.simulations.each((y) => checks.forEach(({ read, simulated }) => simulated.push(read(y))));
  return checks.map(({ read, simulated, check, exact }) =>
    splitExact(exact, {
      ...check,
      observed: read(state.observed),
      ...endsOf(simulated),
    })
  );
}

/** What was read begins with the shares of exact values. */
function splitExact(exact: readonly number[], read: Omit<PredictiveCheck, "exact">): PredictiveCheck {
  const { observed, median, low, high } = read,
    k = exact.length,
    rest = (values: Float64Array) => values.subarray(k);
  return {
    ...read,
    observed: rest(observed),
    median: rest(median),
    low: rest(low),
    high: rest(high),
    exact: exact.map((value, j) => ({
      value,
      observed: observed[j],
      median: median[j],
      low: low[j],
      high: high[j],
    })).filter((share) => share.observed > 0 || share.high > 0),
  };
}

/** A check before the simulations are seen: its bins, and what it reads of a response. */
interface Unread {
  readonly check: Pick<PredictiveCheck, "kind" | "at" | "step">;
  /** Values whose shares come first in what is read. */
  readonly exact: readonly number[];
  readonly read: (y: Float64Array) => Float64Array;
}

/** The middle of what was read of simulations, and the ends of 95 % of it. */
function endsOf(simulated: readonly Float64Array[]): Pick<PredictiveCheck, "median" | "low" | "high"> {
  const bins = simulated[0]?.length ?? 0, column = new Float64Array(simulated.length);
  const ends = { low: new Float64Array(bins), median: new Float64Array(bins), high: new Float64Array(bins) };
  for (let b = 0; b < bins; b++) {
    simulated.forEach((read, s) => column[s] = read[b]);
    column.sort();
    ends.low[b] = quantileSorted(column, 0.025);
    ends.median[b] = quantileSorted(column, 0.5);
    ends.high[b] = quantileSorted(column, 0.975);
  }
  return ends;
}

/** The places of all residuals. */
const allOf = ({ residual }: ResidualState) => [...residual.keys()];

/** Where responses can be: proportions where there are trials. */
function supportOf({ model }: ResidualState): readonly [number, number] {
  if (!model) return [-Infinity, Infinity];
  return model.family.usesTrials ? [0, 1] : model.family.support;
}

/** The distribution; the bins are those of all rows. */
function distributionCheck(state: ResidualState, rows: Rows): Unread {
  const proportions = state.trials !== null && state.trials.some((n) => n !== state.trials![0]);
  const exact = state.model && !state.trials ? exactValues(state.model.family) : [],
    whole = state.integer && !proportions && exact.length === 0;
  const observed = whole ? state.observed : responseOf(state);
  const { low, high, step, bins } = whole ? wholeBins(observed) : evenBins(observed, supportOf(state));
  const dense = Float64Array.from(rows, (i) => observed[i]).filter((v) => !exact.includes(v));
  const width = whole ? 0 : bandwidth(dense) / step;
  const sd = width > 0 ? Math.min(Math.max(width, 1), BINS / 8) : BINS / 40; // one response alone has no width
  const read = (y: Float64Array) => {
    const counts = new Float64Array(bins), shares = new Float64Array(exact.length);
    for (const i of rows) {
      const v = whole || !state.trials ? y[i] : y[i] / state.trials[i], own = exact.indexOf(v);
      const b = v === high ? bins - 1 : Math.floor((v - low) / step);
      if (own >= 0) shares[own] += 1 / rows.length;
      else if (b >= 0 && b < bins) counts[b]++;
      else if (whole && b >= bins) counts[bins - 1]++;
    }
    if (whole) return counts;
    const density = smooth(counts, rows.length * step, sd);
    return exact.length === 0 ? density : Float64Array.of(...shares, ...density);
  };
  const at = Float64Array.from({ length: bins }, (_, b) => whole ? low + b * step : low + (b + 0.5) * step);
  return { check: { kind: whole ? "rootogram" : "density", at, step }, exact, read };
}

/** Every response is 0 or 1. */
export function isBinary({ integer, observed, trials, model }: ResidualState): boolean {
  return integer && !model?.family.categories && (trials?.every((n) => n === 1) ?? true) &&
    observed.every((y) => y === 0 || y === 1);
}

/**
 * Mean residuals of rows of like fitted probability, about √n bins of the same number of rows (ties together), and the middle 95 % of
 * those of the simulations.
 * Source: Gelman & Hill (2007), section 5.6.
 */
function binnedCheck(state: ResidualState, of: Rows): Unread {
  const held = state.model !== null && state.unit === "row" && !state.dependent && !state.rotated;
  const p = held ? fitted(state.model!) : state.fitted, n = of.length;
  const order = Int32Array.from(of).sort((a, b) => p[a] - p[b]), bins: Int32Array[] = [];
  const size = Math.max(1, Math.ceil(n / Math.max(5, Math.floor(Math.sqrt(n)))));
  for (let from = 0; from < n;) {
    let to = Math.min(n, from + size);
    while (to < n && p[order[to]] === p[order[to - 1]]) to++;
    if (n - to < size / 2) to = n;
    bins.push(order.slice(from, to));
    from = to;
  }
  const read = (y: Float64Array) =>
    Float64Array.from(bins, (rows) => mean(Float64Array.from(rows, (i) => y[i] - p[i])));
  const at = Float64Array.from(bins, (rows) => mean(Float64Array.from(rows, (i) => p[i])));
  return { check: { kind: "binned", at, step: 0 }, exact: [], read };
}

/** Bins of one width from the lowest value on; the highest belongs to the last. */
interface Bins {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly bins: number;
}

/** Bins of one or more whole numbers from 0 (or the smallest) on, the last one open. */
function wholeBins(y: Float64Array): Bins {
  const [least, most] = extent(y),
    low = Math.min(0, least),
    step = Math.max(1, Math.ceil((most - low + 2) / MOST_BARS));
  return { low, high: Infinity, step, bins: Math.floor((most - low) / step) + 2 };
}

function evenBins(
  y: Float64Array,
  [from, to]: readonly [number, number],
): Bins {
  const [least, most] = extent(y),
    pad = 0.15 * (most - least || 1),
    low = Math.max(from, least - pad),
    high = Math.min(to, most + pad);
  return { low, high, step: (high - low) / BINS, bins: BINS };
}

/** Gaussian smoothing, as a density, by a standard deviation in bins, that of R's `density` for the observations; mass is kept at the ends. */
function smooth(counts: Float64Array, total: number, sd: number): Float64Array {
  const reach = Math.ceil(3 * sd), out = new Float64Array(counts.length);
  for (let b = 0; b < counts.length; b++) {
    if (counts[b] === 0) continue;
    let sum = 0;
    for (let k = -reach; k <= reach; k++) {
      if (b + k >= 0 && b + k < out.length) sum += Math.exp(-0.5 * (k / sd) ** 2);
    }
    for (let k = -reach; k <= reach; k++) {
      if (b + k >= 0 && b + k < out.length) {
        out[b + k] += counts[b] * Math.exp(-0.5 * (k / sd) ** 2) / (sum * total);
      }
    }
  }
  return out;
}
