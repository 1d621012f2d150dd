/**
 * What is estimated in each cell of the grid, with its gradient in the parameters. Everything downstream (averages, contrasts,
 * tests) is linear in these: a linear predictor exactly, anything else by its tangent (delta method).
 */
import type { FactorColumn } from "../../frame.ts";
import { diagonalBlock, Matrix } from "../../math/dense.ts";
import { type Model, partOf, partsOf } from "../../model/result/model.ts";
import { uncertaintyOf } from "../../model/result/uncertainty.ts";
import type { ScaleMap } from "./back_transform.ts";
import { cellRows, type Cells, fixedPredictor } from "./estimability.ts";
import { populationMean } from "./population_mean.ts";
import { quantityValues } from "./quantity_values.ts";
import { meanQuantity, type RowQuantity } from "./row_quantity.ts";
import { RandomVariance } from "./random_variance.ts";

/** The quantity of every cell. */
export interface CellValues {
  readonly value: Float64Array;
  /** Where the value is linear in φ: what it is beyond that (offsets), free of rounding; else null. */
  readonly constant: Float64Array | null;
  /** ∂value/∂φ, one column per parameter; null where it is zero in every cell. */
  readonly gradient: readonly (Float64Array | null)[];
  /** Non-zero where the data do not determine the value, see {@link EstimableRows}. */
  readonly defect: readonly Float64Array[];
  /** Variance of the random effects of the linear predictor, where asked for. */
  readonly variance: Float64Array | null;
}

/** A quantity of cells as a function of parameters φ. */
export interface CellFunction {
  /** Number of parameters φ, their covariance, and their values as far as the quantity is linear in them. */
  readonly size: number;
  readonly covariance: Matrix;
  readonly beta: Float64Array;
  readonly linear: boolean;
  /** Not linear, but straight in the mean's coefficients: log E h(η + b) = η + s²/2 of a log link. */
  readonly straight?: boolean;
  /** Position of the first parameter among the stacked coefficients of all parts. */
  readonly first: number;
  evaluate(cells: Cells, n: number): CellValues;
}

/** η of one part; φ are its coefficients. */
export function linearPredictor(
  model: Model,
  part: string,
  options: { offset?: number; variance?: boolean } = {},
): CellFunction {
  const { beta, start } = partOf(model, part), p = beta.length;
  const random = options.variance ? new RandomVariance(model, part) : null;
  return {
    size: p,
    covariance: p === 0 ? Matrix.zeros(0, 0) : diagonalBlock(model.covariance, start, p),
    beta,
    linear: true,
    first: start,
    evaluate(cells, n) {
      const rows = cellRows(model, part, cells, n, random !== null);
      return {
        ...fixedPredictor(model, rows, n, options.offset),
        gradient: rows.X,
        defect: rows.defect,
        variance: random ? random.of(rows.predictor.random, n) : null,
      };
    },
  };
}

/** h(η): averages are then taken on the scale of the response. */
export function onResponse(inner: CellFunction, link: ScaleMap): CellFunction {
  return {
    ...inner,
    linear: false,
    straight: false,
    evaluate(cells, n) {
      const { value, gradient, defect, variance } = inner.evaluate(cells, n);
      const slope = value.map((eta) => link.slope(eta));
      return {
        value: value.map((eta) => link.mean(eta)),
        constant: null,
        gradient: gradient.map((column) => column && column.map((x, i) => x * slope[i])),
        defect: defect.map((column) => column.map(Math.abs)),
        variance,
      };
    },
  };
}

/** φ of everything that a response mean depends on: coefficients of all parts, and θ where it is averaged over. */
function stacked(model: Model, withTheta: boolean) {
  const theta = withTheta && model.random.length > 0;
  const covariance = theta ? uncertaintyOf(model).covariance : model.covariance;
  const beta = new Float64Array(covariance.rows);
  for (const part of model.parts) beta.set(part.beta, part.start);
  return {
    size: covariance.rows,
    covariance,
    beta,
    linear: false,
    first: 0,
    thetaAt: theta ? model.covariance.rows : -1,
  };
}

