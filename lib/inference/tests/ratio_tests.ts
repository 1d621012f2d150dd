/**
 * Likelihood-ratio tests of the terms of one model: 2(ℓ₁ − ℓ₀) ~ χ² with the difference in parameters, where model 1 leaves out what the
 * hypothesis takes for zero and model 0 the term as well. Nothing has to be finite: a separated term has a likelihood, too, where a Wald
 * test reaches only the part of it that the data determine.
 *
 * Source: Cox & Hinkley (1974), section 9.3; Fox (2016), section 8.2.6 for which models are compared.
 */
import { pchisq } from "../../math/distributions.ts";
import type { FixedTerm } from "../../formula/types.ts";
import { type Model, usedRows } from "../../model/result/model.ts";
import {
  asMaximumLikelihood,
  formulaPieces,
  randomText,
  refitModel,
  writeFormula,
} from "../simulate/refit.ts";
import { likelihoodRatio } from "./compare.ts";

/** One term's test. */
export interface RatioTest {
  readonly term: string;
  readonly statistic: number;
  readonly df: number;
  readonly p: number;
}

/**
 * Tests of the conditional part's terms.
 * @param later the terms that are zero in both models: those after a term (type 1), those that contain it (type 2)
 */
export function ratioTests(
  model: Model,
  later: (term: FixedTerm, all: readonly FixedTerm[]) => readonly FixedTerm[],
): RatioTest[] {
  const full = asMaximumLikelihood(model), pieces = formulaPieces(full), fits = new Map<string, Model>();
  const rowsUsed = usedRows(full); // rows that a dropped variable leaves out stay out
  const without = (out: readonly FixedTerm[]): Model => {
    const labels = out.map((t) => t.label);
    if (labels.length === 0) return full;
    const fixed = pieces.fixed.filter((label) => !labels.includes(label)), key = fixed.join(" + ");
    let found = fits.get(key);
    if (!found) {
      const formula = writeFormula({ ...pieces, fixed, random: pieces.random.map(randomText) });
      fits.set(key, found = refitModel(full, { formula, data: rowsUsed, options: { reml: false } }));
    }
    return found;
  };
  const { names, fixed: held, terms: all } = full.parts[0];
  const isHeld = (t: FixedTerm) =>
    names.slice(t.start, t.start + t.count).some((name) => held.includes(name));
  const terms = all.filter((t) => t.label !== "(Intercept)" && t.count > 0 && !isHeld(t));
  return terms.map((t) => {
    const zero = later(t, terms), large = without(zero), small = without([...zero, t]);
    const df = large.npar - small.npar, statistic = Math.max(0, likelihoodRatio(small, large));
    const told = df > 0 && large.converged && small.converged;
    return {
      term: t.label,
      statistic: told ? statistic : NaN,
      df,
      p: told ? pchisq(statistic, df, false) : NaN,
    };
  });
}
