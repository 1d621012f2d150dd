/** A methods-and-results paragraph in plain words. */
import { formatCount, formatPValues, formatSignificant } from "../display.ts";
import { coefficientStatistics, normalQuantile } from "./coefficients.ts";
import type { Model, TermResult } from "./model.ts";
import { aic } from "./statistics.ts";

const FAMILY_NAMES: Record<string, string> = {
  gaussian: "Gaussian",
  binomial: "binomial",
  poisson: "Poisson",
  gamma: "gamma",
  beta: "beta",
  studentT: "Student t",
  nbinom1: "negative binomial (linear variance)",
  nbinom2: "negative binomial (quadratic variance)",
};

/**
 * Describes the model and its fixed effects in sentences, with numbers, for a methods and results section.
 * @returns plain text; ratios instead of differences for log and logit links
 */
export function report(model: Model): string {
  return [
    methods(model),
    ...model.messages.length > 0 && !model.converged ? [model.messages[0]] : [],
    randomPart(model),
    effects(model),
    citation(),
  ]
    .filter(Boolean).join(" ");
}

function methods(model: Model): string {
  const { family, random, formulas } = model, name = FAMILY_NAMES[family.name] ?? family.name;
  const kind = random.length > 0 ? `${name} mixed model` : `${name} regression`;
  const extras = [
    formulas.zeroInflation && `zero inflation ${formulas.zeroInflation}`,
    formulas.dispersion && `dispersion ${formulas.dispersion}`,
  ].filter(Boolean);
  const by = model.method === "REML"
    ? "restricted maximum likelihood"
    : model.method === "maximum likelihood"
    ? "maximum likelihood"
    : `maximum likelihood with ${
      model.method === "Laplace approximation" ? "the Laplace approximation" : model.method
    }`;
  return `We fitted a ${kind} with ${family.link.name} link (${model.formula}${
    extras.length ? `; ${extras.join("; ")}` : ""
  }) to ${formatCount(model.nobs)} observations by ${by} (AIC ${aic(model).toFixed(1)}).`;
}

function randomPart(model: Model): string {
  return model.random.map((t: TermResult) => {
    const sd = t.names.map((n, i) => {
      const s = Math.sqrt(Math.max(0, t.covariance.get(i, i)));
      return `${s === 0 ? "0" : formatSignificant(s, 3)} (${n === "(Intercept)" ? "intercept" : n})`;
    });
    return `Random effects of ${t.group} (${formatCount(t.levels.length)} levels) had standard deviation${
      sd.length > 1 ? "s" : ""
    } ${sd.join(", ")}.`;
  }).join(" ");
}

function effects(model: Model): string {
  const part = model.parts[0],
    s = coefficientStatistics(model, part),
    z = normalQuantile(0.95),
    link = model.family.link.name;
  const ratio = link === "log" || link === "logit";
  const noun = link === "logit" ? "odds ratio" : link === "log" ? "ratio" : "difference";
  const sentences = s.names.flatMap((term, j) => {
    if (term === "(Intercept)") return [];
    const [e, lo, hi] = [s.estimate[j], s.estimate[j] - z * s.stdError[j], s.estimate[j] + z * s.stdError[j]]
      .map((v) => (ratio ? Math.exp(v) : v));
    const p = formatPValues([s.pValue[j]])[0];
    return [
      `${term}: ${noun} ${formatSignificant(e, 3)} (95 % CI ${formatSignificant(lo, 3)} to ${
        formatSignificant(hi, 3)
      }, p ${p.startsWith("<") ? p : `= ${p}`})`,
    ];
  });
  return sentences.length > 0 ? `Effects on ${model.response}: ${sentences.join("; ")}.` : "";
}

function citation(): string {
  return "Fitted with tidyglmm for Deno.";
}
