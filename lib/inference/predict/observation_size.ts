/** How large a new observation is: its number of trials, its precision weight. */
import { newWeights } from "../../formula/new_weights.ts";
import { type Frame, rowCount } from "../../frame.ts";
import type { Model } from "../../model/result/model.ts";

/** One number per row; null where it is 1 for every row. */
export interface ObservationSize {
  readonly trials: Float64Array | null;
  readonly precision: Float64Array | null;
}

/** Sizes of the observations at some rows, and a note where the rows do not say. */
export function observationSize(
  model: Model,
  rows: Frame,
  trials: number | undefined,
): { size: ObservationSize; note: string } {
  if (trials !== undefined) {
    checkTrials(model, trials);
    return { size: { trials: new Float64Array(rowCount(rows)).fill(trials), precision: null }, note: "" };
  }
  const { absent, ...size } = newWeights(model.recipe, rows);
  const note = absent === null
    ? ""
    : model.family.usesTrials
    ? `Prediction intervals are of one trial: the new data do not have ${absent}; the option trials gives another number.`
    : `Prediction intervals are of an observation with weight 1: the new data do not have ${absent}.`;
  return { size, note };
}

function checkTrials({ family }: Model, trials: number) {
  if (!Number.isInteger(trials) || trials < 1) {
    throw new RangeError(`Cannot use trials: ${trials}, it should be a whole number, 1 or more`);
  }
  if (trials > 1 && !family.usesTrials) {
    throw new RangeError(`Cannot use trials: ${trials} with family "${family.name}", which has none`);
  }
}
