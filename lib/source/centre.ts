/** Columns about constants near their means. */

/** Mean of a column. */
export function mean(x: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] / x.length;
  return sum;
}

/** A column less a constant. */
export function minus(x: Float64Array, constant: number): Float64Array {
  return constant === 0 ? x : x.map((v) => v - constant);
}
