/** The far end of a search whose coefficients run to infinity (separation.ts): all but there at once, and not a step of 1 after the other. */
import type { Objective } from "../../math/minimize.ts";
import type { Problem } from "./optimum.ts";

/** Units of the predictor that moves most; observations that move less need more. */
const LENGTHS = [15, 30, 60];
/** A log-likelihood that falls by less has come to its end. */
const LITTLE = 1e-11;

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
  let end = from, evaluations = 0;
  for (const length of ray ? LENGTHS : []) {
    const x = end.x.map((v, i) => v + length * ray![free[i]]), gradient = new Float64Array(x.length);
    const value = objective.evaluate(x, gradient), fell = end.value - value;
    evaluations++;
    if (!(fell >= 0)) break;
    end = { x, value, gradient };
    if (fell < LITTLE) break;
  }
  const directions = (found?.directions ?? []).map((d) => Float64Array.from(free, (i) => d[i]));
  return { end, directions, evaluations };
}
