/** What panels of many rows and several columns send to each other: the products of kernels.ts, in tiles where these are faster. */
import { addProduct, byColumns, transposed } from "./dense_products.ts";
import { negativeSymmetricProduct, outerProduct } from "./kernels.ts";

/** Columns and entries of the product from which packing into tiles pays. */
const COLUMNS = 8, ENTRIES = 96 * 96;

/** {@link outerProduct} of any size; of square ones the upper triangle is not written. */
export function panelProduct(
  a: Float64Array,
  at: number,
  rows: number,
  width: number,
  from: number,
  m: number,
  k: number,
  out: Float64Array,
): void {
  if (width < COLUMNS || m * k < ENTRIES) return outerProduct(a, at, rows, width, from, m, k, out);
  const part = { ...byColumns(a, rows), at: at + from };
  addProduct(part, part, [m, k, width], { half: m === k }, byColumns(out, m), false);
}

/** {@link negativeSymmetricProduct} of any size. */
export function negativeInverseProduct(
  s: Float64Array,
  r: number,
  y: Float64Array,
  w: number,
  out: Float64Array,
): void {
  if (w < COLUMNS || r * r < ENTRIES) return negativeSymmetricProduct(s, r, y, w, out);
  addProduct(byColumns(s, r), transposed(byColumns(y, r)), [r, w, r], {}, byColumns(out, r), false);
  for (let i = 0; i < r * w; i++) out[i] = -out[i];
}
