/** A thread that helps a search: is told once what it is for, then does its share of one task after the other. */
import { threadPort } from "../runtime/threads.ts"; // not all of runtime.ts, which takes a thread twice as long to begin
import type { Share } from "./shares.ts";

/** What a thread is told first. */
export interface Joining<T> {
  readonly crew: { readonly control: Int32Array; readonly part: number; readonly parts: number };
  readonly told: T;
}

/** Words of the memory by which threads agree: who is there, what is done, the barrier, the next item and whether one was refused, and how it ends. */
export const WORD = {
  joined: 0,
  tasks: 1,
  first: 2,
  second: 3,
  third: 4,
  arrived: 5,
  phase: 6,
  next: 7,
  refused: 8,
  over: 9,
  failed: 10,
} as const;
export const CONTROL_LENGTH = 11;

/** Looks at a word before a thread sleeps: waking up takes some ten microseconds. */
const LOOKS = 20_000;

/** The share of a thread in the current task. */
export function sharing(control: Int32Array, part: number, parts: number): Share {
  const wait = () => {
    const phase = Atomics.load(control, WORD.phase);
    if (Atomics.load(control, WORD.failed) === 1) return; // one will not come
    if (Atomics.add(control, WORD.arrived, 1) < parts - 1) return untilChanged(control, WORD.phase, phase);
    Atomics.store(control, WORD.arrived, 0);
    Atomics.store(control, WORD.next, 0);
    Atomics.add(control, WORD.phase, 1);
    Atomics.notify(control, WORD.phase);
  };
  const each = (count: number, item: (k: number) => boolean | void) => {
    for (let k = Atomics.add(control, WORD.next, 1); k < count; k = Atomics.add(control, WORD.next, 1)) {
      if (item(k) === false) Atomics.store(control, WORD.refused, 1);
    }
    wait();
    return Atomics.load(control, WORD.refused) === 0;
  };
  return { part, parts, wait, each };
}

/** Milliseconds after which a sleeping thread looks whether its starter was ended: nothing else wakes it then. */
const NAP = 500;

function untilChanged(control: Int32Array, word: number, value: number): void {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, word) !== value) return;
  while (Atomics.load(control, word) === value) Atomics.wait(control, word, value, NAP);
}

/** What a thread does with three numbers. */
export type Work = (a: number, b: number, c: number, share: Share) => void;

/** Joins the crew that this thread was started for, if it was for that duty. @param ready for work, by what it is told first */
export function join<T>(
  duty: Parameters<typeof threadPort>[0],
  ready: (told: T, part: number, parts: number) => Work,
) {
  threadPort(duty)?.receive((joining) => {
    const { crew: { control, part, parts }, told } = joining as Joining<T>;
    serve(control, sharing(control, part, parts), ready(told, part, parts));
  });
}

function serve(control: Int32Array, share: Share, work: Work): void {
  let done = Atomics.load(control, WORD.tasks);
  Atomics.add(control, WORD.joined, 1);
  while (Atomics.load(control, WORD.over) === 0) {
    untilChanged(control, WORD.tasks, done);
    done = Atomics.load(control, WORD.tasks);
    if (Atomics.load(control, WORD.over) === 1) return; // a thread that waits is not ended from outside
    try {
      work(control[WORD.first], control[WORD.second], control[WORD.third], share);
    } catch {
      Atomics.store(control, WORD.failed, 1);
      Atomics.add(control, WORD.phase, 1); // who waits for this thread goes on, and waits for nobody any more
      Atomics.notify(control, WORD.phase);
    }
    share.wait();
  }
}
