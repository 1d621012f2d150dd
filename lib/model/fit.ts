/** fit(): formula → design → objective → optimum → model. */
import type { Frame } from "../frame.ts";
import { buildDesign } from "../formula/design.ts";
import type { Design, PredictorDesign } from "../formula/types.ts";
import { Matrix } from "../math/dense.ts";
import * as families from "./families/mod.ts";
import type { Family } from "./families/family.ts";
import { AdaptiveQuadrature } from "./quadrature.ts";
import { Laplace } from "./laplace.ts";
import { isConstant } from "./likelihood.ts";
import { ProfiledDeviance } from "./linear.ts";
import { makeModel } from "./make_model.ts";
import type { Engine, Model } from "./model.ts";
import { findOptimum, type OptimumOptions } from "./optimum.ts";
import { fixedStart, thetaStart } from "./start.ts";

/** Name of a built-in family. */
export type FamilyName = keyof typeof families;

/** Settings of the optimiser; the defaults are meant to be left alone. */
export interface FitControl {
  /** Most evaluations of the objective (500). */
  maxEvaluations?: number;
  /** Predicted decrease of the log-likelihood at which quasi-Newton steps end and Newton polishing begins (1e-9). */
  tolerance?: number;
  /** Called after every iteration with the log-likelihood so far and the number of evaluations. */
  onProgress?: (logLik: number, evaluations: number) => void;
}

/** Options of {@link fit}. */
export interface FitOptions {
  /** Distribution of the response: a name or a family with its link, e.g. `beta()`, `gamma("log")`. Default gaussian. */
  family?: Family | FamilyName;
  /** Formula of the probability of an extra zero (logit scale), e.g. "~ mined + (1 | site)". */
  zeroInflation?: string;
  /** Formula of the log dispersion, e.g. "~ DOY". Default "~ 1". */
  dispersion?: string;
  /** Column of weights: a plain string means trials for binomial types, else frequencies (they multiply the log-likelihood). */
  weights?: string | { trials?: string; precision?: string; frequency?: string };
  /** Column added to the linear predictor of the mean. */
  offset?: string;
  /** Restricted maximum likelihood; default true for Gaussian identity models with random effects, else false. */
  reml?: boolean;
  /** Points of adaptive Gauss–Hermite quadrature for a model with one scalar random effect; 1 is the Laplace approximation. */
  quadrature?: number;
  contrasts?: Record<string, "treatment" | "sum" | "helmert" | "poly">;
  levels?: Record<string, (string | number)[]>;
  /** Rows with missing values: "omit" (default, counted in a message) or "fail". */
  missing?: "omit" | "fail";
  control?: FitControl;
}

/**
 * Fits a (generalized) linear mixed model.
 *
 * η_k = X_k β_k + Z_k b_k + offset_k for the mean, zero inflation, dispersion; b ~ N(0, Σ(θ)). Gaussian identity models
 * are fitted by REML or ML in closed form, all others by maximum likelihood with the Laplace approximation.
 *
 * @param formula R's formula language: "y ~ x * g + offset(log(n)) + (x | group)"
 * @param data a polars DataFrame; rows with missing values are left out and counted in `model.messages`
 * @returns the fitted model, which shows itself as R's summary() does
 * @throws SyntaxError, TypeError, RangeError naming the place in the formula, the column, row, level or value
 * Source: Laplace approximation Breslow & Clayton (1993); Gaussian models Bates et al. (2015); checked against lme4 and
 * glmmTMB in tests/reference.
 */
export function fit(formula: string, data: Frame, options: FitOptions = {}): Model {
  const family = readFamily(options.family ?? "gaussian");
  const design = readDesign(formula, data, family, options);
  const reml = readReml(options.reml, design, family);
  const engine = isClosedForm(design, family, options)
    ? fitGaussian(design, reml, options)
    : fitGeneral(design, family, options);
  return makeModel(formula, data, family, engine, options);
}

/** A family from its name or itself. */
export function readFamily(family: Family | string): Family {
  if (typeof family !== "string") return family;
  const known = families as unknown as Record<string, () => Family>;
  if (Object.hasOwn(known, family)) return known[family]();
  throw new RangeError(
    `Cannot find family "${family}": built in are ${Object.keys(known).map((f) => `"${f}"`).join(", ")}`,
  );
}

function readDesign(formula: string, data: Frame, family: Family, options: FitOptions): Design {
  const predictors = family.parts.map(({ name }) => ({
    part: name,
    formula: name === "disp" && options.dispersion !== undefined ? options.dispersion : "~ 1",
  }));
  if (options.dispersion !== undefined && !family.parts.some((p) => p.name === "disp")) {
    throw new RangeError(
      `Cannot use a dispersion formula with family "${family.name}": its variance is fixed by its mean; ` +
        `take a family with a dispersion parameter (nbinom2 for counts, for instance) or leave the option out`,
    );
  }
  if (options.zeroInflation !== undefined) predictors.push({ part: "zi", formula: options.zeroInflation });
  const { weights, offset, contrasts, levels, missing } = options;
  const design = buildDesign({ formula, predictors }, data, {
    usesTrials: family.usesTrials,
    weights,
    offset,
    contrasts,
    levels,
    missing,
  });
  family.check(design.response, design.rows, options.zeroInflation !== undefined);
  return withoutConstantGroups(design);
}

