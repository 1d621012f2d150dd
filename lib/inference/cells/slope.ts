/**
 * Slopes of quantities in a covariate, by central differences D over ± h and ± h/2 (Richardson 1911),
 *
 *   f′ = (4 D(h/2) − D(h))/3 + O(h⁴ f⁽⁵⁾)
 *
 * which are exact for polynomials of degree four.
 */
import type { CellFunction, CellValues } from "./grid_values.ts";
import type { Cells } from "./estimability.ts";

/** Step, as a share of the covariate's range. */
const STEP = 5e-4;
/** A value is at least so much of the range, or the step beside it would drown in rounding. */
const LEAST = 1e-5;
/** Change of what the data do not determine, as a share of it, that is rounding. */
const ROUNDING = 1e-7;

/** The data's smallest and largest value of a covariate. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** ∂/∂x of a quantity. */
export function slopeOf(inner: CellFunction, variable: string, range: Range): CellFunction {
  return {
    ...inner,
    evaluate(cells, n) {
      const x = cells[variable] as Float64Array, h = x.map((v) => stepAt(v, range));
      const wide = h.map(() => wideStep(range));
      const at = (t: number, by = h): CellValues => inner.evaluate(moved(cells, variable, t, by), n);
      const [up, down, halfUp, halfDown] = [1, -1, 0.5, -0.5].map((t) => at(t));
      const slope = (of: (values: CellValues) => Float64Array) => {
        const [a, b, c, d] = [up, down, halfUp, halfDown].map(of);
        return a.map((_, i) => (8 * (c[i] - d[i]) - (a[i] - b[i])) / (6 * h[i]));
      };
      return {
        value: slope((v) => v.value),
        constant: up.constant && slope((v) => v.constant!),
        gradient: up.gradient.map((column, j) => column && slope((v) => v.gradient[j]!)),
        defect: up.defect.length === 0 ? [] : defects(at(1, wide), at(0, wide), wide[0]),
        variance: up.variance,
      };
    },
  };
}

/**
 * Logs, roots and inverses bend most near 0: where all data are on one side of it, the step is no larger beside a value than the value says,
 * and values beyond 0 are not asked for.
 */
function stepAt(x: number, { min, max }: Range): number {
  const range = max - min, sameSide = min >= 0 ? x >= 0 : max <= 0 && x <= 0;
  return STEP * (sameSide ? Math.min(range, Math.max(Math.abs(x), LEAST * range)) : range);
}

/** What the data do not determine is linear in columns, and is not seen where these hardly change; it goes to the side of the data. */
function wideStep({ min, max }: Range): number {
  return STEP * (max - min) * (max <= 0 ? -1 : 1);
}

function moved(cells: Cells, variable: string, t: number, by: Float64Array): Cells {
  return { ...cells, [variable]: (cells[variable] as Float64Array).map((v, i) => v + t * by[i]) };
}

/** Slopes of what dropped columns say beyond the others, 0 where that is rounding. */
function defects(there: CellValues, here: CellValues, h: number): Float64Array[] {
  return there.defect.map((column, j) =>
    column.map((v, i) => {
      const w = here.defect[j][i];
      return Math.abs(v - w) <= ROUNDING * (Math.abs(v) + Math.abs(w)) ? 0 : (v - w) / h;
    })
  );
}
