/** Where the laws of families are looked at: responses, parameters and predictors of every kind of family. */
import type { Family, Part, Response, ResponseShape } from "../../lib/model/families/family.ts";
import { isDispersion, isMassPart, isValid } from "../../lib/model/families/part.ts";
import type { Link } from "../../lib/model/links/link.ts";
import { cumulative } from "../../lib/model/families/cumulative.ts";
import { STRUCTURES, type Thresholds } from "../../lib/model/families/thresholds.ts";
import * as links from "../../lib/model/links/mod.ts";
import { combinations } from "./pipeline.ts";

/** Means inside the range of each scale, and η of the parts, from ordinary to extreme. */
const means = { identity: [-3, 0.2, 0.7, 4], log: [0.02, 0.6, 3, 40], logit: [0.01, 0.3, 0.6, 0.9] };
const extremeMeans = { identity: [-200, 300], log: [-20, 15], logit: [-25, 25] };
const others = [-1.5, 0.4, 2.3], extremeOthers = [-5, 9];
/** Of a parameter between two ends: beyond, a Tweedie density with p near 1 switches from one number of amounts to the next faster
 * than a difference quotient can follow. */
const extremeBetween = [-2.5, 4];
/** A latent variable's log scale: with the means above no probability underflows, and u² of u = (θ − η)/e^ζ, of which the derivatives
 * in ζ are differences, leaves the digits that difference quotients are held against. */
const scales = [0.3, 0.7, 1.2], extremeScales = [1.5, 3];
const zeros = [-2, 0.5, 3], extremeZeros = [-30, 30];
/** Ordered thresholds, of four categories or of two ends. */
const thresholds = [[-1.1, 0.2, 1.9], [-2.5, -0.3, 0.1]];
const extremeThresholds = [[-8, -1, 9]];

/** Responses by kind of support. */
const counts = [0, 1, 2, 5, 17, 60],
  proportions = [0.001, 0.3, 0.97],
  positives = [0.05, 1, 8],
  reals = [-2.5, 0.1, 30];

/** Four categories, for families that have some. */
export const shapeOf = (family: Family): ResponseShape => ({
  categories: family.categories ? ["a", "b", "c", "d"] : null,
});

/** The families that formulas and structures of thresholds make of ordered categories. */
export const ordinalVariants: readonly [string, (link?: Link) => Family][] = ([
  ["scale effects", {}, { dispersion: true }],
  ["nominal effects", {}, { nominal: true }],
  ["symmetric thresholds", { thresholds: "symmetric" }, {}],
  ["equidistant thresholds", { thresholds: "equidistant" }, {}],
  ["symmetric thresholds, scale and nominal effects", { thresholds: "symmetric" }, {
    dispersion: true,
    nominal: true,
  }],
] as const).map((
  [name, options, changes],
) => [`cumulative with ${name}`, (link) => cumulative(link, options).as!({ ...changes, categories: 4 })]);

/** Responses that the family takes. */
export function valuesOf(family: Family): number[] {
  if (family.categories) return [1, 2, 3, 4];
  if (family.discrete) return counts.filter((y) => family.mass(y));
  const density = family.support[1] === 1 ? proportions : family.support[0] === 0 ? positives : reals;
  const ends = [0, ...family.support[1] === 1 ? [1] : []].filter((y) => family.mass(y));
  return [...ends, ...density];
}

/** Trials of a response, where the family has them. */
export const trialsOf = (family: Family, y: number): number =>
  family.usesTrials ? y + [0, 1, 6][y % 3] || 1 : 1;

/** A response with these values, and trials for families that use them. */
export function respond(family: Family, y: readonly number[], trials?: readonly number[]): Response {
  const sizes = Float64Array.from(trials ?? y.map((value) => trialsOf(family, value)));
  return {
    name: "y",
    y: Float64Array.from(y),
    trials: family.usesTrials ? sizes : null,
    categories: shapeOf(family).categories,
  };
}

/** Ordinary predictors of a row, one list per place. */
export const ordinaryRows = (family: Family): number[][] =>
  rowsAt(family, others, others, scales, zeros, thresholds, meanValues);

/** Predictors far out. */
export const extremeRows = (family: Family): number[][] =>
  rowsAt(
    family,
    extremeOthers,
    extremeBetween,
    extremeScales,
    extremeZeros,
    extremeThresholds,
    (mean) => extremeMeans[scaleOf(mean)],
  );

function rowsAt(
  family: Family,
  other: readonly number[],
  between: readonly number[],
  scale: readonly number[],
  zero: readonly number[],
  ordered: readonly number[][],
  mean: (part: Part) => readonly number[],
): number[][] {
  const parts = family.parts(shapeOf(family)), fixed = parts.filter(isThreshold).length;
  const free = parts.filter((p) => !isThreshold(p));
  const lists = free.map((part, k) =>
    k === 0
      ? mean(part)
      : isMassPart(part)
      ? zero
      : isDispersion(part) && part.scale === "own"
      ? scale
      : part.scale === "own"
      ? between
      : other
  );
  const rows = combinations(lists).filter((eta) => isProper(family, eta));
  return fixed === 0
    ? rows
    : rows.flatMap((row) => ordered.map((t) => insert(row, parts, structured(family, t))));
}

/** Laws of distributions hold where the family is one. */
const isProper = (family: Family, eta: readonly number[]) => {
  const { improper } = family.conditional ?? family;
  return !improper || Math.abs(improper.total(eta) - 1) < 1e-13;
};

/** Predictors of all parts, thresholds where they stand. */
function insert(row: readonly number[], parts: readonly Part[], ordered: readonly number[]): number[] {
  let own = 0, fixed = 0;
  return parts.map((part) => isThreshold(part) ? ordered[fixed++] : row[own++]);
}

/** One of several that only make sense together. */
export const isThreshold = ({ component }: Part): boolean => component === "threshold";

/** The parameters of these thresholds: themselves, or those of the structure that they have. */
export function structured(family: Family, thresholds: readonly number[]): readonly number[] {
  const structure = family.variant?.thresholds as Thresholds | undefined, { categories } = shapeOf(family);
  return structure ? STRUCTURES[structure](categories!).map((p) => p.start(thresholds)) : thresholds;
}

const scaleOf = ({ scale }: Part) => scale === "own" ? "identity" : scale;

const meanValues = (part: Part): number[] =>
  means[scaleOf(part)].map(part.link.eta).filter((eta) => isValid(part, eta));

/** A link by the name of a scale: the canonical one. */
export const canonical = (scale: string): Link => Object.values(links).find((link) => link.name === scale)!;

/** Links that the family takes. */
export const linksOf = (make: (link?: Link) => Family): readonly Link[] =>
  Object.values(links).filter((link) => {
    try {
      return make(link).link === link;
    } catch {
      return false;
    }
  });
