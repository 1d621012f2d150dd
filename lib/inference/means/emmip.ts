/** Interaction plots of marginal means. */
import { checkOptions, describe, noMore } from "../../check.ts";
import type { Model } from "../../model/result/model.ts";
import { emmeans, type EmmeansOptions, type MeansFrame } from "./emmeans.ts";
import { MEANS_OPTIONS } from "./emmeans_options.ts";

/**
 * Marginal means as an interaction plot: `emmip(model, "trace ~ x | panels")` is emmeans() of the factors together, drawn with x
 * across, a line for each level of the trace factor, and a panel for each level of those after "|".
 *
 * ```ts
 * import { dataset, emmip, fit } from "@tidyglmm/tidyglmm";
 *
 * const warp = await dataset("warpbreaks");
 * const means = emmip(fit("breaks ~ wool * tension", warp), "wool ~ tension");
 * means.plot();
 * ```
 *
 * @param specs "wool ~ tension | site", "a * b ~ x", or "~ tension" without a trace factor; x may be a number with values in `at`
 * @param options those of emmeans()
 * @returns the means: a table as emmeans() gives it, on which pairs() and contrast() work
 * @throws {SyntaxError} when the specs have no "~"
 * @throws {RangeError} for a factor, level or option that does not exist
 * Source: Lenth (2016), J. Stat. Softw. 69(1), function emmip of emmeans.
 * @category Means and comparisons
 */
export function emmip(model: Model, specs: string, options: EmmeansOptions = {}): MeansFrame {
  noMore("emmip", arguments, 3);
  checkOptions("emmip", options, MEANS_OPTIONS);
  if (typeof specs !== "string") {
    throw new TypeError(
      `Cannot read specs: they are ${describe(specs)}, they should be text such as "wool ~ tension | site"`,
    );
  }
  const [trace, right, ...more] = specs.split("~").map((side) => side.trim());
  if (right === undefined || more.length > 0) {
    throw new SyntaxError(
      `Cannot read specs: "${specs}" should have one "~", such as "wool ~ tension | site"`,
    );
  }
  const [x, ...by] = right.split("|").map((side) => side.trim());
  const factors = [x, trace].filter((side) => side !== "" && side !== "1").join(" * ") || "1";
  return emmeans(model, `~ ${factors}${by.map((side) => ` | ${side}`).join("")}`, options);
}
