/**
 * How far the deviance of a profile may rise at the limits of a fixed effect, from its degrees of freedom.
 *
 * In a linear model, and in every stratum of a balanced design, the profile of the maximum likelihood over a coefficient rises by
 *
 *   D(β) = N log(1 + t²/ν),   t = (β̂ − β)/SE,
 *
 * where the stratum holds N units, ν = N − d of them free after the d fixed effects that are estimated there, and SE has the unbiased
 * variance. So the limits t = ±t_ν lie at D = N log(1 + t_ν²/ν), and equal the t interval. Elsewhere N follows from the curvature: D is
 * (β̂ − β)²/SE²_ML near β̂, so N/ν = SE²/SE²_ML, with d = N − ν between 1, the effect itself, and all p of them.
 *
 * Source: Venzon & Moolgavkar (1988) for the interval; the distribution of −2 log Λ in Mardia, Kent & Bibby (1979), section 5.2.
 */
import { qt } from "../../math/distributions.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import type { Model } from "../../model/result/model.ts";
import { dfMethod, type DfName, quadratic } from "../df/degrees_of_freedom.ts";

/**
 * Root deviance at the limits for lᵀβ.
 * @param model the fit whose degrees of freedom and standard errors count
 * @param fitted its maximum-likelihood fit, whose likelihood is profiled
 */
export function coefficientCutoff(
  model: Model,
  fitted: Model,
  l: ArrayLike<number>,
  level: number,
  df: DfName,
): number {
  if (df === "asymptotic") return normalQuantile(level);
  const method = dfMethod(model, df), nu = method.df(l), t = qt((1 + level) / 2, nu);
  if (!Number.isFinite(nu)) return normalQuantile(level);
  const ratio = quadratic(method.covariance, l) / quadratic(dfMethod(fitted, "asymptotic").covariance, l);
  const spent = Math.min(l.length, Math.max(1, nu * (ratio - 1)));
  return Math.sqrt((nu + spent) * Math.log1p(t * t / nu));
}
