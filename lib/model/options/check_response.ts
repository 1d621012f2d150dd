/** Responses that leave nothing to estimate: found before the fit, because after it every number would be infinite. */
import type { Design } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";

/**
 * Throws when a continuous family's dispersion cannot be estimated: the response does not vary, or has no more rows than
 * coefficients; and when all weights are zero.
 */
export function checkResponse(
  { response: { name, y, trials }, n, predictors, weights }: Design,
  family: Family,
): void {
  if (trials && !trials.some((count) => count > 0)) {
    throw new RangeError(
      `Cannot fit: all numbers of trials of the response "${name}" are 0, at least one row must count`,
    );
  }
  if (weights && !weights.some((w) => w > 0)) {
    throw new RangeError("Cannot fit: all weights are 0, at least one row must count");
  }
  if (family.discrete || family.dispersionLabel === null) return;
  const p = predictors[0].X.length, inside = withDensity(y, family);
  checkUnit(name, y);
  if (family.link.name === "identity" && predictors[0].offset) checkOffset(name, y, predictors[0].offset);
  if (y.every((v) => v === y[0])) {
    throw new RangeError(
      `Cannot fit: the response "${name}" is ${y[0]} in every row used (${n}), there is nothing to explain`,
    );
  }
  if (inside.every((v) => v === inside[0])) {
    throw new RangeError(
      `Cannot fit family "${family.name}": beside exact zeros and ones the response "${name}" ${
        inside.length === 0 ? "has no values" : `is ${inside[0]} in every row`
      }, there is no distribution to estimate; ` +
        `what is left, whether it is one or the other, is a binomial model`,
    );
  }
  if (inside.length <= p) {
    throw new RangeError(
      `Cannot fit: ${inside.length} rows${
        inside === y ? "" : " without exact zeros and ones"
      } do not determine ${p} coefficients and the dispersion of family "${family.name}"; ` +
        `use fewer terms or more rows`,
    );
  }
}

/** The values that are not point masses of their own: all but where a density has zeros or ones added to it. */
function withDensity(y: Float64Array, family: Family): Float64Array {
  const { conditional } = family;
  return conditional ? y.filter((v) => !family.mass(v) || conditional.mass(v)) : y;
}

/** y − offset in floating point has nothing left of y when the offset is too large beside it. */
function checkOffset(name: string, y: Float64Array, offset: Float64Array) {
  let low = Infinity, high = -Infinity, most = 0;
  for (let i = 0; i < y.length; i++) {
    low = Math.min(low, y[i]);
    high = Math.max(high, y[i]);
    most = Math.max(most, Math.abs(offset[i]));
  }
  if (most * Number.EPSILON < high - low) return;
  throw new RangeError(
    `Cannot fit: the offset reaches ${most}, beside which the response "${name}" (${low} to ${high}) is lost in rounding; ` +
      `an offset is in the unit of the linear predictor`,
  );
}

/** Beyond this the variance of the response, or 1 over it, is no longer a number. */
const LARGEST = 1e151;

function checkUnit(name: string, y: Float64Array) {
  let most = 0;
  for (let i = 0; i < y.length; i++) most = Math.max(most, Math.abs(y[i]));
  if (most <= LARGEST && (most === 0 || most >= 1 / LARGEST)) return;
  throw new RangeError(
    `Cannot fit: the response "${name}" reaches ${most}, and its square is beyond what a number holds; ` +
      `measure it in a unit that brings it between ${1 / LARGEST} and ${LARGEST}`,
  );
}
