/** Points whose area stands for a number of trials or rows, and the legend that says so. */
import { FAINT } from "./colors.ts";
import type { Legend } from "./legend.ts";

/** Radii of points of the fewest and most. */
const LEAST = 2, LARGEST = 6;
/** Sizes that a legend shows. */
const SHOWN = 3;

/** Radius of a point: its area follows the number. */
export function radiusOf(count: number, most: number): number {
  return Math.round(100 * Math.max(LEAST, LARGEST * Math.sqrt(count / most))) / 100;
}

/** The largest of some counts. */
export function mostOf(counts: readonly number[]): number {
  return counts.reduce((a, b) => Math.max(a, b), 1e-300);
}

/** Some round numbers with the sizes of their points; nothing where all have the same. */
export function sizeLegend(label: string, counts: readonly number[]): Legend | undefined {
  const least = counts.reduce((a, b) => Math.min(a, b), Infinity), most = mostOf(counts);
  if (!(least < most)) return undefined;
  const items = roundBetween(least, most).map((count) => ({
    text: String(count),
    color: FAINT,
    radius: radiusOf(count, most),
  }));
  return { label, items };
}

/** Numbers 1, 2, 5, 10, … between two, at most three of them spread evenly; the ends where there are fewer than two. */
function roundBetween(least: number, most: number): number[] {
  const from = Math.floor(Math.log10(least)), to = Math.ceil(Math.log10(most));
  const powers = Array.from({ length: to - from + 1 }, (_, k) => from + k);
  const round = powers.flatMap((k) => [1, 2, 5].map((digit) => Number(`${digit}e${k}`)))
    .filter((value) => value >= least && value <= most);
  if (round.length < 2) return [least, most];
  const last = round.length - 1, shown = Math.min(SHOWN, round.length);
  return Array.from({ length: shown }, (_, k) => round[Math.round(k * last / (shown - 1))]);
}
