/** What a user should know of a fit, in plain words, most important first. */
import type { Design } from "../../formula/types.ts";
import { Cholesky } from "../../math/cholesky.ts";
import { areLone, WIDE } from "../../math/lone_nodes.ts";
import type { Symbolic } from "../../math/factor_structure.ts";
import { MOST_NUMBERS } from "../../math/tile_kernels.ts";
import { binaryMixture, flatDirections } from "./causes.ts";
import { ranksOf, withoutFactors } from "./certificate.ts";
import { isDispersion, MEAN } from "../families/part.ts";
import { improperRows } from "./improper.ts";
import { type Model, partsOf, partSpec, type TermResult } from "./model.ts";
import { meetingThresholds } from "./meeting_thresholds.ts";
import { causeOfFailure } from "./no_optimum.ts";
import { covarianceOf, effectsIn, residualTerm } from "./term_result.ts";
import { limitMessages } from "./limits.ts";
import type { Engine } from "../optimum/engine.ts";
import type { Optimum } from "../optimum/optimum.ts";

/** Messages about convergence, probabilities that do not sum to 1, flat directions, singular terms, grouping factors; then those of the data. */
export function explain(model: Omit<Model, "messages">, design: Design, engine: Engine): string[] {
  const exact = exactFit(model, engine),
    unbounded = engine.kind === "gaussian" && engine.objective.reproduces;
  const flat = exact.length > 0 || unbounded ? [] : flatDirections(model, design, engine);
  return [
    ...convergence(model, engine),
    ...improperRows(model),
    ...exact,
    ...flat,
    ...binaryMixture(model, design),
    ...singularTerms(model, engine),
    ...(unbounded ? [] : limitMessages(model, engine)), // to which the likelihood does not flatten
    ...groupingFactors(model, flat),
    ...estimated(engine.optimum),
    ...unaddressed(engine),
    ...design.messages,
  ];
}

function convergence(model: Omit<Model, "messages">, engine: Engine): string[] {
  const { certificate } = model;
  if (certificate.converged) return [];
  if (engine.optimum.stopped) return [stopped(engine.optimum)];
  const cause = meetingThresholds(model, engine) ?? causeOfFailure(engine);
  return cause ? [`${cause} The estimates are where the search was stopped.`] : [
    `The fit did not reach an optimum that can be certified: gradient ${
      certificate.gradient.toExponential(1)
    } standard errors, ` +
    `smallest scaled eigenvalue of the Hessian ${certificate.smallestEigenvalue.toExponential(1)}. ` +
    `Read the estimates with care and try a simpler model.`,
  ];
}

/** What the stop button leaves: how far the search was. */
function stopped({ evaluations, gradient, value }: Optimum): string {
  return `Stopped after ${evaluations} evaluation${evaluations === 1 ? "" : "s"}, at log-likelihood ${
    (-value).toFixed(3)
  }, about ${
    gradient.toPrecision(2)
  } standard errors from where it was going: these are the estimates of the last step, not those of the model, and their ` +
    `standard errors are rough. Fit again without stopping for numbers to report.`;
}

/** What was estimated in place of a factor. */
function estimated({ iterative }: Optimum): string[] {
  return iterative && iterative.logLik > 0 ? [withoutFactors(iterative)] : [];
}

function unaddressed({ objective }: Engine): string[] {
  if (areLone(objective.effects.pattern, WIDE)) return []; // small blocks, perhaps not factored yet
  return objective.solver instanceof Cholesky ? beyondMemory(objective.solver.symbolic) : [];
}

/** Why a fit took so long: its dense block was not one for WebAssembly. */
export function beyondMemory({ tiles }: Pick<Symbolic, "tiles">): string[] {
  if (tiles <= MOST_NUMBERS) return [];
  return [
    `The random effects' factor takes ${
      (8 * tiles / 2 ** 30).toFixed(1)
    } GiB where levels cross, more than WebAssembly addresses (4): ` +
    "it was made in TypeScript, which takes longer and gives the same numbers.",
  ];
}

/** A residual standard deviation that is rounding error: estimates are right, tests mean nothing. */
function exactFit({ sigma, random }: Omit<Model, "messages">, engine: Engine): string[] {
  const { response: { name } } = engine.design;
  if (engine.kind !== "gaussian" || residualTerm(random) || sigma > 1e-12 * engine.objective.sums.size) {
    return [];
  }
  return [
    `The model reproduces the response ${name} exactly (residual standard deviation ${
      sigma.toExponential(1)
    }): ` +
    `standard errors and tests have no meaning.`,
  ];
}

