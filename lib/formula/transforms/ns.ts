import {
  booleanOption,
  constantInput,
  type Inputs,
  learnAtOnce,
  type Learner,
  numberOption,
  numericInput,
  type Transform,
} from "./transform.ts";
import { type SplineKnots, splinePieces } from "./natural_spline.ts";
import { quantileRanks, RankSearch } from "./order_statistics.ts";

/**
 * ns(x, df, knots, intercept = FALSE, Boundary.knots = range(x)): the columns of R's splines::ns, a basis of natural cubic splines. Knots that
 * are not given are quantiles (type 7) of x at equal shares, df − 1 of them, and one less with an intercept. Knots are remembered; beyond
 * the boundary knots the splines are straight lines.
 *
 * Source: Chambers & Hastie (1992), Statistical Models in S, section 7.4.2; Hyndman & Fan (1996), Am. Stat. 50:361–365 (quantiles).
 */
export const ns: Transform = {
  name: "ns",
  parameters: ["x", "df", "knots", "intercept", "Boundary.knots"],
  learn: () => new KnotLearner(),
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const knots = (state ?? learnAtOnce(new KnotLearner(), inputs)) as unknown as SplineKnots;
    const { starts, columns } = splinePieces(knots), inner = starts.slice(1);
    const values = columns.map(() => new Float64Array(x.length));
    for (let i = 0; i < x.length; i++) {
      let piece = 0;
      while (piece < inner.length && x[i] >= inner[piece]) piece++;
      // the upper boundary belongs to the last cubic: there the line has the same value
      const u = x[i] - starts[piece];
      columns.forEach((column, k) => {
        const [a, b, c, d] = column[piece];
        values[k][i] = a + u * (b + u * (c + u * d));
      });
    }
    return {
      value: { kind: "matrix", columns: values, suffixes: suffixesOf(columns.length) },
      state: { ...knots },
    };
  },
};

/** What follows the call in the names of its columns. */
export function suffixesOf(columns: number): string[] {
  return Array.from({ length: columns }, (_, k) => columns === 1 ? "" : String(k + 1));
}

/** What a call gives of its knots. */
export interface KnotOptions {
  readonly intercept: boolean;
  /** Null where they are quantiles. */
  readonly knots: readonly number[] | null;
  readonly boundary: readonly [number, number] | null;
  /** Number of quantiles. */
  readonly count: number;
}

/** @throws {RangeError} For numbers that are no knots. */
export function knotOptions(inputs: Inputs): KnotOptions {
  const intercept = booleanOption(inputs, "intercept", false), least = intercept ? 2 : 1;
  const df = numberOption(inputs, "df", least),
    knots = numbersIn(inputs, "knots"),
    ends = numbersIn(inputs, "Boundary.knots");
  if (!Number.isInteger(df) || df < least) {
    throw new RangeError(
      `Cannot compute ${inputs.text}: df must be a whole number >= ${least}, but is ${df}`,
    );
  }
  if (ends && (ends.length !== 2 || !(ends[0] < ends[1]))) {
    throw new RangeError(`Cannot compute ${inputs.text}: Boundary.knots must be two different numbers`);
  }
  return { intercept, knots, boundary: ends as [number, number] | null, count: df - least };
}

function numbersIn(inputs: Inputs, name: string): number[] | null {
  const items = constantInput(inputs, name);
  if (items === null) return null;
  if (items.every((item) => typeof item === "number")) return [...items as number[]].sort((a, b) => a - b);
  throw new TypeError(`Cannot compute ${inputs.text}: its argument ${name} must be numbers, as in c(1, 2)`);
}

/** @throws {RangeError} For knots that are not different, or not between those of the boundary. */
export function settledKnots(
  inputs: Inputs,
  { intercept }: KnotOptions,
  knots: readonly number[],
  boundary: readonly [number, number],
): SplineKnots {
  const all = [boundary[0], ...knots, boundary[1]];
  if (all.every((v, i) => i === 0 || v > all[i - 1])) return { knots, boundary, intercept };
  throw new RangeError(
    `Cannot compute ${inputs.text}: its knots ${
      all.map((v) => Number(v.toPrecision(4))).join(", ")
    } must all be different, those of the boundary outside the others; ` +
      "give fewer (df) or other ones (knots, Boundary.knots)",
  );
}

