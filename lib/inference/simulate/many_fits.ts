/** Runs of fits as a reader sees them: simulated responses, progress, what a stopped run rests on. */
import type { Progress } from "../../display.ts";
import type { Model } from "../../model/result/model.ts";
import { streamOf } from "./simulate.ts";
import { Simulator } from "./simulator.ts";

/** A counter on a progress display. */
export function countOn(display: Progress): (done: number, n: number) => void {
  return (done, n) => display.update(done / n, `${done} of ${n}`);
}

/** Fits from which a run takes long enough to be announced before the threads are started. */
const MANY = 50;

/** Says at once that a long run has begun. */
export async function begin(display: Progress, n: number): Promise<void> {
  if (n >= MANY) await display.begin("started");
}

/** b → response b simulated from a model, all random effects drawn anew; the same for the same seed in any order. */
export function simulatedResponses(model: Model, seed: number): (b: number) => Float64Array {
  const simulator = new Simulator(model, "unconditional");
  return (b) => {
    const y = new Float64Array(simulator.n);
    simulator.draw(streamOf(seed, b), y);
    return y;
  };
}

/** What a result says when the stop button ended its run; nothing when it did not. */
export function stoppedNote(done: number, n: number, what: string): string {
  return done < n ? `Stopped: ${done} of ${n} ${what} were done and are what this rests on.` : "";
}
