/** What a reader should know of predictions that the likelihood drives to the edge of what is possible. */
import { MEAN } from "../../model/families/part.ts";
import type { LinearPredictors } from "./linear_predictor.ts";
import type { Scaled } from "./prediction_scales.ts";

/** What the table holds beside the estimates. */
export type Shown = "none" | "confidence" | "prediction";

/**
 * Sentences on rows without a finite linear predictor of a part, and on those that the data do not determine; "" where there are none.
 * @param needed the parts behind the estimates
 * @param behind those behind the intervals
 * @param crossing rows in which thresholds of ordered categories cross
 */
export function limitNote(
  p: LinearPredictors,
  part: string | undefined,
  needed: readonly string[],
  behind: readonly string[],
  { low, high }: Scaled,
  shown: Shown,
  crossing = 0,
): string {
  const tendency = p.tendencies(part ?? MEAN), rows = Array.from(tendency.keys());
  const limits = rows.filter((i) => Math.abs(tendency[i]) === 1);
  const open = rows.filter((i) => tendency[i] !== tendency[i]);
  const missing = new Set(p.missingRows), absent = p.absent(needed);
  const unknown = rows.filter((i) => absent[i] === 1 && !missing.has(i));
  const whole = p.absent(behind),
    unbounded = rows.filter((i) => whole[i] === 1 && absent[i] === 0 && !missing.has(i));
  const why = (part ?? MEAN) === MEAN ? " (separation)" : "";
  const known = limits.every((i) => low[i] === low[i] && high[i] === high[i]);
  const intervals: Record<Shown, string> = {
    none: "",
    confidence: `, the interval one-sided by profile likelihood${
      known ? "" : ", with an end that is not known here"
    }`,
    prediction: ", the interval of a new observation begins at the one-sided interval of the mean",
  };
  return [
    limits.length > 0 &&
    `${count(limits.length)} no finite linear predictor${why}: the estimate is its limit${intervals[shown]}.`,
    open.length > 0 &&
    `${count(open.length)} a prediction that the data leave open${why}: it could be anything.`,
    unknown.length > 0 && `${count(unknown.length)} no prediction: ${undetermined}.`,
    crossing > 0 &&
    `${count(crossing)} no prediction: thresholds cross there, which nominal effects may do beyond the data.`,
    unbounded.length > 0 && `${count(unbounded.length)} no interval of a new observation: ${undetermined}.`,
  ].filter(Boolean).join(" ");
}

const undetermined = "the data do not determine it (a combination of levels or values that does not occur)";

function count(rows: number): string {
  return rows === 1 ? "One row has" : `${rows} rows have`;
}
