/** Random effects: conditional modes and their standard deviations. */
import { type ResultFrame, resultFrame, type ResultKind, resultKind } from "../../display.ts";
import type { Model } from "./model.ts";
import { type EffectCombination, type TermPlace, type Uncertainty, uncertaintyOf } from "./uncertainty.ts";
import { uniqueGroups } from "../options/parameter_places.ts";
import { checkOptions, type Kinds, kinds, noMore } from "../../check.ts";
import { basisRow } from "../objective/random_effects.ts";
import { ownModel } from "./model_argument.ts";
import { effectsOf, effectTerms, errorTerm, type TermResult } from "./term_result.ts";
import { factorsOf } from "./factors.ts";

/** Tables of random effects. */
export const RANEF: ResultKind = resultKind("ranef");

/**
 * Options of {@link ranef}.
 *
 * @category The model
 */
export interface RanefOptions {
  /**
   * What the standard errors hold: "conditional" given the parameters (lme4's condVar; default for Gaussian models),
   * "joint" with the uncertainty of the parameters too (glmmTMB's; default elsewhere), or false for none.
   */
  condVar?: boolean | "conditional" | "joint";
}

const OPTIONS: Kinds<RanefOptions> = {
  condVar: kinds.anyOf(kinds.flag, kinds.oneOf("conditional", "joint")),
};

/**
 * Conditional modes b̂ of the random effects (BLUPs of Gaussian models), on the link scale.
 *
 * ```ts
 * import { dataset, fit, ranef } from "@tidyglmm/tidyglmm";
 *
 * const model = fit("Reaction ~ Days + (Days | Subject)", await dataset("sleepstudy"));
 * ranef(model); // one row per subject and term
 * ```
 *
 * Below the effects of a term of reduced rank, `rr(0 + trait | g, d = 2)`, are the scores of its factors, given the {@link loadings}.
 *
 * What the option `residual` of fit() makes correlated are residuals and not listed: {@link residuals} has them.
 *
 * @returns `component`, `group`, `term`, `level`, `estimate`, `std_error`; its figure is the caterpillar plot
 * Source: Bates et al. (2015), section 5.1.
 * @category The model
 */
export function ranef(model: Model, options: RanefOptions = {}): ResultFrame {
  noMore("ranef", arguments, 2);
  model = ownModel(model, "ranef");
  checkOptions("ranef", options, OPTIONS);
  const { condVar = true } = options;
  const component: string[] = [],
    group: string[] = [],
    term: string[] = [],
    level: string[] = [],
    estimate: number[] = [];
  const names = groupNames(model), errors = errorTerm(model.random);
  model.random.forEach((t, k) => {
    if (t === errors) return;
    for (const { j, l, mode } of effectsOf(t)) {
      component.push(t.part);
      group.push(names[k]);
      term.push(t.names[j]);
      level.push(t.levels[l]);
      estimate.push(t.modes[mode]);
    }
    for (const { name, l, weights } of scoresOf(t)) {
      component.push(t.part);
      group.push(names[k]);
      term.push(name);
      level.push(t.levels[l]);
      estimate.push(weights.reduce((s, [i, w]) => s + w * t.modes[l * t.names.length + i], 0));
    }
  });
  const columns = { component, group, term, level, estimate: Float64Array.from(estimate) };
  const stdError = condVar === false || effectTerms(model.random).length === 0
    ? null
    : conditionalDeviations(model, condVar);
  return resultFrame(RANEF, stdError ? { ...columns, std_error: stdError } : columns, {
    title: `Random effects of ${model.formula}`,
    response: model.response,
    scale: "link",
    level: 0.95,
    notes: errors &&
      [`The residuals within ${errors.group} are not random effects: residuals(model) has them.`],
  });
}

/** Group of every term, made unique as lme4 does: a second term on Subject is Subject.1. */
export function groupNames({ random }: Pick<Model, "random">): string[] {
  return uniqueGroups(random);
}

function conditionalDeviations(model: Model, kind: true | "conditional" | "joint"): Float64Array {
  const u = uncertaintyOf(model), laplace = model.method !== "REML" && model.method !== "maximum likelihood";
  const joint = kind === "joint" || (kind === true && laplace);
  const out: number[] = [], none = new Float64Array(u.fixed);
  model.random.forEach((t, k) => {
    if (t.residual === "errors") return;
    const place = u.state.terms[k];
    const raw = (l: number, j: number, mode: number) =>
      t.positions
        ? { index: [u.indexOfMode(place, mode)], value: [place.basis.get(0, 0)] }
        : rawCoefficient(u, place, l, j);
    const combinations = [
      ...[...effectsOf(t)].map(({ j, l, mode }) => raw(l, j, mode)),
      ...[...scoresOf(t)].map(({ l, weights }) =>
        weighted(weights.map(([i, w]) => [raw(l, i, l * t.names.length + i), w]))
      ),
    ];
    for (const z of combinations) {
      let variance = u.conditionalCovariance(z, z);
      if (joint) {
        const d = u.gradient(none, z);
        variance += u.parameterCovariance(d, d);
      }
      out.push(Math.sqrt(Math.max(0, variance)));
    }
  });
  return Float64Array.from(out);
}

/** Scores of the factors of a term of reduced rank, f = W b: coefficients and weights. */
function* scoresOf(t: TermResult): Generator<{ name: string; l: number; weights: [number, number][] }> {
  for (const { traits, scores, level, groups } of factorsOf(t)) {
    for (const [a, row] of scores.entries()) {
      const name = `factor ${a + 1}${level && `, ${level}`}`;
      for (const l of groups) yield { name, l, weights: row.map((w, i) => [traits[i], w]) };
    }
  }
}

/** Σ w_k z_k. */
function weighted(parts: readonly (readonly [EffectCombination, number])[]): EffectCombination {
  const sums = new Map<number, number>();
  for (const [{ index, value }, w] of parts) {
    index.forEach((at, e) => sums.set(at, (sums.get(at) ?? 0) + w * value[e]));
  }
  return { index: [...sums.keys()], value: [...sums.values()] };
}

/** Coefficient j of a level on the data's scale, b_j = Σ_k C_jk b̃_k, as a combination of the engine's effects. */
function rawCoefficient(u: Uncertainty, place: TermPlace, level: number, j: number): EffectCombination {
  const index: number[] = [], value: number[] = [];
  for (const [k, v] of basisRow(place, j)) {
    index.push(u.indexOf(place, level, k));
    value.push(v);
  }
  return { index, value };
}
