/**
 * Intervals of a covariate with many values, so that its rows make cells. Two nodes in an interval of length h, which hold the moments of
 * its rows up to the third ({@link ./bin_nodes.ts}), leave an error of ∫ p h⁴ for a density p. Of K intervals that is smallest where
 * there are p^(1/5) of them to a unit of length; in tails so long that these would take all of them, quantiles do better, and they
 * are shared equally between both.
 */
import { binary, choose, column, type Expr, minus, number, times } from "../query/expression.ts";
import type { Selected } from "../query/query.ts";
import { ln, log1p, sqrt } from "../translate/guards.ts";
import type { UsedColumn } from "./rows.ts";

/** On which scale a column is binned: that on which the formula uses it, so that there is no end near which it is steep. */
export interface BinScale {
  readonly of: (x: Expr) => Expr;
  readonly value: (x: number) => number;
  /** A column's value from that on the scale. */
  readonly back: (value: number) => number;
}

const itself: BinScale = { of: (x) => x, value: (x) => x, back: (x) => x };
const logarithm: BinScale = { of: ln, value: Math.log, back: Math.exp };

/** Scales by the function of the formula. */
const SCALES: Readonly<Record<string, BinScale>> = {
  log: logarithm,
  log2: logarithm,
  log10: logarithm,
  log1p: { of: log1p, value: Math.log1p, back: Math.expm1 },
  sqrt: { of: sqrt, value: Math.sqrt, back: (x) => x * x },
};

/** The scale of a column that all of the formula has in calls of one function, if that is one of these. */
export const scaleOf = (functions: readonly (string | null)[]): BinScale => {
  const [first] = functions.map((name) =>
    name !== null && Object.hasOwn(SCALES, name) ? SCALES[name] : itself
  );
  return functions.every((name) => name !== null && SCALES[name] === first) ? first : itself;
};

/** A column with intervals [edges_b, edges_{b+1}) on its scale, the last one closed. */
export interface Bin {
  readonly used: UsedColumn;
  readonly edges: Float64Array;
  readonly scale: BinScale;
}

/** A sample of a column and how many intervals it is to have. */
export interface BinPlan {
  readonly scale: BinScale;
  readonly values: ArrayLike<number>;
  readonly count: number;
}

/** @param min smallest value of all rows @param max largest */
export function binOf(
  used: UsedColumn,
  { scale: wanted, values, count }: BinPlan,
  min: number,
  max: number,
): Bin {
  const scale = Number.isFinite(wanted.value(min)) && Number.isFinite(wanted.value(max)) ? wanted : itself;
  const at = (x: number) => scale.value(x);
  return { used, scale, edges: edgesOf(Float64Array.from(values, at), at(min), at(max), count) };
}

/** Rows of the sample in one step of its empirical distribution, at least, and steps at most. */
const ROWS = 16, STEPS = 512;

/**
 * @param values a random sample of the column
 * @param min the smallest value of all rows
 * @param max the largest
 * @param count intervals that are wanted; where values repeat there may be fewer
 */
export function edgesOf(values: ArrayLike<number>, min: number, max: number, count: number): Float64Array {
  const sorted = Float64Array.from(values).sort(), n = sorted.length;
  const steps = Math.max(1, Math.min(STEPS, Math.floor(n / ROWS)));
  const inner = Array.from({ length: steps - 1 }, (_, k) => sorted[Math.floor((k + 1) * n / steps)]);
  const knots = [...new Set([min, ...inner, max])].sort((a, b) => a - b);
  const long = knots.slice(1).map((b, k) => (b - knots[k]) ** 0.8); // p^(1/5) h of a step with p h = 1/steps
  const all = long.reduce((s, v) => s + v, 0), equal = 1 / long.length;
  const share = [0];
  for (const v of long) share.push(share.at(-1)! + (equal + v / all) / 2);
  const edges = [min];
  for (let b = 1, k = 0; b < count; b++) {
    const wanted = b / count * share.at(-1)!;
    while (share[k + 1] < wanted) k++;
    const edge = knots[k] + (knots[k + 1] - knots[k]) * (wanted - share[k]) / (share[k + 1] - share[k]);
    if (edge > edges.at(-1)! && edge < max) edges.push(edge);
  }
  return Float64Array.from(max > min ? [...edges, max] : [min, max]);
}

/** Pairs of neighbours as one interval. */
export function halvedBin({ edges, ...bin }: Bin): Bin {
  const last = edges.length - 1;
  return { ...bin, edges: edges.filter((_, k) => k % 2 === 0 && k < last || k === last) };
}

export const centreOf = ({ edges }: Bin, b: number): number => edges[b] + (edges[b + 1] - edges[b]) / 2;

/** The unit in which distances from centres are added up: cubes of them are not to run over. */
export const unitOf = ({ edges }: Bin): number => (edges.at(-1)! - edges[0]) / (edges.length - 1) || 1;

/** The interval that a number lies in. */
export function intervalOf({ edges }: Bin, value: number): number {
  let low = 0, high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value < edges[middle]) high = middle;
    else low = middle;
  }
  return low;
}

/** The centre of the row's interval, by which it is found: a key. */
function centreExpression(bin: Bin): Expr {
  const x = column(bin.used.as), { edges, scale } = bin;
  const among = (low: number, high: number): Expr => {
    if (high - low === 1) return number(centreOf(bin, low));
    const middle = (low + high) >> 1;
    return choose(
      [[binary("<", x, number(scale.back(edges[middle]))), among(low, middle)]],
      among(middle, high),
    );
  };
  return among(0, edges.length - 1);
}

const centreName = (j: number) => `c${j}`, distanceName = (j: number) => `u${j}`;

/** Names of the keys. */
export const centreNames = (bins: readonly Bin[]): string[] => bins.map((_, j) => centreName(j));

/** Of every row the columns and the centres of their intervals. */
export function centres(bins: readonly Bin[]): Selected[] {
  return bins.map((bin, j) => ({ name: centreName(j), of: centreExpression(bin) }));
}

/** Of every row with these the distances from the centres. */
export function distances(bins: readonly Bin[]): Selected[] {
  return bins.map((bin, j) => ({
    name: distanceName(j),
    of: times(minus(bin.scale.of(column(bin.used.as)), column(centreName(j))), number(1 / unitOf(bin))),
  }));
}

/** The products whose sums are asked for: of distances u to the third order in one covariate, to the second in several. */
export interface Moment {
  readonly name: string;
  /** Numbers of the covariates whose distances are multiplied. */
  readonly of: readonly number[];
  /** Times the response. */
  readonly response: boolean;
}

export function momentsOf(d: number, response: boolean): Moment[] {
  const each = Array.from({ length: d }, (_, j) => j);
  const moment = (of: readonly number[], response = false): Moment => ({
    name: momentName(of, response),
    of,
    response,
  });
  return [
    ...each.map((j) => moment([j])),
    ...each.flatMap((j) => each.slice(0, j + 1).map((k) => moment([j, k]))),
    ...d === 1 ? [moment([0, 0, 0])] : [],
    ...response ? each.map((j) => moment([j], true)) : [],
  ];
}

/** @param of numbers of covariates, in any order */
export const momentName = (of: readonly number[], response: boolean): string =>
  `${response ? "r" : "m"}${[...of].sort((a, b) => b - a).join("_")}`;

export const distance = (j: number): Expr => column(distanceName(j));
