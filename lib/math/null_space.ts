/** Linear dependencies among columns. */
import { dot } from "./vectors.ts";

/** Squares of what is left of a column beside the others, as a share of its own length, below which it depends on them. */
const TOLERANCE = 1e-7;

/**
 * A basis of { v : Σ_j v_j x_j = 0 in the given rows }: each column that depends on those before it gives
 * v = e_d − Σ_k c_k e_k with x_d = Σ_k c_k x_k. Coefficients that are rounding error are exactly 0.
 *
 * Modified Gram–Schmidt, twice ("twice is enough", Giraud et al. 2005), columns in order.
 *
 * @param columns p columns
 * @param rows the rows that count
 */
export function nullSpace(columns: readonly Float64Array[], rows: ArrayLike<number>): Float64Array[] {
  const p = columns.length, basis: Float64Array[] = [], kept: number[] = [], found: Float64Array[] = [];
  const R: Float64Array[] = []; // column k: coordinates of kept column k on the basis
  for (let j = 0; j < p; j++) {
    const x = new Float64Array(rows.length);
    for (let i = 0; i < x.length; i++) x[i] = columns[j][rows[i]];
    const length = Math.sqrt(dot(x, x));
    const coordinates = new Float64Array(basis.length + 1);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((q, k) => {
        const c = dot(q, x);
        coordinates[k] += c;
        for (let i = 0; i < x.length; i++) x[i] -= c * q[i];
      });
    }
    const left = Math.sqrt(dot(x, x));
    if (left > TOLERANCE * length) {
      for (let i = 0; i < x.length; i++) x[i] /= left;
      coordinates[basis.length] = left;
      basis.push(x);
      R.push(coordinates);
      kept.push(j);
    } else found.push(dependency(j, p, kept, R, coordinates));
  }
  return found;
}

/** e_d − Σ c_k e_k with R c = coordinates. */
function dependency(
  d: number,
  p: number,
  kept: readonly number[],
  R: readonly Float64Array[],
  coordinates: Float64Array,
): Float64Array {
  const v = new Float64Array(p), rest = coordinates.slice(), length = Math.hypot(...coordinates);
  v[d] = 1;
  for (let k = kept.length - 1; k >= 0; k--) {
    const c = rest[k] / R[k][k];
    for (let i = 0; i <= k; i++) rest[i] -= c * R[k][i];
    const share = Math.abs(c) * Math.hypot(...R[k]);
    if (share > 1e-9 * length) v[kept[k]] = -c;
  }
  return v;
}
