/**
 * Where this module and its peers are known to differ, and why. Every entry must really differ (a test says so when one
 * does not any more), by no more than its bound.
 */

/** The cause, and the largest distance allowed (in the units of the section; Infinity where the peer has no usable number). */
export interface Known {
  readonly why: string;
  readonly bound: number;
}

const sections = (names: readonly string[], why: string, bound: number): Record<string, Known> =>
  Object.fromEntries(names.map((name) => [name, { why, bound }]));

const constants = (bound: number) =>
  sections(["logLik", "AIC", "BIC"], "lme4 drops constants of the log-likelihood when nAGQ > 1", bound);

const pearson = (bound: number) =>
  sections(["residuals pearson"], "glmmTMB 1.1.5 divides by √σ, here it is the standard deviation σ√(ν/(ν − 2))", bound);

const populationOfAllParts = (bound: number, names: readonly string[]) =>
  sections(names, "glmmTMB 1.1.5 sets only the conditional random effects to 0, here those of every part", bound);

const ofOrderedBeta = (bound: number, names: readonly string[]) =>
  sections(names, "glmmTMB 1.1.5 gives the mean of what lies between 0 and 1, and its variance; here it is the mean of all, E y", bound);

const stopsEarly = (bound: number, names: readonly string[]) =>
  sections(names, "glmer stops a little before the optimum; glmmTMB's fit of the same model agrees", bound);

const notNumbers = sections(
  ["link groups", "response groups", "link new level", "response new level"].flatMap((s) => [`predict ${s}`, `predict ${s} std_error`]),
  "glmmTMB predicts with a log standard deviation of −93: its standard errors are 24588 and more, its modes are lost",
  1.1,
);

const withoutResidual = sections(
  ["sigma", "residuals response", "residuals pearson", "predict link groups std_error", "predict response groups std_error"],
  "glmmTMB fixes σ at 0.00012 and gives rounding errors of that size; here there is no residual beside the term",
  4,
);

const weightedLikelihood =
  "glmmTMB inverts the Hessian over (β, σ, θ), here the standard errors of a linear model are those given θ, as lme4's";

const binomialResiduals = (bound: number) =>
  sections(["residuals pearson"], "glmmTMB 1.1.5 divides by the binomial standard deviation, here it is √(μ(1 − μ)(φ + n)/(n(φ + 1)))", bound);

const truncatedResiduals = (bound: number) =>
  sections(
    ["residuals pearson"],
    "glmmTMB 1.1.5 evaluates the variance of the truncated distribution at its mean instead of that before truncation",
    bound,
  );

/** Case → section → known difference. */
export const KNOWN: Readonly<Record<string, Readonly<Record<string, Known>>>> = {
  Salamanders_hurdle_nbinom1: {
    ...sections(
      ["cond estimate", "cond std_error"].concat(
        ["link", "response", "conditional"].flatMap((s) => [`predict ${s} groups`, `predict ${s} groups std_error`]),
      ),
      "the positive counts of the mined sites follow the limit μ → 0 of the truncated distribution, the logarithmic one: " +
        "the intercept runs to −∞, where glmmTMB stops at −14 with a standard error of 3200",
      Infinity,
    ),
  },
  Salamanders_hurdle_nbinom2: truncatedResiduals(1.1),
  Salamanders_hurdle_poisson: truncatedResiduals(0.3),
  cbpp_betabinomial: binomialResiduals(1.1),
  crowder_betabinomial: binomialResiduals(0.5),
  crowder_betabinomial_re: {
    ...binomialResiduals(0.5),
    ...sections(["ranef std_error"], "glmmTMB stops at a standard deviation of 1.6e-4, which is 0 at the optimum", 1.1),
  },
  cbpp_glmer_agq10: constants(84),
  cbpp_glmer_agq25: constants(84),
  epil2_glmer_agq: constants(766),
  cbpp_glmer_obs: stopsEarly(2e-5, [
    "residuals response",
    "residuals pearson",
    "residuals deviance",
    "predict response groups",
  ]),
  crowder_plate_glmer: {
    ...stopsEarly(1.2e-5, ["residuals pearson", "residuals deviance"]),
    ...stopsEarly(1.3e-4, ["cond std_error"]),
  },
  dragons_glmm4: sections(["cond std_error"], "glmmTMB has no standard errors at a correlation of −1", Infinity),
  epil2_nbinom2: sections(
    ["varcorr sd", "varcorr cor"],
    "glmmTMB stops at a correlation of −0.99897; the log-likelihood is 2e-7 higher at −1",
    1.1e-3,
  ),
  hetero_disp: {
    ...sections(["disp estimate"], "glmmTMB 1.1.5 models the log variance, here (and in 1.1.9) the log standard deviation", 6.4),
    ...sections(["disp std_error"], "the same", 0.51),
  },
  hetero_tmb_weights: {
    ...sections(["cond std_error"], weightedLikelihood, 5e-3),
    ...sections(["predict link population std_error", "predict response population std_error"], weightedLikelihood, 3e-3),
  },
  t_fixed: pearson(0.22),
  t_mixed: pearson(0.09),
  t_mixed_df4: pearson(0.42),
  Salamanders_zi_re: {
    ...populationOfAllParts(0.15, ["predict response population", "predict zprob population", "predict zlink population"]),
    ...populationOfAllParts(0.41, [
      "predict response population std_error",
      "predict zprob population std_error",
      "predict zlink population std_error",
    ]),
  },
  dragons_ordbeta: {
    ...ofOrderedBeta(0.015, ["fitted", "residuals response", "predict response groups", "predict response population", "predict response new level"]),
    ...ofOrderedBeta(0.025, [
      "predict response groups std_error",
      "predict response population std_error",
      "predict response new level std_error",
    ]),
    ...ofOrderedBeta(5.2, ["residuals pearson"]),
  },
  sleepstudy_tmb_ar1_nores: withoutResidual,
  sleepstudy_tmb_cs: withoutResidual,
  sleepstudy_tmb_toep: withoutResidual,
  sleepstudy_tmb_us5: withoutResidual,
  blood_pressure_tmb_ml: notNumbers,
};

/** Cases that wait for a family or a structure that the module does not have yet. */
export const LATER: Readonly<Record<string, string>> = {};

/** Cases whose optimum lies on the boundary: a variance of zero or a correlation of ±1. */
export const SINGULAR: readonly string[] = [
  "blood_pressure_lmer",
  "blood_pressure_lmer_ml",
  "blood_pressure_tmb_ml",
  "blood_pressure_tmb_reml",
  "cbpp_betabinomial",
  "crowder_betabinomial_re",
  "dragons_glmm4",
  "dragons_glmm4_scaled",
  "dragons_one_level",
  "dragons_one_level_ri",
  "epil2_nbinom2",
  "yellow_rust_beta",
  "yellow_rust_gamma",
];
