import { noMore } from "../../check.ts";
import { log } from "./log.ts";
import type { Composition, Link } from "./link.ts";

/** Made once for every exponent, so that a link can be told to be one of these. */
const made = new Map<number, Link>();

/**
 * η = μ^λ, as a link for positive means; λ = 0 is the logarithm. As a name it is "power(λ)", for instance "power(0.5)".
 *
 * ```ts
 * import { dataset, fit, gamma, powerLink } from "@tidyglmm/tidyglmm";
 *
 * fit("Reaction ~ Days", await dataset("sleepstudy"), { family: gamma(powerLink(-0.5)) });
 * ```
 *
 * @param lambda the exponent, any finite number
 * @throws RangeError when it is not a finite number
 * Source: McCullagh & Nelder (1989), section 2.2.3.
 * @category Families
 */
export function powerLink(lambda: number): Link {
  noMore("powerLink", arguments, 1);
  if (!Number.isFinite(lambda)) {
    throw new RangeError(`Cannot use powerLink(${lambda}): the exponent should be a finite number`);
  }
  if (lambda === 0) return log;
  const known = made.get(lambda);
  if (known) return known;
  const link = ofExponent(lambda);
  made.set(lambda, link);
  return link;
}

function ofExponent(lambda: number): Link {
  const k = 1 / lambda;
  const ontoIdentity: Composition = (eta, out) => {
    out[0] = eta ** k;
    for (let d = 1; d < 4; d++) out[d] = out[d - 1] * (k - d + 1) / eta;
  };
  const ontoLog: Composition = (eta, out) => {
    const r = 1 / eta;
    out[0] = k * Math.log(eta);
    out[1] = k * r;
    out[2] = -k * r * r;
    out[3] = 2 * k * r * r * r;
  };
  const name = `power(${lambda})`;
  return {
    name,
    mean: (eta) => eta ** k,
    eta: (mu) => mu ** lambda,
    slope: (eta) => k * eta ** (k - 1),
    valid: (eta) => Number.isFinite(eta) && eta > 0,
    onto: (scale) => {
      if (scale === "logit") {
        throw new RangeError(
          `Cannot use link "${name}" for means between 0 and 1: its own range is different`,
        );
      }
      return scale === "identity" ? ontoIdentity : ontoLog;
    },
  };
}
