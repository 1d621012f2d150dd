/** What a larger ordinal model says of the effects that it frees: at every threshold, or on the scale. */
import { recipeCategories } from "../../formula/recipe.ts";
import { isDispersion } from "../../model/families/part.ts";
import { componentOf, type Model, partsOf } from "../../model/result/model.ts";
import { normalQuantile } from "../../model/result/coefficients.ts";
import { tendencies } from "../../model/result/tendency.ts";

/** The effect of a coefficient at one threshold; `cut` null: the same at all of them, or of the scale. */
export interface CutEffect {
  readonly term: string;
  readonly name: string;
  readonly cut: string | null;
  readonly estimate: number;
  /** A Wald interval of 95 %. */
  readonly low: number;
  readonly high: number;
}

/** A linear combination of coefficients with its interval; infinite, or NaN, where the likelihood has no maximum along it. */
function effect(
  { covariance, flat }: Model,
  of: Pick<CutEffect, "term" | "name" | "cut">,
  entries: readonly { readonly at: number; readonly beta: number; readonly weight: number }[],
): CutEffect {
  const l = new Float64Array(covariance.rows);
  for (const { at, weight } of entries) l[at] += weight;
  const tendency = tendencies({ flat }).of(l);
  if (tendency !== 0) return { ...of, estimate: tendency * Infinity, low: NaN, high: NaN };
  const estimate = entries.reduce((sum, { beta, weight }) => sum + weight * beta, 0);
  let variance = 0;
  for (const a of entries) {
    for (const b of entries) variance += a.weight * b.weight * covariance.get(a.at, b.at);
  }
  const half = normalQuantile(0.95) * Math.sqrt(variance);
  return { ...of, estimate, low: estimate - half, high: estimate + half };
}

/**
 * Effects on higher categories: of the larger model −∂θ_k/∂x at every threshold, of the smaller one the coefficient. Columns of which
 * the two models have other codings are left out.
 */
export function nominalEffects(
  smaller: Model,
  larger: Model,
  term: string,
  labels: readonly string[],
): CutEffect[] {
  const [location] = smaller.parts, thresholds = componentOf(larger, "threshold"), family = larger.family;
  const names = location.terms.filter(({ label }) => labels.includes(label)).flatMap(({ start, count }) =>
    location.names.slice(start, start + count)
  );
  const specs = partsOf(larger).filter(({ component }) => component === "threshold");
  const places = (name: string) =>
    thresholds.map(({ names }, j) => names.indexOf(`${specs[j].term}.${name}`)); // "a|b.x"
  const cuts = cutNames(larger), zero = new Float64Array(partsOf(larger).length), slopes = zero.slice();
  return names.filter((name) => !places(name).includes(-1)).flatMap((name) => {
    const at = location.names.indexOf(name), own = { term, name }, inParts = places(name);
    const common = { at: location.start + at, beta: location.beta[at], weight: 1 };
    const atCut = (cut: string, k: number) => {
      family.cutSlopes!(zero, k, slopes); // θ_k = Σ_j w_kj α_j
      return effect(
        larger,
        { ...own, cut },
        thresholds.map(({ beta, start }, j) => ({
          at: start + inParts[j],
          beta: beta[inParts[j]],
          weight: -slopes[1 + j],
        })),
      );
    };
    return [...cuts.map(atCut), effect(smaller, { ...own, cut: null }, [common])];
  });
}

/** "a|b" of every two neighbouring categories. */
function cutNames({ recipe }: Model): string[] {
  const categories = recipeCategories(recipe)!;
  return categories.slice(1).map((upper, k) => `${categories[k]}|${upper}`);
}

/** Effects on the log scale of the latent variable. */
export function scaleEffects(larger: Model, term: string): CutEffect[] {
  const { beta, start, names, terms } = larger.parts[partsOf(larger).findIndex(isDispersion)];
  const own = terms.find(({ label }) => label === term);
  if (!own) return [];
  return Array.from({ length: own.count }, (_, k) => own.start + k).map((j) =>
    effect(larger, { term, name: names[j], cut: null }, [{ at: start + j, beta: beta[j], weight: 1 }])
  );
}
