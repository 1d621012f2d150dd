/**
 * Where the variance of the linear predictor comes from: fixed effects, random effects, and the response's own variance on
 * the link scale (Nakagawa, Johnson & Schielzeth 2017, J. R. Soc. Interface 14:20170213; random slopes by Johnson 2014).
 */
import { ones } from "../../math/shared_memory.ts";
import { positionVariance } from "../../model/result/term_result.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import { type DenseMatrix, Matrix } from "../../math/dense.ts";
import { evaluateRecipe } from "../../formula/evaluate_recipe.ts";
import { isDispersion, MEAN } from "../../model/families/part.ts";
import { type Model, partOf, partsOf, usedRows } from "../../model/result/model.ts";
import { solutionOf } from "../../model/result/solution.ts";
import { modelAt, warmPlan } from "../../model/refits.ts";

/** Variances on the link scale. */
export interface VariancePartition {
  readonly fixed: number;
  readonly random: number;
  /** The response's own variance on the link scale, observation-level random effects included. */
  readonly residual: number;
  /** How `residual` was found. */
  readonly method: string;
  /** Labels of the observation-level terms. */
  readonly observationLevel: readonly string[];
}

/** Partition of the variance of a model's conditional part. */
export function variancePartition(model: Model): VariancePartition {
  const terms = termVariances(model), own = terms.filter(({ observationLevel }) => observationLevel);
  const sum = (of: typeof terms) => of.reduce((s, { variance }) => s + variance, 0);
  const { residual, method } = residualVariance(model);
  return {
    fixed: fixedVariance(model),
    random: sum(terms) - sum(own),
    residual: residual + sum(own),
    method,
    observationLevel: own.map(({ label }) => label),
  };
}

/** Variance of Xβ over the rows of the fit; with nominal effects of Xβ less the mean threshold, which they move. */
function fixedVariance(model: Model): number {
  const { design, moments } = solutionOf(model, "the partition of the variance"), { family } = model;
  if (moments) return moments.fixed(model.parts[0].beta);
  const weights = family.variant?.nominal ? family.location!(model.parts.length) : [1];
  const used = model.parts.filter((_, k) => (weights[k] ?? 0) !== 0), parts = used.map(({ part }) => part);
  const { predictors } = evaluateRecipe(model.recipe, usedRows(model), { parts, random: false });
  const eta = new Float64Array(design.n);
  used.forEach((own, k) => {
    const weight = weights[model.parts.indexOf(own)];
    predictors[k].X.forEach((x, j) => {
      for (let i = 0; i < eta.length; i++) eta[i] += weight * own.beta[j] * x[i];
    });
  });
  return sampleVariance(eta, design.weights);
}

/** Variance over the rows, each counted as often as its frequency weight says. */
function sampleVariance(x: Float64Array, weights: Float64Array | null): number {
  const w = (i: number) => weights ? weights[i] : 1, n = x.reduce((s, _, i) => s + w(i), 0);
  const mean = x.reduce((s, v, i) => s + w(i) * v, 0) / n;
  return x.reduce((s, v, i) => s + w(i) * (v - mean) ** 2, 0) / Math.max(1, n - 1);
}

/**
 * Mean over the rows of zᵀ Σ z for every term. A term with one level for each row says how observations differ and not groups:
 * its variance is additive overdispersion, a part of the residual (Nakagawa, Johnson & Schielzeth 2017, section 2b).
 */
function termVariances(model: Model): { label: string; variance: number; observationLevel: boolean }[] {
  const { design, moments } = solutionOf(model, "variances of the terms"),
    terms = design.predictors[0].random;
  return model.random.filter((t) => t.part === MEAN).map((t, k) => {
    let variance = 0;
    if (t.positions) variance = meanOver(design, (i) => positionVariance(t, terms[k].position!.codes[i]));
    else {
      const moment = moments?.terms[k] ?? momentsOf(design, terms[k]), c = t.names.length;
      for (let a = 0; a < c; a++) {
        for (let b = 0; b < c; b++) variance += t.covariance.get(a, b) * moment.get(a, b);
      }
    }
    const [, , most] = t.rowsPerLevel;
    return {
      label: t.label,
      variance,
      observationLevel: t.residual !== null || most === 1 && t.levels.length === design.n,
    };
  });
}

