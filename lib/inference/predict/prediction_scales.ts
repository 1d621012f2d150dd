/** From linear predictors to the scale that was asked for: estimates, standard errors by the delta method, interval ends. */
import { identity } from "../../model/links/identity.ts";
import { columnNames, type Frame, readColumn } from "../../frame.ts";
import type { Link } from "../../model/links/link.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import type { RowQuantity } from "../cells/row_quantity.ts";
import type { PredictionType } from "./prediction_type.ts";
import { randomVariance, responseMean } from "../cells/grid_values.ts";
import { quantityValues } from "../cells/quantity_values.ts";
import type { Cells } from "../cells/estimability.ts";
import { typicalValues } from "../grid/grids.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { Ends } from "../profiles/one_sided.ts";
import { averageQuantity, populationMean } from "../cells/population_mean.ts";

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
 * @param type what is predicted
 * @param reach half-widths of the intervals in standard errors, by row
 * @param bare leave out standard errors and intervals
 */
export function onScale(
  model: Model,
  p: LinearPredictors,
  type: PredictionType,
  reach: Reach,
  bare: boolean,
): Scaled {
  if (type.quantity) return ofQuantity(model, p, type.quantity, reach, bare);
  const { part, scale } = type;
  const variance = bare ? new Float64Array(p.n) : p.covariances([part])[0], tendency = p.tendencies(part);
  const se = variance.map((v) => Math.sqrt(Math.max(0, v)));
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

/** Names of the predictors behind a quantity, or of the mean's. */
export function partsNeeded(model: Model, quantity: RowQuantity | null): string[] {
  const names = partsOf(model).map(({ name }) => name);
  return quantity ? quantity.parts.map((k) => names[k]) : [names[0]];
}

type Scale = Pick<Link, "mean" | "slope">;

/** The ends of an interval on the scale of h, of which one may not be known (NaN). */
function mapped({ mean, slope }: Scale, { low, high }: Ends): Ends {
  const a = atLimit(mean, low), b = atLimit(mean, high);
  if (a === a && b === b) return { low: Math.min(a, b), high: Math.max(a, b) };
  return slope(1) < 0 ? { low: b, high: a } : { low: a, high: b };
}

/** h(η), also at η = ±∞, where formulas may divide infinity by itself. */
function atLimit(mean: (eta: number) => number, eta: number): number {
  const value = mean(eta);
  return value === value || eta !== eta ? value : mean(Math.sign(eta) * 1e300);
}

/**
 * A quantity of several predictors: delta method over all of them; the interval is made on its scale. In rows whose mean's
 * predictor runs to infinity the estimate is the limit, and the interval that of η₀ with the other predictors held.
 */
function ofQuantity(
  model: Model,
  p: LinearPredictors,
  quantity: RowQuantity,
  reach: Reach,
  bare: boolean,
): Scaled {
  const names = partsOf(model).map(({ name }) => name), used = partsNeeded(model, quantity);
  const eta = names.map((name) => used.includes(name) ? p.values(name) : new Float64Array(p.n));
  const V = bare ? [] : p.covariances(used), tendency = p.tendencies(names[0]), { scale } = quantity;
  const { value, byEta } = quantityValues(quantity, eta, eta.map(() => null));
  const row = new Float64Array(names.length);
  const at = (e: number) => {
    row[0] = e;
    return quantity.value(row);
  };
  const out: Scaled = {
    estimate: value,
    stdError: value.slice(),
    low: value.slice(),
    high: value.slice(),
  };
  for (let i = 0; i < p.n; i++) {
    const mean = value[i],
      se = bare ? NaN : Math.sqrt(Math.max(0, quadraticForm(V, quantity.parts, byEta, i)));
    out.stdError[i] = se;
    const centre = scale.eta(mean), width = reach[i] * se / Math.abs(scale.slope(centre));
    const ends = [scale.mean(centre - width), scale.mean(centre + width)];
    out.low[i] = Math.min(...ends);
    out.high[i] = Math.max(...ends);
    if (tendency[i] === 0) continue;
    for (let k = 0; k < row.length; k++) row[k] = eta[k][i];
    const limits = bare
      ? { low: eta[0][i], high: eta[0][i] }
      : p.ends(names[0], i, eta[0][i], V[0][i], reach[i]);
    const { low, high } = mapped({ mean: at, slope: () => Math.sign(byEta[0][i]) }, limits);
    out.estimate[i] = atLimit(at, tendency[i] * Infinity);
    out.stdError[i] = NaN;
    out.low[i] = low;
    out.high[i] = high;
  }
  if (!bare && model.family.variant?.nominal) {
    atInfiniteThresholds(p, quantity, { names, eta, V, byEta }, reach, out);
  }
  return out;
}

/**
 * Categories that a level has not: a threshold of its own runs to infinity, and where that puts the quantity at its edge the interval is
 * that of the threshold with the other predictors held.
 */
function atInfiniteThresholds(
  p: LinearPredictors,
  { parts, value, scale }: RowQuantity,
  { names, eta, V, byEta }: {
    names: readonly string[];
    eta: readonly Float64Array[];
    V: readonly Float64Array[];
    byEta: readonly Float64Array[];
  },
  reach: Reach,
  out: Scaled,
): void {
  const tendency = names.map((name) => p.tendencies(name)), row = new Float64Array(names.length);
  const variance = (k: number) =>
    parts.slice(0, parts.indexOf(k)).reduce((at, _, a) => at + parts.length - a, 0);
  for (let i = 0; i < p.n; i++) {
    const infinite = parts.filter((k) => k > 0 && Math.abs(tendency[k][i]) === 1);
    if (infinite.length === 0 || tendency[0][i] !== 0) continue;
    for (let k = 0; k < row.length; k++) {
      row[k] = tendency[k][i] === 0 ? eta[k][i] : tendency[k][i] * Infinity;
    }
    const limit = value(row);
    if (limit !== limit || Number.isFinite(scale.eta(limit))) continue;
    const nearest = infinite.reduce((a, b) => Math.abs(byEta[b][i]) > Math.abs(byEta[a][i]) ? b : a);
    const at = (e: number) => {
      row[nearest] = e;
      return value(row);
    };
    const ends = p.ends(names[nearest], i, eta[nearest][i], V[variance(nearest)][i], reach[i]);
    const { low, high } = mapped({ mean: at, slope: () => Math.sign(byEta[nearest][i]) }, ends);
    out.estimate[i] = limit;
    out.stdError[i] = NaN;
    out.low[i] = low;
    out.high[i] = high;
  }
}

/** Σ_kl s_k V_kl s_l of row i, from the upper triangle. */
function quadraticForm(
  V: readonly Float64Array[],
  parts: readonly number[],
  slopes: readonly Float64Array[],
  i: number,
): number {
  let sum = 0, at = 0;
  for (let a = 0; a < parts.length; a++) {
    for (let b = a; b < parts.length; b++) {
      sum += (a === b ? 1 : 2) * slopes[parts[a]][i] * V[at++][i] * slopes[parts[b]][i];
    }
  }
  return sum;
}

/** E y averaged over the random effects; the interval is made on the scale of the link. */
export function populationAverage(
  model: Model,
  rows: Frame,
  p: LinearPredictors,
  { quantity }: PredictionType,
  reach: Reach,
): Scaled {
  const [mean] = partsOf(model), link = quantity?.scale ?? mean.link;
  const f = responseMean(model, { quantity, population: true }),
    { n } = p,
    tendency = p.tendencies(mean.name),
    absent = p.absent(partsNeeded(model, quantity));
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
    if (absent[i] === 1) {
      out.estimate[i] =
        out.stdError[i] =
        out.low[i] =
        out.high[i] =
          NaN;
    }
  }
  if (tendency.some((t) => t !== 0)) {
    limitsOfAverages(model, p, { out, tendency, quantity, reach, cells });
  }
  return out;
}

