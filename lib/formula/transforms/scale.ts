import {
  constantInput,
  type Inputs,
  learnAtOnce,
  type Learner,
  numericInput,
  type Transform,
} from "./transform.ts";

/**
 * scale(x, center = TRUE, scale = TRUE): (x − centre) / scale, with centre the mean and scale the standard deviation
 * (n − 1) of the values present, or the numbers given. As in R, without centring the scale is the root mean square
 * √(Σx² / (n − 1)). Centre and scale are remembered.
 *
 * Source: R Core Team (2022), documentation of base::scale.
 */
export const scale: Transform = {
  name: "scale",
  parameters: ["x", "center", "scale"],
  learn: () => new Spread(),
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const { centre, scale: width } = (state ?? learnAtOnce(new Spread(), inputs)) as {
      centre: number;
      scale: number;
    };
    const values = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) values[i] = (x[i] - centre) / width;
    return { value: { kind: "numeric", values }, state: { centre, scale: width } };
  },
};

/**
 * Count, mean and Σ(x − mean)² of all blocks so far, joined as
 *
 *   Σ = Σ₁ + Σ₂ + (n₁ n₂ / n) (m₁ − m₂)²
 *
 * (Chan, Golub & LeVeque 1983, Am. Stat. 37:242–247), so that no digit is lost to a mean far from 0.
 */
class Spread implements Learner {
  count = 0;
  mean = 0;
  squares = 0;

  add(inputs: Inputs): void {
    const x = numericInput(inputs, "x"), { sum, count } = sumOf(x, 0);
    if (count === 0) return;
    // A second pass removes the rounding error of the first.
    const mean = sum / count + sumOf(x, sum / count).sum / count, between = mean - this.mean;
    const total = this.count + count;
    this.squares += sumOf(x, mean).squares + between * between * (this.count / total) * count;
    this.mean = this.count === 0 ? mean : this.mean + between * (count / total);
    this.count = total;
  }

  finish(inputs: Inputs) {
    return scaleOf(inputs, this);
  }
}

/** Centre and scale that the call asks for, of values with this count, mean and Σ(x − mean)². */
export function scaleOf(
  inputs: Inputs,
  { count, mean, squares }: { readonly count: number; readonly mean: number; readonly squares: number },
): { centre: number; scale: number } {
  const option = single(inputs, "center");
  const centre = typeof option === "number" ? option : option ? (count === 0 ? NaN : mean) : 0;
  return { centre, scale: widthOf(inputs, centre, count, squares + count * (mean - centre) ** 2) };
}

/** @param about Σ(x − centre)² */
function widthOf(inputs: Inputs, centre: number, count: number, about: number): number {
  const option = single(inputs, "scale");
  if (typeof option === "number") return option;
  if (!option) return 1;
  // Values that are not finite are reported where they arise, in the argument.
  if (!Number.isFinite(centre)) return NaN;
  const width = Math.sqrt(about / Math.max(1, count - 1));
  if (width > 0 || Number.isNaN(width)) return width;
  throw new RangeError(
    `Cannot compute ${inputs.text}: all values are the same, so the standard deviation is 0`,
  );
}

function single(inputs: Inputs, name: string): number | boolean {
  const items = constantInput(inputs, name) ?? [true];
  if (items.length === 1 && typeof items[0] !== "string") return items[0];
  throw new TypeError(`Cannot compute ${inputs.text}: ${name} must be TRUE, FALSE or one number`);
}

/** Σ(x − centre), Σ(x − centre)² and the number of values present. */
function sumOf(x: Float64Array, centre: number): { sum: number; squares: number; count: number } {
  let sum = 0, squares = 0, count = 0;
  for (let i = 0; i < x.length; i++) {
    const value = x[i] - centre;
    if (value !== value) continue;
    sum += value;
    squares += value * value;
    count++;
  }
  return { sum, squares, count };
}
