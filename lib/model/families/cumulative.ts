import { noMore } from "../../check.ts";
import { pair, triple } from "../../math/jets.ts";
import { identity } from "../links/identity.ts";
import type { Link } from "../links/link.ts";
import type { LinkName } from "../links/resolve.ts";
import { LATENT } from "./binomial.ts";
import { type Latent, latentDistribution } from "./latent.ts";
import type { Family, Kernel, Part, Predictors, Response, ResponseShape } from "./family.ts";
import { meanPart, part } from "./part.ts";

/**
 * Category k of K, whose latent variable lies between l = θ_{k−1} − η and u = θ_k − η: p = F(u) − F(l), ℓ = log p. With
 * a = f(u)/p, b = f(l)/p and likewise a₁, b₁, a₂, b₂ of f′ and f″:
 *
 *     ℓ_u = a             ℓ_l = −b
 *     ℓ_uu = a₁ − a²      ℓ_ul = ab              ℓ_ll = −b₁ − b²
 *     ℓ_uuu = a₂ − 3aa₁ + 2a³     ℓ_uul = a₁b − 2a²b     ℓ_ull = ab₁ + 2ab²     ℓ_lll = −b₂ − 3bb₁ − 2b³
 *
 * Predictor 0 is η, predictor k is θ_k. Thresholds out of order have no density (ℓ = −∞): such a step is refused.
 */
function kernel(F: Latent, { y }: Response): Kernel {
  const up = new Float64Array(3), low = new Float64Array(3);
  return {
    evaluate(eta, order, out) {
      const last = eta.length, [location] = eta;
      for (const arrays of [[], out.d1, out.d2, out.d3].slice(0, order + 1)) {
        for (const array of arrays) if (array !== out.zero) array.fill(0);
      }
      for (let i = 0; i < y.length; i++) {
        const k = y[i], u = k < last ? eta[k][i] - location[i] : Infinity;
        const l = k > 1 ? eta[k - 1][i] - location[i] : -Infinity, p = between(F, l, u);
        out.value[i] = p > 0 ? Math.log(p) : -Infinity;
        if (order < 1 || !(p > 0)) continue;
        densities(F, u, p, up);
        densities(F, l, p, low);
        firstOrders(out, i, k, last, up, low, order);
        if (order >= 3) thirdOrder(out, i, k, last, up, low);
      }
    },
  };
}

/** F(u) − F(l), on the side where both are small. */
const between = (F: Latent, l: number, u: number): number =>
  l > 0 ? F.above(l) - F.above(u) : F.below(u) - F.below(l);

/** f/p, f′/p, f″/p; 0 at ±∞. */
function densities(F: Latent, x: number, p: number, out: Float64Array) {
  if (!Number.isFinite(x)) {
    out.fill(0);
    return;
  }
  F.density(x, out);
  for (let j = 0; j < 3; j++) out[j] /= p;
}

type JetsOut = Parameters<Kernel["evaluate"]>[2];

function firstOrders(
  { d1, d2 }: JetsOut,
  i: number,
  k: number,
  last: number,
  [a, a1]: Float64Array,
  [b, b1]: Float64Array,
  order: number,
) {
  d1[0][i] = b - a;
  if (k < last) d1[k][i] = a;
  if (k > 1) d1[k - 1][i] = -b;
  if (order < 2) return;
  const uu = a1 - a * a, ul = a * b, ll = -b1 - b * b;
  d2[0][i] = uu + 2 * ul + ll;
  if (k < last) {
    d2[pair(k, k)][i] = uu;
    d2[pair(k, 0)][i] = -uu - ul;
  }
  if (k > 1) {
    d2[pair(k - 1, k - 1)][i] = ll;
    d2[pair(k - 1, 0)][i] = -ul - ll;
  }
  if (k < last && k > 1) d2[pair(k, k - 1)][i] = ul;
}

function thirdOrder(
  { d3 }: JetsOut,
  i: number,
  k: number,
  last: number,
  [a, a1, a2]: Float64Array,
  [b, b1, b2]: Float64Array,
) {
  const uuu = a2 - 3 * a * a1 + 2 * a * a * a, uul = a1 * b - 2 * a * a * b;
  const ull = a * b1 + 2 * a * b * b, lll = -b2 - 3 * b * b1 - 2 * b * b * b;
  d3[0][i] = -(uuu + 3 * uul + 3 * ull + lll);
  if (k < last) {
    d3[triple(k, k, k)][i] = uuu;
    d3[triple(k, k, 0)][i] = -uuu - uul;
    d3[triple(k, 0, 0)][i] = uuu + 2 * uul + ull;
  }
  if (k > 1) {
    d3[triple(k - 1, k - 1, k - 1)][i] = lll;
    d3[triple(k - 1, k - 1, 0)][i] = -ull - lll;
    d3[triple(k - 1, 0, 0)][i] = uul + 2 * ull + lll;
  }
  if (k < last && k > 1) {
    d3[triple(k, k, k - 1)][i] = uul;
    d3[triple(k, k - 1, k - 1)][i] = ull;
    d3[triple(k, k - 1, 0)][i] = -uul - ull;
  }
}

