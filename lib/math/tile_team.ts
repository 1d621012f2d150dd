/** A crew over the memory of one set of dense kernels. */
import { Crew, threadsAllowed } from "./crew.ts";
import { doShare, type Shared, type Task, type Team } from "./shares.ts";
import { sharedKernels } from "./tile_kernels.ts";
import { TASKS, TILE_WORKER, type TileMemory } from "./tile_worker.ts";
import type { TileKernels } from "./tiles.ts";

/** Columns of a dense block from which a team pays: a task takes some ten milliseconds. */
const WORTH = 500;

/** Kernels with so many numbers for dense blocks, and a team for them where one may be had and pays. */
export function kernelsAndTeam(
  length: number,
  widest: number,
): { kernels: TileKernels; team: Team } | null {
  const threads = widest < WORTH ? 1 : threadsAllowed(), shared = threads < 2 ? null : sharedKernels(length);
  return shared && { kernels: shared.kernels, team: new TileTeam(shared, threads) };
}

/** A crew of the search under way whose matrix is not known yet. */
let expected: Crew | null = null;

/** Starts the threads of a team for a block of so many columns, which take a while to be there. */
export function expectTeam(widest: number): void {
  const threads = widest < WORTH ? 1 : threadsAllowed();
  if (threads > 1 && (!expected || expected.over)) expected = startCrew(threads);
}

/** The crew that was expected, or one that starts now. */
function crewOf(threads: number): Crew {
  const crew = expected && !expected.over && expected.parts === threads ? expected : startCrew(threads);
  expected = null;
  return crew;
}

function startCrew(threads: number): Crew {
  return new Crew(threads, { module: TILE_WORKER, duty: "tiles" });
}

class TileTeam implements Team {
  private readonly crew: Crew;

  constructor({ memory, length }: TileMemory, threads: number) {
    const told: TileMemory = { memory, length };
    this.crew = crewOf(threads).invite(() => told);
  }

  get present(): number {
    return this.crew.present;
  }

  do(task: Task, matrix: Shared): boolean {
    return this.crew.together(
      TASKS.indexOf(task),
      matrix.at,
      matrix.n,
      (share) => doShare(task, matrix, share),
    );
  }
}
