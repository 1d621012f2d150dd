/** How the thresholds of ordered categories depend on each other: every one by itself, symmetric or equally far apart. */
import { identity } from "../links/identity.ts";
import type { Part, Response } from "./family.ts";
import type { Latent } from "./latent.ts";
import { part } from "./part.ts";

/**
 * How the thresholds of {@link cumulative} depend on each other.
 *
 * @category Families
 */
export type Thresholds = "flexible" | "symmetric" | "equidistant";

/** One parameter of the thresholds. */
export interface ThresholdParameter {
  /** As tables call it: "1|2", "threshold.1", "spacing", "central", "spacing.1". */
  readonly term: string;
  readonly meaning: string;
  readonly latex: string;
  /** Its weight in each threshold. */
  readonly weights: readonly number[];
  /** Its value where the thresholds are about these. */
  start(thresholds: readonly number[]): number;
  /** What it means that it runs to ±∞. */
  limit?(up: boolean, where: string): string;
}

/** θ_k = Σ_j w_kj α_j for every structure, from the names of the categories: one parameter per entry. */
export const STRUCTURES: Readonly<
  Record<Thresholds, (categories: readonly string[]) => readonly ThresholdParameter[]>
> = {
  flexible: (categories) =>
    categories.slice(1).map((above, k) => ({
      term: `${categories[k]}|${above}`,
      meaning: `threshold between ${categories[k]} and ${above}`,
      latex: `\\theta_{${k + 1}}`,
      weights: categories.slice(1).map((_, cut) => cut === k ? 1 : 0),
      start: (thresholds) => thresholds[k],
      limit: (up, where) =>
        up
          ? `no response${where} is above ${categories[k]}`
          : `no response${where} is ${k === 0 ? categories[0] : `${categories[k]} or below`}`,
    })),
  equidistant(categories) {
    const count = categories.length - 1, cuts = Array.from({ length: count }, (_, k) => k);
    const first: ThresholdParameter = {
      term: "threshold.1",
      meaning: "first threshold",
      latex: "\\theta_{1}",
      weights: cuts.map(() => 1),
      start: ([lowest]) => lowest,
    };
    if (count === 1) return [first];
    return [first, {
      term: "spacing",
      meaning: "distance between neighbouring thresholds",
      latex: "\\Delta",
      weights: cuts,
      start: (thresholds) => (thresholds[count - 1] - thresholds[0]) / (count - 1),
    }];
  },
  symmetric: (categories) => symmetric(categories.length - 1),
};

/** c ± Δ_j about one central threshold, or c_1 − Δ_j and c_2 + Δ_j outside the two in the middle. */
function symmetric(count: number): ThresholdParameter[] {
  const odd = count % 2 === 1, half = Math.floor(count / 2), low = odd ? half : half - 1, high = half;
  const cuts = Array.from({ length: count }, (_, k) => k);
  const central = (odd ? [half] : [low, high]).map((middle, j): ThresholdParameter => ({
    term: odd ? "central" : `central.${j + 1}`,
    meaning: odd ? "central threshold" : `${["lower", "upper"][j]} threshold in the middle`,
    latex: odd ? "\\theta_{c}" : `\\theta_{c${j + 1}}`,
    weights: cuts.map((k) => odd || (j === 0 ? k <= low : k >= high) ? 1 : 0),
    start: (thresholds) => thresholds[middle],
  }));
  const spacings = Array.from({ length: low }, (_, j): ThresholdParameter => ({
    term: `spacing.${j + 1}`,
    meaning: `distance from the middle to threshold ${j + 1} outside it`,
    latex: `\\Delta_{${j + 1}}`,
    weights: cuts.map((k) => k === low - 1 - j ? -1 : k === high + 1 + j ? 1 : 0),
    start: (t) => (t[high + 1 + j] - t[low - 1 - j] - (t[high] - t[low])) / 2,
  }));
  return [...central, ...spacings];
}

/** The parts of the thresholds; `nominal` where they take predictors. */
export function thresholdParts(
  F: Latent,
  parameters: readonly ThresholdParameter[],
  structure: Thresholds,
  nominal: boolean,
): Part[] {
  return parameters.map(({ term, meaning, latex, weights, start, limit }, j) =>
    part({
      name: `threshold__${term}`,
      component: "threshold",
      term,
      link: identity,
      scale: "own",
      constantOnly: !nominal,
      option: "nominal",
      increasing: structure === "flexible",
      constant: start(new Array(weights.length).fill(1)), // it is linear in the thresholds
      shown: true,
      meaning,
      limit,
      title: "Threshold coefficients",
      heading: "Thresholds",
      latex: {
        parameter: latex,
        indexed: latex.endsWith("}") ? latex.replace(/\}$/, ",i}") : `${latex}_i`,
        coefficient: `\\alpha^{(${j + 1})}`,
      },
      start: (response, _mu, weights) => start(latentQuantiles(F, response, weights)),
    })
  );
}

/** F⁻¹ of the shares up to every category; half a row more in each keeps them apart. */
function latentQuantiles(F: Latent, { y, categories }: Response, weights: Float64Array): number[] {
  const count = new Float64Array(categories!.length).fill(0.5);
  let total = count.length / 2, under = 0;
  for (let i = 0; i < y.length; i++) {
    count[y[i] - 1] += weights[i];
    total += weights[i];
  }
  return Array.from(count.subarray(0, -1), (c) => F.quantile((under += c) / total));
}
