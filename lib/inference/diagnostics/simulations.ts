/** Simulated responses as a stream: one vector after the other, so that 250 × 1e5 of them never have to be held. */
import { streamOf } from "../simulate/simulate.ts";
import type { Simulator } from "../simulate/simulator.ts";

/** `count` simulated vectors of length n. */
export interface Simulations {
  readonly n: number;
  readonly count: number;
  /** Visits all vectors in order; a vector's contents are valid during its visit only. */
  each(visit: (y: Float64Array, s: number) => void): void;
  /** The vectors are in memory, so another visit costs nothing. */
  readonly held: boolean;
}

/** Most numbers that are held (32 MB); more are drawn again from the seed when they are needed again. */
const MOST_HELD = 2 ** 22;

/** Simulations that are in memory. */
export function heldSimulations(vectors: readonly Float64Array[]): Simulations {
  return {
    n: vectors[0]?.length ?? 0,
    count: vectors.length,
    held: true,
    each: (visit) => vectors.forEach(visit),
  };
}

/** Simulations of a model: held after the first visit when they are few, else drawn anew from the seed each time. */
export function drawnSimulations(
  simulator: Simulator,
  count: number,
  seed: number,
  onProgress?: (done: number, n: number) => void,
): Simulations {
  const { n } = simulator, held = n * count <= MOST_HELD;
  let vectors: Float64Array[] | null = null;
  const draw = (visit: (y: Float64Array, s: number) => void, keep: Float64Array[] | null) => {
    const out = new Float64Array(n);
    for (let s = 0; s < count; s++) {
      simulator.draw(streamOf(seed, s), out);
      keep?.push(out.slice());
      visit(out, s);
      onProgress?.(s + 1, count);
    }
  };
  return {
    n,
    count,
    held,
    each(visit) {
      if (vectors) return vectors.forEach(visit);
      const keep: Float64Array[] | null = held ? [] : null;
      draw(visit, keep);
      vectors = keep;
    },
  };
}

/** Simulations changed one by one, into vectors of another length (aggregated by group, rotated). */
export function mappedSimulations(
  source: Simulations,
  n: number,
  map: (y: Float64Array, out: Float64Array) => void,
): Simulations {
  if (n * source.count <= MOST_HELD) {
    const vectors: Float64Array[] = [];
    source.each((y) => {
      const out = new Float64Array(n);
      map(y, out);
      vectors.push(out);
    });
    return heldSimulations(vectors);
  }
  return {
    n,
    count: source.count,
    held: false,
    each(visit) {
      const out = new Float64Array(n);
      source.each((y, s) => {
        map(y, out);
        visit(out, s);
      });
    },
  };
}
