/** Pictures of link functions. */
import {
  type CurvesPlotOptions,
  type FigureMeta,
  type ResultFrame,
  resultFrame,
  type ResultKind,
  resultKind,
} from "../../display.ts";
import type { Link, Scale } from "../../model/links/link.ts";
import * as known from "../../model/links/mod.ts";
import { describe } from "../../check.ts";
import { nearestName } from "../../frame.ts";
import { type LinkName, suits } from "../../model/links/resolve.ts";

/** Links. */
export const LINKS: ResultKind<FigureMeta> = resultKind("links");

/** Linear predictors from −4 to 4. */
const END = 4, STEPS = 160, SCALES: readonly Scale[] = ["identity", "log", "logit"];

/**
 * Links: the mean that each makes of a linear predictor. They draw themselves, one colour for each.
 *
 * ```ts
 * import { gamma, links } from "@tidyglmm/tidyglmm";
 *
 * links("logit", "probit", "log").plot();
 * links(gamma("inverse").link);
 * ```
 *
 * @param given names of links, or links; all of the module without
 * @returns `link`, `eta` (the linear predictor, from −4 to 4 as far as the link allows), `mean`, `slope` (dμ/dη)
 * @throws {RangeError} for a name that is no link
 * @throws {TypeError} for what is neither
 * @category Families
 */
export function links(...given: (LinkName | Link)[]): ResultFrame<CurvesPlotOptions> {
  const all = given.length > 0 ? given.map(linkOf) : Object.values<Link>(known);
  const twice = all.find((link, k) => all.findIndex(({ name }) => name === link.name) !== k);
  if (twice) throw new RangeError(`Cannot draw link "${twice.name}" twice`);
  const rows = all.flatMap((link) => predictorsOf(link).map((eta) => ({ link, eta })));
  return resultFrame(LINKS, {
    link: rows.map(({ link }) => link.name),
    eta: Float64Array.from(rows, ({ eta }) => eta),
    mean: Float64Array.from(rows, ({ link, eta }) => link.mean(eta)),
    slope: Float64Array.from(rows, ({ link, eta }) => link.slope(eta)),
  }, { title: "Links" }) as ResultFrame<CurvesPlotOptions>;
}

/** The linear predictors that a link allows; the positive ones where both signs have the same mean, or a pole between them. */
function predictorsOf(link: Link): number[] {
  const scale = SCALES.find((each) => suits(link, each)) ?? "identity";
  const steps = Array.from({ length: STEPS + 1 }, (_, i) => END * (2 * i - STEPS) / STEPS);
  const valid = steps.filter((eta) => link.valid(eta, scale) && Number.isFinite(link.mean(eta)));
  const rises = new Set(valid.slice(1).map((eta, i) => Math.sign(link.mean(eta) - link.mean(valid[i]))));
  return rises.has(1) && rises.has(-1) ? valid.filter((eta) => eta > 0) : valid;
}

function linkOf(given: LinkName | Link): Link {
  const byName: Readonly<Record<string, Link>> = known;
  if (typeof given === "object" && given !== null && "onto" in given && "mean" in given) return given;
  if (typeof given !== "string") {
    throw new TypeError(
      `Cannot draw ${describe(given)} as a link: it should be a name such as "logit", or a Link`,
    );
  }
  if (Object.hasOwn(byName, given)) return byName[given];
  const near = nearestName(given, Object.keys(byName));
  throw new RangeError(
    `Cannot find link "${given}": there are ${Object.keys(byName).map((name) => `"${name}"`).join(", ")}` +
      (near ? `; did you mean "${near}"?` : ""),
  );
}
