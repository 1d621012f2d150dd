/** Dense kernels over strips of tiles (tiles.ts): in WebAssembly, else in TypeScript, to the same bits. */
import { TILE_CODE } from "./tile_code.ts";
import { referenceKernels } from "./tile_reference.ts";
import type { TileKernels } from "./tiles.ts";

/** Kernels with a memory of so many numbers, which is given back when nobody holds it any more. */
export function tileKernels(length: number): TileKernels {
  return compiledKernels(length) ?? referenceKernels(length);
}

let scratch: WeakRef<TileKernels> | null = null;

/** Kernels with at least so many numbers, for what does not outlive a call: the last ones again where these suffice. */
export function scratchKernels(length: number): TileKernels {
  const last = scratch?.deref();
  if (last && last.memory.length >= length) return last;
  const made = tileKernels(length);
  scratch = new WeakRef(made);
  return made;
}

const PAGE = 2 ** 16;
/** 4 GiB, what WebAssembly can address, in pages and in numbers. */
const MOST_PAGES = 2 ** 16;
export const MOST_NUMBERS: number = MOST_PAGES * PAGE / 8;

/** The same in WebAssembly; null where there is none, it has no vectors, or it cannot have that much memory. */
export function compiledKernels(length: number): TileKernels | null {
  const memory = compiled("own") && memoryOf(length, false);
  return memory && kernelsIn(memory, length);
}

/** Kernels whose memory other threads can have, too; null where there are none. */
export function sharedKernels(
  length: number,
): { memory: WebAssembly.Memory; length: number; kernels: TileKernels } | null {
  const memory = compiled("shared") && memoryOf(length, true);
  return memory && { memory, length, kernels: kernelsIn(memory, length) };
}

function memoryOf(length: number, shared: boolean): WebAssembly.Memory | null {
  const pages = Math.max(1, Math.ceil(8 * length / PAGE));
  if (pages > MOST_PAGES) return null;
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch {
    return null; // no address space left
  }
}

/** The kernels over a memory that holds so many numbers. */
export function kernelsIn(memory: WebAssembly.Memory, length: number): TileKernels {
  const shared = !(memory.buffer instanceof ArrayBuffer), code = compiled(shared ? "shared" : "own")!;
  const { exports } = new WebAssembly.Instance(code, { tiles: { memory } });
  const { multiply, solve, factor } = exports as Record<string, (...args: number[]) => number>;
  return {
    memory: new Float64Array(memory.buffer, 0, length),
    multiply: ({ c, down, right, a, b, m, n, k, first, last, alpha, add }) => {
      const sizes = [m, n, k, first, last, alpha, +add];
      multiply(8 * c, 8 * down, 8 * right, 8 * a.at, 8 * a.step, 8 * b.at, 8 * b.step, ...sizes);
    },
    solve: (b, l, m, n, first) => {
      solve(8 * b.at, 8 * b.step, 8 * l.at, 8 * l.step, m, n, first);
    },
    factor: (l, n) => factor(8 * l.at, 8 * l.step, n) === 1,
  };
}

const modules = new Map<keyof typeof TILE_CODE, WebAssembly.Module | null>();

/** Compiled at first use: an import does not wait for it. */
function compiled(kind: keyof typeof TILE_CODE): WebAssembly.Module | null {
  const known = modules.get(kind);
  if (known !== undefined) return known;
  let module: WebAssembly.Module | null = null;
  try {
    module = new WebAssembly.Module(Uint8Array.from(atob(TILE_CODE[kind]), (c) => c.charCodeAt(0)));
  } catch { /* no WebAssembly, or none with vectors or shared memory */ }
  modules.set(kind, module);
  return module;
}
