/** The far end of a search whose coefficients run to infinity (separation.ts): all but there at once, and not a step of 1 after the other. */
import type { Objective } from "../../math/minimize.ts";
import type { Problem } from "./optimum.ts";

/** Units of the predictor that moves most, in one step, of which there are so many at most: what is left falls to a fiftieth, or further. */
const STEP = 4, MOST_STEPS = 12;
/** Slope along the ray at which that has come to its end, f∞ + a e^{−t} being so far from f∞; below the other, rows may say nothing any more. */
const LITTLE = 1e-9, NOTHING = 1e-15;

/** A point of a search. */
export interface Point {
  readonly x: Float64Array;
  readonly value: number;
  readonly gradient: Float64Array;
}

/**
 * The point further along the ray, and the directions over the free parameters in which coefficients run to infinity from a point where the
 * objective has just been evaluated.
 * @param objective over the free parameters
 */
export function atFarEnd(
  { separated }: Problem,
  objective: Objective & { expand(x: Float64Array): Float64Array },
  free: readonly number[],
  from: Point,
): { end: Point; directions: Float64Array[]; evaluations: number } {
  const found = separated?.(objective.expand(from.x), from.value), ray = found?.ray;
  const left = ({ gradient }: Point) => -gradient.reduce((s, v, i) => s + v * ray![free[i]], 0);
  let end = from, evaluations = 0;
  for (let step = STEP; ray && evaluations < MOST_STEPS && left(end) > LITTLE; evaluations++) {
    const x = end.x.map((v, i) => v + step * ray[free[i]]), gradient = new Float64Array(x.length);
    const next = { x, value: objective.evaluate(x, gradient), gradient };
    if (!(next.value <= end.value)) break;
    if (left(next) > NOTHING) end = next;
    else step /= 2;
  }
  if (evaluations > 0) objective.evaluate(end.x, new Float64Array(end.x.length)); // it stands there
  const directions = (found?.directions ?? []).map((d) => Float64Array.from(free, (i) => d[i]));
  return { end, directions, evaluations };
}
