/** Threads that help a search: how many it may have, their start with the first work that is theirs, and their end with the search. */
import { canWait, cores, startThread, type Thread } from "../runtime.ts";
import { ALONE, type Share } from "./shares.ts";
import { CONTROL_LENGTH, type Joining, sharing, WORD } from "./crew_member.ts";

/** Threads of a search where it is not said: a few have most of what there is to gain. */
const USUAL = 4;

/** What a search may use, and the crews that it has; null where none is under way. */
let search: { readonly threads: number; readonly crews: Crew[] } | null = null;

/**
 * Runs a search whose work may be shared by so many threads; they start when they are first needed and end with it.
 * @param threads as many as the machine runs at once, up to 4, where it is not said
 */
export function withThreads<T>(threads: number = Math.min(USUAL, cores()), run: () => T): T {
  const outer = search, crews: Crew[] = [];
  search = { threads, crews };
  try {
    return run();
  } finally {
    for (const crew of crews) crew.disband();
    search = outer;
  }
}

/** How many threads work may be shared by now, this one among them. */
export function threadsAllowed(): number {
  return search !== null && canWait() ? search.threads : 1;
}

/** This thread and others, which do what they are told together. */
export class Crew {
  private readonly control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_LENGTH));
  private readonly threads: Thread[] = [];

  /**
   * Starts threads within a search that allows as many; they join when they are invited.
   * @param module address of theirs, and what they are for
   */
  constructor(
    readonly parts: number,
    { module, duty }: { module: string; duty: Parameters<typeof startThread>[1] },
  ) {
    search!.crews.push(this);
    this.orAlone(() => {
      for (let part = 1; part < parts; part++) {
        this.threads.push(startThread(module, duty, { message() {}, error() {} })); // one that fails never joins
      }
    });
  }

  /** @param told what thread `part` is told first */
  invite(told: (part: number) => unknown): this {
    const { control, parts, threads } = this;
    this.orAlone(() => {
      threads.forEach((thread, k) =>
        thread.post({ crew: { control, part: k + 1, parts }, told: told(k + 1) } satisfies Joining<unknown>)
      );
    });
    return this;
  }

  /** Where there are no threads, or none that may be told, there is no crew. */
  private orAlone(start: () => void) {
    try {
      start();
    } catch {
      this.disband();
    }
  }

  /** The search is over, and everything is done alone. */
  get over(): boolean {
    return Atomics.load(this.control, WORD.over) === 1;
  }

  /** Threads that would take part now. */
  get present(): number {
    return this.threads.length === 0 ? 1 : 1 + Atomics.load(this.control, WORD.joined);
  }

  /** Does this thread's share of what three numbers say, while the others do theirs; all of it where they are not there. */
  together<T>(a: number, b: number, c: number, work: (share: Share) => T): T {
    const { control, parts } = this;
    if (this.present < parts) return work(ALONE);
    control[WORD.first] = a;
    control[WORD.second] = b;
    control[WORD.third] = c;
    control[WORD.refused] = 0;
    Atomics.add(control, WORD.tasks, 1);
    Atomics.notify(control, WORD.tasks);
    const share = sharing(control, 0, parts), done = work(share);
    share.wait();
    if (control[WORD.failed] === 1) {
      throw new Error("A thread of this search failed: set control: { threads: 1 } to hear why");
    }
    return done;
  }

  /** Everything is done alone from now on. */
  disband(): void {
    const { control } = this;
    Atomics.store(control, WORD.over, 1);
    Atomics.add(control, WORD.tasks, 1);
    Atomics.notify(control, WORD.tasks);
    for (const thread of this.threads) thread.terminate();
    this.threads.length = 0;
  }
}
