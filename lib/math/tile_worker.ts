/** A thread that does its share of factors and inverses. */
import { join } from "./crew_member.ts";
import { DenseFactor } from "./dense_factor.ts";
import { doShare, type Task } from "./shares.ts";
import { kernelsIn } from "./tile_kernels.ts";

/** The address of this module, which a thread is started from. */
export const TILE_WORKER: string = import.meta.url;

/** The memory of the kernels. */
export interface TileMemory {
  readonly memory: WebAssembly.Memory;
  readonly length: number;
}

/** Tasks, by the number that stands for them. */
export const TASKS: readonly Task[] = ["factor", "invert"];

join("tiles", ({ memory, length }: TileMemory) => {
  const kernels = kernelsIn(memory, length);
  return (task, at, order, share) => {
    doShare(TASKS[task], new DenseFactor(kernels, at, order), share);
  };
});
