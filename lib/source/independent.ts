/** Which columns of X are no linear combinations of earlier ones, from the sums of their products. */
import type { Independent } from "../formula/rowless_design.ts";
import type { Sums } from "./source.ts";

/** R's limit: less than this share of a column's length is left beside the earlier columns. */
const TOLERANCE = 1e-7;
/** Squared share of a centred column below which sums of products cannot tell it from rounding. */
const ROUNDING = 1e-11;
/** Squared share below which fewer than eight of sixteen digits are left of a coefficient. */
const NEAR = 1e-8;

/** What the sums say of the columns. */
export interface Independence extends Independent {
  /** Columns of which the sums leave few digits beside the earlier ones, and how many. */
  readonly near: readonly { readonly column: number; readonly digits: number }[];
}

/**
 * Cholesky factor of the normalised products, column by column, as {@link independentColumns} has of rows. About their centres columns
 * far from 0 keep their digits, so R's limit, on lengths from 0, is applied to them as it is.
 */
export function independentOf({ products, sums, centre, total }: Sums): Independence {
  const p = centre.length - 1, kept: number[] = [], far: number[] = [], factor: Float64Array[] = [];
  const near: { column: number; digits: number }[] = [];
  const length = Float64Array.from({ length: p }, (_, j) => Math.sqrt(products[j][j]));
  for (let j = 0; j < p; j++) {
    if (!(length[j] > 0)) continue;
    const row = new Float64Array(kept.length + 1);
    let left = 1;
    kept.forEach((i, k) => {
      let v = products[j][i] / (length[i] * length[j]);
      for (let l = 0; l < k; l++) v -= row[l] * factor[k][l];
      row[k] = v / factor[k][k];
      left -= row[k] * row[k];
    });
    const whole = products[j][j] + 2 * centre[j] * sums[j] + centre[j] * centre[j] * total;
    if (left < ROUNDING) continue;
    if (left * products[j][j] < TOLERANCE * TOLERANCE * whole) {
      far.push(j);
      continue;
    }
    if (left < NEAR) near.push({ column: kept.length, digits: Math.round(16 + Math.log10(left)) });
    row[kept.length] = Math.sqrt(left);
    factor.push(row);
    kept.push(j);
  }
  return { kept, far, near };
}
