/**
 * The natural cubic spline basis of knots as polynomials piece by piece. The cubic B-splines B_j on the knots, the boundary ones four times,
 * follow from
 *
 *   B_{j,1} = 1 between t_j and t_{j+1},   B_{j,k} = (x − t_j)/(t_{j+k−1} − t_j) B_{j,k−1} + (t_{j+k} − x)/(t_{j+k} − t_{j+1}) B_{j+1,k−1}
 *
 * on the coefficients of every piece. Those combinations whose second derivative is 0 at both ends are the null space of a 2 × m matrix C,
 * whose basis the Householder factor of Cᵀ gives: the columns of H₁H₂ from the third on. Outside the boundary knots a natural spline is
 * a straight line.
 * Source: de Boor (1978), A Practical Guide to Splines, chapter X; Chambers & Hastie (1992), Statistical Models in S, section 7.4.2.
 */

/** What determines the basis. */
export interface SplineKnots {
  /** Between the boundary, in order. */
  readonly knots: readonly number[];
  readonly boundary: readonly [number, number];
  readonly intercept: boolean;
}

/** Columns of the basis: coefficients of (x − starts[i])^0 … ^3 from starts[i] on, first of all those below the boundary. */
export interface Pieces {
  /** Where each piece begins; the first from −∞ on, about the lower boundary knot. */
  readonly starts: readonly number[];
  /** columns[k][i]: four numbers. */
  readonly columns: readonly (readonly (readonly number[])[])[];
}

/** The pieces of the natural spline basis. */
export function splinePieces({ knots, boundary: [lower, upper], intercept }: SplineKnots): Pieces {
  const t = [lower, lower, lower, lower, ...knots, upper, upper, upper, upper];
  const splines = bSplines(t).slice(intercept ? 0 : 1);
  const breaks = [lower, ...knots], last = breaks.length - 1, width = upper - breaks[last];
  const second = splines.map((
    pieces,
  ) => [2 * pieces[0][2], 2 * pieces[last][2] + 6 * width * pieces[last][3]]);
  const columns = nullSpace(second).map((weights) => {
    const pieces = breaks.map((_, i) =>
      [0, 1, 2, 3].map((d) => splines.reduce((s, own, j) => s + weights[j] * own[i][d], 0))
    );
    const [a, b, c, d] = pieces[last];
    const end = [a + width * (b + width * (c + width * d)), b + width * (2 * c + 3 * width * d), 0, 0];
    return [[pieces[0][0], pieces[0][1], 0, 0], ...pieces, end];
  });
  return { starts: [lower, ...breaks, upper], columns };
}

/** Coefficients of every cubic B-spline in every piece between different knots, in powers of x less its left end. */
function bSplines(t: readonly number[]): number[][][] {
  const at = [...t.keys()].filter((i) => i + 1 < t.length && t[i] < t[i + 1]);
  let splines = t.slice(0, -1).map((_, j) => at.map((i) => i === j ? [1] : [0]));
  for (let k = 2; k <= 4; k++) {
    splines = splines.slice(0, -1).map((own, j) => {
      const rise = t[j + k - 1] - t[j], fall = t[j + k] - t[j + 1];
      return at.map((i, piece) => {
        const up = rise > 0 ? timesLine(own[piece], (t[i] - t[j]) / rise, 1 / rise) : [];
        const down = fall > 0 ? timesLine(splines[j + 1][piece], (t[j + k] - t[i]) / fall, -1 / fall) : [];
        return Array.from({ length: k }, (_, d) => (up[d] ?? 0) + (down[d] ?? 0));
      });
    });
  }
  return splines;
}

/** (a + b u) times a polynomial in u. */
function timesLine(p: readonly number[], a: number, b: number): number[] {
  return Array.from({ length: p.length + 1 }, (_, d) => a * (p[d] ?? 0) + b * (p[d - 1] ?? 0));
}

/** Orthonormal vectors v with Σ v_j rows_j = 0, from the Householder reflections of two columns. */
function nullSpace(rows: readonly (readonly number[])[]): number[][] {
  const m = rows.length, columns = [0, 1].map((c) => rows.map((row) => row[c])), reflections: number[][] = [];
  columns.forEach((column, c) => {
    const x = reflections.reduce((v, u) => reflected(v, u), column).map((v, i) => i < c ? 0 : v);
    const length = Math.hypot(...x), u = [...x];
    u[c] += x[c] < 0 ? -length : length;
    reflections.push(u);
  });
  return Array.from({ length: m - 2 }, (_, k) => {
    const e = Array.from({ length: m }, (_, i) => i === k + 2 ? 1 : 0);
    return [...reflections].reverse().reduce((v, u) => reflected(v, u), e);
  });
}

/** x − 2u(uᵀx)/uᵀu. */
function reflected(x: readonly number[], u: readonly number[]): number[] {
  const square = u.reduce((s, v) => s + v * v, 0), f = 2 * u.reduce((s, v, i) => s + v * x[i], 0) / square;
  return x.map((v, i) => v - f * u[i]);
}
