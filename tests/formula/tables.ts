/** The small data set and the tables of values computed with R 4.2 and lme4 1.1-31 that the tests compare with. */
import { type Frame, frameOf, withLevels } from "../../lib/frame.ts";

/** Reads one table. */
export function table<T>(name: string): T {
  return JSON.parse(Deno.readTextFileSync(new URL(`./tables/${name}.json`, import.meta.url)));
}

/** 24 rows: numbers, text, booleans, an ordered factor, a name with a space. */
export function exampleData(changes: Record<string, (number | string | null)[]> = {}): Frame {
  const columns = table<Record<string, (number | string | boolean)[]>>("data");
  return ordered(frameOf({ ...columns, ...changes }));
}

/** The column o with its levels ordered. */
export function ordered(frame: Frame): Frame {
  return withLevels(frame, "o", ["none", "some", "much", "all"], true);
}

/** Largest absolute difference of two columns. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    most = difference <= most ? most : difference;
  }
  return most;
}
