/** One inflation as a combinator: proportions between 0 and 1, mixed with a point mass at one. */
import { ones } from "../../math/shared_memory.ts";
import { noMore } from "../../check.ts";
import { expit } from "../../math/special.ts";
import type { Family, Predictors, Response } from "./family.ts";
import { assertFamily } from "./family_argument.ts";
import { apart, pointMassLatex, without } from "./hurdle_parts.ts";
import { onNumbers } from "./on_numbers.ts";
import { isOnePart, onePart } from "./part.ts";
import { pointMass } from "./point_mass.ts";
import { OutsideSupport, weightedMean } from "./response.ts";
import { zeroInflated } from "./zero_inflated.ts";

/**
 * The family whose response is 1 with probability p₁ (part "oi", logit scale, the last predictor) and else as `family` says:
 *
 *     E y = p₁ + (1 − p₁) m,   V y = (1 − p₁)(v + p₁ (1 − m)²),   F(y) = (1 − p₁) F(y) + p₁ [y ≥ 1]
 *
 * With zero inflation too a zero comes first: P(Y = 0) = p₀, P(Y = 1) = (1 − p₀) p₁, so that p₁ is the probability of a one among what
 * is not 0, in whatever order the two are added. Any p₀ and p₁ are possible together, and the likelihood is a product, one factor for
 * each part: the three questions (is it 0? if not, is it 1? if neither, how much?) are answered apart.
 *
 * ```ts
 * import { beta, fit, oneInflated, pl } from "@tidyglmm/tidyglmm";
 *
 * const data = pl.DataFrame({ cover: [0.1, 0.35, 0.4, 0.6, 0.85, 1, 0.2, 0.5, 1, 1, 0.7], dose: [1, 2, 2, 3, 4, 4, 1, 3, 5, 2, 5] });
 * fit("cover ~ dose", data, { family: oneInflated(beta()), oneInflation: "~ dose" });
 * ```
 *
 * @param family with responses strictly between 0 and 1, mean m and variance v
 * @throws RangeError for a family that gives ones already, or values beyond 1
 * Source: Ospina & Ferrari (2010), Statistical Papers 51:111–126; with zeros their mixture, written as two conditional probabilities.
 * @category Families
 */
export function oneInflated(family: Family): Family {
  noMore("oneInflated", arguments, 1);
  assertFamily(family, "oneInflated");
  if (family.made?.by === "zeroInflated" && !family.parts({}).some(isOnePart)) {
    return zeroInflated(oneInflated(family.made.of));
  }
  const base = family, own = base.parts({}).length;
  assertBetween(base);
  const one = onePart();
  const chance = (eta: Predictors) => expit(eta[own]), rest = (eta: Predictors) => expit(-eta[own]);
  return onNumbers({
    ...base,
    made: { by: "oneInflated", of: base },
    conditional: base.conditional ?? base,
    parts: (shape) => [...base.parts(shape).map((part) => without(part, 1)), one],
    couples: apart(base),
    mass: (y) => y === 1 || base.mass(y),
    check: (response, rows, zeroInflated) => checkBelow(base, response, rows, zeroInflated),
    startMean: (response) => base.startMean(below(response)),
    kernel(response, constant) {
      const kernel = base.kernel(below(response), constant.slice(0, own)),
        mix = pointMass(response.y, { at: 1, mixes: false });
      return {
        evaluate(eta, order, out) {
          kernel.evaluate(eta, order, out);
          mix(out, eta[own], own + 1, order);
        },
      };
    },
    mean: (eta) => chance(eta) + base.mean(eta) * rest(eta),
    meanSlopes(eta, out) {
      base.meanSlopes(eta, out);
      const q = rest(eta);
      for (let k = 0; k < own; k++) out[k] *= q;
      out[own] = (1 - base.mean(eta)) * chance(eta) * q;
    },
    meanParts: () => [...base.meanParts?.(own) ?? [0], own],
    variance: (eta, trials) =>
      rest(eta) * (base.variance(eta, trials) + chance(eta) * (1 - base.mean(eta)) ** 2),
    unitVariance: undefined,
    unitDeviance: undefined,
    latex: (symbols) => pointMassLatex("1", symbols, base),
    simulate: (random, eta, trials) =>
      random.uniform() < chance(eta) ? 1 : base.simulate(random, eta, trials),
    cdf: (y, eta, trials) => y >= 1 ? 1 : rest(eta) * base.cdf(y, eta, trials),
    quantile(p, eta, trials) {
      const q = rest(eta);
      return p > q ? 1 : base.quantile(Math.min(1, p / q), eta, trials);
    },
  });
}

/** Proportions strictly between 0 and 1, or with zeros of their own. */
function assertBetween(family: Family) {
  const [low, high] = family.support;
  if (low === 0 && high === 1 && !family.discrete && !family.usesTrials && !family.mass(1)) return;
  const why = family.categories
    ? "it has categories and no ones"
    : family.parts({}).some(isOnePart)
    ? "it has it already"
    : family.usesTrials
    ? "successes out of trials have both ends by themselves"
    : family.mass(1)
    ? "it gives ones by itself"
    : "its values go beyond 1";
  throw new RangeError(
    `Cannot add one inflation to family "${family.name}": ${why}; it is for proportions strictly between 0 and 1, such as beta()`,
  );
}

/** The response with their mean in place of ones, of which the base family is not asked. */
function below(response: Response): Response {
  const { y } = response, mean = weightedMean(ones(y.length), (i) => y[i] > 0 && y[i] < 1 ? y[i] : NaN);
  return { ...response, y: y.map((value) => value === 1 ? mean || 0.5 : value) };
}

/** The base family's check of all rows but ones, and its sentence with them. */
function checkBelow(base: Family, response: Response, rows: ArrayLike<number>, zeroInflated: boolean) {
  const kept = Array.from(response.y.keys()).filter((i) => response.y[i] !== 1);
  const own = { ...response, y: Float64Array.from(kept, (i) => response.y[i]) };
  try {
    base.check(own, kept.map((i) => rows[i]), zeroInflated);
  } catch (error) {
    if (!(error instanceof OutsideSupport)) throw error;
    throw new OutsideSupport(base.name, error.reason.replace(", but row", " (or 1), but row"));
  }
}