/** A term of the mean by itself, of another part with the part: the same term may stand in several. */
const termName = (model: Omit<Model, "messages">, { label, part }: TermResult) =>
  part === MEAN ? `(${label})` : `(${label}) of the ${partSpec(model, part).title.toLowerCase()}`;

/** One sentence for every term whose covariance is at the edge of what is possible. */
function singularTerms(model: Omit<Model, "messages">, engine: Engine): string[] {
  const { random } = model, ranks = ranksOf(engine);
  return random.flatMap((t, k) => {
    if (t.residual) return []; // positive definite, or the rows would not have a density
    const deviations = t.parameters.filter(({ kind }) => kind === "sd"),
      sd = deviations.map((p) => p.estimate);
    const none = deviations.filter((p) => p.estimate === 0 && Object.hasOwn(t.fixed, p.name)).length, // as the caller wants
      c = sd.length,
      most = Math.min(c, covarianceOf(t).edges.length); // of reduced rank by what it is, not by what is estimated
    if (none === c) return [];
    const term = termName(model, t);
    const zero = t.names.filter((_, i) => sd[i] === 0 && !Object.hasOwn(t.fixed, deviations[i].name)),
      groups = t.levels.length;
    if (zero.length === c) {
      return [
        `The variance of ${term} is estimated as 0: the groups differ no more than the rest of the model already ` +
        `explains. The fixed effects are those of the model without the term (a singular fit, not an error).`,
      ];
    }
    const rank = ranks[k] < most ? `, rank ${ranks[k]} of ${most}` : "";
    if (zero.length > 0 && (covarianceOf(t).freedom !== "linear" || zero.length === c - ranks[k])) {
      const one = zero.length === 1;
      return [
        `The variance${one ? "" : "s"} of ${zero.join(", ")} in ${term} ${
          one ? "is" : "are"
        } estimated as 0 ` +
        `(a singular fit${c > 2 ? rank : ""}, not an error).`,
      ];
    }
    const r = c === 2 && most === 2 && none === 0 ? t.covariance.get(0, 1) / (sd[0] * sd[1]) : 0,
      without = t.label.replace("|", "||");
    if (Math.abs(r) >= 0.99999) {
      return [
        `The correlation of ${t.names[0]} and ${t.names[1]} in ${term} is estimated as ${
          r > 0 ? "+1" : "−1"
        }: ` +
        `a singular fit. With ${groups} groups the data do not tell them apart; centring the covariate or ` +
        `independent effects, (${without}), are the usual next steps.`,
      ];
    }
    return ranks[k] === most ? [] : [
      `The covariance of ${term} is estimated with rank ${
        ranks[k]
      } of ${most}: a singular fit. Some combinations of its ` +
      `effects do not vary between the ${groups} groups; ${
        covarianceOf(t).factors
          ? "fewer factors are enough"
          : `fewer effects, or independent ones, (${without}), are the usual next steps`
      }.`,
    ];
  });
}

function groupingFactors(
  { random, nobs, family, recipe }: Omit<Model, "messages">,
  flat: readonly string[],
): string[] {
  const out: string[] = [], parts = partsOf({ family, recipe });
  for (const t of random) {
    if (flat.some((text) => text.includes(`of (${t.label}):`))) continue; // said already, with its cause
    if (t.positions) continue; // a level has as many effects as positions
    if (t.levels.length === 1) {
      out.push(
        `The grouping factor ${t.group} has one level: its variance cannot be told from the fixed effects.`,
      );
    } else if (
      effectsIn(t) > nobs && t.part === MEAN && t.names.length > 1 && !t.positions
    ) {
      out.push(
        `(${t.label}) has ${effectsIn(t)} random effects for ${nobs} rows: more random effects than rows.`,
      );
    } else if (t.levels.length === nobs && t.part === MEAN && parts.some(isDispersion)) {
      out.push(
        `The grouping factor ${t.group} has as many levels as there are rows: its variance and the ` +
          `${family.name} dispersion compete for the same differences.`,
      );
    }
  }
  return out;
}
