/**
 * Responses that random effects reproduce: r² = yᵀPy runs to 0 as their variance grows, or as rows of a level are more and more alike, and
 * N log r² falls faster than log|V| rises. Such a likelihood has no maximum, and a search ends at what can be computed.
 */
import { axpy, dot } from "../../math/vectors.ts";
import type { CrossProducts } from "./cross_products.ts";
import type { RowGroup } from "./group_layout.ts";
import type { Rows } from "./stiff_rows.ts";

/**
 * Share of yᵀy below which y is reproduced to its last digits: what is left, and the coefficients with it, is rounding error, and a likelihood
 * that grows without bound has nothing more to say.
 */
export const REPRODUCED = 1e-26;
/** How many times that a search towards it has left at its end. */
const NEARLY = 1e4;
/** Share from which on one is asked whether it goes there: correlations end at 1 − 1e-16, and a search may end in their valley before. */
const TOWARDS = 1e-7;
/** What is left of a column beside others, as a share of it, up to which it is rounding error. */
const ROUNDING = 1e-10;

/** Does the likelihood grow without bound? @param r2 yᵀPy where a search ended */
export function isReproduced({ effects: { q }, yty, rows }: CrossProducts, r2: number): boolean {
  if (q === 0 || !(r2 < TOWARDS * yty)) return false;
  return r2 < NEARLY * REPRODUCED * yty ||
    (rows !== null && rows.effects.groups.some((group) => differByColumnsAlone(rows, group)));
}

/**
 * What rows with the same effects of a group have beside their mean is a combination of the columns of X, and there are more rows than these
 * effects and columns, so that it is no accident.
 */
function differByColumnsAlone({ y, basis }: Rows, group: RowGroup): boolean {
  const alike = alikeRows(group);
  if (!alike || y.length <= new Set(alike).size + basis.size) return false;
  const left = aboutMeans(y, alike), Q: Float64Array[] = [];
  for (let j = 0; j < basis.size; j++) {
    const column = basis.weightedColumn(j, null, () => new Float64Array(y.length));
    const own = aboutMeans(column, alike), size = Math.sqrt(dot(column, column));
    project(own, Q);
    const length = Math.sqrt(dot(own, own));
    if (length > ROUNDING * size) Q.push(own.map((v) => v / length));
  }
  project(left, Q);
  return dot(left, left) < REPRODUCED * dot(y, y);
}

/** What rows with the same number have in common: an intercept's or a position's effect, or all of a level in the residual's place; null of others. */
function alikeRows({ terms, level, index, onePosition, column }: RowGroup): Int32Array | null {
  if (terms.some(({ term: { fixed = {} } }) => Object.keys(fixed).length > 0)) return null;
  if (terms.some(({ term }) => term.residual || term.columns.includes(null))) return level;
  return onePosition && column[0] === null ? index : null;
}

/** x less its mean over the rows with the same number; a second pass takes what the first left by rounding. */
function aboutMeans(x: Float64Array, alike: Int32Array): Float64Array {
  const most = alike.reduce((a, b) => Math.max(a, b), 0), out = x.slice();
  const [sum, count] = [new Float64Array(most + 1), new Float64Array(most + 1)];
  for (const k of alike) count[k]++;
  for (let pass = 0; pass < 2; pass++) {
    sum.fill(0);
    out.forEach((v, i) => sum[alike[i]] += v);
    alike.forEach((k, i) => out[i] -= sum[k] / count[k]);
  }
  return out;
}

/** x less its part in orthonormal columns, twice. */
function project(x: Float64Array, Q: readonly Float64Array[]) {
  for (let pass = 0; pass < 2; pass++) for (const q of Q) axpy(-dot(q, x), q, x);
}
