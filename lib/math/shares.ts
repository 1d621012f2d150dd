/** Work on one matrix by several threads, each of which does its share of the rows between points where all wait for all. */

/** The share of one thread. */
export interface Share {
  readonly part: number;
  readonly parts: number;
  /** Returns when all threads are here. */
  wait(): void;
  /** What the first thread finds, when it has found it. */
  agree(find: () => boolean): boolean;
}

/** All of it. */
export const ALONE: Share = { part: 0, parts: 1, wait() {}, agree: (find) => find() };

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

/**
 * The part of from … to that is a thread's.
 * @param power 1 where every item is as much work as another, p where item k of n is as much as (n − k)^{p−1}
 */
export function shareOf({ part, parts }: Share, from: number, to: number, power = 1): [number, number] {
  const bound = (p: number) =>
    p === parts ? to : from + Math.round((to - from) * (1 - (1 - p / parts) ** (1 / power)));
  return [bound(part), bound(part + 1)];
}
