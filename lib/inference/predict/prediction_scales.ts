/** From linear predictors to the scale that was asked for: estimates, standard errors by the delta method, interval ends. */
import { logit } from "../../model/links/logit.ts";
import { columnNames, type Frame, readColumn } from "../../frame.ts";
import type { Link } from "../../model/links/link.ts";
import type { Model } from "../../model/result/model.ts";
import { type Cells, randomVariance, responseMean } from "../cells/grid_values.ts";
import { typicalValues } from "../grid/grids.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { Ends } from "../profiles/one_sided.ts";
import { populationMean } from "../cells/population_mean.ts";

/** Half-width of an interval in standard errors, for every row. */
export type Reach = Float64Array;

/** Estimates, standard errors and interval ends on one scale. */
export interface Scaled {
  estimate: Float64Array;
  stdError: Float64Array;
  low: Float64Array;
  high: Float64Array;
}

/**
 * @param reach half-widths of the intervals in standard errors, by row
 * @param bare leave out standard errors and intervals
 */
export function onScale(
  model: Model,
  p: LinearPredictors,
  type: string,
  reach: Reach,
  bare: boolean,
): Scaled {
  const link = model.family.link, inflated = model.parts.some((q) => q.part === "zi");
  if (type === "response" && inflated) return inflatedMean(model, p, reach, bare);
  const part = type === "zprob" || type === "zlink" ? "zi" : type === "disp" ? "disp" : "cond";
  const variance = bare ? new Float64Array(p.n) : p.covariances([part])[0], tendency = p.tendencies(part);
  const se = variance.map((v) => Math.sqrt(Math.max(0, v)));
  const identity = { mean: (e: number) => e, slope: () => 1 };
  const exponential = { mean: Math.exp, slope: Math.exp };
  const scale = type === "link" || type === "zlink"
    ? identity
    : type === "zprob"
    ? logit
    : type === "disp"
    ? exponential
    : link;
  const eta = p.values(part), low = new Float64Array(p.n), high = new Float64Array(p.n);
  const stdError = eta.map((e, i) => Math.abs(scale.slope(e)) * se[i]);
  for (let i = 0; i < p.n; i++) {
    let ends = { low: eta[i] - reach[i] * se[i], high: eta[i] + reach[i] * se[i] };
    if (tendency[i] !== 0) {
      if (!bare) ends = p.ends(part, i, eta[i], variance[i], reach[i]);
      eta[i] = tendency[i] * Infinity;
      stdError[i] = scale === identity ? Infinity : NaN;
    }
    ({ low: low[i], high: high[i] } = mapped(scale, ends));
  }
  return { estimate: eta.map((e) => atLimit(scale.mean, e)), stdError, low, high };
}

type Scale = Pick<Link, "mean" | "slope">;

/** The ends of an interval on the scale of h, of which one may not be known (NaN). */
function mapped({ mean, slope }: Scale, { low, high }: Ends): Ends {
  const a = atLimit(mean, low), b = atLimit(mean, high);
  if (a === a && b === b) return { low: Math.min(a, b), high: Math.max(a, b) };
  return slope(1) < 0 ? { low: b, high: a } : { low: a, high: b };
}

/** h(η), also at η = ±∞, where formulas may divide infinity by itself. */
export function atLimit(mean: (eta: number) => number, eta: number): number {
  const value = mean(eta);
  return value === value || eta !== eta ? value : mean(Math.sign(eta) * 1e300);
}

