/** Small designs for the laws of the objectives: one data set with two factors, one nested, a response of any family. */
import { seed } from "../../lib/math/random.ts";
import { type Frame, frameOf } from "../../lib/frame.ts";
import { buildDesign, type DesignOptions } from "../../lib/formula/design.ts";
import type { Design } from "../../lib/formula/types.ts";
import type { Family, Part, ResponseShape } from "../../lib/model/families/family.ts";
import { Laplace } from "../../lib/model/objective/laplace.ts";
import { zeroInflated } from "../../lib/model/families/zero_inflated.ts";
import { isThreshold, shapeOf } from "./family_points.ts";

const ROWS = 48;

/** Right-hand sides of the linear predictors. */
export interface Formulas {
  readonly cond: string;
  readonly disp?: string;
  readonly zi?: string;
  readonly nominal?: string;
}

/** A mean in the middle of the range of every scale, and the spread of η that stays inside the domain of every link. */
const MIDDLE = { identity: 0.7, log: 3, logit: 0.4 };

/** η at the middle mean and how far it may move: half-way to a mean 30 % larger, a seventh of the way to an edge of the link's domain at 0. */
export function middle(family: Family): { eta: number; spread: number } {
  const [{ link, scale }] = family.parts(shapeOf(family)), mu = MIDDLE[scale === "own" ? "identity" : scale];
  const eta = link.eta(mu), half = Math.abs(link.eta(1.3 * mu) - eta) / 2;
  return {
    eta,
    spread: scale === "own" || link.valid(0, scale) ? half : Math.min(half, 0.15 * Math.abs(eta)),
  };
}

/** η of a part beyond the mean in the middle of its range; thresholds 1.2 apart. */
export function middleOf(part: Part, k: number): number {
  const { link, scale, term = "" } = part;
  if (!isThreshold(part)) return scale === "log" ? link.eta(2) : 0;
  return term.startsWith("spacing") ? 1.2 : term === "central" ? 0 : 1.2 * (k - 2);
}

const formulaOf = ({ option }: Part, { zi, disp, nominal }: Formulas) =>
  option && { zeroInflation: zi, oneInflation: undefined, dispersion: disp, nominal }[option];

/** The family, with zero inflation where the formulas have some. */
export const inflatedIf = (family: Family, { zi }: Formulas): Family => zi ? zeroInflated(family) : family;

/** The family of a design: with zero inflation where the formulas have some, of the categories that were drawn. */
export const familyOf = (family: Family, formulas: Formulas, { response }: Design): Family => {
  const whole = inflatedIf(family, formulas);
  return whole.as?.({ categories: response.categories!.length }) ?? whole;
};

/** The Laplace approximation of a small design. */
export function smallLaplace(
  family: Family,
  formulas: Formulas,
  options: Partial<DesignOptions> = {},
): Laplace {
  const design = smallDesign(family, formulas, options);
  return new Laplace(design, familyOf(family, formulas, design));
}

/** Made once for every family. */
const frames = new WeakMap<Family, Frame[]>();

function smallFrame(family: Family, inflated: boolean): Frame {
  const made = frames.get(family) ?? [];
  if (made[Number(inflated)]) return made[Number(inflated)];
  const random = seed(11), rows = Array.from({ length: ROWS }, (_, i) => i);
  const { eta, spread } = middle(family), parts = family.parts(shapeOf(family)).slice(1);
  const point = (mean: number) => [mean, ...parts.map((part, k) => middleOf(part, k + 1))];
  const trials = rows.map((i) => (family.usesTrials ? 1 + i % 6 : 1));
  const y = rows.map((i) => {
    const drawn = family.simulate(random, point(eta + spread * 0.5 * random.normal()), trials[i]);
    return inflated && i % 4 === 0 ? 0 : drawn;
  });
  const data = frameOf({
    y: Float64Array.from(y, (v, i) => (family.usesTrials ? v / trials[i] : v)),
    trials: Float64Array.from(trials),
    x: Float64Array.from(rows, () => random.normal()),
    w: Float64Array.from(rows, () => random.uniform()),
    g: rows.map((i) => `g${i % 8}`),
    h: rows.map((i) => `h${(i * 5 + (i >> 3)) % 6}`),
    k: rows.map((i) => `k${(i >> 3) % 3}`),
    t: Float64Array.from(rows, (i) => i >> 3),
    p: Float64Array.from(rows, (i) => (7 * i) % 17),
    wt: Float64Array.from(rows, (i) => 1 + i % 3),
    off: Float64Array.from(rows, () => 0.1 * spread * random.normal()),
  });
  made[Number(inflated)] = data;
  frames.set(family, made);
  return data;
}

/**
 * Design of 48 rows with x, w, g (8 levels), h (6 levels, crossed), k (3 levels inside g), t (6 occasions), p (17 positions), wt (weights), off (offset).
 * The response is drawn from the family at its middle mean; with zero inflation every fourth row is 0.
 */
export function smallDesign(
  family: Family,
  formulas: Formulas,
  options: Partial<DesignOptions> = {},
): Design {
  const data = smallFrame(family, Boolean(formulas.zi));
  const whole = inflatedIf(family, formulas);
  const predictors = (shape: ResponseShape) =>
    whole.parts(shape).slice(1).map((part) => ({
      part: part.name,
      formula: formulaOf(part, formulas) ?? part.defaultFormula,
      ...part.intercept && { intercept: part.intercept },
    }));
  const weights = family.usesTrials ? { trials: "trials" } : undefined;
  return buildDesign({ formula: `y ~ ${formulas.cond}`, predictors }, data, {
    usesTrials: family.usesTrials,
    categories: family.categories,
    intercept: family.intercept,
    ...options,
    weights: typeof options.weights === "object" ? { ...weights, ...options.weights } : weights,
  });
}
