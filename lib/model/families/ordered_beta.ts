import { noMore } from "../../check.ts";
import { pbeta, qbeta } from "../../math/distributions.ts";
import { expit, logit } from "../../math/special.ts";
import { identity } from "../links/identity.ts";
import type { Link } from "../links/link.ts";
import { type LinkName, resolveLink } from "../links/resolve.ts";
import { beta } from "./beta.ts";
import type { Family, Part, Predictors } from "./family.ts";
import { onNumbers } from "./on_numbers.ts";
import { LOWER, orderedBetaKernel, UPPER } from "./ordered_beta_kernel.ts";
import { dispersionPart, meanPart, part } from "./part.ts";
import { clamp, requireSupport, weightedMean } from "./response.ts";

/** The threshold below which ζ gives zeros, or above which ones: where the share of them is as in the data. */
function threshold(name: "lower" | "upper", above: string, latex: string): Part {
  const edge = name === "lower" ? 0 : 1;
  return part({
    name: `threshold__${name}`,
    component: "threshold",
    term: name,
    link: identity,
    scale: "own",
    constantOnly: true,
    increasing: true,
    shown: true,
    meaning: `threshold between ${above}`,
    title: "Threshold coefficients",
    heading: "Thresholds",
    latex: { parameter: latex, coefficient: latex },
    start: ({ y }, mu, weights) => {
      const total = weights.reduce((s, w) => s + w, 0);
      const share = (0.5 + weights.reduce((s, w, i) => s + (y[i] === edge ? w : 0), 0)) / (total + 1);
      const centre = weightedMean(weights, (i) => logit(clamp(mu[i], 1e-3, 1 - 1e-3)));
      return centre + (edge === 0 ? 1 : -1) * logit(clamp(share, 1e-4, 0.45));
    },
    limit: (up, where) => {
      if (up !== (name === "upper")) return null;
      return `no response${where} is ${edge}: the threshold between ${above} lies beyond all that can be told` +
        (where ? "" : "; beta() does without it");
    },
  });
}

/**
 * Proportions from 0 to 1 with both ends: zeros and ones come about as ordered categories beside what is between, of which the same mean
 * decides. With ζ = logit μ: P(Y > 0) = F(ζ − c₀), P(Y = 1) = F(ζ − c₁) with thresholds c₀ < c₁ and F logistic; between, Y is beta with
 * mean μ and precision φ (part "disp": log φ). Its mean E y = P(Y = 1) + P(0 < Y < 1) μ is what type "response" predicts.
 *
 * ```ts
 * import { fit, orderedBeta, pl } from "@tidyglmm/tidyglmm";
 *
 * const data = pl.DataFrame({ cover: [0, 0.1, 0.35, 0.4, 0.6, 0.85, 1, 0.2, 0.5, 1], dose: [1, 1, 2, 2, 3, 4, 4, 1, 3, 5] });
 * fit("cover ~ dose", data, { family: orderedBeta() });
 * ```
 *
 * @param link of μ: "logit" (default), "probit", "cloglog", "loglog", "cauchit", "log", "identity" or a Link object
 * @throws RangeError when the link is unknown or does not suit proportions
 * Source: Kubinec (2023), Political Analysis 31:519–536.
 * @category Families
 */
export function orderedBeta(link: LinkName | Link = "logit"): Family {
  noMore("orderedBeta", arguments, 1);
  const resolved = resolveLink(link, "orderedBeta", "logit"), inner = beta(resolved);
  const ofBetween = inner.parts({})[1];
  const parts = [
    { ...meanPart(resolved, "logit", [0, 1]), meaning: "mean between 0 and 1" },
    dispersionPart({
      meaning: "precision φ",
      detail: "of what lies between 0 and 1",
      start: (response, mu, weights) =>
        ofBetween.start!(response, mu, weights.map((w, i) => response.y[i] > 0 && response.y[i] < 1 ? w : 0)),
    }),
    threshold("lower", "0 and what is above", "c_0"),
    threshold("upper", "what is below and 1", "c_1"),
  ];
  /** P(Y > 0), P(Y = 1), and their complements, exact in their tails. */
  const shares = (eta: Predictors) => {
    const mu = resolved.mean(eta[0]), zeta = logit(mu);
    return {
      mu,
      zeros: expit(eta[LOWER] - zeta),
      some: expit(zeta - eta[LOWER]),
      ones: expit(zeta - eta[UPPER]),
      between: expit(zeta - eta[LOWER]) * expit(eta[UPPER] - zeta) * -Math.expm1(eta[LOWER] - eta[UPPER]),
    };
  };
  return onNumbers({
    name: "orderedBeta",
    noun: "ordered beta",
    link: resolved,
    parts: () => parts,
    couples: (k, l) => k !== 1 && l !== 1 || k * l === 0,
    discrete: false,
    mass: (y) => y === 0 || y === 1,
    usesTrials: false,
    support: [0, 1],
    check: (response, rows) =>
      requireSupport(
        "orderedBeta",
        response,
        rows,
        (y) => y >= 0 && y <= 1,
        "from 0 to 1",
        (y) => y > 1 && y <= 100 ? "for percentages divide by 100" : "",
      ),
    kernel: (response, constant) => orderedBetaKernel(response, constant, inner),
    startMean: ({ y }) => y.map((value) => clamp(value, 0.05, 0.95)),
    mean(eta) {
      const { mu, ones, between } = shares(eta);
      return ones + between * mu;
    },
    meanSlopes(eta, out) {
      const { mu, zeros, some, ones, between } = shares(eta);
      const low = zeros * some, high = ones * (1 - ones), slope = resolved.slope(eta[0]);
      const zetaSlope = mu > 0 && mu < 1 ? slope / (mu * (1 - mu)) : 0;
      out.fill(0);
      // E y = F(b) + (F(a) − F(b)) μ
      out[0] = (high * (1 - mu) + low * mu) * zetaSlope + between * slope;
      out[LOWER] = -low * mu;
      out[UPPER] = -high * (1 - mu);
    },
    meanParts: () => [0, LOWER, UPPER],
    variance(eta) {
      const { mu, ones, between } = shares(eta), phi = Math.exp(eta[1]), mean = ones + between * mu;
      return Math.max(0, ones + between * mu * (mu + (1 - mu) / (1 + phi)) - mean * mean);
    },
    sigma: ([phi]) => phi,
    dispersionLabel: { text: "Dispersion parameter for ordered beta family ()" },
    latex: ([mu, phi, lower, upper]) => `\\mathrm{OrderedBeta}(${mu},\\ ${phi};\\ ${lower},\\ ${upper})`,
    simulate(random, eta) {
      const { mu, zeros, ones } = shares(eta), u = random.uniform();
      if (u < zeros) return 0;
      if (u >= 1 - ones) return 1;
      return inner.simulate(random, [resolved.eta(mu), eta[1]], 1);
    },
    cdf(y, eta) {
      if (!(y >= 0)) return 0;
      if (y >= 1) return 1;
      const { mu, zeros, between } = shares(eta), phi = Math.exp(eta[1]);
      return y === 0 ? zeros : zeros + between * pbeta(y, mu * phi, (1 - mu) * phi);
    },
    quantile(p, eta) {
      const { mu, zeros, ones, between } = shares(eta), phi = Math.exp(eta[1]);
      if (p <= zeros) return 0;
      if (p > zeros + between || ones >= 1) return 1;
      return qbeta(Math.min(1, (p - zeros) / between), mu * phi, (1 - mu) * phi);
    },
  });
}
