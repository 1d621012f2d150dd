/** The option `start`: where the search begins. */
import type { Design } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import type { FitOptions } from "./options.ts";
import { parameterPlaces, valuesByPlace } from "./parameter_places.ts";

/** A value from which the search begins, of a coefficient, or of a parameter of a random term by the term's number. */
export type StartValue =
  | { readonly kind: "coefficient"; readonly part: number; readonly index: number; readonly value: number }
  | { readonly kind: "term"; readonly term: number; readonly name: string; readonly value: number };

/**
 * The values of the option `start`.
 * @throws {RangeError} for a name that the model does not have, a value out of range, or one that `fixed` holds
 */
export function startValues(design: Design, family: Family, options: FitOptions): StartValue[] {
  if (options.start === undefined) return [];
  const places = parameterPlaces(design, family, options), terms = design.predictors.flatMap((p) => p.random);
  const fixed = new Set(valuesByPlace("fixed", options.fixed ?? {}, places).keys());
  return [...valuesByPlace("start", options.start, places)].map(([place, value]): StartValue => {
    if (fixed.has(place)) {
      throw new RangeError(`Cannot start "${place.name}" at ${value}: the option fixed holds it at a value`);
    }
    return place.kind === "coefficient"
      ? { kind: "coefficient", part: place.part, index: place.index, value: place.coefficient(value) }
      : { kind: "term", term: terms.indexOf(place.term), name: place.shown.name, value };
  });
}
