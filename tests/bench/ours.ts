/** One process of our side: fits what it is told twice and prints times, memory, work and result as JSON. Arguments: tasks as name and file. */
import { Cholesky } from "../../lib/math/cholesky.ts";
import { AllRows } from "../../lib/model/objective/all_rows.ts";
import { dataset, fit, type Frame, type Model, pl } from "../../mod.ts";
import { type Task, TASKS, TUTORIALS } from "./tasks.ts";

/** What one side says of a task. */
export interface Timing {
  /** Seconds of the first fit in the process, and of the second. */
  readonly first: number;
  readonly again: number;
  /** Peak memory of the process in MiB, up to the end of the first fit: the peer makes one. */
  readonly memory: number;
  readonly logLik: number;
  readonly certified: boolean;
  /** Passes over the rows and factorisations of the first fit. */
  readonly passes: number;
  readonly factors: number;
}

let passes = 0, factors = 0;

/** Counts the calls of a method. */
function count<K extends string>(
  prototype: Record<K, (...given: never[]) => unknown>,
  name: K,
  told: () => void,
) {
  const own = prototype[name];
  prototype[name] = function (this: unknown, ...given: never[]) {
    told();
    return own.apply(this, given);
  };
}

/** Peak memory of a process, in MiB. */
function peak(): number {
  return Number(Deno.readTextFileSync("/proc/self/status").match(/VmHWM:\s+(\d+)/)?.[1] ?? NaN) / 1024;
}

function timed(tasks: readonly { formula: string; options: Parameters<typeof fit>[2]; data: Frame }[]) {
  const start = performance.now(),
    models = tasks.map(({ formula, data, options }): Model => fit(formula, data, options));
  return { seconds: (performance.now() - start) / 1000, models };
}

/** A data set as the module has it, with its factors, or the columns of the file. */
async function dataOf({ data }: Task, file: string): Promise<Frame> {
  return typeof data === "string" ? await dataset(data) : pl.readCSV(file) as Frame;
}

if (import.meta.main) {
  count(AllRows.prototype, "density", () => passes++);
  count(Cholesky.prototype, "factor", () => factors++);
  const [name, ...files] = Deno.args, all = name === "tutorials" ? TUTORIALS : [TASKS[name]], tasks = [];
  for (const [k, task] of all.entries()) tasks.push({ ...task, data: await dataOf(task, files[k]) });
  const first = timed(tasks), work = { passes, factors, memory: peak() };
  const again = timed(tasks), { models } = first;
  if (passes === 0 && models.some(({ family }) => family.name !== "gaussian")) {
    throw new Error("Passes over rows are not counted: the method that is counted here is no longer called");
  }
  const told: Timing = {
    first: first.seconds,
    again: again.seconds,
    logLik: models.reduce((sum, { logLik }) => sum + logLik, 0),
    certified: models.every(({ converged }) => converged),
    ...work,
  };
  console.log(JSON.stringify(told));
}
