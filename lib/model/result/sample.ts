/** Models whose rows stay in their source, with a random sample of them. */
import type { Frame } from "../../frame.ts";
import { rowsElsewhere } from "../../formula/absent_rows.ts";
import { cellsOf } from "../options/cells.ts";
import { derived, type Model, usedRows } from "./model.ts";
import { type Solution, solutionOf } from "./solution.ts";

/** Some of the rows that a model was fitted to, or all of them. */
export interface Sample {
  readonly frame: Frame;
  /** The fit at these rows. */
  readonly solution: Solution;
  /** Their number, and of how many they were drawn. */
  readonly rows: number;
  readonly of: number;
}

const samples = new WeakMap<object, Sample>();

/** The same fit with rows to look at. */
export function withSample(model: Model, sample: Sample, message: string): Model {
  const value = derived(model, { data: null, messages: Object.freeze([...model.messages, message]) });
  samples.set(value, sample);
  return value;
}

/** "a random sample of 10,000 of 100,000,000 rows"; "all 900 rows". */
export function inWords({ rows, of }: Pick<Sample, "rows" | "of">): string {
  const [some, all] = [rows, of].map((n) => n.toLocaleString("en"));
  return rows < of ? `a random sample of ${some} of ${all} rows` : `all ${all} rows`;
}

/** What its tables and figures say of their rows; null for the rows of the fit. */
export function sampleNote(model: Model): string | null {
  const sample = samples.get(model);
  return sample && sample.rows < sample.of ? inWords(sample) : null;
}

/** The fit at the rows that can be looked at: those of the sample, where there is one, or of the fit. @throws {TypeError} where there are none */
export function rowSolution(model: Model, what: string): Solution {
  const whole = samples.get(model)?.solution ?? solutionOf(model, what);
  return samples.has(model) || !standsForOthers(model) ? whole : elsewhere();
}

/** The rows that can be looked at, all columns. @throws {TypeError} where there are none */
export function rowsToShow(model: Model): Frame {
  const sample = samples.get(model);
  return sample ? sample.frame : standsForOthers(model) ? elsewhere() : usedRows(model);
}

/** Are there any? */
export const showsRows = (model: Model): boolean =>
  samples.has(model) || (model.data !== null && !standsForOthers(model));

/** The rows of the fit are different ones among those of the data, each with the number of its like. */
const standsForOthers = ({ options }: Model): boolean => cellsOf(options) !== null;

function elsewhere(): never {
  throw rowsElsewhere();
}
