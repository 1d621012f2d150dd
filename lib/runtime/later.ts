/** Something to be done later, if the program still runs by then: it does not wait for it. */

/** Calls a function after some milliseconds; the function returned takes it back. */
export function later(milliseconds: number, act: () => void): () => void {
  const timer = setTimeout(act, milliseconds) as unknown as number | { unref(): void };
  if (typeof timer === "object") timer.unref(); // Node
  else if (typeof Deno !== "undefined") Deno.unrefTimer(timer);
  return () => clearTimeout(timer as number);
}
