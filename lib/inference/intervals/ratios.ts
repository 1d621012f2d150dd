/** Exponentiated coefficients: odds ratios, rate ratios, hazard ratios, and where e to the power of a coefficient is none of these. */
import type { TableLook } from "../../display.ts";
import { MEAN } from "../../model/families/part.ts";
import { shownComponents } from "../../model/result/coefficients.ts";
import { type Model, type PartResult, partSpec } from "../../model/result/model.ts";

/** What the coefficients of the components are once exponentiated; null where a component stays on its own scale. */
export type Ratios = ReadonlyMap<string, string | null>;

/**
 * The ratios of every component.
 *
 * @param where Name of the function, for messages.
 * @throws {RangeError} Where the coefficients of the mean are no logarithms of ratios.
 */
export function ratiosOf(model: Model, where: string): Ratios {
  const ratios = new Map(shownComponents(model).map(([part]) => [part.component, ratioOf(model, part)]));
  if (ratios.get(MEAN)) return ratios;
  const { family, response, formulas } = model,
    cumulative = family.categories && family.link.name === "cloglog";
  throw new RangeError(
    `Cannot exponentiate the coefficients of ${model.formula} in ${where}(): ` +
      (family.categories && formulas.dispersion
        ? "with scale effects the effect of a term on the odds depends on the scale of the row; predict() gives probabilities"
        : cumulative
        ? `with the link "cloglog" of a cumulative model e to the power of −1 times a coefficient is the hazard ratio`
        : /^log(2|10|1p)?\(/.test(response) && family.link.name === "identity"
        ? `they are differences of ${response}, of which e to the power is no ratio of means; emmeans(model, …, { type: "response" }) goes back to the response`
        : `the link is "${family.link.name}", and their exponentials should be ratios, as with the links "log", "logit" and "cloglog"; ` +
          `predict() and emmeans(…, { type: "response" }) give effects on the scale of the response`),
  );
}

/** "odds ratio", "rate ratio", …; null where e to the power of a coefficient means nothing. */
function ratioOf(model: Model, { part, component }: PartResult): string | null {
  const { family, response, formulas } = model;
  // the location of ordered categories is a latent variable's, on the scale of the family's link
  const ordered = family.categories && component === MEAN;
  if (ordered && formulas.dispersion) return null;
  const link = ordered ? family.link.name : partSpec(model, part).link.name;
  if (link === "logit") return "odds ratio";
  if (link === "cloglog") return family.categories ? null : "hazard ratio";
  if (component !== MEAN) return link === "log" ? "ratio" : null;
  if (link === "identity" && /^log\([^+]*\)$/.test(response)) return "response ratio"; // of geometric means
  if (link !== "log") return null;
  return family.usesTrials ? "risk ratio" : family.discrete ? "rate ratio" : "response ratio";
}

/** A row of coefficients. */
interface Coefficient {
  readonly component: string;
  estimate: number;
  std_error: number;
  conf_low: number;
  conf_high: number;
}

/** The row as a ratio: limits exponentiated, the standard error by the delta method, exp(b) · SE(b). */
export function exponentiated<Row extends Coefficient>(row: Row, ratios: Ratios): Row {
  if (!ratios.get(row.component)) return row;
  const estimate = Math.exp(row.estimate), se = row.std_error;
  return {
    ...row,
    estimate,
    std_error: se === Infinity ? Infinity : estimate * se,
    conf_low: Math.exp(row.conf_low),
    conf_high: Math.exp(row.conf_high),
  };
}

/** "odds ratio"; "cond: rate ratio, zi: odds ratio" where components differ. */
export function ratioNames(ratios: Ratios): string {
  const names = new Set(ratios.values());
  if (names.size === 1) return [...names][0]!;
  return [...ratios].map(([component, name]) => `${component}: ${name ?? "not exponentiated"}`).join(", ");
}

/** The name of the ratios as a header, and what is said of them below. */
export function ratioLook(ratios: Ratios): TableLook {
  const names = new Set(ratios.values());
  return {
    headings: { estimate: names.size === 1 ? [...names][0]! : "ratio" },
    notes: [
      ...(names.size > 1 ? [`${ratioNames(ratios)}.`] : []),
      "Exponentiated coefficients: tests are of a ratio of 1, standard errors by the delta method. " +
      "The intercept is no ratio, it is the value where every predictor is 0 or at its reference level.",
    ],
  };
}
