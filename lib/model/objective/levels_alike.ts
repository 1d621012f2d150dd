/** Levels of repeated measures that have the same positions. */
import type { RandomTerm } from "../../formula/types.ts";

/** Levels with one set of positions, increasing, and the rows of each at these. */
export interface LevelsAlike {
  readonly positions: readonly number[];
  readonly members: readonly (readonly number[])[];
}

/** The levels of a term in which every row has a position of its own, by the positions that they have. */
export function levelsByPattern(term: RandomTerm, n: number): LevelsAlike[] {
  const { codes } = term.position!, rowsOf: number[][] = term.levels.map(() => []);
  for (let i = 0; i < n; i++) rowsOf[term.level[i]].push(i);
  const found = new Map<string, { positions: number[]; members: number[][] }>();
  for (const rows of rowsOf) {
    if (rows.length === 0) continue;
    rows.sort((a, b) => codes[a] - codes[b]);
    const positions = rows.map((i) => codes[i]), key = positions.join(" ");
    const entry = found.get(key);
    if (entry) entry.members.push(rows);
    else found.set(key, { positions, members: [rows] });
  }
  return [...found.values()];
}
