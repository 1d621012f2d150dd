/** Every parameter of a model by its name, before the model is fitted: what the options `fixed` and `start` speak of. */
import { nearestName } from "../../frame.ts";
import type { Design, RandomTerm } from "../../formula/types.ts";
import type { Family, Part } from "../families/family.ts";
import { coefficientNames, isDispersion, MEAN } from "../families/part.ts";
import { isConstant } from "../../formula/constant_predictor.ts";
import { bindTerm } from "../structures/bind.ts";
import type { Shown } from "../structures/structure.ts";
import type { FitOptions } from "./options.ts";
import { givenFormula } from "./part_formulas.ts";

/** Where a parameter stands: a coefficient of a linear predictor, or a parameter of a random term. */
export type ParameterPlace =
  & { readonly name: string; readonly range: readonly [number, number]; readonly part: number }
  & ({
    readonly kind: "coefficient";
    readonly index: number;
    /** The family's dispersion or a shape, one number: the coefficient is a function of it. */
    readonly constant: boolean;
    coefficient(value: number): number;
  } | { readonly kind: "term"; readonly term: RandomTerm; readonly shown: Shown });

/** Is it the parameter of that name? "sd__x|g" and "sd__x | g" are one, and the residual standard deviation is "sigma" as well. */
export function isNamed(place: ParameterPlace, name: string): boolean {
  const plain = (text: string) => text.replace(/\s*\|\s*/g, "|").trim();
  return plain(place.name) === plain(name) || (place.name === RESIDUAL && name === "sigma");
}

const RESIDUAL = "sd__Observation | Residual";

/** All parameters of a model: "x", "zi x", "sd__x | g", "cor__(Intercept).x | g", "sigma". */
export function parameterPlaces(design: Design, family: Family, options: FitOptions): ParameterPlace[] {
  const parts = family.parts(design.response);
  return [
    ...parts.flatMap((part, k) => coefficients(design, family, part, k, options)),
    ...termPlaces(design),
  ];
}

/**
 * The values by place of an option such as `fixed`.
 * @throws {RangeError} for a name that the model does not have, or a value outside the parameter's range
 */
export function valuesByPlace(
  option: string,
  given: Readonly<Record<string, number>>,
  places: readonly ParameterPlace[],
): Map<ParameterPlace, number> {
  const byPlace = new Map<ParameterPlace, { readonly name: string; readonly value: number }>();
  for (const [name, value] of Object.entries(given)) {
    const place = placeOf(option, name, value, places), other = byPlace.get(place)?.name;
    if (other !== undefined) {
      throw new RangeError(
        `Cannot use ${option}: "${other}" and "${name}" are the same parameter, it should be given once`,
      );
    }
    byPlace.set(place, { name, value });
  }
  return new Map([...byPlace].map(([place, { value }]) => [place, value]));
}

/** The parameter of that name, which can have that value. */
function placeOf(
  option: string,
  name: string,
  value: number,
  places: readonly ParameterPlace[],
): ParameterPlace {
  const place = places.find((p) => isNamed(p, name)), names = places.map((p) => p.name);
  if (!place) {
    const near = nearestName(name, names);
    throw new RangeError(
      `Cannot use ${option}: { "${name}": … }: the model has no such parameter, it has ${
        names.slice(0, 20).map((n) => `"${n}"`).join(", ")
      }${names.length > 20 ? ", …" : ""}${near ? `; did you mean "${near}"?` : ""}`,
    );
  }
  const [low, high] = place.range, closed = place.kind === "term" && place.shown.kind === "sd";
  if (
    !Number.isFinite(value) || value > high || value < low || (!closed && (value === low || value === high))
  ) {
    throw new RangeError(
      `Cannot use ${option}: { "${name}": ${value} }: it should be a number between ${low} and ${high}`,
    );
  }
  return place;
}

function coefficients(
  design: Design,
  family: Family,
  part: Part,
  k: number,
  options: FitOptions,
): ParameterPlace[] {
  const predictor = design.predictors[k], component = part.component ?? part.name;
  const shown = part.shown === true || (givenFormula(part, options) !== undefined && !isConstant(predictor));
  if (!shown && predictor.names.length === 1) return [constantPlace(family, part, k)];
  const prefix = component === MEAN ? "" : `${component} `;
  const names = coefficientNames(part, predictor.names);
  return names.map((name, index): ParameterPlace => ({
    name: prefix + name,
    kind: "coefficient",
    range: [-Infinity, Infinity],
    part: k,
    index,
    constant: false,
    coefficient: (value) => value,
  }));
}

/** A dispersion (as sigma() has it) or a shape. */
function constantPlace(family: Family, part: Part, k: number): ParameterPlace {
  const own = isDispersion(part),
    shown = (eta: number) => {
      const parameter = part.link.mean(eta);
      return own ? family.sigma([parameter]) : parameter;
    };
  return {
    name: !own ? part.name : family.residual ? RESIDUAL : "sigma",
    kind: "coefficient",
    range: own ? [0, Infinity] : part.range,
    part: k,
    index: 0,
    constant: true,
    coefficient: (value) => inverse(shown, value),
  };
}

/** η with f(η) = value, for monotone f, by bisection down to the last digit. */
function inverse(f: (eta: number) => number, value: number): number {
  const up = f(1) > f(0), below = (eta: number) => up ? f(eta) < value : f(eta) > value;
  let low = -1, high = 1;
  while (!below(low) && low > -1e4) low *= 2;
  while (below(high) && high < 1e4) high *= 2;
  for (let k = 0; k < 200 && high - low > 1e-16 * Math.max(1, Math.abs(low)); k++) {
    const middle = (low + high) / 2;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function termPlaces(design: Design): ParameterPlace[] {
  const groups = uniqueGroups(
    design.predictors.flatMap(({ part, random }) => random.map(({ group }) => ({ part, group }))),
  );
  let count = 0;
  return design.predictors.flatMap(({ part, random }, k) =>
    random.flatMap((term) => {
      const group = groups[count++], prefix = part === MEAN ? "" : `${part} `;
      return bindTerm(term, design.known?.[term.group] ?? null).shown.map((shown): ParameterPlace => ({
        name: `${shown.name} | ${prefix}${group}`,
        kind: "term",
        range: shown.kind === "sd" ? [0, Infinity] : shown.kind === "cor" ? [-1, 1] : shown.range,
        part: k,
        term,
        shown,
      }));
    })
  );
}

/** Group of every term, made unique as lme4 does: a second term on Subject is Subject.1. */
export function uniqueGroups(terms: readonly { readonly part: string; readonly group: string }[]): string[] {
  const seen = new Map<string, number>();
  return terms.map((t) => {
    const key = `${t.part} ${t.group}`, count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return count === 0 ? t.group : `${t.group}.${count}`;
  });
}