/** Of whom, at which offset, and how h⁻¹(E y) is read. */
export interface MeanOptions {
  readonly population: boolean;
  readonly offset?: number;
  /** In place of the family's link: a transformed response that is undone. */
  readonly link?: ScaleMap;
  /** Anything else than E y; the mean without extra zeros is `meanQuantity(model, true)`. */
  readonly quantity?: RowQuantity | null;
}

/**
 * g(E y) at b = 0 or averaged over the random effects, b = zᵀb ~ N(0, zᵀΣz) for every predictor. On the scale of the link, so
 * that intervals stay inside the range of the response and differences of logs are ratios.
 */
export function responseMean(model: Model, options: MeanOptions): CellFunction {
  const { population, quantity = meanQuantity(model) } = options, [first] = partsOf(model);
  const { link = quantity?.scale ?? first.link } = options, phi = stacked(model, population);
  if (!quantity && !population && link.name === first.link.name) {
    return linearPredictor(model, first.name, { offset: options.offset });
  }
  const mean = quantity
    ? averagedQuantity(model, quantity, population, options.offset, phi)
    : averagedMean(model, first.name, link, population, options.offset, phi);
  return {
    ...phi,
    straight: !quantity && link.name === "log" && first.link.name === "log",
    evaluate(cells, n) {
      const mu = mean(cells, n), value = mu.value.map((m) => link.eta(m));
      const tangent = value.map((eta) => 1 / link.slope(eta));
      const gradient = mu.gradient.map((column) => column && column.map((x, i) => tangent[i] * x));
      if (mu.linear) likePredictor(value, gradient, mu.linear, partOf(model, first.name).start);
      return { value, constant: null, gradient, defect: mu.defect, variance: null };
    },
  };
}

/** Means that are their limit but for rounding: on the scale of the link they go there with the predictor of the typical group. */
function likePredictor(
  value: Float64Array,
  gradient: readonly (Float64Array | null)[],
  linear: CellValues,
  start: number,
): void {
  for (let i = 0; i < value.length; i++) {
    if (Number.isFinite(value[i])) continue;
    value[i] = linear.value[i];
    gradient.forEach((column, j) => column && (column[i] = linear.gradient[j - start]?.[i] ?? 0));
  }
}

/** E f(η + b) of a quantity of several predictors, with its gradient in φ. */
function averagedQuantity(
  model: Model,
  quantity: RowQuantity,
  population: boolean,
  offset: number | undefined,
  phi: { size: number; thetaAt: number },
) {
  const all = partsOf(model),
    used = quantity.parts.map((k) => {
      const { name } = all[k], random = population ? new RandomVariance(model, name) : null;
      return {
        k,
        start: partOf(model, name).start,
        eta: linearPredictor(model, name, { offset: k === 0 ? offset : undefined }),
        random: random?.any ? random : null,
        part: name,
      };
    });
  return (cells: Cells, n: number) => {
    const gradient: (Float64Array | null)[] = new Array(phi.size).fill(null);
    const parts = used.map((part) => ({
      ...part,
      ...randomOf(part, cells, n),
      linear: part.eta.evaluate(cells, n),
    }));
    const none = new Float64Array(n), at = (k: number) => parts.find((part) => part.k === k);
    const { value, byEta, byVariance } = quantityValues(
      quantity,
      all.map((_, k) => at(k)?.linear.value ?? none),
      all.map((_, k) => at(k)?.variance ?? null),
    );
    const add = (j: number, x: Float64Array, slope: Float64Array) => {
      const out = gradient[j] ??= new Float64Array(n);
      for (let i = 0; i < n; i++) out[i] += x[i] * slope[i];
    };
    for (const { k, start, linear, derivatives } of parts) {
      linear.gradient.forEach((x, j) => x && add(start + j, x, byEta[k]));
      derivatives.forEach((d, j) => add(phi.thetaAt + j, d, byVariance[k]));
    }
    const defect = parts.flatMap(({ linear }) => linear.defect.map((column) => column.map(Math.abs)));
    return { value, gradient, defect, linear: null };
  };

  function randomOf({ random, part }: typeof used[number], cells: Cells, n: number) {
    if (!random) return { variance: null, derivatives: [] };
    const { predictor } = cellRows(model, part, cells, n, true);
    return {
      variance: random.of(predictor.random, n),
      derivatives: phi.thetaAt >= 0 ? random.derivatives(predictor.random, n) : [],
    };
  }
}

