import { noMore } from "../../check.ts";
import type { Link } from "../links/link.ts";
import type { LinkName } from "../links/resolve.ts";
import type { Family } from "./family.ts";
import { nbinom2 } from "./nbinom2.ts";
import { truncated } from "./truncated.ts";

/**
 * Counts above zero: {@link nbinom2} given that y > 0. With a formula of zero inflation it is the hurdle model, as in glmmTMB.
 *
 * ```ts
 * import { dataset, fit, pl, truncatedNbinom2 } from "@tidyglmm/tidyglmm";
 *
 * const seen = (await dataset("Salamanders")).filter(pl.col("count").gt(0));
 * fit("count ~ mined", seen, { family: truncatedNbinom2() });
 * ```
 *
 * @param link of the mean before truncation: "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Cameron & Trivedi (2013), Regression Analysis of Count Data, section 4.3.
 * @category Families
 */
export function truncatedNbinom2(link: LinkName | Link = "log"): Family {
  noMore("truncatedNbinom2", arguments, 1);
  return { ...truncated(nbinom2(link), "truncatedNbinom2"), made: undefined };
}
