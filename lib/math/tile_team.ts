/** A team of threads over the memory of one set of kernels, and how many threads a search may use. */
import { canWait, cores, startThread, type Thread } from "../runtime.ts";
import { ALONE, doShare, type Shared, type Task, type Team } from "./shares.ts";
import { sharedKernels } from "./tile_kernels.ts";
import { CONTROL_LENGTH, type Invitation, sharing, TASKS, TILE_WORKER, WORD } from "./tile_worker.ts";
import type { TileKernels } from "./tiles.ts";

/** Columns of a dense block from which a team pays: a task takes some ten milliseconds. */
const WORTH = 500;

/** Threads of a search where it is not said: a few have most of what there is to gain. */
const USUAL = 4;

/** What a search may use, and the teams that it has; null where none is under way. */
let search: { readonly threads: number; readonly teams: TileTeam[] } | null = null;

/**
 * Runs a search whose dense factors may use so many threads; they start when they are first needed and end with it.
 * @param threads as many as the machine runs at once, up to 4, where it is not said
 */
export function withThreads<T>(threads: number = Math.min(USUAL, cores()), run: () => T): T {
  const outer = search, teams: TileTeam[] = [];
  search = { threads, teams };
  try {
    return run();
  } finally {
    for (const team of teams) team.disband();
    search = outer;
  }
}

/** Kernels with so many numbers for dense blocks, and a team for them where one may be had and pays. */
export function kernelsAndTeam(
  length: number,
  widest: number,
): { kernels: TileKernels; team: Team } | null {
  if (search === null || search.threads < 2 || widest < WORTH || !canWait()) return null;
  const shared = sharedKernels(length);
  if (!shared) return null;
  const team = new TileTeam(shared, search.threads);
  search.teams.push(team);
  return { kernels: shared.kernels, team };
}

/** Everything that a thread needs to join. */
type Memory = Pick<Invitation, "memory" | "length">;

class TileTeam implements Team {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  private readonly threads: Thread[] = [];

  constructor({ memory, length }: Memory, private readonly parts: number) {
    const { control, threads } = this;
    try {
      for (let part = 1; part < parts; part++) {
        const thread = startThread(TILE_WORKER, "tiles", { message() {}, error() {} }); // one that fails never joins
        threads.push(thread);
        thread.post({ control, memory, length, part, parts } satisfies Invitation);
      }
    } catch {
      this.disband(); // no threads here, or none allowed
    }
  }

  /** Every task is done alone from now on. */
  disband(): void {
    const { control } = this;
    Atomics.store(control, WORD.over, 1);
    Atomics.add(control, WORD.tasks, 1);
    Atomics.notify(control, WORD.tasks);
    for (const thread of this.threads) thread.terminate();
    this.threads.length = 0;
  }

  get present(): number {
    return this.threads.length === 0 ? 1 : 1 + Atomics.load(this.control, WORD.joined);
  }

  do(task: Task, matrix: Shared): boolean {
    const { control, parts } = this;
    if (this.present < parts) return doShare(task, matrix, ALONE);
    control[WORD.task] = TASKS.indexOf(task);
    control[WORD.at] = matrix.at;
    control[WORD.order] = matrix.n;
    Atomics.add(control, WORD.tasks, 1);
    Atomics.notify(control, WORD.tasks);
    const share = sharing(control, 0, parts), done = doShare(task, matrix, share);
    share.wait();
    return done;
  }
}
