/** Workers that fit one plan, for one response or many; results do not depend on how many workers there are. */
import type { Optimum } from "../optimum/optimum.ts";
import type { FitPlan } from "../optimum/optimise.ts";
import { optimumFrom, plainPlan, type Reply, type Request } from "./worker_messages.ts";

/** Settings of a run. */
export interface PoolOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (id: number, logLik: number, evaluations: number) => void;
  /** Called when a fit has ended, with the number done so far. */
  readonly onDone?: (done: number) => void;
  readonly workers?: number;
}

/** The plan's family cannot be sent to a worker. */
export class NotPortable extends Error {}

/**
 * Fits a plan for `count` responses, in workers.
 * @param response response number b, or undefined for the plan's own; called when its turn comes
 * @returns optima in the order of the responses; an Error where one failed
 * @throws NotPortable when the family is not built in; the signal's reason when aborted
 */
export async function fitInWorkers(
  plan: FitPlan,
  count: number,
  response: (b: number) => Float64Array | undefined,
  options: PoolOptions = {},
): Promise<(Optimum | Error)[]> {
  const plain = plainPlan(plan);
  if (!plain) {
    throw new NotPortable(`Cannot fit family "${plan.family.name}" in a worker: it is not built in`);
  }
  const { signal, onProgress, onDone } = options,
    threads = Math.min(count, options.workers ?? Math.max(1, navigator.hardwareConcurrency));
  signal?.throwIfAborted();
  const results: (Optimum | Error)[] = new Array(count);
  let next = 0, done = 0;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }),
  );
  const post = (worker: Worker, message: Request) => worker.postMessage(message);
  try {
    await new Promise<void>((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      const feed = (worker: Worker) => {
        if (next < count) post(worker, { kind: "fit", id: next, y: response(next++) });
      };
      for (const worker of workers) {
        worker.onerror = (event) => {
          event.preventDefault();
          reject(new Error(`A fitting worker stopped: ${event.message}`));
        };
        worker.onmessage = ({ data }: MessageEvent<Reply>) => {
          if (data.kind === "progress") return onProgress?.(data.id, data.logLik, data.evaluations);
          results[data.id] = data.kind === "done" ? optimumFrom(data.optimum) : new Error(data.message);
          done++;
          onDone?.(done);
          if (done === count) resolve();
          else feed(worker);
        };
        post(worker, { kind: "plan", plan: plain });
        feed(worker);
      }
    });
  } finally {
    for (const worker of workers) worker.terminate();
  }
  return results;
}