/** `(x | 1)`: nothing to pool over. The fit is that of the fixed effects, and a message says so. */
function withoutConstantGroups(design: Design): Design {
  const messages: string[] = [];
  const predictors = design.predictors.map((p): PredictorDesign => {
    const random = p.random.filter((t) => t.group !== "1");
    for (const t of p.random) {
      if (t.group !== "1") continue;
      messages.push(
        `The term (${t.label}) has one constant group: there is nothing to pool over, so it is left out and the fit equals ` +
          `the model without it. For effects that vary by group write the grouping column after the bar.`,
      );
    }
    return { ...p, random };
  });
  return messages.length > 0
    ? { ...design, predictors, messages: [...messages, ...design.messages] }
    : design;
}

/** Gaussian, identity link, one residual variance, random effects in the mean only. */
function isClosedForm(design: Design, family: Family, options: FitOptions): boolean {
  return family.name === "gaussian" && family.link.name === "identity" && design.predictors.length === 2 &&
    options.dispersion === undefined && isConstant(design.predictors[1]);
}

function readReml(reml: boolean | undefined, design: Design, family: Family): boolean {
  const gaussian = family.name === "gaussian" && family.link.name === "identity" &&
    design.predictors.length === 2 &&
    isConstant(design.predictors[1]);
  if (reml === true && !gaussian) {
    throw new RangeError(
      `Cannot fit by REML: it is defined here for Gaussian models with identity link and one residual variance; ` +
        `leave reml out (maximum likelihood) for family "${family.name}"`,
    );
  }
  return reml ?? (gaussian && design.predictors[0].random.length > 0);
}

function progress(control: FitControl | undefined): OptimumOptions {
  const { onProgress, maxEvaluations, tolerance } = control ?? {};
  return {
    maxEvaluations,
    tolerance,
    onProgress: onProgress && ((value, count) => onProgress(-value, count)),
  };
}

function fitGaussian(design: Design, reml: boolean, options: FitOptions): Engine {
  if ((options.quadrature ?? 1) !== 1) {
    throw new RangeError(
      "Cannot use quadrature: a Gaussian identity model is integrated exactly, leave the option out",
    );
  }
  const objective = new ProfiledDeviance(design, reml), { effects } = objective;
  const start = objective.start();
  const optimum = findOptimum(
    objective,
    effects,
    0,
    start,
    Matrix.eye(start.length),
    progress(options.control),
  );
  return { kind: "gaussian", design, objective, optimum };
}

function fitGeneral(design: Design, family: Family, options: FitOptions): Engine {
  const points = options.quadrature ?? 1;
  if (!Number.isInteger(points) || points < 1) {
    throw new RangeError(
      `Cannot use quadrature: ${points}, it should be a whole number of points, 1 or more`,
    );
  }
  const objective = new Laplace(design, family), { effects, thetaAt, size } = objective;
  const fixed = fixedStart(design, family), start = new Float64Array(size);
  start.set(fixed.gamma);
  start.set(thetaStart(effects, fixed.objective), thetaAt);
  const scratch = new Float64Array(size);
  objective.evaluate(start, scratch);
  const laplace = findOptimum(
    objective,
    effects,
    thetaAt,
    start,
    startHessian(objective, start),
    progress(options.control),
  );
  if (points === 1) return { kind: "general", design, objective, optimum: laplace };
  const integral = new AdaptiveQuadrature(objective, points);
  const hessian = embed(laplace.hessian, laplace.free, size);
  const optimum = findOptimum(integral, effects, thetaAt, laplace.psi, hessian, progress(options.control));
  return { kind: "general", design, objective, optimum };
}

/** Information of γ from the joint density, and 2 L r²/θ² for the covariance parameters (r: mean reliability of the modes). */
function startHessian(objective: Laplace, psi: Float64Array): Matrix {
  const { effects, thetaAt, size } = objective, H = Matrix.eye(size);
  const information = objective.fixedInformation();
  for (let i = 0; i < thetaAt; i++) for (let j = 0; j < thetaAt; j++) H.set(i, j, information.get(i, j));
  if (effects.q === 0) return H;
  const S = objective.sphericalCovariance();
  for (const term of effects.terms) {
    const f = effects.groups.findIndex((g) => g.terms.includes(term)), group = effects.groups[f];
    let known = 0;
    for (let l = 0; l < group.levels.length; l++) {
      const at = effects.diagonalBlock(f, l);
      for (let j = term.slot; j < term.slot + term.count; j++) known += 1 - S[at + j * group.width + j];
    }
    const reliability = Math.max(0.1, known / (group.levels.length * term.count));
    let scale = 0;
    for (const d of term.covariance.diagonal(term.count)) {
      scale += psi[thetaAt + term.theta + d] ** 2 / term.count;
    }
    for (let j = 0; j < term.thetas; j++) {
      const i = thetaAt + term.theta + j;
      H.set(i, i, 2 * group.levels.length * reliability ** 2 / Math.max(1e-6, scale));
    }
  }
  return H;
}

function embed(hessian: Matrix, free: readonly number[], size: number): Matrix {
  const H = Matrix.eye(size);
  free.forEach((i, a) => free.forEach((j, b) => H.set(i, j, hessian.get(a, b))));
  return H;
}
