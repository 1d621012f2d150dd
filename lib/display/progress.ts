/** Progress of long work: in place in a notebook's cell or on a terminal's line; quiet where work is quick. */

/** Shows how far some work has come. */
export interface Progress {
  /** Share done, 0 to 1 (NaN: unknown), with a few words. */
  update(share: number, text: string): void;
  /** Takes the display away. */
  end(): void;
}

/** Nothing is shown for work that ends within this time; between updates at least the second. Milliseconds. */
const PATIENCE = 800, PAUSE = 200;

type Broadcast = (type: string, content: unknown) => Promise<void>;

/** A progress display for wherever the program runs: a notebook, a terminal, or (elsewhere) none. */
export function startProgress(label: string): Progress {
  const show = inNotebook() ?? onTerminal();
  if (!show) return { update() {}, end() {} };
  const begun = performance.now();
  let last = begun, shown = false;
  return {
    update(share, text) {
      const now = performance.now();
      if (now - begun < PATIENCE || (shown && now - last < PAUSE)) return;
      show(label, share, text, shown);
      [last, shown] = [now, true];
    },
    end() {
      if (shown) show(label, 1, "", true, true);
    },
  };
}

type Show = (label: string, share: number, text: string, again: boolean, ended?: boolean) => void;

/** One output of the cell, replaced by every update (the display protocol of Jupyter). */
function inNotebook(): Show | null {
  const broadcast = kernelBroadcast();
  if (!broadcast) return null;
  const id = crypto.randomUUID();
  return (label, share, text, again, ended) => {
    const plain = ended ? "" : `${label}: ${percent(share)} ${text}`;
    const bar = Number.isFinite(share)
      ? `<progress value="${share}" max="1" style="width:14em"></progress> `
      : "";
    const html = ended ? "" : `<div style="color:inherit">${label}: ${bar}${percent(share)} ${text}</div>`;
    broadcast(again ? "update_display_data" : "display_data", {
      data: { "text/plain": plain, "text/html": html },
      metadata: {},
      transient: { display_id: id },
    }).catch(() => {}); // a lost progress message must not stop the work
  };
}

/** The kernel's channel to the notebook; the property itself throws outside a notebook. */
function kernelBroadcast(): Broadcast | null {
  try {
    return (Deno as unknown as { jupyter?: { broadcast?: Broadcast } }).jupyter?.broadcast ?? null;
  } catch {
    return null;
  }
}

function onTerminal(): Show | null {
  if (!Deno.stderr.isTerminal()) return null;
  const encoder = new TextEncoder();
  return (label, share, text, _again, ended) => {
    const line = ended ? "\r\x1b[K" : `\r\x1b[K${label}: ${percent(share)} ${text}`;
    Deno.stderr.writeSync(encoder.encode(line));
  };
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "";
}
