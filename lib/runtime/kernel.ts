/** The notebook kernel of Deno. */

/** Sends a message of Jupyter's protocol to the notebook. */
export type Broadcast = (type: string, content: unknown) => Promise<void>;

/** The kernel's channel to the notebook; null outside a notebook, where the property itself throws. */
export function kernelBroadcast(): Broadcast | null {
  try {
    const { Deno } = globalThis as { Deno?: { jupyter?: { broadcast?: Broadcast } } };
    return Deno?.jupyter?.broadcast ?? null;
  } catch {
    return null;
  }
}