/** Mean of zzᵀ. */
function momentsOf(design: Design, { columns, names: { length: c } }: RandomTerm): DenseMatrix {
  const out = Matrix.zeros(c, c), z = (j: number, i: number) => columns[j]?.[i] ?? 1;
  for (let a = 0; a < c; a++) {
    for (let b = 0; b < c; b++) out.set(a, b, meanOver(design, (i) => z(a, i) * z(b, i)));
  }
  return out;
}

/** Mean over the rows, each counted as often as its frequency weight says. */
function meanOver({ n, weights }: Design, value: (i: number) => number): number {
  let sum = 0, total = 0;
  for (let i = 0; i < n; i++) {
    const w = weights ? weights[i] : 1;
    sum += w * value(i);
    total += w;
  }
  return sum / total;
}

function residualVariance(model: Model): { residual: number; method: string } {
  const { family } = model, { link } = family, parameters = Object.values(model.parameters);
  const sigma = family.variant?.dispersion ? Math.sqrt(meanSquareScale(model)) : model.sigma;
  const own = family.observationVariance?.({ sigma, parameters, nullMean: () => nullMean(model) });
  if (own) return { residual: own.variance, method: own.method };
  const row = typicalRow(model, nullMean(model)), slopes = new Float64Array(row.length);
  const variance = base(model).variance(row, 1), mean = base(model).mean(row);
  if (link.name === "log" && !family.usesTrials) {
    return {
      residual: Math.log1p(variance / mean ** 2),
      method: "lognormal approximation at the mean of the null model",
    };
  }
  base(model).meanSlopes(row, slopes);
  return { residual: variance / slopes[0] ** 2, method: "delta method at the mean of the null model" };
}

/** Mean over the rows of the squared scale of a latent variable. */
function meanSquareScale(model: Model): number {
  const solution = solutionOf(model, "the scale of the rows"), k = partsOf(model).findIndex(isDispersion);
  const eta = solution.linearPredictors()[k];
  return meanOver(solution.design, (i) => Math.exp(2 * eta[i]));
}

/** The family without extra zeros. */
const base = ({ family }: Model) => family.conditional ?? family;

/** Predictors of a row with mean μ and the model's own parameters. */
function typicalRow(model: Model, mu: number): number[] {
  return base(model).parts({}).map(({ name, link, constantOnly }, k) =>
    k > 0 && constantOnly ? partOf(model, name).beta[0] : link.eta(k === 0 ? mu : model.parameters[name])
  );
}

/**
 * Mean of the typical observation under the model with an intercept and the random effects alone: the average over the rows of
 * h(β₀ + offset), so that the unit of an exposure cancels. The fit is to the same rows and the same response.
 */
function nullMean(model: Model): number {
  const { design } = solutionOf(model, "the null model"), [mean, ...others] = design.predictors;
  const intercept = {
    ...mean,
    X: [ones(design.n)],
    names: ["(Intercept)"],
    terms: [{ label: "(Intercept)", factors: [], start: 0, count: 1 }],
    dropped: [],
  };
  const plan = {
    ...warmPlan(model),
    warm: undefined,
    design: { ...design, predictors: [intercept, ...others] },
  };
  const bare = modelAt(model, plan);
  const [beta0] = bare.parts[0].beta, [{ link }] = partsOf(model), { offset } = mean, { weights } = design;
  if (!offset) return link.mean(beta0);
  let sum = 0, total = 0;
  offset.forEach((o, i) => {
    const w = weights ? weights[i] : 1;
    sum += w * link.mean(beta0 + o);
    total += w;
  });
  return sum / total;
}
