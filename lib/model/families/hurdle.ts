import { noMore } from "../../check.ts";
import type { Family } from "./family.ts";
import { assertFamily } from "./family_argument.ts";
import { truncated } from "./truncated.ts";
import { zeroInflated } from "./zero_inflated.ts";

/**
 * The hurdle model of a family: all zeros come from the hurdle (part "zi", the logit of the probability of a zero), and what
 * passes it follows the family, counts given that they are above 0.
 *
 * ```ts
 * import { dataset, fit, hurdle, truncatedPoisson } from "@tidyglmm/tidyglmm";
 *
 * fit("count ~ mined", await dataset("Salamanders"), { family: hurdle(truncatedPoisson()), zeroInflation: "~ mined" });
 * ```
 *
 * @param family counts such as nbinom2(), or positive measurements such as gamma("log")
 * @returns `zeroInflated(truncated(family))` for counts; the formula of the hurdle is the option zeroInflation, "~ 1" otherwise
 * @throws RangeError for a family whose zeros cannot be left out
 * Source: Mullahy (1986), J. Econometrics 33:341–365.
 * @category Families
 */
export function hurdle(family: Family): Family {
  noMore("hurdle", arguments, 1);
  assertFamily(family, "hurdle");
  return zeroInflated(family.mass(0) ? truncated(family) : family);
}
