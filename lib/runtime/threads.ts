/** Threads: web workers in Deno, worker threads in Node. */
import * as node from "node:worker_threads";

/** What a thread is for: a module that is imported in the thread of another must not listen to what that is told. */
export type Duty = "fits" | "tiles" | "rows";

/** Tells our threads from each other, and from those of a program that imports this module in a worker of its own. */
const nameOf = (duty: Duty) => `tidyglmm ${duty}`;

/** A thread as its starter sees it. */
export interface Thread {
  /** Sends plain data. */
  post(message: unknown): void;
  /** Ends it at once. */
  terminate(): void;
}

/** A thread as it sees itself. */
export interface Port {
  /** Sends plain data to the starter. */
  post(message: unknown): void;
  /** Says what is called with everything that the starter sends. */
  receive(listen: (data: unknown) => void): void;
}

/** Number of threads that this machine runs at once. */
export function cores(): number {
  return Math.max(1, globalThis.navigator?.hardwareConcurrency ?? 1);
}

/** This thread may wait for others: in browsers only threads that draw nothing may, and memory is shared where the page allows it. */
export function canWait(): boolean {
  try {
    return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0) === "not-equal";
  } catch {
    return false;
  }
}

/**
 * Starts a thread.
 *
 * @param module address of its module: the module's own `import.meta.url`, so that packers see it as a part of the program
 * @param duty what it is for
 * @param on what is called with everything that it sends, and with the reason when it fails
 */
export function startThread(
  module: string,
  duty: Duty,
  on: { message: (data: unknown) => void; error: (reason: string) => void },
): Thread {
  if (typeof Worker === "undefined") return startInNode(module, duty, on);
  const worker = new Worker(module, { type: "module", name: nameOf(duty) });
  worker.onmessage = ({ data }) => on.message(data);
  worker.onerror = (event) => {
    event.preventDefault();
    on.error(event.message);
  };
  return { post: (message) => worker.postMessage(message), terminate: () => worker.terminate() };
}

function startInNode(module: string, duty: Duty, on: Parameters<typeof startThread>[2]): Thread {
  const worker = new node.Worker(new URL(module), { workerData: nameOf(duty) });
  worker.on("message", on.message);
  worker.on("error", (error: unknown) => on.error(error instanceof Error ? error.message : String(error)));
  return { post: (message) => worker.postMessage(message), terminate: () => void worker.terminate() };
}

/** The line to the starter, in a thread of {@link startThread} for that duty; null anywhere else. */
export function threadPort(duty: Duty): Port | null {
  const scope = globalThis as unknown as DedicatedScope;
  if (typeof scope.postMessage === "function" && scope.name === nameOf(duty)) {
    return {
      post: (message) => scope.postMessage!(message),
      receive: (listen) => scope.onmessage = ({ data }) => listen(data),
    };
  }
  const { parentPort, workerData } = node;
  if (!parentPort || workerData !== nameOf(duty)) return null;
  return {
    post: (message) => parentPort.postMessage(message),
    receive: (listen) => void parentPort.on("message", listen),
  };
}

/** What a web worker finds in its global scope. */
interface DedicatedScope {
  readonly name?: string;
  readonly postMessage?: (message: unknown) => void;
  onmessage: (event: { readonly data: unknown }) => void;
}