/** The threshold between categories k and k + 1, counted from 1. */
function threshold(F: Latent, k: number, [below, above]: readonly string[]): Part {
  return part({
    name: `threshold__${below}|${above}`,
    component: "threshold",
    term: `${below}|${above}`,
    link: identity,
    scale: "own",
    constantOnly: true,
    shown: true,
    meaning: `threshold between ${below} and ${above}`,
    title: "Threshold coefficients",
    heading: "Thresholds",
    latex: { parameter: `\\theta_{${k}}`, coefficient: "\\theta" },
    start: ({ y, categories }, _mu, weights) => {
      let under = k / 2, total = categories!.length / 2; // half a row more in every category keeps them apart
      for (let i = 0; i < y.length; i++) {
        total += weights[i];
        if (y[i] <= k) under += weights[i];
      }
      return F.quantile(under / total);
    },
  });
}

/**
 * Ordered categories: P(Y ≤ k) = F(θ_k − η) with thresholds θ_1 < θ_2 < … (parts "threshold__a|b") and no intercept, so that a
 * larger η means higher categories. The response is an ordered factor, text (in the order of its levels) or whole numbers;
 * its categories are those in the data.
 *
 * ```ts
 * import { cumulative, fit, pl } from "@tidyglmm/tidyglmm";
 *
 * const data = pl.DataFrame({ pain: ["1 none", "2 some", "3 bad", "2 some", "1 none", "3 bad"], dose: [3, 2, 1, 1, 2, 2] });
 * fit("pain ~ dose", data, { family: cumulative("probit") });
 * ```
 *
 * @param link F⁻¹: "logit" (default, proportional odds), "probit", "cloglog" (proportional hazards), "loglog" or "cauchit"
 * @throws RangeError when the link is another one
 * Source: McCullagh (1980), J. R. Stat. Soc. B 42:109–142; Agresti (2010), Analysis of Ordinal Categorical Data, chapter 3.
 * @category Families
 */
export function cumulative(link: LinkName | Link = "logit"): Family {
  noMore("cumulative", arguments, 1);
  const { link: resolved, F } = latentDistribution(link, "cumulative");
  const location = {
    ...meanPart(identity, "identity", [-Infinity, Infinity]),
    scale: "own" as const,
    meaning: "location",
  };
  /** F(θ_k − η), 0 and 1 at the ends. */
  const below = (eta: Predictors, k: number) => k < 1 ? 0 : k >= eta.length ? 1 : F.below(eta[k] - eta[0]);
  const scratch = new Float64Array(3);
  const density = (eta: Predictors, k: number) => {
    if (k < 1 || k >= eta.length) return 0;
    F.density(eta[k] - eta[0], scratch);
    return scratch[0];
  };
  const quantile = (p: number, eta: Predictors) => {
    let k = 1;
    while (k < eta.length && below(eta, k) < p) k++;
    return k;
  };
  return {
    name: "cumulative",
    noun: "cumulative (ordinal)",
    link: resolved,
    categories: true,
    intercept: "elsewhere",
    parts: ({ categories }: ResponseShape) => [
      location,
      ...(categories ?? []).slice(1).map((above, k) => threshold(F, k + 1, [categories![k], above])),
    ],
    couples: (k, l) => k === 0 || l === 0 || Math.abs(k - l) === 1,
    discrete: true,
    mass: (y) => y >= 1 && Number.isInteger(y),
    usesTrials: false,
    support: [1, Infinity],
    check: () => {}, // the formula makes the categories from whatever the response holds
    kernel: (response) => kernel(F, response),
    startMean: ({ y }) => new Float64Array(y.length),
    mean(eta) {
      let sum = eta.length;
      for (let k = 1; k < eta.length; k++) sum -= below(eta, k);
      return sum;
    },
    meanSlopes(eta, out) {
      out[0] = 0;
      for (let k = 1; k < eta.length; k++) {
        out[k] = -density(eta, k);
        out[0] -= out[k];
      }
    },
    meanParts: (K) => Array.from({ length: K }, (_, k) => k),
    variance(eta) {
      let first = 0, second = 0; // E (K − Y), E (K − Y)²
      for (let k = 1; k < eta.length; k++) {
        first += below(eta, k);
        second += (2 * (eta.length - k) - 1) * below(eta, k);
      }
      return second - first * first;
    },
    sigma: () => 1,
    dispersionLabel: null,
    latex: ([mu, ...thetas]) =>
      `\\mathrm{Categorical},\\quad P(y_i \\le k) = F_{\\mathrm{${resolved.name}}}(\\theta_k - ${mu}),\\ \\theta = (${
        thetas.join(",\\ ")
      })`,
    observationVariance: () => {
      const variance = LATENT[resolved.name];
      if (variance !== undefined) return { variance, method: `latent ${resolved.name} variance` };
      throw new RangeError(
        `Cannot divide the variance: the latent distribution of link "${resolved.name}" has none`,
      );
    },
    simulate: (random, eta) => quantile(random.uniform(), eta),
    cdf: (y, eta) => below(eta, Math.floor(y)),
    quantile,
    probabilities: (eta) =>
      Float64Array.from(
        { length: eta.length },
        (_, c) =>
          between(
            F,
            c === 0 ? -Infinity : eta[c] - eta[0],
            c + 1 < eta.length ? eta[c + 1] - eta[0] : Infinity,
          ),
      ),
    probabilitySlopes(eta, c, out) {
      out.fill(0);
      const up = density(eta, c + 1), low = density(eta, c);
      out[0] = low - up;
      if (c + 1 < eta.length) out[c + 1] = up;
      if (c > 0) out[c] = -low;
    },
    location: (K) => Array.from({ length: K }, (_, k) => k === 0 ? 1 : -1 / (K - 1)),
  };
}