/** What is compared on the link scale, where it is a combination of several predictors. */
export function locationFunction(
  model: Model,
  quantity: RowQuantity,
  options: { offset?: number },
): CellFunction {
  const phi = stacked(model, false), { beta } = phi;
  const value = averagedQuantity(model, quantity, false, options.offset, phi);
  return {
    ...phi,
    linear: true,
    evaluate(cells, n) {
      const { value: total, gradient, defect } = value(cells, n), constant = total.slice();
      gradient.forEach((column, j) => {
        if (column) { for (let i = 0; i < n; i++) constant[i] -= beta[j] * column[i]; }
      });
      return { value: total, constant, gradient, defect, variance: null };
    },
  };
}

/** One function for every level of a column of the cells. */
export function byLevel(functions: readonly CellFunction[], column: string): CellFunction {
  return {
    ...functions[0],
    evaluate(cells, n) {
      const { codes } = cells[column] as FactorColumn, size = functions[0].size;
      const each = functions.map((f) => f.evaluate(cells, n));
      const pick = (of: (v: CellValues) => Float64Array | null | undefined) =>
        Float64Array.from({ length: n }, (_, i) => of(each[codes[i]])?.[i] ?? 0);
      return {
        value: pick((v) => v.value),
        constant: null,
        gradient: Array.from(
          { length: size },
          (_, j) => each.some((v) => v.gradient[j]) ? pick((v) => v.gradient[j]) : null,
        ),
        defect: each[0].defect.map((_, d) => pick((v) => v.defect[d])),
        variance: null,
      };
    },
  };
}

/** zᵀΣz of the random effects of one part in every cell. */
export function randomVariance(model: Model, part: string, cells: Cells, n: number): Float64Array {
  const { predictor } = cellRows(model, part, cells, n, true);
  return new RandomVariance(model, part).of(predictor.random, n);
}

/** E h(η + b) of one part with its gradient in φ. */
function averagedMean(
  model: Model,
  part: string,
  link: ScaleMap,
  population: boolean,
  offset: number | undefined,
  phi: { size: number; thetaAt: number },
) {
  const { start } = partOf(model, part), eta = linearPredictor(model, part, { offset });
  const random = population ? new RandomVariance(model, part) : null;
  return (cells: Cells, n: number) => {
    const linear = eta.evaluate(cells, n), value = new Float64Array(n), slope = new Float64Array(n);
    const gradient: (Float64Array | null)[] = new Array(phi.size).fill(null);
    let byVariance: Float64Array | null = null, derivatives: Float64Array[] = [];
    if (random && random.any) {
      const { predictor } = cellRows(model, part, cells, n, true);
      const variance = random.of(predictor.random, n);
      byVariance = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        const m = populationMean(link, linear.value[i], Math.sqrt(variance[i]));
        value[i] = m.mean;
        slope[i] = m.byEta;
        byVariance[i] = m.byVariance;
      }
      if (phi.thetaAt >= 0) derivatives = random.derivatives(predictor.random, n);
    } else {
      for (let i = 0; i < n; i++) {
        value[i] = link.mean(linear.value[i]);
        slope[i] = link.slope(linear.value[i]);
      }
    }
    linear.gradient.forEach((column, j) =>
      gradient[start + j] = column && column.map((x, i) => x * slope[i])
    );
    derivatives.forEach((d, j) => gradient[phi.thetaAt + j] = d.map((v, i) => v * byVariance![i]));
    return { value, gradient, defect: linear.defect.map((column) => column.map(Math.abs)), linear };
  };
}
