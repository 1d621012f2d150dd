/** Brant's test of proportional odds: are the coefficients of the binary models at all cuts the same? */
import { Matrix, positiveInverse } from "../../math/dense.ts";
import { pchisq } from "../../math/distributions.ts";
import type { FixedTerm } from "../../formula/types.ts";
import type { Model } from "../../model/result/model.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import { type BinaryCuts, binaryCuts } from "./binary_cuts.ts";
import type { CutEffect } from "./cut_effects.ts";

/** A term with its Wald test; all of them together are "<all>". */
export interface WaldRow {
  readonly term: string;
  readonly df: number;
  readonly statistic: number;
  readonly p: number;
}

/** The tests, the effects that they compare, and which binary models have no estimates. */
export interface BrantTests {
  readonly rows: readonly WaldRow[];
  readonly effects: readonly CutEffect[];
  readonly notes: readonly string[];
}

/** The tests of these terms, or of all; those of all together first. */
export function brantTests(model: Model, wanted: readonly string[]): BrantTests {
  assertPlain(model);
  const cuts = binaryCuts(model), own = cuts.terms.filter(({ label }) => label !== "(Intercept)");
  const slopes = cuts.names.flatMap((name, j) => name === "(Intercept)" ? [] : [j]);
  const of = ({ start, count }: FixedTerm) => Array.from({ length: count }, (_, k) => start + k);
  const notes = cuts.beta.flatMap((b, k) =>
    b
      ? []
      : [`The binary model at ${cuts.cuts[k]} has no estimates, so that there is no test: ${cuts.why[k]}`]
  );
  return {
    rows: [
      waldRow("<all>", cuts, slopes),
      ...own.filter(({ label, count }) => count > 0 && wanted.includes(label)).map((t) =>
        waldRow(t.label, cuts, of(t))
      ),
    ],
    effects: own.filter(({ label }) => wanted.includes(label)).flatMap((t) =>
      of(t).flatMap((j) => effectsOf(model, cuts, t.label, j))
    ),
    notes,
  };
}

/** b'(D Σ D')⁻¹b of the differences b = Dβ between the first cut and every other. */
function waldRow(term: string, cuts: BinaryCuts, own: readonly number[]): WaldRow {
  const K = cuts.cuts.length, p = own.length, df = p * (K - 1);
  if (df === 0 || cuts.beta.some((b) => b === null)) return { term, df, statistic: NaN, p: NaN };
  const S = Matrix.zeros(K * p, K * p);
  for (let k = 0; k < K; k++) {
    for (let l = k; l < K; l++) {
      const C = cuts.covariance(k, l).selection([...own], [...own]);
      S.setSubMatrix(C, k * p, l * p);
      S.setSubMatrix(C.transpose(), l * p, k * p);
    }
  }
  const D = Matrix.zeros(df, K * p);
  for (let r = 0; r < df; r++) {
    D.set(r, r % p, 1);
    D.set(r, p + r, -1);
  }
  const beta = Matrix.columnVector(cuts.beta.flatMap((b) => own.map((j) => b![j]))), b = D.mmul(beta);
  const inverse = positiveInverse(D.mmul(S).mmul(D.transpose()));
  const statistic = inverse ? b.transpose().mmul(inverse).mmul(b).get(0, 0) : NaN;
  return { term, df, statistic, p: pchisq(statistic, df, false) };
}

function effectsOf(model: Model, cuts: BinaryCuts, term: string, j: number): CutEffect[] {
  const z = normalQuantile(0.95),
    name = cuts.names[j],
    [location] = model.parts,
    at = location.names.indexOf(name);
  const one = (cut: string | null, estimate: number, variance: number): CutEffect => ({
    term,
    name,
    cut,
    estimate,
    low: estimate - z * Math.sqrt(variance),
    high: estimate + z * Math.sqrt(variance),
  });
  return [
    ...cuts.beta.flatMap((b, k) => b ? [one(cuts.cuts[k], b[j], cuts.covariance(k, k).get(j, j))] : []),
    one(null, location.beta[at], model.covariance.get(location.start + at, location.start + at)),
  ];
}

/** Binary models know no random effects, no scale effects and no thresholds that depend on each other. */
function assertPlain({ random, formulas, family, options }: Model): void {
  const beyond = random.length > 0
    ? "random effects"
    : formulas.nominal !== undefined
    ? "nominal effects"
    : formulas.dispersion !== undefined
    ? "scale effects"
    : family.variant?.thresholds !== "flexible"
    ? `${family.variant?.thresholds} thresholds`
    : Object.keys(options.fixed ?? {}).length > 0
    ? "coefficients that are held"
    : null;
  if (beyond === null) return;
  throw new RangeError(
    `Cannot use method: "brant" with ${beyond}: it compares plain binary models at each threshold; take method: "likelihood-ratio"`,
  );
}
