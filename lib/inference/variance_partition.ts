/**
 * Where the variance of the linear predictor comes from: fixed effects, random effects, and the response's own variance on
 * the link scale (Nakagawa, Johnson & Schielzeth 2017, J. R. Soc. Interface 14:20170213; random slopes by Johnson 2014).
 */
import { evaluateRecipe } from "../formula/evaluate_recipe.ts";
import { trigamma } from "../math/gamma_function.ts";
import { engineOf, type Model, usedRows } from "../model/model.ts";
import { formulaPieces, randomText, refit, writeFormula } from "./refit.ts";

/** Variances on the link scale. */
export interface VariancePartition {
  readonly fixed: number;
  readonly random: number;
  /** The response's own variance, on the link scale. */
  readonly residual: number;
  /** How `residual` was found. */
  readonly method: string;
}

/** Partition of the variance of a model's conditional part. */
export function variancePartition(model: Model): VariancePartition {
  const { design } = engineOf(model, "the partition of the variance"), { beta } = model.parts[0];
  const { X } =
    evaluateRecipe(model.recipe, usedRows(model), { parts: ["cond"], random: false }).predictors[0];
  const eta = new Float64Array(design.n);
  X.forEach((x, j) => {
    for (let i = 0; i < eta.length; i++) eta[i] += beta[j] * x[i];
  });
  return { fixed: sampleVariance(eta), random: randomVariance(model), ...residualVariance(model) };
}

function sampleVariance(x: Float64Array): number {
  const mean = x.reduce((s, v) => s + v, 0) / x.length;
  return x.reduce((s, v) => s + (v - mean) ** 2, 0) / Math.max(1, x.length - 1);
}

/** Mean over the rows of zᵀ Σ z, summed over the terms. */
function randomVariance(model: Model): number {
  const { design } = model.engine!, terms = design.predictors[0].random;
  const results = model.random.filter((t) => t.part === "cond");
  return results.reduce((sum, t, k) => {
    const columns = terms[k].columns, c = t.names.length;
    let total = 0;
    for (let a = 0; a < c; a++) {
      for (let b = 0; b < c; b++) {
        let moment = 0;
        for (let i = 0; i < design.n; i++) moment += (columns[a]?.[i] ?? 1) * (columns[b]?.[i] ?? 1);
        total += t.covariance.get(a, b) * moment / design.n;
      }
    }
    return sum + total;
  }, 0);
}

function residualVariance(model: Model): { residual: number; method: string } {
  const { family, sigma } = model,
    link = family.link.name,
    latent: Record<string, number> = {
      logit: Math.PI ** 2 / 3,
      probit: 1,
      cloglog: Math.PI ** 2 / 6,
    };
  if (family.usesTrials) {
    if (latent[link] !== undefined) return { residual: latent[link], method: `latent ${link} variance` };
  } else if (family.name === "gaussian" && link === "identity") {
    return { residual: sigma ** 2, method: "residual variance" };
  } else if (family.name === "studentT" && link === "identity") {
    return {
      residual: family.variance(0, Object.values(model.parameters), 1),
      method: "variance of the t distribution",
    };
  } else if (family.name === "gamma" && link === "log") {
    return { residual: sigma ** 2, method: "delta method, 1/shape" };
  } else if (link === "log") {
    const mu = nullMean(model), v = family.variance(mu, Object.values(model.parameters), 1);
    return {
      residual: Math.log1p(v / mu ** 2),
      method: "lognormal approximation at the mean of the null model",
    };
  } else if (family.name === "beta" && link === "logit") {
    const mu = nullMean(model), phi = sigma;
    return {
      residual: trigamma(mu * phi) + trigamma((1 - mu) * phi),
      method: "variance of logit(y) at the mean of the null model",
    };
  }
  const mu = nullMean(model), v = family.variance(mu, Object.values(model.parameters), 1);
  return {
    residual: v / family.link.slope(family.link.eta(mu)) ** 2,
    method: "delta method at the mean of the null model",
  };
}

/** Mean of the model with the random effects alone. */
function nullMean(model: Model): number {
  const pieces = formulaPieces(model);
  const formula = writeFormula({
    ...pieces,
    intercept: true,
    fixed: [],
    random: pieces.random.map(randomText),
  });
  const bare = refit(model, { formula });
  return model.family.link.mean(bare.parts[0].beta[0]);
}
