/** A thread that does tasks over some ranges of the rows. */
import { join } from "../../math/crew_member.ts";
import { familyFrom, type FamilySpec } from "../options/family_spec.ts";
import { RowDensities } from "./row_densities.ts";
import { type RangeData, RowRange, type RowTask, TASKS } from "./row_range.ts";

/** The address of this module, which a thread is started from. */
export const ROW_WORKER: string = import.meta.url;

/** What a thread is told first. */
export interface RowsTold {
  readonly family: FamilySpec;
  /** What the ranges give, of all threads. */
  readonly results: Float64Array;
  /** Number of the first of its ranges. */
  readonly from: number;
  readonly ranges: readonly RangeData[];
}

const NAMES = Object.keys(TASKS) as readonly RowTask[];

/** The number that stands for a task. */
export const numberOf = (task: RowTask): number => NAMES.indexOf(task);

/** Does a task over ranges from … to − 1 of a list that begins with number `first`. */
export function runTask(
  task: number,
  option: number,
  ranges: readonly RowRange[],
  [from, to]: readonly [number, number],
  results: Float64Array,
  first = 0,
): void {
  for (let s = from; s < to; s++) results[s] = TASKS[NAMES[task]](ranges[s - first], option);
}

join("rows", ({ family: spec, results, from, ranges: told }: RowsTold) => {
  const family = familyFrom(spec);
  const ranges = told.map((data) => {
    const { density, vectors: { jets } } = data;
    return new RowRange(data, new RowDensities(density, family, family.parts(density.response), jets));
  });
  return (task, option) => runTask(task, option, ranges, [from, from + ranges.length], results, from);
});
