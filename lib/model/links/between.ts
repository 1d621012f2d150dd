import { expit, logit } from "../../math/special.ts";
import type { Link } from "./link.ts";

/**
 * The logit of where a parameter lies between two ends: η = log((x − low)/(high − x)). For parts whose kernel takes η itself.
 * @throws RangeError from `onto`: such a parameter is on none of the scales of means
 * @category Extend
 */
export function between(low: number, high: number): Link {
  const width = high - low, name = `logit(${low}, ${high})`;
  return {
    name,
    mean: (eta) => low + width * expit(eta),
    eta: (x) => logit((x - low) / width),
    slope: (eta) => width * expit(eta) * expit(-eta),
    valid: (eta) => Number.isFinite(eta),
    onto: (scale) => {
      throw new RangeError(
        `Cannot use link "${name}" for means on the ${scale} scale: it is of a parameter between two ends`,
      );
    },
  };
}
