/** Distributions of the latent variable behind ordered categories, by the link that is their inverse. */
import { describe } from "../../check.ts";
import { dnorm, pnorm, qnorm } from "../../math/normal.ts";
import { expit } from "../../math/special.ts";
import type { Link } from "../links/link.ts";
import * as links from "../links/mod.ts";

/** A distribution function with its complement, density and the density's derivatives. */
export interface Latent {
  below(x: number): number;
  above(x: number): number;
  /** f, f′, f″ into `out`. */
  density(x: number, out: Float64Array): void;
  /** x with F(x) = p. */
  quantile(p: number): number;
}

const logistic: Latent = {
  below: expit,
  above: (x) => expit(-x),
  density(x, out) {
    const p = expit(x), q = expit(-x), f = p * q;
    out[0] = f;
    out[1] = f * (q - p);
    out[2] = f * (1 - 6 * f);
  },
  quantile: links.logit.eta,
};

const normal: Latent = {
  below: (x) => x === -Infinity ? 0 : x === Infinity ? 1 : pnorm(x),
  above: (x) => x === -Infinity ? 1 : x === Infinity ? 0 : pnorm(-x),
  density(x, out) {
    const f = dnorm(x);
    out[0] = f;
    out[1] = -x * f;
    out[2] = (x * x - 1) * f;
  },
  quantile: (p) => qnorm(p),
};

/** F(x) = 1 − exp(−e^x): f = t e^−t, f′ = f (1 − t), f″ = f (1 − 3t + t²) with t = e^x. */
const gumbel: Latent = {
  below: (x) => -Math.expm1(-Math.exp(x)),
  above: (x) => Math.exp(-Math.exp(x)),
  density(x, out) {
    const t = Math.exp(x), f = Math.exp(x - t);
    out[0] = f;
    out[1] = f === 0 ? 0 : f * (1 - t);
    out[2] = f === 0 ? 0 : f * (1 - 3 * t + t * t);
  },
  quantile: links.cloglog.eta,
};

/** F(x) = exp(−e^−x): the distribution above of −x. */
const gumbelOfMaxima: Latent = {
  below: (x) => gumbel.above(-x),
  above: (x) => gumbel.below(-x),
  density(x, out) {
    gumbel.density(-x, out);
    out[1] = -out[1];
  },
  quantile: links.loglog.eta,
};

/** f = 1/(π(1 + x²)), f′ = −2xf/(1 + x²), f″ = (6x² − 2)f/(1 + x²)². */
const cauchy: Latent = {
  below: links.cauchit.mean,
  above: (x) => links.cauchit.mean(-x),
  density(x, out) {
    const r = 1 / (1 + x * x), f = r / Math.PI;
    out[0] = f;
    out[1] = -2 * x * r * f;
    out[2] = (6 * x * x - 2) * r * r * f;
  },
  quantile: links.cauchit.eta,
};

const BY_LINK: Readonly<Record<string, Latent>> = {
  logit: logistic,
  probit: normal,
  cloglog: gumbel,
  loglog: gumbelOfMaxima,
  cauchit: cauchy,
};

/** The link and the distribution for a name or a link of the registry. @throws RangeError naming the links that are possible */
export function latentDistribution(given: unknown, family: string): { link: Link; F: Latent } {
  const known: Readonly<Record<string, Link>> = links;
  const name = typeof given === "string" ? given : Object.keys(known).find((each) => known[each] === given);
  if (name !== undefined && Object.hasOwn(BY_LINK, name)) return { link: known[name], F: BY_LINK[name] };
  const possible = Object.keys(BY_LINK).map((each) => `"${each}"`).join(", ");
  throw new RangeError(
    `Cannot use link ${
      typeof given === "string" ? `"${given}"` : describe(given)
    } with family "${family}": it should be one of ${possible}`,
  );
}
