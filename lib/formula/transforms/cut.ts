import type { FactorValue } from "../values.ts";
import {
  booleanOption,
  constantInput,
  type Inputs,
  learnAtOnce,
  type Learner,
  numberOption,
  numericInput,
  type Transform,
} from "./transform.ts";

/**
 * cut(x, breaks, labels, include.lowest = FALSE, right = TRUE, dig.lab = 3, ordered_result = FALSE): intervals of x as a factor, as R makes
 * them: "(0,2]", "(2,5]", closed on the right unless right = FALSE; or breaks, a whole number of intervals of equal length over the
 * range of x. Breaks are remembered. R makes values outside them missing without a word; here they are an error.
 *
 * Source: R Core Team (2022), documentation of base::cut.
 */
export const cut: Transform = {
  name: "cut",
  parameters: ["x", "breaks", "labels", "include.lowest", "right", "dig.lab", "ordered_result"],
  learn: () => new Range(),
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const learned = (state ?? learnAtOnce(new Range(), inputs)) as unknown as CutState;
    const breaks = breaksOf(inputs, learned);
    const closed = closedSide(inputs), codes = new Int32Array(x.length);
    for (let i = 0; i < x.length; i++) {
      codes[i] = x[i] !== x[i] ? -1 : intervalOf(x[i], breaks, closed);
      if (codes[i] === -2) throw outside(inputs.text, `row ${i} is ${x[i]}`, breaks, closed);
    }
    const value: FactorValue = {
      kind: "factor",
      codes,
      levels: intervalLabels(inputs, breaks, closed),
      ordered: booleanOption(inputs, "ordered_result", false),
      boolean: false,
    };
    return { value, state: { ...learned } };
  },
};

/** Breaks that follow from the range; none where the call has them, which may be infinite. */
export interface CutState {
  readonly breaks: readonly number[];
}

export function breaksOf(inputs: Inputs, state: CutState | null): readonly number[] {
  return givenBreaks(inputs) ?? state?.breaks ?? [];
}

/** Which end belongs to an interval, and whether the outermost one is closed on both sides. */
export interface Closed {
  readonly right: boolean;
  readonly lowest: boolean;
}

export function closedSide(inputs: Inputs): Closed {
  return {
    right: booleanOption(inputs, "right", true),
    lowest: booleanOption(inputs, "include.lowest", false),
  };
}

/** Number of the interval from 0 on; −2 outside of all. */
function intervalOf(x: number, breaks: readonly number[], { right, lowest }: Closed): number {
  const last = breaks.length - 1;
  if (lowest && x === breaks[right ? 0 : last]) return right ? 0 : last - 1;
  for (let k = 0; k < last; k++) {
    if (right ? x > breaks[k] && x <= breaks[k + 1] : x >= breaks[k] && x < breaks[k + 1]) return k;
  }
  return -2;
}

/** The breaks that are given, in order; null for a number of intervals. @throws {RangeError} for numbers that are none */
export function givenBreaks(inputs: Inputs): readonly number[] | null {
  const items = constantInput(inputs, "breaks");
  if (items === null) throw new TypeError(`Cannot compute ${inputs.text}: its argument breaks is missing`);
  if (!items.every((item) => typeof item === "number")) {
    throw new TypeError(
      `Cannot compute ${inputs.text}: its argument breaks must be numbers, as in c(0, 2, 5)`,
    );
  }
  const breaks = [...items as number[]].sort((a, b) => a - b);
  if (breaks.length === 1) {
    if (Number.isInteger(breaks[0]) && breaks[0] >= 2) return null;
    throw new RangeError(
      `Cannot compute ${inputs.text}: the number of intervals must be a whole number >= 2`,
    );
  }
  if (breaks.every((v, i) => i === 0 || v > breaks[i - 1])) return breaks;
  throw new RangeError(`Cannot compute ${inputs.text}: the breaks must all be different`);
}

/** Breaks of so many intervals over a range, whose outer ends are moved away by a thousandth of it. */
export function equalBreaks(inputs: Inputs, min: number, max: number): number[] {
  const count = constantInput(inputs, "breaks")![0] as number;
  if (!(max > min)) {
    throw new RangeError(
      `Cannot compute ${inputs.text}: all values are the same, so they have no intervals; give breaks`,
    );
  }
  const breaks = Array.from({ length: count + 1 }, (_, k) => min + k * (max - min) / count);
  breaks[0] = min - (max - min) / 1000;
  breaks[count] = max + (max - min) / 1000;
  return breaks;
}

/** The labels of the intervals: those given, or their ends with as many digits as tell them apart. */
export function intervalLabels(
  inputs: Inputs,
  breaks: readonly number[],
  { right, lowest }: Closed,
): string[] {
  const given = constantInput(inputs, "labels"), count = breaks.length - 1;
  if (given !== null) {
    if (given.length === count) return given.map(String);
    throw new RangeError(
      `Cannot compute ${inputs.text}: it has ${given.length} labels, but there are ${count} intervals`,
    );
  }
  const first = numberOption(inputs, "dig.lab", 3);
  let ends: string[] = [];
  for (let digits = first; digits <= Math.max(12, first); digits++) {
    ends = breaks.map((v) => general(v, digits));
    if (new Set(ends).size === ends.length) break;
  }
  return Array.from({ length: count }, (_, k) => {
    const low = lowest && right && k === 0, high = lowest && !right && k === count - 1;
    return `${right && !low ? "(" : "["}${ends[k]},${ends[k + 1]}${right || high ? "]" : ")"}`;
  });
}

/** C's %g, whose infinite numbers are as wide as R writes them here. */
function general(v: number, digits: number): string {
  if (!Number.isFinite(v)) return v > 0 ? " Inf" : "-Inf";
  if (v === 0) return "0";
  const [mantissa, power] = v.toExponential(digits - 1).split("e"), exponent = Number(power);
  const short = (text: string) => text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  if (exponent >= -4 && exponent < digits) return short(v.toFixed(Math.max(0, digits - 1 - exponent)));
  return `${short(mantissa)}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** The error for a value that no interval holds. */
export function outside(
  text: string,
  what: string,
  breaks: readonly number[],
  { right, lowest }: Closed,
): RangeError {
  const ends = `${right && !lowest ? "(" : "["}${breaks[0]}, ${breaks.at(-1)}${right || lowest ? "]" : ")"}`;
  return new RangeError(
    `Cannot compute ${text}: ${what}, which is outside the breaks ${ends}; -Inf and Inf are breaks too, and include.lowest = TRUE takes the outermost`,
  );
}

/** The range of the values, where breaks are made of it. */
class Range implements Learner {
  private min = Infinity;
  private max = -Infinity;

  add(inputs: Inputs): void {
    const x = numericInput(inputs, "x"), given = givenBreaks(inputs), closed = closedSide(inputs);
    for (let i = 0; i < x.length; i++) {
      if (x[i] !== x[i]) continue;
      if (given && intervalOf(x[i], given, closed) === -2) {
        throw outside(inputs.text, `row ${i} is ${x[i]}`, given, closed);
      }
      this.min = Math.min(this.min, x[i]);
      this.max = Math.max(this.max, x[i]);
    }
  }

  finish(inputs: Inputs) {
    return { breaks: givenBreaks(inputs) ? [] : equalBreaks(inputs, this.min, this.max) };
  }
}
