/**
 * The stop button of a notebook. Jupyter sends SIGINT, which ends the kernel unless someone listens, and would end it later if the
 * listener were taken away after the work: so importing this module in a kernel listens from then on.
 */
import process from "node:process";
import { kernelBroadcast } from "./kernel.ts";

const running = new Set<AbortController>();

/** A synchronous fit that ended this long ago may be what the button was pressed for: signals wait until it has ended. Milliseconds. */
const RECENT = 2000;
let lastBlocked = { at: -Infinity, what: "" };

/** The stop button for one piece of work: its signal, and what tells that the work has ended. */
export function stopButton(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  running.add(controller);
  return { signal: controller.signal, release: () => void running.delete(controller) };
}

/** Presses the button: ends the work under way with what it has. */
export function pressStop(): void {
  const stopped = running.size > 0;
  for (const controller of running) controller.abort();
  if (!stopped && performance.now() - lastBlocked.at < RECENT) {
    console.error(
      `${lastBlocked.what} could not be stopped, because it computes on the notebook's own thread: it has ended normally. ` +
        "The stop button ends await fitAsync(…) with families and structures of this module.",
    );
  }
}

/** Notes what this thread was busy with until now, when it could not listen. */
export function wasBlocked(what: string): void {
  lastBlocked = { at: performance.now(), what };
}

if (kernelBroadcast()) process.on("SIGINT", pressStop);
