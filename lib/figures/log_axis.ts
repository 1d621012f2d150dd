/** Logarithmic axes: ticks where people expect them, none of them without a number. */
import { formatValue } from "./rows.ts";

const tickFormat = (value: number) => formatValue(Number(value.toPrecision(3)));

/** Ratios: a logarithmic axis as wide as a figure, its ticks as people write numbers. */
export function logAxis(domain: [number, number], pixels: number): Record<string, unknown> {
  return {
    type: "log",
    tickFormat,
    ...wideTicks(domain, pixels),
  };
}

/**
 * Ticks at 1, 3, 10, … where an axis is so long that the labels of 0.03 and 0.04 would overlap; powers of ten on longer ones. (Plot
 * labels no others there.)
 */
function wideTicks([low, high]: [number, number], pixels: number): { ticks?: number[] } {
  const from = Math.floor(Math.log10(low)),
    to = Math.ceil(Math.log10(high)),
    decades = Math.log10(high / low);
  if (decades < 1) return {};
  const digits = decades < 2.7 && pixels / decades > 100 ? [1, 3] : [1],
    step = Math.max(1, Math.round(decades * 40 / pixels));
  const powers = Array.from({ length: to - from + 1 }, (_, k) => from + k).filter((k) => k % step === 0);
  const all = powers.flatMap((k) => digits.map((d) => Number(`${d}e${k}`)));
  return { ticks: all.filter((v) => v >= low && v <= high) };
}

/** First digits of ticks, from fine to coarse. */
const DIGITS = [[1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8], [1, 1.5, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]];

/** A logarithmic axis of a small panel: as many ticks as have room. */
export function smallLogAxis([low, high]: readonly [number, number], most: number): Record<string, unknown> {
  const from = Math.floor(Math.log10(low)), to = Math.floor(Math.log10(high));
  const all = DIGITS.map((digits) =>
    Array.from({ length: to - from + 1 }, (_, k) => digits.map((digit) => Number(`${digit}e${from + k}`)))
      .flat()
      .filter((value) => value >= low && value <= high)
  );
  return { type: "log", tickFormat, ticks: all.find((ticks) => ticks.length <= most) ?? all[all.length - 1] };
}
