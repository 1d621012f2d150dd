/** Workers that fit plans, for one response or many; results do not depend on how many workers there are. */
import { cores, startThread, type Thread } from "../../runtime.ts";
import type { Optimum } from "../optimum/optimum.ts";
import type { FitPlan, Watch } from "../optimum/optimise.ts";
import { WORKER } from "./worker.ts";
import { optimumFrom, type PlainPlan, plainPlan, type Reply, type Request } from "./worker_messages.ts";

/** Settings of a run. */
export interface PoolOptions {
  /** Gives the run up: the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Ends the run early with what there is by then. */
  readonly stop?: AbortSignal;
  /** Is told how far the fits are. */
  readonly watch?: Watch;
  /**
   * Called when a fit has ended, with the number done so far, the number of its response and what came of it: an optimum that
   * says where its objective stands, which those that are kept do not.
   */
  readonly onDone?: (done: number, b: number, result: Optimum | Error) => void;
  readonly workers?: number;
}

/** The plan's family cannot be sent to a worker. */
export class NotPortable extends Error {}

/** Optima by plan and response: an Error where a fit failed, nothing where the run was stopped before. */
export type Optima = readonly (readonly (Optimum | Error | undefined)[])[];

/**
 * Fits plans for `count` responses, in workers.
 * @param response response number b, or undefined for the plan's own; called when its turn comes, once for every plan
 * @returns optima by plan, in the order of the responses
 * @throws NotPortable when a family is not built in; the signal's reason when aborted
 */
export async function fitInWorkers(
  plans: readonly FitPlan[],
  count: number,
  response: (b: number) => Float64Array | undefined,
  options: PoolOptions = {},
): Promise<Optima> {
  const all = count * plans.length, { signal, stop } = options;
  const workers = Math.min(all, options.workers ?? cores()),
    plain = plans.map((plan) => portable(plan, workers));
  const watched = options.watch !== undefined;
  signal?.throwIfAborted();
  const results = plans.map(() => new Array<Optimum | Error | undefined>(count).fill(undefined));
  const threads: Thread[] = [], ended = new AbortController(), once = { once: true, signal: ended.signal };
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), once);
      stop?.addEventListener("abort", () => resolve(), once);
      let next = 0, done = 0;
      const feed = (thread: Thread) => {
        if (next >= all) return;
        const id = next++, b = Math.floor(id / plans.length);
        send(thread, { kind: "fit", id, plan: id % plans.length, y: response(b), watched });
      };
      const end = (thread: Thread, id: number, result: Optimum | Error) => {
        const b = Math.floor(id / plans.length);
        results[id % plans.length][b] = result instanceof Error ? result : withoutStanding(result);
        done++;
        options.onDone?.(done, b, result);
        if (done === all) resolve();
        else feed(thread);
      };
      for (let t = workers; t > 0; t--) {
        const thread: Thread = startThread(WORKER, "fits", {
          message: (data) => {
            try {
              listen(data as Reply, options.watch, (id, result) => end(thread, id, result));
            } catch (error) { // a caller's function failed, and nobody is above to hear of it
              reject(error);
            }
          },
          error: (reason) => reject(new Error(`A fitting worker stopped: ${reason}`)),
        });
        threads.push(thread);
        for (const plan of plain) send(thread, { kind: "plan", plan });
        feed(thread);
      }
    });
  } finally {
    ended.abort();
    for (const thread of threads) thread.terminate();
  }
  return results;
}

/** A plan for one of several workers, each of which then has one thread. */
function portable(plan: FitPlan, workers: number): PlainPlan {
  const plain = plainPlan(workers > 1 ? { ...plan, control: { ...plan.control, threads: 1 } } : plan);
  if (plain) return plain;
  throw new NotPortable(
    `Cannot fit in a worker: the family "${plan.family.name}" or a covariance structure is not built in`,
  );
}

function withoutStanding({ standing: _, ...optimum }: Optimum): Optimum {
  return optimum;
}

function send(thread: Thread, message: Request) {
  thread.post(message);
}

function listen(reply: Reply, watch: Watch | undefined, end: (id: number, result: Optimum | Error) => void) {
  if (reply.kind === "step") watch?.step(reply.step);
  else if (reply.kind === "part") watch?.part(reply.rows, reply.steps);
  else if (reply.kind === "standardErrors") watch?.standardErrors(reply.done, reply.of);
  else end(reply.id, reply.kind === "done" ? optimumFrom(reply.optimum) : errorFrom(reply));
}

/** The error again, of its class. */
function errorFrom({ name, message }: Reply & { kind: "failed" }): Error {
  const Class = { RangeError, TypeError, SyntaxError }[name] ?? Error;
  return new Class(message);
}
