/** What the types of predict() mean for a model. */
import { MEAN } from "../../model/families/part.ts";
import type { Part } from "../../model/families/family.ts";
import { identity } from "../../model/links/identity.ts";
import type { Link } from "../../model/links/link.ts";
import { type Model, partsOf } from "../../model/result/model.ts";
import { locationQuantity, meanQuantity, type RowQuantity } from "../cells/row_quantity.ts";

/** One predictor on a scale, or a quantity of several. */
export interface PredictionType {
  readonly part: string;
  readonly scale: Pick<Link, "mean" | "slope">;
  readonly quantity: RowQuantity | null;
  /** Possible values. */
  readonly range: readonly [number, number];
  /** On the scale of the link: there are no further limits. */
  readonly isLink: boolean;
  /** A prediction of the response, with the degrees of freedom of its mean. */
  readonly ofMean: boolean;
}

/** Types that every model has. */
const OF_MEAN = ["response", "link", "conditional"];
/** The type that models of categories have besides: their response is not one number. */
const MEAN_CLASS = "mean";
/** Types of parts that many families have: known by name where a model lacks them. */
const OF_PARTS = ["zprob", "zlink", "oprob", "olink", "disp"];

/** The types of a model's predictions, with those that other models have. */
export function typeNames(model: Model): string[] {
  const own = model.family.categories ? [MEAN_CLASS] : [];
  return [...new Set([...OF_MEAN, ...OF_PARTS, ...own, ...partsOf(model).slice(1).flatMap(namesOf)])];
}

const namesOf = ({ name, types }: Part): string[] =>
  types ? [types.parameter, types.predictor].filter((t) => t !== undefined) : [name];

/**
 * @throws {RangeError} For a part that the model does not have.
 */
export function predictionType(model: Model, type: string): PredictionType {
  const parts = partsOf(model), { family } = model;
  const [mean] = parts, range = family.usesTrials ? [0, 1] as const : family.support;
  const ofMean = { part: MEAN, scale: mean.link, range, isLink: false, ofMean: true };
  if (type === "link") {
    return { ...ofMean, scale: identity, quantity: locationQuantity(model), range: REAL, isLink: true };
  }
  if (OF_MEAN.includes(type) || type === MEAN_CLASS) {
    return { ...ofMean, quantity: meanQuantity(model, type === "conditional") };
  }
  const part = parts.slice(1).find((p) => namesOf(p).includes(type));
  if (!part) throw noPart(model, type);
  const isLink = part.types?.predictor === type;
  return {
    part: part.name,
    scale: isLink ? identity : part.link,
    quantity: null,
    range: isLink ? REAL : part.range,
    isLink,
    ofMean: false,
  };
}

const REAL = [-Infinity, Infinity] as const;

function noPart({ family }: Model, type: string): RangeError {
  return new RangeError(
    /^[zo]/.test(type)
      ? `Cannot predict type: "${type}", the model has no ${
        type.startsWith("z") ? "zero inflation (option zeroInflation" : "one inflation (option oneInflation"
      } of fit)`
      : `Cannot predict type: "${type}", family "${family.name}" has no dispersion parameter`,
  );
}
