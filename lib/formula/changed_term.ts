import type { RandomTerm } from "./types.ts";

/** A random term with some properties changed; its columns stay what makes them, and are not made (there may be very many). */
export function changedTerm(term: RandomTerm, changes: Partial<Omit<RandomTerm, "columns">>): RandomTerm {
  return Object.defineProperties({}, {
    ...Object.getOwnPropertyDescriptors(term),
    ...Object.getOwnPropertyDescriptors(changes),
  }) as RandomTerm;
}
