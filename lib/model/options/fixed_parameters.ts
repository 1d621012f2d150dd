/** The option `fixed`: parameters that are held at a value instead of being estimated. */
import { formatNumber } from "../../formula/numbers.ts";
import { changedTerm } from "../../formula/changed_term.ts";
import type { Design, GroupPrecision, PredictorDesign, RandomTerm } from "../../formula/types.ts";
import type { Family } from "../families/family.ts";
import { bindTerm } from "../structures/bind.ts";
import type { FitOptions } from "./options.ts";
import { type ParameterPlace, parameterPlaces, valuesByPlace } from "./parameter_places.ts";

/**
 * The design with the parameters that are held: values of coefficients with their predictor, of covariance parameters with their
 * term.
 * @throws {RangeError} for a name that the model does not have, a value out of range, or a parameter that cannot be held
 */
export function withFixed(design: Design, family: Family, options: FitOptions): Design {
  if (options.fixed === undefined || Object.keys(options.fixed).length === 0) return design;
  const values = [...valuesByPlace("fixed", options.fixed, parameterPlaces(design, family, options))];
  for (const [place, value] of values) assertHoldable(place, value, design);
  const predictors = design.predictors.map((p, k): PredictorDesign => {
    const mine = values.filter(([place]) => place.part === k);
    const held = new Float64Array(p.X.length).fill(NaN);
    for (const [place, value] of mine) {
      if (place.kind === "coefficient") held[place.index] = place.coefficient(value);
    }
    const random = p.random.map((term): RandomTerm => {
      const own = mine.flatMap(([place, value]) =>
        place.kind === "term" && place.term === term ? [[place.shown.name, value]] : []
      );
      return own.length === 0
        ? term
        : withIdle(changedTerm(term, { fixed: Object.fromEntries(own) }), design.known?.[term.group] ?? null);
    });
    return { ...p, random, ...(held.every(Number.isNaN) ? {} : { held }) };
  });
  const told = values.map(([{ name }, value]) => `${name} = ${formatNumber(value)}`).join(", ");
  return {
    ...design,
    predictors,
    messages: [`Held at given values, not estimated: ${told}.`, ...design.messages],
  };
}

/** What means nothing where a standard deviation is held at 0, correlations and ranges, is held as well: nothing estimates it. */
function withIdle(term: RandomTerm, known: GroupPrecision | null): RandomTerm {
  const { shown, edges } = bindTerm(term, known), fixed = term.fixed ?? {};
  const gone = edges.filter(({ at }) =>
    shown.some((p) => p.kind === "sd" && p.at === at && fixed[p.name] === 0)
  );
  const idle = shown.flatMap((p): [string, number][] => {
    if (p.kind === "sd" || Object.hasOwn(fixed, p.name) || !gone.some((edge) => edge.idle.includes(p.at!))) {
      return [];
    }
    return [[p.name, p.kind === "own" ? p.value(0) : 0]];
  });
  return idle.length === 0 ? term : changedTerm(term, { fixed: { ...fixed, ...Object.fromEntries(idle) } });
}

function assertHoldable(place: ParameterPlace, value: number, { known }: Design): void {
  if (place.kind === "coefficient" || place.shown.kind === "own") return;
  if (place.term.residual) {
    throw new RangeError(
      `Cannot hold "${place.name}": (${place.term.label}) stands in the residual's place, where only the structure's own parameters ` +
        `can be held`,
    );
  }
  // a structure may bind itself to what is held, so that this is a parameter of its own
  const { term, shown: { name } } = place;
  const bound = bindTerm(changedTerm(term, { fixed: { [name]: value } }), known?.[term.group] ?? null);
  if (bound.shown.find((p) => p.name === name)!.at === undefined) {
    throw new RangeError(
      `Cannot hold "${place.name}": structure "${place.term.structure}" has it as a function of several parameters`,
    );
  }
}

/** Is what the closed form of Gaussian models profiles out, or scales by σ, held? */
export function holdsScale({ predictors: [mean, ...others], known }: Design): boolean {
  return others.some(({ held }) => held !== undefined) ||
    mean.random.some((term) =>
      term.fixed !== undefined &&
      bindTerm(term, known?.[term.group] ?? null).shown.some(({ kind, name }) =>
        kind !== "own" && Object.hasOwn(term.fixed!, name)
      )
    );
}
