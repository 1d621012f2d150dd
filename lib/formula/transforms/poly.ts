import { booleanOption, type Inputs, numberOption, numericInput, type Transform } from "./transform.ts";

/**
 * poly(x, degree = 1, raw = FALSE): polynomials of x orthonormal over the rows, or the plain powers when raw.
 *
 *     P_0 = 1,  P_1 = x − α_1,  P_{k+1} = (x − α_{k+1}) P_k − (ν_k / ν_{k−1}) P_{k−1}
 *     α_{k+1} = Σ x P_k² / ν_k,   ν_k = Σ P_k²,   column k is P_k / √ν_k
 *
 * The α and ν are remembered, so new data get the same polynomials.
 *
 * Source: Kennedy & Gentle (1980), Statistical Computing, pp. 343–344 (Forsythe's recurrence).
 */
export const poly: Transform = {
  name: "poly",
  parameters: ["x", "degree", "raw"],
  apply(inputs, state) {
    const x = numericInput(inputs, "x");
    const degree = degreeOf(inputs);
    const suffixes = Array.from({ length: degree }, (_, k) => degree === 1 ? "" : String(k + 1));
    if (booleanOption(inputs, "raw", false)) {
      return { value: { kind: "matrix", columns: powers(x, degree), suffixes } };
    }
    const coefs = state === null
      ? recurrence(x, degree, inputs.text)
      : { alpha: state.alpha as number[], norm2: state.norm2 as number[] };
    const columns = evaluate(x, coefs.alpha, coefs.norm2);
    return { value: { kind: "matrix", columns, suffixes }, state: { ...coefs } };
  },
};

function degreeOf(inputs: Inputs): number {
  const degree = numberOption(inputs, "degree", 1);
  if (!Number.isInteger(degree) || degree < 1) {
    throw new RangeError(
      `Cannot compute ${inputs.text}: the degree must be a whole number >= 1, but is ${degree}`,
    );
  }
  return degree;
}

function powers(x: Float64Array, degree: number): Float64Array[] {
  const columns = [x];
  for (let k = 1; k < degree; k++) columns.push(x.map((value, i) => value * columns[k - 1][i]));
  return columns;
}

/** α_1 … α_degree and ν_0 … ν_degree from the values present. */
function recurrence(x: Float64Array, degree: number, text: string): { alpha: number[]; norm2: number[] } {
  const present = x.filter((value) => value === value);
  const distinct = new Set<number>();
  for (let i = 0; i < present.length && distinct.size <= degree; i++) distinct.add(present[i]);
  if (distinct.size <= degree) {
    throw new RangeError(
      `Cannot compute ${text}: the degree must be less than the number of distinct values, ${distinct.size}`,
    );
  }
  let mean = 0;
  for (const value of present) mean += value / present.length;
  let [before, current] = [new Float64Array(present.length), new Float64Array(present.length).fill(1)];
  const alpha: number[] = [], norm2 = [present.length];
  for (let k = 0; k < degree; k++) {
    // Centred at the mean, so that large x with small spread lose no digits.
    let moment = 0;
    for (let i = 0; i < present.length; i++) moment += (present[i] - mean) * current[i] * current[i];
    alpha.push(mean + moment / norm2[k]);
    const ratio = k === 0 ? 0 : norm2[k] / norm2[k - 1];
    const next = step(present, alpha[k], ratio, current, before);
    let norm = 0;
    for (let i = 0; i < next.length; i++) norm += next[i] * next[i];
    norm2.push(norm);
    [before, current] = [current, next];
  }
  return { alpha, norm2 };
}

function evaluate(x: Float64Array, alpha: readonly number[], norm2: readonly number[]): Float64Array[] {
  let before = new Float64Array(x.length), current = new Float64Array(x.length).fill(1);
  return alpha.map((a, k) => {
    const next = step(x, a, k === 0 ? 0 : norm2[k] / norm2[k - 1], current, before);
    [before, current] = [current, next];
    const length = Math.sqrt(norm2[k + 1]);
    return next.map((value) => value / length);
  });
}

/** (x − α) P_k − ratio P_{k−1} */
function step(
  x: Float64Array,
  alpha: number,
  ratio: number,
  current: Float64Array,
  before: Float64Array,
): Float64Array<ArrayBuffer> {
  const next = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) next[i] = (x[i] - alpha) * current[i] - ratio * before[i];
  return next;
}
