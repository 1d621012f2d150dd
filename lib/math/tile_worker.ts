/** A thread of a team: is told the memory once, then does its share of one task after the other. */
import { threadPort } from "../runtime.ts";
import { DenseFactor } from "./dense_factor.ts";
import { doShare, type Share, type Task } from "./shares.ts";
import { kernelsIn } from "./tile_kernels.ts";

/** The address of this module, which a thread is started from. */
export const TILE_WORKER: string = import.meta.url;

/** What a thread is told first. */
export interface Invitation {
  readonly control: Int32Array;
  readonly memory: WebAssembly.Memory;
  readonly length: number;
  readonly part: number;
  readonly parts: number;
}

/** Tasks, by the number that stands for them. */
export const TASKS: readonly Task[] = ["factor", "invert"];

/** Words of the memory by which threads agree: who is there, what is done, the barrier, what the first thread found, that all is over. */
export const WORD = {
  joined: 0,
  tasks: 1,
  task: 2,
  at: 3,
  order: 4,
  arrived: 5,
  phase: 6,
  found: 7,
  over: 8,
} as const;
export const CONTROL_LENGTH = 9;

/** Looks at a word before a thread sleeps: waking up takes some ten microseconds. */
const LOOKS = 20_000;

/** The share of a thread in the current task. */
export function sharing(control: Int32Array, part: number, parts: number): Share {
  const wait = () => {
    const phase = Atomics.load(control, WORD.phase);
    if (Atomics.add(control, WORD.arrived, 1) < parts - 1) return untilChanged(control, WORD.phase, phase);
    Atomics.store(control, WORD.arrived, 0);
    Atomics.add(control, WORD.phase, 1);
    Atomics.notify(control, WORD.phase);
  };
  const agree = (find: () => boolean) => {
    if (part === 0) control[WORD.found] = Number(find());
    wait();
    return control[WORD.found] === 1;
  };
  return { part, parts, wait, agree };
}

/** Milliseconds after which a sleeping thread looks whether its starter was ended: nothing else wakes it then. */
const NAP = 500;

function untilChanged(control: Int32Array, word: number, value: number): void {
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, word) !== value) return;
  while (Atomics.load(control, word) === value) Atomics.wait(control, word, value, NAP);
}

function takePart({ control, memory, length, part, parts }: Invitation): void {
  const kernels = kernelsIn(memory, length), share = sharing(control, part, parts);
  let done = Atomics.load(control, WORD.tasks);
  Atomics.add(control, WORD.joined, 1);
  while (Atomics.load(control, WORD.over) === 0) {
    untilChanged(control, WORD.tasks, done);
    done = Atomics.load(control, WORD.tasks);
    if (Atomics.load(control, WORD.over) === 1) return; // a thread that waits is not ended from outside
    const matrix = new DenseFactor(kernels, control[WORD.at], control[WORD.order]);
    doShare(TASKS[control[WORD.task]], matrix, share);
    share.wait();
  }
}

threadPort("tiles")?.receive((invitation) => takePart(invitation as Invitation));
