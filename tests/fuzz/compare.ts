/**
 * Random models against glmmTMB's answers. A fit is worse when its log-likelihood is lower by more than 1e-3 — and glmmTMB's
 * value is one: a search from its own parameters must end at a certified optimum that is better. Where there is none, glmmTMB
 * printed a number of no optimum (it says so itself by a failed convergence or an indefinite Hessian): the likelihood is
 * unbounded, or the Laplace approximation breaks down. These are counted apart.
 */
import { fit, type Frame, gamma, type Model, pl } from "../../mod.ts";
import { Matrix } from "../../lib/math/dense.ts";
import { planFit } from "../../lib/model/fit.ts";
import { Laplace } from "../../lib/model/objective/laplace.ts";
import type { Model as FullModel } from "../../lib/model/result/model.ts";
import type { FitOptions } from "../../lib/model/options/options.ts";
import { startHessian } from "../../lib/model/optimum/cold_start.ts";
import { findOptimum } from "../../lib/model/optimum/descent.ts";
import { startFrom } from "../../lib/model/optimum/warm_start.ts";

/** One random model, as random_models.R writes it. */
export interface RandomModel {
  readonly id: number;
  readonly family: string;
  readonly formula: string;
  readonly zeroInflation: string | null;
  readonly dispersion: string | null;
  readonly data: Record<string, (number | string)[]>;
  readonly peer: {
    readonly logLik: number;
    readonly code: number;
    readonly positive: boolean;
    readonly names: string[];
    readonly beta: (number | null)[][];
    readonly se: (number | null)[] | null;
    readonly sigma: (number | null)[][][];
  } | null;
}

/** How a fit compares. */
export interface Comparison {
  readonly id: number;
  readonly what: string;
  readonly verdict:
    | "same"
    | "better"
    | "worse"
    | "peer undefined"
    | "dependent column"
    | "peer failed"
    | "error";
  readonly certified: boolean;
  /** logLik here − glmmTMB's. */
  readonly difference: number;
  /** Coefficients or standard errors of the mean that differ where both sides are regular. */
  readonly differing: readonly string[];
  readonly milliseconds: number;
}

/** Worse by less than this is the same optimum. */
const TOLERANCE = 1e-3;

/** Fits one model and compares. */
export function compare(example: RandomModel): Comparison {
  const { id, family, formula, zeroInflation, dispersion, peer } = example;
  const what = [family, formula, zeroInflation && `zi ${zeroInflation}`, dispersion && `disp ${dispersion}`]
    .filter(Boolean).join(", ");
  const start = performance.now();
  try {
    const model = fit(formula, pl.DataFrame(example.data) as Frame, optionsOf(example));
    const common = { id, what, certified: model.converged, milliseconds: performance.now() - start };
    if (!peer || !Number.isFinite(peer.logLik)) {
      return { ...common, verdict: "peer failed", difference: NaN, differing: [] };
    }
    const difference = model.logLik - peer.logLik;
    const verdict = difference > TOLERANCE
      ? "better"
      : difference > -TOLERANCE
      ? "same"
      : worseOrUndefined(model, logLikFromPeers(example));
    const regular = verdict === "same" && peer.positive && model.converged && !model.singular;
    return { ...common, verdict, difference, differing: regular ? differences(model, peer) : [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      id,
      what: `${what}: ${message}`,
      verdict: "error",
      certified: false,
      difference: NaN,
      differing: [],
      milliseconds: performance.now() - start,
    };
  }
}

function worseOrUndefined({ logLik }: Model, fromPeers: number): Comparison["verdict"] {
  if (Number.isNaN(fromPeers)) return "dependent column";
  return fromPeers > logLik + TOLERANCE ? "worse" : "peer undefined";
}

function optionsOf({ family, zeroInflation, dispersion }: RandomModel): FitOptions {
  return {
    family: family === "gamma" ? gamma("log") : family as FitOptions["family"],
    ...family === "gaussian" ? { reml: false } : {},
    ...zeroInflation ? { zeroInflation } : {},
    ...dispersion ? { dispersion } : {},
  };
}

/**
 * The log-likelihood of the certified optimum that this module finds from glmmTMB's parameters; −∞ where there is none (the
 * likelihood is unbounded, or the Laplace approximation breaks down). NaN where glmmTMB kept a column that is left out here.
 */
function logLikFromPeers(example: RandomModel): number {
  const peer = example.peer!,
    { design, family } = planFit(
      example.formula,
      pl.DataFrame(example.data) as Frame,
      optionsOf(example),
    );
  if (design.predictors.some((p, k) => p.X.length !== peer.beta[k]?.length)) return NaN;
  const objective = new Laplace(design, family), { effects, thetaAt, size } = objective;
  const known = {
    parts: peer.beta.map((beta) => ({ beta: Float64Array.from(beta, (b) => b ?? 0) })),
    random: peer.sigma.map((s) => ({ covariance: new Matrix(s.map((row) => row.map((v) => v ?? 0))) })),
    sigma: 1,
  };
  const psi = startFrom(known as unknown as FullModel, objective);
  if (!Number.isFinite(objective.evaluate(psi, new Float64Array(size)))) return -Infinity;
  const optimum = findOptimum(
    { objective, effects, thetaAt, options: {}, held: [] },
    psi,
    startHessian(objective, psi),
  );
  return optimum.converged ? -optimum.value : -Infinity;
}

/** Estimates further than 5e-3 standard errors, standard errors further than 1 % (glmmTMB's differenced Hessian) from the peer's. */
function differences(model: Model, peer: NonNullable<RandomModel["peer"]>): string[] {
  const [mean] = model.parts, out: string[] = [];
  mean.names.forEach((name, j) => {
    const at = peer.names.indexOf(name), estimate = peer.beta[0][at], error = peer.se?.[at];
    if (estimate === undefined || estimate === null || !error) return;
    const se = Math.sqrt(model.covariance.get(j, j));
    if (Math.abs(mean.beta[j] - estimate) > 5e-3 * error) {
      out.push(`${name} ${mean.beta[j]}, glmmTMB ${estimate}`);
    }
    // vcov of Gaussian models without a dispersion formula is lme4's, conditional on the covariances
    if (model.family.name !== "gaussian" && Math.abs(se / error - 1) > 1e-2) {
      out.push(`SE of ${name} ${se}, glmmTMB ${error}`);
    }
  });
  return out;
}
