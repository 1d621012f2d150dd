/** The structure of a factor where no two nodes are coupled, as with one grouping factor: every node is a supernode, in the order it has. */
import type { BlockPattern } from "./sparse.ts";
import type { Symbolic } from "./factor_structure.ts";

/** Columns of a lone block from which tiles (dense_factor.ts) are faster than a panel. */
export const WIDE = 48;

/** Are all blocks on the diagonal, each of fewer columns than this? */
export function areLone({ nodes, row, start }: BlockPattern, columns: number): boolean {
  if (row.length > nodes) return false;
  for (let v = 0; v < nodes; v++) if (start[v + 1] - start[v] >= columns) return false;
  return true;
}

/** The analysis, in one pass over the blocks: a panel is a diagonal block, and only its lower triangle is read. */
export function analyseLone({ nodes, start, at }: BlockPattern): Symbolic {
  const dimension = start[nodes], owner = new Int32Array(dimension), target = new Int32Array(at[nodes]);
  let factorWork = 0, solveWork = 0, largestWidth = 1;
  for (let v = 0; v < nodes; v++) {
    const width = start[v + 1] - start[v], block = at[v];
    owner.fill(v, start[v], start[v + 1]);
    for (let c = 0; c < width; c++) {
      for (let r = 0; r < width; r++) {
        target[block + c * width + r] = block + Math.min(r, c) * width + Math.max(r, c);
      }
      factorWork += c * c;
      solveWork += 4 * (c + 1);
    }
    largestWidth = Math.max(largestWidth, width);
  }
  return {
    dimension,
    scalarOrder: Int32Array.from({ length: dimension }, (_, k) => k),
    count: nodes,
    first: start,
    rowPointer: new Int32Array(nodes + 1),
    rowIndex: new Int32Array(0),
    panel: at.slice(0, nodes + 1),
    owner,
    dense: new Int32Array(nodes).fill(-1),
    tiles: 0,
    target,
    inverseTarget: target,
    factorWork,
    solveWork,
    largestUpdate: 1,
    largestWidth,
    largestPanel: 1,
  };
}
