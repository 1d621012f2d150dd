/** Which columns of X are no linear combinations of earlier ones, from the sums of their products. */
import type { Independent } from "../formula/predictor.ts";
import { type Combination, combination } from "../formula/rank.ts";
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
export function independentOf({ products, sums, centre, leading, total }: Sums): Independence {
  const p = centre.length - 1, kept: number[] = [], far: number[] = [], factor: Float64Array[] = [];
  const combinations: Combination[] = [];
  const near: { column: number; digits: number }[] = [];
  const length = Float64Array.from({ length: p }, (_, j) => Math.sqrt(products[j][j]));
  for (let j = 0; j < p; j++) {
    if (!(length[j] > 0)) {
      combinations.push(
        aboutZero({ column: j, at: [], value: [], size: Math.abs(centre[j]) }, centre, leading),
      );
      continue;
    }
    const row = new Float64Array(kept.length + 1);
    let left = 1;
    kept.forEach((i, k) => {
      let v = products[j][i] / (length[i] * length[j]);
      for (let l = 0; l < k; l++) v -= row[l] * factor[k][l];
      row[k] = v / factor[k][k];
      left -= row[k] * row[k];
    });
    const whole = products[j][j] + 2 * centre[j] * sums[j] + centre[j] * centre[j] * total;
    if (left < ROUNDING) {
      const size = Math.sqrt(whole / total), c = combination(j, kept, solved(factor, row), length);
      combinations.push(aboutZero({ ...c, size }, centre, leading));
      continue;
    }
    if (left * products[j][j] < TOLERANCE * TOLERANCE * whole) {
      far.push(j);
      continue;
    }
    if (left < NEAR) near.push({ column: kept.length, digits: Math.round(16 + Math.log10(left)) });
    row[kept.length] = Math.sqrt(left);
    factor.push(row);
    kept.push(j);
  }
  return { kept, combinations, far, near };
}

/** c of a column Σ c_k x_k, from its products with the orthonormal vectors: Lᵀc = row. */
function solved(factor: readonly Float64Array[], row: Float64Array): number[] {
  const c = Array.from(row.subarray(0, factor.length));
  for (let k = c.length - 1; k >= 0; k--) {
    c[k] /= factor[k][k];
    for (let l = 0; l < k; l++) c[l] -= factor[k][l] * c[k];
  }
  return c;
}

/** Share of what is added up to which a sum is rounding. */
const LEFT = 1e-10;

/** From columns less their centres to the columns: the leading ones, whose sum is 1, take the difference. */
function aboutZero(of: Combination, centre: Float64Array, leading: number): Combination {
  const { column, at, value } = of, all = new Map(at.map((j, k) => [j, value[k]]));
  let rest = centre[column], size = Math.abs(rest);
  for (const [j, c] of all) {
    rest -= c * centre[j];
    size += Math.abs(c * centre[j]);
  }
  for (let j = 0; j < leading; j++) {
    const sum = (all.get(j) ?? 0) + rest;
    if (Math.abs(sum) > LEFT * size) all.set(j, sum);
    else all.delete(j);
  }
  const order = [...all.keys()].sort((a, b) => a - b);
  return { ...of, at: order, value: order.map((j) => all.get(j)!) };
}