/** The searches for the ranks that quantiles are made of. */
export class KnotSearch {
  readonly searches: readonly RankSearch[];
  private readonly ranks: ReturnType<typeof quantileRanks>;

  /** @param n number of values, @param min, max of them */
  constructor(count: number, n: number, min: number, max: number) {
    this.ranks = quantileRanks(n, Array.from({ length: count }, (_, k) => (k + 1) / (count + 1)));
    const wanted = new Set(this.ranks.flatMap(({ lo, hi }) => [lo, hi]));
    this.searches = [...wanted].map((rank) => new RankSearch(rank, min, max));
  }

  get open(): RankSearch[] {
    return this.searches.filter(({ value }) => value === null);
  }

  get quantiles(): number[] {
    const at = (rank: number) => this.searches.find((search) => search.rank === rank)!.value!;
    return this.ranks.map(({ lo, hi, h }) => (1 - h) * at(lo) + h * at(hi));
  }
}

/** Range and number of values in the first pass, order statistics in some more. */
class KnotLearner implements Learner {
  private inside = 0;
  private min = Infinity;
  private max = -Infinity;
  private search: KnotSearch | null = null;
  /** Thresholds of this pass in order, with counts of values between them and the ends of those. */
  private thresholds: Float64Array = new Float64Array(0);
  private counts: Float64Array = new Float64Array(0);
  private least: Float64Array = new Float64Array(0);
  private most: Float64Array = new Float64Array(0);

  add(inputs: Inputs): void {
    const x = numericInput(inputs, "x"), { boundary } = knotOptions(inputs);
    const low = boundary?.[0] ?? -Infinity, high = boundary?.[1] ?? Infinity;
    for (let i = 0; i < x.length; i++) {
      const v = x[i];
      if (v !== v) continue;
      if (v < low || v > high) continue;
      if (this.search) this.count(v);
      else {
        this.inside++;
        this.min = Math.min(this.min, v);
        this.max = Math.max(this.max, v);
      }
    }
  }

  private count(v: number): void {
    const { thresholds, counts, least, most } = this;
    let from = 0, to = thresholds.length; // the first threshold that is not below
    while (from < to) {
      const middle = (from + to) >> 1;
      if (thresholds[middle] < v) from = middle + 1;
      else to = middle;
    }
    counts[from]++;
    if (v < least[from]) least[from] = v;
    if (v > most[from]) most[from] = v;
  }

  finish(inputs: Inputs) {
    const options = knotOptions(inputs);
    if (this.search === null) {
      if (this.inside === 0) {
        throw new RangeError(`Cannot compute ${inputs.text}: no value lies between the boundary knots`);
      }
      this.search = new KnotSearch(options.knots ? 0 : options.count, this.inside, this.min, this.max);
    } else this.tell(this.search);
    const { open } = this.search;
    if (open.length === 0) {
      const boundary = options.boundary ?? [this.min, this.max] as const;
      return { ...settledKnots(inputs, options, options.knots ?? this.search.quantiles, boundary) };
    }
    this.thresholds = Float64Array.from(new Set(open.flatMap(({ thresholds }) => thresholds))).sort();
    this.counts = new Float64Array(this.thresholds.length + 1);
    this.least = new Float64Array(this.counts.length).fill(Infinity);
    this.most = new Float64Array(this.counts.length).fill(-Infinity);
    return null;
  }

  private tell(search: KnotSearch): void {
    const below: number[] = [], above: number[] = [], cumulated: number[] = [];
    this.counts.forEach((c, k) => {
      cumulated[k] = (cumulated[k - 1] ?? 0) + c;
      below[k] = Math.max(below[k - 1] ?? -Infinity, this.most[k]);
    });
    for (let k = this.counts.length - 1; k >= 0; k--) {
      above[k] = Math.min(above[k + 1] ?? Infinity, this.least[k]);
    }
    const place = new Map(Array.from(this.thresholds, (c, k) => [c, k]));
    for (const each of search.open) {
      each.tell(each.thresholds.map((c) => {
        const k = place.get(c)!;
        return { count: cumulated[k], below: below[k], above: above[k + 1] };
      }));
    }
  }
}
