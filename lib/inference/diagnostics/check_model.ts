/** One call that looks at everything: predictions, residuals, random effects, outliers, collinearity. */
import { rootMeanSquare } from "../../math/descriptive.ts";
import { largestOf } from "../../math/largest.ts";
import { MEAN } from "../../model/families/part.ts";
import {
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import { readNumeric } from "../../frame.ts";
import { shapiroFrancia } from "../../math/shapiro_francia.ts";
import type { Model } from "../../model/result/model.ts";
import { effectsOf, effectTerms } from "../../model/result/term_result.ts";
import { inflatedTerms, vif } from "../describe/collinearity.ts";
import { modelTitle } from "../../model/result/title.ts";
import { allTests } from "./all.ts";
import { type NextStep, nextSteps } from "./next_steps.ts";
import { type PredictiveCheck, predictiveCheck } from "./predictive.ts";
import { simulateResiduals } from "./simulate_residuals.ts";
import { type ResidualState, stateOf } from "./state.ts";
import { pText, short, type TestRow } from "./test_frame.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { ownModel } from "../../model/result/model_argument.ts";

/**
 * Options of {@link checkModel}.
 *
 * @category Checks
 */
export interface CheckModelOptions {
  /** Number of simulations (250). */
  n?: number;
  /** Whole number of 32 bits that starts their random numbers (123). */
  seed?: number;
}

const OPTIONS: Kinds<CheckModelOptions> = { n: kinds.count, seed: kinds.seed };

/** What a check says. */
export type Verdict = "fine" | "look" | "problem";

/** One check with its verdict. */
export interface Check {
  readonly check: string;
  readonly verdict: Verdict;
  readonly finding: string;
  readonly next: string;
}

/** Standardised conditional modes of one coefficient of one term. */
export interface ModesCheck {
  readonly name: string;
  readonly values: Float64Array;
  readonly levels: readonly string[];
  readonly pValue: number;
}

/** The meta of a model check. */
export interface CheckMeta extends FigureMeta {
  readonly residuals: ResidualState;
  readonly checks: readonly Check[];
  readonly predictive: PredictiveCheck;
  readonly modes: readonly ModesCheck[];
  readonly inflation: readonly { readonly term: string; readonly gvif: number }[];
}

/** Checks of a model. */
export const MODEL_CHECK: ResultKind<CheckMeta> = resultKind("modelCheck");

/**
 * Checks a model: distribution, dispersion, zeros, outliers and patterns by simulated residuals, normality of the random effects,
 * collinearity, convergence. It draws itself as six panels under a list of verdicts with the model to try next.
 *
 * ```ts
 * import { checkModel, dataset, fit } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("count ~ mined + (1 | site)", await dataset("Salamanders"), { family: "poisson" });
 * checkModel(model); // a panel of figures, each with a sentence
 * ```
 *
 * @returns one row per check: `check`, `verdict` ("fine", "look", "problem"), `finding`, `next` (code, empty when nothing is to do)
 * Source: Gelman & Hill (2007), chapter 8; Fox & Monette (1992) for inflation; Royston (1993) for normality.
 * @category Checks
 */
export function checkModel(model: Model, options: CheckModelOptions = {}): ResultFrame {
  noMore("checkModel", arguments, 2);
  model = ownModel(model, "checkModel");
  checkOptions("checkModel", options, OPTIONS);
  const { n = 250, seed = 123 } = options,
    state = stateOf(simulateResiduals(model, { n, seed }), "check the model");
  const tests = allTests(state),
    steps = nextSteps(model, tests),
    modes = modesOf(model),
    inflation = inflationOf(model);
  const checks = [
    ...convergence(model),
    ...tests.map((t) => checkOf(t, steps)),
    ...modes.map(modesCheck),
    ...(inflation.length > 0 ? [collinearity(inflation)] : []),
  ];
  const meta: CheckMeta = {
    title: modelTitle(model),
    response: model.response,
    notes: [`${n} conditional simulations, seed ${seed}.`, ...proportional(model)],
    residuals: state,
    checks,
    predictive: predictiveCheck(state),
    modes,
    inflation,
  };
  return resultFrame(MODEL_CHECK, {
    check: checks.map((c) => c.check),
    verdict: checks.map((c) => c.verdict as string),
    finding: checks.map((c) => c.finding),
    next: checks.map((c) => c.next),
  }, meta);
}

/** What residuals of ordered categories hardly show. */
function proportional({ family, formulas }: Model): string[] {
  if (family.variant?.nominal !== false) return [];
  const scale = formulas.dispersion === undefined ? ", scaleTest(model) that of one scale" : "";
  return [`nominalTest(model) tests the assumption of proportional effects at all thresholds${scale}.`];
}

function convergence(model: Model): Check[] {
  if (!model.converged) {
    return [{
      check: "convergence",
      verdict: "problem",
      finding: model.messages[0] ?? "The fit did not converge.",
      next: effectTerms(model.random).length > 0
        ? "a model with fewer random terms"
        : "a model with fewer terms",
    }];
  }
  if (!model.singular) {
    return [{ check: "convergence", verdict: "fine", finding: "The optimum is certified.", next: "" }];
  }
  const boundary = model.certificate.boundary.join("; ");
  return [{
    check: "convergence",
    verdict: "look",
    finding:
      `The optimum is certified, and singular: ${boundary}. The fixed effects are those of the model without it.`,
    next: "",
  }];
}

/** How large an effect has to be to be looked at, and to be a problem. */
const LIMITS: Readonly<Record<string, (effect: number) => readonly [boolean, boolean]>> = {
  uniformity: (d) => [d >= 0.05, d >= 0.1],
  dispersion: (r) => [Math.abs(r - 1) >= 0.05, r >= 1.3],
  outliers: (r) => [r >= 1.5, r >= 3],
  "zero inflation": (r) => [Math.abs(r - 1) >= 0.05, r >= 1.3],
  "one inflation": (r) => [Math.abs(r - 1) >= 0.05, r >= 1.3],
  quantiles: (d) => [d >= 0.03, d >= 0.12],
};

function checkOf(test: TestRow, steps: readonly NextStep[]): Check {
  const { about: name } = test, [look, problem] = LIMITS[name](test.effectSize);
  const verdict = test.pValue >= 0.05 || !look ? "fine" : problem ? "problem" : "look";
  const step = steps.find((s) => s.answers.includes(name));
  return {
    check: name,
    verdict,
    finding: test.interpretation,
    next: verdict === "fine" ? "" : step?.code ?? "",
  };
}

function modesCheck({ name, values, levels, pValue }: ModesCheck): Check {
  const size = values.map(Math.abs), farthest = size.indexOf(largestOf(size));
  const finding = values.length < 5
    ? `${values.length} groups are too few to judge the distribution of ${name}.`
    : pValue >= 0.05
    ? `The modes of ${name} look normal (${pText(pValue)}; ${values.length} groups).`
    : `The modes of ${name} are not normal (${pText(pValue)}); ${levels[farthest]} is farthest at ${
      short(values[farthest], 2)
    } standard deviations. Fixed effects bear this well; predictions for new groups less.`;
  return { check: `random effects: ${name}`, verdict: pValue < 0.05 ? "look" : "fine", finding, next: "" };
}

function collinearity(inflation: CheckMeta["inflation"]): Check {
  const worst = inflation.reduce((a, b) => b.gvif > a.gvif ? b : a);
  const verdict = worst.gvif >= 10 ? "problem" : worst.gvif >= 5 ? "look" : "fine";
  return {
    check: "collinearity",
    verdict,
    finding: verdict === "fine"
      ? `The terms separate well (largest variance inflation ${short(worst.gvif, 2)}, ${worst.term}).`
      : `${worst.term} shares its information with other terms (variance inflation ${
        short(worst.gvif, 2)
      }): the standard errors are ` +
        `honest, the coefficients cannot be read one by one. Centre covariates in interactions, or leave a term out.`,
    next: "",
  };
}

function modesOf(model: Model): ModesCheck[] {
  return effectTerms(model.random).flatMap((term) => {
    const own: { l: number; mode: number }[][] = term.names.map(() => []);
    for (const { j, ...effect } of effectsOf(term)) own[j].push(effect);
    return term.names.flatMap((name, j) => {
      const values = Float64Array.from(own[j], ({ mode }) => term.modes[mode]);
      const sd = rootMeanSquare(values);
      if (!(sd > 1e-8)) return [];
      const scaled = values.map((v) => v / sd);
      const part = term.part === MEAN ? "" : ` (${term.part})`;
      return [{
        name: `${name} | ${term.group}${part}`,
        values: scaled,
        levels: own[j].map(({ l }) => term.levels[l]),
        pValue: shapiroFrancia(scaled).pValue,
      }];
    });
  });
}

function inflationOf(model: Model): CheckMeta["inflation"] {
  if (inflatedTerms(model.parts[0]).length < 2) return [];
  const table = vif(model), gvif = readNumeric(table, "gvif"), inflation = readNumeric(table, "inflation");
  const terms = table.getColumn("term").toArray() as string[];
  return terms.map((term, i) => ({ term, gvif: inflation[i] ** 2 })).filter((_, i) =>
    Number.isFinite(gvif[i])
  );
}
