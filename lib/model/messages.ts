/** What a user should know of a fit, in plain words, most important first. */
import type { Design } from "../formula/types.ts";
import type { Model } from "./model.ts";

/** Messages about convergence, flat directions, singular terms, grouping factors; then those of the data. */
export function explain(model: Omit<Model, "messages">, design: Design): string[] {
  return [
    ...convergence(model),
    ...exactFit(model, design),
    ...flatDirections(model),
    ...singularTerms(model),
    ...groupingFactors(model),
    ...design.messages,
  ];
}

function convergence({ certificate }: Omit<Model, "messages">): string[] {
  if (certificate.converged) return [];
  return [
    `The fit did not reach an optimum that can be certified: gradient ${
      certificate.gradient.toExponential(1)
    } standard errors, ` +
    `smallest scaled eigenvalue of the Hessian ${certificate.smallestEigenvalue.toExponential(1)}. ` +
    `Read the estimates with care and try a simpler model.`,
  ];
}

/** A residual standard deviation that is rounding error: estimates are right, tests mean nothing. */
function exactFit({ engine, sigma }: Omit<Model, "messages">, { response: { name, y } }: Design): string[] {
  const size = Math.sqrt(y.reduce((s, v) => s + v * v, 0) / y.length);
  if (engine?.kind !== "gaussian" || sigma > 1e-12 * size) return [];
  return [
    `The model reproduces the response ${name} exactly (residual standard deviation ${
      sigma.toExponential(1)
    }): ` +
    `standard errors and tests have no meaning.`,
  ];
}

/** Coefficients that run to infinity (separation), or that the data do not determine. */
function flatDirections({ engine, parts }: Omit<Model, "messages">): string[] {
  if (!engine) return [];
  const out: string[] = [], { optimum: { flat }, objective: { effects } } = engine;
  if (flat.length === 0) return out;
  const { first, thetaAt } = engine.kind === "general" ? engine.objective : { first: [], thetaAt: 0 };
  const names = parts.flatMap((p, k) =>
    p.names.filter((_, j) => flat.includes(first[k] + j)).map((n) => (k === 0 ? n : `${n} (${p.part})`))
  );
  const terms = effects.terms.filter((t) =>
    flat.some((i) => i >= thetaAt + t.theta && i < thetaAt + t.theta + t.thetas)
  ).map((t) => `(${t.term.label})`);
  const one = names.length + terms.length === 1;
  out.push(
    `The likelihood is flat in the direction of ${
      [...names, ...terms].join(", ")
    }: the data do not determine ${
      one ? "it" : "them"
    } (complete separation drives an estimate to infinity, or nothing in the data informs it). ${
      one ? "Its" : "Their"
    } standard error is infinite; the log-likelihood and the other estimates stand.`,
  );
  return out;
}

function singularTerms({ random }: Omit<Model, "messages">): string[] {
  return random.flatMap((t) => {
    const sd = t.names.map((_, i) => Math.sqrt(Math.max(0, t.covariance.get(i, i))));
    const zero = t.names.filter((_, i) => sd[i] === 0);
    const out: string[] = [];
    if (zero.length === t.names.length) {
      out.push(
        `The variance of (${t.label}) is estimated as 0: the groups differ no more than the rest of the model already ` +
          `explains. The fixed effects are those of the model without the term (a singular fit, not an error).`,
      );
      return out;
    }
    for (const name of zero) {
      out.push(`The variance of ${name} in (${t.label}) is estimated as 0 (a singular fit, not an error).`);
    }
    for (let i = 0; i < sd.length; i++) {
      for (let j = 0; j < i; j++) {
        if (sd[i] === 0 || sd[j] === 0) continue;
        const r = t.covariance.get(i, j) / (sd[i] * sd[j]);
        if (Math.abs(r) < 0.99999) continue;
        out.push(
          `The correlation of ${t.names[j]} and ${t.names[i]} in (${t.label}) is estimated as ${
            r > 0 ? "+1" : "−1"
          }: ` +
            `a singular fit. With ${t.levels.length} groups the data do not tell them apart; centring the covariate or ` +
            `independent effects, (${t.label.replace("|", "||")}), are the usual next steps.`,
        );
      }
    }
    return out;
  });
}

function groupingFactors({ random, nobs, family }: Omit<Model, "messages">): string[] {
  const out: string[] = [];
  for (const t of random) {
    if (t.levels.length === 1) {
      out.push(
        `The grouping factor ${t.group} has one level: its variance cannot be told from the fixed effects.`,
      );
    } else if (t.levels.length === nobs && family.parts.some((p) => p.name === "disp") && t.part === "cond") {
      out.push(
        `The grouping factor ${t.group} has as many levels as there are rows: its variance and the ` +
          `${family.name} dispersion compete for the same differences.`,
      );
    }
  }
  return out;
}
