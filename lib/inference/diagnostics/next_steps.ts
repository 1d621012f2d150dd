/** From what the tests found to the model to try next, as code that can be run. */
import * as families from "../../model/families/mod.ts";
import { hasZeroInflation, type Model, partsOf } from "../../model/result/model.ts";
import type { Family } from "../../model/families/family.ts";
import { isDispersion } from "../../model/families/part.ts";
import type { TestRow } from "./test_frame.ts";

/** A change of the model that answers a finding. */
export interface NextStep {
  readonly why: string;
  /** The tests whose finding it answers. */
  readonly answers: readonly string[];
  /** TypeScript; `data` stands for the data frame. */
  readonly code: string;
}

/** Changes worth trying, the most telling first; none for a model that passes, or without a model. */
export function nextSteps(model: Model | null, tests: readonly TestRow[]): NextStep[] {
  if (!model) return [];
  const find = (name: string) => tests.find((t) => t.about === name && t.pValue < 0.05);
  const dispersion = find("dispersion"), zeros = find("zero inflation"), outliers = find("outliers");
  const quantiles = find("quantiles"), uniformity = find("uniformity");
  const steps: NextStep[] = [],
    add = (found: readonly Change[], ...answers: string[]) => {
      for (const change of found) {
        if (!steps.some((s) => s.code === change.code)) {
          steps.push({ ...change, answers });
        }
      }
    };
  if (dispersion && dispersion.effectSize > 1.05) {
    add(moreSpread(model), "dispersion", "outliers", "uniformity", "zero inflation", "quantiles");
  }
  if (zeros && zeros.effectSize > 1 && !hasZeroInflation(model) && takesZeros(model)) {
    add(
      [{ why: "Zeros of their own may explain it:", code: fitCode(model, { zeroInflation: "~ 1" }) }],
      "zero inflation",
    );
  }
  if (quantiles) add(shape(model), "quantiles");
  if ((outliers && outliers.effectSize > 1 || uniformity) && !(dispersion && dispersion.effectSize > 1.05)) {
    add(tails(model), "outliers", "uniformity");
  }
  if (uniformity && !model.family.discrete && !model.family.categories) {
    const code = `adviseFamily("${model.formula}", data)`;
    add([{ why: "Another distribution may suit the response:", code }], "uniformity", "dispersion");
  }
  return steps;
}

type Change = Pick<NextStep, "why" | "code">;

function moreSpread(model: Model): Change[] {
  const { family } = model;
  if (family.usesTrials) {
    return [
      {
        why: "Counts of successes that vary more than binomially:",
        code: fitCode(model, { family: "betabinomial()" }),
      },
    ];
  }
  if (isPlainCount(model)) {
    return [{ why: "Counts that vary more than Poisson:", code: fitCode(model, { family: "nbinom2()" }) }];
  }
  return spreadFormula(model);
}

/** Whole numbers from 0 on that are no shares of trials. */
const isCount = ({ family }: Model) => family.discrete && !family.usesTrials && !family.categories;

/** Counts whose variance is fixed by their mean. */
const isPlainCount = (model: Model) => isCount(model) && model.family.dispersionLabel === null;

const takesZeros = ({ family }: Model) => family.mass(0) || family.support[0] === 0;

/** A dispersion formula in the first fixed variable, where the family has a dispersion. */
function spreadFormula(model: Model): Change[] {
  const first = firstVariable(model);
  if (
    !first || model.formulas.dispersion !== undefined || model.formulas.residual !== undefined ||
    !(partsOf(model).some(isDispersion) || model.family.variant?.dispersion === false)
  ) return [];
  return [{ why: `Spread that depends on ${first}:`, code: fitCode(model, { dispersion: `~ ${first}` }) }];
}

function shape(model: Model): Change[] {
  const numeric = model.parts[0].terms.find((t) =>
    t.count === 1 && t.factors.length === 1 && /^[A-Za-z_.][\w.]*$/.test(t.factors[0]) &&
    t.label === t.factors[0] &&
    model.parts[0].names[t.start] === t.label
  );
  const curve = numeric
    ? [{ why: `A curve in ${numeric.label}:`, code: fitCode(model, { add: `I(${numeric.label}^2)` }) }]
    : [];
  return [...curve, ...spreadFormula(model)];
}

function tails(model: Model): Change[] {
  return model.family.residual && model.family.link.name === "identity" && !model.formulas.residual
    ? [{ why: "Heavier tails:", code: fitCode(model, { family: "studentT()" }) }]
    : model.family.usesTrials || isPlainCount(model)
    ? moreSpread(model)
    : spreadFormula(model);
}

function firstVariable(model: Model): string | undefined {
  return model.parts[0].terms.find((t) => t.label !== "(Intercept)" && t.factors.length === 1)?.factors[0];
}

/** The call that fits the model, changed. */
export function fitCode(
  model: Model,
  change: { family?: string; add?: string; zeroInflation?: string; dispersion?: string } = {},
): string {
  const formula = change.add ? `${model.formula} + ${change.add}` : model.formula;
  const options = [
    `family: ${change.family ?? familyCode(model)}`,
    (change.zeroInflation ?? model.formulas.zeroInflation) &&
    `zeroInflation: "${change.zeroInflation ?? model.formulas.zeroInflation}"`,
    model.formulas.oneInflation && `oneInflation: "${model.formulas.oneInflation}"`,
    (change.dispersion ?? model.formulas.dispersion) &&
    `dispersion: "${change.dispersion ?? model.formulas.dispersion}"`,
    model.formulas.residual && `residual: "${model.formulas.residual}"`,
    model.formulas.nominal && `nominal: "${model.formulas.nominal}"`,
  ].filter((o) => o && o !== "family: gaussian()");
  return `fit("${formula}", data${options.length > 0 ? `, { ${options.join(", ")} }` : ""})`;
}

/** Combinators that an option of fit() stands for. */
const INFLATED = ["zeroInflated", "oneInflated"];

/** `poisson()`, `gamma("log")`, `truncated(poisson())`. */
export function familyCode({ family }: { readonly family: Family }): string {
  if (family.made) {
    const inner = familyCode({ family: family.made.of });
    return INFLATED.includes(family.made.by) ? inner : `${family.made.by}(${inner})`;
  }
  const make = (families as unknown as Record<string, (() => Family) | undefined>)[family.name],
    usual = make?.();
  const link = `"${family.link.name}"`, thresholds = family.variant?.thresholds;
  if (thresholds !== usual?.variant?.thresholds) {
    return `${family.name}(${link}, { thresholds: "${thresholds}" })`;
  }
  return usual?.link.name === family.link.name ? `${family.name}()` : `${family.name}(${link})`;
}
