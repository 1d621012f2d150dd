/** How the matrix H of the random effects is solved with. */
import { Cholesky } from "../../math/cholesky.ts";
import { factorSize } from "../../math/elimination_tree.ts";
import type { Factor } from "../../math/factor.ts";
import { areLone, WIDE } from "../../math/lone_nodes.ts";
import { IterativeFactor } from "../../math/iterative/iterative_factor.ts";
import type { NodeRange } from "../../math/iterative/split.ts";
import { type BlockPattern, entriesOf } from "../../math/sparse.ts";
import { MOST_NUMBERS } from "../../math/tile_kernels.ts";

/** Makes what solves with H, from where H can have entries and from the nodes of every factor. */
export type MakeFactor = (
  effects: { readonly pattern: BlockPattern; readonly groups: readonly NodeRange[] },
) => Factor;

/** By its Cholesky factor. */
export const exactly: MakeFactor = ({ pattern }) => new Cholesky(pattern);

/** By conjugate gradients, with estimates of its determinant and inverse. */
export const iteratively: MakeFactor = ({ pattern, groups }) => new IterativeFactor(pattern, groups);

/** By the factor where it takes 4 GiB at most, else by conjugate gradients. */
export const whereThereIsRoom: MakeFactor = (effects) =>
  hasRoom(effects.pattern) ? exactly(effects) : iteratively(effects);

/**
 * Multiplications of a factorisation, for each entry of H, from which estimates take less time than factor and inverse: two factors that cross
 * took 4.5 s by factors and 5.5 by estimates at 13,000 (50,000 × 2,000 levels), 2.9 and 2.6 at 26,000 (3,332 × 1,666).
 */
const DEAR = 20_000;

/** Does a factor with its inverse take longer than solves by conjugate gradients that estimate as much? */
export function isDear(pattern: BlockPattern): boolean {
  if (pattern.twofold || pattern.ties || areLone(pattern, WIDE)) return false;
  return factorSize(pattern).work > DEAR * entriesOf(pattern);
}

/** Does the factor take 4 GiB at most? */
export function hasRoom(pattern: BlockPattern): boolean {
  return factorSize(pattern).stored <= MOST_NUMBERS;
}
