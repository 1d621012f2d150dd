/** The degrees-of-freedom methods by name, and which one a model takes when nothing is said. */
import { engineOf, type Model } from "../model/model.ts";
import type { DfMethod, DfName } from "./df_method.ts";
import { kenwardRoger } from "./kenward_roger.ts";
import { quadratic, satterthwaite } from "./satterthwaite.ts";

export type { DfMethod, DfName } from "./df_method.ts";

/**
 * Kenward–Roger for REML fits with random effects (as emmeans does for lmer), residual df for Gaussian models without
 * random effects, asymptotic elsewhere.
 */
export function defaultDf(model: Model): DfName {
  if (!isGaussian(model)) return "asymptotic";
  if (model.random.length === 0) return "residual";
  return model.reml ? "kenward-roger" : "asymptotic";
}

const known = new WeakMap<Model, Map<DfName, DfMethod>>();

/**
 * Degrees of freedom of linear functions of a model's conditional coefficients.
 * @throws RangeError when the method does not apply to the model, with those that do
 */
export function dfMethod(model: Model, name: DfName = defaultDf(model)): DfMethod {
  const methods = known.get(model) ?? new Map<DfName, DfMethod>();
  known.set(model, methods);
  let method = methods.get(name);
  if (!method) methods.set(name, method = make(model, name));
  return method;
}

function make(model: Model, name: DfName): DfMethod {
  const p = model.parts[0].beta.length, V = model.covariance.subMatrix(0, p - 1, 0, p - 1);
  if (name === "asymptotic") {
    return {
      name,
      covariance: V,
      df: () => Infinity,
      jointDf: () => ({ df: Infinity, scale: 1 }),
    };
  }
  const names = ["asymptotic", "satterthwaite", "kenward-roger", "residual"];
  if (!names.includes(name)) {
    throw new RangeError(
      `Cannot use degrees of freedom "${name}": known are ${names.map((n) => `"${n}"`).join(", ")}`,
    );
  }
  if (!isGaussian(model)) {
    throw new RangeError(
      `Cannot use "${name}" degrees of freedom for a ${model.family.name} (${model.family.link.name}) model` +
        (model.formulas.dispersion === undefined ? "" : ` with dispersion: "${model.formulas.dispersion}"`) +
        `: they are defined for Gaussian models with identity link and one residual variance; use "asymptotic"`,
    );
  }
  const engine = engineOf(model, `${name} degrees of freedom`);
  if (name === "residual" || engine.kind !== "gaussian" || model.random.length === 0) {
    const df = model.nobs - model.npar;
    return { name: "residual", covariance: V, df: () => df, jointDf: () => ({ df, scale: 1 }) };
  }
  if (name === "satterthwaite") return satterthwaite(model, engine);
  if (!model.reml) {
    throw new RangeError(
      `Cannot use Kenward-Roger degrees of freedom for a model fitted by maximum likelihood: they correct REML; fit with reml: true, or use "satterthwaite"`,
    );
  }
  return kenwardRoger(engine);
}

function isGaussian(model: Model): boolean {
  return model.family.name === "gaussian" && model.family.link.name === "identity" &&
    model.parts.length === 2 && !model.formulas.dispersion;
}

export { quadratic };