/** Rows whose mean's predictor runs to infinity: the average at the ends of that predictor's own interval, the others held. */
function limitsOfAverages(
  model: Model,
  p: LinearPredictors,
  { out, tendency, quantity, reach, cells }: {
    out: Scaled;
    tendency: Float64Array;
    quantity: RowQuantity | null;
    reach: Reach;
    cells: Cells;
  },
) {
  const all = partsOf(model), [{ name, link }] = all, used = quantity?.parts ?? [0];
  const of = (value: (name: string) => Float64Array) =>
    all.map((part, k) => used.includes(k) ? value(part.name) : new Float64Array(p.n));
  const eta = of((part) => p.values(part)), variance = of((part) => randomVariance(model, part, cells, p.n));
  const row = new Float64Array(all.length),
    s = new Float64Array(all.length),
    averaged = { mean: 0, byEta: row.slice(), byVariance: row.slice() };
  for (let i = 0; i < p.n; i++) {
    if (tendency[i] === 0) continue;
    for (let k = 0; k < row.length; k++) [row[k], s[k]] = [eta[k][i], Math.sqrt(variance[k][i])];
    const average = (e: number) => {
      if (!quantity) return Number.isFinite(e) ? populationMean(link, e, s[0]).mean : atLimit(link.mean, e);
      row[0] = Math.max(-1e300, Math.min(1e300, e));
      averageQuantity(quantity, row, s, averaged);
      return averaged.mean;
    };
    out.estimate[i] = atLimit(average, tendency[i] * Infinity);
    out.stdError[i] = NaN;
    const { low, high } = p.ends(name, i, eta[0][i], 0, reach[i]);
    const slope = () => quantity ? Math.sign(average(1) - average(0)) : link.slope(1);
    ({ low: out.low[i], high: out.high[i] } = mapped({ mean: average, slope }, { low, high }));
  }
}
