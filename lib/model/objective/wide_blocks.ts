/** What the random effects do with the blocks of two wide nodes, as products of dense matrices. Everything is column-major. */
import { addProduct, byColumns, transposed } from "../../math/dense_products.ts";
import { mirrored } from "../../math/wide_triangle.ts";

/** A block of r × c between nodes with the templates T_r and T_c, in value arrays from `at` on. */
export interface WideBlock {
  readonly at: number;
  readonly r: number;
  readonly c: number;
  readonly Tr: Float64Array;
  readonly Tc: Float64Array;
  /** A node with itself: the block is symmetric. */
  readonly own: boolean;
}

/** Y = T_rᵀ X T_c of the block; `half` is storage for one. */
export function toSphere(
  { at, r, c, Tr, Tc, own }: WideBlock,
  X: Float64Array,
  half: Float64Array,
  Y: Float64Array,
) {
  timesTemplate(X, at, r, c, Tc, own, half);
  const form = { zeros: "below", half: own } as const;
  addProduct(
    transposed(byColumns(Tr, r)),
    transposed(byColumns(half, r)),
    [r, c, r],
    form,
    byColumns(Y, r, at),
    false,
  );
  if (own) mirrored(Y.subarray(at, at + r * r), r);
}

/** Y = T_r X T_cᵀ of the block. */
export function fromSphere(
  { at, r, c, Tr, Tc, own }: WideBlock,
  X: Float64Array,
  half: Float64Array,
  Y: Float64Array,
) {
  const left = byColumns(half, r), out = byColumns(Y, r, at), T = byColumns(Tr, r);
  addProduct(T, transposed(byColumns(X, r, at)), [r, c, r], { zeros: "above" }, left, false);
  if (!own) return addProduct(left, byColumns(Tc, c), [r, c, c], {}, out, false);
  addProduct(T, left, [r, r, r], { zeros: "above", half: true }, out, false); // T (T X)ᵀ
  mirrored(Y.subarray(at, at + r * r), r);
}

/**
 * W_r += M T_c Sᵀ and, between nodes of two factors, W_c += Mᵀ T_r S.
 * @param lower only the lower triangles are asked for
 */
export function addAdjoint(
  { at, r, c, Tr, Tc, own }: WideBlock,
  [M, S]: readonly [Float64Array, Float64Array],
  half: Float64Array,
  [Wr, Wc]: readonly [Float64Array, Float64Array],
  lower: boolean,
) {
  const triangular = timesTemplate(M, at, r, c, Tc, own, half), s = byColumns(S, r, at);
  const form = triangular ? { zeros: "above", half: lower } as const : { half: lower };
  addProduct(byColumns(half, r), s, [r, r, c], form, byColumns(Wr, r), true);
  if (own) return;
  const turned = byColumns(half, c); // Mᵀ T_r
  addProduct(transposed(byColumns(M, r, at)), transposed(byColumns(Tr, r)), [c, r, r], {}, turned, false);
  addProduct(turned, transposed(s), [c, c, r], { half: lower }, byColumns(Wc, c), true);
}

/** half = X T_c. @returns whether it is lower triangular: X is diagonal where every row of the data touches one position */
function timesTemplate(
  X: Float64Array,
  at: number,
  r: number,
  c: number,
  Tc: Float64Array,
  own: boolean,
  half: Float64Array,
): boolean {
  if (!own || !isDiagonal(X, at, r)) {
    addProduct(byColumns(X, r, at), transposed(byColumns(Tc, c)), [r, c, c], {}, byColumns(half, r), false);
    return false;
  }
  for (let j = 0; j < r; j++) {
    for (let i = 0; i < r; i++) half[j * r + i] = X[at + i * (r + 1)] * Tc[j * r + i];
  }
  return true;
}

function isDiagonal(X: Float64Array, at: number, r: number): boolean {
  for (let j = 0; j < r; j++) {
    for (let i = 0; i < r; i++) if (i !== j && X[at + j * r + i] !== 0) return false;
  }
  return true;
}
