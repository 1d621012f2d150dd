/** A smooth curve through points: straight lines fitted to the neighbours of each place. */

/** A place of the curve. */
export interface SmoothPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * Local linear regression: at each place a line through the nearest `span` of the points, weighted by (1 − (d/h)³)³, h the distance of
 * the farthest of them. Where those have one x only, their weighted mean.
 *
 * @param weights of the points beside those, for instance numbers of trials
 * @param at where the curve is wanted; by default 60 places over the range of x
 * Source: Cleveland (1979), J. Am. Stat. Assoc. 74:829–836; checked against R's loess(degree = 1).
 */
export function localRegression(
  x: Float64Array,
  y: Float64Array,
  { span = 0.75, weights, at }: { span?: number; weights?: Float64Array | null; at?: readonly number[] } = {},
): SmoothPoint[] {
  const n = x.length, order = Int32Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  const xs = Float64Array.from(order, (i) => x[i]), ys = Float64Array.from(order, (i) => y[i]);
  const ws = weights ? Float64Array.from(order, (i) => weights[i]) : null;
  const q = Math.max(2, Math.min(n, Math.floor(span * n + 1e-5)));
  const places = at ?? Array.from({ length: 60 }, (_, k) => xs[0] + (xs[n - 1] - xs[0]) * k / 59);
  let from = 0;
  return [...places].sort((a, b) => a - b).map((place) => {
    while (from + q < n && xs[from + q] - place < place - xs[from]) from++;
    const h = Math.max(place - xs[from], xs[from + q - 1] - place);
    let last = from + q; // ties with the farthest have weight 0: they need not be found
    if (h === 0) { while (last < n && xs[last] === place) last++; }
    return { x: place, y: lineAt(place, h, xs, ys, ws, from, last) };
  });
}

/** Value at a place of the line through the points from … to − 1, weighted. */
function lineAt(
  place: number,
  h: number,
  x: Float64Array,
  y: Float64Array,
  w: Float64Array | null,
  from: number,
  to: number,
): number {
  let s = 0, sx = 0, sy = 0;
  const weight = (i: number) => {
    const u = h > 0 ? Math.abs(x[i] - place) / h : 0;
    return u >= 1 ? 0 : (1 - u ** 3) ** 3 * (w ? w[i] : 1);
  };
  for (let i = from; i < to; i++) {
    const v = weight(i);
    s += v;
    sx += v * (x[i] - place);
    sy += v * y[i];
  }
  const mx = sx / s, my = sy / s;
  let sxx = 0, sxy = 0;
  for (let i = from; i < to; i++) {
    const v = weight(i), d = x[i] - place - mx;
    sxx += v * d * d;
    sxy += v * d * y[i];
  }
  return sxx > 1e-12 * s * h * h ? my - mx * sxy / sxx : my;
}
