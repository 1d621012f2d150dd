/** Histograms: values counted in bins of equal width, drawn as bars that touch. */
import { Plot } from "./plot.ts";

/** A bar: its ends, how many values it has, and what is said of it. */
export interface Bar {
  readonly x1: number;
  readonly x2: number;
  readonly count: number;
  readonly title: string;
}

/** Bins of equal width, from the end of the first on; what is beyond the last counts there. */
export interface Bins {
  readonly from: number;
  readonly step: number;
  readonly count: number;
}

/** @param said of the ends of a bar and its number of values */
export function binned(
  values: ArrayLike<number>,
  { from, step, count }: Bins,
  said: (x1: number, x2: number, count: number) => string,
): Bar[] {
  const counts = new Int32Array(count);
  for (let i = 0; i < values.length; i++) {
    counts[Math.min(count - 1, Math.floor((values[i] - from) / step))]++;
  }
  return Array.from(counts, (own, b) => {
    const x1 = from + b * step, x2 = from + (b + 1) * step;
    return { x1, x2, count: own, title: said(x1, x2, own) };
  });
}

/** The bars of a histogram. */
export function histogramMark(bars: readonly Bar[], color: string): unknown {
  return Plot.rect(bars, {
    x1: "x1",
    x2: "x2",
    y1: 0,
    y2: "count",
    fill: color,
    fillOpacity: 0.6,
    inset: 0.5,
    title: "title",
  });
}
