/**
 * The elimination order of crossed factors that meet everywhere: the nodes as they come, the factor with most levels first.
 * Nothing is filled in before that factor is gone, and nothing could be saved after it, so no minimum degree has to be looked for.
 */
import { adjacency, type BlockPattern } from "./sparse.ts";

/** Share of the pairs of remaining nodes that the first factor's nodes must couple, and the fewest such nodes. */
const FULL = 0.65, FEWEST = 64;

/** The nodes in order, or null where what is left after the first nodes, which do not meet each other, is not nearly full. */
export function largestFirst(pattern: BlockPattern): Int32Array | null {
  const { nodes, row } = pattern;
  let lone = nodes; // nodes before it are coupled to later ones only
  for (let b = nodes; b < row.length; b++) lone = Math.min(lone, row[b]);
  const rest = nodes - lone;
  if (rest < FEWEST || rest > lone) return null;
  return coupled(pattern, lone) >= FULL * rest * (rest - 1)
    ? Int32Array.from({ length: nodes }, (_, k) => k)
    : null;
}

/** Ordered pairs of the nodes from `lone` on that are coupled once those before are eliminated. */
function coupled(pattern: BlockPattern, lone: number): number {
  const { pointer, neighbour } = adjacency(pattern), stamp = new Int32Array(pattern.nodes).fill(-1);
  const others = pattern.nodes - lone - 1;
  let pairs = 0, found = 0;
  const meet = (u: number, v: number) => {
    if (u < lone || u === v || stamp[u] === v) return;
    stamp[u] = v;
    found++;
  };
  for (let v = lone; v < pattern.nodes; v++, pairs += found) {
    found = 0;
    for (let p = pointer[v]; p < pointer[v + 1] && found < others; p++) { // few of the first factor's nodes tell of all
      const u = neighbour[p];
      meet(u, v);
      if (u < lone) { for (let q = pointer[u]; q < pointer[u + 1]; q++) meet(neighbour[q], v); }
    }
  }
  return pairs;
}
