import { noMore } from "../../check.ts";
import type { Link } from "../links/link.ts";
import type { LinkName } from "../links/resolve.ts";
import type { Family } from "./family.ts";
import { compois } from "./compois.ts";
import { truncated } from "./truncated.ts";

/**
 * Counts above zero: {@link compois} given that y > 0. With a formula of zero inflation it is the hurdle model, as in glmmTMB.
 *
 * ```ts
 * import { dataset, fit, pl, truncatedCompois } from "@tidyglmm/tidyglmm";
 *
 * const seen = (await dataset("Salamanders")).filter(pl.col("count").gt(0));
 * fit("count ~ mined", seen, { family: truncatedCompois() });
 * ```
 *
 * @param link of the mean before truncation: "log" (default), "identity", "sqrt", "inverse", "1/mu^2", "power(λ)" or a Link object
 * @throws RangeError when the link is unknown or its means need not be positive
 * Source: Cameron & Trivedi (2013), Regression Analysis of Count Data, section 4.3.
 * @category Families
 */
export function truncatedCompois(link: LinkName | Link = "log"): Family {
  noMore("truncatedCompois", arguments, 1);
  return { ...truncated(compois(link), "truncatedCompois"), made: undefined };
}
