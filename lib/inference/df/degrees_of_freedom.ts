/** The degrees-of-freedom methods by name, and which one a model takes when nothing is said. */
import { hasDf } from "../../model/result/has_df.ts";
import { residualTerm } from "../../model/result/term_result.ts";
import { diagonalBlock } from "../../math/dense.ts";
import type { DfMethod, DfName } from "../../model/result/df_method.ts";
import { hasKenwardRoger, kenwardRogerState, satterthwaiteState } from "../../model/result/df_states.ts";
import { kenwardRogerMethod } from "../../model/result/kenward_roger.ts";
import { hasResidual, hasZeroInflation, isLeastSquares, type Model } from "../../model/result/model.ts";
import { quadratic, satterthwaiteMethod } from "../../model/result/satterthwaite.ts";

export type { DfMethod, DfName } from "../../model/result/df_method.ts";

/**
 * The degrees of freedom of a model, whoever makes an interval or a test of its mean: n − p of least squares; Kenward–Roger of
 * REML fits (Satterthwaite above 1,000 random effects, and where the covariance is not linear in variances and covariances of
 * independent groups: there Kenward–Roger is to be asked for); asymptotic elsewhere.
 */
export function defaultDf(model: Model): DfName {
  if (isLeastSquares(model)) return "residual";
  if (!hasDf(model)) return "asymptotic";
  return hasKenwardRoger(model) ? "kenward-roger" : "satterthwaite";
}

/**
 * Those of marginal means and F tests. They are the model's, except that a linear model by explicit maximum likelihood, whose
 * coefficients have z tests as glmmTMB's, has means with residual df, as emmeans gives them.
 */
export function meansDf(model: Model): DfName {
  return isGaussian(model) && model.random.length === 0 ? "residual" : defaultDf(model);
}

const known = new WeakMap<Model, Map<DfName, DfMethod>>();

/**
 * Degrees of freedom of linear functions of a model's conditional coefficients.
 * @throws RangeError when the method does not apply to the model, with those that do
 */
export function dfMethod(model: Model, name: DfName): DfMethod {
  const methods = known.get(model) ?? new Map<DfName, DfMethod>();
  known.set(model, methods);
  let method = methods.get(name);
  if (!method) methods.set(name, method = make(model, name));
  return method;
}

function make(model: Model, name: DfName): DfMethod {
  const names = ["asymptotic", "satterthwaite", "kenward-roger", "residual"];
  if (!names.includes(name)) {
    throw new RangeError(
      `Cannot use degrees of freedom "${name}": known are ${names.map((n) => `"${n}"`).join(", ")}`,
    );
  }
  if (name === "asymptotic") return constant(model, name, Infinity);
  if (!isGaussian(model)) {
    throw new RangeError(
      `Cannot use "${name}" degrees of freedom for a ${model.family.name} (${model.family.link.name}) model` +
        (model.formulas.dispersion === undefined ? "" : ` with dispersion: "${model.formulas.dispersion}"`) +
        `: they are defined for Gaussian models with identity link and one residual variance; use "asymptotic"`,
    );
  }
  if (name === "residual" || model.random.length === 0) {
    return constant(model, "residual", model.dfResidual);
  }
  if (name === "satterthwaite") return satterthwaiteMethod(satterthwaiteState(model));
  if (!model.reml) {
    throw new RangeError(
      `Cannot use Kenward-Roger degrees of freedom for a model fitted by maximum likelihood: they correct REML; fit with reml: true, or use "satterthwaite"`,
    );
  }
  return kenwardRogerMethod(kenwardRogerState(model));
}

/** The same df for every function. */
function constant(model: Model, name: DfName, df: number): DfMethod {
  const p = model.parts[0].beta.length;
  return {
    name,
    covariance: diagonalBlock(model.covariance, 0, p),
    df: () => df,
    jointDf: () => ({ df, scale: 1 }),
  };
}

function isGaussian(model: Model): boolean {
  const known = hasResidual(model) || residualTerm(model.random) !== undefined;
  return known && model.family.link.name === "identity" && !hasZeroInflation(model);
}

export { quadratic };