/** E y = (1 − p₀) μ: delta method over both predictors; the interval is made on the scale of the link, applied to E y. */
function inflatedMean(model: Model, p: LinearPredictors, reach: Reach, bare: boolean): Scaled {
  const { link } = model.family, eta = p.values("cond"), zi = p.values("zi");
  const [v1, v12, v2] = bare ? [0, 1, 2].map(() => new Float64Array(p.n)) : p.covariances(["cond", "zi"]);
  const tendency = p.tendencies("cond");
  const out: Scaled = { estimate: eta.slice(), stdError: eta.slice(), low: eta.slice(), high: eta.slice() };
  for (let i = 0; i < p.n; i++) {
    const zero = logit.mean(zi[i]), mu = link.mean(eta[i]), mean = mu * (1 - zero);
    const a = link.slope(eta[i]) * (1 - zero), b = -mu * zero * (1 - zero);
    const se = Math.sqrt(Math.max(0, a * a * v1[i] + 2 * a * b * v12[i] + b * b * v2[i]));
    out.estimate[i] = mean;
    out.stdError[i] = se;
    const centre = link.eta(mean), width = reach[i] * se / Math.abs(link.slope(centre));
    const ends = [link.mean(centre - width), link.mean(centre + width)];
    out.low[i] = Math.min(...ends);
    out.high[i] = Math.max(...ends);
    if (tendency[i] === 0) continue;
    const limits = bare ? { low: eta[i], high: eta[i] } : p.ends("cond", i, eta[i], v1[i], reach[i]);
    const { low, high } = mapped(link, limits);
    out.estimate[i] = atLimit(link.mean, tendency[i] * Infinity) * (1 - zero);
    out.stdError[i] = NaN;
    out.low[i] = low * (1 - zero);
    out.high[i] = high * (1 - zero);
  }
  return out;
}

/** E y averaged over the random effects; the interval is made on the scale of the link. */
export function populationAverage(
  model: Model,
  rows: Frame,
  p: LinearPredictors,
  inflated: boolean,
  reach: Reach,
): Scaled {
  const { link } = model.family, zi = inflated && model.parts.some((p) => p.part === "zi");
  const f = responseMean(model, { inflated: zi, population: true }),
    { n } = p,
    tendency = p.tendencies("cond");
  const cells = Object.fromEntries([
    ...columnNames(rows).map((name) => [name, readColumn(rows, name)] as const),
    ...typicalValues(model, columnNames(rows), ["group"]).map(({ name, value }) =>
      [name, new Array(n).fill(value)] as const
    ),
  ]);
  const { value, gradient } = f.evaluate(cells, n),
    out: Scaled = {
      estimate: value.slice(),
      stdError: value.slice(),
      low: value.slice(),
      high: value.slice(),
    };
  for (let i = 0; i < n; i++) {
    let variance = 0;
    gradient.forEach((a, j) =>
      gradient.forEach((b, k) => variance += a && b ? a[i] * f.covariance.get(j, k) * b[i] : 0)
    );
    const se = Math.sqrt(Math.max(0, variance)),
      ends = [link.mean(value[i] - reach[i] * se), link.mean(value[i] + reach[i] * se)];
    out.estimate[i] = link.mean(value[i]);
    out.stdError[i] = Math.abs(link.slope(value[i])) * se;
    out.low[i] = Math.min(...ends);
    out.high[i] = Math.max(...ends);
  }
  if (tendency.some((t) => t !== 0)) limitsOfAverages(model, p, { out, tendency, zi, reach, cells });
  return out;
}

/** Rows that run to infinity: E h(η + b) at the ends of η's own interval; with zero inflation the finite end is not known. */
function limitsOfAverages(
  model: Model,
  p: LinearPredictors,
  { out, tendency, zi, reach, cells }: {
    out: Scaled;
    tendency: Float64Array;
    zi: boolean;
    reach: Reach;
    cells: Cells;
  },
) {
  const { link } = model.family, eta = p.values("cond"), variance = randomVariance(model, "cond", cells, p.n);
  for (let i = 0; i < p.n; i++) {
    if (tendency[i] === 0) continue;
    const average = (e: number) =>
      Number.isFinite(e)
        ? (zi ? NaN : populationMean(link, e, Math.sqrt(variance[i])).mean)
        : atLimit(link.mean, e);
    out.estimate[i] = atLimit(link.mean, tendency[i] * Infinity);
    out.stdError[i] = NaN;
    const { low, high } = p.ends("cond", i, eta[i], 0, reach[i]);
    ({ low: out.low[i], high: out.high[i] } = mapped({ ...link, mean: average }, { low, high }));
  }
}
