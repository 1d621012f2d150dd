/** Scalar statistics of a fit: log-likelihood, information criteria, degrees of freedom. */
import type { Model } from "./model.ts";
import { ownModel } from "./model_argument.ts";

/**
 * Log-likelihood at the optimum (the restricted one for REML fits; by Laplace approximation or quadrature where the model
 * says so). All constants of the densities are included.
 *
 * ```ts
 * import { dataset, fit, logLik } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * logLik(model);
 * ```
 *
 * @category The model
 */
export function logLik(model: Model): number {
  model = ownModel(model, "logLik", arguments);
  return model.logLik;
}

/**
 * Akaike's information criterion, −2 logLik + 2 npar. Source: Akaike (1974).
 *
 * ```ts
 * import { aic, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * aic(model);
 * ```
 *
 * @category The model
 */
export function aic(model: Model): number {
  model = ownModel(model, "aic", arguments);
  return -2 * model.logLik + 2 * model.npar;
}

/**
 * Schwarz's information criterion, −2 logLik + npar log(nobs). Source: Schwarz (1978).
 *
 * ```ts
 * import { bic, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * bic(model);
 * ```
 *
 * @category The model
 */
export function bic(model: Model): number {
  model = ownModel(model, "bic", arguments);
  return -2 * model.logLik + model.npar * Math.log(model.nobs);
}

/**
 * −2 logLik, as glmmTMB and lme4 print it (not a difference to a saturated model).
 *
 * ```ts
 * import { dataset, deviance, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * deviance(model); // −2 log-likelihood
 * ```
 *
 * @category The model
 */
export function deviance(model: Model): number {
  model = ownModel(model, "deviance", arguments);
  return -2 * model.logLik;
}

/**
 * Rows used less estimated parameters (random effects are not counted); of a linear model by least squares n − p, where n is
 * the number of rows, or the sum of frequency weights.
 *
 * ```ts
 * import { dataset, dfResidual, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * dfResidual(model);
 * ```
 *
 * @category The model
 */
export function dfResidual(model: Model): number {
  model = ownModel(model, "dfResidual", arguments);
  return model.dfResidual;
}

/**
 * Number of rows used.
 *
 * ```ts
 * import { dataset, fit, nobs } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("breaks ~ wool + tension", await dataset("warpbreaks"), { family: "poisson" });
 * nobs(model); // 54
 * ```
 *
 * @category The model
 */
export function nobs(model: Model): number {
  model = ownModel(model, "nobs", arguments);
  return model.nobs;
}

/**
 * The family's scale as R's sigma() has it: residual standard deviation (gaussian, t scale), precision φ (beta), size θ
 * (nbinom2), φ (nbinom1), coefficient of variation (gamma), 1 where the family has none.
 *
 * ```ts
 * import { dataset, fit, sigma } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * sigma(model); // 25.6
 * ```
 *
 * @category The model
 */
export function sigma(model: Model): number {
  model = ownModel(model, "sigma", arguments);
  return model.sigma;
}
