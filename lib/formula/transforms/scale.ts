import { constantInput, type Inputs, numericInput, type Transform } from "./transform.ts";

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
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const centre = state ? state.centre as number : centreOf(inputs, x);
    const width = state ? state.scale as number : widthOf(inputs, x, centre);
    const values = new Float64Array(x.length);
    for (let i = 0; i < x.length; i++) values[i] = (x[i] - centre) / width;
    return { value: { kind: "numeric", values }, state: { centre, scale: width } };
  },
};

function centreOf(inputs: Inputs, x: Float64Array): number {
  const option = single(inputs, "center");
  if (typeof option === "number") return option;
  if (!option) return 0;
  const { sum, count } = sumOf(x, 0);
  // A second pass removes the rounding error of the first.
  return sum / count + sumOf(x, sum / count).sum / count;
}

function widthOf(inputs: Inputs, x: Float64Array, centre: number): number {
  const option = single(inputs, "scale");
  if (typeof option === "number") return option;
  if (!option) return 1;
  // Values that are not finite are reported where they arise, in the argument.
  if (!Number.isFinite(centre)) return NaN;
  const { squares, count } = sumOf(x, centre);
  const width = Math.sqrt(squares / Math.max(1, count - 1));
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
