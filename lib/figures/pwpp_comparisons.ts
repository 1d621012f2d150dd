/** Comparisons of means at their p-values, beside each other where they would lie on each other. */
import { formatPValues } from "../display.ts";
import type { PwppMeta } from "../inference/means/pwpp.ts";
import { FAINT } from "./colors.ts";
import { Plot } from "./plot.ts";
import { formatInterval, type Row } from "./rows.ts";

/** Pixels between comparisons that would lie on each other. */
const APART = 5;

/** A comparison: p-value, the lines that it joins, its place across in pixels. */
interface Comparison {
  readonly p: number;
  readonly from: number;
  readonly to: number;
  readonly x: number;
  readonly title: string;
}

/** A mean with its conditions, or a heading above those that share theirs. */
export type Line = { readonly mean: number } | { readonly heading: string };

/** Where a p-value is, as a share of the width. */
export type Across = (p: number) => number;

/** The comparisons of some means, each in its place. */
export function comparisonsOf(
  lines: readonly Line[],
  rows: readonly Row[],
  { pairs }: PwppMeta,
  at: Across,
  pixels: number,
): Comparison[] {
  const line = new Map(lines.flatMap((line, k) => "mean" in line ? [[line.mean, k] as const] : []));
  const all = rows.flatMap((row, i): Comparison[] => {
    const [a, b] = pairs[i], from = line.get(a), to = line.get(b), p = row.p_value as number;
    if (from === undefined || to === undefined || !Number.isFinite(p)) return [];
    const title = `${row.contrast}\n${formatInterval(row)}\np ${formatPValues([p])[0]}`;
    return [{ p, from: Math.min(from, to), to: Math.max(from, to), x: at(p) * pixels, title }];
  });
  return besideEachOther(all, at(0.05) * pixels);
}

export function comparisonMarks(
  comparisons: readonly Comparison[],
  lines: readonly Line[],
  { at, pixels, own }: { at: Across; pixels: number; own: string },
): unknown[] {
  const x = ({ x }: Comparison) => x / pixels, color = ({ p }: Comparison) => p < 0.05 ? own : FAINT;
  const dots = { x, r: 3, fill: color, title: "title" };
  return [
    Plot.ruleY([...lines.keys()].filter((k) => "mean" in lines[k]), { strokeOpacity: 0.15 }),
    Plot.ruleX([at(0.05)], { strokeOpacity: 0.6, strokeDasharray: "4 3" }),
    Plot.ruleX(comparisons, { x, y1: "from", y2: "to", stroke: color, strokeWidth: 1.6 }),
    Plot.dot(comparisons, { ...dots, y: "from" }),
    Plot.dot(comparisons, { ...dots, y: "to" }),
  ];
}

/**
 * Comparisons that would lie on each other, a few pixels apart, none of them across the line of 0.05; those with the smallest p-values
 * keep their place.
 */
function besideEachOther(all: readonly Comparison[], line: number): Comparison[] {
  const placed: Comparison[] = [];
  for (const one of [...all].sort((a, b) => a.p - b.p || a.to - a.from - (b.to - b.from))) {
    const near = placed.filter(({ from, to }) => from <= one.to && one.from <= to).map(({ x }) => x);
    const places = all.flatMap((_, k) => [one.x + k * APART, one.x - k * APART]);
    const x = places.find((place) =>
      (place < line) === (one.x < line) && place > 0 &&
      near.every((other) => Math.abs(other - place) >= APART)
    );
    placed.push({ ...one, x: x ?? one.x });
  }
  return placed;
}
