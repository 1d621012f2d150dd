/** Work on one matrix by several threads, each of which does its share of the rows between points where all wait for all. */

/** The share of one thread. */
export interface Share {
  readonly part: number;
  readonly parts: number;
  /** Returns when all threads are here. */
  wait(): void;
  /**
   * Does items 0 … count − 1, each by the thread that is free next, and returns when all are done: threads that are slower, or have
   * something else to do, hold nobody up for longer than an item takes. @returns false where one of this task said so
   */
  each(count: number, item: (k: number) => boolean | void): boolean;
}

/** All of it. */
export const ALONE: Share = {
  part: 0,
  parts: 1,
  wait() {},
  each(count, item) {
    for (let k = 0; k < count; k++) if (item(k) === false) return false;
    return true;
  },
};

/** Threads that share their memory. */
export interface Team {
  /** Threads that would take part now. */
  readonly present: number;
  /** Does a task on a matrix that begins at `at`; alone until the others are there. */
  do(task: Task, matrix: Shared): boolean;
}

/** What a team does. */
export type Task = "factor" | "invert";

/** A matrix that several threads work on. */
export interface Shared {
  readonly at: number;
  readonly n: number;
  factorShare(share: Share): boolean;
  invertShare(share: Share): boolean;
}

/** Does one's share of a task. */
export function doShare(task: Task, matrix: Shared, share: Share): boolean {
  return task === "factor" ? matrix.factorShare(share) : matrix.invertShare(share);
}

/** The part of 0 … count that is a thread's own, where items cannot be anybody's. */
export function shareOf({ part, parts }: Pick<Share, "part" | "parts">, count: number): [number, number] {
  const bound = (p: number) => Math.round(count * p / parts);
  return [bound(part), bound(part + 1)];
}
