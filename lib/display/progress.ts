/** Progress of long work: in place in a notebook's cell or on a terminal's line; quiet where work is quick. */

import { kernelBroadcast, terminalWriter } from "../runtime.ts";

/** Shows how far some work has come. */
export interface Progress {
  /** Shows it before work that will not let go of this thread for a while. */
  begin(text: string): Promise<void>;
  /** Share done, 0 to 1 (NaN: unknown), with a few words. */
  update(share: number, text: string): void;
  /** Takes the display away; resolves when the last message is out. */
  end(): Promise<void>;
}

/** Nothing is shown for work that ends within this time; between updates at least the second. Milliseconds. */
const PATIENCE = 100, PAUSE = 200;

/** A progress display for wherever the program runs: a notebook, a terminal, or (elsewhere) none. */
export function startProgress(label: string): Progress {
  const show = inNotebook() ?? onTerminal();
  if (!show) return { begin: () => Promise.resolve(), update() {}, end: () => Promise.resolve() };
  let last = performance.now(), shown = false, busy = false, sent = Promise.resolve();
  // One message at a time, and none under way when the work ends: the kernel does not survive a cell that ends before.
  const send = (share: number, text: string, ended: boolean) => {
    busy = true;
    sent = sent.then(() => show(label, share, text, shown, ended)).then(() => {
      [shown, busy] = [true, false];
    });
  };
  const latest = { share: NaN, text: "started" };
  // The first sign of life does not wait for the work to report: a large model's first step may take long.
  const timer = setTimeout(() => send(latest.share, latest.text, false), PATIENCE);
  return {
    begin(text) {
      clearTimeout(timer);
      send(NaN, text, false);
      return sent;
    },
    update(share, text) {
      Object.assign(latest, { share, text });
      const now = performance.now();
      if (busy || !shown || now - last < PAUSE) return;
      last = now;
      send(share, text, false);
    },
    async end() {
      clearTimeout(timer);
      await sent;
      if (shown) send(1, "", true);
      await sent;
    },
  };
}

type Show = (label: string, share: number, text: string, again: boolean, ended: boolean) => Promise<void>;

/** One output of the cell, replaced by every update (the display protocol of Jupyter). */
function inNotebook(): Show | null {
  const broadcast = kernelBroadcast();
  if (!broadcast) return null;
  const id = crypto.randomUUID();
  return async (label, share, text, again, ended) => {
    const plain = ended ? "" : `${label}: ${percent(share)} ${text}`;
    const bar = Number.isFinite(share)
      ? `<progress value="${share}" max="1" style="width:14em"></progress> `
      : "";
    const html = ended ? "" : `<div style="color:inherit">${label}: ${bar}${percent(share)} ${text}</div>`;
    const data = { "text/plain": plain, "text/html": html };
    try { // awaited as it is: the kernel dies of .then() and .catch() on a message's promise (Deno 2.9)
      await broadcast(again ? "update_display_data" : "display_data", {
        data,
        metadata: {},
        transient: { display_id: id },
      });
    } catch {
      // a lost progress message must not stop the work
    }
  };
}

function onTerminal(): Show | null {
  const write = terminalWriter();
  if (!write) return null;
  return (label, share, text, _again, ended) => {
    write(ended ? "\r\x1b[K" : `\r\x1b[K${label}: ${percent(share)} ${text}`);
    return Promise.resolve();
  };
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "";
}
