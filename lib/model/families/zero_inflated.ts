/** Zero inflation and hurdles as a combinator: any family, mixed with a point mass at zero. */
import { noMore } from "../../check.ts";
import { expit } from "../../math/special.ts";
import type { Family, Part, Predictors } from "./family.ts";
import { assertFamily } from "./family_argument.ts";
import { apart, pointMassLatex, without } from "./hurdle_parts.ts";
import { onNumbers } from "./on_numbers.ts";
import { isOnePart, isZeroPart, zeroPart } from "./part.ts";
import { pointMass } from "./point_mass.ts";

/**
 * The family whose response is 0 with probability p₀ (part "zi", logit scale, the last predictor) and else as `family`
 * says. Where that family gives no zeros (continuous or truncated ones) it is a hurdle: all zeros are the point mass's.
 *
 *     E y = (1 − p₀) m,   V y = (1 − p₀)(v + p₀ m²),   F(y) = (1 − p₀) F(y) + p₀ [y ≥ 0]
 *
 * ```ts
 * import { dataset, fit, poisson, zeroInflated } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: zeroInflated(poisson()), zeroInflation: "~ mined" });
 * ```
 *
 * @param family with mean m and variance v
 * @throws RangeError for a family that has zero inflation already, or responses that are categories
 * Source: Lambert (1992), Technometrics 34; Mullahy (1986), J. Econometrics 33 (hurdles).
 * @category Families
 */
export function zeroInflated(family: Family): Family {
  noMore("zeroInflated", arguments, 1);
  assertFamily(family, "zeroInflated");
  const base = family, mixes = base.mass(0);
  if (base.categories || base.parts({}).some(isZeroPart)) {
    throw new RangeError(
      `Cannot add zero inflation to family "${base.name}": it ${
        base.categories ? "has categories and no zeros" : "has it already"
      }`,
    );
  }
  const zero = zeroPart(
    mixes ? "an extra zero" : "a zero",
    (where) => noneLeft(base, mixes, where),
  );
  const chance = (eta: Predictors) => expit(eta[eta.length - 1]),
    rest = (eta: Predictors) => expit(-eta[eta.length - 1]);
  return onNumbers({
    ...base,
    made: { by: "zeroInflated", of: base },
    conditional: base.conditional ?? base,
    parts: (shape) => [...base.parts(shape).map((part) => mixes ? part : ofPositive(part)), zero],
    couples: mixes ? undefined : apart(base),
    unitShift: base.unitShift && [...base.unitShift, 0],
    support: [Math.min(0, base.support[0]), base.support[1]],
    mass: (y) => y === 0 || base.mass(y),
    improper: base.improper && {
      ...base.improper,
      total: (eta) => 1 + rest(eta) * (base.improper!.total(eta) - 1),
    },
    check: (response, rows) => base.check(response, rows, true),
    kernel(response, constant) {
      const kernel = base.kernel(response, constant.slice(0, -1)),
        mix = pointMass(response.y, { at: 0, mixes });
      return {
        evaluate(eta, order, out) {
          kernel.evaluate(eta, order, out);
          mix(out, eta[out.K - 1], out.K, order);
        },
      };
    },
    mean: (eta) => base.mean(eta) * rest(eta),
    meanSlopes(eta, out) {
      base.meanSlopes(eta, out);
      const q = rest(eta), last = eta.length - 1;
      for (let k = 0; k < last; k++) out[k] *= q;
      out[last] = -base.mean(eta) * chance(eta) * q;
    },
    meanParts: (K) => [...base.meanParts?.(K - 1) ?? [0], K - 1],
    variance(eta, trials) {
      const p = chance(eta), m = base.mean(eta);
      return rest(eta) * (base.variance(eta, trials) + p * m * m);
    },
    unitVariance: undefined,
    unitDeviance: undefined,
    latex: (symbols) => pointMassLatex("0", symbols, base),
    simulate: (random, eta, trials) =>
      random.uniform() < chance(eta) ? 0 : base.simulate(random, eta, trials),
    cdf(y, eta, trials) {
      const F = base.cdf(y, eta, trials);
      return y >= 0 ? F + chance(eta) * (1 - F) : rest(eta) * F;
    },
    quantile(p, eta, trials) {
      const zeros = chance(eta), q = rest(eta);
      const below = base.support[0] < 0 ? q * base.cdf(0, eta, trials) : 0; // P(Y < 0)
      if (p < below) return base.quantile(p / q, eta, trials);
      if (p <= below + zeros) return 0;
      const rounding = base.discrete ? 4 * Number.EPSILON / q : 0; // else cdf(k) could lead to k + 1
      return base.quantile(Math.min(1, Math.max(0, (p - zeros) / q - rounding)), eta, trials);
    },
  });
}

/** A hurdle's zeros say nothing about the other parts; ones are then among what is not 0. */
function ofPositive(part: Part): Part {
  const rest = without(part, 0);
  if (!isOnePart(part)) return rest;
  return {
    ...rest,
    meaning: "probability of a one among what is not 0",
    limit: (up, where) => up ? `every response${where} that is not 0 is a one` : part.limit!(up, where),
  };
}

/** A hurdle's zeros have no other source: none of them is no hurdle. */
function noneLeft(base: Family, mixes: boolean, where: string): string {
  if (!mixes) return `there are no zeros${where}, and the probability of the hurdle is estimated as 0`;
  return `zero inflation is estimated as 0${where}: there are no more zeros than the ${base.name} distribution has by itself` +
    (where ? "" : ", and the model without it fits as well");
}
